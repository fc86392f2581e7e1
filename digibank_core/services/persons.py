"""Persons: register them, and find them by name without the names leaving the server.

Names are sealed in the database, so they are searched in memory: the names of the own
Digibank are read at the first search and again when history has grown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, func, select

from digibank_core import access
from digibank_core.access import Event
from digibank_core.errors import UnknownMunicipalityError, UnknownPersonError
from digibank_core.likeness import Traits, likely, traits
from digibank_core.models import (
    OUTSIDE,
    AgeState,
    Contact,
    Education,
    HistoryEntry,
    LabourStatus,
    Municipality,
    NewPerson,
    Person,
    PersonRole,
    Postcode,
    YesNo,
)
from digibank_core.names import fold, is_typo
from digibank_core.security import Actor, Right

SHORTEST_QUERY = 2
MOST_MATCHES = 8

MOST_LIKELY = 5
"""Matches to choose from at once; more would be no choice any more."""


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
class Likeness:
    """Somebody who may be the person that is typed."""

    match: Match
    score: int
    """0 to 100."""
    why: str
    """What is the same and what is not, in Dutch."""


@dataclass(frozen=True)
class PersonView:
    """What the desk sees of one person."""

    match: Match
    age: AgeState
    role: PersonRole
    phone: str | None
    """This and the mail are empty too for who may not register persons."""
    mail: str | None


@dataclass(frozen=True)
class _Entry:
    match: Match
    forms: frozenset[str]
    """The name as it may be typed: word by word, and first and last name each glued."""
    glued: str
    numbers: tuple[str, ...]
    traits: Traits


_YES_NO = {YesNo.YES: True, YesNo.NO: False, YesNo.UNSAID: None}
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
        role=request.role,
        education=None if request.education == Education.UNSAID else request.education,
        labour_status=None
        if request.labour_status == LabourStatus.UNSAID
        else request.labour_status,
        other_language=_YES_NO[request.other_language],
        reduced_rate=_YES_NO[request.reduced_rate],
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
    particles do not matter ("vandenb" finds Van den Bossche). When nobody fits, a typo
    in a word of four letters or more is forgiven.

    Returns
    -------
    list of Match
        At most `MOST_MATCHES`, by name; empty below `SHORTEST_QUERY` characters.
    """
    actor.require(Right.FIND_PERSON, actor.own)
    parts = fold(query).split()
    if len("".join(parts)) < SHORTEST_QUERY:
        return []
    entries = _entries(session, actor.own)
    fitting = [entry for entry in entries if all(_has(entry, part) for part in parts)]
    found = [entry.match for entry in fitting or _with_typo(entries, parts)]
    access.note(Event.SEARCHED, actor.login, hits=len(found))
    return sorted(found, key=lambda match: (fold(match.name), match.person))[:MOST_MATCHES]


def likely_same(session: Session, request: NewPerson, *, actor: Actor) -> list[Likeness]:
    """Find who of the own Digibank the typed person may be, the likeliest first (rule 16).

    The name gives the score; the year of birth and the town take points off, the same
    phone gives some back. It only warns: `register` refuses nobody for it.

    Returns
    -------
    list of Likeness
        At most `MOST_LIKELY`, each with a score of `LIKELY` or more.
    """
    actor.require(Right.FIND_PERSON, actor.own)
    municipality, outside = _residence(session, request)
    town = OUTSIDE if outside else municipality
    typed = traits(
        request.first_name, request.last_name, request.birth_year, town, request.phone
    )
    known = ((entry.match, entry.traits) for entry in _entries(session, actor.own))
    found = [Likeness(*one) for one in likely(typed, known)]
    access.note(Event.COMPARED, actor.login, hits=len(found))
    return sorted(found, key=lambda one: (-one.score, one.match.person))[:MOST_LIKELY]


def view(session: Session, key: str, *, actor: Actor, today: date) -> PersonView:
    """Show one person of the own Digibank; that it was read goes to the log.

    Raises
    ------
    UnknownPersonError
        The key is of nobody in the own Digibank.
    """
    actor.require(Right.FIND_PERSON, actor.own)
    person, contact = session.get(Person, key), session.get(Contact, key)
    if person is None or contact is None or person.digibank != actor.own:
        raise UnknownPersonError
    sees = actor.may(Right.REGISTER_PERSON)  # who writes contact down may read it
    access.note(Event.CONTACT if sees else Event.NAMES, actor.login, hits=1)
    return PersonView(
        match=_entry(person, contact, _towns(session)).match,
        age=person.age_state(today),
        role=person.role,
        phone=contact.phone if sees else None,
        mail=contact.mail if sees else None,
    )


def names(session: Session, keys: Collection[str], *, actor: Actor) -> Mapping[str, str]:
    """Give the names of persons of the own Digibank; unknown keys are left out."""
    actor.require(Right.FIND_PERSON, actor.own)
    rows = session.exec(
        select(Contact)
        .join(Person)
        .where(Person.digibank == actor.own, col(Contact.person).in_(keys))
    )
    found = {contact.person: _name(contact) for contact in rows}
    if found:
        access.note(Event.NAMES, actor.login, hits=len(found))
    return found


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


def _has(entry: _Entry, part: str) -> bool:
    if part.isdecimal():
        return any(number.startswith(part) for number in entry.numbers)
    return part in entry.glued or any(form.startswith(part) for form in entry.forms)


def _with_typo(entries: list[_Entry], parts: list[str]) -> list[_Entry]:
    written = {form for entry in entries for form in entry.forms}
    near = {part: {form for form in written if is_typo(part, form)} for part in parts}
    return [
        entry
        for entry in entries
        if all(_has(entry, part) or near[part] & entry.forms for part in parts)
    ]


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


def _towns(session: Session) -> dict[str, str]:
    return dict(session.exec(select(Municipality.nis, Municipality.name)).all())


def _read_entries(session: Session, digibank: str) -> list[_Entry]:
    towns = _towns(session)
    rows = session.exec(
        select(Person, Contact).join(Contact).where(Person.digibank == digibank)
    ).all()
    return [_entry(person, contact, towns) for person, contact in rows]


def _name(contact: Contact) -> str:
    return " ".join(part for part in (contact.first_name, contact.last_name) if part)


def _entry(person: Person, contact: Contact, towns: Mapping[str, str]) -> _Entry:
    name = _name(contact)
    match = Match(
        person=person.key,
        name=name,
        birth_year=person.birth_year,
        residence="buiten het werkingsgebied"
        if person.outside_area
        else towns.get(person.municipality or "", "woonplaats onbekend"),
    )
    numbers = tuple(str(number) for number in (person.birth_year, contact.postcode) if number)
    town = OUTSIDE if person.outside_area else person.municipality
    known = traits(
        contact.first_name, contact.last_name, person.birth_year, town, contact.phone
    )
    return _Entry(
        match=match,
        forms=frozenset({*fold(name).split(), known.first, known.last} - {""}),
        glued=known.first + known.last,
        numbers=numbers,
        traits=known,
    )
