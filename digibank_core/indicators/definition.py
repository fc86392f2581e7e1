"""What a figure is: its card, the question it answers, and the rows it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from digibank_core.indicators.rows import Mask, Rows, Told, chosen

CENTS = "eurocent"
"""Unit of amounts: whole cents, which screens and reports show as euro (rule 23)."""
WHAT_IF_VERSION = 0
"""Stands where the version of the rules stands, of a figure that is a what-if."""
UNKNOWN = "onbekend"
"""Group of whom it is not known, or who did not say."""


@dataclass(frozen=True)
class Definition:
    """The card of a figure, the same on every screen and in every report (rule 50)."""

    code: str
    title: str
    unit: str
    definition: str
    rule: tuple[int, ...]
    """Numbers of the counting rules it follows."""
    settings: tuple[str, ...] = ()
    """Names of the dated settings that decide how it is counted (rule 67)."""
    rule_version: int = 1
    """How many different values these settings had, up to the day that is counted.

    Nobody types it: it follows from the dated settings.
    """


@dataclass(frozen=True)
class Rules:
    """The counting rules that are settings, as they hold on one day.

    What no setting says is the default of the rule itself.
    """

    min_sessions: int = 1
    """Sessions present, in the period, from which a training counts (rule 8)."""
    count_tier_b: bool = False
    """Whether anonymous first visits count as persons (rule 14)."""
    agreement: str = ""
    """Reference of the funder's agreement to that."""
    carry_over: bool = False
    """Whether reach of an earlier period counts again; there is no rule for it (rule 3)."""


@dataclass(frozen=True)
class Scope:
    """Of whom and when: a Digibank, a funding period and the day up to which is counted.

    `known_on` rewinds to what was recorded by the end of that day (rule 61); None is now.
    """

    digibank: str
    period: str
    first_day: date
    last_day: date
    as_of: date
    target: int | None
    """Persons to reach, as agreed by `counted_on`; None when no target is set."""
    known_on: date | None = None
    rules: Rules = Rules()
    """Those of `counted_on`: a rule of after the period never changes it (rule 67)."""
    cap_cents: int | None = None
    """Amount up to which is paid: the cap of `counted_on` (rule 22)."""

    @property
    def until(self) -> date:
        """Last day that counts: as-of, but never after the period (rule 2)."""
        return min(self.as_of, self.last_day)

    @property
    def counted_on(self) -> date:
        """Day of which settings, targets, caps and tranches hold: as-of, in the period."""
        return max(self.first_day, self.until)

    @property
    def days(self) -> int:
        """Days of the period, both ends included."""
        return (self.last_day - self.first_day).days + 1

    @property
    def days_gone(self) -> int:
        """Days of the period up to and including as-of; 0 before it starts."""
        return max(0, (self.until - self.first_day).days + 1)

    @property
    def has_begun(self) -> bool:
        """Whether any day counts yet."""
        return self.first_day <= self.until

    @property
    def weeks_left(self) -> int:
        """Whole weeks from as-of to the last day; 0 after it (rule 19)."""
        return max(0, (self.last_day - self.as_of).days // 7)

    def holds(self, days: pd.Series) -> Mask:
        """Tell of each day whether it counts."""
        on = days.to_numpy()
        held: Mask = (on >= np.datetime64(self.first_day)) & (on <= np.datetime64(self.until))
        return held


@dataclass(frozen=True)
class Figure:
    """A measured figure with its receipt."""

    definition: Definition
    value: int | str | None
    """Integer, or a decimal text of fixed scale; None means n.v.t."""
    numerator: int | None
    """None when it is hidden; `value` then is what is shown instead (rule 48)."""
    denominator: int | None
    rows: Rows
    note: str = ""
    """What to say beside the value, or instead of it when there is none."""

    @property
    def receipt(self) -> pd.DataFrame:
        """The source rows, in a fixed order; their total equals the figure (rule 54)."""
        return self.rows.frame

    @property
    def hidden(self) -> bool:
        """Whether it is not told, as it is small or would tell a small one (rule 48)."""
        return self.numerator is None


class Cell(NamedTuple):
    """A group of a breakdown; `across` and its title are empty in a simple one."""

    group: str
    title: str
    across: str
    across_title: str
    value: int | str
    """The number, or what is shown instead of a small one (rule 48)."""


@dataclass(frozen=True)
class Breakdown:
    """A figure taken apart in groups that add up to it."""

    definition: Definition
    of: str
    """Code of the figure that the cells add up to."""
    groups: tuple[Cell, ...]
    """In the order to show them; groups without anybody stay as 0."""
    rows: Rows

    @property
    def receipt(self) -> pd.DataFrame:
        """One row for each that is counted, with its `group` (and `across`)."""
        return self.rows.frame

    def rows_of(self, groups: Collection[str]) -> Rows:
        """Give the rows of some groups of a simple breakdown."""
        number = sum(int(cell.value) for cell in self.groups if cell.group in groups)
        return Rows(number, lambda: self.receipt[self.receipt["group"].isin(groups)])

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The groups as a table: the fields of `Cell`."""
        return pd.DataFrame(self.groups, columns=Cell._fields)


def persons_in(
    definition: Definition, table: pd.DataFrame, kept: Mask | None = None, told: Told = None
) -> Figure:
    """Count the persons in the rows of a table that are kept, or in all, each once."""
    persons = table["person"].to_numpy()
    number = len(set((persons if kept is None else persons[kept]).tolist()))
    return Figure(definition, number, number, None, chosen(table, kept, told))


def rows_in(definition: Definition, rows: Rows) -> Figure:
    """Count rows."""
    return Figure(definition, len(rows), len(rows), None, rows)


def ratio(definition: Definition, numerator: int, denominator: int, rows: Rows) -> Figure:
    """Divide to one decimal, rounded half up; times 100 when the unit is % (rule 55)."""
    scale = 100 if definition.unit == "%" else 1
    value = one_decimal(numerator * scale, denominator)
    return Figure(definition, value, numerator, denominator, rows)


def one_decimal(numerator: int, denominator: int) -> str | None:
    """Divide and round half up to one decimal; None when there is nothing to divide by.

    Examples
    --------
    >>> one_decimal(1, 4), one_decimal(5, 0)
    ('0.3', None)
    """
    if not denominator:
        return None
    return str((Decimal(numerator) / denominator).quantize(Decimal("0.1"), ROUND_HALF_UP))


def taken_apart(
    definition: Definition,
    of: str,
    rows: Rows,
    groups: Sequence[str],
    titles: Mapping[str, str],
) -> Breakdown:
    """Count rows by the group of each; `titles` gives the groups in their order."""
    counts = Counter(groups)
    cells = (Cell(group, title, "", "", counts[group]) for group, title in titles.items())
    return Breakdown(definition, of, tuple(cells), rows.with_columns(group=groups))


def crossed(
    definition: Definition,
    of: str,
    rows: Rows,
    sides: tuple[Sequence[str], Sequence[str]],
    titles: tuple[Mapping[str, str], Mapping[str, str]],
) -> Breakdown:
    """Count rows by the two groups of each, every pair of groups."""
    counts = Counter(zip(*sides, strict=True))
    cells = (
        Cell(group, title, across, across_title, counts[group, across])
        for group, title in titles[0].items()
        for across, across_title in titles[1].items()
    )
    beside = rows.with_columns(group=sides[0], across=sides[1])
    return Breakdown(definition, of, tuple(cells), beside)
