"""Where the last weeks lead to: a forecast, with its margins (rule 20)."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pandas as pd

from digibank_core.indicators.definition import Definition, Figure, Scope
from digibank_core.indicators.reach import PERSONS_BY
from digibank_core.indicators.rows import Rows

WEEKS = 8
"""Complete weeks that a forecast rests on."""
SPAN = 4
"""Weeks in each of the means of which the lowest and the highest are the margins."""

COLUMNS = ["monday", "new", "reached", "weeks_left"]
"""Persons who were new in the week of a Monday, reached by as-of, and whole weeks to go."""
_BASIS = (
    f"Raming: het bereik, plus {{mean}} nieuwe personen per week van de laatste {WEEKS} "
    "volledige weken, maal de volledige weken tot het einde van de periode."
)
FORECAST = Definition(
    code="forecast",
    title="Raming op het einde",
    unit="personen",
    definition=_BASIS.format(mean="het gemiddelde aantal"),
    rule=(20,),
    settings=PERSONS_BY,
)
FORECAST_LOW = Definition(
    code="forecast_low",
    title="Raming op het einde, laag",
    unit="personen",
    definition=_BASIS.format(mean=f"het laagste gemiddelde over {SPAN} weken van de"),
    rule=(20,),
    settings=PERSONS_BY,
)
FORECAST_HIGH = Definition(
    code="forecast_high",
    title="Raming op het einde, hoog",
    unit="personen",
    definition=_BASIS.format(mean=f"het hoogste gemiddelde over {SPAN} weken van de"),
    rule=(20,),
    settings=PERSONS_BY,
)


def forecast(firsts: pd.DataFrame, scope: Scope) -> tuple[Figure, Figure, Figure]:
    """Foretell reach on the last day of the period: mean, low and high.

    They are n.v.t. after the last day, and while there are fewer than `WEEKS` complete ISO
    weeks of data: weeks inside the period, from the first service that counts on.

    Parameters
    ----------
    firsts
        The first counted service of each person, by day, as from `reach.first_services`.

    Returns
    -------
    tuple of Figure
        The receipt is the weeks they rest on: `COLUMNS`.
    """
    weeks = _last_weeks(firsts, scope)
    new = list(weeks.values())
    spans = [sum(new[start : start + SPAN]) for start in range(WEEKS - SPAN + 1)]
    known = len(weeks) == WEEKS and scope.as_of <= scope.last_day
    reached, left = len(firsts), scope.weeks_left
    told = [(monday, number, reached, left) for monday, number in weeks.items() if known]
    rows = Rows(len(told), lambda: pd.DataFrame(told, columns=COLUMNS))
    mean, low, high = (
        Figure(card, *_foretold(reached * over + total * left, over if known else 0), rows)
        for card, total, over in (
            (FORECAST, sum(new), WEEKS),
            (FORECAST_LOW, min(spans), SPAN),
            (FORECAST_HIGH, max(spans), SPAN),
        )
    )
    return mean, low, high


def _foretold(total: int, over: int) -> tuple[int | None, int, int | None]:
    """Give the mean, rounded half up, with what is divided by what; none of no weeks."""
    return ((2 * total + over) // (2 * over), total, over) if over else (None, 0, None)


def _last_weeks(firsts: pd.DataFrame, scope: Scope) -> dict[date, int]:
    """Give the last complete weeks of data at as-of, at most `WEEKS`: Monday to new persons."""
    days = firsts["happened_on"].to_numpy().astype("datetime64[D]")
    monday = scope.as_of - timedelta(days=scope.as_of.isoweekday() % 7 + 6)
    first = days.min().item() if len(days) else monday + timedelta(weeks=1)
    begun = max(first - timedelta(days=first.weekday()), scope.first_day)
    weeks = Counter(((days - np.datetime64(monday)).astype("int64") // 7).tolist())
    return {
        day: weeks[-back]
        for back in reversed(range(WEEKS))
        if (day := monday - timedelta(weeks=back)) >= begun
    }
