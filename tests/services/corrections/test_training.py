"""Corrections of courses, sessions, enrolments and marks (rules 35 to 38, 62)."""

from __future__ import annotations

from datetime import date, time

import pytest

from digibank_core import db
from digibank_core.errors import (
    AlreadyEnrolledError,
    AlreadyOnListError,
    CourseFullError,
    CourseTooSmallError,
    ListCompleteError,
    ListReferenceMissingError,
    SessionCancelledError,
    SessionHoursError,
    SessionMarkedError,
    SessionToComeError,
    TwinVoidedError,
    UnknownPersonError,
)
from digibank_core.models import (
    EnrolmentRequest,
    EnrolmentState,
    Level,
    ListProof,
    Mark,
    NewAccount,
    NewSeries,
    Stream,
)
from digibank_core.models.training import RowMark
from digibank_core.services import accounts, roll, training
from tests.couples import merge

FIRST = date(2024, 3, 4)
CANCELLED, CONFIRMED, WAITING = (
    EnrolmentState.CANCELLED,
    EnrolmentState.CONFIRMED,
    EnrolmentState.WAITING,
)


@pytest.fixture
def people(west):
    """Keys of Noël, Lieve and Rita."""
    return [west.register(name) for name in ("Noël", "Lieve", "Rita")]


@pytest.fixture
def course(west, people):
    """Course 1 with two places and session 1; enrolments 1 to 3, of which the last waits."""
    series = NewSeries(
        title="Smartphone voor starters",
        capacity=2,
        first_day=FIRST,
        sessions=1,
        starts_at="9.30",
        ends_at="12u",
        place="bib Oostkamp",
    )
    with west.at_work(FIRST) as session:
        training.add_series(session, series, actor=west.actor)
        for person in people:
            asked = EnrolmentRequest(course=1, person=person)
            training.enrol(session, asked, actor=west.actor)
    return "course/1"


@pytest.fixture
def marked(west, course, people):
    """Mark 1: Noël was there; mark 2: Lieve was not."""
    with west.at_work(FIRST) as session:
        for person, mark in zip(people, (Mark.PRESENT, Mark.ABSENT), strict=False):
            row = [RowMark(person, mark)]
            roll.mark_attendance(session, 1, row, actor=west.actor, today=FIRST)
    return "attendance/1"


@pytest.fixture
def complete(west, cli, marked):
    """Session 1, of which ann declared the list complete."""
    account = NewAccount(
        login="ann",
        display_name="Ann",
        role=west.actor.role,
        digibank="west",
        password="een lange zin als wachtwoord",
    )
    with db.transaction(cli, "account") as session:
        accounts.add_account(session, account, actor=cli)
    with west.at_work(FIRST) as session:
        proof = ListProof(reference="L-2024-118")
        roll.complete_list(session, 1, proof, actor=west.actor, today=FIRST)
    return "training_session/1"


def states(mend):
    return [mend.look(f"enrolment/{number}").record.state for number in (1, 2, 3)]


# Courses


def test_rule_62_course_is_corrected(mend, course):
    mend.correct(course, title="Tablet", level=Level.ADVANCED, stream=Stream.DIGISCAN)

    now = mend.look(course).record
    assert (now.title, now.level, now.stream) == ("Tablet", Level.ADVANCED, Stream.DIGISCAN)


def test_course_has_a_place_for_who_has_one(mend, course):
    with pytest.raises(CourseTooSmallError) as refusal:
        mend.correct(course, capacity=1)

    assert "Er zijn al 2 plaatsen bezet." in refusal.value.user_message


def test_rule_35_more_places_go_to_who_waits_longest(mend, course):
    changed = mend.correct(course, capacity=3)

    assert states(mend) == [CONFIRMED, CONFIRMED, CONFIRMED]
    assert list(changed) == ["course/1", "enrolment/3"]


def test_rule_66_other_correction_of_a_course_that_is_over_full_is_not_blocked(
    west, raw, mend, course
):
    raw.run("UPDATE course SET capacity = 1")

    mend.correct(course, title="Tablet")

    assert states(mend) == [CONFIRMED, CONFIRMED, WAITING]


# Sessions


def test_rule_37_session_is_corrected(mend, course):
    mend.correct("training_session/1", starts_at=time(10), place="bib Torhout")

    now = mend.look("training_session/1").record
    assert (now.starts_at, now.place, now.held_on) == (time(10), "bib Torhout", FIRST)


def test_session_ends_after_it_begins(mend, course):
    with pytest.raises(SessionHoursError):
        mend.correct("training_session/1", ends_at=time(9))


def test_rule_36_session_with_marks_took_place_and_not_later_than_today(mend, marked):
    with pytest.raises(SessionMarkedError):
        mend.correct("training_session/1", cancelled=True)
    with pytest.raises(SessionToComeError):
        mend.correct("training_session/1", held_on=date(2024, 6, 4))


