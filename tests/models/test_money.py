"""Amounts as people type them, in whole cents."""

from __future__ import annotations

import pytest
from pydantic_core import PydanticCustomError

from digibank_core.models.money import read_euro


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("60", 6000),
        ("60,5", 6050),
        ("60,05", 6005),
        ("€ 1.234,50", 123450),
        ("1 234 567,89", 123456789),
        ("350.000", 35_000_000),
        ("0", 0),
        ("0,01", 1),
        (" 12,00 € ", 1200),
        (6000, 6000),
    ],
)
def test_rule_23_amount_is_read_in_cents(typed, cents):
    assert read_euro(typed) == cents


@pytest.mark.parametrize(
    "typed", ["", "1.5", "1,234", "12.34,5", "-5", "1e3", "vijf", "12,345", "١٢", True, None]
)
def test_amount_that_can_be_read_in_two_ways_is_refused(typed):
    with pytest.raises(PydanticCustomError) as refusal:
        read_euro(typed)

    assert "1.234,50" in refusal.value.message()


def test_amount_beyond_any_subsidy_is_refused():
    assert read_euro("20.000.000") == 2_000_000_000

    with pytest.raises(PydanticCustomError):
        read_euro("20.000.000,01")
