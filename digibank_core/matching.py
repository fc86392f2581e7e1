"""What merges do to reach: before one is made, and under stricter and looser matching (63)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlmodel import Session, SQLModel

from digibank_core.effects import Effect, changed_figures
from digibank_core.indicators import frames
from digibank_core.indicators.definition import Scope
from digibank_core.indicators.rules import tranches_on
from digibank_core.measuring import measure, reached, scope_of
from digibank_core.models import FundingPeriod, Merge
from digibank_core.models.merges import Pair
from digibank_core.security import Actor, Right
from digibank_core.services import programme


@dataclass(frozen=True)
class Limit:
    """A number of persons from which something is reached (rules 17 and 22)."""

    persons: int
    is_tranche: bool
    """A part of the subsidy; if not, it is the target."""


@dataclass(frozen=True)
class Limits:
    """The target and the tranches of a period, the lowest first."""

    each: tuple[Limit, ...]

    def next_after(self, reached: int) -> Limit | None:
        """Give the first limit that is not reached; None when all are."""
        return next((limit for limit in self.each if limit.persons > reached), None)

    def between(self, one: int, other: int) -> tuple[Limit, ...]:
        """Give the limits that one of two numbers reaches and the other does not."""
        low, high = sorted((one, other))
        return tuple(limit for limit in self.each if low < limit.persons <= high)


@dataclass(frozen=True)
class Change:
    """What a change would do to the figures of a period."""

    period: FundingPeriod
    before: int
    """Persons reached."""
    after: int
    limits: Limits
    others: tuple[Effect, ...]
    """Figures other than reach that would change."""


@dataclass(frozen=True)
class Matching:
    """Reach in a period by how strictly persons are taken for the same one."""

    period: FundingPeriod
    strict: int
    """Without any merge."""
    decided: int
    """With the merges that hold: the official figure."""
    loose: int
    """As if every possible double was merged too."""
    limits: Limits


def changes(
    session: Session, records: Sequence[SQLModel], *, actor: Actor, as_of: date
) -> list[Change]:
    """Tell for each period that runs or ran what these records would do to its figures.

    Parameters
    ----------
    records
        Records as they would be: known ones changed, or new ones; they are not saved.
    as_of
        Last day on which services may have happened.
    """
    actor.require(Right.SEE_FIGURES, actor.own)
    now = frames.load(session, actor.own)
    then = frames.with_records(now, records)
    found = []
    for period in _started(session, actor, as_of):
        was, would_be = (
            measure(tables, actor.own, period.code, as_of) for tables in (now, then)
        )
        found.append(
            Change(
                period=period,
                before=int(was.figure("reach").value or 0),
                after=int(would_be.figure("reach").value or 0),
                limits=_limits(now, was.scope),
                others=tuple(
                    each
                    for each in changed_figures(was, would_be)
                    if each.definition.code != "reach"
                ),
            )
        )
    return found


def matching(
    session: Session, suspects: Iterable[Pair], *, actor: Actor, as_of: date
) -> list[Matching]:
    """Measure reach without merges, as decided, and with all suspects merged too.

    Parameters
    ----------
    suspects
        Pairs of persons who may be one; who hangs together through others is one too.
    """
    actor.require(Right.SEE_FIGURES, actor.own)
    now = frames.load(session, actor.own)
    strict = {**now, "merge": now["merge"].iloc[:0]}
    loose = frames.with_records(now, _all_merged(suspects, now["person"]))
    found = []
    for period in _started(session, actor, as_of):
        scope = scope_of(now, actor.own, period.code, as_of)
        without, decided, everybody = (
            reached(tables, scope) for tables in (strict, now, loose)
        )
        found.append(Matching(period, without, decided, everybody, _limits(now, scope)))
    return found


def _started(session: Session, actor: Actor, as_of: date) -> list[FundingPeriod]:
    periods = programme.periods(session, actor.own)
    return [period for period in periods if period.first_day <= as_of]


def _limits(tables: frames.Frames, scope: Scope) -> Limits:
    held = tranches_on(tables, scope.period, scope.counted_on)
    each = [Limit(persons, is_tranche=True) for persons in held if persons]
    if scope.target:
        each.append(Limit(scope.target, is_tranche=False))
    return Limits(tuple(sorted(each, key=lambda limit: limit.persons)))


def _all_merged(pairs: Iterable[Pair], persons: pd.DataFrame) -> list[Merge]:
    """Merge who hangs together into the one who was registered first."""
    groups: dict[str, set[str]] = {}
    for pair in pairs:
        both = groups.get(pair.one, {pair.one}) | groups.get(pair.other, {pair.other})
        groups |= dict.fromkeys(both, both)
    order = {key: at for at, key in enumerate(persons.sort_values("recorded_at")["key"])}
    kept = {key: min(group, key=lambda one: order[one]) for key, group in groups.items()}
    absorbed = sorted(key for key, root in kept.items() if key != root)
    return [
        Merge(id=-number, digibank="", kept=kept[key], absorbed=key)
        for number, key in enumerate(absorbed, start=1)
    ]
