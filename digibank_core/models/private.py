"""What may be kept in no text: numbers and addresses that a pattern recognises (rule 45).

Each refusal is a Dutch sentence that is ready for the screen and repeats nothing.
"""

from __future__ import annotations

import re

from pydantic_core import PydanticCustomError

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


def refuse_private(text: str) -> None:
    """Raise when a text holds a number or an address that may not be kept in it."""
    refuse_identity(text)
    if any(_is_card(found.group()) for found in CARD.finditer(text)):
        raise PydanticCustomError(
            "private_card", "Dit lijkt op een kaartnummer. Laat het weg uit de tekst."
        )
    if any(pattern.search(text) for pattern in PHONES):
        raise PydanticCustomError(
            "private_phone",
            "Dit lijkt op een telefoonnummer. Zet het bij de contactgegevens van de persoon.",
        )


def refuse_identity(code: str) -> None:
    """Do the same for the number of a thing, which may look like one of a card or a phone."""
    if any(map(_is_national_number, NATIONAL_NUMBER.findall(code))):
        raise PydanticCustomError(
            "private_national_number",
            "Dit lijkt op een rijksregisternummer. Laat het weg: we mogen het niet bewaren.",
        )
    if _has_iban(code.upper()):
        raise PydanticCustomError(
            "private_iban", "Dit lijkt op een rekeningnummer. Laat het weg uit de tekst."
        )
    if MAIL.search(code):
        raise PydanticCustomError(
            "private_mail",
            "Hier staat een e-mailadres. Zet het bij de contactgegevens van de persoon.",
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
