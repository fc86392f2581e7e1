"""Use of the budget: counted by hand (rules 6, 23 and 24)."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from digibank_core.indicators import budget

LINES = [
    ("loonkosten", 31_000_00),
    ("werkingskosten", 13_000_00),
    ("externe prestaties", 6_000_00),
]
COST = {
    "period": "IMPL",
    "category": "loonkosten",
    "booked_on": "2024-03-04",
    "amount_cents": 10_000,
    "stream": "DIGIBANK",
    "voided": False,
}


def books(*costs, lines=LINES):
    """Write budget and costs down as frames; each cost is what differs from 100 euro."""
    booking = pd.DataFrame([COST | given for given in costs], columns=list(COST))
    booking["id"] = range(1, len(booking) + 1)
    booking["proof"] = "F-" + booking["id"].astype("str")
    booking["booked_on"] = pd.to_datetime(booking["booked_on"])
    booking["voided"] = booking["voided"].astype("bool")
    line = pd.DataFrame(lines, columns=["category", "amount_cents"]).assign(period="IMPL")
    return {"booking": booking, "budget_line": line}


@pytest.fixture
def measured(scope_of):
    """Give a function: the figures of books with so many persons reached, by code."""

    def measure(*costs, persons=1, lines=LINES, **scope):
        frames, chosen = books(*costs, lines=lines), scope_of(**scope)
        booked = budget.bookings(frames, chosen)
        found = budget.figures(frames, booked, persons, chosen)
        return {figure.definition.code: figure for figure in found}

    return measure


def test_rule_23_booked_costs_add_up_to_the_cent(measured):
    figure = measured({"amount_cents": 10_01}, {"amount_cents": 20_02})["budget_booked"]

    assert (figure.value, figure.receipt["amount_cents"].sum()) == (30_03, 30_03)


@pytest.mark.parametrize(
    ("cost", "reason"),
    [
        ({"booked_on": "2022-11-01"}, ""),
        ({"booked_on": "2024-12-31"}, ""),
        ({"booked_on": "2022-10-31"}, "buiten de periode"),
        ({"booked_on": "2025-01-02"}, "buiten de periode"),
        ({"stream": "IEDEREEN_DIGITAAL"}, "andere financiering"),
        ({"stream": "DIGISCAN", "booked_on": "2025-01-02"}, "andere financiering"),
    ],
)
def test_rule_23_cost_outside_period_or_stream_is_told_apart(scope_of, cost, reason):
    scope = scope_of(as_of=date(2025, 3, 31))

    rows = budget.bookings(books(cost), scope)

    assert rows["reason"].tolist() == [reason]
    [booked, *_] = budget.figures(books(cost), rows, 1, scope)
    assert booked.value == (0 if reason else 10_000)


@pytest.mark.parametrize(
    "cost", [{"voided": True}, {"period": "VERL"}, {"booked_on": "2024-06-02"}]
)
def test_cost_that_is_void_of_another_period_or_later_is_not_there(scope_of, cost):
    assert budget.bookings(books(cost), scope_of(as_of=date(2024, 6, 1))).empty


@pytest.mark.parametrize(
    ("cents", "percent"),
    [(0, 0), (25_000_00, 50), (24_900, 0), (25_000, 1), (50_000_00, 100), (75_000_00, 150)],
)
def test_rule_55_use_of_the_budget_is_rounded_half_up(measured, cents, percent):
    # of 50,000 euro: 249 euro is 0.498 %, 250 euro is 0.5 %
    figure = measured({"amount_cents": cents})["budget_use_percent"]

    assert figure.value == percent


def test_rule_23_without_budget_there_is_no_use_of_it(measured):
    figure = measured({}, lines=[])["budget_use_percent"]

    assert (figure.value, figure.note) == (None, "Er is nog geen budget bepaald.")


@pytest.mark.parametrize(
    ("persons", "cents"),
    [(3, 33_33), (8, 12_50), (1, 100_00)],  # 100 euro
)
def test_rule_24_cost_per_reached_person(measured, persons, cents):
    assert measured({}, persons=persons)["cost_per_person"].value == cents


def test_rule_24_nobody_reached_gives_no_cost_per_person(measured):
    figure = measured({}, persons=0)["cost_per_person"]

    assert figure.value is None
    assert figure.note == "Nog niemand bereikt, dus nog geen bedrag per persoon."


def test_rule_23_budget_and_costs_by_kind_of_cost(scope_of):
    costs = [{}, {"category": "werkingskosten"}, {"stream": "ANDER"}]

    frames, scope = books(*costs), scope_of()

    rows = budget.by_category(frames, budget.bookings(frames, scope), scope)

    assert rows.to_dict("split")["data"] == [
        ["loonkosten", 31_000_00, 100_00, 100_00],
        ["werkingskosten", 13_000_00, 100_00, 0],
        ["externe prestaties", 6_000_00, 0, 0],
    ]
