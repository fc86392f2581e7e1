"""Corrections of courses, sessions, enrolments and marks (rules 35 to 38)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, ClassVar

from sqlmodel import Session, SQLModel

from digibank_core.errors import (
    AlreadyEnrolledError,
    AlreadyOnListError,
    CourseFullError,
    CourseTooSmallError,
    DigibankError,
    ListCompleteError,
    ListReferenceMissingError,
    SessionCancelledError,
    SessionMarkedError,
    SessionToComeError,
)
from digibank_core.models import (
    Attendance,
    AttendanceCorrection,
    Course,
    CourseCorrection,
    Enrolment,
    EnrolmentCorrection,
    EnrolmentState,
    SessionCorrection,
    TrainingSession,
)
from digibank_core.models.typed import Typed
from digibank_core.services.corrections.base import (
    Subject,
    is_changed,
    is_new,
    refuse_twin,
    standing,
)
from digibank_core.services.roots import together
from digibank_core.services.training import give_places, require_hours


class _OfCourse(Subject):
    """A record on which depends who has a place in a course."""

    @contextmanager
    def consequences(self, session: Session, keys: frozenset[int]) -> Iterator[None]:
        """Give a place that comes free to who waits longest."""
        was = {key: _free(session, key) for key in keys}
        yield
        for key in keys:
            if _free(session, key) > was[key]:
                rows = standing(session, Enrolment, course=key)
                asked = [row for row in rows if not _is_sent_back(row)]
                give_places(asked, session.get_one(Course, key).capacity)


class Courses(_OfCourse):
    """Courses."""

    model: ClassVar[type[SQLModel]] = Course
    form: ClassVar[type[Typed]] = CourseCorrection

    def around(self, record: Course, request: Any = None) -> frozenset[Any]:
        """Give the course itself."""
        del request
        return frozenset({record.id})

    def check(self, session: Session, record: Course, today: date) -> None:
        """Check that there is a place for who has one."""
        del today
        taken = record.capacity - _free(session, record.id)
        if is_changed(record, "capacity") and taken > record.capacity:
            raise CourseTooSmallError(taken=taken)


class Sessions(Subject):
    """Sessions of courses."""

    model: ClassVar[type[SQLModel]] = TrainingSession
    form: ClassVar[type[Typed]] = SessionCorrection
    day: ClassVar[str] = "held_on"

    def check(self, session: Session, record: TrainingSession, today: date) -> None:
        """Check the hours, and that it took place when somebody was marked."""
        if is_new(record, "starts_at", "ends_at"):
            require_hours(record.starts_at, record.ends_at)
        is_complete = record.complete_by is not None
        lost = is_complete and record.list_reference is None
        if lost and is_changed(record, "list_reference"):
            raise ListReferenceMissingError
        noted = standing(session, Attendance, session=record.id)
        marked = sum(row.mark is not None for row in noted)
        if marked and record.cancelled and is_new(record, "cancelled"):
            raise SessionMarkedError(marked=marked)
        if marked and record.held_on > today and is_new(record, "held_on"):
            raise SessionToComeError(held_on=record.held_on)


class Enrolments(_OfCourse):
    """Enrolments; any state may be what it should have been."""

    model: ClassVar[type[SQLModel]] = Enrolment
    form: ClassVar[type[Typed]] = EnrolmentCorrection

    def around(self, record: Enrolment, request: Any = None) -> frozenset[Any]:
        """Give the course."""
        del request
        return frozenset({record.course})

    def check(self, session: Session, record: Enrolment, today: date) -> None:
        """Check the person, and that there is a place."""
        del today
        if is_changed(record, "person"):
            taken = AlreadyEnrolledError(state="met een andere inschrijving")
            _refuse_twins(session, record, taken, course=record.course)
        has_place = record.state == EnrolmentState.CONFIRMED and not record.voided
        if has_place and is_new(record, "state") and _free(session, record.course) < 0:
            capacity = session.get_one(Course, record.course).capacity
            raise CourseFullError(capacity=capacity)


class Attendances(Subject):
    """Marks of the roll call."""

    model: ClassVar[type[SQLModel]] = Attendance
    form: ClassVar[type[Typed]] = AttendanceCorrection

    def happened_on(self, session: Session, record: Attendance) -> date | None:
        """Give the day of the session."""
        return session.get_one(TrainingSession, record.session).held_on

    def check(self, session: Session, record: Attendance, today: date) -> None:
        """Check the person, and that the session could be marked."""
        if is_changed(record, "person"):
            _refuse_twins(session, record, AlreadyOnListError(), session=record.session)
        if not is_new(record, "mark"):
            return
        meeting = session.get_one(TrainingSession, record.session)
        if record.mark is None:
            if meeting.complete_by is not None:
                raise ListCompleteError
        elif meeting.cancelled:
            raise SessionCancelledError
        elif meeting.held_on > today:
            raise SessionToComeError(held_on=meeting.held_on)


def _refuse_twins(session: Session, record: Any, taken: DigibankError, /, **facts: Any) -> None:
    """Raise when the person, or somebody who was merged with them, has such a record."""
    refuse_twin(session, record, taken, person=record.person, **facts)
    others = together(session, record.person) - {record.person}
    if any(standing(session, type(record), person=key, **facts) for key in others):
        raise taken


def _is_sent_back(row: Enrolment) -> bool:
    """Whether this very change puts somebody on the waiting list, who is left there."""
    return row.state == EnrolmentState.WAITING and is_changed(row, "state")


def _free(session: Session, course: int | None) -> int:
    """Places of a course that nobody has; below 0 when it holds more people than places."""
    rows = standing(session, Enrolment, course=course)
    taken = sum(row.state == EnrolmentState.CONFIRMED for row in rows)
    return session.get_one(Course, course).capacity - taken
