"""Plan courses and their sessions, and enrol people (rules 35 and 37)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta

from sqlmodel import Session, and_, col, func, or_, select

from digibank_core.errors import (
    AlreadyEnrolledError,
    CourseFullError,
    EnrolmentStepError,
    SessionCancelledError,
    SessionHoursError,
    SessionMarkedError,
    UnknownCourseError,
    UnknownEnrolmentError,
    UnknownSessionError,
)
from digibank_core.models import (
    Attendance,
    Course,
    Enrolment,
    EnrolmentChange,
    EnrolmentRequest,
    EnrolmentState,
    NewCourse,
    NewSeries,
    NewSession,
    TrainingSession,
)
from digibank_core.models.training import NEXT_ENROLMENTS
from digibank_core.names import fold
from digibank_core.security import Actor, Right
from digibank_core.services.checks import own_person, same_version
from digibank_core.services.marks import places_taken
from digibank_core.services.roots import roots, together

WEEK = timedelta(days=7)
LATELY = timedelta(days=31)
"""How long after its last session people can still be put in a course."""


def add_course(session: Session, request: NewCourse, *, actor: Actor) -> Course:
    """Make a course of the own Digibank, without sessions yet."""
    actor.require(Right.PLAN_TRAINING, actor.own)
    course = Course(
        digibank=actor.own,
        title=request.title,
        level=request.level,
        capacity=request.capacity,
    )
    session.add(course)
    session.flush()
    return course


def add_session(session: Session, request: NewSession, *, actor: Actor) -> TrainingSession:
    """Add a session to a course; the day may lie behind us, as paper lists come in late.

    Raises
    ------
    UnknownCourseError
        No course of the own Digibank has the number.
    SessionHoursError
        It ends before it begins.
    """
    actor.require(Right.PLAN_TRAINING, actor.own)
    _own_course(session, request.course, actor)
    require_hours(request.starts_at, request.ends_at)
    meeting = TrainingSession(
        digibank=actor.own,
        course=request.course,
        kind=request.kind,
        held_on=request.held_on,
        starts_at=request.starts_at,
        ends_at=request.ends_at,
        place=request.place,
        teacher=request.teacher,
        own_device=request.own_device,
    )
    session.add(meeting)
    session.flush()
    return meeting


def add_series(session: Session, request: NewSeries, *, actor: Actor) -> Course:
    """Make a course with a session every week from the first day on.

    Raises
    ------
    SessionHoursError
        The sessions end before they begin.
    """
    actor.require(Right.PLAN_TRAINING, actor.own)
    course = add_course(session, request, actor=actor)
    meeting = request.model_dump(include=set(NewSession.model_fields))
    for week in range(request.sessions):
        held_on = request.first_day + week * WEEK
        one = NewSession(course=course.id, held_on=held_on, **meeting)
        add_session(session, one, actor=actor)
    return course


def cancel_session(session: Session, number: int, *, actor: Actor) -> TrainingSession:
    """Say that a session does not take place; it drops out of every count (rule 36).

    Raises
    ------
    UnknownSessionError, SessionCancelledError
        No session of the own Digibank has the number, or it was cancelled before.
    SessionMarkedError
        Somebody was marked, so it took place.
    """
    actor.require(Right.PLAN_TRAINING, actor.own)
    meeting = session.get(TrainingSession, number)
    if meeting is None or meeting.voided or meeting.digibank != actor.own:
        raise UnknownSessionError
    if meeting.cancelled:
        raise SessionCancelledError
    has_mark = col(Attendance.mark).is_not(None)
    marked = session.exec(
        select(func.count()).where(
            Attendance.session == number, has_mark, ~col(Attendance.voided)
        )
    ).one()
    if marked:
        raise SessionMarkedError(marked=marked)
    meeting.cancelled = True
    session.flush()
    return meeting


def enrol(session: Session, request: EnrolmentRequest, *, actor: Actor) -> Enrolment:
    """Give a person a place in a course, or the last turn on its waiting list when full.

    Raises
    ------
    UnknownCourseError, UnknownPersonError
        The course or the person is not of the own Digibank.
    AlreadyEnrolledError
        The person has a place or waits for one.
    """
    actor.require(Right.TEACH, actor.own)
    course = _own_course(session, request.course, actor)
    person = own_person(session, request.person, actor.own)
    enrolment = _enrolment(session, request, person.key)
    if enrolment is not None and _is_held(enrolment):
        raise AlreadyEnrolledError(state=enrolment.state.value)
    if enrolment is None or enrolment.person != person.key:
        enrolment = Enrolment(digibank=actor.own, course=request.course, person=person.key)
    has_place = _taken(session, request.course) < course.capacity
    enrolment.voided = False
    enrolment.turn = _last_turn(session, request.course) + 1
    enrolment.state = EnrolmentState.CONFIRMED if has_place else EnrolmentState.WAITING
    session.add(enrolment)
    session.flush()
    return enrolment


def change_enrolment(
    session: Session, request: EnrolmentChange, *, actor: Actor
) -> Enrolment | None:
    """Bring an enrolment to another state; a place that comes free goes to the first waiting.

    Returns
    -------
    Enrolment or None
        The enrolment that got the free place, in the same transaction.

    Raises
    ------
    UnknownCourseError, UnknownEnrolmentError
        The course is not of the own Digibank, or the person is not in it.
    ChangedMeanwhileError
        The enrolment has another version than `request.version`.
    EnrolmentStepError
        This state cannot become that one; who cancelled enrols again.
    CourseFullError
        There is no place to confirm.
    """
    actor.require(Right.TEACH, actor.own)
    course = _own_course(session, request.course, actor)
    root = roots(session, actor.own).get(request.person, request.person)
    enrolment = _enrolment(session, request, root)
    if enrolment is None or enrolment.voided:
        raise UnknownEnrolmentError
    same_version(request.version, enrolment.version)
    if request.state not in NEXT_ENROLMENTS[enrolment.state]:
        raise EnrolmentStepError(state=enrolment.state.value)
    is_full = _taken(session, request.course) >= course.capacity
    if request.state == EnrolmentState.CONFIRMED and is_full:
        raise CourseFullError(capacity=course.capacity)
    enrolment.state = request.state
    session.flush()
    return _promote(session, course)


def courses(
    session: Session, *, actor: Actor, today: date
) -> Sequence[tuple[Course, date | None]]:
    """Give the courses of the own Digibank that run or ended lately, with their first day."""
    actor.require(Right.TEACH, actor.own)
    held_on = col(TrainingSession.held_on)
    last = func.max(held_on)
    takes_place = and_(
        col(TrainingSession.course) == col(Course.id), ~col(TrainingSession.voided)
    )
    found = (
        select(Course, func.min(held_on))
        .join(TrainingSession, takes_place, isouter=True)
        .where(Course.digibank == actor.own, ~col(Course.voided))
        .group_by(col(Course.id))
        .having(or_(last.is_(None), last >= today - LATELY))
    )
    by_title = sorted(session.exec(found).all(), key=lambda row: fold(row[0].title))
    return sorted(by_title, key=lambda row: row[1] or date.min, reverse=True)


def give_places(rows: Sequence[Enrolment], capacity: int) -> list[Enrolment]:
    """Give the places that are free to who waits longest (first in, first out)."""
    free = capacity - sum(row.state == EnrolmentState.CONFIRMED for row in rows)
    waiting = [row for row in rows if row.state == EnrolmentState.WAITING]
    waiting.sort(key=lambda row: (row.turn, row.id))
    moved_up = waiting[: max(0, free)]
    for row in moved_up:
        row.state = EnrolmentState.CONFIRMED
    return moved_up


def _promote(session: Session, course: Course) -> Enrolment | None:
    """Give a free place to who waits longest."""
    rows = select(Enrolment).where(Enrolment.course == course.id, ~col(Enrolment.voided))
    moved_up = give_places(session.exec(rows).all(), course.capacity)
    session.flush()
    return moved_up[0] if moved_up else None


def _own_course(session: Session, number: int, actor: Actor) -> Course:
    course = session.get(Course, number)
    if course is None or course.voided or course.digibank != actor.own:
        raise UnknownCourseError
    return course


def _enrolment(session: Session, request: EnrolmentRequest, root: str) -> Enrolment | None:
    """Enrolment of a person or of who counts as that one; first one that holds."""
    everyone = col(Enrolment.person).in_(together(session, root))
    found = session.exec(select(Enrolment).where(Enrolment.course == request.course, everyone))
    return min(found, key=lambda one: (not _is_held(one), one.person != root), default=None)


def _is_held(enrolment: Enrolment) -> bool:
    return not enrolment.voided and enrolment.state != EnrolmentState.CANCELLED


def _taken(session: Session, course: int) -> int:
    return places_taken(session, [course]).get(course, 0)


def _last_turn(session: Session, course: int) -> int:
    last = select(func.max(Enrolment.turn)).where(Enrolment.course == course)
    return session.exec(last).one() or 0


def require_hours(starts_at: time, ends_at: time) -> None:
    """Raise `SessionHoursError` for a session that ends before it begins."""
    if ends_at <= starts_at:
        raise SessionHoursError
