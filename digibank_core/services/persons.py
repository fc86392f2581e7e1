"""Persons: register them, and find them by name without the names leaving the server.

Names are sealed in the database, so they are searched in memory (`known`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session, col, select

from digibank_core import access, clock
from digibank_core.access import Event
from digibank_core.errors import UnknownMunicipalityError
from digibank_core.known import Known, Names, known, names_of
from digibank_core.likeness import LIKELY, bare_phone, namesakes_of, traits, weigh
from digibank_core.models import (
    OUTSIDE,
    AgeState,
    Contact,
    Education,
    Gender,
    LabourStatus,
    Municipality,
    NewPerson,
    Person,
    PersonRole,
    Postcode,
    YesNo,
)
from digibank_core.models.persons import nobody
from digibank_core.security import Actor, Right
from digibank_core.services.roots import root_of, roots, together

MOST_MATCHES = 8
MOST_LIKELY = 5
"""Matches to choose from at once; more would be no choice any more."""


@dataclass(frozen=True)
class Match:
    """A person who fits a search, with what tells namesakes apart."""

    person: str
    name: str
    birth_year: int | None
    residence: str
    """Municipality, "buiten het werkingsgebied" or "woonplaats onbekend"."""
    registered_on: date
    """It tells apart who is alike in all else."""
    near: bool = False
    """Whether the person only looks like what was searched."""
    also: tuple[str, ...] = ()
    """Other names under which the person was registered, before a merge (rule 63)."""


@dataclass(frozen=True)
class Likeness:
    """Somebody who may be the person that is typed."""

    match: Match
    score: int
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
    consent_on: date | None
    """Day on which the person agreed that name and contact are kept."""
    gender: Gender
    postcode: str | None
    """Empty too for who may not register persons."""
    registrations: int
    """How often the person was registered: more than once after a merge."""
    erased_on: date | None


_YES_NO = {YesNo.YES: True, YesNo.NO: False, YesNo.UNSAID: None}


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
        consent_on=request.consent_on,
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
    particles do not matter ("vandenb" finds Van den Bossche). After who fits come those who
    look like it: a typo in a word of four letters or more, or in the birth year.

    Returns
    -------
    list of Match
        At most `MOST_MATCHES`, the best first; empty below two characters.
    """
    actor.require(Right.FIND_PERSON, actor.own)
    names = names_of(session, actor.own)
    found = names.book.find(query, MOST_MATCHES)
    access.note(Event.SEARCHED, actor.login, hits=found.hits)
    hits = [names.persons[at] for at in found.lines]
    near = {names.persons[at].person for at in found.near}
    roots_found = _root_matches(session, hits, names, actor)
    once: dict[str, Match] = {}
    for hit in hits:
        match = roots_found[hit.person]
        once.setdefault(match.person, replace(match, near=hit.person in near))
    return list(once.values())


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
    names = names_of(session, actor.own)
    namesakes = list(namesakes_of(typed, ((one, one.traits) for one in names.persons)))
    phones = _phones(session, [one.person for one, _, _ in namesakes]) if typed.phone else {}
    matches = _root_matches(session, [one for one, _, _ in namesakes], names, actor)
    found: dict[str, Likeness] = {}
    for one, its, likeness in namesakes:
        phone = bare_phone(phones.get(one.person))
        score, why = weigh(likeness, typed, replace(its, phone=phone))
        match = matches[one.person]
        if score >= LIKELY and (match.person not in found or score > found[match.person].score):
            found[match.person] = Likeness(match, score, why)
    access.note(Event.COMPARED, actor.login, hits=len(found))
    best = sorted(found.values(), key=lambda one: (-one.score, one.match.person))
    return best[:MOST_LIKELY]


def view(session: Session, key: str, *, actor: Actor, today: date) -> PersonView:
    """Show one person of the own Digibank, or the root; that it was read goes to the log.

    Raises
    ------
    UnknownPersonError
        The key is of nobody in the own Digibank.
    """
    actor.require(Right.FIND_PERSON, actor.own)
    person = root_of(session, key, actor.own)
    contact = session.get(Contact, person.key) or nobody(person.key)
    absorbed = together(session, person.key) - {person.key}
    others = session.exec(select(Contact).where(col(Contact.person).in_(absorbed)))
    sees = actor.may(Right.REGISTER_PERSON)  # who writes contact down may read it
    access.note(Event.CONTACT if sees else Event.NAMES, actor.login, hits=1)
    return PersonView(
        match=_match(known(person, contact), _towns(session), map(_name, others)),
        age=person.age_state(today),
        role=person.role,
        phone=contact.phone if sees else None,
        mail=contact.mail if sees else None,
        consent_on=person.consent_on,
        gender=person.gender,
        postcode=contact.postcode if sees else None,
        registrations=1 + len(absorbed),
        erased_on=person.erased_on,
    )


def names(session: Session, keys: Collection[str], *, actor: Actor) -> Mapping[str, str]:
    """Give the names of persons of the own Digibank; unknown keys are left out."""
    actor.require(Right.FIND_PERSON, actor.own)
    rows = session.exec(
        select(Person.key, Contact)
        .join(Contact, isouter=True)
        .where(Person.digibank == actor.own, col(Person.key).in_(keys))
    )
    found = {key: _name(contact or nobody(key)) for key, contact in rows}
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


def _phones(session: Session, keys: Collection[str]) -> dict[str, str | None]:
    chosen = select(Contact.person, Contact.phone).where(col(Contact.person).in_(keys))
    return dict(session.exec(chosen).all())


def _towns(session: Session) -> dict[str, str]:
    return dict(session.exec(select(Municipality.nis, Municipality.name)).all())


def _name(person: Known | Contact) -> str:
    return " ".join(filter(None, (person.first_name, person.last_name)))


def _root_matches(
    session: Session, found: Iterable[Known], names: Names, actor: Actor
) -> dict[str, Match]:
    """Give for each person found who is to be shown: the root, with all its names."""
    root, towns = roots(session, actor.own), _towns(session)
    by_key = {one.person: one for one in names.persons} if root else {}
    others: dict[str, list[str]] = defaultdict(list)
    for absorbed, end in root.items():
        if absorbed in by_key:
            others[end].append(_name(by_key[absorbed]))
    shown = {one.person: by_key.get(root.get(one.person, ""), one) for one in found}
    return {key: _match(one, towns, others[one.person]) for key, one in shown.items()}


def _match(person: Known, towns: Mapping[str, str], others: Iterable[str]) -> Match:
    name = _name(person)
    return Match(
        person=person.person,
        name=name,
        birth_year=person.birth_year,
        residence="buiten het werkingsgebied"
        if person.outside_area
        else towns.get(person.municipality or "", "woonplaats onbekend"),
        registered_on=person.recorded_at.astimezone(clock.BRUSSELS).date(),
        also=tuple(sorted({*others} - {name})),
    )
