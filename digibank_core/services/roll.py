"""Call the roll of a session: who was there, and the proof of it (rules 35, 36 and 38).

The roll holds who has a confirmed place in the course and who walked in. A row that nobody
noted has no mark; it is never absent. A walk-in whose mark is taken back leaves the roll.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, and_, col, or_, select

from digibank_core.errors import (
    AlreadyOnListError,
    ListCompleteError,
    NotOnListError,
    PersonTwiceError,
    RowsChangedError,
    SessionCancelledError,
    SessionToComeError,
    UnknownSessionError,
    UnmarkedRowsError,
)
from digibank_core.models import (
    Attendance,
    Course,
    Enrolment,
    ListProof,
    Mark,
    Person,
    TrainingSession,
)
from digibank_core.models.training import RollRow, RowMark, SessionCount
from digibank_core.security import Actor, Right
from digibank_core.services.checks import own_person
from digibank_core.services.marks import marks_noted, places_taken, with_place
from digibank_core.services.roots import together

DAYS_OPEN = 92
"""How long a list that is not complete stays in the list of sessions."""
DAYS_DONE = 14
"""How long a complete list stays there, to be looked at or opened again."""
DAYS_AHEAD = 14


@dataclass(frozen=True)
class Roll:
    """The roll of one session."""

    session: TrainingSession
    course: Course
    rows: tuple[RollRow, ...]

    @property
    def unmarked(self) -> int:
        """Rows that nobody noted yet; they are not absent (rule 35)."""
        return sum(row.mark is None for row in self.rows)


def mark_attendance(
    session: Session, number: int, marks: Sequence[RowMark], *, actor: Actor, today: date
) -> int:
    """Write the marks of a roll as one whole; what is not named stays as it is.

    Parameters
    ----------
    number
        Id of the session.
    marks
        Rows to change; a mark of None takes a mark back.
    actor
        Needs `Right.TEACH` in the Digibank of the session.
    today
        A session after this day has no marks yet.

    Returns
    -------
    int
        Number of rows that got another mark.

    Raises
    ------
    UnknownSessionError, SessionCancelledError, SessionToComeError, ListCompleteError
        The session is not open for marks.
    PersonTwiceError, NotOnListError
        A person is named twice, or has no row.
    RowsChangedError
        Someone else gave rows another mark since they were shown; nothing is changed.
    """
    actor.require(Right.TEACH, actor.own)
    meeting = _open_session(session, number, actor, today)
    if len({one.person for one in marks}) < len(marks):
        raise PersonTwiceError
    rows = {row.person: row for row in _rows(session, meeting)}
    strangers = sum(one.person not in rows for one in marks)
    if strangers:
        raise NotOnListError(rows=strangers)
    changed = [one for one in marks if one.mark != rows[one.person].mark]
    passed = sum(one.version not in (None, rows[one.person].version) for one in changed)
    if passed:
        raise RowsChangedError(rows=passed)
    noted = _noted(session, number)
    for one in changed:
        _note(session, number, noted.get(one.person), one, actor)
    session.flush()
    return len(changed)


def walk_in(
    session: Session, number: int, person: str, *, actor: Actor, today: date
) -> Attendance:
    """Put a person who came without a place on the roll, present; a full course is no bar.

    Raises
    ------
    UnknownSessionError, SessionCancelledError, SessionToComeError, ListCompleteError
        The session is not open for marks.
    UnknownPersonError
        The person is not of the own Digibank.
    AlreadyOnListError
        The person has a row.
    """
    actor.require(Right.TEACH, actor.own)
    meeting = _open_session(session, number, actor, today)
    known = own_person(session, person, actor.own).key
    listed = {row.person for row in _rows(session, meeting)}
    if not listed.isdisjoint(together(session, known)):
        raise AlreadyOnListError
    row = _noted(session, number).get(known)  # of who was on the roll before
    came = _note(session, number, row, RowMark(known, Mark.PRESENT), actor)
    session.flush()
    return came


def complete_list(
    session: Session, number: int, request: ListProof, *, actor: Actor, today: date
) -> TrainingSession:
    """Declare a roll complete, with the reference of its list, in the name of the actor.

    Raises
    ------
    UnknownSessionError, SessionCancelledError, SessionToComeError, ListCompleteError
        The session is not open for marks.
    UnmarkedRowsError
        Somebody is not noted yet (rule 38).
    """
    actor.require(Right.TEACH, actor.own)
    meeting = _open_session(session, number, actor, today)
    unmarked = sum(row.mark is None for row in _rows(session, meeting))
    if unmarked:
        raise UnmarkedRowsError(unmarked=unmarked)
    meeting.list_reference = request.reference
    meeting.complete_by = actor.login
    session.flush()
    return meeting


def reopen_list(session: Session, number: int, *, actor: Actor) -> TrainingSession:
    """Take the declaration back, so that the roll can be mended; every mark stays.

    Raises
    ------
    UnknownSessionError
        No session of the own Digibank has the number.
    """
    actor.require(Right.TEACH, actor.own)
    meeting, _ = _own_session(session, number, actor)
    meeting.complete_by = None
    session.flush()
    return meeting


def roll_of(session: Session, number: int, *, actor: Actor) -> Roll:
    """Give the roll of a session of the own Digibank; raise `UnknownSessionError` if none."""
    actor.require(Right.TEACH, actor.own)
    meeting, course = _own_session(session, number, actor)
    return Roll(meeting, course, tuple(_rows(session, meeting)))


def sessions_around(session: Session, *, actor: Actor, today: date) -> list[SessionCount]:
    """Give the sessions of the own Digibank that have work now, oldest first."""
    actor.require(Right.TEACH, actor.own)
    day = col(TrainingSession.held_on)
    is_open = and_(col(TrainingSession.complete_by).is_(None), ~col(TrainingSession.cancelled))
    found = session.exec(
        select(TrainingSession, Course)
        .join(Course)
        .where(
            _counts(actor.own),
            day <= today + timedelta(days=DAYS_AHEAD),
            day >= today - timedelta(days=DAYS_OPEN),
            or_(is_open, day >= today - timedelta(days=DAYS_DONE)),
        )
        .order_by(day, col(TrainingSession.starts_at), col(TrainingSession.id))
    ).all()
    enrolled = places_taken(session, {course.id for _, course in found})
    marked = marks_noted(session, {meeting.id for meeting, _ in found})
    return [
        _count(meeting, course, enrolled.get(course.id, 0), *marked.get(meeting.id, (0, 0)))
        for meeting, course in found
    ]


def _own_session(session: Session, number: int, actor: Actor) -> tuple[TrainingSession, Course]:
    found = session.exec(
        select(TrainingSession, Course)
        .join(Course)
        .where(TrainingSession.id == number, _counts(actor.own))
    ).first()
    if found is None:
        raise UnknownSessionError
    return found


def _open_session(session: Session, number: int, actor: Actor, today: date) -> TrainingSession:
    meeting, _ = _own_session(session, number, actor)
    if meeting.cancelled:
        raise SessionCancelledError
    if meeting.held_on > today:
        raise SessionToComeError(held_on=meeting.held_on)
    if meeting.complete_by is not None:
        raise ListCompleteError
    return meeting


def _rows(session: Session, meeting: TrainingSession) -> list[RollRow]:
    """Rows by the order of enrolment; on a complete list only who is noted."""
    has_place = with_place(col(Person.key), meeting.course)
    is_noted = and_(
        col(Attendance.person) == col(Person.key),
        col(Attendance.session) == meeting.id,
        ~col(Attendance.voided),
    )
    is_on_roll = or_(col(Enrolment.id).is_not(None), col(Attendance.mark).is_not(None))
    if meeting.complete_by is not None:
        is_on_roll = col(Attendance.mark).is_not(None)
    found = session.exec(
        select(Person, col(Enrolment.id), Attendance)
        .join(Enrolment, has_place, isouter=True)
        .join(Attendance, is_noted, isouter=True)
        .where(Person.digibank == meeting.digibank, is_on_roll)
        .order_by(col(Enrolment.turn).nulls_last(), col(Person.key))
    ).all()
    return [_row(person, place is not None, noted) for person, place, noted in found]


def _row(person: Person, has_place: bool, noted: Attendance | None) -> RollRow:
    return RollRow(
        person=person.key,
        birth_year=person.birth_year,
        enrolled=has_place,
        mark=None if noted is None else noted.mark,
        version=0 if noted is None else noted.version,
        recorded_at=None if noted is None else noted.recorded_at,
    )


def _counts(digibank: str) -> Any:
    """Whether a session is of a Digibank and no mistake, nor its course."""
    mistake = or_(col(TrainingSession.voided), col(Course.voided))
    return and_(col(TrainingSession.digibank) == digibank, ~mistake)


def _noted(session: Session, number: int) -> dict[str, Attendance]:
    found = session.exec(select(Attendance).where(Attendance.session == number)).all()
    return {row.person: row for row in found}


def _note(
    session: Session, number: int, row: Attendance | None, to: RowMark, actor: Actor
) -> Attendance:
    if row is None:
        row = Attendance(digibank=actor.own, session=number, person=to.person)
    row.mark, row.voided = to.mark, False
    session.add(row)
    return row


def _count(
    meeting: TrainingSession, course: Course, enrolled: int, marked: int, placed: int
) -> SessionCount:
    unmarked = 0 if meeting.complete_by is not None else enrolled - placed
    return SessionCount(meeting, course, enrolled, marked, unmarked)
