"""Loans, wipes and the use of the pool: small worlds counted by hand (rules 28 and 32)."""

from __future__ import annotations

from datetime import date

import pytest

from digibank_core.indicators.lending import lending_figures, pool_days
from tests.indicators.conftest import impl, write_frames

ONE = [{"code": "BW-0001", "received_on": "2024-03-01"}]
TEN_DAYS = {"first_day": date(2024, 3, 1), "last_day": date(2024, 3, 10)}


@pytest.fixture
def figures():
    """Give a function that measures lending in a world: code to figure."""

    def measure(loans=(), *, devices=ONE, wipes=(), **scope):
        frames = write_frames([{}], list(loans), device=devices, wipe=wipes)
        found = lending_figures(frames, impl(**scope))
        return {figure.definition.code: figure for figure in found}

    return measure


@pytest.fixture
def days():
    """Give a function: days on loan and days lendable of one device in ten days of March."""

    def measure(*loans, wiped=("2024-03-01",), devices=ONE, **scope):
        rows = [{"lent_on": lent, "returned_on": back} for lent, back in loans]
        frames = write_frames(
            [{}], rows, device=devices, wipe=[{"wiped_on": on} for on in wiped]
        )
        found = pool_days(frames, impl(**TEN_DAYS | {"as_of": date(2024, 3, 10)} | scope))
        return tuple(map(int, (found["on_loan"].sum(), found["lendable"].sum())))

    return measure


def loan(lent, due="2024-12-31", back=None, **more):
    return {"lent_on": lent, "due_on": due, "returned_on": back} | more


def test_rule_32_use_of_two_devices_in_ten_days(figures):
    # BW-0001: ready from 1 March (10 days), out 4 to 8 (4 nights), then waits for its wipe
    # on the 9th (1 day): 9 lendable days. BW-0002: wiped on the 6th: 5 lendable days, no loan.
    frames = {
        "devices": [*ONE, {"code": "BW-0002", "received_on": "2024-03-01"}],
        "wipes": [
            {"wiped_on": "2024-03-01"},
            {"wiped_on": "2024-03-09"},
            {"device": "BW-0002", "wiped_on": "2024-03-06"},
        ],
    }
    found = figures(
        [loan("2024-03-04", back="2024-03-08")], **frames, **TEN_DAYS, as_of=date(2024, 3, 10)
    )

    use = found["pool_use"]
    assert (use.numerator, use.denominator, use.value) == (4, 14, "28.6")
    assert use.receipt.to_dict("records") == [
        {"device": "BW-0001", "on_loan": 4, "lendable": 9},
        {"device": "BW-0002", "on_loan": 0, "lendable": 5},
    ]


@pytest.mark.parametrize(
    ("loans", "wiped", "counted"),
    [
        ([], [], (0, 0)),
        ([], ["2024-03-01"], (0, 10)),
        ([], ["2024-03-10"], (0, 1)),
        ([("2024-03-04", None)], ["2024-03-01"], (7, 10)),
        ([("2024-02-20", None)], ["2024-02-20"], (10, 10)),
        ([("2024-02-20", "2024-03-03")], ["2024-02-20"], (2, 2)),
        ([("2024-02-20", "2024-03-03")], ["2024-02-20", "2024-03-03"], (2, 10)),
        ([("2024-03-04", "2024-03-04")], ["2024-03-01", "2024-03-04"], (0, 10)),
        ([("2024-03-04", "2024-03-04")], ["2024-03-01"], (0, 3)),
        ([("2024-03-09", "2024-03-20")], ["2024-03-01"], (2, 10)),
        ([("2024-03-11", None)], ["2024-03-01"], (0, 10)),
        (
            [("2024-03-02", "2024-03-04"), ("2024-03-06", None)],
            ["2024-03-01", "2024-03-05"],
            (7, 9),
        ),
    ],
    ids=[
        "never wiped",
        "ready all days",
        "wiped on the last day",
        "out until now",
        "out all days",
        "back, not wiped",
        "back and wiped on one day",
        "out and back on one day, wiped",
        "out and back on one day, not wiped",
        "back after the period",
        "lent after the period",
        "two loans with a wipe between",
    ],
)
def test_rule_32_days_on_loan_and_days_lendable(days, loans, wiped, counted):
    devices = [{"code": "BW-0001", "received_on": "2024-02-01"}]

    assert days(*loans, wiped=wiped, devices=devices) == counted


def test_rule_32_days_before_the_device_came_do_not_count(days):
    devices = [{"code": "BW-0001", "received_on": "2024-03-08"}]

    assert days(wiped=["2024-03-08"], devices=devices) == (0, 3)


def test_rule_32_days_after_as_of_do_not_count(days):
    assert days(("2024-03-04", None), as_of=date(2024, 3, 5)) == (2, 5)


def test_rule_32_without_wipe_between_a_device_on_loan_is_no_stock_that_waits(days):
    # the wipe of 4 March was voided: out again on the 6th all the same, so 2 days wait
    assert days(("2024-03-02", "2024-03-04"), ("2024-03-06", None)) == (7, 8)


def test_rule_62_voided_device_loan_and_wipe_count_nowhere(figures):
    found = figures(
        [loan("2024-03-04", voided=True)],
        devices=[ONE[0] | {"voided": True}],
        wipes=[{"voided": True}],
    )

    assert {code: figure.numerator for code, figure in found.items()} == {
        "loans": 0,
        "loans_open": 0,
        "loans_overdue": 0,
        "wipes": 0,
        "pool_use": 0,
    }


def test_without_stock_there_is_no_use_of_it(figures):
    assert figures(devices=[])["pool_use"].value is None


@pytest.mark.parametrize(
    ("as_of", "is_open", "late"),
    [
        (date(2024, 3, 3), 0, 0),
        (date(2024, 3, 4), 1, 0),
        (date(2024, 4, 1), 1, 0),
        (date(2024, 4, 2), 1, 1),
        (date(2024, 4, 10), 0, 0),
    ],
    ids=["before", "day of the hand-over", "due today", "a day late", "day of the return"],
)
def test_rule_28_open_and_overdue_on_a_day(figures, as_of, is_open, late):
    found = figures([loan("2024-03-04", "2024-04-01", "2024-04-10")], as_of=as_of)

    assert (found["loans_open"].value, found["loans_overdue"].value) == (is_open, late)


def test_loans_and_wipes_are_those_of_the_period(figures):
    days = ["2022-10-31", "2022-11-01", "2024-12-31", "2025-01-01"]

    found = figures(
        [loan(day, "2025-06-01") for day in days], wipes=[{"wiped_on": day} for day in days]
    )

    assert (found["loans"].value, found["wipes"].value) == (2, 2)
    assert found["loans_open"].value == 3  # the one of before the period is still out


def test_rule_6_loans_of_another_stream_are_out_but_not_counted(figures):
    found = figures([loan("2024-03-04", stream="ANDER")])

    assert (found["loans"].value, found["loans_open"].value) == (0, 1)


def test_before_the_period_nothing_is_counted_as_open(figures):
    found = figures([loan("2022-03-04", "2022-04-01")], as_of=date(2022, 10, 31))

    assert (found["loans_open"].value, found["loans_overdue"].value) == (0, 0)
