"""The Digipunten of a Digibank, and where they stand (rule 5)."""

from __future__ import annotations

from sqlmodel import Session

from digibank_core.errors import (
    DigipuntElsewhereError,
    StopMissingError,
    StopOutsideError,
    UnknownDigipuntError,
)
from digibank_core.models import Digibank, Digipunt, Municipality


def own_digipunt(session: Session, code: str, digibank: str) -> Digipunt:
    """Give a Digipunt of a Digibank."""
    place = session.get(Digipunt, code)
    if place is None:
        raise UnknownDigipuntError
    if place.digibank != digibank:
        owner = session.get_one(Digibank, place.digibank)
        raise DigipuntElsewhereError(digipunt=place.name, digibank=owner.name)
    return place


def municipality_of(session: Session, place: Digipunt, stop: str | None) -> str:
    """Give the municipality of a visit: that of the stop when the Digipunt is mobile."""
    if not place.mobile:
        return place.municipality
    town = session.get(Municipality, stop) if stop else None
    if town is None:
        raise StopMissingError
    if town.digibank != place.digibank:
        raise StopOutsideError(municipality=town.name)
    return town.nis
