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

from digibank_core.models.private import refuse_identity, refuse_private

LONGEST_NOTE = 500
"""Characters of a note: a few lines, as long stories tend to hold private details."""
NOTE_HELP = "Schrijf geen wachtwoord, code, gezondheid of uitkering op."
"""Help at each note: no software recognises these (rule 45)."""
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


def _read_plain(typed: Any) -> str:
    line = _read_line(typed)
    refuse_private(line)
    return line


def _read_reference(typed: Any) -> str:
    line = _read_line(typed)
    refuse_identity(line)
    return line


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
    if not phone.startswith(("+", "00")):  # a number of ours has ten digits at most
        refuse_identity(phone)
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


TypedDate = Annotated[date, BeforeValidator(read_day)]
"""A day; two digits of a year mean 20yy."""
PlainText = Annotated[str, BeforeValidator(_read_plain)]
"""One line without markup or private numbers; its longest length stands in its `Field`."""
NAMES_NOBODY = "names nobody"
"""Marks text that a browser may keep of a half-filled form; any other text it may not."""
DeviceCode = Annotated[str, BeforeValidator(_read_code), NAMES_NOBODY]
"""The code on a sticker, in capitals and without spaces."""
FactText = Annotated[PlainText, NAMES_NOBODY]
"""One line about a thing or a place, never about a person."""
ReferenceText = Annotated[str, BeforeValidator(_read_reference), NAMES_NOBODY]
"""The number of a paper or a thing; it may look like that of a card or a phone."""
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
