"""Figures with their targets and receipts: the same for screen and command."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlmodel import col, select

from digibank_core import db, effects, reporting
from digibank_core.errors import (
    NotAllowedError,
    UnknownDigibankError,
    UnknownFigureError,
    UnknownPeriodError,
)
from digibank_core.models import FundingPeriod, Loan, Merge, Setting, Target
from digibank_core.security import Actor, Role
from tests.conftest import on_day

OVERLAPS = [
    "overlap_access",
    "overlap_skills",
    "overlap_services",
    "overlap_access_skills",
    "overlap_access_services",
    "overlap_skills_services",
    "overlap_all",
]
CODES = [
    "reach",
    "reach_access",
    "reach_skills",
    "reach_services",
    "progress_percent",
    "expected_linear",
    *OVERLAPS,
    "contacts_anonymous",
    "new_persons_last_week",
    "needed_pace",
    "budget_booked",
    "budget_use_percent",
    "cost_per_person",
    "forecast",
    "forecast_low",
    "forecast_high",
    "contacts_first_time",
    "contacts_repeat",
    "reach_upper_bound",
    "not_counted",
    "intermediaries",
    "age_to_confirm",
    "minors",
    "reach_of_population",
    "reach_of_vulnerable",
    "target_65_plus",
    "target_job_seekers",
    "target_isced_0_2",
    "target_isced_3_4",
    "target_other_language",
    "target_reduced_rate",
    "loans",
    "loans_open",
    "loans_overdue",
    "wipes",
    "pool_use",
    "training_participants",
    "training_attendances",
    "training_hours",
    "sessions_held",
    "sessions_without_list",
    "training_completion",
    "training_no_show",
    "training_fill",
    "visits",
    "questions",
    "digipunt_persons",
    "questions_solved",
    "hours_held",
    "visits_per_hour",
]
BREAKDOWNS = [
    "reach_by_residence",
    "reach_by_age",
    "reach_by_gender",
    "reach_by_education",
    "reach_by_labour_status",
    "reach_by_other_language",
    "reach_by_reduced_rate",
    "reach_by_digipunt",
    "reach_by_place",
    "reach_by_place_and_residence",
    "not_counted_by_reason",
    "questions_by_topic",
    "questions_by_result",
    "visits_by_digipunt",
]
NOT_OF_PEOPLE = {"wipes", "sessions_held", "sessions_without_list", "pool_use"}
LAST = date(2024, 12, 31)
DUE = date(2024, 11, 30)
"""31 days before it."""


@pytest.fixture
def three(west):
    """Three persons with four loans in 2024, and a child with one."""
    west.stock("BW-0001", "BW-0002", "BW-0003", "BW-0004", "BW-0005")
    one, two, three = (west.register() for _ in range(3))
    child = west.register(birth_year=2015)
    borrowers = [one, two, three, one, child]
    for number, person in enumerate(borrowers, start=1):
        west.lend(f"BW-000{number}", person, on=date(2024, number, 4))
    return west


def measure(actor, digibank="west", period="IMPL", as_of=LAST, known_on=None, what_if=None):
    with db.reading() as session:
        return reporting.progress(
            session,
            actor=actor,
            digibank=digibank,
            period=period,
            as_of=as_of,
            known_on=known_on,
            what_if=what_if,
        )


def test_progress_gives_every_figure_in_its_order(three, ann):
    assert [figure.definition.code for figure in measure(ann).figures] == CODES


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("reach", 3),
        ("reach_access", 3),
        ("progress_percent", 0),  # 3 of 1000 is 0.3%, rounded down
        ("expected_linear", "1000.00"),
    ],
)
def test_figure_has_its_value(three, ann, code, value):
    assert measure(ann).figure(code).value == value


@pytest.mark.parametrize("code", ["reach", "reach_access"])
def test_rule_54_persons_in_the_receipt_are_as_many_as_the_figure(three, ann, code):
    figure = measure(ann).figure(code)

    assert figure.receipt["person"].nunique() == figure.value


@pytest.mark.parametrize("code", BREAKDOWNS)
def test_rule_54_breakdown_adds_up_to_its_figure_and_so_does_its_receipt(three, ann, code):
    progress = measure(ann)
    found = progress.breakdown(code)

    whole = progress.figure(found.of).value
    assert found.cells["value"].sum() == len(found.receipt) == whole


def test_progress_gives_every_breakdown_in_its_order(three, ann):
    assert [each.definition.code for each in measure(ann).breakdowns] == BREAKDOWNS


def test_rule_54_every_row_of_the_receipt_has_its_proof(three, ann):
    proofs = measure(ann).figure("reach").receipt["proof"].tolist()

    assert proofs == [f"BW-2024-0000{number}" for number in (1, 2, 3, 4)]


def test_rule_11_what_does_not_count_is_told_apart(three, ann):
    assert measure(ann).not_counted["reason"].tolist() == ["jonger dan 18"]


def test_what_happened_after_as_of_is_not_told_at_all(three, ann):
    assert measure(ann, as_of=date(2024, 4, 30)).not_counted.empty


def test_unknown_figure_names_those_there_are(three, ann):
    with pytest.raises(UnknownFigureError) as refusal:
        measure(ann).figure("bereik")

    assert "reach, reach_access" in refusal.value.user_message


def test_scope_says_of_whom_and_when(three, ann):
    scope = measure(ann, as_of=date(2024, 5, 1), known_on=date(2024, 6, 1)).scope

    assert (scope.digibank, scope.period, scope.as_of, scope.known_on, scope.target) == (
        "west",
        "IMPL",
        date(2024, 5, 1),
        date(2024, 6, 1),
        1000,
    )


def test_rule_61_both_times_combine(three, ann):
    # up to 31/12/2024, as known on 29/02/2024: the loans of January and February
    assert measure(ann, known_on=date(2024, 2, 29)).figure("reach").value == 2


def test_period_without_target_has_no_percentage(three, ann):
    with three.at_work(date(2024, 6, 3)) as session:
        session.delete(session.get_one(Target, ("IMPL", "west", date(2022, 11, 1))))

    assert measure(ann).figure("progress_percent").value is None


def test_figures_are_the_same_when_measured_twice(three, ann):
    first, second = (
        json.dumps([reporting.as_record(figure) for figure in measure(ann).figures])
        for _ in range(2)
    )

    assert first == second


def test_rule_50_card_of_a_figure_is_complete(three, ann):
    records = [reporting.as_record(figure) for figure in measure(ann).figures]

    cards = ("code", "title", "unit", "definition", "rule", "rule_version")
    assert all(record[field] for record in records for field in cards)


@pytest.mark.parametrize("code", CODES)
def test_definition_of_a_figure_is_a_sentence(three, ann, code):
    definition = measure(ann).figure(code).definition.definition

    assert definition[0].isupper()
    assert definition.endswith(".")


def test_record_counts_its_source_rows(three, ann):
    assert reporting.as_record(measure(ann).figure("reach"))["rows"] == 4


def test_unknown_digibank_is_refused(three, cli):
    with pytest.raises(UnknownDigibankError):
        measure(cli, digibank="oost")


def test_unknown_period_is_refused(three, ann):
    with pytest.raises(UnknownPeriodError):
        measure(ann, period="IMPL2")


def test_rule_49_figures_of_another_digibank_are_refused(three, noor):
    with pytest.raises(NotAllowedError):
        measure(noor)


@pytest.mark.parametrize("who", ["karel", "roger"])
def test_role_without_figures_is_refused(request, three, who):
    with pytest.raises(NotAllowedError):
        measure(request.getfixturevalue(who))


def test_report_editor_of_one_digibank_sees_its_figures(three):
    editor = Actor("ed", Role.EDITOR, "west")

    assert measure(editor).figure("reach").value == 3


@pytest.mark.parametrize("digibank", ["noord", "west", "brugge"])
def test_regional_staff_see_figures_of_every_digibank(three, rita, digibank):
    assert [figure.definition.code for figure in measure(rita, digibank).figures] == CODES


def test_rule_48_regional_staff_see_no_small_number(three, rita, ann):
    # three persons in four loans, and a child
    regional, own = measure(rita), measure(ann)

    small = [each.definition.code for each in own.figures if 0 < (each.numerator or 0) < 5]
    assert small[:2] == ["reach", "reach_access"]
    for code in small:
        assert regional.figure(code).hidden == (code not in NOT_OF_PEOPLE)
    assert regional.figure("reach").value == "<5"
    assert regional.figure("progress_percent").value == "verborgen"  # 3 of 1000 is told by it
    cells = [value for each in regional.breakdowns for value in each.cells["value"]]
    assert not [value for value in cells if isinstance(value, int) and 0 < value < 5]


def test_rule_48_regional_staff_see_no_month_of_few(three, rita):
    assert measure(rita).burn_up.empty
    assert measure(rita).new_per_week.empty


def test_rule_48_threshold_is_that_of_the_setting(three, rita):
    key = ("suppress_below", "", date(2022, 11, 1))
    three.correct(Setting, key, value="3")

    assert measure(rita).figure("reach").value == 3


@pytest.fixture
def nine(west):
    """Five persons with a loan in February 2024, three on 10 March, and one a day later."""
    days = [date(2024, 2, 5)] * 5 + [date(2024, 3, 10)] * 3 + [date(2024, 3, 11)]
    for number, day in enumerate(days):
        west.stock(f"BW-100{number}")
        west.lend(f"BW-100{number}", west.register(on=day), on=day)
    return west


def test_rule_48_of_two_days_that_differ_by_one_person_regional_staff_see_no_difference(
    nine, rita, ann
):
    asked = date(2024, 3, 10), date(2024, 3, 11), date(2024, 3, 31)

    assert [measure(ann, as_of=day).figure("reach").value for day in asked] == [8, 9, 9]
    assert [measure(rita, as_of=day).figure("reach").value for day in asked] == [0, 0, 9]


@pytest.mark.parametrize(
    ("as_of", "known_on", "expected"),
    [
        (date(2024, 5, 1), None, (date(2024, 3, 31), date(2024, 3, 31))),
        (date(2024, 5, 1), date(2024, 11, 2), (date(2024, 3, 31), date(2024, 9, 30))),
        (date(2024, 6, 30), date(2024, 6, 29), (date(2024, 6, 30), date(2024, 3, 31))),
        (date(2025, 2, 1), None, (LAST, LAST)),
        (date(2025, 4, 1), None, (LAST, date(2025, 3, 31))),
        (date(2022, 12, 30), None, (date(2022, 9, 30), date(2022, 9, 30))),
    ],
)
def test_rule_48_regional_staff_see_the_end_of_a_quarter_or_period(
    three, rita, as_of, known_on, expected
):
    with on_day(date(2025, 4, 2)):
        scope = measure(rita, as_of=as_of, known_on=known_on).scope

    assert (scope.as_of, scope.known_on) == expected


def test_rule_48_day_to_come_is_no_way_to_what_is_recorded_now(three, rita):
    with on_day(date(2024, 5, 1)):
        scope = measure(rita, known_on=date(2030, 1, 1)).scope

    assert scope.known_on == date(2024, 3, 31)


def test_rule_48_period_ends_on_a_fixed_date_too(three, rita):
    with three.at_work(date(2024, 1, 2)) as session:
        session.get_one(FundingPeriod, ("IMPL", "west")).last_day = date(2024, 11, 15)

    days = [date(2024, 11, 14), date(2024, 11, 15), LAST]
    found = [measure(rita, as_of=day).scope.as_of for day in days]
    assert found == [date(2024, 9, 30), date(2024, 11, 15), date(2024, 11, 15)]


def test_rule_48_what_is_entered_late_is_told_at_the_next_fixed_date(nine, rita):
    with nine.at_work(date(2024, 4, 15)) as session:
        [first, *_] = session.exec(select(Loan)).all()
        first.voided = True

    days = (date(2024, 4, 14), date(2024, 4, 16), date(2024, 6, 30))
    assert [measure(rita, as_of=day).figure("reach").value for day in days] == [9, 9, 8]


def test_rule_48_before_the_first_fixed_date_of_a_period_nobody_is_counted(nine, rita):
    nine.stock("BW-2000", on=date(2022, 11, 2))
    nine.lend("BW-2000", nine.register(on=date(2022, 11, 2)), on=date(2022, 11, 3))

    early = measure(rita, as_of=date(2022, 12, 30))

    counts = {figure.definition.code: figure.numerator for figure in early.figures}
    not_counts = {"persons_to_next_tranche", "needed_pace"}
    assert {code for code, number in counts.items() if number} <= not_counts
    assert early.burn_up.empty


def test_rule_48_installation_younger_than_the_fixed_date_has_nobody_yet(nine, rita):
    early = measure(rita, known_on=date(2022, 10, 21))

    assert (early.figure("reach").value, early.figure("loans").value) == (0, 0)
    assert early.scope.as_of == date(2022, 9, 30)


def test_rule_48_regional_staff_see_no_what_if(nine, rita, ann):
    other = {"min_sessions": "2"}

    assert measure(ann, what_if=other).what_if
    with pytest.raises(NotAllowedError):
        measure(rita, what_if=other)


def test_rule_49_regional_staff_see_no_persons(three, rita):
    progress = measure(rita)

    tables = [progress.not_counted]
    tables += [each.receipt for each in (*progress.figures, *progress.breakdowns)]
    assert [table for table in tables if len(table)] == []


def test_effects_of_a_void_are_the_figures_that_it_touches(three, ann):
    found = effects_of(three, ann, voided=True)

    # the third person has this loan only, and it is long overdue
    assert [(one.definition.code, one.before, one.after) for one in found] == [
        ("reach", 3, 2),
        ("reach_access", 3, 2),
        ("overlap_access", 3, 2),
        ("needed_pace", "997.00", "998.00"),  # no week is left, and none counts as one
        ("forecast", 3, 2),
        ("forecast_low", 3, 2),
        ("forecast_high", 3, 2),
        ("reach_upper_bound", 3, 2),
        ("not_counted", 1, 2),
        ("target_65_plus", 3, 2),
        ("loans", 5, 4),
        ("loans_open", 5, 4),
        ("loans_overdue", 5, 4),
        ("pool_use", "41.4", "33.1"),  # 1512 and 1209 of 5 x 730 days
    ]
    assert {one.period for one in found} == {"IMPL"}


def test_effects_of_what_touches_no_figure_are_none(three, ann):
    assert effects_of(three, ann, due_on=date(2024, 12, 30)) == []  # as overdue as it was


def test_effects_of_a_new_record_are_told_before_it_is_saved(three, ann):
    with db.reading() as session:
        one, other, *_ = session.exec(select(Loan.person).order_by(col(Loan.id))).all()
        merge = Merge(id=0, digibank="west", kept=one, absorbed=other)
        found = effects.of_records(session, [merge], actor=ann, as_of=LAST)

        assert [one.after for one in found if one.definition.code == "reach"] == [2]
        assert session.exec(select(Merge)).all() == []


def test_who_sees_no_figures_sees_no_effects(three, karel):
    with pytest.raises(NotAllowedError):
        effects_of(three, karel, voided=True)


# The checks of the data


@pytest.fixture
def wrong(west):
    """A device that is 31 days late on LAST, without agreement, with somebody of 17."""
    west.stock("BW-0001", "BW-0002")
    west.lend("BW-0001", west.register(birth_year=2007), on=date(2024, 11, 4), due=DUE)
    late = west.lend(
        "BW-0002", west.register(residence="31033"), on=date(2024, 11, 4), due=LAST
    )
    west.correct(Loan, late.id, on=date(2024, 12, 2), agreement=None)
    return west


def check(actor, digibank="west", as_of=LAST, known_on=None):
    with db.reading() as session:
        return reporting.quality(
            session,
            actor=actor,
            digibank=digibank,
            period="IMPL",
            as_of=as_of,
            known_on=known_on,
        )


def counts(quality):
    return {one.card.code: one.count for one in quality.checks if one.count}


def test_rule_60_points_are_counted_by_check(wrong, ann):
    found = check(ann)

    assert counts(found) == {"overdue": 1, "without_agreement": 1, "minor": 1}
    assert found.count == 3
    assert (found.scope.digibank, found.scope.as_of) == ("west", LAST)


@pytest.mark.parametrize(
    ("known_on", "expected"),
    [
        (date(2024, 11, 3), {}),
        (date(2024, 12, 1), {"overdue": 1, "minor": 1}),
        (date(2024, 12, 2), {"overdue": 1, "without_agreement": 1, "minor": 1}),
    ],
)
def test_rule_61_checks_are_rewound(wrong, ann, known_on, expected):
    assert counts(check(ann, known_on=known_on)) == expected


def test_rule_61_setting_of_a_check_is_rewound(wrong, ann):
    changed = ("overdue_alert_days", "", date(2022, 11, 1))
    wrong.correct(Setting, changed, on=date(2024, 12, 20), value="31")

    known = [counts(check(ann, known_on=day)) for day in (date(2024, 12, 19), None)]
    assert ["overdue" in each for each in known] == [True, False]


def test_rule_60_explanation_names_the_setting(wrong, ann):
    [overdue] = [one for one in check(ann).checks if one.card.code == "overdue"]

    assert "meer dan 30 dagen" in overdue.card.explanation


def test_rule_49_checks_of_another_digibank_are_refused(wrong, noor):
    with pytest.raises(NotAllowedError):
        check(noor)
    assert counts(check(noor, "noord")) == {}


@pytest.mark.parametrize("who", ["karel", "roger", "rita"])
def test_rule_48_who_may_not_see_rows_sees_no_checks(request, wrong, who):
    with pytest.raises(NotAllowedError):
        check(request.getfixturevalue(who))


def effects_of(desk, actor, **changed):
    """Give the effects of a change in the third loan."""
    with db.reading() as session:
        loan = session.exec(select(Loan).where(Loan.device == "BW-0003")).one()
        would_be = Loan(**loan.model_dump() | changed)
        return effects.of_records(session, [would_be], actor=actor, as_of=LAST)


# Digibanken in turn


def values(progress):
    return {figure.definition.code: figure.value for figure in progress.figures}


def test_each_digibank_is_measured_in_turn_as_it_is_alone(three, rita):
    asked = {"actor": rita, "period": "IMPL", "as_of": date(2024, 12, 31)}
    codes = ["west", "noord", "brugge"]

    together = list(reporting.progress_of_each(codes, **asked))

    assert [one.scope.digibank for one in together] == codes
    with db.reading() as session:
        alone = [reporting.progress(session, digibank=code, **asked) for code in codes]
    assert [values(one) for one in together] == [values(one) for one in alone]


def test_rule_49_of_each_digibank_only_who_may_sees_it(three, ann):
    asked = {"actor": ann, "period": "IMPL", "as_of": date(2024, 12, 31)}
    measured = reporting.progress_of_each(["west", "noord"], **asked)

    assert next(measured).scope.digibank == "west"
    with pytest.raises(NotAllowedError):
        next(measured)


def test_no_digibank_gives_no_progress(three, rita):
    assert list(reporting.progress_of_each([], actor=rita, period="IMPL", as_of=LAST)) == []
