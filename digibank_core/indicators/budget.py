"""Use of the budget: what was booked and is eligible, by kind of cost (rules 23 and 24)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from digibank_core.indicators.definition import CENTS, Definition, Figure, Scope
from digibank_core.indicators.frames import Frames
from digibank_core.indicators.reach import PERSONS_BY
from digibank_core.indicators.rows import by_day, chosen, references
from digibank_core.models import Category
from digibank_core.models.budget import why_not_eligible

BUDGET_BOOKED = Definition(
    code="budget_booked",
    title="Geboekte kosten",
    unit=CENTS,
    definition="Geboekte kosten van de periode met de dag van het bewijs in de periode en "
    "met deze subsidie als betaler. Andere kosten staan apart.",
    rule=(6, 23),
)
BUDGET_USE = Definition(
    code="budget_use_percent",
    title="Gebruik van het budget",
    unit="%",
    definition="Geboekte kosten gedeeld door het budget, gewoon afgerond.",
    rule=(23, 55),
)
COST_PER_PERSON = Definition(
    code="cost_per_person",
    title="Kost per bereikte persoon",
    unit=CENTS,
    definition="Geboekte kosten gedeeld door de bereikte personen, gewoon afgerond.",
    rule=(24, 55),
    settings=PERSONS_BY,
)
NOBODY_YET = "Nog niemand bereikt, dus nog geen bedrag per persoon."
NO_BUDGET = "Er is nog geen budget bepaald."
COLUMNS = ["booking", "category", "booked_on", "amount_cents", "stream", "proof", "reason"]


def bookings(frames: Frames, scope: Scope) -> pd.DataFrame:
    """Give the costs of a period, and why one is not eligible.

    Returns
    -------
    DataFrame
        Columns of `COLUMNS`, by day and booking; `reason` is empty for an eligible cost.
        Voided ones and those of after as-of are not there.
    """
    every = frames["booking"]
    seen = every["booked_on"] <= pd.Timestamp(scope.as_of)
    kept = every[(every["period"] == scope.period) & ~every["voided"] & seen]
    reasons = [
        why_not_eligible(day.date(), stream, scope.first_day, scope.last_day)
        for day, stream in zip(kept["booked_on"], kept["stream"], strict=True)
    ]
    rows = kept.assign(
        booking=references("booking", kept["id"]),
        reason=pd.Series(reasons, index=kept.index, dtype="str"),
    )
    return by_day(rows[COLUMNS], "booked_on").reset_index(drop=True)


def by_category(frames: Frames, booked: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Give budget and bookings, as from `bookings`, of each kind of cost.

    Returns
    -------
    DataFrame
        One row per `Category`: `category`, `budget_cents`, `booked_cents` (eligible) and
        `not_eligible_cents`.
    """
    lines = frames["budget_line"]
    lines = lines[lines["period"] == scope.period]
    eligible = booked["reason"].eq("")
    parts = {
        "budget_cents": lines,
        "booked_cents": booked[eligible],
        "not_eligible_cents": booked[~eligible],
    }
    kinds = [category.value for category in Category]
    return pd.DataFrame(
        {"category": kinds} | {name: _by_kind(rows, kinds) for name, rows in parts.items()}
    )


def figures(
    frames: Frames, booked: pd.DataFrame, persons: int, scope: Scope
) -> tuple[Figure, ...]:
    """Measure the use of the budget and the cost per reached person.

    Parameters
    ----------
    booked
        Costs, as from `bookings`.
    persons
        Number of persons reached.
    """
    eligible = booked[booked["reason"].eq("")]
    rows, cents = chosen(eligible), _cents(eligible)
    lines = frames["budget_line"]
    budget = _cents(lines[lines["period"] == scope.period])
    return (
        Figure(BUDGET_BOOKED, cents, cents, None, rows),
        Figure(
            BUDGET_USE,
            _divided(cents * 100, budget),
            cents,
            budget or None,
            rows,
            note="" if budget else NO_BUDGET,
        ),
        Figure(
            COST_PER_PERSON,
            _divided(cents, persons),
            cents,
            persons or None,
            rows,
            note="" if persons else NOBODY_YET,
        ),
    )


def _cents(rows: pd.DataFrame) -> int:
    return int(rows["amount_cents"].sum())


def _by_kind(rows: pd.DataFrame, kinds: Sequence[str]) -> list[int]:
    cents: Counter[str] = Counter()
    for kind, amount in zip(rows["category"], rows["amount_cents"], strict=True):
        cents[kind] += int(amount)
    return [cents[kind] for kind in kinds]


def _divided(amount: int, by: int) -> int | None:
    if by == 0:
        return None
    return int((Decimal(amount) / by).quantize(Decimal(1), ROUND_HALF_UP))
