"""Columns of the frames: each with its type, whatever the values were read from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Boolean, Date, Integer, Table
from sqlmodel import SQLModel

from digibank_core.indicators.rows import TEXT, ordered
from digibank_core.models.columns import Moment

Values = Sequence[Any] | np.ndarray


def typed(
    columns: Mapping[str, Sequence[Any]] | pd.DataFrame,
    model: type[SQLModel],
    *,
    except_for: Collection[str] = (),
) -> pd.DataFrame:
    """Give each column of a table its type, and the rows the order of their keys.

    Parameters
    ----------
    columns
        Values as a database, JSON or csv gives them, by name.
    except_for
        Columns that hold text here, whatever they hold in the database.
    """
    table = table_of(model)
    frame = pd.DataFrame(
        {
            name: values if name in except_for else _typed(values, table.c[name])
            for name, values in columns.items()
        },
        copy=False,
    )
    keys = [column.name for column in table.primary_key]
    if len(frame) < 2 or (len(keys) == 1 and frame[keys[0]].is_monotonic_increasing):
        return frame
    return ordered(frame, keys)


def table_of(model: type[SQLModel]) -> Table:
    """Give the table of a model."""
    table: Table = model.__table__  # type: ignore[attr-defined]  # set by SQLModel's metaclass
    return table


def name_of(model: type[SQLModel]) -> str:
    """Give the name of the table of a model."""
    return str(model.__tablename__)


def _typed(values: Values | pd.Series, declared: Any) -> Any:
    """Give a column one type, whether its values come from the database or from text."""
    kind = declared.type
    if isinstance(values, pd.Series):
        values = values.to_numpy(dtype="object", na_value=None)
    if isinstance(kind, Moment):
        return _moments(values)
    if isinstance(kind, Date):
        return _days(values)
    if isinstance(kind, Integer):
        return _whole_numbers(values)
    if isinstance(kind, Boolean):
        return _answers(values, nullable=declared.nullable)
    return pd.array(values, dtype=TEXT)


def _moments(values: Values) -> pd.DatetimeIndex:
    """Read microseconds since 1970, as the database counts them, or text with a zone."""
    try:
        numbers = np.array(values, dtype="int64")
    except (TypeError, ValueError):  # text, or not recorded yet
        return pd.to_datetime(values, utc=True, format="ISO8601").as_unit("us")
    return pd.DatetimeIndex(numbers.view("datetime64[us]"), tz="UTC")


def _days(values: Values) -> np.ndarray:
    places, different = pd.factorize(np.array(values, dtype="object"))  # -1 is none
    days = np.append(different.astype("datetime64[us]"), np.datetime64("NaT", "us"))
    found: np.ndarray = days[places]  # few days have many rows
    return found


def _whole_numbers(values: Values) -> pd.arrays.IntegerArray:
    try:
        numbers = np.array(values, dtype="int64")
        return pd.arrays.IntegerArray(numbers, np.zeros(len(numbers), dtype="bool"))
    except (TypeError, ValueError):  # of an absent number
        missing = pd.isna(np.array(values, dtype="object"))
        numbers = np.where(missing, 0, values).astype("int64")
        return pd.arrays.IntegerArray(numbers, missing)


def _answers(values: Values, *, nullable: bool) -> np.ndarray | pd.arrays.BooleanArray:
    """Give yes and no, which are 1 and 0 in SQLite and words in text."""
    said = np.array(values)
    if said.dtype.kind == "O":  # words, or with an absent one
        known = np.equal(said, True) | np.equal(said, "true")
    else:
        known = said.astype("bool")
    return pd.arrays.BooleanArray(known, pd.isna(said)) if nullable else known
