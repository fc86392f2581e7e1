"""History of one Digibank of the bulk world: each row made, and what changed later changed."""

from __future__ import annotations

from datetime import UTC, datetime, time

from sqlmodel import func, insert, select

from digibank_core import db, history
from digibank_core.indicators import frames
from digibank_core.models import HistoryEntry, Loan, Person
from digibank_core.models.columns import Kind

CORRECTED = 10
"""One in so many persons lived elsewhere until the last day of their year."""


def write(digibank):
    """Write an entry for each row of a Digibank; give how many there are."""
    with db.engine().begin() as connection:
        found = sorted(
            (
                entry
                for model in frames.MODELS
                if {"digibank", "recorded_at"} <= set(model.model_fields)
                for entry in _entries(connection, model, digibank)
            ),
            key=lambda entry: entry["at"],
        )
        last = connection.execute(select(func.max(HistoryEntry.id))).scalar() or 0
        for number, entry in enumerate(found, start=last + 1):
            entry["id"] = entry["transaction"] = number
        connection.execute(insert(HistoryEntry.__table__), found)
    return len(found)


def _entries(connection, model, digibank):
    table = model.__table__
    facts = history.columns(model, Kind.FACT)
    own = select(*(table.c[fact] for fact in facts)).where(table.c.digibank == digibank)
    for number, row in enumerate(connection.execute(own).mappings()):
        image = dict(row)
        first = image | _before(model, image, number)
        yield _entry(model, image["recorded_at"], None, first)
        if first != image:
            yield _entry(model, _changed_at(image), first, image)


def _before(model, image, number):
    """Give what was otherwise when a row was made: a loan was out, a person lived elsewhere."""
    if model is Loan:
        return {"returned_on": None}
    if model is Person and number % CORRECTED == 0:
        return {"municipality": None, "outside_area": True}
    return {}


def _changed_at(image):
    day = image.get("returned_on") or image["recorded_at"].date().replace(month=12, day=31)
    return datetime.combine(day, time(20), UTC)


def _entry(model, at, before, after):
    return {
        "at": at,
        "login": "meting",
        "role": "",
        "reason": "meting",
        "table": model.__tablename__,
        "key": history.key_of(after, model),
        "before": None if before is None else history.canonical(before),
        "after": history.canonical(after),
        "touched": "",
        "previous": "",
        "hash": "",
    }
