"""The facts of one Digibank as frames, as they are now or were known on a day.

Every indicator is a pure function of these frames. Whatever else can give the same frames
(an extract, a sealed pack) therefore gives the same figures.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

import pandas as pd
from pydantic_core import from_json
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    ScalarSelect,
    Select,
    Text,
    Time,
    bindparam,
    cast,
    extract,
    func,
    select,
)
from sqlmodel import Session, SQLModel

from digibank_core import clock, history
from digibank_core.indicators.columns import name_of, table_of, typed
from digibank_core.indicators.images import as_today
from digibank_core.models import (
    Attendance,
    Booking,
    BudgetLine,
    Cap,
    Course,
    Device,
    Digipunt,
    Enrolment,
    FundingPeriod,
    HeldBlock,
    Loan,
    Merge,
    Municipality,
    OpeningBlock,
    Person,
    Question,
    Setting,
    Target,
    Topic,
    TrainingSession,
    Tranche,
    Visit,
    Wipe,
)
from digibank_core.models.columns import Kind, Moment

Frames = Mapping[str, pd.DataFrame]
"""Name of a table to its facts: dates as datetime64, moments in UTC, words as text."""

MODELS: tuple[type[SQLModel], ...] = (
    Municipality,
    FundingPeriod,
    Target,
    Cap,
    Tranche,
    Setting,
    BudgetLine,
    Booking,
    Person,
    Merge,
    Device,
    Loan,
    Wipe,
    Course,
    TrainingSession,
    Enrolment,
    Attendance,
    Digipunt,
    OpeningBlock,
    HeldBlock,
    Topic,
    Visit,
    Question,
)
"""Of settings also those for all Digibanken, of municipalities, tranches and topics all of
them, and of published hours those of own Digipunten."""


def load(session: Session, digibank: str, known_on: date | None = None) -> Frames:
    """Read the frames of a Digibank, with what holds for all of them.

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
    return fetch(session, digibank, known_on)()


def fetch(
    session: Session, digibank: str, known_on: date | None = None
) -> Callable[[], Frames]:
    """Read all that the frames of `load` are made of; give what makes them, without a database.

    Another thread may read meanwhile: a database works without the lock of Python.
    """
    since = None if known_on is None else _Since(session, digibank, known_on)
    connection = session.connection()
    given: dict[str, Any] = {"owners": _owners(digibank)}
    if since is not None:
        given["moment"] = since.moment
    [texts] = connection.execute(_listed(connection.dialect.name, since is not None), given)

    def make() -> Frames:
        tables = {
            name_of(model): _made(model, text, since)
            for model, text in zip(MODELS, texts, strict=True)
        }
        hours = tables["opening_block"]
        own = hours["digipunt"].isin(tables["digipunt"]["code"])
        return tables | {"opening_block": hours[own].reset_index(drop=True)}

    return make


def with_records(frames: Frames, records: Iterable[SQLModel]) -> Frames:
    """Give the frames as they would be with these records, new ones or known ones changed.

    A record of a table that no frame is read from changes nothing.
    """
    changed = dict(frames)
    images: dict[type[SQLModel], list[Any]] = defaultdict(list)
    for record in (one for one in records if name_of(type(one)) in changed):
        facts = {
            fact: getattr(record, fact) for fact in history.columns(type(record), Kind.FACT)
        }
        images[type(record)].append(json.loads(history.canonical(facts)))
    for model, written in images.items():
        name, keys = name_of(model), [column.name for column in table_of(model).primary_key]
        rows = typed(pd.DataFrame(written, columns=history.columns(model, Kind.FACT)), model)
        others = changed[name].merge(rows[keys], how="left", on=keys, indicator=True)
        kept = changed[name][others["_merge"].eq("left_only").to_numpy()]
        changed[name] = pd.concat([kept, rows], ignore_index=True).sort_values(
            keys, ignore_index=True
        )
    return changed


