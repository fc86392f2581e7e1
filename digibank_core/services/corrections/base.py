"""What the records of one table are to who corrects them, and how a change is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, ClassVar, TypeVar

from sqlalchemy import inspect
from sqlmodel import Session, SQLModel, select

from digibank_core import history
from digibank_core.errors import DigibankError, TwinVoidedError
from digibank_core.models.columns import Kind
from digibank_core.models.typed import Typed
from digibank_core.services.checks import own_person

Record = TypeVar("Record", bound=SQLModel)
VERSION = "version"


class Subject:
    """The records of one table: how they are shown, written and kept within the rules.

    A rule is asked only of what a change makes new: one that became stricter later never
    blocks the correction of something else (rule 66).
    """

    model: ClassVar[type[SQLModel]]
    form: ClassVar[type[Typed]]
    """What is typed to correct one."""
    day: ClassVar[str] = ""
    """Column of the day on which it happened; empty when that is told by another record."""
    beside: ClassVar[tuple[str, ...]] = ()
    """Tables of which the row with the same key belongs to it."""

    def form_of(self, session: Session, record: Any) -> type[Typed]:
        """Give what is typed to correct this record."""
        del session, record
        return self.form

    def parts(self, session: Session, record: Any) -> Sequence[Any]:
        """Give the rows that are corrected together as this record."""
        del session
        return [record]

    def values(self, session: Session, record: Any) -> dict[str, Any]:
        """Give the values of the fields of the form."""
        del session
        return {name: getattr(record, name) for name in self._columns()}

    def write(self, session: Session, record: Any, request: Any) -> None:
        """Put what was typed in the record; of a person who was absorbed that is the root."""
        for name in self._columns():
            setattr(record, name, getattr(request, name))
        if hasattr(record, "person") and record.person and is_changed(record, "person"):
            record.person = own_person(session, record.person, record.digibank).key

    def check(self, session: Session, record: Any, today: date) -> None:
        """Raise when what is new of the record breaks a rule; nothing is flushed yet."""

    def around(self, record: Any, request: Any = None) -> frozenset[Any]:
        """Give the keys of what follows from the record, now and after what was typed."""
        del record, request
        return frozenset()

    @contextmanager
    def consequences(self, session: Session, keys: frozenset[Any]) -> Iterator[None]:
        """Let what follows from a record follow from its change, or raise."""
        del session, keys
        yield

    def happened_on(self, session: Session, record: Any) -> date | None:
        """Give the day on which it happened; None for what has none."""
        del session
        return getattr(record, self.day) if self.day else None

    def _columns(self) -> list[str]:
        known = self.model.model_fields
        return [name for name in self.form.model_fields if name in known and name != VERSION]


def is_changed(record: SQLModel, *names: str) -> bool:
    """Tell whether one of these columns has another value than in the database."""
    return any(inspect(record).attrs[name].history.has_changes() for name in names)


def is_new(record: SQLModel, *names: str) -> bool:
    """Tell whether a change makes these facts hold: they differ, or the record counts again."""
    counts_again = is_changed(record, "voided") and not record.voided  # type: ignore[attr-defined]
    return counts_again or is_changed(record, *names)


def alike(session: Session, model: type[Record], /, **facts: Any) -> list[Record]:
    """Give the records with these facts as they stand in the session, flushed or not."""
    stored = session.exec(select(model).filter_by(**facts)).all()
    changed = [one for one in (*session.dirty, *session.new) if isinstance(one, model)]
    known = {id(one): one for one in (*stored, *changed)}.values()
    return [
        one
        for one in known
        if all(getattr(one, name) == value for name, value in facts.items())
    ]


def standing(session: Session, model: type[Record], /, **facts: Any) -> list[Record]:
    """Give the records with these facts that are not voided, as they stand in the session."""
    return alike(session, model, voided=False, **facts)


def refuse_twin(
    session: Session, record: SQLModel, taken: DigibankError, /, **facts: Any
) -> None:
    """Raise when another record has the facts of which the database takes one only."""
    twins = [one for one in alike(session, type(record), **facts) if one is not record]
    if any(not one.voided for one in twins):  # type: ignore[attr-defined]
        raise taken
    if twins:
        raise TwinVoidedError


def changed_rows(session: Session) -> list[tuple[Any, dict[str, Any]]]:
    """Give the rows that this session would write, each with what its values were."""
    rows = (*session.dirty, *session.new)
    return [
        (one, _before(one))
        for one in rows
        if session.is_modified(one) and hasattr(one, VERSION)
    ]


def address_of(record: SQLModel) -> str:
    """Give the address of a record: its table and key, as in loan/12."""
    return f"{record.__tablename__}/{history.key_of(record.model_dump(), type(record))}"


def copy_of(record: Record) -> Record:
    """Give a copy of a row that belongs to no session."""
    return type(record)(**record.model_dump())


def references(model: type[SQLModel]) -> list[tuple[str, str]]:
    """Give the columns of a table that refer to another one, each with that table."""
    table = model.__table__  # type: ignore[attr-defined]  # set by SQLModel's metaclass
    return [
        (column.name, key.column.table.name)
        for column in table.c
        for key in column.foreign_keys
    ]


def told_columns(model: type[SQLModel]) -> list[str]:
    """Give the columns of which a person may be told that they changed."""
    return [
        name
        for kind in (Kind.FACT, Kind.TEXT, Kind.CONTACT)
        for name in history.columns(model, kind)
    ]


def _before(record: SQLModel) -> dict[str, Any]:
    before = {}
    for name in told_columns(type(record)):
        past = inspect(record).attrs[name].history
        if past.has_changes():
            before[name] = past.deleted[0] if past.deleted else None
    return before
