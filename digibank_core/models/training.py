"""Courses, their sessions, who enrolled and who came (rules 35 to 38)."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import SQLModel

from digibank_core.models.columns import Moment, fact, one_of, technical
from digibank_core.models.programme import Stream


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
    recorded_at: datetime = fact(default=None, sa_type=Moment)
    version: int = technical(default=1)
