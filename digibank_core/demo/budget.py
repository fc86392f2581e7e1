"""The books of the demo story: the budget of each Digibank, and three costs a quarter.

Amounts are invented; their shares are those of the demo figures at the end of facts.md.
Nothing is drawn, so that the dice of the story fall as they would without books.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import Session

from digibank_core import clock
from digibank_core.demo.plan import WEEK
from digibank_core.models import BookingRequest, BudgetRequest, Category, Stream
from digibank_core.security import Actor
from digibank_core.services import budget

FIRST_OF_VERL = date(2025, 1, 1)
PLANNED = {
    Category.WAGES: 310_000_00,
    Category.OPERATING: 130_000_00,
    Category.EXTERNAL: 60_000_00,
}
"""62, 26 and 12 percent of the 500,000 euro of a period."""
QUARTERLY = {
    "noord": (42_350_00, 17_120_50, 7_980_25),
    "west": (40_815_00, 16_404_75, 7_150_00),
    "brugge": (43_900_00, 18_266_40, 8_412_90),
}
"""Wages, operating costs and external services of a quarter, in cents."""


def plan(session: Session, actor: Actor) -> None:
    """Write down the budget of both periods."""
    for period in ("IMPL", "VERL"):
        for category, cents in PLANNED.items():
            request = BudgetRequest(
                period=period,
                category=category,
                amount_cents=cents,
                source="fictief budget van de oefendatabank",
            )
            budget.set_line(session, request, actor=actor)


def happen(session: Session, actor: Actor, monday: date) -> None:
    """Book the costs of a quarter in its last week, and two that the subsidy does not pay."""
    friday = monday + timedelta(days=4)
    if _quarter(monday) != _quarter(monday + WEEK):
        costs = zip(Category, QUARTERLY[actor.own], strict=True)
        for number, (category, cents) in enumerate(costs, start=1):
            proof = f"F-{_quarter(monday)}-{number}"
            _book(session, actor, friday, proof, category=category, amount_cents=cents)
    if (actor.own, monday) == ("west", date(2024, 5, 13)):
        stream = Stream.IEDEREEN_DIGITAAL
        _book(session, actor, friday, "F-2024-118", amount_cents=640_00, stream=stream)
    if (actor.own, monday) == ("west", date(2025, 1, 6)):
        _book(
            session, actor, date(2025, 1, 2), "F-2025-001", amount_cents=412_30, period="IMPL"
        )


def _book(session: Session, actor: Actor, day: date, proof: str, **facts: object) -> None:
    told = {
        "period": "VERL" if day >= FIRST_OF_VERL else "IMPL",
        "category": Category.OPERATING,
        "booked_on": day,
        "proof": proof,
        **facts,
    }
    request = BookingRequest.model_validate(told)
    budget.book(session, request, actor=actor, today=clock.today())


def _quarter(monday: date) -> str:
    """Name the quarter of the Friday of a week."""
    friday = monday + timedelta(days=4)
    return f"{friday.year}-K{(friday.month + 2) // 3}"
