"""Who counts as whom: each person has one root, through any chain of merges (rule 63).

For the services of every noun: what is written about an absorbed person goes to the root.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session, col, select

from digibank_core.errors import UnknownPersonError
from digibank_core.models import DifferentPersons, Merge, Person


def root_of(session: Session, key: str, digibank: str) -> Person:
    """Give the person as whom a key of a Digibank counts.

    Raises
    ------
    UnknownPersonError
        The key is of nobody in that Digibank.
    """
    person = session.get(Person, key)
    if person is None or person.digibank != digibank:
        raise UnknownPersonError
    held = select(Merge.kept).where(~col(Merge.withdrawn))
    while kept := session.exec(held.where(Merge.absorbed == person.key)).first():
        person = session.get_one(Person, kept)
    return person


def roots(session: Session, digibank: str) -> Mapping[str, str]:
    """Give the root of each absorbed person of a Digibank."""
    held = select(Merge.absorbed, Merge.kept).where(
        Merge.digibank == digibank, ~col(Merge.withdrawn)
    )
    kept = dict(session.exec(held).all())
    found = {}
    for absorbed, root in kept.items():
        while root in kept:
            root = kept[root]
        found[absorbed] = root
    return found


def together(session: Session, root: str) -> set[str]:
    """Give all who count as a person, that person included."""
    found = newest = {root}
    while newest:
        absorbed = select(Merge.absorbed).where(
            col(Merge.kept).in_(newest), ~col(Merge.withdrawn)
        )
        newest = set(session.exec(absorbed))
        found = found | newest
    return found


def told_apart(session: Session, digibank: str) -> set[frozenset[str]]:
    """Give the pairs of roots of a Digibank that are not the same person (rule 64).

    What was noted of an absorbed person holds for the root too.
    """
    held = select(DifferentPersons.one, DifferentPersons.other).where(
        DifferentPersons.digibank == digibank, ~col(DifferentPersons.voided)
    )
    root = roots(session, digibank)
    return {
        frozenset((root.get(one, one), root.get(other, other)))
        for one, other in session.exec(held)
    }
