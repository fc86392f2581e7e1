"""Keep the budget of a period, and book costs on it once (rules 6, 23 and 24)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from digibank_core.errors import (
    FutureDateError,
    ProofBookedError,
    UnknownBookingError,
    UnknownPeriodError,
)
from digibank_core.i18n import show_money
from digibank_core.models import (
    Booking,
    BookingRequest,
    BudgetLine,
    BudgetRequest,
    Category,
    FundingPeriod,
)
from digibank_core.models.budget import why_not_eligible
from digibank_core.security import Actor, Right


def set_line(session: Session, request: BudgetRequest, *, actor: Actor) -> BudgetLine:
    """Say how much the own Digibank means to spend on a kind of cost; history keeps the old."""
    actor.require(Right.KEEP_BUDGET, actor.own)
    _period(session, request.period, actor.own)
    line = session.merge(
        BudgetLine(digibank=actor.own, author=actor.login, **request.model_dump())
    )
    session.flush()
    return line


def lines(session: Session, *, actor: Actor) -> Sequence[BudgetLine]:
    """Give the budget of the own Digibank, by period and kind of cost."""
    actor.require(Right.KEEP_BUDGET, actor.own)
    own = select(BudgetLine).where(BudgetLine.digibank == actor.own)
    order = list(Category)
    return sorted(session.exec(own), key=lambda line: (line.period, order.index(line.category)))


def book(session: Session, request: BookingRequest, *, actor: Actor, today: date) -> Booking:
    """Book a cost of the own Digibank.

    A cost outside the period or paid by another stream is booked too, as the books must be
    whole, but it is not eligible and counts nowhere: `reason_of` says why.

    Raises
    ------
    UnknownPeriodError
        The Digibank has no such period.
    FutureDateError
        The proof is of a day to come.
    ProofBookedError
        The proof was booked before, in whatever stream or period: the subsidy, or two of
        them, would pay it twice (rule 6).
    """
    actor.require(Right.KEEP_BUDGET, actor.own)
    _period(session, request.period, actor.own)
    if request.booked_on > today:
        raise FutureDateError(field="booked_on", day=request.booked_on)
    _booked_once(session, request.proof, actor.own)
    booking = Booking(digibank=actor.own, **request.model_dump())
    session.add(booking)
    session.flush()
    return booking


def void(session: Session, number: int, *, actor: Actor) -> Booking:
    """Take a booking out of the count; the reason is that of the transaction (rule 62)."""
    actor.require(Right.KEEP_BUDGET, actor.own)
    booking = _own(session, number, actor)
    booking.voided = True
    session.flush()
    return booking


def put_back(session: Session, number: int, *, actor: Actor) -> Booking:
    """Let a voided booking count again; raise `ProofBookedError` as `book` does."""
    actor.require(Right.KEEP_BUDGET, actor.own)
    booking = _own(session, number, actor)
    if booking.voided:
        _booked_once(session, booking.proof, actor.own)
    booking.voided = False
    session.flush()
    return booking


def bookings(session: Session, *, actor: Actor) -> Sequence[Booking]:
    """Give all bookings of the own Digibank, voided ones too, the newest first."""
    actor.require(Right.KEEP_BUDGET, actor.own)
    own = select(Booking).where(Booking.digibank == actor.own)
    return session.exec(
        own.order_by(col(Booking.booked_on).desc(), col(Booking.id).desc())
    ).all()


def reason_of(session: Session, booking: Booking) -> str:
    """Say why the subsidy does not pay a booking; empty when it does."""
    period = _period(session, booking.period, booking.digibank)
    return why_not_eligible(
        booking.booked_on, booking.stream, period.first_day, period.last_day
    )


def _period(session: Session, code: str, digibank: str) -> FundingPeriod:
    found = session.get(FundingPeriod, (code, digibank))
    if found is None:
        raise UnknownPeriodError(period=code, digibank=digibank)
    return found


def _own(session: Session, number: int, actor: Actor) -> Booking:
    booking = session.get(Booking, number)
    if booking is None or booking.digibank != actor.own:
        raise UnknownBookingError
    return booking


def _booked_once(session: Session, proof: str, digibank: str) -> None:
    same = select(Booking).where(
        Booking.digibank == digibank, Booking.proof == proof, col(Booking.voided).is_(False)
    )
    known = session.exec(same).first()
    if known is not None:
        raise ProofBookedError(
            proof=proof,
            category=known.category.value,
            amount=show_money(known.amount_cents),
            day=known.booked_on,
            stream=known.stream.value,
        )
