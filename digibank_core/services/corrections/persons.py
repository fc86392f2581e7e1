"""Corrections of persons: their traits, and their name and contact (rule 44)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from sqlmodel import Session, SQLModel

from digibank_core.models import (
    OUTSIDE,
    Contact,
    Education,
    ErasedPersonCorrection,
    Gender,
    LabourStatus,
    Person,
    PersonCorrection,
)
from digibank_core.models.typed import Typed
from digibank_core.services.corrections.base import Subject
from digibank_core.services.persons import _YES_NO as YES_NO
from digibank_core.services.persons import _residence as residence_of

CONTACT = ("first_name", "last_name", "phone", "mail", "postcode")
PLAIN = ("birth_year", "adult_confirmed", "gender", "role", "consent_on")
RESIDENCE = ("residence", "postcode")
"""Without the first, the second tells in which municipality somebody lives."""
YES_OR_NO = ("other_language", "reduced_rate")


class Persons(Subject):
    """Persons, with their contact as long as it is there."""

    model: ClassVar[type[SQLModel]] = Person
    form: ClassVar[type[Typed]] = PersonCorrection
    beside: ClassVar[tuple[str, ...]] = ("contact",)

    def form_of(self, session: Session, record: Person) -> type[Typed]:
        """Ask no name of somebody whose name was destroyed."""
        return ErasedPersonCorrection if _contact(session, record) is None else self.form

    def parts(self, session: Session, record: Person) -> Sequence[Any]:
        """Give the person and the contact."""
        return [one for one in (record, _contact(session, record)) if one is not None]

    def values(self, session: Session, record: Person) -> dict[str, Any]:
        """Give the answers as they were asked; nothing said is an answer too."""
        contact = _contact(session, record)
        words = {answer: word for word, answer in YES_NO.items()}
        return {
            **{name: getattr(contact, name, None) for name in CONTACT},
            **{name: getattr(record, name) for name in PLAIN},
            **{name: words[getattr(record, name)] for name in YES_OR_NO},
            "residence": OUTSIDE if record.outside_area else record.municipality,
            "education": record.education or Education.UNSAID,
            "labour_status": record.labour_status or LabourStatus.UNSAID,
        }

    def write(self, session: Session, record: Person, request: Any) -> None:
        """Put the answers in the person and the contact."""
        contact, before = _contact(session, record), self.values(session, record)
        if contact is not None:
            for name in CONTACT:
                setattr(contact, name, getattr(request, name))
        for name in PLAIN:
            setattr(record, name, getattr(request, name))
        for name in YES_OR_NO:
            setattr(record, name, YES_NO[getattr(request, name)])
        record.education = _said(request.education)
        record.labour_status = _said(request.labour_status)
        lives = {name: before[name] for name in RESIDENCE}
        if lives != {name: getattr(request, name) for name in RESIDENCE}:
            record.municipality, record.outside_area = residence_of(session, request)


def _contact(session: Session, person: Person) -> Contact | None:
    return session.get(Contact, person.key)


def _said(answer: Any) -> Any:
    return None if answer == Gender.UNKNOWN.value else answer
