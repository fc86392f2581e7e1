"""Figures of a Digibank with their targets and receipts: the same for screen and command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
from sqlmodel import Session

from digibank_core.errors import UnknownFigureError, UnknownPeriodError
from digibank_core.indicators import budget, frames, reach, rules
from digibank_core.indicators import programme as subsidy
from digibank_core.indicators.definition import Figure, Scope
from digibank_core.indicators.deliveries import deliveries
from digibank_core.indicators.digipunt import anonymous_contacts
from digibank_core.indicators.quality import Check, Known, run
from digibank_core.security import Actor, Right
from digibank_core.services import programme


@dataclass(frozen=True)
class Progress:
    """How far a Digibank is on a day."""

    scope: Scope
    figures: tuple[Figure, ...]
    burn_up: pd.DataFrame
    """Columns of `reach.burn_up`."""
    new_per_week: pd.DataFrame
    """Columns of `reach.new_per_week`."""
    with_rows: bool
    """Whether the actor may see rows and small groups; if not, they are left out."""
    not_counted: pd.DataFrame
    """Deliveries in the scope's days that do not qualify, with their reason."""
    parameters: pd.DataFrame
    """Settings that were counted with, as from `rules.settings_on` (rule 67)."""
    budget: pd.DataFrame
    """Columns of `budget.by_category`."""
    what_if: str = ""
    """Under which other rules this was measured; empty for the official figures."""

    def figure(self, code: str) -> Figure:
        """Give one figure; raise `UnknownFigureError`."""
        for figure in self.figures:
            if figure.definition.code == code:
                return figure
        codes = ", ".join(figure.definition.code for figure in self.figures)
        raise UnknownFigureError(code=code, codes=codes)


@dataclass(frozen=True)
class Quality:
    """What asks to be looked at in the data of a Digibank (rule 60)."""

    scope: Scope
    checks: tuple[Check, ...]
    """All of them, the most pressing first, also those that found nothing."""
    counted: pd.DataFrame
    """Deliveries that count in the scope, of whom a sudden jump is made."""

    @property
    def count(self) -> int:
        """Number of points to look at."""
        return sum(check.count for check in self.checks)


def progress(  # noqa: PLR0913  # one question, asked by name
    session: Session,
    *,
    actor: Actor,
    digibank: str,
    period: str,
    as_of: date,
    known_on: date | None = None,
    what_if: Mapping[str, str] | None = None,
) -> Progress:
    """Measure all figures of a Digibank in a period.

    Parameters
    ----------
    as_of
        Last day on which services may have happened.
    known_on
        Rewind to what was recorded by the end of this day (rule 61).
    what_if
        Values to count with instead of those of the settings, by name of the setting
        (rule 67). Every figure then says so itself, and has no rule version.

    Raises
    ------
    NotAllowedError
        The actor may not see figures of this Digibank.
    UnknownWhatIfError
        A setting of `what_if` decides no figure, or the value is none of its kind.
    UnknownDigibankError, UnknownPeriodError
        There is no such Digibank, or it has no such period (yet, on `known_on`).
    """
    actor.require(Right.SEE_FIGURES, digibank)
    programme.digibank(session, digibank)
    tables = frames.load(session, digibank, known_on)
    whole = measure(tables, digibank, period, as_of, known_on, what_if)
    return whole if actor.may(Right.SEE_ROWS, digibank) else _without_rows(whole)


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
    scope = _scope(tables, digibank, period, as_of, known_on)
    held = rules.settings_on(tables, digibank, scope.counted_on)
    other, label = rules.instead(what_if or {}, held)
    scope = replace(scope, rules=rules.rules_on(tables, digibank, scope.counted_on, other))
    rows = deliveries(tables, scope)
    counted = reach.counted(rows, scope)
    inside = rows["happened_on"].between(
        pd.Timestamp(scope.first_day), pd.Timestamp(scope.until)
    )
    figures = (
        reach.reach(counted),
        *reach.reach_by_objective(counted),
        reach.progress_percent(counted, scope),
        reach.expected_linear(scope),
        *reach.overlaps(counted),
        reach.contacts_anonymous(anonymous_contacts(tables), scope),
        reach.new_persons_last_week(counted, scope),
        *subsidy.figures(tables, counted, scope),
        *budget.figures(tables, counted["person"].nunique(), scope),
    )
    return Progress(
        scope=scope,
        figures=rules.carded(figures, tables, scope, label),
        burn_up=reach.burn_up(counted, scope),
        new_per_week=reach.new_per_week(counted, scope),
        with_rows=True,
        not_counted=rows[inside & ~rows["qualifies"]].reset_index(drop=True),
        parameters=rules.as_counted(held, other, scope.counted_on),
        budget=budget.by_category(tables, scope),
        what_if=label,
    )


