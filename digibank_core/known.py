"""Who is known: the names of one Digibank in memory, as they are sealed in the database.

They are read when a page first asks for them. After that history tells whose were written
since, and only these are read again. Phone and mail stay sealed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlmodel import Session, col, func, select

from digibank_core.likeness import Traits, traits
from digibank_core.lookup import Book, line
from digibank_core.models import OUTSIDE, Contact, HistoryEntry, Person

MOST_CHANGED = 200
"""Persons of whom the names are read again one by one; of more, all are."""


@dataclass
class Known:
    """What finds a person and tells namesakes apart."""

    person: str
    birth_year: int | None
    municipality: str | None
    outside_area: bool
    recorded_at: datetime
    first_name: str
    last_name: str | None
    postcode: str | None

    @cached_property
    def line(self) -> str:
        """What a search looks in."""
        return line(self.first_name, self.last_name, self.birth_year, self.postcode)

    @cached_property
    def traits(self) -> Traits:
        """What the person is compared by, but for the phone."""
        town = OUTSIDE if self.outside_area else self.municipality
        return traits(self.first_name, self.last_name, self.birth_year, town, None)


class Names:
    """The persons of a Digibank, as they are up to an entry of history."""

    def __init__(self, until: int, persons: Iterable[Known]) -> None:
        self.until = until
        self.persons = sorted(persons, key=lambda one: one.recorded_at)
        self.book = Book([one.line for one in self.persons])
        """Its lines stand in the order of the persons."""


_COLUMNS: Any = (
    Person.key,
    Person.birth_year,
    Person.municipality,
    Person.outside_area,
    Person.recorded_at,
    Contact.first_name,
    Contact.last_name,
    Contact.postcode,
)
_remembered: dict[tuple[str, str], Names] = {}


def known(person: Person, contact: Contact) -> Known:
    """Give the same of records that were read already."""
    return Known(
        person=person.key,
        birth_year=person.birth_year,
        municipality=person.municipality,
        outside_area=person.outside_area,
        recorded_at=person.recorded_at,
        first_name=contact.first_name,
        last_name=contact.last_name,
        postcode=contact.postcode,
    )


def names_of(session: Session, digibank: str) -> Names:
    """Give the names of a Digibank as this session sees them."""
    if session.info["writing"]:
        return Names(0, _read(session, digibank))  # it sees what history does not know yet
    place = (str(session.get_bind()), digibank)
    until = session.exec(select(func.max(HistoryEntry.id))).one() or 0
    before = _remembered.get(place)
    if before is None:
        before = _remembered[place] = Names(until, _read(session, digibank))
    elif before.until != until:
        before = _remembered[place] = _refreshed(session, digibank, before, until)
    return before


def forget() -> None:
    """Forget all names, as when the database is another one."""
    _remembered.clear()


def _refreshed(session: Session, digibank: str, before: Names, until: int) -> Names:
    changed = _changed_since(session, before.until)
    if len(changed) > MOST_CHANGED:
        return Names(until, _read(session, digibank))
    same = [one for one in before.persons if one.person not in changed]
    now = _read(session, digibank, changed) if changed else []
    if now or len(same) < len(before.persons):
        return Names(until, same + now)
    before.until = until  # what was written is not about persons of this Digibank
    return before


def _changed_since(session: Session, until: int) -> set[str]:
    written = select(HistoryEntry.key).where(
        col(HistoryEntry.id) > until, col(HistoryEntry.table).in_(["person", "contact"])
    )
    return set(session.exec(written))


def _read(session: Session, digibank: str, keys: Collection[str] = ()) -> list[Known]:
    chosen: Any = select(*_COLUMNS).join(Contact).where(Person.digibank == digibank)
    if keys:
        chosen = chosen.where(col(Person.key).in_(keys))
    return [Known(*row) for row in session.exec(chosen)]
