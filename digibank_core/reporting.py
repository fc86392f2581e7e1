"""Figures of a Digibank for whoever may see them: the same for screen and command."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import pandas as pd
from sqlmodel import Session

from digibank_core import clock, db, suppression
from digibank_core.indicators import frames, reach
from digibank_core.indicators.definition import Breakdown, Figure, Scope
from digibank_core.indicators.parameters import parameter
from digibank_core.indicators.quality import Check, Known, run
from digibank_core.measuring import Progress, measure, scope_of
from digibank_core.security import Actor, Right
from digibank_core.services import programme

__all__ = [
    "Progress",
    "Quality",
    "as_cells",
    "as_record",
    "check",
    "measure",
    "progress",
    "progress_of_each",
    "quality",
    "without_rows",
]


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

    Who may not see rows gets them without small numbers, and of fixed dates only (rule 48):
    figures of two days in a row differ by one person, whom they would tell all about. Both
    days are then rounded down to the end of a quarter or of the period; `scope` has them.
    Before the first of these in the period nothing is counted. A difference between two
    rules tells of few persons too, so no what-if is measured.

    Parameters
    ----------
    as_of
        Last day on which services may have happened.
    known_on
        Rewind to what was recorded by the end of this day (rule 61). None is now; for who
        may not see rows it is as-of, as what is entered late tells of few persons too.
    what_if
        Values to count with instead of those of the settings, by name of the setting
        (rule 67). Every figure then says so itself, and has no rule version.

    Raises
    ------
    NotAllowedError
        The actor may not see figures of this Digibank, or no what-if of it.
    UnknownWhatIfError
        A setting of `what_if` decides no figure, or the value is none of its kind.
    UnknownDigibankError, UnknownPeriodError
        There is no such Digibank, or it has no such period (yet, on `known_on`).
    """
    return _read(session, actor, digibank, _Asked(period, as_of, known_on, what_if))()


def progress_of_each(
    digibanken: Sequence[str], *, actor: Actor, **asked: Any
) -> Iterator[Progress]:
    """Measure Digibanken one after the other, each as it is when its turn comes.

    While one is counted the next is read: a database does that on another processor.

    Parameters
    ----------
    asked
        Days, period and what-if as of `progress`; errors too.
    """

    def read(digibank: str) -> Callable[[], Progress]:
        with db.reading() as session:
            return _read(session, actor, digibank, _Asked(**asked))

    with ThreadPoolExecutor(max_workers=1) as reader:
        coming = None
        for digibank in (*digibanken, None):
            ready = coming
            if digibank is not None:  # the thread has the clock of who asks
                coming = reader.submit(copy_context().run, read, digibank)
            if ready is not None:
                yield ready.result()()


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
    known = Known(tables, scope_of(tables, digibank, period, as_of, known_on))
    return Quality(known.scope, run(known), reach.counted(known.deliveries, known.scope))


def without_rows(whole: Progress, below: int) -> Progress:
    """Hide small numbers, and leave out rows and weeks, which are of few (rules 48, 49)."""
    figures, breakdowns = suppression.conceal(whole.figures, whole.breakdowns, below)
    [reached] = [each for each in figures if each.definition.code == reach.REACH.code]
    return replace(
        whole,
        figures=figures,
        breakdowns=breakdowns,
        burn_up=whole.burn_up.iloc[:0]
        if reached.hidden
        else suppression.joined(whole.burn_up, below),
        new_per_week=whole.new_per_week.iloc[:0],
        not_counted=whole.not_counted.iloc[:0],
        with_rows=False,
    )


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
        "rows": len(figure.rows),
    }


def as_cells(breakdown: Breakdown) -> dict[str, Any]:
    """Give a breakdown as JSON has it.

    Returns
    -------
    dict
        code, title, unit, of (code of the figure that it adds up to), rule, rule_version and
        cells, each with group, title, across, across_title and value.
    """
    card = breakdown.definition
    return {
        "code": card.code,
        "title": card.title,
        "unit": card.unit,
        "of": breakdown.of,
        "rule": list(card.rule),
        "rule_version": card.rule_version,
        "cells": [cell._asdict() for cell in breakdown.groups],
    }


class _Asked(NamedTuple):
    """What is asked of a Digibank, as `progress` and `measure` name it."""

    period: str
    as_of: date
    known_on: date | None = None
    what_if: Mapping[str, str] | None = None


def _read(
    session: Session, actor: Actor, digibank: str, asked: _Asked
) -> Callable[[], Progress]:
    """Read what a question of `progress` needs; give what counts it, without a database."""
    actor.require(Right.SEE_FIGURES, digibank)
    programme.digibank(session, digibank)
    if asked.what_if or actor.may(Right.SEE_ROWS, digibank):
        actor.require(Right.SEE_ROWS, digibank)
        make = frames.fetch(session, digibank, asked.known_on)
        return lambda: measure(make(), digibank, *asked)
    return _read_published(session, digibank, asked)


def _read_published(session: Session, digibank: str, asked: _Asked) -> Callable[[], Progress]:
    """Read for the fixed date before a day; what is counted has nothing that is small."""
    period = programme.period(session, asked.period, digibank)
    first_day, last_day = period.first_day, period.last_day
    day = suppression.fixed_day(min(asked.as_of, last_day), last_day)
    known_on = min(asked.known_on or asked.as_of, clock.today())
    known = suppression.fixed_day(known_on, last_day)
    tables = frames.load(session, digibank, known)
    if not tables["funding_period"]["code"].eq(asked.period).any():
        # recorded since: the period is there to show, with nothing that happened in it
        day = suppression.fixed_day(first_day - timedelta(days=1), last_day)
        tables = frames.load(session, digibank)

    def count() -> Progress:
        whole = measure(tables, digibank, asked.period, day, known)
        return without_rows(whole, int(parameter(tables, "suppress_below", whole.scope)))

    return count
