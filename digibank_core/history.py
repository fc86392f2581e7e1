"""History of facts: written in the transaction of the change, chained, and read back.

`attach` hooks a session; each changed row becomes one entry when the session commits.
`before_images` and `changed_images` are the rewind of rule 61. `verify` walks the chain.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from functools import lru_cache
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import SessionTransaction
from sqlmodel import Session, SQLModel, col, func, insert, select

from digibank_core.models import HistoryEntry
from digibank_core.models.columns import Kind
from digibank_core.security import Actor

FIRST = "0" * 64
"""Hash before the first entry."""


@dataclass(frozen=True)
class _Change:
    table: str
    key: str
    before: str | None
    after: str | None
    touched: str


def attach(session: Session, actor: Actor, reason: str, at: datetime) -> None:
    """Let a session write an entry for every row it changes, just before it commits."""
    recorder = _Recorder(actor, reason, at)
    event.listen(session, "before_flush", recorder.stamp)
    event.listen(session, "after_flush", recorder.collect)
    event.listen(session, "before_commit", recorder.write)
    event.listen(session, "after_transaction_create", recorder.refuse_savepoint)
    event.listen(session, "do_orm_execute", _refuse_bulk)


def before_images(
    session: Session, table: str, after: datetime
) -> dict[str, dict[str, Any] | None]:
    """Give what each row of a table was, for rows changed at or after a moment.

    Returns
    -------
    dict
        Key of the row to its facts before the first change from that moment on, as JSON
        values; None for a row that did not exist yet (rule 61).
    """
    first = (
        select(col(HistoryEntry.key), func.min(HistoryEntry.id).label("id"))
        .where(HistoryEntry.table == table, HistoryEntry.at >= after)
        .group_by(col(HistoryEntry.key))
        .subquery()
    )
    rows = session.exec(
        select(HistoryEntry.key, HistoryEntry.before).join(
            first, first.c.id == col(HistoryEntry.id)
        )
    ).all()
    return {key: None if before is None else json.loads(before) for key, before in rows}


def changed_images(
    session: Session, digibank: str, after: datetime
) -> dict[str, dict[str, dict[str, Any]]]:
    """Give what the rows of a Digibank were before their first change from a moment on.

    One walk over what changed, whatever the table; new rows are not in it.

    Returns
    -------
    dict
        Name of the table to key of the row to its facts, as JSON values.
    """
    own = f'"digibank":{json.dumps(digibank)}'  # as `canonical` writes it
    rows = session.exec(
        select(HistoryEntry.table, HistoryEntry.key, HistoryEntry.before)
        .where(
            HistoryEntry.at >= after,
            col(HistoryEntry.before).is_not(None),
            col(HistoryEntry.before).contains(own, autoescape=True),
        )
        .order_by(col(HistoryEntry.id).desc())  # so that the first change is the last seen
    ).all()
    first = {(table, key): before for table, key, before in rows}
    images: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for (table, key), before in first.items():
        images[table][key] = json.loads(before or "")
    return images


def verify(session: Session) -> int | None:
    """Walk the whole chain; give the id of the first entry that does not fit, else None."""
    previous = FIRST
    chain = select(HistoryEntry).order_by(col(HistoryEntry.id))
    for number, entry in enumerate(session.exec(chain).yield_per(500), start=1):
        fits = entry.id == number and entry.previous == previous
        if not fits or entry.hash != _hash_of(entry.model_dump()):
            return entry.id
        previous = entry.hash
    return None


def head(session: Session) -> tuple[int, str]:
    """Give the id and the hash of the last entry; 0 and `FIRST` when there is none."""
    last = session.exec(
        select(HistoryEntry.id, HistoryEntry.hash)
        .order_by(col(HistoryEntry.id).desc())
        .limit(1)
    ).first()
    return last or (0, FIRST)


def canonical(values: dict[str, Any]) -> str:
    """Write values as JSON of which the bytes depend on nothing but the values."""
    return json.dumps(
        values, default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


@lru_cache
def columns(model: type[SQLModel], kind: Kind) -> list[str]:
    """Give the names of the columns of a table that were declared as this kind."""
    return [column.name for column in _table(model).columns if column.info["kind"] == kind]


def key_of(values: dict[str, Any], model: type[SQLModel]) -> str:
    """Write the primary key of a row as history does; parts are joined by a slash."""
    return "/".join(str(_plain(values[column.name])) for column in _table(model).primary_key)


class _Recorder:
    """Collects the changes of one transaction, flush by flush."""

    def __init__(self, actor: Actor, reason: str, at: datetime) -> None:
        self.given = {
            "at": at,
            "login": actor.login,
            "role": actor.role.value,
            "reason": reason,
        }
        self.changes: list[_Change] = []

    def refuse_savepoint(self, _session: Session, part: SessionTransaction) -> None:
        """Keep a transaction whole: a part that is undone would leave its history behind."""
        if part.nested:
            raise RuntimeError("no savepoints here; give each part a transaction of its own")

    def stamp(self, session: Session, *_: object) -> None:
        """Give new records the moment of this transaction, and changed ones a new version."""
        for record in session.new:
            if hasattr(record, "recorded_at"):
                record.recorded_at = self.given["at"]
        for record in session.dirty:
            if session.is_modified(record) and hasattr(record, "version"):
                record.version += 1

    def collect(self, session: Session, *_: object) -> None:
        found = [_describe(record, before=False) for record in session.new]
        found += [_describe(one) for one in session.dirty if session.is_modified(one)]
        found += [_describe(record, after=False) for record in session.deleted]
        changes = [change for change in found if change is not None]
        self.changes += sorted(changes, key=lambda change: (change.table, change.key))

    def write(self, session: Session) -> None:
        session.flush()
        if not self.changes:
            return
        number, previous = head(session)
        first, entries = number + 1, []
        for entry_id, change in enumerate(self.changes, start=first):
            fields = {
                "id": entry_id,
                "transaction": first,
                **self.given,
                **vars(change),
                "previous": previous,
            }
            previous = fields["hash"] = _hash_of(fields)
            entries.append(fields)
        session.execute(insert(_table(HistoryEntry)), entries)
        self.changes.clear()


def _refuse_bulk(statement: Any) -> None:
    table = getattr(statement.bind_mapper, "local_table", None)
    writes = statement.is_insert or statement.is_update or statement.is_delete
    if writes and table is not None and _has_history(table):
        raise RuntimeError(f"bulk writing to {table.name} would bypass its history")


def _describe(record: SQLModel, *, before: bool = True, after: bool = True) -> _Change | None:
    model = type(record)
    facts = columns(model, Kind.FACT)
    if not facts:
        return None
    now = {name: getattr(record, name) for name in facts}
    was = canonical({name: _before(record, name) for name in facts}) if before else None
    # what is removed need not be opened: it may be a name without its key
    told = columns(model, Kind.TEXT) + columns(model, Kind.CONTACT) if after else []
    touched = sorted(name for name in told if _before(record, name) != getattr(record, name))
    change = _Change(
        table=_table(model).name,
        key=key_of(now, model),
        before=was,
        after=canonical(now) if after else None,
        touched=",".join(touched),
    )
    return change if change.before != change.after or touched else None


def _before(record: SQLModel, name: str) -> Any:
    """Value in the database before this flush; None for a new record."""
    past = inspect(record).attrs[name].history
    if past.deleted:
        return past.deleted[0]
    return None if past.added else getattr(record, name)


def _hash_of(fields: dict[str, Any]) -> str:
    sealed = {name: value for name, value in fields.items() if name != "hash"}
    return hashlib.sha256(canonical(sealed).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def _table(model: type[SQLModel]) -> Any:
    return model.__table__  # type: ignore[attr-defined]  # set by SQLModel's metaclass


def _keep(_record: object, value: object, *_: object) -> object:
    return value


for _mapper in inspect(HistoryEntry).registry.mappers:
    for _name in _mapper.columns.keys():  # noqa: SIM118  a collection, not a dict
        # load the old value before it is overwritten, also when it was not in memory
        event.listen(getattr(_mapper.class_, _name), "set", _keep, active_history=True)


def _has_history(table: Any) -> bool:
    return any(column.info["kind"] != Kind.TECHNICAL for column in table.columns)
