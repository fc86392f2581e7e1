"""What persons who may be one do at a Digibank, and what is decided about them."""

from __future__ import annotations

from datetime import date

from digibank_core import clock, db, reporting
from digibank_core.models import Mark, NewSeries
from digibank_core.services import merges, roll, training
from tests import lives

DAY = date(2024, 3, 6)


def visit(desk, person, *, on=DAY):
    """Let a person ask a question in the library; give the number of the visit."""
    return lives.visit(desk, person, on=on)


def lesson(desk, *, on=DAY):
    """Plan a lesson of one morning; give the numbers of its course and its session."""
    series = NewSeries(
        title="Smartphone voor starters",
        capacity=12,
        first_day=on,
        sessions=1,
        starts_at="9.30",
        ends_at="12u",
        place="bib Torhout",
    )
    with desk.at_work(on) as session:
        course = training.add_series(session, series, actor=desk.actor).id
        around = roll.sessions_around(session, actor=desk.actor, today=on)
        return course, next(one.session.id for one in around if one.course.id == course)


def attend(desk, number, *people, on=DAY, mark=Mark.PRESENT):
    """Let persons walk in on a lesson."""
    with desk.at_work(on) as session:
        for person in people:
            came = roll.walk_in(session, number, person, actor=desk.actor, today=clock.today())
            came.mark = mark


def merge(desk, kept, absorbed, *, on=DAY, reason="een andere reden"):
    """Merge two persons; give the number of the merge."""
    with desk.at_work(on, f"{merges.MERGE}: {reason}") as session:
        return merges.merge(session, kept, absorbed, actor=desk.actor).id


def withdraw(desk, number, *, on=DAY, version=None):
    """Withdraw a merge."""
    with desk.at_work(on, f"{merges.WITHDRAW}: het was een vergissing") as session:
        merges.withdraw(session, number, actor=desk.actor, version=version)


def different(desk, one, other, *, on=DAY):
    """Note that two persons are not the same."""
    with desk.at_work(on, f"{merges.DIFFERENT}: een andere reden") as session:
        merges.different(session, one, other, actor=desk.actor)


def take_back(desk, one, other, *, on=DAY, version=None):
    """Take back that two persons are not the same."""
    with desk.at_work(on, f"{merges.TAKE_BACK}: het was een vergissing") as session:
        merges.take_back(session, one, other, actor=desk.actor, version=version)


def reached(desk, code="reach", *, known_on=None):
    """Count the persons that the Digibank reached in IMPL."""
    with db.reading() as session:
        progress = reporting.progress(
            session,
            actor=desk.actor,
            digibank=desk.actor.digibank,
            period="IMPL",
            as_of=date(2024, 12, 31),
            known_on=known_on,
        )
    return progress.figure(code).value