class _Since:
    """What changed at or after the end of a day, for the rewind of rule 61."""

    def __init__(self, session: Session, digibank: str, known_on: date) -> None:
        self.moment = clock.end_of_day(known_on)
        changed = history.changed_images(session, digibank, self.moment)
        self._images = {
            name_of(model): {
                key: image
                for key, image in changed.get(name_of(model), {}).items()
                if self._was_there(image)
            }
            if _is_dated(model)  # what was recorded later is not read at all
            else self._undated(session, model, digibank)
            for model in MODELS
        }

    def rewound(
        self, model: type[SQLModel], rows: list[tuple[Any, ...]]
    ) -> list[tuple[Any, ...]]:
        """Give the rows as they were: those recorded later drop out, others change back."""
        images = self._images[name_of(model)]
        if not images:
            return rows
        facts = history.columns(model, Kind.FACT)
        keys = {key.name: facts.index(key.name) for key in table_of(model).primary_key}
        known = {
            history.key_of({name: row[place] for name, place in keys.items()}, model): row
            for row in rows
        }
        for key, image in as_today(images, model, known).items():
            known.pop(key, None)
            if image is not None:
                known[key] = tuple(image[fact] for fact in facts)
        return list(known.values())

    def _undated(
        self, session: Session, model: type[SQLModel], digibank: str
    ) -> dict[str, dict[str, Any] | None]:
        every = history.before_images(session, name_of(model), self.moment)
        owners = {*_owners(digibank), None}
        return {
            key: image
            for key, image in every.items()
            if not _has_owner(model) or image is None or image["digibank"] in owners
        }

    def _was_there(self, image: Mapping[str, Any]) -> bool:
        return datetime.fromisoformat(image["recorded_at"]) < self.moment


def _made(model: type[SQLModel], text: str, since: _Since | None) -> pd.DataFrame:
    facts = history.columns(model, Kind.FACT)
    columns = [values or () for values in from_json(text, cache_strings="all")]
    if since is not None:
        rows = since.rewound(model, list(zip(*columns, strict=True)))
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(facts)
    return typed(dict(zip(facts, columns, strict=True)), model)


@cache
def _listed(dialect: str, rewinds: bool) -> Select[*tuple[str, ...]]:
    """Select each table as one JSON text, a list of columns, and all of them in one row.

    As rows, a driver makes them five times slower; and each question is a turn to wait for
    while another thread counts.
    """
    return select(*(_columns_of(model, dialect, rewinds) for model in MODELS))


def _columns_of(model: type[SQLModel], dialect: str, rewinds: bool) -> ScalarSelect[str]:
    table = table_of(model)
    listed, together = (
        (func.json_group_array, func.json_array)
        if dialect == "sqlite"
        else (func.json_agg, func.json_build_array)
    )
    facts = [table.c[name] for name in history.columns(model, Kind.FACT)]
    columns = (listed(_told(column, dialect, rewinds=rewinds)) for column in facts)
    chosen = select(cast(together(*columns), Text))
    if _has_owner(model):
        chosen = chosen.where(table.c.digibank.in_(bindparam("owners", expanding=True)))
    if rewinds and _is_dated(model):
        chosen = chosen.where(table.c.recorded_at < bindparam("moment"))
    return chosen.scalar_subquery()


def _told(column: Column[Any], dialect: str, *, rewinds: bool) -> ColumnElement[Any]:
    """Give a column as it is quick to read: a moment in microseconds since 1970.

    When rows are rewound it stays text, as it is in the images of history.
    """
    if isinstance(column.type, Time):  # SQLite adds a fraction
        return func.substr(cast(column, Text), 1, len("09:30:00"))
    if rewinds or not isinstance(column.type, Moment):
        return column
    if dialect == "sqlite":  # "2026-12-01 09:30:00.000000"
        whole, rest = func.strftime("%s", column), func.substr(column, 21)
        return cast(whole, BigInteger) * 1_000_000 + cast(rest, BigInteger)
    return cast(extract("epoch", column) * 1_000_000, BigInteger)


def _is_dated(model: type[SQLModel]) -> bool:
    """Tell whether rows say when they were recorded."""
    return "recorded_at" in table_of(model).c


def _has_owner(model: type[SQLModel]) -> bool:
    """Tell whether a Digibank has rows of its own; somebody may live in any municipality."""
    return "digibank" in table_of(model).c and model is not Municipality


def _owners(digibank: str) -> tuple[str, str]:
    """Whose rows belong to a Digibank: its own, and those of all (a setting's empty code)."""
    return digibank, ""