def quality(
    session: Session,
    *,
    actor: Actor,
    digibank: str,
    period: str,
    as_of: date,
    known_on: date | None = None,
) -> Quality:
    """Check the data of a Digibank in a period (rule 60).

    Parameters
    ----------
    as_of, known_on
        As of `progress`.

    Raises
    ------
    NotAllowedError
        The actor may not see the rows of this Digibank.
    UnknownPeriodError, UnknownSettingError
        It has no such period, or no such setting on that day.
    """
    actor.require(Right.SEE_ROWS, digibank)
    return check(frames.load(session, digibank, known_on), digibank, period, as_of, known_on)


def check(
    tables: frames.Frames,
    digibank: str,
    period: str,
    as_of: date,
    known_on: date | None = None,
) -> Quality:
    """Check the frames of a Digibank, whatever they were read from; errors as of `quality`."""
    known = Known(tables, _scope(tables, digibank, period, as_of, known_on))
    return Quality(known.scope, run(known), reach.counted(known.deliveries, known.scope))


def as_record(figure: Figure) -> dict[str, Any]:
    """Give a figure in the frozen shape of `digibank figures --json`.

    Returns
    -------
    dict
        code, title, value, numerator, denominator, unit, definition, rule, rule_version,
        rows (number of source rows).
    """
    card = asdict(figure.definition)
    return {
        "code": card["code"],
        "title": card["title"],
        "value": figure.value,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "unit": card["unit"],
        "definition": card["definition"],
        "rule": list(card["rule"]),
        "rule_version": card["rule_version"],
        "rows": len(figure.receipt),
    }


def _scope(
    tables: frames.Frames, digibank: str, period: str, as_of: date, known_on: date | None
) -> Scope:
    periods = tables["funding_period"]
    found = periods[periods["code"] == period]
    if found.empty:
        raise UnknownPeriodError(period=period, digibank=digibank)
    targets = tables["target"]
    persons = targets.loc[targets["period"] == period, "persons"]
    return Scope(
        digibank=digibank,
        period=period,
        first_day=found["first_day"].iloc[0].date(),
        last_day=found["last_day"].iloc[0].date(),
        as_of=as_of,
        target=None if persons.empty else int(persons.iloc[0]),
        known_on=known_on,
        cap_cents=int(found["amount_cents"].iloc[0]),
    )


def _without_rows(whole: Progress) -> Progress:
    """Leave out small groups, and which rows are of one person (rule 49)."""
    return replace(
        whole,
        figures=tuple(_without_persons(each) for each in whole.figures if not _is_group(each)),
        not_counted=_no_persons(whole.not_counted),
        with_rows=False,
    )


def _is_group(figure: Figure) -> bool:
    return figure.definition.code.startswith("overlap_")


def _without_persons(figure: Figure) -> Figure:
    return replace(figure, receipt=_no_persons(figure.receipt))


def _no_persons(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out which rows are of one person, for who may not see rows (rule 49)."""
    return rows.drop(columns="person", errors="ignore")
