"""Asides of the demo story: the edge cases listed at the end of facts.md, one by one.

None of them reaches a person in IMPL that the plan does not know of, but for those that
`REACHED_BESIDE_THE_PLAN` counts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta

from sqlmodel import Session

from digibank_core.demo.desk import Desk
from digibank_core.demo.people import invent
from digibank_core.demo.plan import WEEK
from digibank_core.models import (
    EnrolmentRequest,
    HeldBlockRequest,
    Mark,
    NewPerson,
    NewSeries,
    PersonRole,
    Stream,
    Visit,
)
from digibank_core.models.training import RowMark
from digibank_core.services import digipunt, roll, training

REACHED_BESIDE_THE_PLAN = {"west": 3, "noord": 1}
"""West: two visits typed late and the person of two Digibanken; Noord: the same person."""
DIGISCANS = 122
"""Home visits in Noord under another stream: they must not count (G6)."""


def happen(session: Session, desk: Desk, monday: date) -> None:
    """Let the asides of this week happen at a desk."""
    act = _ASIDES.get((desk.actor.own, monday))
    if act is not None:
        act(session, desk, monday)


def _person_of_two(session: Session, desk: Desk, monday: date) -> None:
    """One person is helped in two Digibanken, and so is two persons (rule 10)."""
    request = NewPerson(first_name="Godelieve", last_name="Verbeke", birth_year=1951)
    desk.log_visit(session, desk.register(session, request), monday, _friday(monday))


def _young_and_unknown(session: Session, desk: Desk, monday: date) -> None:
    """A minor, someone of 18 without the tick, and someone without birth year (rule 11)."""
    for name, born in (("Noa", 2009), ("Lars", 2006), ("Mila", None)):
        request = NewPerson(first_name=name, last_name="Demeyer", birth_year=born)
        desk.log_visit(session, desk.register(session, request), monday, _friday(monday))


def _civil_servants(session: Session, desk: Desk, monday: date) -> None:
    """Staff of a town follow a lesson, and are never in reach (rule 12); one was absent."""
    course = training.add_series(
        session,
        NewSeries(
            title="Digitale vragen aan het loket",
            capacity=12,
            first_day=monday,
            sessions=2,
            starts_at=time(9),
            ends_at=time(12),
            place="stadhuis",
        ),
        actor=desk.actor,
    )
    meetings = desk.meetings(session, course.id or 0)
    keys = []
    for _ in range(4):
        invented = invent(desk.dice, desk.towns)
        request = invented.model_copy(update={"role": PersonRole.INTERMEDIARY})
        keys.append(desk.register(session, request))
        asked = EnrolmentRequest(course=course.id or 0, person=keys[-1])
        training.enrol(session, asked, actor=desk.actor)
    marks = [RowMark(key, Mark.ABSENT if key == keys[0] else Mark.PRESENT) for key in keys]
    first, second = (meeting.id or 0 for meeting in meetings)
    roll.mark_attendance(session, first, marks, actor=desk.actor, today=_friday(monday))
    training.cancel_session(session, second, actor=desk.actor)


def _digiscans(session: Session, desk: Desk, monday: date) -> None:
    """Home visits of Digiscan stand in the log under their own stream (rule 6)."""
    for _ in range(DIGISCANS):
        person = desk.register(session, invent(desk.dice, desk.towns))
        number = desk.log_visit(session, person, monday, _friday(monday))
        session.get_one(Visit, number).stream = Stream.DIGISCAN


def _lesson_of_today(session: Session, desk: Desk, monday: date) -> None:
    """On the day of the story there is a lesson, so that a roll can be called."""
    course = training.add_series(
        session,
        NewSeries(
            title="Smartphone voor starters",
            capacity=10,
            first_day=monday + WEEK,
            sessions=4,
            starts_at=time(9, 30),
            ends_at=time(12),
            place="bib",
        ),
        actor=desk.actor,
    )
    for key in list(desk.known.values())[:9]:
        asked = EnrolmentRequest(course=course.id or 0, person=key)
        training.enrol(session, asked, actor=desk.actor)


def _quiet_block(session: Session, desk: Desk, monday: date) -> None:
    """A Digipunt was open and nobody came: zero is data (rule 42)."""
    request = HeldBlockRequest(
        digipunt=desk.places[0], held_on=monday, starts_at=time(9), ends_at=time(12)
    )
    digipunt.hold_block(session, request, actor=desk.actor, today=_friday(monday))


def _found_on_paper(session: Session, desk: Desk, monday: date) -> None:
    """Two visits of December are typed in January: known later (rule 61)."""
    december = monday - 5 * WEEK
    for _ in range(2):
        person = desk.register(session, invent(desk.dice, desk.towns))
        desk.log_visit(session, person, december, _friday(monday))


def _friday(monday: date) -> date:
    return monday + timedelta(days=4)


_ASIDES: dict[tuple[str, date], Callable[[Session, Desk, date], None]] = {
    ("noord", date(2023, 10, 2)): _person_of_two,
    ("west", date(2024, 2, 5)): _person_of_two,
    ("west", date(2024, 4, 8)): _young_and_unknown,
    ("west", date(2024, 5, 13)): _civil_servants,
    ("noord", date(2024, 9, 9)): _digiscans,
    ("west", date(2024, 7, 15)): _quiet_block,
    ("west", date(2025, 1, 20)): _found_on_paper,
    ("west", date(2025, 3, 24)): _lesson_of_today,
}
