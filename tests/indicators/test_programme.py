"""Tranches of the subsidy and the pace that is needed: counted by hand (rules 19 and 22)."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from digibank_core.indicators import programme
from digibank_core.models.programme import caps

F10 = {0: 35_000_000, 1001: 10_000_000, 1501: 3_000_000, 1751: 2_000_000}
"""Tranches of the extension in cents, from so many persons on."""
CAPS = [35_000_000, 45_000_000, 48_000_000, 50_000_000]
VERL = {
    "period": "VERL",
    "first_day": date(2025, 1, 1),
    "last_day": date(2026, 7, 31),
    "as_of": date(2026, 7, 31),
}


def rows_of(persons, on="2025-03-03"):
    """Write down one counted service for each of so many persons."""
    return pd.DataFrame(
        {
            "person": [f"p{number}" for number in range(persons)],
            "happened_on": pd.to_datetime([on] * persons),
        }
    )


def table(*changes):
    """Write the tranches of F10 down as a frame, and what was changed since."""
    first = [(number, "2025-01-01", cents) for number, cents in F10.items()]
    frame = pd.DataFrame(
        [*first, *changes], columns=["from_persons", "starts_on", "amount_cents"]
    )
    frame["starts_on"] = pd.to_datetime(frame["starts_on"])
    return {"tranche": frame.assign(period="VERL")}


@pytest.fixture
def measured(scope_of):
    """Give a function: the figures of so many persons under a cap, by code."""

    def measure(persons, cap=CAPS[-1], frames=None, **scope):
        asked = scope_of(**VERL | {"cap_cents": cap} | scope)
        found = programme.figures(frames or table(), rows_of(persons), asked)
        return {figure.definition.code: figure for figure in found}

    return measure


@pytest.mark.parametrize(
    ("persons", "earned"),
    [
        (0, None),
        (999, None),
        (1000, 35_000_000),
        (1001, 45_000_000),
        (1500, 45_000_000),
        (1501, 48_000_000),
        (1750, 48_000_000),
        (1751, 50_000_000),
        (5000, 50_000_000),
    ],
)
def test_rule_22_tranches_that_are_earned(measured, persons, earned):
    assert measured(persons)["tranche_earned"].value == earned


@pytest.mark.parametrize("cap", CAPS)
@pytest.mark.parametrize(
    ("persons", "earned"),
    [
        (1000, 35_000_000),
        (1001, 45_000_000),
        (1500, 45_000_000),
        (1501, 48_000_000),
        (1750, 48_000_000),
        (1751, 50_000_000),
    ],
)
def test_rule_22_no_more_is_paid_than_the_cap(measured, persons, earned, cap):
    figure = measured(persons, cap)["tranche_payable"]

    assert figure.value == min(earned, cap)
    assert figure.receipt["amount_cents"].sum() == figure.value


@pytest.mark.parametrize("cap", CAPS)
def test_rule_22_below_the_minimum_nothing_is_computed_pro_rata(measured, cap):
    figures = measured(999, cap)

    for code in ("tranche_earned", "tranche_payable"):
        assert figures[code].value is None
        assert figures[code].note == "basisbedrag, minimum niet bekend"


@pytest.mark.parametrize(
    ("persons", "missing"),
    [(0, 1001), (999, 2), (1000, 1), (1001, 500), (1500, 1), (1501, 250), (1750, 1)],
)
def test_rule_22_distance_to_the_next_tranche(measured, persons, missing):
    assert measured(persons)["persons_to_next_tranche"].value == missing


FULL = {1001: "€ 100.000,00", 1501: "€ 30.000,00", 1751: "€ 20.000,00"}
NEXT = {999: 1001, 1000: 1001, 1001: 1501, 1500: 1501, 1501: 1751, 1750: 1751}
"""What each tranche of F10 adds, and the one that comes after so many persons."""


@pytest.mark.parametrize(
    ("cap", "paid"),
    [
        (35_000_000, set()),
        (45_000_000, {1001}),
        (48_000_000, {1001, 1501}),
        (50_000_000, {1001, 1501, 1751}),
    ],
)
@pytest.mark.parametrize(("persons", "begins"), NEXT.items())
def test_rule_22_next_tranche_promises_no_more_than_the_cap_pays(
    measured, cap, paid, persons, begins
):
    figure = measured(persons, cap)["persons_to_next_tranche"]

    since = f"Vanaf {begins // 1000}.{begins % 1000:03} personen"
    above = f"niets meer betaald: het plafond is € {cap // 100_000}.000,00."
    assert figure.value == begins - persons
    assert figure.note.replace("\xa0", " ") == (
        f"{since}: {FULL[begins]} erbij."
        if begins in paid
        else f"{since} is er {FULL[begins]} meer verdiend, maar {above}"
    )


@pytest.mark.parametrize("cap", CAPS)
def test_rule_22_after_the_last_tranche_no_cap_promises_more(measured, cap):
    figures = measured(1751, cap)

    assert figures["persons_to_next_tranche"].note == "De hoogste schijf is bereikt."
    assert figures["tranche_payable"].value == cap


def test_rule_22_next_tranche_that_is_paid_in_part_says_which_part(measured):
    # 350,000 is earned; of the next 100,000 the amount that was awarded leaves 40,000
    note = measured(1000, 39_000_000)["persons_to_next_tranche"].note

    assert note.replace("\xa0", " ") == (
        "Vanaf 1.001 personen is er € 100.000,00 meer verdiend, maar € 40.000,00 betaald: "
        "het plafond is € 390.000,00."
    )


def test_rule_22_after_the_last_tranche_there_is_no_next_one(measured):
    figure = measured(1751)["persons_to_next_tranche"]

    assert (figure.value, figure.note) == (None, "De hoogste schijf is bereikt.")


def test_rule_22_receipt_of_what_is_earned_is_the_tranches(measured):
    figure = measured(1501)["tranche_earned"]

    assert figure.receipt["from_persons"].tolist() == [0, 1001, 1501]
    assert figure.receipt["amount_cents"].sum() == figure.value


def test_rule_67_tranche_holds_from_its_first_day_on(measured):
    frames = table((1001, "2026-01-01", 12_000_000))

    before = measured(1001, frames=frames, as_of=date(2025, 12, 31))
    after = measured(1001, frames=frames, as_of=date(2026, 1, 1))

    assert before["tranche_earned"].value == 45_000_000
    assert after["tranche_earned"].value == 47_000_000


def test_rule_67_tranche_of_nothing_has_ended(measured):
    frames = table((1751, "2025-06-01", 0))

    assert measured(1751, frames=frames)["tranche_earned"].value == 48_000_000
    assert measured(1501, frames=frames)["persons_to_next_tranche"].value is None


def test_period_without_tranches_has_a_pace_only(measured):
    assert list(measured(10, period="IMPL")) == ["needed_pace"]


def test_rule_17_each_cap_brings_its_target():
    assert caps(F10) == dict(zip(CAPS, [1000, 1001, 1501, 1751], strict=True))


@pytest.mark.parametrize(
    ("as_of", "pace"),
    [
        (date(2024, 12, 3), "10.00"),  # 40 missing, 28 days left: 4 weeks
        (date(2024, 12, 4), "13.33"),  # 27 days: 3 whole weeks
        (date(2024, 12, 24), "40.00"),  # one week
        (date(2024, 12, 28), "40.00"),  # no whole week counts as one
        (date(2025, 3, 31), "40.00"),  # after the period
    ],
)
def test_rule_19_needed_pace_is_what_is_missing_by_whole_week(scope_of, as_of, pace):
    figure = programme.needed_pace(rows_of(60), scope_of(target=100, as_of=as_of))

    assert (figure.value, figure.numerator) == (pace, 40)


def test_rule_19_reached_target_needs_no_pace_and_tells_its_day(scope_of):
    rows = pd.concat([rows_of(2, on="2024-03-05"), rows_of(3, on="2024-03-04")])
    rows["person"] = [f"p{number}" for number in range(5)]

    figure = programme.needed_pace(rows, scope_of(target=4))

    # three on the fourth, so the fourth person came on the fifth
    assert (figure.value, figure.note) == (None, "Doel bereikt op 05/03/2024.")


def test_without_target_there_is_no_pace_and_no_day(scope_of):
    figure = programme.needed_pace(rows_of(5), scope_of(target=None))

    assert (figure.value, figure.note) == (None, "")
