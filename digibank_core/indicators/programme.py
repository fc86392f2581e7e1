"""How far the period is from its target and its tranches: needed pace, subsidy earned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd

from digibank_core.i18n import show_date, show_money, show_number
from digibank_core.indicators.definition import CENTS, Definition, Figure, Scope
from digibank_core.indicators.frames import Frames
from digibank_core.indicators.reach import PERSONS_BY
from digibank_core.indicators.rows import Rows, told_by
from digibank_core.indicators.rules import TRANCHES, tranches_on
from digibank_core.models.programme import caps

SUBSIDY_BY = (*PERSONS_BY, TRANCHES)
NEEDED_PACE = Definition(
    code="needed_pace",
    title="Nodig tempo",
    unit="personen per week",
    definition="Personen die nog ontbreken tot het doel, gedeeld door de volle weken die de "
    "periode nog duurt, minstens één.",
    rule=(19,),
    settings=PERSONS_BY,
)
TRANCHE_EARNED = Definition(
    code="tranche_earned",
    title="Verdiende schijven",
    unit=CENTS,
    definition="De schijven van de subsidie waarvoor genoeg personen bereikt zijn, opgeteld. "
    "Is de eerste schijf niet vol, dan is het minimum voor het basisbedrag niet bekend.",
    rule=(22,),
    settings=SUBSIDY_BY,
)
TRANCHE_PAYABLE = Definition(
    code="tranche_payable",
    title="Te betalen schijven",
    unit=CENTS,
    definition="De verdiende schijven, maar nooit meer dan het gekozen plafond.",
    rule=(22,),
    settings=SUBSIDY_BY,
)
PERSONS_TO_NEXT_TRANCHE = Definition(
    code="persons_to_next_tranche",
    title="Tot de volgende schijf",
    unit="personen",
    definition="Personen die nog ontbreken tot de volgende schijf van de subsidie, ook als het "
    "gekozen plafond die niet of niet helemaal meer betaalt: dat staat erbij.",
    rule=(22,),
    settings=SUBSIDY_BY,
)
BASE_UNKNOWN = "basisbedrag, minimum niet bekend"
"""What there is to say of a first tranche that is not full: nobody published more (rule 22)."""


def tranche_earned(persons: int, tranches: Mapping[int, int]) -> int | None:
    """Give what a number of persons earns, in cents; None while the first is not full.

    The funder does not say what a first tranche is worth below its last person: nothing is
    computed pro rata (rule 22).

    Examples
    --------
    >>> table = {0: 350, 1001: 100, 1501: 30, 1751: 20}
    >>> [tranche_earned(persons, table) for persons in (999, 1000, 1001, 1751)]
    [None, 350, 450, 500]
    """
    if persons < min(caps(tranches).values()):
        return None
    return sum(cents for from_persons, cents in tranches.items() if from_persons <= persons)


def figures(frames: Frames, firsts: pd.DataFrame, scope: Scope) -> tuple[Figure, ...]:
    """Measure the pace that is needed, and the tranches of a period that has them.

    Parameters
    ----------
    firsts
        The first counted service of each person, as from `reach.first_services`.
    """
    pace = needed_pace(firsts, scope)
    tranches = tranches_on(frames, scope.period, scope.counted_on)
    if not tranches:
        return (pace,)
    persons = len(firsts)
    return (pace, *_earned(tranches, persons, scope), _to_next(tranches, persons, scope))


def needed_pace(firsts: pd.DataFrame, scope: Scope) -> Figure:
    """Give the new persons a week that are needed to reach the target (rule 19)."""
    reached, target = len(firsts), scope.target or 0
    weeks = max(1, (scope.last_day - scope.until).days // 7)
    on = first_day_of(target, firsts)
    missing = max(0, target - reached)
    told = told_by(
        period=scope.period,
        digibank=scope.digibank,
        target=scope.target,
        reached=reached,
        missing=missing,
        weeks_left=weeks,
        target_reached_on=on,
    )
    pace = (Decimal(missing) / weeks).quantize(Decimal("0.01"), ROUND_HALF_UP)
    note = f"Doel bereikt op {show_date(on)}." if on else ""
    value = str(pace) if missing else None
    return Figure(NEEDED_PACE, value, missing, weeks, told, note)


def first_day_of(target: int, firsts: pd.DataFrame) -> date | None:
    """Give the first day on which so many persons were reached; None when never (rule 19)."""
    days = np.sort(firsts["happened_on"].to_numpy()).astype("datetime64[D]")
    return days[target - 1].item() if 0 < target <= len(days) else None


def _earned(tranches: Mapping[int, int], persons: int, scope: Scope) -> tuple[Figure, Figure]:
    earned, cap = tranche_earned(persons, tranches), scope.cap_cents or 0
    rows: list[Mapping[str, object]] = [
        {"period": scope.period, "from_persons": number, "amount_cents": cents}
        for number, cents in tranches.items()
        if earned is not None and number <= persons
    ]
    over = max(0, (earned or 0) - cap)
    above = {"period": scope.period, "from_persons": None, "amount_cents": -over}
    paid = [*rows, above] if over else rows
    unknown = BASE_UNKNOWN if earned is None else ""
    payable = None if earned is None else earned - over
    return (
        Figure(TRANCHE_EARNED, earned, earned or 0, None, _table(rows, above), unknown),
        Figure(
            TRANCHE_PAYABLE,
            payable,
            payable or 0,
            None,
            _table(paid, above),
            unknown or f"Plafond: {show_money(cap)}.",
        ),
    )


def _to_next(tranches: Mapping[int, int], persons: int, scope: Scope) -> Figure:
    begins = next((number for number in tranches if number > persons), None)
    missing = None if begins is None else begins - persons
    told = told_by(
        period=scope.period, digibank=scope.digibank, reached=persons, next_from=begins
    )
    note = (
        "De hoogste schijf is bereikt."
        if begins is None
        else _worth(tranches, begins, scope.cap_cents or 0)
    )
    return Figure(PERSONS_TO_NEXT_TRANCHE, missing, missing or 0, None, told, note)


def _worth(tranches: Mapping[int, int], begins: int, cap: int) -> str:
    """Say what a tranche adds to what is paid: under a cap that can be less, or nothing."""
    before = sum(cents for number, cents in tranches.items() if number < begins)
    earned = tranches[begins]
    paid = min(before + earned, cap) - min(before, cap)
    since = f"Vanaf {show_number(begins)} personen"
    if paid == earned:
        return f"{since}: {show_money(paid)} erbij."
    told = f"{since} is er {show_money(earned)} meer verdiend"
    if paid:
        return f"{told}, maar {show_money(paid)} betaald: het plafond is {show_money(cap)}."
    return f"{told}, maar niets meer betaald: het plafond is {show_money(cap)}."


def _table(rows: Sequence[Mapping[str, object]], columns: Iterable[str]) -> Rows:
    return Rows(len(rows), lambda: pd.DataFrame(rows, columns=list(columns)))
