"""Corrections of visits, questions and opening hours (rules 5, 8, 11, 39 to 42, 62)."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from digibank_core import clock
from digibank_core.errors import (
    AgeOfKnownPersonError,
    BlockHeldError,
    BlockHoursError,
    DigipuntElsewhereError,
    FutureDateError,
    StopMissingError,
    StopOutsideError,
    TwinVoidedError,
    UnknownDigipuntError,
    UnknownPersonError,
    UnknownTopicError,
)
from digibank_core.models import (
    AgeBand,
    HeldBlockRequest,
    Minutes,
    Referral,
    Result,
    Stream,
    TallyRequest,
    VisitRequest,
)
from digibank_core.services import digipunt

WEDNESDAY = date(2024, 3, 6)
DAY = timedelta(days=1)
BIB, BUS = "torhout-bib", "beernem-mobiel"
TORHOUT, OOSTKAMP, DAMME = "31033", "31022", "31006"


@pytest.fixture
def lieve(west):
    return west.register("Lieve")


@pytest.fixture
def visit(west, lieve):
    """Visit 1 of Lieve to the library, with questions 1 and 2."""
    request = VisitRequest(
        digipunt=BIB,
        visited_on=WEDNESDAY,
        topic="e-mail",
        person=lieve,
        earlier=[{"topic": "laptop", "result": "doorverwezen", "referred_to": "vorming"}],
    )
    with west.at_work(WEDNESDAY) as session:
        digipunt.log_visit(session, request, actor=west.actor, today=clock.today())
    return "visit/1"


@pytest.fixture
def block(west):
    """Block 1: the library was open from 9 to 12."""
    request = HeldBlockRequest(
        digipunt=BIB, held_on=WEDNESDAY, starts_at="9.00", ends_at="12.00"
    )
    with west.at_work(WEDNESDAY) as session:
        digipunt.hold_block(session, request, actor=west.actor, today=clock.today())
    return "held_block/1"


def qualifies(west):
    return west.deliveries()["qualifies"].tolist()


# Visits


def test_rule_62_visit_is_corrected(west, mend, visit):
    mend.correct(visit, visited_on=WEDNESDAY - DAY, language_help=True, note="met tolk")

    now = mend.look(visit).record
    assert (now.visited_on, now.language_help, now.note) == (
        WEDNESDAY - DAY,
        True,
        "met tolk",
    )


def test_rule_6_visit_that_another_stream_paid_does_not_count(west, mend, visit):
    assert qualifies(west) == [True]

    mend.correct(visit, stream=Stream.DIGISCAN)

    assert qualifies(west) == [False]


def test_rule_5_visit_lies_where_its_digipunt_or_stop_lies(mend, visit):
    with pytest.raises(StopMissingError):
        mend.correct(visit, digipunt=BUS)
    with pytest.raises(StopOutsideError):
        mend.correct(visit, digipunt=BUS, stop=DAMME)

    mend.correct(visit, digipunt=BUS, stop=OOSTKAMP)
    assert mend.look(visit).record.municipality == OOSTKAMP
    assert mend.look(visit).values["stop"] == OOSTKAMP

    mend.correct(visit, digipunt=BIB)
    assert mend.look(visit).record.municipality == TORHOUT
    assert mend.look(visit).values["stop"] is None


def test_rule_66_visit_at_a_stop_outside_the_area_of_now_keeps_it(raw, mend, visit):
    mend.correct(visit, digipunt=BUS, stop=OOSTKAMP)
    raw.run(f"UPDATE municipality SET digibank = 'noord' WHERE nis = '{OOSTKAMP}'")

    mend.correct(visit, language_help=True)

    assert mend.look(visit).record.municipality == OOSTKAMP


def test_visit_keeps_the_rules_of_the_counter(noord, mend, visit):
    for facts, error in (
        ({"visited_on": date(2024, 6, 4)}, FutureDateError),
        ({"digipunt": "niets"}, UnknownDigipuntError),
        ({"digipunt": "blankenberge-bib"}, (DigipuntElsewhereError, UnknownDigipuntError)),
        ({"person": noord.register("Jan")}, UnknownPersonError),
        ({"age_band": AgeBand.SENIOR}, AgeOfKnownPersonError),
    ):
        with pytest.raises(error):
            mend.correct(visit, **facts)


def test_rule_14_known_visitor_was_anonymous_after_all(west, mend, visit):
    mend.correct(visit, person=None, age_band=AgeBand.SENIOR)

    assert mend.look(visit).record.person is None
    assert qualifies(west) == [False]


def test_rule_62_voided_visit_counts_again_when_it_is_restored(west, mend, visit):
    mend.void(visit)
    assert qualifies(west) == [False]

    mend.restore(visit)
    assert qualifies(west) == [True]


# Questions


def test_rule_40_question_is_corrected(mend, visit):
    mend.correct("question/1", topic="itsme-eid", minutes=Minutes.LONG)

    now = mend.look("question/1").record
    assert (now.topic, now.minutes, now.referred_to) == ("itsme-eid", Minutes.LONG, "vorming")


def test_rule_40_only_who_was_referred_was_sent_somewhere(mend, visit):
    mend.correct("question/1", result=Result.SOLVED)
    assert mend.look("question/1").record.referred_to is None

    mend.correct("question/1", result=Result.REFERRED, referred_to=Referral.BANK)
    assert mend.look("question/1").record.referred_to == "bank"


def test_question_has_a_topic_of_the_list(mend, visit):
    with pytest.raises(UnknownTopicError):
        mend.correct("question/1", topic="niets")


def test_rule_8_visit_without_a_question_that_stands_does_not_qualify(west, mend, visit):
    mend.void("question/1")
    assert qualifies(west) == [True]  # question 2 is left

    mend.void("question/2")
    assert qualifies(west) == [False]


def test_rule_8_question_of_a_tally_gets_a_result(west, mend):
    tally = TallyRequest(digipunt=BIB, visited_on=WEDNESDAY, counts={"laptop": 1})
    with west.at_work(WEDNESDAY) as session:
        digipunt.log_tally(session, tally, actor=west.actor, today=clock.today())

    assert mend.look("question/1").values["result"] is None
    mend.correct("question/1", minutes=Minutes.LONG)
    mend.correct("question/1", result=Result.PARTLY)
    assert mend.look("question/1").record.result == Result.PARTLY


def test_rule_61_question_was_asked_on_the_day_of_the_visit(mend, visit):
    assert mend.look("question/1").happened_on == WEDNESDAY


# Opening hours


def test_rule_42_hours_are_corrected(mend, block):
    mend.correct(block, ends_at=time(11, 30))

    assert mend.look(block).record.ends_at == time(11, 30)


def test_rule_42_hours_keep_the_rules_of_the_form(west, mend, block):
    with west.at_work(WEDNESDAY) as session:
        afternoon = HeldBlockRequest(
            digipunt=BIB, held_on=WEDNESDAY, starts_at="13.00", ends_at="16.00"
        )
        digipunt.hold_block(session, afternoon, actor=west.actor, today=clock.today())

    for facts, error in (
        ({"ends_at": time(9)}, BlockHoursError),
        ({"ends_at": time(14)}, BlockHeldError),
        ({"held_on": date(2024, 6, 4)}, FutureDateError),
        ({"digipunt": "niets"}, UnknownDigipuntError),
    ):
        with pytest.raises(error):
            mend.correct(block, **facts)


def test_rule_42_voided_hours_are_restored_only_where_they_still_fit(west, mend, block):
    mend.void(block)
    with west.at_work(WEDNESDAY) as session:
        longer = HeldBlockRequest(
            digipunt=BIB, held_on=WEDNESDAY, starts_at="8.30", ends_at="12.00"
        )
        digipunt.hold_block(session, longer, actor=west.actor, today=clock.today())

    with pytest.raises(BlockHeldError):
        mend.restore(block)
    with pytest.raises(TwinVoidedError):
        mend.correct("held_block/2", starts_at=time(9))  # the voided one begins then
