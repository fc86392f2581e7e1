"""The world that benches measure is one that counts: reach is that of a naive recount."""

from __future__ import annotations

from datetime import date

from sqlmodel import select

from digibank_core import db
from digibank_core.indicators import frames
from digibank_core.measuring import measure
from digibank_core.models import Attendance, Loan, Person, Question, TrainingSession, Visit
from tests.benchmarks import bulk_history
from tests.benchmarks.bulk import Bulk

LAST = date(2024, 12, 31)


def test_reach_of_the_bulk_world_is_that_of_a_naive_recount(installation):
    one, two = Bulk(2, 200, 600).write()

    with db.reading() as session:
        told = [
            measure(frames.load(session, code), code, "IMPL", LAST).figure("reach").value
            for code in (one, two)
        ]
        recounted = [len(naive_reach(session, code)) for code in (one, two)]

    assert told == recounted
    assert min(told) > 50


def test_world_with_history_is_known_as_it_was_halfway(installation):
    [code] = Bulk(1, 200, 600).write()
    bulk_history.write(code)
    halfway = date(2023, 12, 31)

    with db.reading() as session:
        known = frames.load(session, code, halfway)
        loans = session.exec(select(Loan)).all()
        made = [person.recorded_at.date() for person in session.exec(select(Person))]

    lent = [loan for loan in loans if loan.lent_on <= halfway]
    assert len(known["loan"]) == len(lent) > 0
    assert known["loan"]["returned_on"].notna().sum() == sum(
        loan.returned_on <= halfway for loan in lent
    )
    assert len(known["person"]) == sum(day <= halfway for day in made)


def naive_reach(session, code):
    """Give who had a service in time: a loan, a lesson attended, or a question answered."""
    had = {loan.person for loan in session.exec(select(Loan)) if loan.lent_on <= LAST}
    given = {one.id for one in session.exec(select(TrainingSession)) if one.held_on <= LAST}
    had |= {
        one.person
        for one in session.exec(select(Attendance))
        if one.session in given and one.mark == "aanwezig"
    }
    answered = {question.visit for question in session.exec(select(Question))}
    had |= {visit.person for visit in session.exec(select(Visit)) if visit.id in answered}
    return [
        person
        for person in session.exec(select(Person).where(Person.digibank == code))
        if person.key in had and person.role == "deelnemer"
    ]
