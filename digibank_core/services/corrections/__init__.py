"""Correct, void and restore any record, and tell its story (rules 52, 61, 62 and 66).

Nothing is deleted: a mistake is corrected under the rules of the form that made it, or it is
voided, and can be restored. The reason is that of the transaction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect
from sqlmodel import Session, select

from digibank_core import access
from digibank_core.errors import (
    NothingChangedError,
    RecordChangedError,
    UnknownRecordError,
)
from digibank_core.models import Person
from digibank_core.models.typed import Typed
from digibank_core.security import Actor, Right
from digibank_core.services.corrections import digipunt, lending, persons, training
from digibank_core.services.corrections.base import (
    Subject,
    address_of,
    changed_rows,
    copy_of,
    references,
)
from digibank_core.services.corrections.trail import Event, trail_of

__all__ = [
    "Change",
    "Event",
    "RecordView",
    "address_of",
    "correct",
    "history_of",
    "recent",
    "related",
    "restore",
    "view",
    "void",
]

SUBJECTS: dict[str, Subject] = {
    str(subject.model.__tablename__): subject
    for subject in (
        persons.Persons(),
        lending.Devices(),
        lending.Loans(),
        lending.Wipes(),
        training.Courses(),
        training.Sessions(),
        training.Enrolments(),
        training.Attendances(),
        digipunt.Visits(),
        digipunt.Questions(),
        digipunt.HeldBlocks(),
    )
}
"""All that staff write down, by table; an address is table/key, as in loan/12."""
NUMBER = re.compile("[1-9][0-9]{0,8}")
"""A number that every database can look for, written in one way only."""
MOST_RECENT = 50
CODE = re.compile("[0-9A-Za-z-]{1,20}")


@dataclass(frozen=True)
class RecordView:
    """A record as it is now."""

    address: str
    record: Any
    """A copy of the row, outside of the session."""
    happened_on: date | None
    around: Mapping[str, Any]
    """Copies of the rows that it refers to, by table."""


@dataclass(frozen=True)
class Change(RecordView):
    """A record as a change leaves it."""

    before: dict[str, Any]
    """What the facts and texts that differ were."""


@dataclass(frozen=True)
class OpenRecord(RecordView):
    """A record that is looked at to be corrected."""

    form: type[Typed]
    """What is typed to correct it."""
    values: dict[str, Any]
    """Values of the fields of the form."""
    version: str


def view(session: Session, address: str, *, actor: Actor) -> OpenRecord:
    """Open a record of the own Digibank; that contact data was read goes to the log.

    Raise `UnknownRecordError` when there is no such record.
    """
    actor.require(Right.CORRECT, actor.own)
    subject, record = _own(session, address, actor)
    if isinstance(record, Person):
        access.note(access.Event.CONTACT, actor.login, hits=1)
    return OpenRecord(
        **vars(_seen(session, record)),
        form=subject.form_of(session, record),
        values=subject.values(session, record),
        version=_version(session, subject, record),
    )


def history_of(session: Session, address: str, *, actor: Actor) -> list[Event]:
    """Give what happened to a record of the own Digibank, the newest first."""
    actor.require(Right.CORRECT, actor.own)
    subject, record = _own(session, address, actor)
    table, key = address_of(record).split("/")
    return trail_of(session, [table, *subject.beside], key)


def related(session: Session, address: str, *, actor: Actor) -> list[RecordView]:
    """Give the records that a record refers to, then those that refer to it, newest first."""
    actor.require(Right.CORRECT, actor.own)
    _, record = _own(session, address, actor)
    table, [key] = record.__tablename__, inspect(record).identity
    below: list[Any] = [
        one
        for subject in SUBJECTS.values()
        for column, target in references(subject.model)
        if target == table
        for one in session.exec(select(subject.model).filter_by(**{column: key}))
    ]
    below.sort(key=lambda one: (one.__tablename__, one.recorded_at), reverse=True)
    return [_seen(session, one) for one in (*_above(session, record).values(), *below)]


def recent(
    session: Session, tables: Sequence[str], *, actor: Actor, since: datetime
) -> list[RecordView]:
    """Give the newest records of the own Digibank in tables, written down since a moment."""
    actor.require(Right.CORRECT, actor.own)
    found: list[Any] = []
    for table in tables:
        model: Any = SUBJECTS[table].model
        own = select(model).where(model.digibank == actor.own, model.recorded_at >= since)
        found += session.exec(own.order_by(model.id.desc()).limit(MOST_RECENT)).all()
    return [_seen(session, one) for one in found]


def correct(
    session: Session,
    address: str,
    request: Typed,
    *,
    version: str,
    actor: Actor,
    today: date,
) -> list[Change]:
    """Give a record the values that were typed, and let follow what follows from it.

    Parameters
    ----------
    request
        All values of the form of the record, changed or not.
    version
        Of the record as it was shown.
    today
        Nothing may have happened after this day.

    Returns
    -------
    list of Change
        All that changes, the record itself first; contact data are no record of their own.

    Raises
    ------
    UnknownRecordError
        There is no such record in the own Digibank.
    RecordChangedError
        It has another version by now.
    NothingChangedError
        The values are those of the record.
    RuleError, NotFoundError
        What is new breaks a rule of the form that made the record (rule 66).
    """
    actor.require(Right.CORRECT, actor.own)
    subject, record = _shown(session, address, version, actor)
    keys = subject.around(record, request)
    return _change(
        session, record, keys, today, lambda: subject.write(session, record, request)
    )


def void(
    session: Session, address: str, *, version: str, actor: Actor, today: date
) -> list[Change]:
    """Let a record count no more; it stays, and can be restored. Raise as `correct`."""
    actor.require(Right.CORRECT, actor.own)
    return _mark(session, address, version, actor, today, voided=True)


def restore(
    session: Session, address: str, *, version: str, actor: Actor, today: date
) -> list[Change]:
    """Let a voided record count again, when it still fits. Raise as `correct`."""
    actor.require(Right.CORRECT, actor.own)
    return _mark(session, address, version, actor, today, voided=False)


def _mark(  # as its callers, and which way
    session: Session, address: str, version: str, actor: Actor, today: date, *, voided: bool
) -> list[Change]:
    subject, record = _shown(session, address, version, actor)

    def mark() -> None:
        record.voided = voided

    return _change(session, record, subject.around(record), today, mark)


def _change(
    session: Session,
    record: Any,
    keys: frozenset[Any],
    today: date,
    act: Callable[[], None],
) -> list[Change]:
    subject = SUBJECTS[record.__tablename__]
    with session.no_autoflush:  # first our sentences, then the constraints of the database
        with subject.consequences(session, keys):
            act()
            subject.check(session, record, today)
        rows = changed_rows(session)
        changed = [
            Change(**vars(_seen(session, one)), before=before)
            for one, before in rows
            if one.__tablename__ in SUBJECTS
        ]
    if not rows:
        raise NothingChangedError
    session.flush()
    own = address_of(record)
    return sorted(changed, key=lambda one: (one.address != own, one.address))


def _shown(session: Session, address: str, version: str, actor: Actor) -> tuple[Subject, Any]:
    subject, record = _own(session, address, actor)
    if version != _version(session, subject, record):
        raise RecordChangedError
    return subject, record


def _own(session: Session, address: str, actor: Actor) -> tuple[Subject, Any]:
    table, _, key = address.partition("/")
    subject = SUBJECTS.get(table)
    has_number = subject is not None and "id" in subject.model.model_fields
    if subject is None or not (NUMBER if has_number else CODE).fullmatch(key):
        raise UnknownRecordError
    record: Any = session.get(subject.model, int(key) if has_number else key)
    if record is None or record.digibank != actor.own:
        raise UnknownRecordError
    return subject, record


def _seen(session: Session, record: Any) -> RecordView:
    return RecordView(
        address=address_of(record),
        record=copy_of(record),
        happened_on=SUBJECTS[record.__tablename__].happened_on(session, record),
        around={name: copy_of(one) for name, one in _above(session, record).items()},
    )


def _above(session: Session, record: Any) -> dict[str, Any]:
    """Give the records of staff that a record refers to, by table."""
    found = {
        target: session.get(SUBJECTS[target].model, getattr(record, column))
        for column, target in references(type(record))
        if target in SUBJECTS and getattr(record, column) is not None
    }
    return {target: one for target, one in found.items() if one is not None}


def _version(session: Session, subject: Subject, record: Any) -> str:
    return ".".join(str(part.version) for part in subject.parts(session, record))
