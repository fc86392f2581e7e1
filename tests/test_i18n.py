"""Numbers, days and money on screen look the Belgian way (rule 55)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from digibank_core import i18n


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.000"),
        (1234567, "1.234.567"),
        (Decimal("939.50"), "939,5"),
        (Decimal("-1.5"), "-1,5"),
    ],
)
def test_rule_55_number_has_a_decimal_comma(number, shown):
    assert i18n.show_number(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [("0.0005", "0,001"), ("2.0005", "2,001"), ("2.0015", "2,002")]
)
def test_rule_55_number_is_rounded_half_up(number, shown):
    assert i18n.show_number(Decimal(number)) == shown


@pytest.mark.parametrize(
    ("cents", "shown"),
    [(0, "€ 0,00"), (5, "€ 0,05"), (50_000_000, "€ 500.000,00"), (-250, "€ -2,50")],
)
def test_rule_23_money_shows_every_cent(cents, shown):
    assert i18n.show_money(cents).replace("\N{NO-BREAK SPACE}", " ") == shown


@pytest.mark.parametrize(
    ("number", "shown"), [(1, "1 dag"), (2, "2 dagen"), (1000, "1.000 dagen"), (-1, "-1 dagen")]
)
def test_noun_follows_its_number(number, shown):
    assert i18n.show_count(number, "dag", "dagen") == shown


def test_rule_55_day_is_written_day_month_year():
    assert i18n.show_date(date(2024, 4, 3)) == "03/04/2024"


def test_days_of_the_week_are_dutch():
    week = [i18n.show_day(date(2024, 11, day))[:2] for day in range(11, 18)]

    assert week == ["ma", "di", "wo", "do", "vr", "za", "zo"]
