"""Reach: persons with at least one qualifying service, each counted once (rules 7 to 21)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd

from digibank_core.indicators.definition import (
    Definition,
    Figure,
    Scope,
    persons_in,
    rows_in,
)
from digibank_core.indicators.rows import by_day, chosen, is_word, told_by
from digibank_core.models import Objective, Stream

PERSONS_BY = ("min_sessions", "count_tier_b")
"""Settings that decide which persons are reached."""
REACH = Definition(
    code="reach",
    title="Bereikte personen",
    unit="personen",
    definition="Personen van 18 jaar of ouder met minstens één dienst die meetelt, "
    "in de periode en tot en met de gekozen dag. Elke persoon telt één keer.",
    rule=(2, 3, 6, 7, 8, 9, 10, 11, 12),
    settings=PERSONS_BY,
)
REACH_ACCESS = Definition(
    code="reach_access",
    title="Bereikt met een toestel",
    unit="personen",
    definition="Bereikte personen die minstens één toestel meekregen met een overeenkomst.",
    rule=(7, 8, 9),
)
REACH_SKILLS = Definition(
    code="reach_skills",
    title="Bereikt met een vorming",
    unit="personen",
    definition="Bereikte personen die in een les aanwezig waren.",
    rule=(7, 8, 9, 35),
    settings=("min_sessions",),
)
REACH_SERVICES = Definition(
    code="reach_services",
    title="Bereikt in een Digipunt",
    unit="personen",
    definition="Bereikte personen met minstens één hulpvraag in een Digipunt.",
    rule=(7, 8, 9, 39),
    settings=("count_tier_b",),
)
PROGRESS_PERCENT = Definition(
    code="progress_percent",
    title="Voortgang naar het doel",
    unit="%",
    definition="Bereikte personen gedeeld door het doel, naar beneden afgerond.",
    rule=(17,),
    settings=PERSONS_BY,
)
EXPECTED_LINEAR = Definition(
    code="expected_linear",
    title="Lineair pad",
    unit="personen",
    definition="Het doel maal het deel van de periode dat voorbij is. "
    "Een lineair pad, geen norm van de subsidiegever.",
    rule=(18,),
)

CONTACTS_ANONYMOUS = Definition(
    code="contacts_anonymous",
    title="Anonieme contacten",
    unit="bezoeken",
    definition="Bezoeken aan een Digipunt zonder naam, met minstens één hulpvraag. "
    "Ze tellen niet als bereikte persoon, tenzij de subsidiegever dat schriftelijk toestaat.",
    rule=(14,),
    settings=("count_tier_b",),
)
NEW_PERSONS_LAST_WEEK = Definition(
    code="new_persons_last_week",
    title="Nieuwe personen vorige week",
    unit="personen",
    definition="Personen van wie de eerste dienst die meetelt in de laatste volledige week "
    "viel, van maandag tot en met zondag.",
    rule=(20, 21),
    settings=PERSONS_BY,
)

BY_OBJECTIVE = {
    Objective.ACCESS: REACH_ACCESS,
    Objective.SKILLS: REACH_SKILLS,
    Objective.SERVICES: REACH_SERVICES,
}
"""Each objective with the figure of its persons."""
OVERLAPS = {
    "access": frozenset({Objective.ACCESS}),
    "skills": frozenset({Objective.SKILLS}),
    "services": frozenset({Objective.SERVICES}),
    "access_skills": frozenset({Objective.ACCESS, Objective.SKILLS}),
    "access_services": frozenset({Objective.ACCESS, Objective.SERVICES}),
    "skills_services": frozenset({Objective.SKILLS, Objective.SERVICES}),
    "all": frozenset(Objective),
}
"""The seven groups that add up to reach: code to exactly the objectives of the group."""

_CENT = Decimal("0.01")


def counted(deliveries: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Give the deliveries that count in a scope: qualifying, and within its days (rule 7)."""
    inside = scope.holds(deliveries["happened_on"])
    return deliveries[inside & deliveries["qualifies"].to_numpy()].reset_index(drop=True)


