"""The budget of a period and the costs booked on it (rules 6, 23 and 24)."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import SQLModel

from digibank_core.models.columns import Moment, fact, free_text, one_of, technical
from digibank_core.models.money import Euro
from digibank_core.models.programme import Stream
from digibank_core.models.typed import (
    NOTE_HELP,
    FactText,
    FreeText,
    ReferenceText,
    Typed,
    TypedDate,
)

OUTSIDE_PERIOD = "buiten de periode"
OTHER_STREAM = "andere financiering"


class Category(StrEnum):
    """The three kinds of cost that the subsidy knows (F14); the value is what staff see."""

    WAGES = "loonkosten"
    OPERATING = "werkingskosten"
    EXTERNAL = "externe prestaties"


class BudgetLine(SQLModel, table=True):
    """What a Digibank means to spend on one kind of cost in a period."""

    __tablename__ = "budget_line"
    __table_args__ = (CheckConstraint("amount_cents >= 0", name="amount"),)

    digibank: str = fact(primary_key=True, foreign_key="digibank.code")
    period: str = fact(primary_key=True, max_length=20)
    category: Category = fact(primary_key=True, sa_type=one_of(Category))
    amount_cents: int = fact()
    author: str = fact(max_length=60)
    source: str = fact(max_length=500)


class Booking(SQLModel, table=True):
    """A cost with its proof; whether it is eligible follows from its day and stream."""

    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount"),
        Index(
            "uq_booking_proof",
            "digibank",
            "proof",
            unique=True,
            sqlite_where=text("NOT voided"),
            postgresql_where=text("NOT voided"),
        ),
    )

    id: int | None = fact(default=None, primary_key=True)
    digibank: str = fact(foreign_key="digibank.code", index=True)
    period: str = fact(max_length=20)
    category: Category = fact(sa_type=one_of(Category))
    booked_on: date = fact()
    """Day of the cost, as on the proof."""
    amount_cents: int = fact()
    stream: Stream = fact(default=Stream.DIGIBANK, sa_type=one_of(Stream))
    proof: str = fact(max_length=40)
    """Number of the invoice or the pay slip; one proof is booked once (rule 6)."""
    description: str | None = free_text(default=None, max_length=500)
    voided: bool = fact(default=False)
    recorded_at: datetime = fact(default=None, sa_type=Moment)
    version: int = technical(default=1)


def why_not_eligible(booked_on: date, stream: str, first_day: date, last_day: date) -> str:
    """Say why the subsidy does not pay a cost; empty when it does (rules 6 and 23).

    Examples
    --------
    >>> impl = date(2022, 11, 1), date(2024, 12, 31)
    >>> why_not_eligible(date(2025, 1, 2), "DIGIBANK", *impl)
    'buiten de periode'
    >>> why_not_eligible(date(2024, 12, 31), "DIGIBANK", *impl)
    ''
    """
    if stream != Stream.DIGIBANK.value:
        return OTHER_STREAM
    return "" if first_day <= booked_on <= last_day else OUTSIDE_PERIOD


def _read_proof(typed: str) -> str:
    proof = " ".join(typed.split()).upper()
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9 ./_-]{1,39}", proof):
        raise PydanticCustomError(
            "proof", "Schrijf het nummer van het bewijs, bijvoorbeeld F-2024-118."
        )
    return proof


Proof = Annotated[ReferenceText, AfterValidator(_read_proof)]
"""The number of a proof in one spelling, so that the same proof is seen twice."""

_PERIOD = Field(title="Periode")
_AMOUNT = Field(
    title="Bedrag in euro",
    description="Met een komma voor de centen, bijvoorbeeld 1.234,50.",
    gt=0,
    json_schema_extra={"kind": "text"},
)


class BookingRequest(Typed):
    """What a coordinator types of a cost."""

    period: str = _PERIOD
    category: Category = Field(title="Soort kost")
    booked_on: TypedDate = Field(title="Dag op het bewijs")
    amount_cents: Euro = _AMOUNT
    stream: Stream = Field(
        default=Stream.DIGIBANK,
        title="Wie betaalt?",
        description="Alleen DIGIBANK telt voor deze subsidie.",
    )
    proof: Proof = Field(
        title="Nummer van het bewijs",
        description="Van de factuur of de loonstaat. Eén bewijs boek je één keer.",
    )
    description: FreeText | None = Field(
        default=None,
        title="Waarvoor?",
        description=f"Geen namen van personen. {NOTE_HELP}",
        json_schema_extra={"kind": "note"},
    )


class BudgetRequest(Typed):
    """What a coordinator types of a line of the budget."""

    period: str = _PERIOD
    category: Category = Field(title="Soort kost")
    amount_cents: Euro = Field(
        title="Bedrag in euro",
        description="Voor de hele periode, bijvoorbeeld 310.000.",
        ge=0,
        json_schema_extra={"kind": "text"},
    )
    source: FactText = Field(
        title="Bron",
        description="Waar staat dit bedrag? Bijvoorbeeld: aanvraag, bijlage 2.",
        min_length=1,
        max_length=500,
    )


class BookingChoice(Typed):
    """One booking, and why it is voided or put back."""

    booking: int = Field(
        title="Boeking",
        json_schema_extra={
            "missing": "Kies een boeking.",
            "empty": "Geen boeking gevonden. Zoek op het nummer van het bewijs.",
        },
    )
    reason: FactText = Field(title="Waarom?", min_length=1, max_length=150)
