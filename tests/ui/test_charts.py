"""The burn-up: its words stand on no line, on no area and not on each other."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import combinations

import pandas as pd
import pytest
from matplotlib.figure import Figure as Canvas

from digibank_core.indicators.definition import Scope
from digibank_core.ui import charts
from digibank_core.ui.labels import Free

IMPL = (date(2022, 11, 1), date(2024, 12, 31))
VERL = (date(2025, 1, 1), date(2026, 7, 31))
BRUGGE = [0] * 7 + [68, 92, 111, 172, 262, 335, 400, 462, 528, 596, 690, 780, 876, 916, 957]
WEST = [0] * 7 + [58, 83, 98, 142, 186, 246, 281, 333, 389, 435, 500, 563, 638, 668, 694]
STORIES = {
    "Brugge over its target": (IMPL, [*BRUGGE, 1047, 1141, 1277, 1310], None),
    "West under its target": (IMPL, [*WEST, 752, 839, 940, 968], None),
    "West in its first months": (VERL, [65, 112, 169], (894, 1308)),
    "Brugge half-way": (IMPL, BRUGGE[:20], (1338, 1487)),
    "one month, nobody yet": (IMPL, [0], None),
}


def grown(period, totals):
    """Give scope and table of a period, on the last day of as many months."""
    ends = [day.date() for day in pd.date_range(period[0], periods=len(totals), freq="ME")]
    paths = [Decimal(1000 * ((end - period[0]).days + 1)) for end in ends]
    scope = Scope("west", "IMPL", *period, as_of=ends[-1], target=1000)
    months = pd.DataFrame(
        {
            "month_end": ends,
            "total": totals,
            "expected": [path / scope.days for path in paths],
        }
    )
    return months, scope


@pytest.fixture
def put(monkeypatch):
    """Give what was put in each drawing: the places of its words, by drawing."""
    found, put_there = {}, Free.put

    def remember(free, *told, **style):
        text = put_there(free, *told, **style)
        found.setdefault(id(free), (free, []))[1].append(text.get_window_extent())
        return text

    monkeypatch.setattr(Free, "put", remember)
    return found


@pytest.mark.parametrize("story", STORIES)
def test_words_of_the_burn_up_stand_on_no_line_and_not_on_each_other(put, story):
    period, totals, band = STORIES[story]

    charts.burn_up(*grown(period, totals), band)

    assert [len(words) for _, words in put.values()] == [3 if band else 2] * 2  # wide, narrow
    for free, words in put.values():
        assert not [
            path
            for path, filled in free._lines
            for place in words
            if path.intersects_bbox(place, filled)
        ]
        assert not [pair for pair in combinations(words, 2) if pair[0].overlaps(pair[1])]
        whole = free.axes.figure.bbox
        assert all(whole.x0 <= place.x0 and place.x1 <= whole.x1 for place in words)
        assert all(whole.y0 <= place.y0 and place.y1 <= whole.y1 for place in words)


def test_same_numbers_give_the_same_bytes():
    period, totals, band = STORIES["West in its first months"]

    drawn = [charts.burn_up(*grown(period, totals), band) for _ in range(2)]

    assert drawn[0] == drawn[1]


@pytest.fixture
def free():
    """A drawing of 200 by 200 px, on which a pixel is one."""
    axes = Canvas(figsize=(200 / 72, 200 / 72), dpi=72).add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 200), ylim=(0, 200))
    return Free(axes)


def test_words_stand_on_the_left_above_their_point_when_that_is_free(free):
    place = free.put("hier", [(150, 100)], fontsize=12).get_window_extent()

    assert (place.x1, place.y0) == pytest.approx((150, 110))


def test_words_stand_below_their_point_when_a_line_runs_above_it(free):
    free.line([(0, 115), (200, 115)])

    place = free.put("hier", [(150, 100)], fontsize=12).get_window_extent()

    assert (place.x1, place.y1) == pytest.approx((150, 90))


def test_words_stand_outside_an_area_around_their_point(free):
    free.line([(100, 60), (200, 60), (200, 140), (100, 140)], filled=True)

    place = free.put("hier", [(150, 100)], fontsize=12).get_window_extent()

    assert place.y0 >= 140 or place.y1 <= 60 or place.x1 <= 100


def test_words_without_any_room_are_shown_all_the_same(free):
    free.line([(0, 0), (200, 0), (200, 200), (0, 200)], filled=True)

    assert free.put("hier", [(100, 100)], fontsize=12).get_text() == "hier"
