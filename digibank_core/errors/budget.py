"""Errors about the budget and the costs booked on it."""

from __future__ import annotations

from datetime import date

from digibank_core.errors.base import NotFoundError, RuleError


class ProofBookedError(RuleError):
    """The same proof was booked before: that would be paid twice (rule 6)."""

    message_nl = (
        "Bewijs {proof} is al geboekt: {category}, {amount}, van {day:%d/%m/%Y}, "
        "betaald door {stream}. Eén bewijs telt één keer. Kijk het nummer na."
    )
    field = "proof"

    def __init__(
        self, *, proof: str, category: str, amount: str, day: date, stream: str
    ) -> None:
        super().__init__(proof=proof, category=category, amount=amount, day=day, stream=stream)


class UnknownBookingError(NotFoundError):
    """No booking of this Digibank has the number."""

    message_nl = "Deze boeking kennen we niet. Kies een boeking uit de lijst."
    field = "booking"