def test_rule_36_session_is_cancelled_and_takes_place_after_all(mend, course):
    mend.correct("training_session/1", cancelled=True)
    mend.correct("training_session/1", cancelled=False)

    assert not mend.look("training_session/1").record.cancelled


def test_rule_38_complete_list_keeps_a_reference(mend, complete):
    with pytest.raises(ListReferenceMissingError):
        mend.correct(complete, list_reference=None)

    mend.correct(complete, list_reference="L-2024-119")
    assert mend.look(complete).record.list_reference == "L-2024-119"


# Enrolments


def test_rule_35_place_that_was_a_mistake_goes_to_who_waits_longest(mend, course):
    changed = mend.void("enrolment/1")

    assert changed["enrolment/3"].before == {"state": WAITING}
    assert states(mend)[1:] == [CONFIRMED, CONFIRMED]


def test_rule_35_enrolment_is_restored_only_while_there_is_a_place(mend, course):
    mend.void("enrolment/1")

    with pytest.raises(CourseFullError):
        mend.restore("enrolment/1")
    mend.correct("enrolment/3", state=CANCELLED)
    mend.restore("enrolment/1")
    assert states(mend) == [CONFIRMED, CONFIRMED, CANCELLED]


def test_rule_35_enrolment_becomes_what_it_should_have_been(mend, course):
    with pytest.raises(CourseFullError):
        mend.correct("enrolment/3", state=CONFIRMED)

    mend.correct("enrolment/2", state=CANCELLED)

    assert states(mend) == [CONFIRMED, CANCELLED, CONFIRMED]
    mend.correct("enrolment/2", state=WAITING)  # a step that nobody could make at the desk
    assert states(mend) == [CONFIRMED, WAITING, CONFIRMED]


def test_rule_35_who_is_put_on_the_waiting_list_stays_there(mend, course):
    mend.correct("enrolment/3", state=CANCELLED)

    mend.correct("enrolment/1", state=WAITING)

    assert states(mend) == [WAITING, CONFIRMED, CANCELLED]


def test_enrolment_goes_to_another_person_once(west, noord, mend, course, people):
    jef = west.register("Jef")
    mend.correct("enrolment/1", person=jef)

    assert mend.look("enrolment/1").record.person == jef
    with pytest.raises(AlreadyEnrolledError):
        mend.correct("enrolment/2", person=jef)
    with pytest.raises(UnknownPersonError):
        mend.correct("enrolment/2", person=noord.register("Jan"))


def test_rule_63_who_was_merged_is_enrolled_and_marked_once(west, mend, marked, people):
    same = west.register("Noëlle")
    merge(west, same, people[0])

    with pytest.raises(AlreadyEnrolledError):
        mend.correct("enrolment/2", person=same)
    with pytest.raises(AlreadyOnListError):
        mend.correct("attendance/2", person=same)
    mend.void("enrolment/1")
    mend.correct("enrolment/2", person=people[0])
    assert mend.look("enrolment/2").record.person == same


def test_rule_62_person_whose_enrolment_was_voided_gets_that_one_back(mend, course, people):
    mend.void("enrolment/1")

    with pytest.raises(TwinVoidedError):
        mend.correct("enrolment/2", person=people[0])


# Marks


def test_rule_35_mark_is_corrected(mend, marked):
    mend.correct(marked, mark=Mark.EXCUSED)

    assert mend.look(marked).record.mark == Mark.EXCUSED


def test_rule_61_mark_happened_on_the_day_of_its_session(mend, marked):
    assert mend.look(marked).happened_on == FIRST


def test_mark_goes_to_another_person_once(mend, marked, people):
    mend.correct(marked, person=people[2])

    with pytest.raises(AlreadyOnListError):
        mend.correct(marked, person=people[1])
    mend.void("attendance/2")
    with pytest.raises(TwinVoidedError):
        mend.correct(marked, person=people[1])


def test_rule_38_row_of_a_complete_list_is_corrected_but_not_emptied(mend, complete):
    mend.correct("attendance/2", mark=Mark.PRESENT)

    with pytest.raises(ListCompleteError):
        mend.correct("attendance/2", mark=None)


def test_rule_36_mark_is_not_restored_in_a_session_that_was_cancelled(mend, marked):
    mend.void("attendance/1")
    mend.void("attendance/2")
    mend.correct("training_session/1", cancelled=True)

    with pytest.raises(SessionCancelledError):
        mend.restore("attendance/1")


def test_rule_62_marks_of_a_voided_session_do_not_count_and_count_again(west, mend, marked):
    mend.void("training_session/1")
    assert west.deliveries()["qualifies"].tolist() == [False, False]

    mend.restore("training_session/1")
    assert west.deliveries()["qualifies"].tolist() == [True, False]  # Noël was there


def test_rule_62_marks_of_a_voided_course_do_not_count(west, mend, marked):
    mend.void("course/1")

    assert west.deliveries()["qualifies"].tolist() == [False, False]
