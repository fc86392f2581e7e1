"""The checks of the data, each in a world that is small enough to count (rule 60)."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, time, timedelta

import pandas as pd
import pytest

from digibank_core import history
from digibank_core.errors import UnknownSettingError
from digibank_core.indicators import frames
from digibank_core.indicators.quality import CHECKS, Known, run
from digibank_core.models import (
    Attendance,
    Course,
    Digipunt,
    Enrolment,
    EnrolmentState,
    FundingPeriod,
    HeldBlock,
    Loan,
    Mark,
    Merge,
    OpeningBlock,
    Person,
    PersonRole,
    Question,
    Result,
    Setting,
    Stream,
    TrainingSession,
    Visit,
    Wipe,
    WipeMethod,
)
from digibank_core.models.columns import Kind

TODAY = date(2024, 6, 28)
"""A Friday, and as-of of the worlds."""
DAY = timedelta(days=1)
RECORDED = datetime(2024, 6, 1, 12, tzinfo=UTC)
CODES = [card.code for card, _ in CHECKS]


def own(model, /, **facts):
    """Make a record of Brugge West; a voided one is told so."""
    return model(digibank="west", recorded_at=RECORDED, **facts)


def person(key="p1", **facts):
    return own(Person, **{"key": key, "birth_year": 1950, "municipality": "31033"} | facts)


def loan(number=1, on=date(2024, 6, 3), **facts):
    given = {
        "device": "BW-0001",
        "person": "p1",
        "due_on": TODAY,
        "agreement": f"BW-2024-{number:05d}",
    }
    return own(Loan, id=number, lent_on=on, **given | facts)


def wipe(on, number=1, **facts):
    given = {"device": "BW-0001", "method": WipeMethod.RESET}
    return own(Wipe, id=number, wiped_on=on, **given | facts)


def visit(number=1, on=date(2024, 6, 3), **facts):
    """A visit with one question that was solved."""
    given = {"digipunt": "bib", "municipality": "31033", "person": "p1"}
    asked = own(Question, id=number, visit=number, topic="e-mail", result=Result.SOLVED)
    return [own(Visit, id=number, visited_on=on, **given | facts), asked]


def course(number=1, **facts):
    return own(Course, id=number, title="Starters", capacity=12, **facts)


def lesson(number=1, on=date(2024, 6, 3), **facts):
    """A lesson of course 1 whose list is complete, with one person present."""
    given = {"course": 1, "list_reference": "L-1", "complete_by": "ann"}
    meeting = own(
        TrainingSession,
        id=number,
        held_on=on,
        starts_at=time(9),
        ends_at=time(12),
        place="bib",
        **given | facts,
    )
    return [meeting, mark(number)]


def mark(session=1, who="p1", noted=Mark.PRESENT, **facts):
    number = 10 * session + int(who[1:])
    return own(Attendance, id=number, session=session, person=who, mark=noted, **facts)


def enrolled(who, state=EnrolmentState.CONFIRMED, **facts):
    return own(Enrolment, id=int(who[1:]), course=1, person=who, state=state, **facts)


def hours(weekday, place="bib", every_weeks=1, starts_at=time(9)):
    given = {"ends_at": time(18), "source": "test"}
    return OpeningBlock(
        digipunt=place, weekday=weekday, starts_at=starts_at, every_weeks=every_weeks, **given
    )


def held(on, number=1, place="bib", **facts):
    given = {"starts_at": time(9), "ends_at": time(12)}
    return own(HeldBlock, id=number, digipunt=place, held_on=on, **given | facts)


def setting(name, value, digibank="", since=date(2022, 11, 1)):
    given = {"unit": "x", "label": "x", "author": "cli", "source": "test"}
    return Setting(name=name, digibank=digibank, starts_on=since, value=value, **given)


def period(code="IMPL", first=date(2022, 11, 1), last=date(2024, 12, 31)):
    given = {"amount_cents": 0, "active": True, "source": "test"}
    return FundingPeriod(code=code, digibank="west", first_day=first, last_day=last, **given)


def place(code="bib", name="Bibliotheek"):
    given = {"municipality": "31033", "source": "test"}
    return Digipunt(code=code, digibank="west", name=name, **given)


def read(records):
    """Give frames of records as a database would, a later one in place of one with its key."""

    def frame(model):
        facts = history.columns(model, Kind.FACT)
        images = {
            history.key_of(one.model_dump(), model): {
                fact: getattr(one, fact) for fact in facts
            }
            for one in records
            if type(one) is model
        }
        rows = json.loads(history.canonical(list(images.values())))
        return frames.typed(pd.DataFrame(rows, columns=facts), model)

    return {model.__tablename__: frame(model) for model in frames.MODELS}


BASE = [
    period(),
    setting("overdue_alert_days", "30"),
    setting("jump_factor", "3"),
    place(),
    course(),
    person(),
]


@pytest.fixture
def check(scope_of):
    """Give a function that runs the checks on records; it gives the rows of one check."""

    def rows_of(code, *records, **scope):
        flat = [one for each in records for one in (each if isinstance(each, list) else [each])]
        known = Known(read([*BASE, *flat]), scope_of(**{"as_of": TODAY} | scope))
        [find] = [find for card, find in CHECKS if card.code == code]
        return find(known)

    return rows_of


@pytest.fixture
def records_of(check):
    """Give a function that names the records that a check found."""
    return lambda *asked, **scope: check(*asked, **scope)["record"].tolist()


@pytest.fixture
def days_of(check):
    """Give a function that tells the days of what a check found, as 03/06."""
    return lambda *asked, **scope: [f"{day:%d/%m}" for day in check(*asked, **scope)["day"]]


# What every check has


def test_rule_60_every_check_is_there_and_an_empty_world_is_in_order(scope_of):
    assert CODES == [
        "not_wiped",
        "overdue",
        "without_agreement",
        "two_streams",
        "future",
        "outside_periods",
        "closed",
        "without_list",
        "unmarked",
        "without_a_word",
        "age_to_confirm",
        "minor",
        "without_residence",
        "jump",
    ]
    found = run(Known(read(BASE), scope_of(as_of=TODAY)))
    assert [(each.card.code, each.count) for each in found] == [(code, 0) for code in CODES]


@pytest.mark.parametrize(("card", "find"), CHECKS, ids=CODES)
def test_rule_60_every_check_says_what_it_means_and_what_to_do(card, find):
    for told in (card.explanation, card.to_do):
        sentences = re.findall(r"[^.?]+[.?]", told)
        assert "".join(sentences) == told
        assert [one for one in sentences if len(one.split()) > 15] == []
    assert card.rule
    assert find.__doc__


def test_rule_60_rows_have_the_oldest_day_first(records_of):
    born = [person("p2", birth_year=2010), person("p3", birth_year=2010)]

    found = records_of(
        "minor", *born, loan(1, person="p2"), visit(1, date(2024, 5, 6), person="p3")
    )

    assert found == ["person/p3", "person/p2"]


WRONG = {
    "not_wiped": [loan(1, date(2024, 5, 6), returned_on=TODAY - DAY), loan(2, TODAY)],
    "overdue": [loan(due_on=date(2024, 3, 4), on=date(2024, 3, 4))],
    "without_agreement": [loan(agreement=None)],
    "two_streams": [visit(1), visit(2, stream=Stream.DIGISCAN)],
    "future": [visit(1, TODAY + DAY)],
    "outside_periods": [visit(1, date(2022, 10, 31))],
    "closed": [hours(2), visit(1)],  # a Monday
    "without_list": [lesson(list_reference=None)],
    "unmarked": [lesson(complete_by=None), enrolled("p2")],
    "age_to_confirm": [person("p2", birth_year=None), visit(1, person="p2")],
    "minor": [person("p2", birth_year=2010), visit(1, person="p2")],
    "without_residence": [person("p2", municipality=None), visit(1, person="p2")],
}
"""A small world in which each check finds something, of records that can be voided."""


@pytest.mark.parametrize("code", WRONG)
def test_rule_62_voided_records_count_in_no_check(records_of, code):
    wrong = [
        one for each in WRONG[code] for one in (each if isinstance(each, list) else [each])
    ]
    voided = [
        type(one)(**one.model_dump() | {"voided": True})
        if "voided" in one.model_dump()
        else one
        for one in wrong
    ]

    assert records_of(code, *wrong)
    assert records_of(code, *voided) == []


@pytest.mark.parametrize("code", sorted(set(WRONG) - {"overdue", "future", "outside_periods"}))
def test_rule_60_what_happens_after_as_of_is_not_looked_at(records_of, code):
    assert records_of(code, *WRONG[code], as_of=date(2024, 5, 31)) == []


# Days and periods


@pytest.mark.parametrize(
    ("on", "found"),
    [
        (date(2022, 10, 31), 1),
        (date(2022, 11, 1), 0),
        (date(2024, 12, 31), 0),
        (date(2025, 1, 1), 1),
    ],
)
def test_rule_2_both_ends_of_a_period_lie_in_it(records_of, on, found):
    assert len(records_of("outside_periods", visit(1, on), as_of=date(2025, 3, 31))) == found


def test_rule_60_service_of_another_period_is_not_outside_the_period(records_of):
    later = period("VERL", date(2025, 1, 1), date(2026, 7, 31))

    assert records_of("outside_periods", later, visit(1, date(2025, 1, 1))) == []


def test_rule_60_day_of_a_lesson_is_one_record_for_all_who_were_there(records_of):
    before = date(2022, 10, 3)

    found = records_of("outside_periods", lesson(1, before), mark(1, "p2"), loan(1, before))

    assert found == ["loan/1", "training_session/1"]


def test_rule_6_another_stream_has_periods_of_its_own(records_of):
    assert records_of("outside_periods", visit(1, date(2022, 10, 3), stream=Stream.ANDER)) == []


@pytest.mark.parametrize("days", [0, 1])
def test_rule_60_today_is_not_in_the_future_and_tomorrow_is(check, days):
    on = TODAY + days * DAY
    wrong = [visit(1, on), loan(1, on, due_on=on), lesson(1, on), wipe(on), held(on)]

    found = check("future", *wrong)["record"].tolist()

    everything = ["held_block/1", "loan/1", "training_session/1", "visit/1", "wipe/1"]
    assert found == (everything if days else [])


def test_rule_60_lesson_to_come_that_nobody_marked_is_a_plan(records_of):
    plan, _ = lesson(1, TODAY + DAY)

    assert records_of("future", plan, mark(noted=None)) == []


def test_rule_60_what_was_recorded_after_as_of_was_no_future_then(records_of):
    later = visit(1, date(2024, 5, 6))  # recorded on 1 June

    assert records_of("future", later, as_of=date(2024, 4, 1)) == []
    assert records_of("future", later, as_of=date(2024, 6, 1)) == []
    assert records_of("future", visit(1, date(2024, 6, 3)), as_of=date(2024, 6, 1)) == [
        "visit/1"
    ]


# Digipunten and their hours


@pytest.mark.parametrize(
    ("world", "found"),
    [
        pytest.param([hours(1)], [], id="published"),
        pytest.param([hours(2)], ["visit/1"], id="another weekday"),
        pytest.param([hours(2), held(date(2024, 6, 3))], [], id="noted"),
        pytest.param([hours(2), held(date(2024, 6, 4))], ["visit/1"], id="noted another day"),
        pytest.param([hours(2), held(date(2024, 6, 3), voided=True)], ["visit/1"], id="voided"),
        pytest.param(
            [hours(2), place("ldc"), held(date(2024, 6, 3), place="ldc")],
            ["visit/1"],
            id="noted elsewhere",
        ),
        pytest.param([hours(1, every_weeks=2)], [], id="every two weeks"),
        pytest.param([], [], id="no hours known"),
        pytest.param([held(date(2024, 6, 4))], [], id="no hours published"),
    ],
)
def test_rule_60_digipunt_is_closed_without_published_and_without_noted_hours(
    records_of, world, found
):
    assert records_of("closed", visit(1, date(2024, 6, 3)), *world) == found  # a Monday


def test_rule_60_reason_names_the_digipunt_and_the_weekday(check):
    told = check("closed", hours(2), visit(1, date(2024, 6, 3)))["why"].tolist()

    assert told == ["Bibliotheek is op maandag niet open."]


def test_rule_42_nothing_noted_is_missing_and_a_zero_is_not(days_of):
    # published on Mondays; begun on 3 June, so 10, 17 and 24 June are expected before the 28th
    world = [hours(1), visit(1, date(2024, 6, 3)), held(date(2024, 6, 17))]

    assert days_of("without_a_word", *world) == ["10/06", "24/06"]


def test_rule_42_today_can_still_be_noted(days_of):
    world = [hours(5), held(date(2024, 6, 14))]  # Fridays, as is today

    assert days_of("without_a_word", *world) == ["21/06"]


def test_rule_42_two_blocks_of_a_day_are_one_day(days_of):
    world = [hours(1), hours(1, starts_at=time(13)), held(date(2024, 6, 17))]

    assert days_of("without_a_word", *world) == ["24/06"]


def test_rule_42_digipunt_is_looked_at_from_its_first_day_on(days_of):
    # noted on Tuesday 18 June, published on Mondays too
    world = [hours(1), hours(2), held(date(2024, 6, 18))]

    assert days_of("without_a_word", *world) == ["24/06", "25/06"]
    assert days_of("without_a_word", hours(1)) == []


def test_rule_42_what_opens_every_two_weeks_is_missed_after_two_weeks(days_of):
    every = hours(1, every_weeks=2)

    assert days_of("without_a_word", every, held(date(2024, 6, 10))) == ["24/06"]
    assert days_of("without_a_word", every, held(date(2024, 6, 17))) == []
    # 3 June, then 24 June: the 17th was expected
    world = [every, held(date(2024, 6, 3)), held(date(2024, 6, 24), 2)]
    assert days_of("without_a_word", *world) == ["17/06"]


def test_rule_42_days_outside_the_period_are_not_missing(days_of):
    first = date(2024, 6, 12)

    world = [hours(1), held(date(2024, 6, 3))]
    assert days_of("without_a_word", *world, first_day=first) == ["17/06", "24/06"]


# Persons


@pytest.mark.parametrize(
    ("born", "confirmed", "found"),
    [
        (2007, False, "minor"),  # turns 17 in 2024
        (2007, True, "minor"),
        (2006, False, "age_to_confirm"),  # turns 18
        (2006, True, None),
        (2005, False, None),  # turns 19
        (None, False, "age_to_confirm"),
        (None, True, None),
    ],
)
def test_rule_11_age_is_that_of_the_year_of_the_service(records_of, born, confirmed, found):
    world = [person("p2", birth_year=born, adult_confirmed=confirmed), visit(1, person="p2")]

    for code in ("minor", "age_to_confirm"):
        assert records_of(code, *world) == (["person/p2"] if code == found else [])


def test_rule_11_person_is_one_row_on_the_day_of_the_first_service(check):
    child = person("p2", birth_year=2010)

    found = check("minor", child, visit(1, date(2024, 6, 4), person="p2"), loan(1, person="p2"))

    assert found[["record", "why"]].values.tolist() == [
        ["person/p2", "Geboren in 2010, dus te jong op deze dag."]
    ]
    assert found["day"].dt.date.tolist() == [date(2024, 6, 3)]


def test_rule_12_age_of_an_intermediary_does_not_matter(records_of):
    staff = person("p2", birth_year=None, role=PersonRole.INTERMEDIARY)

    assert records_of("age_to_confirm", staff, visit(1, person="p2")) == []


def test_rule_8_age_matters_only_for_a_service_that_would_count(records_of):
    child = person("p2", birth_year=2010)

    assert records_of("minor", child) == []
    assert records_of("minor", child, lesson()[0], mark(1, "p2", Mark.ABSENT)) == []


def test_rule_63_person_as_whom_another_counts_is_looked_at(records_of):
    world = [
        person("p2", birth_year=None, municipality=None),
        person("p3"),
        visit(1, person="p2"),
        own(Merge, id=1, kept="p3", absorbed="p2"),
    ]

    assert records_of("age_to_confirm", *world) == records_of("without_residence", *world) == []
    assert records_of("without_residence", *world[:3]) == []  # not counted: age to confirm
    assert records_of("age_to_confirm", *world[:3]) == ["person/p2"]


@pytest.mark.parametrize(
    ("residence", "found"),
    [
        ({"municipality": None}, ["person/p2"]),
        ({"municipality": "31033"}, []),
        ({"municipality": None, "outside_area": True}, []),
    ],
    ids=["unknown", "known", "outside"],
)
def test_rule_44_residence_of_who_counts_is_known(records_of, residence, found):
    world = [person("p2", **residence), visit(1, person="p2")]

    assert records_of("without_residence", *world) == found


def test_rule_14_anonymous_visit_has_no_person_to_mend(records_of):
    for code in ("minor", "age_to_confirm", "without_residence", "two_streams"):
        assert records_of(code, visit(1, person=None)) == []


# Loans


@pytest.mark.parametrize(
    ("days", "found"),
    [(0, []), (1, []), (30, []), (31, ["loan/1"])],
    ids=lambda each: str(each),
)
def test_rule_60_loan_is_overdue_from_31_days_late(records_of, days, found):
    due = TODAY - days * DAY  # 0: due today is not late (rule 28)

    assert records_of("overdue", loan(1, date(2024, 3, 4), due_on=due)) == found


def test_rule_60_reason_says_how_late(check):
    told = check("overdue", loan(1, date(2024, 3, 4), due_on=date(2024, 3, 25)))["why"].tolist()

    assert told == ["Toestel BW-0001 is 95 dagen te laat."]  # 6 + 30 + 31 + 28 days


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ([setting("overdue_alert_days", "10", "west")], ["loan/1"]),
        ([setting("overdue_alert_days", "10", since=TODAY)], ["loan/1"]),
        ([setting("overdue_alert_days", "10", since=TODAY + DAY)], []),
    ],
    ids=["own", "newer", "later"],
)
def test_rule_60_days_are_a_setting_that_holds_on_as_of(records_of, more, found):
    late = loan(1, date(2024, 3, 4), due_on=TODAY - 11 * DAY)

    assert records_of("overdue", late, *more) == found


def test_rule_60_open_loan_is_late_after_its_period_too(records_of):
    late = loan(1, date(2024, 12, 2), due_on=date(2024, 12, 30))

    assert records_of("overdue", late, as_of=date(2025, 1, 29)) == []  # 30 days
    assert records_of("overdue", late, as_of=date(2025, 1, 30)) == ["loan/1"]


@pytest.mark.parametrize(
    ("back", "found"),
    [(TODAY, []), (TODAY + DAY, ["loan/1"]), (None, ["loan/1"])],
    ids=["back", "back tomorrow", "out"],
)
def test_rule_60_open_is_open_on_as_of(records_of, back, found):
    out = loan(1, date(2024, 3, 4), due_on=date(2024, 3, 25), returned_on=back, agreement=None)

    assert records_of("overdue", out) == found
    assert records_of("without_agreement", out) == found


@pytest.mark.parametrize(
    ("wiped", "found"),
    [
        (None, ["loan/2"]),
        (date(2024, 5, 26), ["loan/2"]),  # before it came back
        (date(2024, 5, 27), []),  # the day it came back
        (date(2024, 6, 3), []),  # the day it went out again
        (date(2024, 6, 4), ["loan/2"]),  # after that
    ],
    ids=str,
)
def test_rule_26_wipe_lies_between_two_loans(records_of, wiped, found):
    loans = [loan(1, date(2024, 5, 6), returned_on=date(2024, 5, 27)), loan(2)]

    assert records_of("not_wiped", *loans, *([wipe(wiped)] if wiped else [])) == found


def test_rule_26_wipe_of_another_device_or_a_voided_one_does_not_help(records_of):
    loans = [loan(1, date(2024, 5, 6), returned_on=date(2024, 5, 27)), loan(2)]
    others = [
        wipe(date(2024, 5, 28), device="BW-0002"),
        wipe(date(2024, 5, 28), 2, voided=True),
    ]

    assert records_of("not_wiped", *loans, *others) == ["loan/2"]


def test_rule_26_first_loan_has_no_loan_before_it(records_of):
    assert records_of("not_wiped", loan(1), loan(2, device="BW-0002")) == []


def test_rule_26_device_that_went_out_before_it_was_back_was_not_wiped(check):
    loans = [loan(1, date(2024, 5, 6)), loan(2)]

    found = check("not_wiped", *loans, wipe(date(2024, 5, 20)))

    assert found[["record", "why"]].values.tolist() == [
        ["loan/2", "Toestel BW-0001 ging opnieuw mee voor het terug was."]
    ]


def test_rule_60_not_wiped_is_of_the_period_of_the_later_loan(records_of):
    loans = [loan(1, date(2024, 5, 6), returned_on=date(2024, 5, 27)), loan(2)]

    assert records_of("not_wiped", *loans, first_day=date(2024, 6, 3)) == ["loan/2"]
    assert records_of("not_wiped", *loans, first_day=date(2024, 6, 4)) == []


# Streams


def test_rule_6_same_person_day_and_place_in_two_streams_are_both_looked_at(check):
    found = check("two_streams", visit(1), visit(2, stream=Stream.IEDEREEN_DIGITAAL))

    assert found["record"].tolist() == ["visit/1", "visit/2"]
    assert found["why"].tolist() == [
        "Onder Digibank, en die dag ook onder een andere financiering.",
        "Onder Iedereen digitaal, en die dag ook onder een andere financiering.",
    ]


@pytest.mark.parametrize(
    "other",
    [
        visit(2),
        visit(2, date(2024, 6, 4), stream=Stream.DIGISCAN),
        visit(2, digipunt="ldc", stream=Stream.DIGISCAN),
        [person("p2"), *visit(2, person="p2", stream=Stream.DIGISCAN)],
        loan(1, stream=Stream.DIGISCAN),
    ],
    ids=["same stream", "another day", "another place", "another person", "another service"],
)
def test_rule_6_other_services_are_not_funded_twice(records_of, other):
    assert records_of("two_streams", visit(1), other) == []


def test_rule_6_two_lessons_of_a_day_in_two_streams_are_looked_at(records_of):
    scan = course(2, stream=Stream.DIGISCAN)

    assert records_of("two_streams", scan, lesson(1), lesson(2, course=2)) == [
        "attendance/11",
        "attendance/21",
    ]
    absent = [lesson(1), lesson(2, course=2)[0], mark(2, noted=Mark.ABSENT)]
    assert records_of("two_streams", scan, *absent) == []


# Sessions


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, []),
        ({"list_reference": None}, ["training_session/1"]),
        ({"complete_by": None}, ["training_session/1"]),
        ({"list_reference": None, "complete_by": None}, ["training_session/1"]),
        ({"list_reference": None, "cancelled": True}, []),
        ({"list_reference": None, "on": TODAY - DAY}, ["training_session/1"]),
        ({"list_reference": None, "on": TODAY}, []),
        ({"list_reference": None, "on": TODAY + DAY}, []),
    ],
    ids=["proved", "no number", "open", "neither", "cancelled", "yesterday", "today", "plan"],
)
def test_rule_38_past_session_has_a_list_that_is_complete(records_of, facts, found):
    assert records_of("without_list", lesson(1, **facts)) == found


def test_rule_62_session_of_a_voided_course_counts_in_no_check(records_of):
    wrong = [course(voided=True), enrolled("p2"), lesson(list_reference=None, complete_by=None)]

    assert records_of("without_list", *wrong) == records_of("unmarked", *wrong) == []


def test_rule_35_rows_that_nobody_noted_are_counted_per_session(check):
    # four have a place: one present, one without a mark, one never touched, one gave it up
    people = [enrolled(who) for who in ("p1", "p2", "p3")]
    gone = enrolled("p4", EnrolmentState.CANCELLED)

    found = check("unmarked", *people, gone, lesson(complete_by=None), mark(1, "p2", None))

    assert found[["record", "why"]].values.tolist() == [
        ["training_session/1", "2 van 3 namen zijn nog niet genoteerd."]
    ]


@pytest.mark.parametrize(
    "world",
    [
        [enrolled("p2"), lesson()],
        [enrolled("p1"), lesson(complete_by=None)],
        [enrolled("p2", EnrolmentState.WAITING), lesson(complete_by=None)],
        [enrolled("p2"), lesson(complete_by=None, cancelled=True)],
        [enrolled("p2"), lesson(complete_by=None, on=TODAY)],
        [lesson(complete_by=None), mark(1, "p2", None)],
    ],
    ids=["complete", "all noted", "waits", "cancelled", "today", "walk-in taken back"],
)
def test_rule_35_roll_without_open_rows_is_in_order(records_of, world):
    assert records_of("unmarked", *world) == []


# Jumps

FIRST = date(2024, 4, 1)
"""A Monday; from it to the Sunday before today lie twelve complete weeks."""


def weeks(*numbers):
    """Write down so many visits, each of a Monday, from the first week on."""
    days = [FIRST + 7 * week * DAY for week, many in enumerate(numbers) for _ in range(many)]
    return [one for number, day in enumerate(days, start=1) for one in visit(number, day)]


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        ([2] * 11 + [6], []),  # three times the median is no jump
        ([2] * 11 + [7], ["week/2024-06-17"]),
        ([7] + [2] * 11, ["week/2024-04-01"]),
        ([2] * 6 + [3] * 5 + [8], ["week/2024-06-17"]),  # median 2.5, jump from 7.5
        ([2] * 6 + [3] * 5 + [7], []),
        ([1] + [0] * 10 + [9], []),  # most weeks are empty: there is no usual week
        ([0, 0, 0, 0, *[2] * 7, 7], ["week/2024-06-17"]),  # eight weeks from the first one on
        ([0, 0, 0, 0, 0, *[2] * 6, 7], []),  # seven
        ([2] * 12 + [9], []),  # the week of today is not over
    ],
    ids=[
        "three times", "more", "the first", "half", "below half", "median zero", "eight weeks",
        "seven weeks", "running week",
    ],
)  # fmt: skip
def test_rule_60_week_above_three_times_the_median_is_a_jump(records_of, numbers, found):
    assert records_of("jump", *weeks(*numbers)) == found


def test_rule_60_reason_of_a_jump_gives_both_numbers(check):
    told = check("jump", *weeks(*[2] * 6, *[3] * 5, 8))["why"].tolist()

    assert told == ["8 diensten die meetellen, tegen 2,5 in een gewone week."]


def test_rule_60_factor_of_a_jump_is_a_setting(records_of):
    numbers = weeks(*[2] * 11, 7)

    assert records_of("jump", *numbers, setting("jump_factor", "4", "west")) == []
    assert records_of("jump", *numbers, setting("jump_factor", "3.5", "west")) == []
    assert records_of("jump", *numbers, setting("jump_factor", "3.4", "west")) != []


def test_rule_60_only_services_that_count_make_a_jump(records_of):
    numbers = weeks(*[2] * 11, 2)
    beside = [visit(100 + number, date(2024, 6, 17), person=None) for number in range(9)]

    assert records_of("jump", *numbers, *beside) == []


def test_rule_60_week_that_lies_partly_outside_the_period_is_not_complete(records_of):
    numbers = weeks(*[2] * 11, 7)

    assert records_of("jump", *numbers, last_day=date(2024, 6, 22)) == []


# Settings


def test_day_before_the_first_setting_is_told(scope_of):
    with pytest.raises(UnknownSettingError):
        earlier = {"first_day": date(2022, 10, 1), "as_of": date(2022, 10, 31)}
        run(Known(read(BASE), scope_of(**earlier)))
