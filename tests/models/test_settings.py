"""Values of settings: what fits their unit, and how people read them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from digibank_core.models.settings import BOOLEAN, UNITS, read_value, show_value, wanted

REFERENCE = Path(__file__).parents[2] / "data" / "reference" / "settings.csv"


@pytest.mark.parametrize(
    ("unit", "typed", "value"),
    [
        ("boolean", "ja", "true"),
        ("boolean", "Nee", "false"),
        ("boolean", "misschien", None),
        ("boolean", "1", None),
        ("percent", "0", "0"),
        ("percent", "100", "100"),
        ("percent", "75 %", "75"),
        ("percent", "101", None),
        ("percent", "-1", None),
        ("percent", "7,5", None),
        ("cents", "60", "6000"),
        ("cents", "1.234,50", "123450"),
        ("cents", "gratis", None),
        ("sessions", "2", "2"),
        ("sessions", "2 lessen", "2"),
        ("sessions", "0", None),
        ("days", "28", "28"),
        ("days", "1001", None),
    ],
)
def test_value_is_read_when_it_fits_its_unit(unit, typed, value):
    assert read_value(unit, typed) == value


def test_every_unit_of_the_reference_data_is_known():
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert {row["unit"] for row in rows} <= {BOOLEAN, *UNITS}
    assert all(show_value(row["unit"], row["value"]) for row in rows)
    assert all(wanted(row["unit"]) for row in rows)
