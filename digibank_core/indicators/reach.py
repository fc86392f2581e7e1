"""Reach: persons with at least one qualifying service, each counted once (rules 7 to 21)."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from digibank_core.indicators.definition import Definition, Figure, Scope
from digibank_core.models import Objective

REACH = Definition(
    code="reach",
    title="Bereikte personen",
    unit="personen",
    definition="Personen van 18 jaar of ouder met minstens één dienst die meetelt, "
    "in de periode en tot en met de gekozen dag. Elke persoon telt één keer.",
    rule=(2, 3, 6, 7, 8, 9, 10, 11, 12),
)
REACH_ACCESS = Definition(
    code="reach_access",
    title="Bereikt met een toestel",
    unit="personen",
    definition="Bereikte personen die minstens één toestel meekregen met een overeenkomst.",
    rule=(7, 8, 9),
)
PROGRESS_PERCENT = Definition(
    code="progress_percent",
    title="Voortgang naar het doel",
    unit="%",
    definition="Bereikte personen gedeeld door het doel, naar beneden afgerond.",
    rule=(17,),
)
EXPECTED_LINEAR = Definition(
    code="expected_linear",
    title="Lineair pad",
    unit="personen",
    definition="Het doel maal het deel van de periode dat voorbij is. "
    "Een lineair pad, geen norm van de subsidiegever.",
    rule=(18,),
)

_CENT = Decimal("0.01")


def counted(deliveries: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Give the deliveries that count in a scope: qualifying, and within its days (rule 7)."""
    first, last = pd.Timestamp(scope.first_day), pd.Timestamp(scope.until)
    inside = deliveries["happened_on"].between(first, last)
    return deliveries[inside & deliveries["qualifies"]].reset_index(drop=True)


def first_services(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep of each person the first of the counted deliveries: the day it became reached."""
    return rows.drop_duplicates("person", keep="first").reset_index(drop=True)


def reach(rows: pd.DataFrame) -> Figure:
    """Count the persons in the counted deliveries (rule 7)."""
    return _persons(REACH, rows)


def reach_access(rows: pd.DataFrame) -> Figure:
    """Count the persons with at least one counted loan (rules 8 and 9)."""
    return _persons(REACH_ACCESS, rows[rows["objective"] == Objective.ACCESS.value])


def progress_percent(rows: pd.DataFrame, scope: Scope) -> Figure:
    """Give reach as a percentage of the target, rounded down; n.v.t. without target (17)."""
    reached = rows["person"].nunique()
    value = reached * 100 // scope.target if scope.target else None
    return Figure(PROGRESS_PERCENT, value, reached, scope.target, rows)


def expected_linear(scope: Scope) -> Figure:
    """Give the linear path on as-of, in hundredths rounded half up (rule 18)."""
    receipt = pd.DataFrame(
        [
            {
                "period": scope.period,
                "digibank": scope.digibank,
                "first_day": scope.first_day,
                "last_day": scope.last_day,
                "as_of": scope.as_of,
                "target": scope.target,
                "days_gone": scope.days_gone,
                "days": scope.days,
            }
        ]
    )
    path = linear_path(scope, scope.until)
    return Figure(
        EXPECTED_LINEAR,
        None if path is None else str(path),
        (scope.target or 0) * scope.days_gone,
        scope.days,
        receipt,
    )


def linear_path(scope: Scope, day: date) -> Decimal | None:
    """Give the target times the part of the period gone by the end of a day (rule 18)."""
    if not scope.target:
        return None
    gone = max(0, (day - scope.first_day).days + 1)
    return (Decimal(scope.target * gone) / scope.days).quantize(_CENT, ROUND_HALF_UP)


def burn_up(rows: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Give the growth of reach by month, beside the linear path.

    Returns
    -------
    DataFrame
        One row per month from the first to the last counted day: `month_end` (date; as-of
        in the last month), `new` and `total` (persons), `expected` (linear path, Decimal;
        None without target). `new` adds up to reach (rule 21).
    """
    firsts = first_services(rows)["happened_on"]
    if scope.until < scope.first_day:
        return pd.DataFrame(columns=["month_end", "new", "total", "expected"])
    months = pd.period_range(scope.first_day, scope.until, freq="M")
    new = firsts.dt.to_period("M").value_counts().reindex(months, fill_value=0).astype("int64")
    ends = [min(month.end_time.date(), scope.until) for month in months]
    return pd.DataFrame(
        {
            "month_end": ends,
            "new": new.to_numpy(),
            "total": new.cumsum().to_numpy(),
            "expected": [linear_path(scope, end) for end in ends],
        }
    )


def _persons(definition: Definition, rows: pd.DataFrame) -> Figure:
    persons = rows["person"].nunique()
    return Figure(definition, persons, persons, None, rows.reset_index(drop=True))
