"""Checks of the log of Digipunten against their hours (rules 40 and 42).

Published hours have no history of their own: they are those of the weekday as now known.
A Digipunt without published hours is not judged, as nobody can say when it is closed.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from digibank_core.indicators.quality.findings import Known, findings, numbered

WEEKDAYS = dict(
    enumerate(
        ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"), 1
    )
)


def on_closed_day(known: Known) -> pd.DataFrame:
    """Find visits on a day on which the Digipunt has no published and no noted hours."""
    visits, hours = known.valid("visit"), known.frames["opening_block"]
    judged = visits["digipunt"].isin(hours["digipunt"])
    visits = visits[judged & known.inside(visits["visited_on"])]
    weekday = _weekday(visits["visited_on"])
    published = _pairs(visits["digipunt"], weekday).isin(
        _pairs(hours["digipunt"], hours["weekday"].astype("int64"))
    )
    held = known.valid("held_block")
    noted = _pairs(visits["digipunt"], visits["visited_on"]).isin(
        _pairs(held["digipunt"], held["held_on"])
    )
    found = visits[~published & ~noted]
    return findings(
        numbered("visit", found["id"]),
        found["visited_on"],
        _name(known, found["digipunt"])
        + " is op "
        + _named(found["visited_on"])
        + " niet open.",
        found["person"],
    )


def without_a_word(known: Known) -> pd.DataFrame:
    """Find published days of the period on which nothing was noted: missing is not zero.

    Looked at from the first day on which anything was noted of that Digipunt. What opens
    every few weeks is expected that many weeks after the last day on which it was noted.
    """
    visits, held = known.valid("visit"), known.valid("held_block")
    hours = known.frames["opening_block"].groupby(["digipunt", "weekday"])["every_weeks"].min()
    noted = pd.concat(
        [
            visits[["digipunt", "visited_on"]].set_axis(["digipunt", "day"], axis="columns"),
            held[["digipunt", "held_on"]].set_axis(["digipunt", "day"], axis="columns"),
        ]
    ).drop_duplicates()
    days = {place: sorted(found) for place, found in noted.groupby("digipunt")["day"]}
    missing = [
        (place, day)
        for (place, weekday), weeks in hours.items()
        for day in _missing(days.get(place, []), weekday, int(weeks), known.today)
    ]
    found = pd.DataFrame(missing, columns=["digipunt", "day"])
    found["day"] = pd.to_datetime(found["day"])
    found = found[known.inside(found["day"])]
    return findings(
        numbered("opening_block", found["digipunt"]),
        found["day"],
        _name(known, found["digipunt"])
        + " is open op "
        + _named(found["day"])
        + ". Er is niets genoteerd.",
    )


def _missing(
    noted: Sequence[pd.Timestamp], weekday: int, weeks: int, today: pd.Timestamp
) -> list[pd.Timestamp]:
    """Days on which a place was to be open, from its first day on, and is not in its log."""
    if not noted:
        return []
    step = pd.Timedelta(weeks=weeks)
    expected = noted[0] + pd.Timedelta(days=(weekday - noted[0].isoweekday()) % 7)
    found = []
    for day in [*(day for day in noted if day.isoweekday() == weekday), today]:
        while expected < day:
            found.append(expected)
            expected += step
        expected = day + step
    return found


def _pairs(places: pd.Series, days: pd.Series) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([places, days])


def _weekday(days: pd.Series) -> pd.Series:
    """ISO weekday, as published hours have it: 1 is Monday."""
    return days.dt.day_of_week.astype("int64") + 1


def _named(days: pd.Series) -> pd.Series:
    return _weekday(days).map(WEEKDAYS)


def _name(known: Known, places: pd.Series) -> pd.Series:
    return places.map(known.frames["digipunt"].set_index("code")["name"]).astype("str")
