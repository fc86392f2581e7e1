"""What happened to a record: who changed what, when and why (rule 52)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlmodel import Session, col, select

from digibank_core.models import Account, HistoryEntry


@dataclass(frozen=True)
class Event:
    """What one transaction did to a record."""

    at: datetime
    who: str
    """How the user is called; the login of who has no account."""
    role: str
    reason: str
    is_first: bool
    """Whether the record was written down then."""
    facts: dict[str, tuple[Any, Any]]
    """What the facts that differ were and became, as JSON values."""
    touched: tuple[str, ...]
    """Texts and contact data that differ; their values are not kept."""


def trail_of(session: Session, tables: Sequence[str], key: str) -> list[Event]:
    """Give what happened to the rows with a key in these tables, the newest first."""
    found = session.exec(
        select(HistoryEntry)
        .where(col(HistoryEntry.table).in_(tables), HistoryEntry.key == key)
        .order_by(col(HistoryEntry.id))
    ).all()
    users = {one.login: one.display_name for one in session.exec(select(Account))}
    events = [
        _event(list(entries), tables[0], users)
        for _, entries in groupby(found, key=attrgetter("transaction"))
    ]
    return events[::-1]


def _event(entries: list[HistoryEntry], table: str, users: dict[str, str]) -> Event:
    own = [entry for entry in entries if entry.table == table]
    is_first = any(entry.before is None for entry in own)
    touched = {name for entry in entries for name in entry.touched.split(",") if name}
    last = entries[-1]
    return Event(
        at=last.at,
        who=users.get(last.login, last.login),
        role=last.role,
        reason=last.reason,
        is_first=is_first,
        facts={} if is_first or not own else _differences(own),
        touched=() if is_first else tuple(sorted(touched)),
    )


def _differences(entries: list[HistoryEntry]) -> dict[str, tuple[Any, Any]]:
    before, after = _image(entries[0].before), _image(entries[-1].after)
    # an image of before a column was added does not have it
    shared = (name for name in after if name in before)
    return {name: (before[name], after[name]) for name in shared if before[name] != after[name]}


def _image(written: str | None) -> dict[str, Any]:
    image: dict[str, Any] = json.loads(written or "{}")
    return image
