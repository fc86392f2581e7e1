"""Checks that services of several nouns share."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from digibank_core.errors import ChangedMeanwhileError, FutureDateError, UnknownPersonError
from digibank_core.models import Person
from digibank_core.services.roots import root_of


def own_person(session: Session, key: str, digibank: str) -> Person:
    """Give a person of a Digibank, for whom something can be written down.

    Who was absorbed in a merge is taken for the root (rule 63).

    Raises
    ------
    UnknownPersonError
        The key is of nobody there, of somebody who was registered by mistake, or erased.
    """
    person = root_of(session, key, digibank)
    if not person.comes_to(digibank):
        raise UnknownPersonError
    return person


def not_after(today: date, field: str, day: date) -> None:
    """Raise `FutureDateError` when something is said to have happened after today."""
    if day > today:
        raise FutureDateError(field=field, day=day)


def same_version(shown: int | None, current: int) -> None:
    """Raise `ChangedMeanwhileError` when another version was shown; None does not ask."""
    if shown not in (None, current):
        raise ChangedMeanwhileError
