"""What is written about an absorbed person is written about the root (rule 63)."""

from __future__ import annotations

import pytest
from sqlmodel import select

from digibank_core import db
from digibank_core.errors import (
    AlreadyEnrolledError,
    AlreadyOnListError,
    UnknownEnrolmentError,
    UnknownPersonError,
)
from digibank_core.models import (
    Attendance,
    Contact,
    Enrolment,
    EnrolmentChange,
    EnrolmentRequest,
    EnrolmentState,
    Loan,
    NewPerson,
    Person,
    Visit,
)
from digibank_core.services import lending, persons, training
from tests.couples import DAY, attend, lesson, merge, visit, withdraw

CANCELLED = EnrolmentState.CANCELLED


@pytest.fixture
def couple(west):
    """The one who stays and the one who was absorbed, through a third."""
    stays, between, goes = (west.register(name) for name in ("Mariam", "Maryam", "Miriam"))
    merge(west, between, goes)
    merge(west, stays, between)
    return stays, goes


def persons_in(model):
    with db.reading() as session:
        return session.exec(select(model.person).order_by(model.id)).all()


def enrol(desk, course, person):
    with desk.at_work(DAY) as session:
        request = EnrolmentRequest(course=course, person=person)
        training.enrol(session, request, actor=desk.actor)


def cancel(desk, course, person):
    with desk.at_work(DAY) as session:
        request = EnrolmentChange(course=course, person=person, state=CANCELLED)
        training.change_enrolment(session, request, actor=desk.actor)


def test_loan_goes_to_the_root(west, couple):
    west.stock("BW-0001")

    west.lend("BW-0001", couple[1], on=DAY)

    assert persons_in(Loan) == [couple[0]]


def test_visit_goes_to_the_root(west, couple):
    visit(west, couple[1])

    assert persons_in(Visit) == [couple[0]]


def test_walk_in_goes_to_the_root(west, couple):
    _, number = lesson(west)

    attend(west, number, couple[1])

    assert persons_in(Attendance) == [couple[0]]


def test_who_is_on_the_list_under_the_other_name_is_not_put_on_it_again(west, couple):
    _, number = lesson(west)
    lone = west.register("Marjam")
    attend(west, number, lone)
    merge(west, couple[0], lone)

    for key in (*couple, lone):
        with pytest.raises(AlreadyOnListError):
            attend(west, number, key)


def test_enrolment_goes_to_the_root(west, couple):
    course, _ = lesson(west)

    enrol(west, course, couple[1])

    assert persons_in(Enrolment) == [couple[0]]


def test_who_has_a_place_under_the_other_name_gets_no_second_one(west):
    stays, goes = west.register("Mariam"), west.register("Maryam")
    course, _ = lesson(west)
    enrol(west, course, goes)
    merge(west, stays, goes)

    for key in (stays, goes):
        with pytest.raises(AlreadyEnrolledError):
            enrol(west, course, key)


@pytest.mark.parametrize("typed", [0, 1])
def test_place_under_the_other_name_is_cancelled_by_either(west, typed):
    couple = [west.register("Mariam"), west.register("Maryam")]
    course, _ = lesson(west)
    enrol(west, course, couple[1])
    merge(west, *couple)

    cancel(west, course, couple[typed])

    with db.reading() as session:
        [place] = session.exec(select(Enrolment))
        assert (place.person, place.state) == (couple[1], CANCELLED)


def test_who_cancelled_under_the_other_name_enrols_again_as_the_root(west):
    stays, goes = west.register("Mariam"), west.register("Maryam")
    course, _ = lesson(west)
    enrol(west, course, goes)
    cancel(west, course, goes)
    number = merge(west, stays, goes)

    enrol(west, course, goes)

    with db.reading() as session:
        places = {one.person: one.state for one in session.exec(select(Enrolment))}
    assert places == {goes: CANCELLED, stays: EnrolmentState.CONFIRMED}
    withdraw(west, number)
    with pytest.raises(UnknownPersonError):
        enrol(west, course, "nobody")
    with pytest.raises(UnknownEnrolmentError):
        cancel(west, course, "nobody")


def test_root_that_was_registered_by_mistake_gets_nothing(west, couple):
    west.correct(Person, couple[0], voided=True)

    with pytest.raises(UnknownPersonError):
        visit(west, couple[1])


# What is read leads to the root too


@pytest.fixture
def haidari(west):
    """Mariam, who absorbed Maryam; both came from Torhout."""
    keys = [
        west.register(name, last_name="Haidari", birth_year=1988, residence="31033")
        for name in ("Mariam", "Maryam")
    ]
    merge(west, *keys)
    return keys


def look(desk, key):
    with db.reading() as session:
        return persons.view(session, key, actor=desk.actor, today=DAY)


@pytest.mark.parametrize("query", ["maryam", "mariam", "haidari", "haidari maryam"])
def test_search_for_either_name_shows_the_root_once_with_the_other_name(west, haidari, query):
    [match] = west.find(query)

    assert (match.person, match.name, match.also) == (
        haidari[0],
        "Mariam Haidari",
        ("Maryam Haidari",),
    )


def test_search_after_a_withdrawal_finds_both_again(west, haidari):
    [match] = west.find("maryam")
    number = merge(west, west.register("Lieve"), match.person)
    assert [found.name for found in west.find("maryam")] == ["Lieve"]

    withdraw(west, number)

    assert [found.name for found in west.find("maryam")] == ["Mariam Haidari"]


def test_search_shows_who_was_absorbed_when_the_root_has_no_name_any_more(west, haidari):
    with west.at_work(DAY) as session:
        session.delete(session.get_one(Contact, haidari[0]))

    assert [found.name for found in west.find("haidari")] == ["Maryam Haidari"]


def test_page_of_an_absorbed_person_is_that_of_the_root(west, haidari):
    for key in haidari:
        seen = look(west, key)
        assert (seen.match.person, seen.match.also) == (haidari[0], ("Maryam Haidari",))
        assert seen.registrations == 2
    assert look(west, west.register("Lieve")).registrations == 1


def test_same_name_is_no_other_name(west):
    keys = [west.register("Lieve", last_name="Claeys") for _ in range(2)]
    merge(west, *keys)

    assert [match.also for match in west.find("lieve")] == [()]
    assert look(west, keys[0]).match.also == ()
    assert look(west, keys[0]).registrations == 2


def test_rule_16_likely_match_is_the_root_with_the_best_score_of_its_names(west, haidari):
    typed = NewPerson(
        first_name="Maryam", last_name="Haidari", birth_year=1988, residence="31033"
    )
    with db.reading() as session:
        [likely] = persons.likely_same(session, typed, actor=west.actor)

    assert (likely.match.person, likely.score) == (haidari[0], 100)


def test_open_loan_of_an_absorbed_person_is_shown_as_one_of_the_root(west):
    stays, goes = west.register("Mariam"), west.register("Maryam")
    west.stock("BW-0001")
    west.lend("BW-0001", goes, on=DAY)
    merge(west, stays, goes)

    with db.reading() as session:
        [(loan, _)] = lending.open_loans(session, actor=west.actor)

    assert (loan.person, west.look("BW-0001").loan.person) == (stays, stays)
