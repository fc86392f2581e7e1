"""Persons: register them, and find them by name without the names leaving the server.

Names are sealed in the database, so they are searched in memory: the names of the own
Digibank are read at the first search and again when history has grown.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from digibank_core.errors import UnknownMunicipalityError
from digibank_core.models import (
    OUTSIDE,
    Contact,
    HistoryEntry,
    Municipality,
    NewPerson,
    Person,
    Postcode,
)
from digibank_core.security import Actor, Right

log = logging.getLogger(__name__)

SHORTEST_QUERY = 2
MOST_MATCHES = 8

_UNFOLDED = str.maketrans({"ø": "o", "ł": "l", "ı": "i", "ß": "ss", "æ": "ae", "đ": "d"})


@dataclass(frozen=True)
class Match:
    """A person who fits a search, with what tells namesakes apart."""

    person: str
    """Opaque key."""
    name: str
    birth_year: int | None
    residence: str
    """Municipality, "buiten het werkingsgebied" or "woonplaats onbekend"."""


@dataclass(frozen=True)
class _Entry:
    match: Match
    words: tuple[str, ...]
    glued: str
    numbers: tuple[str, ...]


_index: dict[tuple[str, str], tuple[int, list[_Entry]]] = {}


def register(session: Session, request: NewPerson, *, actor: Actor) -> Person:
    """Register a person in the own Digibank; name and contact go to the encrypted table.

    An empty residence follows from the postcode, when that is known.

    Raises
    ------
    UnknownMunicipalityError
        The residence is not a municipality of the region.
    """
    actor.require(Right.REGISTER_PERSON, actor.own)
    municipality, outside = _residence(session, request)
    person = Person(
        digibank=actor.own,
        birth_year=request.birth_year,
        adult_confirmed=request.adult_confirmed,
        gender=request.gender,
        municipality=municipality,
        outside_area=outside,
    )
    session.add(person)
    session.flush()  # the contact refers to the person
    session.add(
        Contact(
            person=person.key,
            first_name=request.first_name,
            last_name=request.last_name,
            phone=request.phone,
            mail=request.mail,
            postcode=request.postcode,
        )
    )
    session.flush()
    return person


def search(session: Session, query: str, *, actor: Actor) -> list[Match]:
    """Find persons of the own Digibank by parts of the name, birth year or postcode.

    Parts may stand in any order; accents, capitals, apostrophes and the spaces of
    particles do not matter ("vandenb" finds Van den Bossche).

    Returns
    -------
    list of Match
        At most `MOST_MATCHES`, by name; empty below `SHORTEST_QUERY` characters.
    """
    actor.require(Right.FIND_PERSON, actor.own)
    parts = fold(query).split()
    if len("".join(parts)) < SHORTEST_QUERY:
        return []
    found = [entry.match for entry in _entries(session, actor.own) if _fits(entry, parts)]
    log.info("search by %s: %d hits", actor.login, len(found))
    return sorted(found, key=lambda match: (fold(match.name), match.person))[:MOST_MATCHES]


def names(session: Session, keys: Collection[str], *, actor: Actor) -> Mapping[str, str]:
    """Give the names of persons of the own Digibank; unknown keys are left out."""
    actor.require(Right.FIND_PERSON, actor.own)
    wanted = set(keys)
    return {
        entry.match.person: entry.match.name
        for entry in _entries(session, actor.own)
        if entry.match.person in wanted
    }


def fold(text: str) -> str:
    """Bring a name to plain small letters, so that spelling variants meet.

    Examples
    --------
    >>> fold("D'Hondt Öztürk-Le Fèvre")
    'dhondt ozturk le fevre'
    """
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_UNFOLDED))
    kept = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^\w]+", " ", re.sub(r"['’`.]", "", kept)).split())


def _residence(session: Session, request: NewPerson) -> tuple[str | None, bool]:
    if request.residence == OUTSIDE:
        return None, True
    if request.residence is not None:
        if session.get(Municipality, request.residence) is None:
            raise UnknownMunicipalityError
        return request.residence, False
    if request.postcode is None:
        return None, False
    place = session.get(Postcode, request.postcode)
    return (place.municipality, False) if place is not None else (None, True)


def _fits(entry: _Entry, parts: list[str]) -> bool:
    return all(
        any(number.startswith(part) for number in entry.numbers)
        if part.isdecimal()
        else part in entry.glued or any(word.startswith(part) for word in entry.words)
        for part in parts
    )


def _entries(session: Session, digibank: str) -> list[_Entry]:
    """Names of a Digibank; read again when a person or contact was written since."""
    if session.info["writing"]:
        return _read_entries(session, digibank)  # it sees what history does not know yet
    last = session.exec(
        select(func.max(HistoryEntry.id)).where(
            col(HistoryEntry.table).in_(["person", "contact"])
        )
    ).one()
    place = (str(session.get_bind()), digibank)
    cached = _index.get(place)
    if cached is None or cached[0] != last:
        cached = _index[place] = (last or 0, _read_entries(session, digibank))
    return cached[1]


def _read_entries(session: Session, digibank: str) -> list[_Entry]:
    towns = dict(session.exec(select(Municipality.nis, Municipality.name)).all())
    rows = session.exec(
        select(Person, Contact).join(Contact).where(Person.digibank == digibank)
    ).all()
    return [_entry(person, contact, towns) for person, contact in rows]


def _entry(person: Person, contact: Contact, towns: Mapping[str, str]) -> _Entry:
    name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
    words = tuple(fold(name).split())
    match = Match(
        person=person.key,
        name=name,
        birth_year=person.birth_year,
        residence="buiten het werkingsgebied"
        if person.outside_area
        else towns.get(person.municipality or "", "woonplaats onbekend"),
    )
    numbers = tuple(str(number) for number in (person.birth_year, contact.postcode) if number)
    return _Entry(match=match, words=words, glued="".join(words), numbers=numbers)
