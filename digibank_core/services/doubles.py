"""Possible doubles of a Digibank: who may be one person, and what each of two got (rule 16).

Nothing is decided here; `merges` does that.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

from sqlmodel import Session, col, func, select

from digibank_core import access
from digibank_core.access import Event
from digibank_core.errors import AlreadyMergedError
from digibank_core.known import names_of
from digibank_core.likeness import Traits, bare_phone
from digibank_core.models import (
    Attendance,
    Contact,
    HistoryEntry,
    Loan,
    Mark,
    Merge,
    Person,
    TrainingSession,
    Visit,
)
from digibank_core.models.merges import Comparison, Pair, Served
from digibank_core.pairing import likely_pairs
from digibank_core.security import Actor, Right
from digibank_core.services.roots import root_of, roots, together, told_apart

_Scan = tuple[frozenset[str], list[Pair]]
"""Who was compared, and the pairs of them that are likely, the likeliest first."""
_scans: dict[tuple[str, str], tuple[int, _Scan]] = {}


def suspects(session: Session, *, actor: Actor) -> list[Pair]:
    """Give the pairs of the own Digibank who may be one person, the likeliest first.

    Left out are who is one already, who was told apart, who does not count, and who was
    erased: without a name there is nothing to compare. Of persons who were merged the
    likeliest record speaks for the root.
    """
    actor.require(Right.MERGE, actor.own)
    compared, pairs = _scanned(session, actor.own)
    root, apart = roots(session, actor.own), told_apart(session, actor.own)
    found: dict[frozenset[str], Pair] = {}
    for pair in pairs:
        one, other = (root.get(key, key) for key in (pair.one, pair.other))
        ends = frozenset((one, other))
        if len(ends) == 2 and ends <= compared and ends not in apart:
            found.setdefault(ends, Pair(one, other, pair.score, pair.why))
    access.note(Event.COMPARED, actor.login, hits=len(found))
    return list(found.values())


def compare(session: Session, one: str, other: str, *, actor: Actor) -> Comparison:
    """Tell what two persons of the own Digibank got, each with all who count as them.

    Raises
    ------
    UnknownPersonError
        A key is of nobody in the own Digibank.
    AlreadyMergedError
        They are one already.
    """
    actor.require(Right.MERGE, actor.own)
    first, second = (root_of(session, key, actor.own).key for key in (one, other))
    if first == second:
        raise AlreadyMergedError
    ours, theirs = (together(session, root) for root in (first, second))
    is_result = Merge.digibank == actor.own, ~col(Merge.withdrawn)
    kept = set(session.exec(select(Merge.kept).where(*is_result)))
    return Comparison(
        one=_served(session, ours),
        other=_served(session, theirs),
        same_sessions=len(_marked(session, ours) & _marked(session, theirs)),
        merged=not kept.isdisjoint((first, second)),
    )


def _scanned(session: Session, digibank: str) -> _Scan:
    """Compare everybody; once, until a person or a contact is written."""
    if session.info["writing"]:
        return _scan(_persons(session, digibank))  # it sees what history does not know yet
    last = session.exec(
        select(func.max(HistoryEntry.id)).where(
            col(HistoryEntry.table).in_(["person", "contact"])
        )
    ).one()
    place = (str(session.get_bind()), digibank)
    known = _scans.get(place)
    if known is None or known[0] != last:
        known = _scans[place] = (last or 0, _scan(_persons(session, digibank)))
    return known[1]


def _scan(persons: list[tuple[str, Traits]]) -> _Scan:
    pairs = [Pair(*found) for found in likely_pairs(persons)]
    pairs.sort(key=lambda pair: (-pair.score, pair.one, pair.other))
    return frozenset(key for key, _ in persons), pairs


def _persons(session: Session, digibank: str) -> list[tuple[str, Traits]]:
    phones = dict(
        session.exec(
            select(Contact.person, Contact.phone)
            .join(Person)
            .where(Person.digibank == digibank, ~col(Person.voided))
        ).all()
    )
    return [
        (one.person, replace(one.traits, phone=bare_phone(phones[one.person])))
        for one in names_of(session, digibank).persons
        if one.person in phones
    ]


def _served(session: Session, keys: Collection[str]) -> Served:
    loans = _days(session, Loan, Loan.lent_on, keys)
    visits = _days(session, Visit, Visit.visited_on, keys)
    held = select(col(TrainingSession.held_on), col(TrainingSession.id)).join(Attendance)
    sessions = session.exec(
        held.where(
            *_valid(Attendance, keys),
            Attendance.mark == Mark.PRESENT,
            ~col(TrainingSession.cancelled),
            ~col(TrainingSession.voided),
        ).distinct()
    ).all()
    is_open = col(Loan.returned_on).is_(None)
    opened = session.exec(select(func.count()).where(*_valid(Loan, keys), is_open)).one()
    days = [*loans, *visits, *(held_on for held_on, _ in sessions)]
    return Served(
        loans=len(loans),
        open_loans=opened,
        sessions=len(sessions),
        visits=len(visits),
        first=min(days, default=None),
        last=max(days, default=None),
    )


def _days(session: Session, model: Any, day: Any, keys: Collection[str]) -> list[date]:
    return list(session.exec(select(day).where(*_valid(model, keys))))


def _valid(model: Any, keys: Collection[str]) -> tuple[Any, Any]:
    return col(model.person).in_(keys), ~col(model.voided)


def _marked(session: Session, keys: Collection[str]) -> set[int]:
    has_mark = col(Attendance.mark).is_not(None)
    return set(
        session.exec(select(Attendance.session).where(*_valid(Attendance, keys), has_mark))
    )
