"""Settings, targets, periods, caps and tranches are dated, with source and author."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from digibank_core import db, reporting
from digibank_core.errors import (
    AgreementMissingError,
    CarryOverError,
    DayOutsidePeriodError,
    NotAllowedError,
    PeriodDaysError,
    SettingValueError,
    UnknownCapError,
    UnknownPeriodError,
    UnknownSettingError,
)
from digibank_core.models import (
    Cap,
    CapRequest,
    FirstTime,
    FundingPeriod,
    PeriodRequest,
    Result,
    Setting,
    SettingRequest,
    Target,
    TargetRequest,
    Tranche,
    TrancheRequest,
    VisitRequest,
)
from digibank_core.services import digipunt, programme, settings
from tests.conftest import on_day

JUNE, TODAY, LAST = date(2024, 6, 3), date(2024, 11, 4), date(2024, 12, 31)
FIRST_DAY, SPRING, DAY = date(2022, 11, 1), date(2025, 3, 3), timedelta(days=1)
VISIT = {"digipunt": "torhout-centrum", "topic": "laptop", "result": Result.SOLVED}


@pytest.fixture
def change(installation, cli):
    """Give a function: save a change on TODAY; give the sentence of a refusal, if any."""

    def save(request):
        with on_day(TODAY), db.transaction(cli, "besluit") as session:
            settings.change(session, request, actor=cli)

    return save


def value(name="min_sessions", new="2", since=JUNE, **more):
    return SettingRequest(setting=name, value=new, starts_on=since, source="brief 12", **more)


def setting(name, on, digibank="west"):
    with db.reading() as session:
        return programme.setting(session, name, digibank=digibank, on=on)


def row(model, *key):
    with db.reading() as session:
        return session.get(model, key)


def measure(actor, period="IMPL", as_of=LAST, **more):
    with db.reading() as session:
        return reporting.progress(
            session, actor=actor, digibank="west", period=period, as_of=as_of, **more
        )


def visit(desk, day, **more):
    with desk.at_work(day) as session:
        request = VisitRequest(visited_on=day, **VISIT | more)
        digipunt.log_visit(session, request, actor=desk.actor, today=day)


# Settings


def test_rule_67_new_value_is_a_new_row_and_the_old_day_keeps_its_own(change):
    change(value())

    assert setting("min_sessions", date(2024, 6, 2)) == "1"
    assert setting("min_sessions", JUNE) == "2"
    made = row(Setting, "min_sessions", "", JUNE)
    assert (made.author, made.source, made.unit) == ("cli", "brief 12", "sessions")


def test_value_of_one_digibank_is_not_that_of_another(change):
    change(value(digibank="west"))

    assert [setting("min_sessions", JUNE, code) for code in ("west", "noord")] == ["2", "1"]


def test_same_day_again_is_a_correction_with_history(change, raw):
    change(value(new="3"))
    change(value(new="2"))

    assert setting("min_sessions", JUNE) == "2"
    told = raw.rows("SELECT before, after FROM history ORDER BY id DESC LIMIT 1")
    assert '"value":"3"' in told[0]["before"]
    assert '"value":"2"' in told[0]["after"]


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (value(new="geen"), SettingValueError),
        (value(new="0"), SettingValueError),
        (value("completion_percent", "101"), SettingValueError),
        (value("carry_over", "ja"), CarryOverError),
        (value("count_tier_b", "ja"), AgreementMissingError),
        (value("onbekend"), UnknownSettingError),
    ],
    ids=["word", "too low", "too high", "rule 3", "rule 14", "unknown"],
)
def test_value_that_does_not_fit_is_refused(change, asked, refusal):
    with pytest.raises(refusal):
        change(asked)


def test_refused_value_says_what_would_fit(change):
    with pytest.raises(SettingValueError) as refusal:
        change(value("completion_percent", "101"))

    assert "Schrijf een heel getal van 0 tot 100." in refusal.value.user_message


def test_rule_14_database_refuses_tier_b_without_agreement(raw):
    with pytest.raises(IntegrityError, match="tier_b_agreed"):
        raw.run("UPDATE setting SET value = 'true' WHERE name = 'count_tier_b'")


def test_setting_that_is_no_more_than_a_number_is_read_by_its_service(change):
    change(value("loan_days", "21"))

    assert setting("loan_days", JUNE) == "21"


# What they do to figures


def test_rule_14_tier_b_counts_from_its_day_on_and_every_figure_prints_it(change, west, ann):
    visit(west, JUNE, person=None, first_time=FirstTime.YES)
    visit(west, JUNE, person=None, first_time=FirstTime.NO)
    change(value("count_tier_b", "ja", date(2024, 7, 1), agreement="WSE-2024-7"))

    before, after = measure(ann, as_of=date(2024, 6, 30)), measure(ann)
    assert (before.figure("reach").value, after.figure("reach").value) == (0, 1)
    card = after.figure("reach").definition
    assert "volgens akkoord WSE-2024-7 van de subsidiegever" in card.definition
    assert (before.figure("reach").definition.rule_version, card.rule_version) == (1, 2)
    assert after.figure("contacts_anonymous").value == 2  # tiers are shown apart still


def test_rule_67_known_on_an_earlier_day_the_setting_is_rewound(change, west, ann):
    visit(west, JUNE, person=None, first_time=FirstTime.YES)
    change(value("count_tier_b", "ja", date(2024, 7, 1), agreement="WSE-2024-7"))

    assert measure(ann, known_on=date(2024, 11, 3)).figure("reach").value == 0
    assert measure(ann, known_on=TODAY).figure("reach").value == 1


def test_rule_67_what_if_is_labelled_and_leaves_the_official_figure(west, ann):
    visit(west, JUNE, person=None, first_time=FirstTime.YES)

    other, official = measure(ann, what_if={"count_tier_b": "ja"}), measure(ann)

    assert (other.figure("reach").value, official.figure("reach").value) == (1, 0)
    assert other.what_if == (
        "Wat als: Anonieme eerste bezoeken meetellen in het bereik: ja in plaats van nee"
    )
    assert official.what_if == ""
    told = other.parameters.set_index("name").loc["count_tier_b"]
    assert (told["value"], told["source"]) == ("true", "wat als, door niemand beslist")
    records = [reporting.as_record(figure) for figure in other.figures]
    assert {record["title"].split(":")[0] for record in records} == {"Wat als"}
    assert {record["rule_version"] for record in records} == {0}
    assert not any(figure.definition.title.startswith("Wat als") for figure in official.figures)


def test_parameters_that_were_counted_with_are_told(change, ann):
    change(value(since=JUNE))

    told = measure(ann).parameters.set_index("name")
    assert told.loc["min_sessions", "value"] == "2"
    assert told.loc["min_sessions", "starts_on"].date() == JUNE


# Targets, periods, caps


def target(persons, since=JUNE, period="west/IMPL"):
    return TargetRequest(period=period, persons=persons, starts_on=since, source="brief 13")


def targets(actor, *days, period="IMPL", **more):
    return [measure(actor, period, day, **more).scope.target for day in days]


def test_rule_17_target_is_a_new_row_and_earlier_days_keep_theirs(change, ann):
    change(target(500))

    was, now = (row(Target, "IMPL", "west", day) for day in (FIRST_DAY, JUNE))
    assert [(one.persons, one.author) for one in (was, now)] == [(1000, "cli"), (500, "cli")]
    assert now.source == "brief 13"
    assert targets(ann, JUNE - DAY, JUNE, LAST) == [1000, 500, 500]
    assert measure(ann).figure("expected_linear").value == "500.00"
    assert row(Target, "IMPL", "noord", JUNE) is None


def test_rule_17_target_of_a_day_to_come_changes_no_page_of_before(change, ann):
    change(target(1501, date(2026, 1, 1), "west/VERL"))

    days = date(2025, 2, 28), date(2025, 12, 31), date(2026, 1, 1), date(2030, 1, 1)
    assert targets(ann, *days, period="VERL") == [1000, 1000, 1501, 1501]


def test_rule_17_target_of_the_same_day_again_is_a_correction(change, ann, raw):
    change(target(500))
    change(target(600))

    assert targets(ann, JUNE - DAY, JUNE) == [1000, 600]
    [told] = raw.rows("SELECT before, after FROM history ORDER BY id DESC LIMIT 1")
    assert '"persons":500' in told["before"]
    assert '"persons":600' in told["after"]


def test_rule_17_first_target_holds_for_the_whole_period_whenever_it_was_agreed(
    change, cli, ann
):
    with on_day(TODAY), db.transaction(cli, "proef") as session:
        session.delete(session.get_one(Target, ("IMPL", "west", FIRST_DAY)))
    change(target(700, JUNE))
    change(target(800, date(2024, 9, 2)))

    days = FIRST_DAY, JUNE - DAY, JUNE, date(2024, 9, 1), date(2024, 9, 2)
    assert targets(ann, *days) == [700, 700, 700, 700, 800]


@pytest.mark.parametrize(
    "asked",
    [
        target(500, date(2022, 10, 31)),
        target(500, date(2025, 1, 1)),
        CapRequest(
            period="west/VERL", cap="35000000", starts_on=date(2024, 12, 31), source="brief"
        ),
    ],
    ids=["before", "after", "cap"],
)
def test_day_that_never_counts_is_refused(change, asked):
    with pytest.raises(DayOutsidePeriodError):
        change(asked)


def test_rule_66_target_of_before_a_period_that_was_shortened_can_be_corrected(change, ann):
    days = {"first_day": date(2023, 1, 2), "last_day": LAST}
    change(PeriodRequest(period="west/IMPL", active=True, source="besluit", **days))

    change(target(500, FIRST_DAY))

    assert targets(ann, date(2023, 1, 2)) == [500]


def test_rule_61_target_is_known_as_it_was(change, ann):
    change(target(500))

    earlier = measure(ann, known_on=date(2024, 11, 3))
    assert earlier.figure("expected_linear").value == "1000.00"


def test_rule_2_extension_is_activated(change):
    days = {"first_day": date(2025, 1, 1), "last_day": date(2026, 7, 31)}
    change(PeriodRequest(period="west/VERL", active=True, source="besluit", **days))

    with db.reading() as session:
        assert [each.code for each in programme.periods(session, "west")] == ["IMPL", "VERL"]
        assert [each.code for each in programme.periods(session, "noord")] == ["IMPL"]
    assert row(FundingPeriod, "VERL", "west").amount_cents == 50_000_000


def test_rule_2_period_that_ends_before_it_begins_is_refused(change):
    days = {"first_day": LAST, "last_day": JUNE}
    with pytest.raises(PeriodDaysError):
        change(PeriodRequest(period="west/VERL", source="besluit", **days))


def chosen(cap, since=SPRING):
    return CapRequest(period="west/VERL", cap=str(cap), starts_on=since, source="aanvraag")


@pytest.mark.parametrize(
    ("cap", "persons"),
    [(35_000_000, 1000), (45_000_000, 1001), (48_000_000, 1501), (50_000_000, 1751)],
)
def test_rule_17_cap_brings_its_target(change, cap, persons):
    change(chosen(cap))

    made = row(Cap, "VERL", "west", SPRING)
    assert (made.amount_cents, made.author, made.source) == (cap, "cli", "aanvraag")
    assert row(Target, "VERL", "west", SPRING).persons == persons
    assert row(FundingPeriod, "VERL", "west").amount_cents == 50_000_000  # as awarded


def test_rule_22_cap_holds_from_its_day_on_and_earlier_days_keep_what_was_awarded(change, ann):
    change(chosen(35_000_000))
    change(chosen(48_000_000, date(2026, 1, 1)))

    days = SPRING - DAY, SPRING, date(2025, 12, 31), date(2026, 1, 1)
    caps = [measure(ann, "VERL", day).scope.cap_cents for day in days]
    assert caps == [50_000_000, 35_000_000, 35_000_000, 48_000_000]
    assert targets(ann, *days, period="VERL") == [1000, 1000, 1000, 1501]


def test_rule_61_cap_is_known_as_it_was(change, ann):
    change(chosen(35_000_000))

    known = [
        measure(ann, "VERL", date(2025, 6, 2), known_on=day).scope.cap_cents
        for day in (TODAY - DAY, TODAY)
    ]
    assert known == [50_000_000, 35_000_000]


def test_rule_49_cap_of_one_digibank_is_not_that_of_another(change, ann, noord):
    change(chosen(35_000_000))

    with db.reading() as session:
        other = reporting.progress(
            session,
            actor=noord.actor,
            digibank="noord",
            period="VERL",
            as_of=date(2025, 6, 2),
        )
    assert other.scope.cap_cents == 50_000_000


@pytest.mark.parametrize(
    ("period", "cap"),
    [("west/VERL", "40000000"), ("west/VERL", "x"), ("west/IMPL", "35000000")],
)
def test_rule_22_cap_that_is_no_sum_of_tranches_is_refused(change, period, cap):
    with pytest.raises(UnknownCapError):
        change(CapRequest(period=period, cap=cap, starts_on=JUNE, source="aanvraag"))


@pytest.mark.parametrize("period", ["west/X", "oost/IMPL", "IMPL", ""])
def test_unknown_period_is_refused(change, period):
    with pytest.raises(UnknownPeriodError):
        change(TargetRequest(period=period, persons=1, starts_on=JUNE, source="brief"))


# Tranches


def test_rule_67_tranche_gets_a_new_row_from_its_day_on(change):
    change(
        TrancheRequest(
            period="VERL",
            from_persons=1001,
            amount_cents=12_000_000,
            starts_on=date(2026, 1, 1),
            source="brief 14",
        )
    )

    was, now = (row(Tranche, "VERL", 1001, day) for day in (date(2025, 1, 1), date(2026, 1, 1)))
    assert (was.amount_cents, now.amount_cents) == (10_000_000, 12_000_000)


def test_rule_22_tranches_are_measured_for_the_extension_alone(installation, ann):
    codes = {
        period: [figure.definition.code for figure in measure(ann, period).figures]
        for period in ("IMPL", "VERL")
    }

    assert "tranche_earned" not in codes["IMPL"]
    assert "tranche_payable" in codes["VERL"]


# Who may, and what is told


@pytest.mark.parametrize("who", ["ann", "karel", "roger", "rita"])
def test_only_administrators_change_what_is_dated(request, installation, who):
    actor = request.getfixturevalue(who)
    acts = (
        lambda session: settings.change(session, value(), actor=actor),
        lambda session: settings.proposed(session, value(), actor=actor),
        lambda session: settings.dated(session, actor=actor, most=5),
        lambda session: settings.tranches_of(session, "VERL", actor=actor),
    )

    for act in acts:
        with db.reading() as session, pytest.raises(NotAllowedError):
            act(session)


def test_proposed_change_is_not_saved(installation, cli):
    with db.reading() as session:
        [record] = settings.proposed(session, value(), actor=cli)

    assert record.value == "2"
    assert row(Setting, "min_sessions", "", JUNE) is None


def test_changes_are_told_the_newest_first(change, cli):
    change(value())
    change(target(500))

    with db.reading() as session:
        told = settings.dated(session, actor=cli, most=2)
    assert [entry.table for entry in told.changes] == ["target", "setting"]
    assert (len(told.periods), len(told.targets), len(told.caps)) == (6, 7, 0)
    assert len(told.tranches) == 4
