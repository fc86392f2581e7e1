"""Courses, their sessions, who enrolled and who came (rules 35 to 38)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError
from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import SQLModel

from digibank_core.models.columns import Moment, fact, one_of, technical
from digibank_core.models.programme import Stream
from digibank_core.models.typed import FactText, ReferenceText, Typed, TypedDate

MOST_PLACES = 200
MOST_SESSIONS = 30


class SessionKind(StrEnum):
    """Kinds of session; the value is what staff see."""

    LESSON = "les"
    WORKSHOP = "workshop"
    INFORMATION = "infosessie"
    PRACTICE = "oefenmoment"


class Level(StrEnum):
    """Level of DigComp 2.2 in the words of staff: 1 and 2, or 3 and 4 (rule 37)."""

    BASIC = "basis"
    ADVANCED = "gevorderd"


class EnrolmentState(StrEnum):
    """Where an enrolment stands; it says nothing of who came (rule 35)."""

    REQUESTED = "aangevraagd"
    WAITING = "wachtlijst"
    CONFIRMED = "bevestigd"
    CANCELLED = "geannuleerd"


NEXT_ENROLMENTS: dict[EnrolmentState, frozenset[EnrolmentState]] = {
    EnrolmentState.REQUESTED: frozenset(
        {EnrolmentState.WAITING, EnrolmentState.CONFIRMED, EnrolmentState.CANCELLED}
    ),
    EnrolmentState.WAITING: frozenset({EnrolmentState.CONFIRMED, EnrolmentState.CANCELLED}),
    EnrolmentState.CONFIRMED: frozenset({EnrolmentState.CANCELLED}),
    EnrolmentState.CANCELLED: frozenset(),
}
"""Steps that a change of an enrolment may make; who cancelled enrols again."""


class Mark(StrEnum):
    """What the roll call says of a person; no mark is "nog niet genoteerd", not absent."""

    PRESENT = "aanwezig"
    EXCUSED = "verontschuldigd"
    ABSENT = "afwezig"


class Course(SQLModel, table=True):
    """A series of sessions on one subject (lessenreeks)."""

    __table_args__ = (CheckConstraint("capacity > 0", name="capacity"),)

    id: int | None = fact(default=None, primary_key=True)
    digibank: str = fact(foreign_key="digibank.code", index=True)
    title: str = fact(max_length=80)
    level: Level = fact(default=Level.BASIC, sa_type=one_of(Level))
    capacity: int = fact()
    stream: Stream = fact(default=Stream.DIGIBANK, sa_type=one_of(Stream))
    voided: bool = fact(default=False)
    recorded_at: datetime = fact(default=None, sa_type=Moment)
    version: int = technical(default=1)


class TrainingSession(SQLModel, table=True):
    """One meeting of a course; its list is the proof of who came (rule 38)."""

    __tablename__ = "training_session"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="hours"),)

    id: int | None = fact(default=None, primary_key=True)
    digibank: str = fact(foreign_key="digibank.code", index=True)
    course: int = fact(foreign_key="course.id", index=True)
    kind: SessionKind = fact(default=SessionKind.LESSON, sa_type=one_of(SessionKind))
    held_on: date = fact()
    starts_at: time = fact()
    ends_at: time = fact()
    place: str = fact(max_length=80)
    teacher: str | None = fact(default=None, max_length=80)
    """Organisation of the teacher, never a name of a person."""
    own_device: bool = fact(default=True)
    """Whether people bring their own device."""
    cancelled: bool = fact(default=False)
    list_reference: str | None = fact(default=None, max_length=40)
    """Number of the scanned paper list, or of the digital sign-in."""
    complete_by: str | None = fact(default=None, foreign_key="account.login")
    """Login of who declared the list complete; empty while it is not."""
    voided: bool = fact(default=False)
    recorded_at: datetime = fact(default=None, sa_type=Moment)
    version: int = technical(default=1)


class Enrolment(SQLModel, table=True):
    """A person who asked to follow a course."""

    __table_args__ = (UniqueConstraint("course", "person"),)

    id: int | None = fact(default=None, primary_key=True)
    digibank: str = fact(foreign_key="digibank.code", index=True)
    course: int = fact(foreign_key="course.id", index=True)
    person: str = fact(foreign_key="person.key", index=True)
    state: EnrolmentState = fact(
        default=EnrolmentState.CONFIRMED, sa_type=one_of(EnrolmentState)
    )
    turn: int = fact(default=0)
    """Place in the row of who asked; who cancels and asks again joins at the end."""
    voided: bool = fact(default=False)
    recorded_at: datetime = fact(default=None, sa_type=Moment)
    version: int = technical(default=1)


class Attendance(SQLModel, table=True):
    """The mark of one person in one session; never derived from the enrolment (rule 35)."""

    __table_args__ = (UniqueConstraint("session", "person"),)

    id: int | None = fact(default=None, primary_key=True)
    digibank: str = fact(foreign_key="digibank.code", index=True)
    session: int = fact(foreign_key="training_session.id", index=True)
    person: str = fact(foreign_key="person.key", index=True)
    mark: Mark | None = fact(default=None, sa_type=one_of(Mark))
    """Empty again when a mark is taken back."""
    voided: bool = fact(default=False)
    recorded_at: datetime = fact(default=None, sa_type=Moment)
    version: int = technical(default=1)


TIME = re.compile(r"([0-9]{1,2}) ?(?:[.:uh] ?([0-9]{2})?)?(?: ?uur)?", re.IGNORECASE)


def read_time(typed: Any) -> time:
    """Read a time of day as people type it: 9.30, 9:30, 9u30, 9u or 14.

    Examples
    --------
    >>> read_time(" 9u30 "), read_time("14 uur")
    (datetime.time(9, 30), datetime.time(14, 0))
    """
    if isinstance(typed, time):
        return typed
    found = TIME.fullmatch(typed.strip()) if isinstance(typed, str) else None
    if found is not None:
        hour, minute = int(found[1]), int(found[2] or 0)
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise PydanticCustomError("time_form", "Schrijf het uur als 9.30 of 14.00.")


TypedTime = Annotated[time, BeforeValidator(read_time)]
"""A time of day, in Brussels."""


class NewCourse(Typed):
    """What is written down of a new course."""

    title: FactText = Field(
        title="Naam van de reeks",
        description="Bijvoorbeeld Smartphone voor starters.",
        min_length=2,
        max_length=80,
    )
    level: Level = Field(default=Level.BASIC, title="Niveau")
    capacity: int = Field(title="Aantal plaatsen", ge=1, le=MOST_PLACES)


class Meeting(Typed):
    """When and where people meet."""

    starts_at: TypedTime = Field(title="Begint om", description="Bijvoorbeeld 9.30.")
    ends_at: TypedTime = Field(title="Eindigt om", description="Bijvoorbeeld 12.00.")
    place: FactText = Field(title="Plaats", min_length=2, max_length=80)
    teacher: FactText | None = Field(
        default=None,
        title="Organisatie van de lesgever",
        description="Geen naam van een persoon.",
        max_length=80,
    )
    kind: SessionKind = Field(default=SessionKind.LESSON, title="Soort")
    own_device: bool = Field(default=True, title="Mensen brengen hun eigen toestel mee")


class NewSession(Meeting):
    """One meeting to add to a course."""

    course: int = Field(title="Reeks")
    held_on: TypedDate = Field(title="Dag")


class NewSeries(NewCourse, Meeting):
    """A course with a session every week, typed in one go."""

    first_day: TypedDate = Field(title="Eerste les op")
    sessions: int = Field(
        title="Aantal lessen", description="Elke week een.", ge=1, le=MOST_SESSIONS
    )


PERSON = Field(
    title="Naam",
    description="Typ minstens twee letters van de naam.",
    json_schema_extra={
        "missing": "Kies een persoon.",
        "empty": "Niemand gevonden. Zoek op een deel van de naam, "
        "of schrijf de persoon in bij Nieuwe persoon.",
    },
)


class EnrolmentRequest(Typed):
    """Who wants to follow which course."""

    course: int = Field(title="Reeks")
    person: str = PERSON


class EnrolmentChange(EnrolmentRequest):
    """Another state for an enrolment."""

    state: EnrolmentState = Field(title="Wordt")
    version: int | None = Field(default=None, title="Versie")


class WalkIn(Typed):
    """Who came without a place."""

    person: str = PERSON


class ListProof(Typed):
    """Proof that goes with a complete list (rule 38)."""

    reference: ReferenceText = Field(
        title="Nummer van de tekenlijst",
        description="Staat op het blad, bijvoorbeeld L-2024-118.",
        min_length=1,
        max_length=40,
        json_schema_extra={"missing": "Vul het nummer van de tekenlijst in."},
    )


@dataclass(frozen=True)
class RowMark:
    """What one row becomes, and which version of it was on the screen."""

    person: str
    mark: Mark | None
    version: int | None = None
    """As in `RollRow`; None does not ask whether someone else changed the row."""


@dataclass(frozen=True)
class RollRow:
    """One person of a roll; no name, the screen adds it."""

    person: str
    birth_year: int | None
    enrolled: bool
    """False for a walk-in, and for who gave up the place later."""
    mark: Mark | None
    version: int
    """0 while nothing was ever noted."""
    recorded_at: datetime | None = None
    """When the row was first noted (rule 61)."""


@dataclass(frozen=True)
class SessionCount:
    """A session, and how far its roll is."""

    session: TrainingSession
    course: Course
    enrolled: int
    """Confirmed enrolments of the course."""
    marked: int
    """Rows with a mark, walk-ins included."""
    unmarked: int
    """Confirmed enrolments without a mark; 0 once the list is complete."""
