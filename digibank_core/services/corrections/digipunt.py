"""Corrections of visits, their questions and the hours of a Digipunt (rules 5, 11, 39, 42)."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from sqlmodel import Session, SQLModel

from digibank_core.errors import AgeOfKnownPersonError, BlockHeldError
from digibank_core.i18n import show_hours
from digibank_core.models import (
    Digipunt,
    HeldBlock,
    HeldBlockRequest,
    Question,
    QuestionCorrection,
    Result,
    Visit,
    VisitCorrection,
)
from digibank_core.models.typed import Typed
from digibank_core.services.checks import not_after
from digibank_core.services.corrections.base import Subject, is_changed, is_new, refuse_twin
from digibank_core.services.digipunt import require_free_hours, require_topic
from digibank_core.services.places import municipality_of, own_digipunt


class Visits(Subject):
    """Visits; where they took place follows from the Digipunt and its stop (rule 5)."""

    model: ClassVar[type[SQLModel]] = Visit
    form: ClassVar[type[Typed]] = VisitCorrection
    day: ClassVar[str] = "visited_on"

    def values(self, session: Session, record: Visit) -> dict[str, Any]:
        """Give the values of the form; only a mobile Digipunt has a stop."""
        is_mobile = session.get_one(Digipunt, record.digipunt).mobile
        stop = record.municipality if is_mobile else None
        return {**super().values(session, record), "stop": stop}

    def write(self, session: Session, record: Visit, request: Any) -> None:
        """Put what was typed in the visit."""
        stop = self.values(session, record)["stop"]
        super().write(session, record, request)
        if is_changed(record, "digipunt") or request.stop != stop:
            place = own_digipunt(session, record.digipunt, record.digibank)
            record.municipality = municipality_of(session, place, request.stop)

    def check(self, session: Session, record: Visit, today: date) -> None:
        """Check the day, and that of a known person no age is guessed."""
        if is_new(record, "visited_on"):
            not_after(today, "visited_on", record.visited_on)
        is_known = record.person is not None and record.age_band is not None
        if is_known and is_changed(record, "person", "age_band"):
            raise AgeOfKnownPersonError


class Questions(Subject):
    """Questions of visits."""

    model: ClassVar[type[SQLModel]] = Question
    form: ClassVar[type[Typed]] = QuestionCorrection

    def happened_on(self, session: Session, record: Question) -> date | None:
        """Give the day of the visit."""
        return session.get_one(Visit, record.visit).visited_on

    def write(self, session: Session, record: Question, request: Any) -> None:
        """Put what was typed in the question; only who was referred was sent somewhere."""
        super().write(session, record, request)
        if request.result != Result.REFERRED:
            record.referred_to = None

    def check(self, session: Session, record: Question, today: date) -> None:
        """Check the topic."""
        del today
        if is_changed(record, "topic"):
            require_topic(session, record.topic)


class HeldBlocks(Subject):
    """Hours in which a Digipunt was open."""

    model: ClassVar[type[SQLModel]] = HeldBlock
    form: ClassVar[type[Typed]] = HeldBlockRequest
    day: ClassVar[str] = "held_on"

    def check(self, session: Session, record: HeldBlock, today: date) -> None:
        """Check the place, the day, and that no other hours overlap."""
        if is_changed(record, "digipunt"):
            own_digipunt(session, record.digipunt, record.digibank)
        if is_new(record, "held_on"):
            not_after(today, "held_on", record.held_on)
        if not is_new(record, "digipunt", "held_on", "starts_at", "ends_at"):
            return
        if not record.voided:
            require_free_hours(session, record, but=record.id)
        same = {name: getattr(record, name) for name in ("digipunt", "held_on", "starts_at")}
        held = BlockHeldError(hours=show_hours(record.starts_at, record.ends_at))
        refuse_twin(session, record, held, **same)
