"""Write down visits to Digipunten, and when these were open (rules 5 and 39 to 43)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from digibank_core.errors import (
    AgeOfKnownPersonError,
    BlockHeldError,
    BlockHoursError,
    CountedTwiceError,
    EmptyTallyError,
    TooLateToTakeBackError,
    UnknownTopicError,
    UnknownVisitError,
    VisitOfOtherError,
)
from digibank_core.i18n import show_hours
from digibank_core.models import (
    Digipunt,
    HeldBlock,
    HeldBlockRequest,
    HistoryEntry,
    OpeningBlock,
    Question,
    Result,
    TallyRequest,
    Topic,
    Visit,
    VisitRequest,
)
from digibank_core.models.digipunt import DayCount, ExpectedBlock
from digibank_core.names import by_name
from digibank_core.security import Actor, Right
from digibank_core.services.checks import not_after, own_person
from digibank_core.services.places import municipality_of, own_digipunt

SECONDS_TO_TAKE_BACK = 30
"""How long a visit can be taken back by who wrote it down (flow 8)."""


def log_visit(session: Session, request: VisitRequest, *, actor: Actor, today: date) -> Visit:
    """Write down a visit with all of its questions.

    Returns
    -------
    Visit
        With its id, in the municipality of the Digipunt or of the stop (rule 5).

    Raises
    ------
    UnknownDigipuntError, DigipuntElsewhereError, StopMissingError, StopOutsideError
        The place is not one of this Digibank (rule 5).
    UnknownTopicError, UnknownPersonError
        The topic is not in the list, or the person not of this Digibank.
    AgeOfKnownPersonError
        An age band of somebody whose birth year is known (rule 11).
    FutureDateError
        The day is still to come.
    """
    actor.require(Right.LOG_VISIT, actor.own)
    visit = _visit(session, request, actor, today)
    if request.person is not None:
        visit.person = own_person(session, request.person, actor.own).key
        if request.age_band is not None:
            raise AgeOfKnownPersonError
    for name in ("first_time", "age_band", "language_help", "note"):
        setattr(visit, name, getattr(request, name))
    session.add(visit)
    session.flush()  # the questions refer to the visit
    for question in request.questions:
        is_referred = question.result == Result.REFERRED
        _ask(
            session,
            question.topic,
            digibank=actor.own,
            visit=visit.id,
            minutes=question.minutes,
            result=question.result,
            referred_to=question.referred_to if is_referred else None,
        )
    session.flush()
    return visit


def take_back_visit(session: Session, visit_id: int, *, actor: Actor, now: datetime) -> Visit:
    """Void a visit that the actor wrote down just before; it stays (rule 62).

    The reason is that of the transaction. Twice is as good as once.

    Raises
    ------
    UnknownVisitError, VisitOfOtherError
        The visit is not of this Digibank, or somebody else wrote it down.
    TooLateToTakeBackError
        It was written down more than `SECONDS_TO_TAKE_BACK` before `now`.
    """
    actor.require(Right.LOG_VISIT, actor.own)
    visit = session.get(Visit, visit_id)
    if visit is None or visit.digibank != actor.own:
        raise UnknownVisitError
    if _writer(session, visit) != actor.login:
        raise VisitOfOtherError
    if now - visit.recorded_at > timedelta(seconds=SECONDS_TO_TAKE_BACK):
        raise TooLateToTakeBackError(seconds=SECONDS_TO_TAKE_BACK)
    visit.voided = True
    session.flush()
    return visit


def log_tally(session: Session, request: TallyRequest, *, actor: Actor, today: date) -> int:
    """Write down a paper tally: one anonymous visit for each question; give their number.

    A tally does not say what came of the questions, so their result stays empty.

    Raises
    ------
    EmptyTallyError
        Not one question was tallied.
    CountedTwiceError
        There are visits of that day already and the request does not confirm.
    """
    actor.require(Right.LOG_VISIT, actor.own)
    tallied = [code for code, number in request.counts.items() for _ in range(number)]
    visits = [_visit(session, request, actor, today) for _ in tallied]
    if not visits:
        raise EmptyTallyError
    known = [
        one.visits
        for one in counts_on(session, request.visited_on, actor=actor)
        if one.digipunt == request.digipunt
    ]
    if known and not request.confirmed:
        raise CountedTwiceError(visits=known[0])
    session.add_all(visits)
    session.flush()  # the questions refer to the visits
    for visit, topic in zip(visits, tallied, strict=True):
        _ask(session, topic, visit=visit.id, result=None, digibank=actor.own)
    session.flush()
    return len(visits)


def hold_block(
    session: Session, request: HeldBlockRequest, *, actor: Actor, today: date
) -> HeldBlock:
    """Write down that a Digipunt was open, also when nobody came (rule 42).

    Raise `BlockHeldError` when the hours were written down before, wholly or in part.
    """
    actor.require(Right.LOG_VISIT, actor.own)
    own_digipunt(session, request.digipunt, actor.own)
    not_after(today, "held_on", request.held_on)
    require_free_hours(session, request)
    block = _block_as_before(session, request) or HeldBlock(
        digibank=actor.own, **request.model_dump()
    )
    block.ends_at, block.voided = request.ends_at, False
    session.add(block)
    session.flush()
    return block


def require_free_hours(
    session: Session, block: HeldBlockRequest | HeldBlock, *, but: int | None = None
) -> None:
    """Raise when hours end before they begin, or overlap with others than those of `but`."""
    if block.ends_at <= block.starts_at:
        raise BlockHoursError
    overlapping = select(HeldBlock).where(
        HeldBlock.digipunt == block.digipunt,
        HeldBlock.held_on == block.held_on,
        HeldBlock.starts_at < block.ends_at,
        HeldBlock.ends_at > block.starts_at,
        ~col(HeldBlock.voided),
    )
    found = session.exec(overlapping.order_by(col(HeldBlock.starts_at))).all()
    other = next((one for one in found if one.id != but), None)
    if other is not None:
        raise BlockHeldError(hours=show_hours(other.starts_at, other.ends_at))


def digipunten(session: Session, *, actor: Actor) -> list[Digipunt]:
    """Give the Digipunten of the own Digibank, by name."""
    actor.require(Right.LOG_VISIT, actor.own)
    own = select(Digipunt).where(Digipunt.digibank == actor.own)
    return by_name(session.exec(own))


def topics(session: Session) -> Sequence[Topic]:
    """Give the topics in the order of the reference file."""
    return session.exec(select(Topic).order_by(col(Topic.position))).all()


def require_topic(session: Session, code: str) -> None:
    """Raise `UnknownTopicError` for a code that is not in the list."""
    if session.get(Topic, code) is None:
        raise UnknownTopicError


def counts_on(session: Session, day: date, *, actor: Actor) -> list[DayCount]:
    """Give the visits and questions of a day by Digipunt of the own Digibank, by name."""
    actor.require(Right.LOG_VISIT, actor.own)
    asked = func.count(col(Question.id))
    rows = session.exec(
        select(Digipunt.code, Digipunt.name, func.count(func.distinct(col(Visit.id))), asked)
        .join(Visit, col(Visit.digipunt) == Digipunt.code)
        .join(Question, col(Question.visit) == Visit.id)
        .where(
            Visit.digibank == actor.own,
            Visit.visited_on == day,
            ~col(Visit.voided),
            ~col(Question.voided),
        )
        .group_by(col(Digipunt.code), col(Digipunt.name))
    ).all()
    return by_name(DayCount(*row) for row in rows)


def expected_blocks(session: Session, day: date, *, actor: Actor) -> list[ExpectedBlock]:
    """Give the published blocks of a day in the own Digibank, the earliest first."""
    actor.require(Right.LOG_VISIT, actor.own)
    published = session.exec(
        select(OpeningBlock, Digipunt)
        .join(Digipunt)
        .where(Digipunt.digibank == actor.own, OpeningBlock.weekday == day.isoweekday())
    ).all()
    held = session.exec(
        select(HeldBlock).where(
            HeldBlock.digibank == actor.own, HeldBlock.held_on == day, ~col(HeldBlock.voided)
        )
    ).all()
    expected = by_name(
        ExpectedBlock(
            digipunt=place.code,
            name=place.name,
            starts_at=block.starts_at,
            ends_at=block.ends_at,
            every_weeks=block.every_weeks,
            held=any(
                one.digipunt == place.code
                and one.starts_at < block.ends_at
                and one.ends_at > block.starts_at
                for one in held
            ),
        )
        for block, place in published
    )
    return sorted(expected, key=lambda block: block.starts_at)


def _block_as_before(session: Session, request: HeldBlockRequest) -> HeldBlock | None:
    """Give a block that began then and was voided: the database has room for one."""
    same = request.model_dump(include={"digipunt", "held_on", "starts_at"})
    return session.exec(select(HeldBlock).filter_by(**same)).first()


def _visit(
    session: Session, request: VisitRequest | TallyRequest, actor: Actor, today: date
) -> Visit:
    """Make a visit at the place and on the day of a request; it is not in the session yet."""
    place = own_digipunt(session, request.digipunt, actor.own)
    not_after(today, "visited_on", request.visited_on)
    return Visit(
        digibank=actor.own,
        digipunt=place.code,
        municipality=municipality_of(session, place, request.stop),
        visited_on=request.visited_on,
        helper_role=request.helper_role,
    )


def _ask(session: Session, topic: str, **facts: Any) -> None:
    require_topic(session, topic)
    session.add(Question(topic=topic, **facts))


def _writer(session: Session, visit: Visit) -> str | None:
    """Login of who wrote a visit down, as history knows it."""
    return session.exec(
        select(HistoryEntry.login).where(
            HistoryEntry.at == visit.recorded_at,
            HistoryEntry.table == Visit.__tablename__,
            HistoryEntry.key == str(visit.id),
            col(HistoryEntry.before).is_(None),
        )
    ).first()
