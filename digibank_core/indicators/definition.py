"""What a figure is: its card, the question it answers, and the rows it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

import numpy as np
import pandas as pd

CENTS = "eurocent"
"""Unit of amounts: whole cents, which screens and reports show as euro (rule 23)."""
WHAT_IF_VERSION = 0
"""Stands where the version of the rules stands, of a figure that is a what-if."""
CELLS = ["group", "title", "across", "across_title", "value"]
"""Columns of the cells of a breakdown; the two of `across` are empty in a simple one."""
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
    """Persons to reach; None when no target is set."""
    known_on: date | None = None
    rules: Rules = Rules()
    """Those of `counted_on`: a rule of after the period never changes it (rule 67)."""
    cap_cents: int | None = None
    """Amount that was awarded for the period: no more than this is paid (rule 22)."""

    @property
    def until(self) -> date:
        """Last day that counts: as-of, but never after the period (rule 2)."""
        return min(self.as_of, self.last_day)

    @property
    def counted_on(self) -> date:
        """Day of which settings, targets and tranches hold: as-of, within the period."""
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

    def holds(self, days: pd.Series) -> pd.Series:
        """Tell of each day whether it counts."""
        return days.between(pd.Timestamp(self.first_day), pd.Timestamp(self.until))


@dataclass(frozen=True)
class Figure:
    """A measured figure with its receipt."""

    definition: Definition
    value: int | str | None
    """Integer, or a decimal text of fixed scale; None means n.v.t."""
    numerator: int | None
    """None when it is hidden; `value` then is what is shown instead (rule 48)."""
    denominator: int | None
    receipt: pd.DataFrame
    """The source rows, in a fixed order; their total equals the figure (rule 54)."""
    note: str = ""
    """What to say beside the value, or instead of it when there is none."""

    @property
    def hidden(self) -> bool:
        """Whether it is not told, as it is small or would tell a small one (rule 48)."""
        return self.numerator is None


@dataclass(frozen=True)
class Breakdown:
    """A figure taken apart in groups that add up to it."""

    definition: Definition
    of: str
    """Code of the figure that the cells add up to."""
    cells: pd.DataFrame
    """Columns of `CELLS`, in the order to show them; groups without anybody stay as 0."""
    receipt: pd.DataFrame
    """One row for each that is counted, with its `group` (and `across`)."""


def persons_in(definition: Definition, rows: pd.DataFrame) -> Figure:
    """Count the persons in rows, each once."""
    persons = int(rows["person"].nunique())
    return Figure(definition, persons, persons, None, rows.reset_index(drop=True))


def rows_in(definition: Definition, rows: pd.DataFrame) -> Figure:
    """Count rows."""
    return Figure(definition, len(rows), len(rows), None, rows.reset_index(drop=True))


def ratio(
    definition: Definition, numerator: int, denominator: int, receipt: pd.DataFrame
) -> Figure:
    """Divide to one decimal, rounded half up; times 100 when the unit is % (rule 55)."""
    scale = 100 if definition.unit == "%" else 1
    value = one_decimal(numerator * scale, denominator)
    return Figure(definition, value, numerator, denominator, receipt.reset_index(drop=True))


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
    definition: Definition, of: str, rows: pd.DataFrame, titles: Mapping[str, str]
) -> Breakdown:
    """Count rows by their column `group`; `titles` gives the groups in their order."""
    counts = Counter(rows["group"].tolist())
    cells = [(group, title, "", "", counts[group]) for group, title in titles.items()]
    return Breakdown(definition, of, pd.DataFrame(cells, columns=CELLS), rows)


def crossed(
    definition: Definition,
    of: str,
    rows: pd.DataFrame,
    titles: Mapping[str, str],
    across_titles: Mapping[str, str],
) -> Breakdown:
    """Count rows by their columns `group` and `across`, every pair of them."""
    counts = Counter(zip(rows["group"].tolist(), rows["across"].tolist(), strict=True))
    cells = [
        (group, titles[group], across, across_titles[across], counts[group, across])
        for group, across in product(titles, across_titles)
    ]
    return Breakdown(definition, of, pd.DataFrame(cells, columns=CELLS), rows)


def ordered(rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Sort rows by columns without missing values: numpy sorts text faster than pandas."""
    keys = [rows[name].to_numpy() for name in reversed(by)]
    plain = [key.astype("U") if key.dtype == object else key for key in keys]
    return rows.iloc[np.lexsort(plain)].reset_index(drop=True)


def references(table: str, ids: pd.Series) -> pd.Series:
    """Give the name of each record, table/id, from the numbers of its table."""
    return pd.Series([f"{table}/{number}" for number in ids.tolist()], ids.index, dtype="str")


def minutes_between(starts: pd.Series, ends: pd.Series) -> pd.Series:
    """Count the whole minutes between times of one day."""
    times = pd.unique(pd.concat([starts, ends]))
    seconds = dict(zip(times, pd.to_timedelta(times).total_seconds(), strict=True))
    return (ends.map(seconds) - starts.map(seconds)).floordiv(60).astype("int64")
