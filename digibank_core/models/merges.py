"""Merges of persons: the decisions, what a coordinator answers, and what the list shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pydantic import Field
from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import SQLModel

from digibank_core.models.columns import Moment, fact, technical
from digibank_core.models.persons import CHOOSE_PERSON
from digibank_core.models.typed import Typed


class Merge(SQLModel, table=True):
    """Two persons turned out to be one: the absorbed counts as the kept (rule 63)."""

    __table_args__ = (
        CheckConstraint("kept <> absorbed", name="two_persons"),
        Index(
            "uq_merge_absorbed",
            "absorbed",
            unique=True,
            sqlite_where=text("NOT withdrawn"),
            postgresql_where=text("NOT withdrawn"),
        ),
    )

    id: int | None = fact(default=None, primary_key=True)
    digibank: str = fact(foreign_key="digibank.code", index=True)
    kept: str = fact(foreign_key="person.key", index=True)
    absorbed: str = fact(foreign_key="person.key")
    """Never in two merges that hold, so that every person has one root."""
    withdrawn: bool = fact(default=False)
    recorded_at: datetime = fact(default=None, sa_type=Moment)
    version: int = technical(default=1)


class DifferentPersons(SQLModel, table=True):
    """Two persons who look alike and are not the same; not proposed again (rule 64)."""

    __tablename__ = "different_persons"
    __table_args__ = (CheckConstraint("one < other", name="in_order"),)

    one: str = fact(primary_key=True, foreign_key="person.key", max_length=16)
    other: str = fact(primary_key=True, foreign_key="person.key", max_length=16)
    digibank: str = fact(foreign_key="digibank.code", index=True)
    voided: bool = fact(default=False)
    recorded_at: datetime = fact(default=None, sa_type=Moment)
    version: int = technical(default=1)


class SameBecause(StrEnum):
    """Why two persons are one; a closed list, so it names nobody."""

    SPELLING = "de naam is anders geschreven"
    SAYS_SO = "de persoon zegt het zelf"
    CHECKED = "nagekeken op papier of aan de telefoon"
    OTHER = "een andere reden"


class Reconsidered(StrEnum):
    """Why a decision about two persons is taken back; a closed list, so it names nobody."""

    MISTAKE = "het was een vergissing"
    KNOWN_SINCE = "er is nu meer bekend"
    OTHER = "een andere reden"


class MergeRequest(Typed):
    """Which of two persons stays, and why they are one."""

    kept: str = Field(
        title="Wie blijft?",
        description="Van wie blijft, tellen geboortejaar, leeftijd, rol en woonplaats "
        "voor alle diensten.",
        json_schema_extra={"missing": "Kies wie blijft."},
    )
    because: SameBecause = Field(title="Waarom is dit dezelfde persoon?")


class TakeBackRequest(Typed):
    """Why a decision about two persons is taken back."""

    because: Reconsidered = Field(title="Waarom neem je dit terug?")


class PairRequest(Typed):
    """Two persons to be put side by side."""

    one: str = Field(title="Eerste persoon", json_schema_extra={"missing": CHOOSE_PERSON})
    other: str = Field(title="Tweede persoon", json_schema_extra={"missing": CHOOSE_PERSON})


@dataclass(frozen=True)
class Pair:
    """Two persons who may be one."""

    one: str
    """This and the next: opaque keys."""
    other: str
    score: int
    """0 to 100."""
    why: str
    """What is the same and what is not, in Dutch."""


@dataclass(frozen=True)
class Served:
    """What a person got, together with all who count as that person."""

    loans: int = 0
    open_loans: int = 0
    sessions: int = 0
    """Sessions where the person was present."""
    visits: int = 0
    first: date | None = None
    last: date | None = None
    """This and `first`: days of a service; empty when there was none."""


@dataclass(frozen=True)
class Comparison:
    """What two persons got, and what they share."""

    one: Served
    other: Served
    same_sessions: int
    """Sessions in which both have a mark: of these the strongest counts once (rule 63)."""
    merged: bool
    """Whether one of them is the result of a merge already."""


@dataclass(frozen=True)
class Act:
    """Who did something, when and why, as history tells it."""

    login: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Decision:
    """What was decided about two persons: that they are one, or that they are not."""

    one: str
    """Who stays, when they were merged."""
    other: str
    made: Act
    undone: Act | None
    """Empty while it holds."""
    version: int
    number: int = 0
    """Of a merge."""

    @property
    def holds(self) -> bool:
        """Whether it was not taken back."""
        return self.undone is None