def first_services(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep of each person the first of the counted deliveries: the day it became reached."""
    return rows.drop_duplicates("person", keep="first").reset_index(drop=True)


def reach(rows: pd.DataFrame) -> Figure:
    """Count the persons in the counted deliveries (rule 7)."""
    return persons_in(REACH, rows)


def reach_by_objective(rows: pd.DataFrame) -> tuple[Figure, Figure, Figure]:
    """Count the persons with at least one counted service of each objective (8 and 9)."""
    access, skills, services = (
        persons_in(definition, rows, is_word(rows["objective"], objective.value))
        for objective, definition in BY_OBJECTIVE.items()
    )
    return access, skills, services


def overlaps(rows: pd.DataFrame) -> tuple[Figure, ...]:
    """Count the persons of each of the seven groups; together they are reach (rule 9)."""
    bits = {objective: 1 << place for place, objective in enumerate(Objective)}
    persons, keys = pd.factorize(rows["person"])
    had = np.zeros(len(keys), dtype="int64")
    for objective, bit in bits.items():
        had[persons[is_word(rows["objective"], objective.value)]] |= bit
    figures = []
    for code, group in OVERLAPS.items():
        names = [objective.value for objective in Objective if objective in group]
        definition = Definition(
            code=f"overlap_{code}",
            title=_group_title(names),
            unit="personen",
            definition="Bereikte personen met precies deze diensten: " + ", ".join(names) + ".",
            rule=(9,),
            settings=PERSONS_BY,
        )
        exactly = sum(bits[objective] for objective in group)
        number = int((had == exactly).sum())
        receipt = chosen(rows, had[persons] == exactly)
        figures.append(Figure(definition, number, number, None, receipt))
    return tuple(figures)


def contacts_anonymous(contacts: pd.DataFrame, scope: Scope) -> Figure:
    """Count the anonymous contacts in a scope, tiers B and C (rule 14); never in reach."""
    inside = scope.holds(contacts["happened_on"])
    own = is_word(contacts["stream"], Stream.DIGIBANK.value)
    return rows_in(CONTACTS_ANONYMOUS, chosen(by_day(contacts, "happened_on", inside & own)))


def new_persons_last_week(firsts: pd.DataFrame, scope: Scope) -> Figure:
    """Count who became reached in the last complete ISO week at as-of (rules 20 and 21).

    Parameters
    ----------
    firsts
        The first counted service of each person, as from `first_services`.
    """
    monday = scope.as_of - timedelta(days=scope.as_of.isoweekday() % 7 + 6)
    sunday = monday + timedelta(days=6)
    days = firsts["happened_on"].to_numpy()
    inside = (days >= np.datetime64(monday)) & (days <= np.datetime64(sunday))
    return persons_in(NEW_PERSONS_LAST_WEEK, firsts, inside)


def progress_percent(reached: Figure, scope: Scope) -> Figure:
    """Give reach as a percentage of the target, rounded down; n.v.t. without target (17).

    Parameters
    ----------
    reached
        As from `reach`.
    """
    persons = reached.numerator or 0
    value = persons * 100 // scope.target if scope.target else None
    return Figure(PROGRESS_PERCENT, value, persons, scope.target, reached.rows)


def expected_linear(scope: Scope) -> Figure:
    """Give the linear path on as-of, in hundredths rounded half up (rule 18)."""
    receipt = told_by(
        period=scope.period,
        digibank=scope.digibank,
        first_day=scope.first_day,
        last_day=scope.last_day,
        as_of=scope.as_of,
        target=scope.target,
        days_gone=scope.days_gone,
        days=scope.days,
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


def burn_up(firsts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Give the growth of reach by month, beside the linear path.

    Parameters
    ----------
    firsts
        The first counted service of each person, as from `first_services`.

    Returns
    -------
    DataFrame
        One row per month from the first to the last counted day: `month_end` (date; as-of
        in the last month), `new` and `total` (persons), `expected` (linear path, Decimal;
        None without target). `new` adds up to reach (rule 21).
    """
    if scope.until < scope.first_day:
        return pd.DataFrame(columns=["month_end", "new", "total", "expected"])
    first, last = (np.datetime64(day, "M") for day in (scope.first_day, scope.until))
    months = np.arange(first, last + 1)
    reached = firsts["happened_on"].to_numpy().astype("datetime64[M]") - first
    new = np.bincount(reached.astype("int64"), minlength=len(months))
    ends = [min(begin - timedelta(days=1), scope.until) for begin in (months + 1).tolist()]
    return pd.DataFrame(
        {
            "month_end": ends,
            "new": new,
            "total": new.cumsum(),
            "expected": [linear_path(scope, end) for end in ends],
        }
    )


def new_per_week(firsts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Give the persons who became reached in each ISO week of a scope (rule 21).

    Parameters
    ----------
    firsts
        The first counted service of each person, as from `first_services`.

    Returns
    -------
    DataFrame
        One row per week from the first to the last counted day: `monday` (date), `new`
        (persons) and `complete` (whether the week was over at as-of). `new` adds up to reach.
    """
    if scope.until < scope.first_day:
        return pd.DataFrame(columns=["monday", "new", "complete"])
    first = scope.first_day - timedelta(days=scope.first_day.weekday())
    weeks = (scope.until - first).days // 7 + 1
    mondays = [first + timedelta(weeks=number) for number in range(weeks)]
    since = firsts["happened_on"].to_numpy().astype("datetime64[D]") - np.datetime64(first)
    return pd.DataFrame(
        {
            "monday": mondays,
            "new": np.bincount(since.astype("int64") // 7, minlength=weeks),
            "complete": [monday + timedelta(days=6) <= scope.as_of for monday in mondays],
        }
    )


def _group_title(names: list[str]) -> str:
    if len(names) == len(Objective):
        return "Alle drie"
    return f"Alleen {names[0]}" if len(names) == 1 else " en ".join(names).capitalize()
