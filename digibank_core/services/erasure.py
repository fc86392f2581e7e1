"""Erase a person on request, and again after a restore (rule 65).

Contact and texts with the name go; the opaque unit stays with its statistics, so that no
count and no breakdown changes. Whoever was merged with the person is the same human being,
so all of those registrations are erased together.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlmodel import Session, SQLModel, col, func, select

from digibank_core import access, erasures
from digibank_core.access import Event
from digibank_core.erasures import Erasure
from digibank_core.errors import (
    ErasedAlreadyError,
    HasOpenLoanError,
    KeyMissingError,
    UnknownPersonError,
)
from digibank_core.mentions import Mention
from digibank_core.models import (
    Attendance,
    Contact,
    Enrolment,
    ErasureRequest,
    Loan,
    Person,
    Visit,
)
from digibank_core.models.erasure import Footprint, Forgotten, FoundText
from digibank_core.security import Actor, Right
from digibank_core.services import forgetting

KEPT: tuple[type[SQLModel], ...] = (Loan, Enrolment, Attendance, Visit)
"""Records that stay, of a person without a name."""


def footprint(session: Session, key: str, *, actor: Actor) -> Footprint:
    """Tell what an erasure would take and leave, and what stops it; that it was read is noted.

    Raises
    ------
    UnknownPersonError
        The key is of nobody in the own Digibank.
    """
    actor.require(Right.ERASE, actor.own)
    group = _group(session, key, actor)
    contacts = session.exec(select(Contact).where(col(Contact.person).in_(group))).all()
    texts = _texts(session, actor.own, group)
    access.note(Event.CONTACT, actor.login, hits=len(contacts))
    return Footprint(
        names=tuple(
            sorted(" ".join(filter(None, (c.first_name, c.last_name))) for c in contacts)
        ),
        texts=tuple(sorted(texts, key=lambda one: (not one.own, -one.mention))),
        devices=_devices(session, group),
        kept={str(model.__tablename__): _count(session, model, group) for model in KEPT},
        erased_on=session.get_one(Person, key).erased_on,
    )


def erase(
    session: Session, key: str, request: ErasureRequest, *, actor: Actor, today: date
) -> Forgotten:
    """Erase a person of the own Digibank, with all that were merged with it.

    The list of erasures is written last, when all that can be refused was: from then on the
    person is erased, also when the database does not get to keep it (the replay sees to it).

    Raises
    ------
    UnknownPersonError, ErasedAlreadyError
        The key is of nobody in the own Digibank, or of nobody any more.
    HasOpenLoanError
        One of them still has a device.
    ErasureListError
        The list of erasures cannot be written.
    """
    actor.require(Right.ERASE, actor.own)
    group = _group(session, key, actor)
    left = [person for person in _persons(session, group) if _is_there(session, person)]
    if not left:
        raise ErasedAlreadyError
    if devices := _devices(session, group):
        raise HasOpenLoanError(devices=", ".join(devices))
    forgotten = _erase(session, actor.own, left, today, surname_too=request.surname_too)
    erasures.add(
        [Erasure(person=one.key, on=today, surname_too=request.surname_too) for one in left]
    )
    return forgotten


def replay(session: Session, listed: Sequence[Erasure], *, actor: Actor) -> Forgotten:
    """Erase again who stands on the list and is there, as after a restore; safe to repeat.

    Nothing is refused here, an open loan neither: its day of erasure lies behind us. Whoever
    is not in this database is passed over. Where the key does not open a name, contact and
    own texts go, and texts of others cannot be searched.
    """
    actor.require(Right.CLEAN_UP)
    done = Forgotten(0, 0)
    for one in listed:
        person = session.get(Person, one.person)
        if person is not None and _is_there(session, person):
            done += _erase(
                session, person.digibank, [person], one.on, surname_too=one.surname_too
            )
    return done


def unlisted(session: Session, listed: Sequence[Erasure], *, actor: Actor) -> list[Erasure]:
    """Give who was erased in this database but is not on the list, as it was an older copy."""
    actor.require(Right.CLEAN_UP)
    known = {one.person for one in listed}
    erased = session.exec(select(Person).where(col(Person.erased_on).is_not(None)))
    return [
        Erasure(person=one.key, on=one.erased_on)
        for one in erased
        if one.erased_on is not None and one.key not in known
    ]


def waiting(session: Session, listed: Sequence[Erasure], *, actor: Actor) -> int:
    """Count who stands on the list and is not erased in this database."""
    actor.require(Right.CLEAN_UP)
    persons = _persons(session, {one.person for one in listed})
    return sum(_is_there(session, person) for person in persons)


def _erase(
    session: Session,
    digibank: str,
    persons: Sequence[Person],
    on: date,
    *,
    surname_too: bool,
) -> Forgotten:
    keys = {person.key for person in persons}
    try:
        texts, searched = _texts(session, digibank, keys), True
    except KeyMissingError:
        texts = list(forgetting.Texts(session, digibank).about(keys, []))
        searched = False
    least = Mention.LAST if surname_too else Mention.FULL
    going = [found for found in texts if found.own or found.mention >= least]
    for person in persons:
        person.erased_on = person.erased_on or on
    gone = forgetting.forget(session, keys, going)
    return Forgotten(gone.contacts, gone.texts, searched)


def _texts(session: Session, digibank: str, keys: Collection[str]) -> list[FoundText]:
    """Give the texts of the person, and those that name it by more than the first name."""
    names = forgetting.names_of(session, keys)
    found = forgetting.Texts(session, digibank).about(keys, names)
    return [one for one in found if one.own or one.mention > Mention.FIRST]


def _group(session: Session, key: str, actor: Actor) -> frozenset[str]:
    person = session.get(Person, key)
    if person is None or person.digibank != actor.own:
        raise UnknownPersonError
    return forgetting.groups(session, actor.own).get(key, frozenset({key}))


def _persons(session: Session, keys: Collection[str]) -> Sequence[Person]:
    chosen = select(Person).where(col(Person.key).in_(keys))
    return session.exec(chosen.order_by(col(Person.key))).all()


def _is_there(session: Session, person: Person) -> bool:
    """Tell whether there is something left to erase."""
    has_contact = select(Contact.person).where(Contact.person == person.key)
    return person.erased_on is None or session.exec(has_contact).first() is not None


def _devices(session: Session, keys: Collection[str]) -> tuple[str, ...]:
    is_open = col(Loan.returned_on).is_(None) & ~col(Loan.voided)
    found = session.exec(select(Loan.device).where(col(Loan.person).in_(keys), is_open))
    return tuple(sorted(found))


def _count(session: Session, model: type[SQLModel], keys: Collection[str]) -> int:
    of_them = col(model.person).in_(keys)  # type: ignore[attr-defined]  # all of KEPT have it
    return session.exec(select(func.count()).select_from(model).where(of_them)).one()
