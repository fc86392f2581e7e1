"""The facts of one Digibank as frames, as they are now or were known on a day.

Every indicator is a pure function of these frames. Whatever else can give the same frames
(an extract, a sealed pack) therefore gives the same figures.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from pydantic_core import from_json
from sqlalchemy import (
    Select,
    Text,
    bindparam,
    cast,
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
from digibank_core.models.columns import Kind

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
    since = None if known_on is None else _Since(session, digibank, known_on)
    tables = {name_of(model): _read(session, model, digibank, since) for model in MODELS}
    hours = tables["opening_block"]
    own = hours["digipunt"].isin(tables["digipunt"]["code"])
    return tables | {"opening_block": hours[own].reset_index(drop=True)}


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
        self._session, self._digibank = session, digibank
        self._images = history.changed_images(session, digibank, self.moment)

    def rewound(
        self, model: type[SQLModel], rows: list[tuple[Any, ...]]
    ) -> list[tuple[Any, ...]]:
        """Give the rows as they were: those recorded later drop out, others change back."""
        images = self._before(model)
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

    def _before(self, model: type[SQLModel]) -> Mapping[str, dict[str, Any] | None]:
        if _is_dated(model):  # what was recorded later was not read at all
            images = self._images.get(name_of(model), {})
            return {key: image for key, image in images.items() if self._was_there(image)}
        every = history.before_images(self._session, name_of(model), self.moment)
        owners = {*_owners(self._digibank), None}
        return {
            key: image
            for key, image in every.items()
            if not _has_owner(model) or image is None or image["digibank"] in owners
        }

    def _was_there(self, image: Mapping[str, Any]) -> bool:
        return datetime.fromisoformat(image["recorded_at"]) < self.moment


def _read(
    session: Session, model: type[SQLModel], digibank: str, since: _Since | None
) -> pd.DataFrame:
    facts = history.columns(model, Kind.FACT)
    connection = session.connection()
    given: dict[str, Any] = {"owners": _owners(digibank)} if _has_owner(model) else {}
    dated = since is not None and _is_dated(model)
    if since is not None and dated:
        given["moment"] = since.moment
    chosen = _listed(model, connection.dialect.name, dated)
    [row] = connection.execute(chosen, given)
    columns = [from_json(values, cache_strings="all") if values else [] for values in row]
    if since is not None:
        rows = since.rewound(model, list(zip(*columns, strict=True)))
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(facts)
    arrays = (np.array(values, dtype="object") for values in columns)
    return typed(dict(zip(facts, arrays, strict=True)), model)


@cache
def _listed(model: type[SQLModel], dialect: str, dated: bool) -> Select[*tuple[str, ...]]:
    """Select each column as one JSON list: as rows, a driver makes them five times slower."""
    table = table_of(model)
    listed = func.json_group_array if dialect == "sqlite" else func.json_agg
    facts = history.columns(model, Kind.FACT)
    chosen = select(*(cast(listed(table.c[name]), Text) for name in facts))
    if _has_owner(model):
        chosen = chosen.where(table.c.digibank.in_(bindparam("owners", expanding=True)))
    return chosen.where(table.c.recorded_at < bindparam("moment")) if dated else chosen


def _is_dated(model: type[SQLModel]) -> bool:
    """Tell whether rows say when they were recorded."""
    return "recorded_at" in table_of(model).c


def _has_owner(model: type[SQLModel]) -> bool:
    """Tell whether a Digibank has rows of its own; somebody may live in any municipality."""
    return "digibank" in table_of(model).c and model is not Municipality


def _owners(digibank: str) -> tuple[str, str]:
    """Whose rows belong to a Digibank: its own, and those of all (a setting's empty code)."""
    return digibank, ""
