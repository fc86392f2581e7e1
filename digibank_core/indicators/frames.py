"""The facts of one Digibank as frames, as they are now or were known on a day.

Every indicator is a pure function of these frames. Whatever else can give the same frames
(an extract, a sealed pack) therefore gives the same figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Boolean, Date, Enum, Integer, select
from sqlmodel import Session, SQLModel

from digibank_core import clock, history
from digibank_core.models import FundingPeriod, Loan, Person, Target
from digibank_core.models.columns import Kind, Moment

Frames = Mapping[str, pd.DataFrame]
"""Name of a table to its facts: dates as datetime64, moments in UTC, words as text."""

MODELS: tuple[type[SQLModel], ...] = (FundingPeriod, Target, Person, Loan)


def load(session: Session, digibank: str, known_on: date | None = None) -> Frames:
    """Read the frames of a Digibank.

    Parameters
    ----------
    known_on
        Rewind to the end of this day in Brussels (rule 61): rows recorded later drop out,
        rows changed later return to what they were. None reads what is known now.

    Returns
    -------
    Mapping
        Table name to frame: the fact columns of the table, sorted by primary key.
    """
    return {_name(model): _read(session, model, digibank, known_on) for model in MODELS}


def _read(
    session: Session, model: type[SQLModel], digibank: str, known_on: date | None
) -> pd.DataFrame:
    table = model.__table__  # type: ignore[attr-defined]  # set by SQLModel's metaclass
    facts = history.columns(model, Kind.FACT)
    chosen = select(*(table.c[name] for name in facts)).where(table.c.digibank == digibank)
    rows = [dict(row) for row in session.execute(chosen).mappings()]
    if known_on is not None:
        rows = _rewound(session, model, digibank, rows, clock.end_of_day(known_on))
    frame = pd.DataFrame(rows, columns=facts)
    for name in facts:
        frame[name] = _typed(frame[name], table.c[name].type)
    keys = [column.name for column in table.primary_key]
    return frame.sort_values(keys, ignore_index=True)


def _rewound(
    session: Session,
    model: type[SQLModel],
    digibank: str,
    rows: list[dict[str, Any]],
    moment: datetime,
) -> list[dict[str, Any]]:
    by_key = {history.key_of(row, model): row for row in rows}
    for key, image in history.before_images(session, _name(model), moment).items():
        by_key.pop(key, None)
        if image is not None and image["digibank"] == digibank:
            by_key[key] = image
    return list(by_key.values())


def _typed(column: pd.Series, kind: Any) -> pd.Series:
    """Give a column one type, whether its values come from the database or from JSON."""
    if isinstance(kind, Moment):
        return pd.to_datetime(column, utc=True, format="ISO8601")
    if isinstance(kind, Date):
        texts = column.map(lambda day: day if isinstance(day, str) else day and day.isoformat())
        return pd.to_datetime(texts, format="ISO8601")
    if isinstance(kind, Integer):
        return column.astype("Int64")
    if isinstance(kind, Boolean):
        return column.astype("bool")
    if isinstance(kind, Enum):
        column = column.map(lambda word: getattr(word, "value", word))
    return column.astype("str")


def _name(model: type[SQLModel]) -> str:
    return str(model.__tablename__)
