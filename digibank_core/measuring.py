"""All figures of a Digibank from its frames, whatever these were read from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

import pandas as pd

from digibank_core.errors import UnknownFigureError, UnknownPeriodError
from digibank_core.indicators import apart, budget, frames, pace, persons, places, reach, rules
from digibank_core.indicators import programme as subsidy
from digibank_core.indicators.definition import Breakdown, Figure, Scope
from digibank_core.indicators.deliveries import judged
from digibank_core.indicators.digipunt import (
    anonymous_contacts,
    digipunt_breakdowns,
    digipunt_figures,
    logged,
)
from digibank_core.indicators.lending import lending_figures
from digibank_core.indicators.proofs import listed
from digibank_core.indicators.training import training_figures

Coded = TypeVar("Coded", bound=Figure | Breakdown)


@dataclass(frozen=True)
class Progress:
    """How far a Digibank is on a day."""

    scope: Scope
    figures: tuple[Figure, ...]
    breakdowns: tuple[Breakdown, ...]
    """Figures taken apart in groups; each adds up to the figure that it is of."""
    burn_up: pd.DataFrame
    """Columns of `reach.burn_up`."""
    new_per_week: pd.DataFrame
    """Columns of `reach.new_per_week`."""
    with_rows: bool
    """Whether the actor may see rows and small numbers; if not, they are left out."""
    not_counted: pd.DataFrame
    """Columns of `deliveries.JUDGED`: services in the scope's days that do not qualify."""
    parameters: pd.DataFrame
    """Settings that were counted with, as from `rules.settings_on` (rule 67)."""
    budget: pd.DataFrame
    """Columns of `budget.by_category`."""
    what_if: str = ""
    """Under which other rules this was measured; empty for the official figures."""

    def figure(self, code: str) -> Figure:
        """Give one figure; raise `UnknownFigureError`."""
        return _with_code(code, self.figures)

    def breakdown(self, code: str) -> Breakdown:
        """Give one breakdown; raise `UnknownFigureError`."""
        return _with_code(code, self.breakdowns)

    def measured(self, code: str) -> Figure | Breakdown:
        """Give the figure or breakdown with a code; raise `UnknownFigureError`."""
        both: tuple[Figure | Breakdown, ...] = (*self.figures, *self.breakdowns)
        return _with_code(code, both)

    def rows(self, code: str) -> pd.DataFrame:
        """Give the source rows of a figure or breakdown; raise `UnknownFigureError`."""
        return self.measured(code).receipt


def measure(
    tables: frames.Frames,
    digibank: str,
    period: str,
    as_of: date,
    known_on: date | None = None,
    what_if: Mapping[str, str] | None = None,
) -> Progress:
    """Measure all figures of a Digibank from its frames, whatever they were read from.

    Raises
    ------
    UnknownPeriodError
        The frames have no such period.
    UnknownWhatIfError
        A setting of `what_if` decides no figure, or the value is none of its kind.
    """
    scope = scope_of(tables, digibank, period, as_of, known_on)
    held = rules.settings_on(tables, digibank, scope.counted_on)
    other, label = rules.instead(what_if or {}, held)
    if other:
        others = rules.rules_on(tables, digibank, scope.counted_on, other)
        scope = replace(scope, rules=others)
    rows = judged(tables, scope)
    counted = reach.counted(rows, scope)
    not_counted = rows[scope.holds(rows["happened_on"]) & ~rows["qualifies"].to_numpy()]
    not_counted = not_counted.reset_index(drop=True)
    firsts = reach.first_services(counted)
    contacts = reach.contacts_anonymous(anonymous_contacts(tables), scope)
    known = persons.known_of(firsts["person"], tables)
    traits = persons.by_trait(firsts, known, tables, scope)
    log, booked = logged(tables, scope), budget.bookings(tables, scope)
    reached = reach.reach(counted)
    figures = (
        reached,
        *reach.reach_by_objective(counted),
        reach.progress_percent(reached, scope),
        reach.expected_linear(scope),
        *reach.overlaps(counted),
        contacts,
        reach.new_persons_last_week(firsts, scope),
        *subsidy.figures(tables, firsts, scope),
        *budget.figures(tables, booked, len(firsts), scope),
        *pace.forecast(firsts, scope),
        *apart.beside(firsts, not_counted, contacts),
        *persons.of_population(len(firsts), tables, scope),
        *persons.target_groups(traits),
        *lending_figures(tables, scope),
        *training_figures(tables, scope),
        *digipunt_figures(log, tables, scope),
    )
    breakdowns = (
        *traits,
        *places.reach_by_place(counted, firsts, known, tables, scope),
        apart.by_reason(not_counted),
        *digipunt_breakdowns(log, tables),
    )
    return Progress(
        scope=scope,
        figures=rules.carded(_in_full(figures, tables), tables, scope, label),
        breakdowns=rules.carded(_in_full(breakdowns, tables), tables, scope, label),
        burn_up=reach.burn_up(firsts, scope),
        new_per_week=reach.new_per_week(firsts, scope),
        with_rows=True,
        not_counted=not_counted,
        parameters=rules.as_counted(held, other, scope.counted_on),
        budget=budget.by_category(tables, booked, scope),
        what_if=label,
    )


def _in_full(measured: Sequence[Coded], tables: frames.Frames) -> list[Coded]:
    """Write the services behind figures down in full, once somebody looks."""
    return [
        replace(each, rows=each.rows.then(lambda rows: listed(rows, tables)))
        for each in measured
    ]


def _with_code(code: str, known: Sequence[Coded]) -> Coded:
    for each in known:
        if each.definition.code == code:
            return each
    codes = ", ".join(each.definition.code for each in known)
    raise UnknownFigureError(code=code, codes=codes)


def scope_of(
    tables: frames.Frames,
    digibank: str,
    period: str,
    as_of: date,
    known_on: date | None = None,
) -> Scope:
    """Give the scope of a period of a Digibank; raise `UnknownPeriodError`.

    Its rules, target and cap are those of the day that is counted (rules 17, 22 and 67).
    """
    periods = tables["funding_period"]
    found = periods[periods["code"] == period]
    if found.empty:
        raise UnknownPeriodError(period=period, digibank=digibank)
    scope = Scope(
        digibank=digibank,
        period=period,
        first_day=found["first_day"].iloc[0].date(),
        last_day=found["last_day"].iloc[0].date(),
        as_of=as_of,
        target=None,
        known_on=known_on,
    )
    day = scope.counted_on
    chosen = rules.cap_on(tables, period, day)
    return replace(
        scope,
        target=rules.target_on(tables, period, day),
        cap_cents=int(found["amount_cents"].iloc[0]) if chosen is None else chosen,
        rules=rules.rules_on(tables, digibank, day),
    )


def reached(tables: frames.Frames, scope: Scope) -> int:
    """Count the persons reached in a scope: the figure *reach* alone, where speed matters."""
    return int(reach.counted(judged(tables, scope), scope)["person"].nunique())
