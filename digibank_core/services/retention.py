"""Remove contact data after their term (rule 47); no count changes."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlmodel import Session, col, func, select

from digibank_core import clock
from digibank_core.mentions import Mention
from digibank_core.models import (
    Attendance,
    Contact,
    Enrolment,
    EnrolmentState,
    Loan,
    Person,
    TrainingSession,
    Visit,
)
from digibank_core.models.erasure import Forgotten
from digibank_core.security import Actor, Right
from digibank_core.services import forgetting

AT_ONCE = 200
"""Persons whose contact goes in one transaction."""


def due(
    session: Session, digibank: str, months: int, *, actor: Actor, today: date
) -> list[frozenset[str]]:
    """Give the persons of a Digibank whose contact may not be kept any longer.

    The term runs from the last day of service: a loan or its end, a session for which
    somebody was marked or has a place, a visit; without any, from the registration. Who has
    a device is left alone.

    Parameters
    ----------
    months
        Term, as the setting `contact_retention_months` says it today.

    Returns
    -------
    list of frozenset
        Keys, those of one human being together (rule 63).
    """
    actor.require(Right.CLEAN_UP, digibank)
    contacts = session.exec(
        select(Contact.person, Person.recorded_at)
        .join(Person)
        .where(Person.digibank == digibank)
    )
    registered = {key: at.astimezone(clock.BRUSSELS).date() for key, at in contacts}
    last, holding = _last_days(session, digibank), _with_device(session, digibank)
    groups = forgetting.groups(session, digibank)
    everyone = {groups.get(key, frozenset({key})) for key in registered}
    passed = []
    for same in everyone:
        served = [last[key] for key in same if key in last]
        since = max(served or [registered[key] for key in same if key in registered])
        if not same & holding and _later(since, months) < today:
            passed.append(same)
    return sorted(passed, key=sorted)


def remove(
    session: Session, digibank: str, months: int, *, actor: Actor, today: date
) -> Forgotten:
    """Remove the contacts of `due`, and the texts that name these persons.

    At most `AT_ONCE` persons, so that nobody at work waits long; again until none is left.
    Nobody looks at the texts before they go, so of others' records only those with the full
    name do; on their own records those with any part of it.

    Raises
    ------
    KeyMissingError
        The names cannot be opened, so the texts cannot be searched; nothing is removed.
    """
    actor.require(Right.CLEAN_UP, digibank)
    gone, texts = Forgotten(0, 0), forgetting.Texts(session, digibank)
    for keys in due(session, digibank, months, actor=actor, today=today)[:AT_ONCE]:
        going = [
            found
            for found in texts.about(keys, forgetting.names_of(session, keys))
            if found.mention >= (Mention.FIRST if found.own else Mention.FULL)
        ]
        gone += forgetting.forget(session, keys, going)
    return gone


def _last_days(session: Session, digibank: str) -> dict[str, date]:
    held_on = func.max(TrainingSession.held_on)
    marked = select(Attendance.person, held_on).join(TrainingSession)
    placed = select(Enrolment.person, held_on).join(
        TrainingSession, col(TrainingSession.course) == Enrolment.course
    )
    # of each table the last day by person; what was a mistake or did not take place is none
    queries = (
        select(Loan.person, func.max(Loan.lent_on)).where(~col(Loan.voided)),
        select(Loan.person, func.max(Loan.returned_on)).where(~col(Loan.voided)),
        marked.where(col(Attendance.mark).is_not(None), ~col(Attendance.voided)),
        placed.where(
            Enrolment.state != EnrolmentState.CANCELLED,
            ~col(Enrolment.voided),
            ~col(TrainingSession.cancelled),
        ),
        select(Visit.person, func.max(Visit.visited_on)).where(~col(Visit.voided)),
    )
    models: tuple[Any, ...] = (Loan, Loan, Attendance, Enrolment, Visit)
    last: dict[str, date] = {}
    for model, query in zip(models, queries, strict=True):
        mine = query.where(model.digibank == digibank).group_by(col(model.person))
        _keep_latest(last, session.exec(mine))
    return last


def _keep_latest(
    last: dict[str, date], found: Iterable[tuple[str | None, date | None]]
) -> None:
    for person, day in found:
        if person is not None and day is not None:
            last[person] = max(day, last.get(person, day))


def _with_device(session: Session, digibank: str) -> set[str]:
    is_open = col(Loan.returned_on).is_(None) & ~col(Loan.voided)
    return set(session.exec(select(Loan.person).where(Loan.digibank == digibank, is_open)))


def _later(day: date, months: int) -> date:
    """Give the same day some months later, or the last day of that month.

    Examples
    --------
    >>> _later(date(2024, 2, 29), 12), _later(date(2024, 10, 31), 4)
    (datetime.date(2025, 2, 28), datetime.date(2025, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
