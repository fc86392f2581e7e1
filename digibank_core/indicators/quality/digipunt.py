"""Checks of the log of Digipunten against their hours (rules 40 and 42).

Published hours have no history of their own: they are those of the weekday as now known.
A Digipunt without published hours is not judged, as nobody can say when it is closed.
"""

from __future__ import annotations

import pandas as pd

from digibank_core.indicators.quality.findings import Known, findings, numbered

WEEKDAYS = dict(
    enumerate(
        ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"), 1
    )
)


def on_closed_day(known: Known) -> pd.DataFrame:
    """Find visits on a day on which the Digipunt has no published and no noted hours."""
    visits = known.valid("visit")
    visits = visits[known.inside(visits["visited_on"])]
    hours, held = known.frames["opening_block"], known.valid("held_block")
    days = _place_and_day(visits, "visited_on")
    published = days[["digipunt", "weekday"]].merge(
        hours[["digipunt", "weekday"]].drop_duplicates(), how="left", indicator=True
    )
    was_open = days[["digipunt", "day"]].merge(
        _place_and_day(held, "held_on")[["digipunt", "day"]].drop_duplicates(),
        how="left",
        indicator=True,
    )
    closed = published["_merge"].ne("both") & was_open["_merge"].ne("both")
    closed &= days["digipunt"].isin(hours["digipunt"])
    found = visits[closed.to_numpy()]
    weekday = found["visited_on"].dt.dayofweek.add(1).map(WEEKDAYS)
    return findings(
        numbered("visit", found["id"]),
        found["visited_on"],
        _name(known, found["digipunt"]) + " is op " + weekday + " niet open.",
        found["person"],
    )


def without_a_word(known: Known) -> pd.DataFrame:
    """Find published days of the period on which nothing was noted: missing is not zero.

    Looked at from the first day on which anything was noted of that Digipunt. What opens
    every few weeks is expected that many weeks after the last day on which it was noted.
    """
    noted = pd.concat(
        [
            _place_and_day(known.valid("visit"), "visited_on"),
            _place_and_day(known.valid("held_block"), "held_on"),
        ]
    ).drop_duplicates()
    missing = [
        (place, day)
        for place, weekday, weeks in _published(known)
        for day in _missing(noted[noted["digipunt"].eq(place)], weekday, weeks, known.today)
    ]
    found = pd.DataFrame(missing, columns=["digipunt", "day"])
    found["day"] = pd.to_datetime(found["day"])
    found = found[known.inside(found["day"])]
    weekday = found["day"].dt.dayofweek.add(1).map(WEEKDAYS)
    return findings(
        numbered("opening_block", found["digipunt"]),
        found["day"],
        _name(known, found["digipunt"]) + " is open op " + weekday + ". Er is niets genoteerd.",
    )


def _published(known: Known) -> list[tuple[str, int, int]]:
    """Place, weekday and number of weeks of what is published; hours do not matter here."""
    hours = known.frames["opening_block"].groupby(["digipunt", "weekday"])["every_weeks"].min()
    return [(place, int(weekday), int(weeks)) for (place, weekday), weeks in hours.items()]


def _missing(
    noted: pd.DataFrame, weekday: int, weeks: int, today: pd.Timestamp
) -> list[pd.Timestamp]:
    if noted.empty:
        return []
    first = noted["day"].min()
    first += pd.Timedelta(days=(weekday - first.isoweekday()) % 7)
    step = pd.Timedelta(weeks=weeks)
    found, expected = [], first
    for day in [*sorted(noted.loc[noted["weekday"].eq(weekday), "day"]), today]:
        while expected < day:
            found.append(expected)
            expected += step
        expected = day + step
    return found


def _place_and_day(rows: pd.DataFrame, day: str) -> pd.DataFrame:
    days = rows[day]
    return pd.DataFrame(
        {
            "digipunt": rows["digipunt"],
            "day": days,
            "weekday": days.dt.dayofweek.add(1).astype("Int64"),
        }
    )


def _name(known: Known, places: pd.Series) -> pd.Series:
    return places.map(known.frames["digipunt"].set_index("code")["name"]).astype("str")
