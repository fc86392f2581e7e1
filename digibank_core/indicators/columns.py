"""Columns of the frames: each with its type, whatever the values were read from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Boolean, Date, Integer, Table, Time
from sqlmodel import SQLModel

from digibank_core.indicators.rows import TEXT, ordered
from digibank_core.models.columns import Moment


def typed(
    columns: Mapping[str, pd.Series] | Mapping[str, np.ndarray] | pd.DataFrame,
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


def _typed(column: pd.Series | np.ndarray, declared: Any) -> Any:
    """Give a column one type, whether its values come from the database or from JSON."""
    kind, values = declared.type, column
    if isinstance(values, pd.Series):
        values = values.to_numpy(dtype="object", na_value=None)
    if isinstance(kind, Moment):
        return pd.to_datetime(values, utc=True, format="ISO8601").as_unit("us")
    if isinstance(kind, Date):
        return _days(values)
    if isinstance(kind, Integer):
        return _whole_numbers(values)
    if isinstance(kind, Boolean):
        known = np.equal(values, True) | np.equal(values, "true")
        return pd.arrays.BooleanArray(known, pd.isna(values)) if declared.nullable else known
    if isinstance(kind, Time):  # SQLite adds a fraction
        return pd.Series(values, dtype=TEXT).str.slice(0, len("09:30:00"))
    return pd.array(values, dtype=TEXT)


def _days(values: np.ndarray) -> np.ndarray:
    places, different = pd.factorize(values)  # few days have many rows; -1 is none
    days = np.append(different.astype("datetime64[us]"), np.datetime64("NaT", "us"))
    found: np.ndarray = days[places]
    return found


def _whole_numbers(values: np.ndarray) -> pd.arrays.IntegerArray:
    try:
        return pd.arrays.IntegerArray(
            values.astype("int64"), np.zeros(len(values), dtype="bool")
        )
    except (TypeError, ValueError):  # of an absent number
        missing = pd.isna(values)
        return pd.arrays.IntegerArray(np.where(missing, 0, values).astype("int64"), missing)
