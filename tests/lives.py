"""What a person does at a Digibank: lessons, visits, and a merge with a double."""

from __future__ import annotations

from datetime import timedelta

from digibank_core import clock
from digibank_core.models import (
    EnrolmentRequest,
    Mark,
    Merge,
    NewSeries,
    VisitRequest,
)
from digibank_core.models.training import RowMark
from digibank_core.services import digipunt, roll, training

DAY, WEEK = timedelta(days=1), timedelta(days=7)


def enrol(desk, person, *, on, sessions=1):
    """Enrol a person in a course that starts that day; give the numbers of its sessions."""
    series = NewSeries(
        title="Smartphone voor starters",
        capacity=8,
        first_day=on,
        sessions=sessions,
        starts_at="9.30",
        ends_at="11.30",
        place="bib",
    )
    with desk.at_work(on) as session:
        course = training.add_series(session, series, actor=desk.actor)
        request = EnrolmentRequest(course=course.id, person=person)
        training.enrol(session, request, actor=desk.actor)
        found = roll.sessions_around(session, actor=desk.actor, today=on + sessions * WEEK)
        return [one.session.id for one in found if one.course.id == course.id]


def attend(desk, person, *, on, mark=Mark.PRESENT):
    """Let a person be noted at a lesson of that day."""
    [number] = enrol(desk, person, on=on)
    with desk.at_work(on) as session:
        marks = [RowMark(person, mark)]
        roll.mark_attendance(session, number, marks, actor=desk.actor, today=clock.today())


def visit(desk, person, *, on, **more):
    """Let a person, or somebody anonymous, ask a question about e-mail."""
    request = VisitRequest(
        digipunt="torhout-bib", visited_on=on, topic="e-mail", person=person, **more
    )
    with desk.at_work(on) as session:
        return digipunt.log_visit(session, request, actor=desk.actor, today=clock.today()).id


def merge(desk, kept, absorbed, *, on):
    """Write down that two persons are one (rule 63)."""
    with desk.at_work(on, "samenvoegen") as session:
        session.add(Merge(digibank=desk.actor.digibank, kept=kept, absorbed=absorbed))


def two_reached(desk, *, on):
    """Let Lieve of Torhout come on two days and lend, Jef of Beernem learn, and one stranger.

    Two persons in four services; the stranger is a contact.
    """
    lieve = desk.register("Lieve", last_name="Zwartkapoen", residence="31033")
    jef = desk.register("Jef", residence="31003")
    desk.stock("BW-0001")
    desk.lend("BW-0001", lieve, on=on + DAY)
    visit(desk, lieve, on=on)
    visit(desk, lieve, on=on + DAY)
    attend(desk, jef, on=on)
    visit(desk, None, on=on)
    return desk
