"""Merge persons who are one, tell apart who are not, and take either back (rules 63, 64).

A merge is a row: nothing is moved or deleted, so that withdrawing it gives back what was.
Each act is made on the roots of both persons, so that no merge can close a circle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlmodel import Session, col, select

from digibank_core.errors import (
    AlreadyMergedError,
    AlreadyWithdrawnError,
    MergeErasedError,
    MergeVoidedError,
    NotToldApartError,
    ToldApartError,
    UnknownMergeError,
)
from digibank_core.models import Contact, DifferentPersons, HistoryEntry, Merge, Person
from digibank_core.models.merges import Act, Decision
from digibank_core.security import Actor, Right
from digibank_core.services.checks import same_version
from digibank_core.services.roots import root_of, told_apart

MERGE = "personen samenvoegen"
WITHDRAW = "samenvoeging intrekken"
DIFFERENT = "niet dezelfde persoon"
TAKE_BACK = "toch misschien dezelfde persoon"
"""Each is the start of the reason that history keeps; the answer of the form follows it."""


def merge(session: Session, kept: str, absorbed: str, *, actor: Actor) -> Merge:
    """Let a person count as another one of the own Digibank; the user chose who stays.

    Parameters
    ----------
    kept, absorbed
        Keys; who was absorbed before is taken for the root (rule 63).

    Raises
    ------
    UnknownPersonError
        A key is of nobody in the own Digibank.
    AlreadyMergedError
        They are one already: by somebody else just now, or the other way round.
    ToldApartError
        It was noted that they are different (rule 64).
    MergeVoidedError, MergeErasedError
        One of them does not count, or has no name any more to tell who it is.
    """
    actor.require(Right.MERGE, actor.own)
    stays, goes = _two_roots(session, kept, absorbed, actor)
    if stays.voided or goes.voided:
        raise MergeVoidedError
    if any(session.get(Contact, person.key) is None for person in (stays, goes)):
        raise MergeErasedError
    if frozenset((stays.key, goes.key)) in told_apart(session, actor.own):
        raise ToldApartError
    made = Merge(digibank=actor.own, kept=stays.key, absorbed=goes.key)
    session.add(made)
    session.flush()
    return made


def withdraw(session: Session, number: int, *, actor: Actor, version: int | None) -> Merge:
    """Undo one merge; the others stay, and so does what was written meanwhile.

    Raises
    ------
    UnknownMergeError, AlreadyWithdrawnError
        No merge of the own Digibank has the number, or it was withdrawn before.
    ChangedMeanwhileError
        It has another version than `version`.
    """
    actor.require(Right.MERGE, actor.own)
    found = own_merge(session, number, actor=actor)
    if found.withdrawn:
        raise AlreadyWithdrawnError
    same_version(version, found.version)
    found.withdrawn = True
    session.flush()
    return found


def own_merge(session: Session, number: int, *, actor: Actor) -> Merge:
    """Give a merge of the own Digibank; raise `UnknownMergeError`."""
    actor.require(Right.MERGE, actor.own)
    found = session.get(Merge, number)
    if found is None or found.digibank != actor.own:
        raise UnknownMergeError
    return found


def different(session: Session, one: str, other: str, *, actor: Actor) -> DifferentPersons:
    """Remember that two persons are not the same; they are not proposed again (rule 64).

    Raises
    ------
    UnknownPersonError
        A key is of nobody in the own Digibank.
    AlreadyMergedError
        They were merged; that merge is to be withdrawn first.
    """
    actor.require(Right.MERGE, actor.own)
    two = _two_roots(session, one, other, actor)
    return _remember(session, actor.own, *(person.key for person in two))


def tell_newcomer_apart(
    session: Session, newcomer: str, others: Collection[str], *, actor: Actor
) -> None:
    """Remember that somebody is none of the persons who were proposed at registration."""
    actor.require(Right.REGISTER_PERSON, actor.own)
    for other in others:
        two = _two_roots(session, newcomer, other, actor)
        _remember(session, actor.own, *(person.key for person in two))


def take_back(
    session: Session, one: str, other: str, *, actor: Actor, version: int | None
) -> DifferentPersons:
    """Forget that two persons are not the same; they may be proposed again.

    Raises
    ------
    NotToldApartError
        It was not noted in the own Digibank, or taken back before.
    ChangedMeanwhileError
        It has another version than `version`.
    """
    actor.require(Right.MERGE, actor.own)
    found = session.get(DifferentPersons, _in_order(one, other))
    if found is None or found.digibank != actor.own or found.voided:
        raise NotToldApartError
    same_version(version, found.version)
    found.voided = True
    session.flush()
    return found


def merged(session: Session, *, actor: Actor) -> list[Decision]:
    """Give the merges of the own Digibank, withdrawn ones too, the newest first."""
    actor.require(Right.MERGE, actor.own)
    every = select(Merge).where(Merge.digibank == actor.own).order_by(col(Merge.id).desc())
    found = session.exec(every).all()
    acts = _acts(session, Merge, [str(one.id) for one in found])
    return [
        Decision(
            one=one.kept,
            other=one.absorbed,
            made=acts[str(one.id)][0],
            undone=acts[str(one.id)][-1] if one.withdrawn else None,
            version=one.version,
            number=one.id or 0,
        )
        for one in found
    ]


def apart(session: Session, *, actor: Actor) -> list[Decision]:
    """Give the pairs of the own Digibank that are not the same, the newest first."""
    actor.require(Right.MERGE, actor.own)
    held = select(DifferentPersons).where(
        DifferentPersons.digibank == actor.own, ~col(DifferentPersons.voided)
    )
    found = session.exec(held).all()
    acts = _acts(session, DifferentPersons, [f"{one.one}/{one.other}" for one in found])
    decisions = [
        Decision(
            one=one.one,
            other=one.other,
            made=acts[f"{one.one}/{one.other}"][-1],
            undone=None,
            version=one.version,
        )
        for one in found
    ]
    return sorted(decisions, key=lambda one: (one.made.at, one.one, one.other), reverse=True)


def _two_roots(session: Session, one: str, other: str, actor: Actor) -> tuple[Person, Person]:
    first, second = (root_of(session, key, actor.own) for key in (one, other))
    if first.key == second.key:
        raise AlreadyMergedError
    return first, second


def _remember(session: Session, digibank: str, one: str, other: str) -> DifferentPersons:
    first, second = _in_order(one, other)
    found = session.get(DifferentPersons, (first, second))
    if found is None:
        found = DifferentPersons(one=first, other=second, digibank=digibank)
    found.voided = False
    session.add(found)
    session.flush()
    return found


def _in_order(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _acts(
    session: Session, model: type[Merge | DifferentPersons], keys: Sequence[str]
) -> Mapping[str, list[Act]]:
    """Who did what with each row, the first act first."""
    entries = select(HistoryEntry).where(
        HistoryEntry.table == model.__tablename__, col(HistoryEntry.key).in_(keys)
    )
    found: dict[str, list[Act]] = defaultdict(list)
    for entry in session.exec(entries.order_by(col(HistoryEntry.id))):
        found[entry.key].append(Act(entry.login, entry.at, entry.reason))
    return found
