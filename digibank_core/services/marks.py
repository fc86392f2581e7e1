"""How many rows a roll has, and how many of them are marked; mistakes do not count."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlmodel import Session, and_, col, func, select

from digibank_core.models import Attendance, Enrolment, EnrolmentState, TrainingSession


def with_place(person: Any, course: Any) -> Any:
    """Whether an enrolment gives a person a place in a course."""
    return and_(
        col(Enrolment.person) == person,
        col(Enrolment.course) == course,
        col(Enrolment.state) == EnrolmentState.CONFIRMED,
        ~col(Enrolment.voided),
    )


def places_taken(session: Session, courses: Collection[int | None]) -> dict[int | None, int]:
    """Give the confirmed enrolments by course; one without any is left out."""
    confirmed = select(Enrolment.course, func.count()).where(
        col(Enrolment.course).in_(courses),
        Enrolment.state == EnrolmentState.CONFIRMED,
        ~col(Enrolment.voided),
    )
    return dict(session.exec(confirmed.group_by(col(Enrolment.course))).all())


def marks_noted(
    session: Session, meetings: Collection[int | None]
) -> dict[int | None, tuple[int, int]]:
    """Give the rows with a mark by session: all of them, and those of who has a place."""
    has_place = with_place(col(Attendance.person), col(TrainingSession.course))
    is_marked = and_(col(Attendance.mark).is_not(None), ~col(Attendance.voided))
    found = session.exec(
        select(Attendance.session, func.count(), func.count(col(Enrolment.id)))
        .join(TrainingSession)
        .join(Enrolment, has_place, isouter=True)
        .where(col(Attendance.session).in_(meetings), is_marked)
        .group_by(col(Attendance.session))
    ).all()
    return {number: (every, placed) for number, every, placed in found}
