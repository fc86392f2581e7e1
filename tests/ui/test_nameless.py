"""A person without a contact works everywhere: its records stay, only the name is gone."""

from __future__ import annotations

from datetime import date

import pytest

from digibank_core import db
from digibank_core.erasures import Erasure
from digibank_core.models import EnrolmentChange, EnrolmentState, Mark, NewPerson
from digibank_core.models.training import RowMark
from digibank_core.services import digipunt, erasure, persons, retention, roll, training
from digibank_core.ui import lending, page, sheets
from digibank_core.ui import persons as ui
from digibank_core.ui.training import Classroom
from tests.conftest import on_day
from tests.lives import enrol, visit

DAY, TODAY = date(2024, 3, 4), date(2024, 3, 11)
RARE = "Zwartkapoen"
NAME = "gewiste persoon"


@pytest.fixture(autouse=True)
def signed_in(monkeypatch, ann):
    """Let ann be the user of the page, on a day in March."""
    monkeypatch.setattr(page, "actor", lambda: ann)
    with on_day(TODAY):
        yield


@pytest.fixture(params=["erased", "past the term"])
def nobody(west, cli, request):
    """Somebody with a loan that is open, a place in a course and a visit of today; nameless.

    An open loan is there all the same after a restore; a term is never over before it ends.
    """
    key = west.register("Lieve", last_name=RARE, phone="0475 12 34 56")
    west.stock("BW-0001")
    visit(west, key, on=TODAY)
    if request.param == "erased":
        enrol(west, key, on=DAY)
        west.lend("BW-0001", key, on=DAY)
        with west.at_work(TODAY) as session:
            erasure.replay(session, [Erasure(person=key, on=TODAY)], actor=cli)
    else:
        with west.at_work(TODAY) as session:
            retention.remove(session, "west", 12, actor=cli, today=date(2025, 6, 1))
        enrol(west, key, on=DAY)
        west.lend("BW-0001", key, on=DAY)
    return key


def read(service, *given, **named):
    with db.reading() as session:
        return service(session, *given, **named)


def lesson():
    return sheets.choices()[0].session


def test_search_finds_nobody(west, nobody):
    assert west.find(RARE) == west.find("gewiste") == west.find("0475") == []


def test_rule_16_nobody_is_like_a_person_without_a_name(nobody, ann):
    for name in (("Lieve", RARE), ("gewiste", "persoon")):
        request = NewPerson(first_name=name[0], last_name=name[1], birth_year=1950)
        assert read(persons.likely_same, request, actor=ann) == []


def test_names_tell_that_it_is_gone(nobody, ann):
    assert read(persons.names, [nobody, "0" * 16], actor=ann) == {nobody: NAME}


def test_card_shows_the_statistics_without_a_name(nobody):
    desk = ui.Desk()

    answer = desk.search.submit(person=nobody)

    assert answer.text == f"{NAME} staat hieronder."
    assert "1950" in desk.card.value
    assert "niet bekend" in desk.card.value


def test_open_loan_stands_in_the_list_and_comes_back(west, nobody):
    desk = lending.Desk()

    assert desk.out._rows["Lener"].tolist() == [NAME]
    desk._take_back_row("BW-0001")
    [card] = desk.forms["Terugnemen"].filled["cards"]
    assert f"Bij {NAME} sinds 04/03/2024" in card["card"]["lines"][0]
    answer = desk.forms["Terugnemen"].submit(condition="in orde")
    assert answer.kind == "saved"
    assert west.look("BW-0001").loan is None


def test_row_of_the_roll_call_can_be_marked(west, nobody, ann):
    number = lesson()

    assert [line.name for line in sheets.sheet(number).lines] == [NAME]
    with west.at_work(TODAY) as session:
        marks = [RowMark(nobody, Mark.PRESENT)]
        assert roll.mark_attendance(session, number, marks, actor=ann, today=TODAY) == 1


def test_place_in_a_course_can_be_given_up(west, nobody):
    room = Classroom()
    course, _ = room.give_up.spec["fields"][0]["choices"][-1]

    answer = room.give_up.submit(course=course, person=nobody)

    assert answer.text == f"Geannuleerd: {NAME}."


def test_place_that_comes_free_goes_to_a_person_without_a_name_too(west, nobody, ann):
    with db.reading() as session:
        [(course, _)] = training.courses(session, actor=ann, today=TODAY)
    change = EnrolmentChange(course=course.id, person=nobody, state=EnrolmentState.CANCELLED)
    with west.at_work(TODAY) as session:
        assert training.change_enrolment(session, change, actor=ann) is None


def test_rule_39_visit_of_today_is_counted(nobody, ann):
    [count] = read(digipunt.counts_on, TODAY, actor=ann)

    assert (count.visits, count.questions) == (1, 1)
