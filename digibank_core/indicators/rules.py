"""The counting rules that are dated settings: what holds on a day, and in which version.

The **version** of the rules behind a figure (rule 67) is no record of its own that could
disagree with the count. It is the number of different values that whatever decides the figure
(the settings of its definition, for the subsidy the table of tranches too) had, one after the
other, up to the day that is counted. An old period keeps its version, as no day after its end
is ever counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import TypeVar

import pandas as pd

from digibank_core.errors import UnknownWhatIfError
from digibank_core.indicators.definition import (
    WHAT_IF_VERSION,
    Breakdown,
    Definition,
    Figure,
    Rules,
    Scope,
)
from digibank_core.indicators.frames import Frames
from digibank_core.indicators.rows import row_by_row
from digibank_core.models.programme import begun
from digibank_core.models.settings import BOOLEAN, YES, read_value, show_value

Carded = TypeVar("Carded", Figure, Breakdown)
WHAT_IF = {"min_sessions": "sessions", "count_tier_b": BOOLEAN}
"""Settings that decide figures, with their unit: what a what-if may change."""
WHAT_IF_SOURCE = "wat als, door niemand beslist"
TRANCHES = "tranches"
"""Stands among the settings of a figure that the dated table of tranches decides too."""


def settings_on(frames: Frames, digibank: str, day: date) -> pd.DataFrame:
    """Give of each setting the row that holds in a Digibank on a day, by name.

    The Digibank's own value goes before the general one, as `services.programme.setting`.
    """
    settings = frames["setting"]
    known = [
        (*row, place)
        for place, row in enumerate(row_by_row(settings, "name", "digibank", "starts_on"))
        if row[1] in ("", digibank) and row[2].date() <= day
    ]
    # the general ones, without a code, come first
    last = {name: place for name, _, _, place in sorted(known)}
    return settings.take(list(last.values())).reset_index(drop=True)


def rules_on(
    frames: Frames, digibank: str, day: date, instead: Mapping[str, str] | None = None
) -> Rules:
    """Give the counting rules that hold in a Digibank on a day, or others `instead`."""
    held = settings_on(frames, digibank, day)
    values, plain = dict(row_by_row(held, "name", "value")) | dict(instead or {}), Rules()
    agreements = dict(row_by_row(held, "name", "agreement"))
    agreed = agreements.get("count_tier_b")
    return Rules(
        min_sessions=int(values.get("min_sessions", plain.min_sessions)),
        count_tier_b=values.get("count_tier_b") == YES,
        agreement="" if instead or pd.isna(agreed) else str(agreed),
        carry_over=values.get("carry_over") == YES,
    )


def tranches_on(frames: Frames, period: str, day: date) -> dict[int, int]:
    """Give the tranches of a period that hold on a day: from so many persons, so many cents."""
    rows = row_by_row(frames["tranche"], "period", "from_persons", "starts_on", "amount_cents")
    last = {
        persons: cents
        for of, persons, starts_on, cents in sorted(rows)
        if of == period and starts_on.date() <= day
    }
    return {persons: cents for persons, cents in last.items() if cents}


def target_on(frames: Frames, period: str, day: date) -> int | None:
    """Give the persons to reach in a period as agreed on a day; None without any target.

    Before the first agreement the first one holds (`models.Target` says why).
    """
    agreed = _since(frames["target"], period, "persons")
    held = begun(agreed, day) or min(agreed, default=None)
    return None if held is None else agreed[held]


def cap_on(frames: Frames, period: str, day: date) -> int | None:
    """Give the cap that a Digibank chose for a period by a day, in cents; None before."""
    chosen = _since(frames["cap"], period, "amount_cents")
    held = begun(chosen, day)
    return None if held is None else chosen[held]


def version_of(names: Sequence[str], frames: Frames, scope: Scope) -> int:
    """Count the different values that what decides a figure had, up to the day counted."""
    settings = row_by_row(frames["setting"], "name", "starts_on")
    starts = {start.date() for name, start in settings if name in names}
    if TRANCHES in names:
        tranches = row_by_row(frames["tranche"], "period", "starts_on")
        starts |= {start.date() for period, start in tranches if period == scope.period}
    days = sorted(day for day in starts if day <= scope.counted_on)
    if len(days) < 2:
        return 1
    held = [_held(names, frames, scope, day) for day in days]
    # what was never said before is no change: until then the default of the rule held
    return 1 + sum(
        any(after.get(name) != value for name, value in before.items())
        for before, after in pairwise(held)
    )


def instead(what_if: Mapping[str, str], held: pd.DataFrame) -> tuple[dict[str, str], str]:
    """Give the values of a what-if as settings have them, and the words for it."""
    values, parts = {}, []
    for name, typed in what_if.items():
        row = held[held["name"] == name]
        unit = WHAT_IF.get(name)
        value = read_value(unit, str(typed)) if unit else None
        if unit is None or value is None:
            raise UnknownWhatIfError(names=", ".join(WHAT_IF))
        now = f" in plaats van {show_value(unit, row['value'].iloc[0])}" if len(row) else ""
        label = row["label"].iloc[0] if len(row) else name
        values[name] = value
        parts.append(f"{label}: {show_value(unit, value)}{now}")
    return values, f"Wat als: {'; '.join(parts)}" if parts else ""


def as_counted(held: pd.DataFrame, values: Mapping[str, str], day: date) -> pd.DataFrame:
    """Give the settings that were counted with: those that hold, or those of a what-if."""
    if not values:
        return held
    other = held["name"].isin(list(values))
    return held.assign(
        value=held["value"].mask(other, held["name"].map(values)),
        source=held["source"].mask(other, WHAT_IF_SOURCE),
        starts_on=held["starts_on"].mask(other, pd.Timestamp(day)),
    )


def carded(
    figures: Sequence[Carded], tables: Frames, scope: Scope, what_if: str
) -> tuple[Carded, ...]:
    """Write on each card with which version of the rules it was counted, or the what-if."""
    decided_by = {figure.definition.settings for figure in figures}
    versions = {names: version_of(names, tables, scope) for names in decided_by}
    cards = []
    for figure in figures:
        card, version = figure.definition, versions[figure.definition.settings]
        card = replace(card, definition=_told(card, scope.rules), rule_version=version)
        if what_if:
            title, said = f"Wat als: {card.title}", f"{what_if}. {card.definition}"
            card = replace(card, title=title, definition=said, rule_version=WHAT_IF_VERSION)
        cards.append(replace(figure, definition=card))
    return tuple(cards)


def _since(table: pd.DataFrame, period: str, agreed: str) -> dict[date, int]:
    """Give the numbers of a period by the day since when each holds."""
    rows = row_by_row(table, "period", "starts_on", agreed)
    return {starts_on.date(): number for of, starts_on, number in rows if of == period}


def _told(definition: Definition, rules: Rules) -> str:
    """Give the sentence of a card, with what settings add to it."""
    sentences = [definition.definition]
    if "min_sessions" in definition.settings and rules.min_sessions > 1:
        sentences.append(f"Een vorming telt vanaf {rules.min_sessions} lessen in de periode.")
    if "count_tier_b" in definition.settings and rules.count_tier_b:
        by = f", volgens akkoord {rules.agreement} van de subsidiegever" * bool(rules.agreement)
        sentences.append(f"Anonieme eerste bezoeken tellen mee{by}.")
    return " ".join(sentences)


def _held(names: Sequence[str], frames: Frames, scope: Scope, day: date) -> dict[str, object]:
    rows = row_by_row(settings_on(frames, scope.digibank, day), "name", "value")
    held: dict[str, object] = {name: value for name, value in rows if name in names}
    tranches = tranches_on(frames, scope.period, day) if TRANCHES in names else {}
    return {**held, **({TRANCHES: tranches} if tranches else {})}
