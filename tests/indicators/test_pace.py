"""The forecast: small worlds counted by hand (rule 20)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from digibank_core.indicators.deliveries import deliveries
from digibank_core.indicators.pace import forecast
from digibank_core.indicators.reach import counted, first_services
from tests.indicators.conftest import impl, write_frames

MONDAY = date(2024, 1, 1)
"""The first of eight weeks, of which the last ends on Sunday 25 February."""
SUNDAY = date(2024, 2, 25)
IN_2024 = {"first_day": MONDAY, "last_day": date(2024, 4, 7)}
"""Six whole weeks are left on that Sunday."""


@pytest.fixture
def figures():
    """Give a function: mean, low and high when so many new persons came in each week."""

    def measure(per_week, as_of=SUNDAY, **scope):
        days = [
            MONDAY + timedelta(weeks=week, days=2)
            for week, new in enumerate(per_week)
            for _ in range(new)
        ]
        persons = [{"key": f"p{number}"} for number in range(len(days))]
        loans = [
            {"person": f"p{number}", "lent_on": day.isoformat()}
            for number, day in enumerate(days)
        ]
        chosen = impl(**IN_2024 | {"as_of": as_of} | scope)
        rows = counted(deliveries(write_frames(persons, loans)), chosen)
        return forecast(first_services(rows), chosen)

    return measure


def values(found):
    return [figure.value for figure in found]


def test_rule_20_forecast_is_reach_plus_the_pace_of_eight_weeks(figures):
    # 20 persons in 8 weeks; 4-week sums 8, 9, 10, 11, 12; 6 weeks are left
    found = figures([1, 2, 2, 3, 2, 3, 3, 4])

    # 20 + 20/8 x 6 = 35; 20 + 8/4 x 6 = 32; 20 + 12/4 x 6 = 38
    assert values(found) == [35, 32, 38]
    assert (found[0].numerator, found[0].denominator) == (280, 8)
    rows = found[0].receipt
    assert rows["new"].tolist() == [1, 2, 2, 3, 2, 3, 3, 4]
    [(reached, left)] = set(zip(rows["reached"], rows["weeks_left"], strict=True))
    assert found[0].numerator == 8 * reached + left * rows["new"].sum()


def test_rule_20_forecast_is_called_an_estimate(figures):
    cards = [figure.definition for figure in figures([1] * 8)]

    assert all(card.title.startswith("Raming") for card in cards)


def test_rule_55_forecast_is_rounded_half_up_to_persons(figures):
    # 10 persons in 8 weeks: 10 + 10/8 x 6 = 17.5; 4-week sums 4 to 6: 16 and 19
    assert values(figures([1, 1, 1, 1, 1, 1, 2, 2])) == [18, 16, 19]


@pytest.mark.parametrize(
    ("as_of", "told"),
    [
        (date(2024, 2, 24), [None] * 3),  # the eighth week ends tomorrow
        (date(2024, 2, 25), [14, 14, 14]),
        (date(2024, 4, 7), [8, 8, 8]),  # the last day: no week is left
        (date(2024, 4, 8), [None] * 3),
    ],
    ids=["seven weeks", "eight weeks", "last day", "after it"],
)
def test_rule_20_needs_eight_complete_weeks_and_days_to_come(figures, as_of, told):
    assert values(figures([1] * 8, as_of=as_of)) == told


def test_rule_20_weeks_before_the_first_service_are_no_data(figures):
    # the period began in 2022, the first service was in the second week of 2024
    scope = {"first_day": date(2022, 11, 1)}

    assert values(figures([0, 1, 1, 1, 1, 1, 1, 1], **scope)) == [None] * 3
    assert values(figures([1, 0, 0, 0, 0, 0, 0, 0], **scope)) == [2, 1, 3]  # 1 + 6/8, 0, 6/4


def test_rule_20_week_in_which_the_period_began_is_not_complete(figures):
    assert values(figures([1] * 8, first_day=date(2024, 1, 2))) == [None] * 3


def test_rule_20_last_weeks_count_not_the_first(figures):
    # nine weeks, of which the last eight count: 80 of the first are only in reach
    found = figures([80, *[1] * 8], as_of=date(2024, 3, 3))

    assert values(found) == [93, 93, 93]  # 88 + 5 weeks of 1
