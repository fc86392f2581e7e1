"""What people type is read the way they mean it, or refused with a sentence."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from digibank_core.models import typed

NOT_A_DAY = "Schrijf de dag als dag/maand/jaar, bijvoorbeeld 14/11/2024."

# The first nine digits modulo 97, taken from 97:
# 85.07.30-033: 850730033 = 97 * 8770412 + 69, and 97 - 69 = 28
# 04.05.10-012, born from 2000 on, so with a 2 in front:
#               2040510012 = 97 * 21036185 + 67, and 97 - 67 = 30
BORN_1985 = "85073003328"
BORN_2004 = "04051001230"

# BE68 moved to the end, letters as numbers (B = 11, E = 14): 539007547034 1114 68 leaves 1
BELGIAN_ACCOUNT = "BE68539007547034"

# 4 and fourteen noughts; the 4 is doubled to 8, and 8 + 2 = 10
CARD = "4000000000000002"


def read(kind, text):
    return TypeAdapter(kind).validate_python(text)


def sentence(kind, text):
    with pytest.raises(ValidationError) as refusal:
        read(kind, text)
    [mistake] = refusal.value.errors()
    return mistake["msg"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("14/11/2024", date(2024, 11, 14)),
        ("  14/11/2024 ", date(2024, 11, 14)),
        ("4-3-24", date(2024, 3, 4)),
        ("04.03.2024", date(2024, 3, 4)),
        ("4 3 2024", date(2024, 3, 4)),
        ("2024-11-14", date(2024, 11, 14)),
        ("14112024", date(2024, 11, 14)),
        ("141124", date(2024, 11, 14)),
        ("29/02/2024", date(2024, 2, 29)),
        (date(2024, 11, 14), date(2024, 11, 14)),
    ],
)
def test_day_is_read_as_people_type_it(text, day):
    assert read(typed.TypedDate, text) == day


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "31/02/2024",
            "31/02/2024 bestaat niet: februari 2024 heeft 29 dagen. Kijk de dag na.",
        ),
        ("29-2-23", "29/02/2023 bestaat niet: februari 2023 heeft 28 dagen. Kijk de dag na."),
        ("0/4/2024", "00/04/2024 bestaat niet: april 2024 heeft 30 dagen. Kijk de dag na."),
        ("04/13/2024", "Een jaar heeft 12 maanden. Schrijf eerst de dag en dan de maand."),
    ],
)
def test_day_that_does_not_exist_is_named_with_the_length_of_its_month(text, words):
    assert sentence(typed.TypedDate, text) == words


@pytest.mark.parametrize(
    "text",
    ["morgen", "14/11", "14/11/204", "14/11/3024", "20241114x", "٣/٣/2024", 20241114, ""],
)
def test_other_text_is_no_day(text):
    assert sentence(typed.TypedDate, text) == NOT_A_DAY


@given(
    st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(["/", "-", ".", " ", ""])
)
def test_day_with_any_separator_is_the_same_day(day, gap):
    assert read(typed.TypedDate, day.strftime(f"%d{gap}%m{gap}%Y")) == day
    assert read(typed.TypedDate, day.strftime(f"%d{gap}%m{gap}%y")) == day


@pytest.mark.parametrize("text", ["BW-0188", " bw-0188\n", "bw - 0188", "BW-01 88"])
def test_device_code_is_tidied_as_scanners_need(text):
    assert read(typed.DeviceCode, text) == "BW-0188"


@pytest.mark.parametrize("text", ["0188", "BW0188", "BW-", "BW-12a", "BW-1234567890", "<b>-1"])
def test_other_text_is_no_device_code(text):
    expected = "Schrijf de code zoals op de sticker, bijvoorbeeld BW-0188."
    assert sentence(typed.DeviceCode, text) == expected


def test_plain_text_is_one_tidy_line():
    assert read(typed.PlainText, "  Latitude \t 5400\n grijs ") == "Latitude 5400 grijs"
    assert read(typed.PlainText, "Zoe\u0308") == "Zo\u00eb"


@pytest.mark.parametrize("kind", [typed.PlainText, typed.FreeText, typed.PersonName])
def test_markup_is_refused(kind):
    assert sentence(kind, "<script>") == "Laat de tekens < en > weg."


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\ud800", "\u202e"])
@pytest.mark.parametrize("kind", [typed.PlainText, typed.FreeText, typed.PersonName])
def test_hidden_signs_are_refused(kind, sign):
    assert "onzichtbare tekens" in sentence(kind, f"tas{sign}")


def test_longest_length_stands_in_the_field():
    class Request(BaseModel):
        model: typed.PlainText = Field(max_length=5)
        serial: typed.PlainText | None = Field(default=None, max_length=5)

    assert Request(model="  12345  ", serial=None).model == "12345"
    with pytest.raises(ValidationError) as refusal:
        Request(model="123456", serial="123456")
    assert refusal.value.error_count() == 2


def test_free_text_keeps_its_lines():
    assert read(typed.FreeText, " lader  stuk\r\n\r\n\r\n\r\ntas mee \n") == (
        "lader stuk\n\ntas mee"
    )


def test_free_text_has_a_longest_length():
    assert read(typed.FreeText, "a" * 500) == "a" * 500
    assert "hoogstens 500 tekens" in sentence(typed.FreeText, "a" * 501)


@pytest.mark.parametrize(
    "number",
    [
        BORN_1985,
        BORN_2004,
        "85.07.30-033.28",
        "85.07.30 033 28",
        "850730-033-28",
        "85/07/30 - 033/28",
        "85 07 30 033 28",
        "85\u00a007\u00a030\u00a0033\u00a028",
        "04.05.10-012.30",
        "2024 85073003328",
        "2024-85073003328",
        "rr85073003328.",
    ],
)
def test_rule_45_national_number_is_refused(number):
    words = sentence(typed.FreeText, f"Nummer {number} gezien")

    assert words.startswith("Dit lijkt op een rijksregisternummer.")


def test_rule_45_eleven_digits_with_another_check_are_no_national_number():
    assert read(typed.FreeText, "pakket 85.07.30-033.29") == "pakket 85.07.30-033.29"


@pytest.mark.parametrize(
    "number",
    [
        BELGIAN_ACCOUNT,
        "BE68 5390 0754 7034",
        "be68 5390 0754 7034 van de lener",
        "BE68-5390-0754-7034",
        "BE 68 5390 0754 7034",
        "IBANBE68539007547034",
        "NL91ABNA0417164300",
        "DE89 3704 0044 0532 0130 00",
        "GB82 WEST 1234 5698 7654 32",
    ],
)
def test_rule_45_account_number_is_refused(number):
    assert sentence(typed.FreeText, f"Op {number}").startswith(
        "Dit lijkt op een rekeningnummer."
    )


@pytest.mark.parametrize(
    "number",
    [
        CARD,
        "4000 0000 0000 0002",
        "4000-0000-0000-0002",
        "3782 822463 10005",  # 15 digits in groups of 4, 6 and 5
        "6703 4444 4444 4449",
        "6703 0000 0000 0000 3",  # 17 digits
    ],
)
def test_rule_45_card_number_is_refused(number):
    assert sentence(typed.FreeText, f"({number})").startswith("Dit lijkt op een kaartnummer.")


@pytest.mark.parametrize("address", ["an@voorbeeld.be", "An.De-Wit+x@mail.voorbeeld.be,"])
def test_rule_45_mail_address_is_refused(address):
    assert sentence(typed.FreeText, f"Mail: {address}").startswith(
        "Hier staat een e-mailadres."
    )


@pytest.mark.parametrize(
    "number",
    [
        "0475 12 34 56",
        "0475/12.34.56",
        "0475123456",
        "0475 123 456",
        "tel.0475-12-34-56",
        "050 44 55 66",
        "050/44.55.66",
        "050 445 566",
        "02 123 45 67",
        "02/123.45.67",
        "0800 12 345",
        "+32 475 12 34 56",
        "+32 (0)50/44.55.66",
        "+32475123456",
        "0032 475 12 34 56",
        "+31 6 12345678",
        "+90 532 123 45 67",
    ],
)
def test_rule_45_phone_number_is_refused(number):
    words = sentence(typed.FreeText, f"Bel {number}, liefst voor de middag")

    assert words.startswith("Dit lijkt op een telefoonnummer.")


@pytest.mark.parametrize(
    "text",
    [
        "Terug op 14/11/2024",
        "van 04/03/2024 15 uur tot 05/03/2024 16 uur",
        "04/03/2024-11/03/2024",
        "14-11-2024 12-12-2024",
        "2024-11-14 2024-12-12",
        "€ 1.234.567,89 of 60,00 euro",
        "BW-0188 BW-0121 BW-0163",
        "BW-04123456",
        "schooljaar 2023-2024, 2024/2025",
        "dossier OV-2024-0012 en BW-2024-00012",
        "nummers 0012 0013 0014",
        "open van 08.30 tot 12.00 en 13.00 tot 16.30 uur",
        "8000 Brugge, 8020 Oostkamp",
        "serienummer 5CG1234ABC",
        "attest 2024/11/000123",
        "ouder dan 65, 3 x 2 = 6",
        "@home, a@b",
    ],
)
def test_rule_45_ordinary_numbers_are_kept(text):
    assert read(typed.FreeText, text) == text


@given(
    st.lists(
        st.one_of(
            st.dates(date(1950, 1, 1), date(2050, 12, 31)).map(lambda day: f"{day:%d/%m/%Y}"),
            st.dates(date(1950, 1, 1), date(2050, 12, 31)).map(lambda day: f"{day:%d-%m-%Y}"),
            st.integers(0, 9999).map(lambda number: f"BW-{number:04}"),
            st.integers(0, 99999).map(lambda cents: f"{cents // 100},{cents % 100:02}"),
            st.sampled_from(["uur", "van", "tot", "€"]),
        ),
        max_size=8,
    )
)
def test_rule_45_days_codes_and_amounts_in_any_order_are_kept(words):
    assert read(typed.FreeText, " ".join(words)) == " ".join(words)


@pytest.mark.parametrize(
    "private", [BORN_1985, BELGIAN_ACCOUNT, CARD, "an@voorbeeld.be", "0475 12 34 56"]
)
def test_rule_45_sentence_does_not_repeat_what_was_typed(private):
    words = sentence(typed.FreeText, f"Godelieve {private}")

    assert "Godelieve" not in words
    assert not re.search(r"\d|@", words)


@pytest.mark.parametrize(
    "name",
    [
        "D'Hondt",
        "D’Hondt",
        "Öztürk",
        "Van den Bossche",
        "Jean-Luc",
        "J.-P.",
        "Al Ħasan",
        "李三",
        "प्रिया",
        "X",
    ],
)
def test_names_of_many_kinds_are_read(name):
    assert read(typed.PersonName, f"  {name} ") == name


def test_spaces_within_a_name_are_tidied():
    assert read(typed.PersonName, "Van   den\tBossche") == "Van den Bossche"


@pytest.mark.parametrize(
    "name", ["Jan 🙂", "👩‍👩‍👧", "Jan_P", "-", "'", "", "a@b", "Jan; drop"]
)
def test_names_are_written_with_letters(name):
    expected = "Schrijf de naam met letters. Een streepje of een punt mag ook."
    assert sentence(typed.PersonName, name) == expected


@pytest.mark.parametrize("name", ["Jan 2", "R2D2", "Ⅷ"])
def test_names_have_no_digits(name):
    assert sentence(typed.PersonName, name) == "Een naam heeft geen cijfers. Laat ze weg."


def test_name_has_a_longest_length():
    assert read(typed.PersonName, "a" * 80) == "a" * 80
    assert "hoogstens 80 tekens" in sentence(typed.PersonName, "a" * 81)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0475 12 34 56", "0475 12 34 56"),
        (" 0475/12.34.56 ", "0475/12.34.56"),
        ("+32  475123456", "+32 475123456"),
        ("050445566", "050445566"),
    ],
)
def test_phone_number_is_kept_as_written(text, number):
    assert read(typed.PhoneNumber, text) == number


@pytest.mark.parametrize(
    "text", ["12345678", "1234567890123456", "0475 12 34 5a", "0475+123456", "bel mij", ""]
)
def test_other_text_is_no_phone_number(text):
    expected = "Schrijf het nummer met cijfers, bijvoorbeeld 0475 12 34 56."
    assert sentence(typed.PhoneNumber, text) == expected


@pytest.mark.parametrize("text", ["an@voorbeeld.be", " An.De-Wit@mail.voorbeeld.be "])
def test_mail_address_is_read(text):
    assert read(typed.MailAddress, text) == text.strip()


@pytest.mark.parametrize(
    "text",
    ["an", "an@", "@voorbeeld.be", "an@voorbeeld", "a n@b.be", "an@b..be", "a@b.be,c@d.be"],
)
def test_other_text_is_no_mail_address(text):
    assert "met een @" in sentence(typed.MailAddress, text)


@pytest.mark.parametrize(
    ("text", "postcode"), [("8020", "8020"), (" 1000 ", "1000"), (9999, "9999")]
)
def test_postcode_has_four_digits(text, postcode):
    assert read(typed.BelgianPostcode, text) == postcode


@pytest.mark.parametrize("text", ["0999", "802", "80200", "B-8020", "acht"])
def test_other_text_is_no_postcode(text):
    assert sentence(typed.BelgianPostcode, text) == "Vul vier cijfers in, bijvoorbeeld 8020."
