"""The house rules of the Digipunt log (rules 5, 11, 14, 39 to 43, 45, 62; flow 8)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from pydantic import ValidationError
from sqlmodel import col, select

from digibank_core import clock, db
from digibank_core.errors import (
    AgeOfKnownPersonError,
    BlockHeldError,
    BlockHoursError,
    CountedTwiceError,
    DigipuntElsewhereError,
    EmptyTallyError,
    FutureDateError,
    NotAllowedError,
    StopMissingError,
    StopOutsideError,
    TooLateToTakeBackError,
    UnknownDigipuntError,
    UnknownPersonError,
    UnknownTopicError,
    UnknownVisitError,
    VisitOfOtherError,
)
from digibank_core.models import (
    AgeBand,
    FirstTime,
    HeldBlock,
    HeldBlockRequest,
    HelperRole,
    Minutes,
    Question,
    Referral,
    Result,
    TallyRequest,
    Visit,
    VisitRequest,
)
from digibank_core.services import digipunt
from tests.conftest import on_day

WEDNESDAY = date(2024, 3, 6)
DAY = timedelta(days=1)
BIB, BUS = "torhout-bib", "beernem-mobiel"
TORHOUT, BEERNEM, OOSTKAMP, DAMME = "31033", "31003", "31022", "31006"


def asked(**answers):
    """A visit to the library with one question about e-mail, unless told otherwise."""
    given = {"digipunt": BIB, "visited_on": WEDNESDAY, "topic": "e-mail", **answers}
    return VisitRequest(**given)


def log(desk, *, on=WEDNESDAY, actor=None, **answers):
    with on_day(on), db.transaction(actor or desk.actor, "bezoek noteren") as session:
        return digipunt.log_visit(
            session, asked(**answers), actor=actor or desk.actor, today=clock.today()
        )


def tally(desk, *, on=WEDNESDAY, **answers):
    request = TallyRequest(**{"digipunt": BIB, "visited_on": WEDNESDAY, **answers})
    with desk.at_work(on) as session:
        return digipunt.log_tally(session, request, actor=desk.actor, today=clock.today())


def hold(desk, *, on=WEDNESDAY, **answers):
    given = {"digipunt": BIB, "held_on": WEDNESDAY, "starts_at": "9.00", "ends_at": "12.00"}
    request = HeldBlockRequest(**{**given, **answers})
    with desk.at_work(on) as session:
        return digipunt.hold_block(session, request, actor=desk.actor, today=clock.today())


def rows(model):
    with db.reading() as session:
        return session.exec(select(model).order_by(col(model.id))).all()


def counts(desk, on=WEDNESDAY):
    with db.reading() as session:
        found = digipunt.counts_on(session, on, actor=desk.actor)
    return {one.digipunt: (one.visits, one.questions) for one in found}


# A visit


def test_flow_8_topic_alone_is_enough_for_an_anonymous_visit(west):
    visit = log(west)

    assert (visit.digibank, visit.person, visit.first_time) == ("west", None, FirstTime.UNKNOWN)
    assert visit.helper_role == HelperRole.VOLUNTEER
    [question] = rows(Question)
    assert (question.visit, question.topic) == (visit.id, "e-mail")
    assert (question.minutes, question.result) == (Minutes.SHORT, Result.SOLVED)


def test_rule_39_visit_with_three_questions_is_one_visit(west):
    log(west, earlier=[{"topic": "laptop"}, {"topic": "bankieren", "result": "deels"}])

    assert [one.topic for one in rows(Question)] == ["laptop", "bankieren", "e-mail"]
    assert [one.result for one in rows(Question)][1] == Result.PARTLY
    assert counts(west) == {BIB: (1, 3)}


def test_earlier_questions_are_read_as_the_browser_sends_them(west):
    log(west, earlier='[{"topic": "laptop", "minutes": ">60", "referred_to": null}]')

    assert rows(Question)[0].minutes == Minutes.LONGEST


def test_one_wrong_question_leaves_nothing_behind(west):
    with pytest.raises(UnknownTopicError):
        log(west, earlier=[{"topic": "weer"}])

    assert (rows(Visit), rows(Question)) == ([], [])


def test_visit_without_a_question_does_not_exist():
    with pytest.raises(ValidationError):
        VisitRequest(digipunt=BIB, visited_on=WEDNESDAY)


def test_rule_40_referral_is_kept_with_that_result_only(west):
    log(west, result="doorverwezen", referred_to="OCMW")
    log(west, result="doorverwezen")
    log(west, result="opgelost", referred_to="OCMW")

    assert [one.referred_to for one in rows(Question)] == [Referral.OCMW, None, None]


def test_rule_14_anonymous_visit_keeps_first_time_and_age_band(west):
    visit = log(west, first_time="ja", age_band="75+", language_help=True)

    assert (visit.first_time, visit.age_band) == (FirstTime.YES, AgeBand.ELDERLY)
    assert visit.language_help


def test_rule_4_place_of_service_is_that_of_the_digipunt(west):
    assert log(west).municipality == TORHOUT


def test_rule_5_mobile_digipunt_takes_the_municipality_of_the_stop(west):
    assert log(west, digipunt=BUS, stop=OOSTKAMP).municipality == OOSTKAMP


def test_rule_5_fixed_digipunt_has_no_stop(west):
    assert log(west, stop=OOSTKAMP).municipality == TORHOUT


@pytest.mark.parametrize("stop", [None, "99999"])
def test_rule_5_mobile_digipunt_without_a_stop_is_refused(west, stop):
    with pytest.raises(StopMissingError):
        log(west, digipunt=BUS, stop=stop)


def test_rule_5_stop_outside_the_area_is_refused_by_name(west):
    with pytest.raises(StopOutsideError) as refusal:
        log(west, digipunt=BUS, stop=DAMME)

    assert refusal.value.user_message.startswith("Damme ligt niet in jouw werkgebied.")


def test_digipunt_of_another_digibank_is_refused_with_its_name(noord):
    with pytest.raises(DigipuntElsewhereError) as refusal:
        log(noord)

    assert "Bibliotheek Torhout hoort bij Digibank Brugge West" in refusal.value.user_message


def test_unknown_digipunt_is_refused(west):
    with pytest.raises(UnknownDigipuntError):
        log(west, digipunt="nergens")


def test_visit_tomorrow_is_refused_and_one_of_last_week_is_not(west):
    with pytest.raises(FutureDateError) as refusal:
        log(west, visited_on=WEDNESDAY + DAY)
    log(west, visited_on=WEDNESDAY - 7 * DAY)

    assert refusal.value.field == "visited_on"
    assert rows(Visit)[0].visited_on == WEDNESDAY - 7 * DAY


def test_known_person_of_the_own_digibank(west):
    lieve = west.register("Lieve")

    assert log(west, person=lieve).person == lieve


def test_rule_10_person_of_another_digibank_is_unknown(west, noord):
    with pytest.raises(UnknownPersonError):
        log(west, person=noord.register("Lieve"))


def test_rule_11_known_person_has_no_age_band(west):
    with pytest.raises(AgeOfKnownPersonError):
        log(west, person=west.register("Lieve"), age_band="75+")


@pytest.mark.parametrize("note", ["bel jan@voorbeeld.be", "85.07.30-033 28", "<b>"])
def test_rule_45_private_data_in_the_note_is_refused(note):
    with pytest.raises(ValidationError):
        asked(note=note)


@pytest.mark.parametrize("who", ["karel", "rita"])
def test_role_without_the_right_is_refused(west, request, who):
    with pytest.raises(NotAllowedError):
        log(west, actor=request.getfixturevalue(who))


def test_digihelper_may_log(west, roger):
    assert log(west, actor=roger).id == 1


# Take back


def take_back(actor, visit_id, now):
    with clock.at(now), db.transaction(actor, "ongedaan gemaakt") as session:
        return digipunt.take_back_visit(session, visit_id, actor=actor, now=now)


def test_rule_62_visit_that_is_taken_back_stays_but_counts_no_more(west, entries):
    visit = log(west)

    take_back(west.actor, visit.id, visit.recorded_at + timedelta(seconds=30))

    assert [one.voided for one in rows(Visit)] == [True]
    assert len(rows(Question)) == 1
    assert counts(west) == {}
    assert [entry.reason for entry in entries("visit")] == [
        "bezoek noteren",
        "ongedaan gemaakt",
    ]


def test_visit_is_taken_back_twice_as_well_as_once(west, entries):
    visit = log(west)

    for _ in range(2):
        take_back(west.actor, visit.id, visit.recorded_at)

    assert len(entries("visit")) == 2


def test_visit_is_not_taken_back_after_30_seconds(west):
    visit = log(west)

    with pytest.raises(TooLateToTakeBackError) as refusal:
        take_back(west.actor, visit.id, visit.recorded_at + timedelta(seconds=31))

    assert "Vraag je coördinator om het te verbeteren." in refusal.value.user_message
    assert not rows(Visit)[0].voided


def test_visit_of_somebody_else_is_not_taken_back(west, roger):
    visit = log(west)

    with pytest.raises(VisitOfOtherError):
        take_back(roger, visit.id, visit.recorded_at)


def test_visit_of_another_digibank_is_unknown(west, noor):
    visit = log(west)

    for visit_id in (visit.id, 99):
        with pytest.raises(UnknownVisitError):
            take_back(noor, visit_id, visit.recorded_at)


# A tally


def test_tally_makes_one_anonymous_visit_for_each_question(west):
    assert tally(west, counts={"e-mail": 2, "laptop": 1, "ander": 0}) == 3

    assert counts(west) == {BIB: (3, 3)}
    assert {visit.person for visit in rows(Visit)} == {None}
    assert sorted(one.topic for one in rows(Question)) == ["e-mail", "e-mail", "laptop"]


def test_rule_41_tally_leaves_the_result_unknown(west):
    tally(west, counts={"e-mail": 1})

    assert rows(Question)[0].result is None


def test_tally_of_nothing_is_refused(west):
    with pytest.raises(EmptyTallyError):
        tally(west, counts={"e-mail": 0})


def test_tally_with_an_unknown_topic_leaves_nothing_behind(west):
    with pytest.raises(UnknownTopicError):
        tally(west, counts={"e-mail": 1, "weer": 1})

    assert rows(Visit) == []


def test_tally_beside_single_entries_is_warned_of_and_saved_when_confirmed(west):
    log(west)
    log(west)

    with pytest.raises(CountedTwiceError) as refusal:
        tally(west, counts={"e-mail": 3})
    tally(west, counts={"e-mail": 3}, confirmed=True)

    assert "al bezoeken genoteerd: 2." in refusal.value.user_message
    assert refusal.value.field == "confirmed"
    assert counts(west) == {BIB: (5, 5)}


def test_tally_is_not_warned_of_for_another_place_day_or_a_voided_visit(west):
    log(west, digipunt="torhout-centrum")
    log(west, visited_on=WEDNESDAY - DAY)
    wrong = log(west)
    take_back(west.actor, wrong.id, wrong.recorded_at)

    assert tally(west, counts={"e-mail": 1}) == 1


def test_second_tally_of_a_day_is_warned_of_too(west):
    tally(west, counts={"e-mail": 1})

    with pytest.raises(CountedTwiceError):
        tally(west, counts={"laptop": 1})


def test_tally_of_tomorrow_is_refused(west):
    with pytest.raises(FutureDateError):
        tally(west, visited_on=WEDNESDAY + DAY, counts={"e-mail": 1})


# Opening blocks


def test_rule_42_block_without_visits_is_held(west):
    hold(west)

    [block] = rows(HeldBlock)
    assert (block.digibank, block.digipunt, block.held_on) == ("west", BIB, WEDNESDAY)
    assert (block.starts_at, block.ends_at) == (time(9), time(12))


@pytest.mark.parametrize(
    ("starts_at", "ends_at"), [("9.00", "12.00"), ("11.30", "13.00"), ("10", "11")]
)
def test_rule_42_hours_are_held_once(west, starts_at, ends_at):
    hold(west)

    with pytest.raises(BlockHeldError) as refusal:
        hold(west, starts_at=starts_at, ends_at=ends_at)

    assert "Van 9.00 tot 12.00 uur staat er al" in refusal.value.user_message


def test_block_that_begins_where_another_ends_is_held_too(west):
    hold(west)
    hold(west, starts_at="12.00", ends_at="13.00")

    assert len(rows(HeldBlock)) == 2


@pytest.mark.parametrize("ends_at", ["9.00", "8.30"])
def test_block_ends_after_it_starts(west, ends_at):
    with pytest.raises(BlockHoursError):
        hold(west, ends_at=ends_at)


def test_block_of_tomorrow_is_refused(west):
    with pytest.raises(FutureDateError) as refusal:
        hold(west, held_on=WEDNESDAY + DAY)

    assert refusal.value.field == "held_on"


def test_block_of_a_digipunt_of_another_digibank_is_refused(noord):
    with pytest.raises(DigipuntElsewhereError):
        hold(noord)


# What the page reads


def expected(desk, day=WEDNESDAY):
    with db.reading() as session:
        return digipunt.expected_blocks(session, day, actor=desk.actor)


def test_blocks_of_a_weekday_are_expected_until_they_are_held(west):
    [before] = expected(west)
    hold(west, starts_at="9.30", ends_at="11.00")  # it opened late
    [after] = expected(west)

    assert (before.digipunt, before.starts_at, before.held) == (BIB, time(9), False)
    assert after.held


def test_earliest_block_of_a_day_comes_first(west):
    friday = WEDNESDAY + 2 * DAY

    assert [one.digipunt for one in expected(west, friday)] == [
        "beernem-covias",
        "beernem-mirte",
    ]


def test_other_digibank_expects_none_of_these_blocks(noord):
    assert expected(noord) == []


def test_digipunten_are_those_of_the_own_digibank_by_name(west, noord):
    with db.reading() as session:
        own = [one.name for one in digipunt.digipunten(session, actor=west.actor)]
        others = digipunt.digipunten(session, actor=noord.actor)

    assert own == [
        "Bibliotheek Beernem",
        "Bibliotheek Torhout",
        "Covias",
        "LDC Flora",
        "LDC Mirte",
        "Mobiel digipunt Beernem",
        "'t Centrum",
    ]
    assert others == []


def test_topics_come_in_the_order_of_the_file(installation):
    with db.reading() as session:
        codes = [one.code for one in digipunt.topics(session)]

    assert (codes[0], codes[3], codes[-1]) == ("itsme-eid", "e-mail", "ander")


def test_rule_39_visits_and_questions_of_a_day_are_counted_by_digipunt(west):
    log(west, earlier=[{"topic": "laptop"}])
    log(west)
    log(west, digipunt="torhout-centrum")
    log(west, visited_on=WEDNESDAY - DAY)

    assert counts(west) == {BIB: (2, 3), "torhout-centrum": (1, 1)}


def test_recorded_moment_is_that_of_the_transaction(west):
    moment = datetime(2024, 3, 6, 10, 42, tzinfo=clock.BRUSSELS)

    assert log(west, on=moment).recorded_at == moment


# Mistakes


def test_rule_62_voided_visits_and_questions_are_not_counted(west):
    log(west, earlier=[{"topic": "laptop"}])
    log(west)
    west.correct(Visit, 2, voided=True)
    west.correct(Question, 1, voided=True)

    assert counts(west) == {BIB: (1, 1)}


def test_rule_62_tally_of_a_day_with_voided_visits_only_counts_nobody_twice(west):
    log(west)
    west.correct(Visit, 1, voided=True)

    assert tally(west, counts={"laptop": 2}) == 2


def test_rule_62_voided_hours_bar_no_others_and_come_back_in_the_same_row(west):
    first = hold(west)
    west.correct(HeldBlock, first.id, voided=True)

    with db.reading() as session:
        shown = digipunt.expected_blocks(session, WEDNESDAY, actor=west.actor)
    assert not any(block.held for block in shown)
    again = hold(west, ends_at="11.00")
    assert (again.id, again.ends_at, again.voided) == (first.id, time(11), False)
