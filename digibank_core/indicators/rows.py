"""Rows of tables: those behind a figure, and how to choose, order and name them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

TEXT = pd.StringDtype(na_value=np.nan)
"""The type that pandas calls "str"; to look it up by name costs as much as a small column."""
Told = Callable[[pd.DataFrame], pd.DataFrame] | None
"""Writes the rows of a table down as a receipt has them; None leaves them as they are."""
Mask = npt.NDArray[np.bool_]
"""Tells of each row of a table whether it is meant."""


class Rows:
    """The rows behind a figure: their number at once, themselves when somebody looks.

    Most figures are only read, and to take rows out of a table costs more than to count them.
    """

    def __init__(self, number: int, make: Callable[[], pd.DataFrame]) -> None:
        self._number, self._make = number, make

    def __len__(self) -> int:
        return self._number

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The rows, in a fixed order."""
        return self._make().reset_index(drop=True)

    def with_columns(self, **columns: Sequence[str]) -> Rows:
        """Give the same rows with more said of each."""
        return self.then(lambda rows: rows.assign(**columns))

    def then(self, write: Callable[[pd.DataFrame], pd.DataFrame]) -> Rows:
        """Give the same rows, written another way."""
        return Rows(len(self), lambda: write(self.frame))


NO_ROWS = Rows(0, pd.DataFrame)


def chosen(table: pd.DataFrame, kept: Mask | None = None, told: Told = None) -> Rows:
    """Give the rows of a table that are kept, or all, written down."""

    def make() -> pd.DataFrame:
        rows = table if kept is None else table[kept]
        return told(rows) if told else rows

    return Rows(len(table) if kept is None else int(np.count_nonzero(kept)), make)


def told_by(**facts: object) -> Rows:
    """Give one row with what a figure was computed from."""
    return Rows(1, lambda: pd.DataFrame([facts]))


def row_by_row(table: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    """Give the values of some columns, for few rows: pandas asks a fee for each question."""
    return zip(*(table[name].tolist() for name in columns), strict=True)


def is_word(column: pd.Series, word: str) -> Mask:
    """Tell of each value of a column of text whether it is this word."""
    found: Mask = column.to_numpy() == word  # five times faster than pandas compares
    return found


def by_day(table: pd.DataFrame, day: str, kept: Mask | None = None) -> pd.DataFrame:
    """Put rows, or those that are kept, in the order of their days.

    Of one day they stay in the order that they had.
    """
    places = np.arange(len(table)) if kept is None else np.flatnonzero(kept)
    return table.take(places[np.argsort(table[day].to_numpy()[places], kind="stable")])


def ordered(rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Sort rows by columns without missing values: numpy sorts text faster than pandas."""
    keys = [rows[name].to_numpy() for name in reversed(by)]
    plain = [key.astype("U") if key.dtype == object else key for key in keys]
    order = np.lexsort(plain)
    if (order[1:] > order[:-1]).all():
        return rows
    return rows.take(order).reset_index(drop=True)


def references(table: str, ids: pd.Series) -> pd.Series:
    """Give the name of each record, table/id, from the numbers of its table."""
    named = [f"{table}/{number}" for number in ids.tolist()]
    return pd.Series(named, ids.index, dtype=TEXT)


def words(
    found: Sequence[str], places: npt.NDArray[np.integer]
) -> pd.api.extensions.ExtensionArray:
    """Give for each place the word that stands there."""
    return pd.array(list(found), dtype=TEXT).take(places)


def minutes_between(starts: pd.Series, ends: pd.Series) -> pd.Series:
    """Count the whole minutes between times of one day."""
    minutes = [
        (_second(end) - _second(start)) // 60
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]
    return pd.Series(minutes, starts.index, dtype="int64")


@cache
def _second(time: str) -> int:
    """Give the second of the day of a time as it is written, "09:30:00"."""
    hours, minutes, seconds = map(int, time.split(":"))
    return 3600 * hours + 60 * minutes + seconds
