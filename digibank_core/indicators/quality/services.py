"""Checks of services as they are counted: their day, their stream and their person."""

from __future__ import annotations

import pandas as pd

from digibank_core import clock
from digibank_core.indicators import reach
from digibank_core.indicators.deliveries import MINOR, TO_CONFIRM, VOIDED
from digibank_core.indicators.quality.findings import Known, as_dated, findings
from digibank_core.indicators.training import CANCELLED, NOT_MARKED, NOT_PRESENT
from digibank_core.models import Objective, Stream

FEWEST_WEEKS = 8
"""Complete weeks with data from which a median says something, as for a forecast (rule 20)."""
NO_SERVICE = (VOIDED, CANCELLED, NOT_MARKED, NOT_PRESENT)


def outside_periods(known: Known) -> pd.DataFrame:
    """Find records up to as-of that lie in no period of the Digibank, active or not (rule 2).

    Only of the stream that counts: what another stream pays for has periods of its own.
    """
    rows = known.dated
    inside = pd.Series(False, index=rows.index)
    for period in known.frames["funding_period"].itertuples():
        inside |= rows["day"].between(period.first_day, period.last_day)
    counts = rows["stream"].eq(Stream.DIGIBANK.value)
    found = rows[~inside & counts & rows["day"].le(known.today)]
    why = found["what"] + " valt in geen enkele periode."
    return findings(found["record"], found["day"], why, found["person"])


def in_the_future(known: Known) -> pd.DataFrame:
    """Find records of a day after as-of that had been recorded by then."""
    rows = pd.concat([known.dated, *_wiped_and_held(known)])
    found = rows[rows["day"].gt(known.today) & _recorded_on(rows).le(known.today)]
    why = found["what"] + " van een dag die nog moet komen."
    return findings(found["record"], found["day"], why, found["person"])


def two_streams(known: Known) -> pd.DataFrame:
    """Find services that one person had twice on a day, under two streams (rule 6).

    A record has one stream, so this is where double funding can hide: the same objective
    and, for visits, the same Digipunt.
    """
    rows = _services(known)
    place = rows["place"].where(rows["objective"].eq(Objective.SERVICES.value), "")
    twice = rows.groupby(["person", "happened_on", "objective", place])["stream"]
    found = rows[twice.transform("nunique").gt(1)]
    streams = found["stream"].str.replace("_", " ").str.capitalize()
    why = "Onder " + streams + ", en die dag ook onder een andere financiering."
    return findings(found["delivery"], found["happened_on"], why, found["person"])


def minors(known: Known) -> pd.DataFrame:
    """Find persons who were younger than 18 at a service: it does not count (rule 11)."""
    found = _first_with(known, MINOR)
    why = "Geboren in " + found["birth_year"].astype("str") + ", dus te jong op deze dag."
    return _of_persons(found, why)


def ages_to_confirm(known: Known) -> pd.DataFrame:
    """Find persons whose services wait for "18 of ouder bevestigd" (rule 11)."""
    found = _first_with(known, TO_CONFIRM)
    year = "Geboren in " + found["birth_year"].astype("str") + ": misschien nog geen 18 jaar."
    return _of_persons(found, year.where(found["birth_year"].notna(), "Geen geboortejaar."))


def without_residence(known: Known) -> pd.DataFrame:
    """Find persons who count and of whom the municipality is not known (rules 4 and 44)."""
    found = _first_with(known, "")
    found = found[found["municipality"].isna() & ~found["outside_area"].astype("bool")]
    why = pd.Series("Geen gemeente en geen postcode.", index=found.index)
    return _of_persons(found, why)


def jumps(known: Known) -> pd.DataFrame:
    """Find weeks with more counted services than the factor times the median week.

    Complete ISO weeks of the period, from that of the first service; a week without any is
    a zero. With fewer than `FEWEST_WEEKS`, or a median of 0, no week is a jump.
    """
    counted = reach.counted(known.deliveries, known.scope)
    weeks = _per_week(counted["happened_on"], known)
    median = weeks.median()
    if len(weeks) < FEWEST_WEEKS or not median:
        return findings(pd.Series(dtype="str"), pd.Series(dtype="datetime64[us]"), "")
    found = weeks[weeks.gt(float(known.setting("jump_factor")) * median)]
    monday = pd.Series(found.index.start_time, index=found.index)
    usual = f"{median:g}".replace(".", ",")
    why = found.astype("str") + f" diensten die meetellen, tegen {usual} in een gewone week."
    return findings("week/" + monday.dt.strftime("%Y-%m-%d"), monday, why)


def _wiped_and_held(known: Known) -> list[pd.DataFrame]:
    return [
        as_dated(known.valid("wipe"), "wipe", "wiped_on", "Wissing"),
        as_dated(known.valid("held_block"), "held_block", "held_on", "Openingsuren"),
    ]


def _recorded_on(rows: pd.DataFrame) -> pd.Series:
    local = rows["recorded_at"].dt.tz_convert(clock.BRUSSELS)
    return local.dt.tz_localize(None).dt.normalize()


def _services(known: Known) -> pd.DataFrame:
    """Services of the period that somebody had, also those that do not count."""
    rows = known.deliveries
    had = ~rows["reason"].isin(NO_SERVICE) & known.inside(rows["happened_on"])
    return rows[had & rows["person"].notna()]


def _first_with(known: Known, reason: str) -> pd.DataFrame:
    """Persons with a service of the period that has this reason, on the first such day."""
    rows = _services(known)
    first = rows[rows["reason"].eq(reason)].drop_duplicates("person")
    return first[["person", "happened_on"]].join(
        known.frames["person"].set_index("key").drop(columns="digibank"), on="person"
    )


def _of_persons(found: pd.DataFrame, why: pd.Series) -> pd.DataFrame:
    return findings("person/" + found["person"], found["happened_on"], why, found["person"])


def _per_week(days: pd.Series, known: Known) -> pd.Series:
    """Count days by complete ISO week of the period, from the first week that has one."""
    if days.empty:
        return pd.Series(dtype="int64")
    first = max(days.min(), pd.Timestamp(known.scope.first_day)).to_period("W-SUN")
    weeks = pd.period_range(first, pd.Timestamp(known.scope.until), freq="W-SUN")
    complete = [
        week
        for week in weeks
        if known.scope.first_day <= week.start_time.date()
        and week.end_time.date() <= known.scope.until
    ]
    return days.dt.to_period("W-SUN").value_counts().reindex(complete, fill_value=0)
