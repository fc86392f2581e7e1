"""The programme: reference data with their sources, and what holds on a day."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import func, select

from digibank_core import db
from digibank_core.config import places
from digibank_core.errors import (
    NotAllowedError,
    UnknownDigibankError,
    UnknownPeriodError,
    UnknownSettingError,
)
from digibank_core.models import FundingPeriod, Setting, Target, Tranche
from digibank_core.services import programme

BEFORE, FIRST, LATER = date(2022, 10, 31), date(2022, 11, 1), date(2024, 1, 1)


@pytest.fixture
def session(installation):
    with db.reading() as opened:
        yield opened


@pytest.fixture
def decide(west):
    """Give a function that adds a value of a setting."""

    def add(name, value, *, starts_on, digibank=""):
        with west.at_work(starts_on, "nieuwe waarde") as session:
            session.add(
                Setting(
                    name=name,
                    digibank=digibank,
                    starts_on=starts_on,
                    value=value,
                    unit="days",
                    label="Uitleentermijn",
                    author="cli",
                    source="test",
                )
            )

    return add


def loan_days(digibank="west", on=LATER):
    with db.reading() as session:
        return programme.setting(session, "loan_days", digibank=digibank, on=on)


# Settings


def test_setting_has_its_value_from_its_first_day_on(installation):
    assert loan_days(on=FIRST) == "28"


def test_setting_has_no_value_before_its_first_day(installation):
    with pytest.raises(UnknownSettingError) as refusal:
        loan_days(on=BEFORE)

    assert "31/10/2022" in refusal.value.user_message


def test_unknown_setting_has_no_value(session):
    with pytest.raises(UnknownSettingError):
        programme.setting(session, "loan_weeks", digibank="west", on=LATER)


@pytest.mark.parametrize(
    ("on", "value"), [(date(2023, 12, 31), "28"), (LATER, "21"), (date(2030, 1, 1), "21")]
)
def test_newer_value_holds_from_its_first_day_on(decide, on, value):
    decide("loan_days", "21", starts_on=LATER)

    assert loan_days(on=on) == value


@pytest.mark.parametrize(("digibank", "value"), [("west", "14"), ("noord", "28")])
def test_own_value_goes_before_the_general_one(decide, digibank, value):
    decide("loan_days", "14", starts_on=FIRST, digibank="west")

    assert loan_days(digibank) == value


def test_own_value_goes_before_a_newer_general_one(decide):
    decide("loan_days", "14", starts_on=FIRST, digibank="west")
    decide("loan_days", "21", starts_on=LATER)

    assert loan_days() == "14"


def test_own_value_does_not_hold_before_its_first_day(decide):
    decide("loan_days", "14", starts_on=LATER, digibank="west")

    assert loan_days(on=FIRST) == "28"


@pytest.mark.parametrize(
    ("name", "value"),
    [("min_sessions", "1"), ("carry_over", "false"), ("count_tier_b", "false")],
)
def test_setting_of_the_rules_is_preloaded(session, name, value):
    assert programme.setting(session, name, digibank="west", on=FIRST) == value


def test_every_setting_has_an_author_and_a_source(session):
    rows = session.exec(select(Setting)).all()

    assert [row.name for row in rows if not (row.author and row.source)] == []


# Periods


def test_rule_2_period_has_its_first_and_last_day(session):
    impl = programme.period(session, "IMPL", "west")

    assert (impl.first_day, impl.last_day) == (date(2022, 11, 1), date(2024, 12, 31))


def test_rule_2_extension_is_not_active_unless_granted(session):
    assert [period.code for period in programme.periods(session, "west")] == ["IMPL"]


def test_active_periods_come_in_their_order(west, session):
    west.correct(FundingPeriod, ("VERL", "west"), active=True)

    with db.reading() as later:
        assert [p.code for p in programme.periods(later, "west")] == ["IMPL", "VERL"]


def test_unknown_period_is_refused(session):
    with pytest.raises(UnknownPeriodError):
        programme.period(session, "IMPL2", "west")


def test_rule_17_every_digibank_must_reach_1000_persons(session):
    impl = session.exec(select(Target.persons).where(Target.period == "IMPL")).all()

    assert impl == [1000, 1000, 1000]


def test_rule_22_tranches_are_in_cents_and_add_up(session):
    total = session.exec(select(func.sum(Tranche.amount_cents))).one()

    assert total == 50_000_000  # 350,000 + 100,000 + 30,000 + 20,000 euro


def test_rule_23_three_projects_add_up_to_a_million_and_a_half(session):
    impl = select(func.sum(FundingPeriod.amount_cents)).where(FundingPeriod.code == "IMPL")

    assert session.exec(impl).one() == 150_000_000


# Places


def test_rule_1_there_are_three_digibanken_by_name(session):
    names = [digibank.name for digibank in programme.digibanken(session)]

    assert names == ["Brugge", "Brugge Noord", "Brugge West"]


def test_rule_1_ten_municipalities_belong_to_one_digibank_each(session):
    towns = programme.municipalities(session)

    counts = dict.fromkeys(("noord", "west", "brugge"), 0)
    for town in towns:
        counts[town.digibank] += 1
    assert counts == {"noord": 4, "west": 5, "brugge": 1}


def test_unknown_digibank_is_refused(session):
    with pytest.raises(UnknownDigibankError):
        programme.digibank(session, "oost")


def test_only_reuse_shops_are_reuse_shops(session):
    assert {shop.role for shop in programme.reuse_shops(session)} == {"kringwinkel"}


# Reference data


def test_reference_data_are_loaded_by_who_may(installation, ann):
    with pytest.raises(NotAllowedError), db.transaction(ann, "test") as session:
        programme.load_reference(session, places().reference, actor=ann)


def test_every_row_of_reference_is_in_history(installation, entries):
    assert len(entries("municipality")) == 10


def test_real_installation_is_no_demo(session):
    assert not programme.is_demo(session)
