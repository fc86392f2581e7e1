"""Devices, their loans and their wipes (uitleendienst)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from pydantic import Field
from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import SQLModel

from digibank_core.models.columns import Moment, fact, free_text, one_of, technical
from digibank_core.models.programme import Stream
from digibank_core.models.typed import (
    NOTE_HELP,
    DeviceCode,
    FactText,
    FreeText,
    ReferenceText,
    Typed,
    TypedDate,
)

SATURDAY = 5


class DeviceKind(StrEnum):
    """Kinds of device; the value is what staff see."""

    LAPTOP = "laptop"
    TABLET = "tablet"
    SMARTPHONE = "smartphone"


class DeviceState(StrEnum):
    """Where a device is in its life cycle (rule 25)."""

    TO_WIPE = "te wissen"
    READY = "uitleenbaar"
    ON_LOAN = "uitgeleend"


NEXT_STATES: dict[DeviceState, frozenset[DeviceState]] = {
    DeviceState.TO_WIPE: frozenset({DeviceState.READY}),
    DeviceState.READY: frozenset({DeviceState.ON_LOAN}),
    DeviceState.ON_LOAN: frozenset({DeviceState.TO_WIPE}),
}
"""The steps a device may take; every other one is refused (rule 25)."""


class Origin(StrEnum):
    """Where a device came from (circularity, F13 2.5)."""

    NEW = "nieuw"
    DONATED = "geschonken"
    REFURBISHED = "opgeknapt"


class Condition(StrEnum):
    """State in which a device comes back (rule 31)."""

    FINE = "in orde"
    DAMAGED = "beschadigd"
    INCOMPLETE = "onvolledig"


class WipeMethod(StrEnum):
    """How the data on a device was removed."""

    OVERWRITE = "overschrijven"
    RESET = "fabrieksinstellingen"
    ERASE = "wissen met sleutel"


class Device(SQLModel, table=True):
    """A device of one Digibank, known by the code on its sticker."""

    code: str = fact(primary_key=True, max_length=12)
    digibank: str = fact(foreign_key="digibank.code", index=True)
    kind: DeviceKind = fact(sa_type=one_of(DeviceKind))
    model: str = fact(max_length=60)
    serial: str | None = fact(default=None, unique=True, max_length=60)
    origin: Origin = fact(sa_type=one_of(Origin))
    state: DeviceState = fact(default=DeviceState.TO_WIPE, sa_type=one_of(DeviceState))
    received_on: date = fact()
    voided: bool = fact(default=False)
    recorded_at: datetime = fact(default=None, sa_type=Moment)
    version: int = technical(default=1)


class Loan(SQLModel, table=True):
    """One device with one person, from hand-over until return."""

    __table_args__ = (
        CheckConstraint("lent_on <= due_on", name="due_after_hand_over"),
        CheckConstraint("lent_on <= returned_on", name="return_after_hand_over"),
        Index(
            "ix_loan_one_open_per_device",
            "device",
            unique=True,
            sqlite_where=text("returned_on IS NULL AND NOT voided"),
            postgresql_where=text("returned_on IS NULL AND NOT voided"),
        ),
    )

    id: int | None = fact(default=None, primary_key=True)
    digibank: str = fact(foreign_key="digibank.code", index=True)
    device: str = fact(foreign_key="device.code", index=True)
    person: str = fact(foreign_key="person.key", index=True)
    lent_on: date = fact()
    """Day of the hand-over: only from then on a loan counts (rule 8)."""
    due_on: date = fact()
    returned_on: date | None = fact(default=None)
    agreement: str | None = fact(default=None, unique=True, max_length=20)
    """Reference of the signed agreement; a loan without it does not count (rule 8)."""
    stream: Stream = fact(default=Stream.DIGIBANK, sa_type=one_of(Stream))
    condition: Condition | None = fact(default=None, sa_type=one_of(Condition))
    note: str | None = free_text(default=None, max_length=500)
    return_note: str | None = free_text(default=None, max_length=500)
    voided: bool = fact(default=False)
    recorded_at: datetime = fact(default=None, sa_type=Moment)
    version: int = technical(default=1)


class Wipe(SQLModel, table=True):
    """Proof that the data on a device was removed (rule 26)."""

    id: int | None = fact(default=None, primary_key=True)
    digibank: str = fact(foreign_key="digibank.code", index=True)
    device: str = fact(foreign_key="device.code", index=True)
    wiped_on: date = fact()
    method: WipeMethod = fact(sa_type=one_of(WipeMethod))
    partner: str | None = fact(default=None, foreign_key="partner.code")
    """Kringwinkel that did it; empty when the Digibank did it itself."""
    certificate: str | None = fact(default=None, max_length=60)
    voided: bool = fact(default=False)
    recorded_at: datetime = fact(default=None, sa_type=Moment)
    version: int = technical(default=1)


class DeviceCorrection(Typed):
    """What can be wrong of a device; another code is another device."""

    kind: DeviceKind = Field(title="Soort")
    model: FactText = Field(title="Merk en model", min_length=1, max_length=60)
    serial: ReferenceText | None = Field(default=None, title="Serienummer", max_length=60)
    origin: Origin = Field(title="Herkomst")
    received_on: TypedDate = Field(title="Binnen op")


class NewDevice(DeviceCorrection):
    """What is written down when a device comes in."""

    device: DeviceCode = Field(title="Toestelcode")


_DEVICE = Field(
    title="Toestelcode",
    description="Scan de sticker of typ de code, bijvoorbeeld BW-0163.",
    json_schema_extra={"missing": "Scan of typ de code van het toestel."},
)


class LoanRequest(Typed):
    """What the desk fills in to lend a device."""

    device: DeviceCode = _DEVICE
    person: str = Field(
        title="Lener",
        description="Typ minstens twee letters van de naam.",
        json_schema_extra={
            "missing": "Kies een lener.",
            "empty": "Niemand gevonden. Zoek op een deel van de naam, "
            "of schrijf de persoon in bij Nieuwe persoon.",
        },
    )
    lent_on: TypedDate = Field(title="Gaat mee op", description="Vandaag, of eerder.")
    due_on: TypedDate = Field(title="Terug op")
    note: FreeText | None = Field(
        default=None,
        title="Nota",
        description=NOTE_HELP,
        json_schema_extra={"kind": "note"},
    )


class ReturnRequest(Typed):
    """What the desk fills in when a device comes back."""

    device: DeviceCode = _DEVICE
    returned_on: TypedDate = Field(title="Kwam terug op", description="Vandaag, of eerder.")
    condition: Condition = Field(title="Hoe komt het terug?")
    note: FreeText | None = Field(
        default=None,
        title="Nota",
        description=f"Wat ontbreekt of is stuk? {NOTE_HELP}",
        json_schema_extra={"kind": "note"},
    )
    version: int | None = Field(default=None, title="Versie")


class WipeRequest(Typed):
    """What is written down when a device is wiped."""

    device: DeviceCode = _DEVICE
    wiped_on: TypedDate = Field(title="Gewist op", description="Vandaag, of eerder.")
    method: WipeMethod = Field(title="Hoe?")
    partner: str | None = Field(default=None, title="Door welke kringwinkel?")
    certificate: ReferenceText | None = Field(
        default=None, title="Nummer van het attest", max_length=60
    )
    version: int | None = Field(default=None, title="Versie")


@dataclass(frozen=True)
class LoanView:
    """A loan, with the borrower only for who may know persons (design.md, roles)."""

    id: int | None
    device: str
    lent_on: date
    due_on: date
    returned_on: date | None
    agreement: str | None
    version: int
    recorded_at: datetime
    person: str | None
    note: str | None

    def days_late(self, on: date) -> int:
        """Give the days the loan is late on a day; due that day is not late (rule 28)."""
        came_back = self.returned_on is not None and self.returned_on <= on
        return 0 if came_back else max(0, (on - self.due_on).days)


@dataclass(frozen=True)
class DeviceView:
    """A device with its open loan or its last wipe, as the desk needs to see it."""

    device: Device
    loan: LoanView | None
    wipe: Wipe | None


def default_due(lent_on: date, days: int) -> date:
    """Give the due day of a loan: after the term, moved to Monday when in a weekend.

    Examples
    --------
    >>> default_due(date(2024, 11, 14), 28), default_due(date(2024, 11, 16), 28)
    (datetime.date(2024, 12, 12), datetime.date(2024, 12, 16))
    """
    due = lent_on + timedelta(days=days)
    return due + timedelta(days=7 - due.weekday()) if due.weekday() >= SATURDAY else due
