"""Types of what people type; each refusal is a Dutch sentence that is ready for the screen.

A type reads text the way people write it, gives back one spelling, and raises
`PydanticCustomError` otherwise. No sentence repeats what was typed, except a day.
Empty text is not a matter of these types: a form leaves it out before it validates.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date
from typing import Annotated, Any

from babel.dates import format_date
from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

LONGEST_NOTE = 500
"""Characters of a note: a few lines, as long stories tend to hold private details."""
LONGEST_NAME = 80
LONGEST_CODE = 12
LONGEST_MAIL = 254
"""Characters of a mail address. Source: RFC 5321, 4.5.3.1.3."""

DAY_FIRST = re.compile(
    r"(?P<day>\d{1,2})[/. -](?P<month>\d{1,2})[/. -](?P<year>(?:19|20)?\d\d)"
)
DIGITS_ONLY = re.compile(r"(?P<day>\d\d)(?P<month>\d\d)(?P<year>(?:19|20)?\d\d)")
YEAR_FIRST = re.compile(r"(?P<year>(?:19|20)\d\d)-(?P<month>\d{1,2})-(?P<day>\d{1,2})")


class Typed(BaseModel):
    """Base of what people type: an error never repeats it, as it may hold a name."""

    model_config = ConfigDict(hide_input_in_errors=True)


def read_day(typed: Any) -> date:
    """Read a day as people type it: 14/11/2024, 4-3-24, 04.03.2024, 2024-11-14 or 14112024.

    Digits only are read too, as the number pad of some phones has no slash.

    Examples
    --------
    >>> read_day(" 4-3-24 ")
    datetime.date(2024, 3, 4)
    """
    if isinstance(typed, date):
        return typed
    text = " ".join(typed.split()) if isinstance(typed, str) and typed.isascii() else ""
    found = (
        DAY_FIRST.fullmatch(text) or DIGITS_ONLY.fullmatch(text) or YEAR_FIRST.fullmatch(text)
    )
    if found is None:
        raise PydanticCustomError(
            "day_form", "Schrijf de dag als dag/maand/jaar, bijvoorbeeld 14/11/2024."
        )
    day, month, year = int(found["day"]), int(found["month"]), int(found["year"])
    return _existing_day(day, month, year if year > 99 else 2000 + year)


def _existing_day(day: int, month: int, year: int) -> date:
    if not 1 <= month <= 12:
        raise PydanticCustomError(
            "day_month", "Een jaar heeft 12 maanden. Schrijf eerst de dag en dan de maand."
        )
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise PydanticCustomError(
            "day_in_month",
            "{typed} bestaat niet: {month} heeft {last} dagen. Kijk de dag na.",
            {
                "typed": f"{day:02}/{month:02}/{year}",
                "month": format_date(date(year, month, 1), "MMMM yyyy", locale="nl_BE"),
                "last": last,
            },
        )
    return date(year, month, day)


def _read_code(typed: Any) -> str:
    code = "".join(str(typed).split()).upper()
    if len(code) > LONGEST_CODE or not re.fullmatch(r"[A-Z]+-[0-9]+", code):
        raise PydanticCustomError(
            "device_code", "Schrijf de code zoals op de sticker, bijvoorbeeld BW-0188."
        )
    return code


def _read_line(typed: Any) -> str:
    return " ".join(_without_marks(typed).split())


def _read_note(typed: Any) -> str:
    lines = _without_marks(typed).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    note = "\n".join(" ".join(line.split()) for line in lines).strip("\n")
    note = re.sub(r"\n{3,}", "\n\n", note)
    if len(note) > LONGEST_NOTE:
        raise PydanticCustomError(
            "note_length",
            "Een nota heeft hoogstens {most} tekens. Maak ze korter.",
            {"most": LONGEST_NOTE},
        )
    refuse_private(note)
    return note


def _without_marks(typed: Any) -> str:
    if not isinstance(typed, str):
        raise PydanticCustomError("text_kind", "Schrijf hier tekst.")
    if "<" in typed or ">" in typed:
        raise PydanticCustomError("text_marks", "Laat de tekens < en > weg.")
    if any(_is_hidden(sign) for sign in typed):
        raise PydanticCustomError(
            "text_hidden", "Er staan onzichtbare tekens in de tekst. Typ ze opnieuw."
        )
    return unicodedata.normalize("NFC", typed)


def _is_hidden(sign: str) -> bool:
    # Cc: control; Cs: half of a pair, which no database can store; the rest turns text around
    is_control = unicodedata.category(sign) in {"Cc", "Cs"} and not sign.isspace()
    return is_control or unicodedata.bidirectional(sign) in {
        "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
    }  # fmt: skip


def _read_name(typed: Any) -> str:
    name = _read_line(typed)
    if len(name) > LONGEST_NAME:
        raise PydanticCustomError(
            "name_length", "Een naam heeft hoogstens {most} tekens.", {"most": LONGEST_NAME}
        )
    if any(unicodedata.category(sign)[0] == "N" for sign in name):
        raise PydanticCustomError("name_digits", "Een naam heeft geen cijfers. Laat ze weg.")
    if not any(sign.isalpha() for sign in name) or not all(map(_fits_name, name)):
        raise PydanticCustomError(
            "name_signs", "Schrijf de naam met letters. Een streepje of een punt mag ook."
        )
    return name


def _fits_name(sign: str) -> bool:
    return sign in " '’ʼ`´.-‐" or unicodedata.category(sign)[0] in "LM"


def _read_phone(typed: Any) -> str:
    phone = _read_line(typed)
    count = len(re.sub(r"\D", "", phone))
    if not re.fullmatch(r"\+?[0-9 /.]+", phone) or not 9 <= count <= 15:
        raise PydanticCustomError(
            "phone", "Schrijf het nummer met cijfers, bijvoorbeeld 0475 12 34 56."
        )
    return phone


def _read_mail(typed: Any) -> str:
    mail = _read_line(typed)
    if len(mail) > LONGEST_MAIL or not re.fullmatch(
        r"[^@\s,;]+@[^@\s,;.]+(\.[^@\s,;.]+)+", mail
    ):
        raise PydanticCustomError(
            "mail", "Schrijf het e-mailadres met een @, bijvoorbeeld naam@voorbeeld.be."
        )
    return mail


def _read_postcode(typed: Any) -> str:
    postcode = str(typed).strip()
    if not re.fullmatch(r"[1-9][0-9]{3}", postcode):
        raise PydanticCustomError("postcode", "Vul vier cijfers in, bijvoorbeeld 8020.")
    return postcode


IBAN_LENGTHS = {
    country: int(length)
    for country, length in re.findall(
        r"([A-Z]{2})(\d\d)",
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 "
        "DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 "
        "HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 "
        "MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 "
        "RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 "
        "VG24 XK20 YE30",
    )
}
"""Number of characters by country. Source: SWIFT, IBAN Registry (ISO 13616)."""

_GAP = "[ ./–-]{0,3}"
# The edges keep days, amounts and references from being read as parts of a private number.
_EDGE, _END = r"(?<!\d)(?<!\d[./,-])", r"(?![./,-]?\d)"
_START = rf"(?<![A-Z]-)(?<!\w){_EDGE}"

NATIONAL_NUMBER = re.compile(
    rf"(?<!\d)\d{{11}}(?!\d)|{_EDGE}(?:\d\d{_GAP}){{3}}\d{{3}}{_GAP}\d\d{_END}"
)
IBAN_START = re.compile(r"[A-Z]{2}(?=[ .-]?\d)")
CARD = re.compile(
    rf"{_EDGE}(?:\d{{13,19}}"
    r"|\d{4}(?P<gap>[ .-])\d{4}(?P=gap)\d{4}(?P=gap)\d{4}(?:(?P=gap)\d{1,3})?"
    rf"|\d{{4}}[ .-]\d{{6}}[ .-]\d{{4,5}}){_END}"
)
MAIL = re.compile(r"[^\s@,;:()]+@[^\s@,;:()]+\.[a-z]{2,}", re.IGNORECASE)
# The groups within Belgium have fixed lengths, so that two days in a row are no phone number.
PHONES = (
    re.compile(r"(?<!\w)\+[1-9](?:[ ./()-]{0,3}\d){8,14}(?!\d)"),  # +32 (0)50/44.55.66
    re.compile(rf"{_START}00[1-9]\d{_GAP}(?:\(0\) ?)?[1-9](?:{_GAP}\d){{6,11}}(?!\d)"),
    re.compile(rf"{_START}0[2-9]{_GAP}\d{{3}}(?:{_GAP}\d\d){{2}}(?!\d)"),  # 02 123 45 67
    re.compile(  # 050 44 55 66, 0475 123 456
        rf"{_START}0(?:\d\d|4\d\d){_GAP}(?:\d\d(?:{_GAP}\d\d){{2}}|\d{{3}}{_GAP}\d{{3}})(?!\d)"
    ),
    re.compile(rf"{_START}0[789]\d\d{_GAP}\d\d{_GAP}\d{{3}}(?!\d)"),  # 0800 12 345
)


def refuse_private(note: str) -> None:
    """Raise when a text holds a number or an address that may not be kept in it (rule 45)."""
    if any(map(_is_national_number, NATIONAL_NUMBER.findall(note))):
        raise PydanticCustomError(
            "private_national_number",
            "Dit lijkt op een rijksregisternummer. Laat het weg: we mogen het niet bewaren.",
        )
    if _has_iban(note.upper()):
        raise PydanticCustomError(
            "private_iban", "Dit lijkt op een rekeningnummer. Laat het weg uit de tekst."
        )
    if any(_is_card(found.group()) for found in CARD.finditer(note)):
        raise PydanticCustomError(
            "private_card", "Dit lijkt op een kaartnummer. Laat het weg uit de tekst."
        )
    if MAIL.search(note):
        raise PydanticCustomError(
            "private_mail",
            "Hier staat een e-mailadres. Zet het bij de contactgegevens van de persoon.",
        )
    if any(pattern.search(note) for pattern in PHONES):
        raise PydanticCustomError(
            "private_phone",
            "Dit lijkt op een telefoonnummer. Zet het bij de contactgegevens van de persoon.",
        )


def _is_national_number(run: str) -> bool:
    digits = "".join(sign for sign in run if sign.isdecimal())
    check = int(digits[9:])
    # a 2 stands before the nine digits of who was born from 2000 on
    return any(97 - int(century + digits[:9]) % 97 == check for century in ("", "2"))


def _has_iban(text: str) -> bool:
    for start in IBAN_START.finditer(text):
        length = IBAN_LENGTHS.get(start.group(), 0)
        run = re.match(r"(?:[ .-]?[A-Z0-9])*", text[start.start() :])
        iban = re.sub(r"[ .-]", "", run.group() if run else "")[:length]
        if length and len(iban) == length and _rest_97(iban) == 1:
            return True
    return False


def _rest_97(iban: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97


def _is_card(run: str) -> bool:
    digits = [int(sign) for sign in run if sign.isdecimal()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return 13 <= len(digits) <= 19 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


TypedDate = Annotated[date, BeforeValidator(read_day)]
"""A day; two digits of a year mean 20yy."""
DeviceCode = Annotated[str, BeforeValidator(_read_code)]
"""The code on a sticker, in capitals and without spaces."""
PlainText = Annotated[str, BeforeValidator(_read_line)]
"""One line without markup; its longest length stands in the `Field` that uses it."""
NAMES_NOBODY = "names nobody"
"""Marks text that a browser may keep of a half-filled form; any other text it may not."""
FactText = Annotated[PlainText, NAMES_NOBODY]
"""One line about a thing or a place, never about a person."""
FreeText = Annotated[str, BeforeValidator(_read_note)]
"""A note of some lines, without markup and without private numbers (rule 45)."""
PersonName = Annotated[str, BeforeValidator(_read_name)]
"""A first or last name in any script."""
PhoneNumber = Annotated[str, BeforeValidator(_read_phone)]
"""A phone number as written, spaces tidied."""
MailAddress = Annotated[str, BeforeValidator(_read_mail)]
"""A mail address that looks like one; whether it exists is not asked."""
BelgianPostcode = Annotated[str, BeforeValidator(_read_postcode)]
"""Four digits, 1000 to 9999."""
