"""Digipunten, the blocks in which they were open, visits and questions (rules 39 to 43)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import from_json
from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import SQLModel

from digibank_core.models.columns import Moment, fact, free_text, one_of, technical
from digibank_core.models.programme import Stream
from digibank_core.models.training import TypedTime
from digibank_core.models.typed import NOTE_HELP, FreeText, Typed, TypedDate

MOST_QUESTIONS = 10
"""Questions of one visit: more is a slip of the finger."""
MOST_OF_A_TOPIC = 99
"""Questions on one topic in a tally: more is a slip of the pen."""


class FirstTime(StrEnum):
    """Whether a visitor is at this Digibank for the first time (rule 14)."""

    YES = "ja"
    NO = "nee"
    UNKNOWN = "onbekend"


class AgeBand(StrEnum):
    """Age of an anonymous visitor, as the helper sees it; known persons have none (rule 11)."""

    YOUNG = "18-29"
    MIDDLE = "30-54"
    OLDER = "55-64"
    SENIOR = "65-74"
    ELDERLY = "75+"
    UNKNOWN = "onbekend"


class HelperRole(StrEnum):
    """Who helped: a role, never a name (rule 40)."""

    VOLUNTEER = "vrijwilliger"
    STAFF = "medewerker"
    STUDENT = "student"


class Minutes(StrEnum):
    """How long a question took."""

    SHORT = "0-10"
    MEDIUM = "10-30"
    LONG = "30-60"
    LONGEST = ">60"


class Result(StrEnum):
    """What came of a question (rule 40)."""

    SOLVED = "opgelost"
    PARTLY = "deels"
    REFERRED = "doorverwezen"
    UNSOLVED = "niet opgelost"
    OUT_OF_SCOPE = "buiten opdracht"


class Referral(StrEnum):
    """Where a visitor was sent on to (rule 40)."""

    COURSE = "vorming"
    LENDING = "uitleendienst"
    OCMW = "OCMW"
    BANK = "bank"
    HEALTH_FUND = "ziekenfonds"
    VDAB = "VDAB"
    BEEGO = "BEEGO"
    OTHER = "iemand anders"


class Digipunt(SQLModel, table=True):
    """A walk-in place of a Digibank; a mobile one has stops (rule 5)."""

    code: str = fact(primary_key=True, max_length=40)
    digibank: str = fact(foreign_key="digibank.code", index=True)
    municipality: str = fact(foreign_key="municipality.nis")
    name: str = fact(max_length=80)
    mobile: bool = fact(default=False)
    source: str = fact(max_length=500)


class OpeningBlock(SQLModel, table=True):
    """Published hours of a Digipunt on a weekday (1 is Monday)."""

    __tablename__ = "opening_block"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="hours"),
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
    )

    digipunt: str = fact(primary_key=True, foreign_key="digipunt.code")
    weekday: int = fact(primary_key=True)
    starts_at: time = fact(primary_key=True)
    ends_at: time = fact()
    every_weeks: int = fact(default=1)
    source: str = fact(max_length=500)


class Topic(SQLModel, table=True):
    """A subject of questions; `essential_service` groups some of them."""

    code: str = fact(primary_key=True, max_length=40)
    position: int = fact()
    """Place in the list: that of the row in the reference file, from 1 on."""
    label: str = fact(max_length=60)
    essential_service: str | None = fact(default=None, max_length=20)
    source: str = fact(max_length=500)


class HeldBlock(SQLModel, table=True):
    """A block in which a Digipunt really was open; without visits it is a zero (rule 42)."""

    __tablename__ = "held_block"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="hours"),
        UniqueConstraint("digipunt", "held_on", "starts_at"),
    )

    id: int | None = fact(default=None, primary_key=True)
    digibank: str = fact(foreign_key="digibank.code", index=True)
    digipunt: str = fact(foreign_key="digipunt.code", index=True)
    held_on: date = fact()
    starts_at: time = fact()
    ends_at: time = fact()
    voided: bool = fact(default=False)
    recorded_at: datetime = fact(default=None, sa_type=Moment)
    version: int = technical(default=1)


class Visit(SQLModel, table=True):
    """One person at a Digipunt, known or anonymous, with one or more questions (rule 39)."""

    id: int | None = fact(default=None, primary_key=True)
    digibank: str = fact(foreign_key="digibank.code", index=True)
    digipunt: str = fact(foreign_key="digipunt.code", index=True)
    municipality: str = fact(foreign_key="municipality.nis")
    """Of the Digipunt, or of the stop of a mobile one (rule 5)."""
    visited_on: date = fact()
    person: str | None = fact(default=None, foreign_key="person.key", index=True)
    """Empty for an anonymous visit (rule 14)."""
    first_time: FirstTime = fact(default=FirstTime.UNKNOWN, sa_type=one_of(FirstTime))
    age_band: AgeBand | None = fact(default=None, sa_type=one_of(AgeBand))
    language_help: bool = fact(default=False)
    helper_role: HelperRole = fact(default=HelperRole.VOLUNTEER, sa_type=one_of(HelperRole))
    stream: Stream = fact(default=Stream.DIGIBANK, sa_type=one_of(Stream))
    voided: bool = fact(default=False)
    """Taken back; a voided visit counts nowhere, yet it stays (rule 62)."""
    note: str | None = free_text(default=None, max_length=500)
    recorded_at: datetime = fact(default=None, sa_type=Moment)
    version: int = technical(default=1)


class Question(SQLModel, table=True):
    """One question of a visit and what came of it."""

    id: int | None = fact(default=None, primary_key=True)
    digibank: str = fact(foreign_key="digibank.code", index=True)
    visit: int = fact(foreign_key="visit.id", index=True)
    topic: str = fact(foreign_key="topic.code")
    minutes: Minutes = fact(default=Minutes.SHORT, sa_type=one_of(Minutes))
    result: Result | None = fact(default=None, sa_type=one_of(Result))
    """Empty while it is not known; such a question is no proof of help (rule 8)."""
    referred_to: str | None = fact(default=None, max_length=40)
    voided: bool = fact(default=False)
    recorded_at: datetime = fact(default=None, sa_type=Moment)
    version: int = technical(default=1)


class Place(Typed):
    """Where and when people were helped, and by whom."""

    digipunt: str = Field(title="Digipunt", json_schema_extra={"missing": "Kies een Digipunt."})
    stop: str | None = Field(default=None, title="Gemeente van de halte")
    visited_on: TypedDate = Field(title="Dag", description="Vandaag, of eerder.")
    helper_role: HelperRole = Field(default=HelperRole.VOLUNTEER, title="Wie helpt er?")


class QuestionRequest(Typed):
    """One question, as it is tapped in."""

    topic: str = Field(
        title="Waarover ging de vraag?",
        json_schema_extra={"kind": "tiles", "missing": "Kies een onderwerp."},
    )
    minutes: Minutes = Field(default=Minutes.SHORT, title="Hoe lang duurde het?")
    result: Result = Field(default=Result.SOLVED, title="Is het opgelost?")
    referred_to: Referral | None = Field(default=None, title="Doorverwezen naar")
    """Kept only with the result "doorverwezen"."""


def _from_browser(given: Any) -> Any:
    return from_json(given) if isinstance(given, str) else given


class VisitFacts(Place):
    """A visit, apart from what was asked."""

    person: str | None = Field(
        default=None,
        title="Wie kwam langs?",
        description="Laat leeg voor wie anoniem blijft. Of typ twee letters van de naam.",
    )
    first_time: FirstTime = Field(
        default=FirstTime.UNKNOWN, title="Eerste keer bij deze Digibank?"
    )
    age_band: AgeBand | None = Field(
        default=None, title="Leeftijd", description="Schat, en vraag er niet naar."
    )
    language_help: bool = Field(default=False, title="Had hulp nodig met de taal")
    note: FreeText | None = Field(
        default=None,
        title="Nota",
        description=f"Noem niemand. {NOTE_HELP}",
        json_schema_extra={"kind": "note"},
    )


class VisitRequest(VisitFacts, QuestionRequest):
    """A visit: who came, its last question, and the earlier ones."""

    earlier: Annotated[list[QuestionRequest], BeforeValidator(_from_browser)] = Field(
        default=[],
        title="Vorige vragen van deze bezoeker",
        max_length=MOST_QUESTIONS - 1,
        json_schema_extra={"kind": "questions"},
    )

    @property
    def questions(self) -> list[QuestionRequest]:
        """All questions of the visit, in the order in which they were asked."""
        return [*self.earlier, self]


class TallyRequest(Place):
    """What was tallied on paper at a Digipunt on a day."""

    counts: dict[str, int] = Field(default={}, title="Aantal vragen per onderwerp")
    confirmed: bool = Field(
        default=False,
        title="Dit zijn andere bezoekers dan die al genoteerd zijn",
        description="Alleen nodig als er die dag al bezoeken genoteerd zijn.",
    )


class HeldBlockRequest(Typed):
    """Hours in which a Digipunt really was open."""

    digipunt: str = Field(title="Digipunt", json_schema_extra={"missing": "Kies een Digipunt."})
    held_on: TypedDate = Field(title="Dag", description="Vandaag, of eerder.")
    starts_at: TypedTime = Field(title="Open om", description="Bijvoorbeeld 9.30.")
    ends_at: TypedTime = Field(title="Dicht om", description="Bijvoorbeeld 12.00.")


@dataclass(frozen=True)
class DayCount:
    """What was written down of one Digipunt on one day: three different numbers (rule 39)."""

    digipunt: str
    name: str
    visits: int
    questions: int


@dataclass(frozen=True)
class ExpectedBlock:
    """Published hours of a Digipunt on a day, and whether they were written down as held."""

    digipunt: str
    name: str
    starts_at: time
    ends_at: time
    every_weeks: int
    held: bool
