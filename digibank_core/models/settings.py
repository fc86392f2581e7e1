"""What an administrator types to change targets, periods, tranches and settings."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field
from pydantic_core import PydanticCustomError

from digibank_core.i18n import show_count, show_money, show_number
from digibank_core.models.money import MOST_CENTS, Euro, read_euro
from digibank_core.models.typed import FactText, Typed, TypedDate

YES, NO = "true", "false"
ANSWERS = {"ja": YES, "nee": NO, YES: YES, NO: NO}
BOOLEAN, CENTS, PERCENT = "boolean", "cents", "percent"


@dataclass(frozen=True)
class Unit:
    """A kind of value that a setting can have, and how people write it."""

    one: str
    many: str
    least: int = 0
    most: int = 1000


UNITS = {
    "sessions": Unit("les", "lessen", least=1, most=50),
    "days": Unit("dag", "dagen"),
    "working_days": Unit("werkdag", "werkdagen"),
    "months": Unit("maand", "maanden"),
    "years": Unit("jaar", "jaar", most=100),
    "renewals": Unit("verlenging", "verlengingen", most=50),
    "persons": Unit("persoon", "personen"),
    "factor": Unit("keer", "keer", least=1, most=100),
    PERCENT: Unit("%", "%", most=100),
    CENTS: Unit("euro", "euro", most=MOST_CENTS),
}
"""Units of settings that are numbers; `boolean` is the other one."""


def read_value(unit: str, typed: str) -> str | None:
    """Read the value of a setting as people type it; None when it does not fit its unit.

    Examples
    --------
    >>> read_value("percent", "75 %"), read_value("percent", "101"), read_value("boolean", "Ja")
    ('75', None, 'true')
    """
    text = typed.strip().casefold()
    if unit == BOOLEAN:
        return ANSWERS.get(text)
    kind = UNITS[unit]
    number = _cents(text) if unit == CENTS else _whole(text, kind)
    return str(number) if number is not None and kind.least <= number <= kind.most else None


def show_value(unit: str, value: str) -> str:
    """Write the value of a setting for people.

    Examples
    --------
    >>> show_value("sessions", "2"), show_value("boolean", "false"), show_value("percent", "80")
    ('2 lessen', 'nee', '80 %')
    """
    if unit == BOOLEAN:
        return "ja" if value == YES else "nee"
    kind = UNITS[unit]
    return (
        show_money(int(value)) if unit == CENTS else show_count(int(value), kind.one, kind.many)
    )


def wanted(unit: str) -> str:
    """Say what fits a unit, to who typed something else.

    Examples
    --------
    >>> wanted("percent"), wanted("boolean")
    ('een heel getal van 0 tot 100', 'ja of nee')
    """
    if unit == BOOLEAN:
        return "ja of nee"
    if unit == CENTS:
        return "een bedrag in euro, bijvoorbeeld 60,00"
    kind = UNITS[unit]
    return f"een heel getal van {kind.least} tot {show_number(kind.most)}"


def _whole(text: str, kind: Unit) -> int | None:
    number = text.removesuffix(kind.many).removesuffix(kind.one).strip()
    return int(number) if number.isascii() and number.isdecimal() else None


def _cents(text: str) -> int | None:
    try:
        return read_euro(text.removesuffix("euro"))
    except PydanticCustomError:
        return None


_SOURCE = Field(
    title="Bron",
    description="Wie besliste dit, en waar staat het? Een brief, een pagina, een verslag.",
    min_length=1,
    max_length=500,
)
_SINCE = Field(title="Geldt vanaf")
_AGREED_SINCE = Field(
    title="Geldt vanaf",
    description="Vroegere dagen houden wat toen gold. Kies de dag die er al staat om een fout "
    "te verbeteren.",
)
_PERIOD = Field(title="Digibank en periode")


class SettingRequest(Typed):
    """A new value of a setting, from a day on."""

    setting: str = Field(title="Instelling", max_length=40)
    digibank: str | None = Field(
        default=None,
        title="Voor welke Digibank?",
        description="Niet ingevuld is voor alle Digibanken.",
    )
    value: FactText = Field(
        title="Nieuwe waarde",
        description="Een getal, een bedrag in euro, of ja of nee.",
        min_length=1,
        max_length=80,
    )
    starts_on: TypedDate = _SINCE
    agreement: FactText | None = Field(
        default=None,
        title="Akkoord van de subsidiegever",
        description="Kenmerk van de brief. Nodig om anonieme bezoeken mee te tellen.",
        max_length=80,
    )
    source: FactText = _SOURCE


class TargetRequest(Typed):
    """Another target of a period, from a day on."""

    period: str = _PERIOD
    persons: int = Field(title="Doel in personen", ge=1, le=1_000_000)
    starts_on: TypedDate = _AGREED_SINCE
    source: FactText = _SOURCE


class PeriodRequest(Typed):
    """Other days of a period, or a period that becomes active."""

    period: str = _PERIOD
    first_day: TypedDate = Field(title="Eerste dag")
    last_day: TypedDate = Field(title="Laatste dag")
    active: bool = Field(
        default=False,
        title="Actief",
        description="Alleen een actieve periode staat op de pagina's.",
    )
    source: FactText = _SOURCE


class CapRequest(Typed):
    """The amount up to which a Digibank chose to be paid, from a day on, with its target."""

    period: str = _PERIOD
    cap: str = Field(title="Gekozen plafond")
    starts_on: TypedDate = _AGREED_SINCE
    source: FactText = _SOURCE


class TrancheRequest(Typed):
    """Another amount of a tranche, from a day on."""

    period: str = Field(title="Periode")
    from_persons: int = Field(
        title="Vanaf hoeveel personen?", description="Bijvoorbeeld 1001.", ge=0, le=1_000_000
    )
    amount_cents: Euro = Field(
        title="Bedrag in euro",
        description="0 als deze schijf niet meer bestaat.",
        ge=0,
        json_schema_extra={"kind": "text"},
    )
    starts_on: TypedDate = _SINCE
    source: FactText = _SOURCE


DatedRequest = SettingRequest | TargetRequest | PeriodRequest | CapRequest | TrancheRequest
"""Whatever an administrator changes, each with the source of the decision."""
