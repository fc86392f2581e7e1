"""Base classes, and the errors that any noun can cause."""

from __future__ import annotations

from datetime import date
from typing import ClassVar


class DigibankError(Exception):
    """Base of every error that is shown as a sentence instead of a traceback."""

    message_nl: ClassVar[str]
    field: str | None = None
    """Field of a form that the sentence belongs to; None for the form as a whole."""

    def __init__(self, **details: object) -> None:
        self.details = details
        given = ", ".join(f"{name}={value}" for name, value in details.items())
        super().__init__(f"{type(self).__name__}({given})")

    @property
    def user_message(self) -> str:
        """Dutch sentences for the screen: what happened, then what to do."""
        return self.message_nl.format(**self.details)


class NotFoundError(DigibankError):
    """Base of what is asked for but does not exist."""


class RuleError(DigibankError):
    """Base of the rules; services raise one of its subclasses."""


class InstallationError(DigibankError):
    """Base of what the administrator must set right."""


class NotAllowedError(DigibankError):
    """The role of the user does not permit the act, or not in this Digibank."""

    message_nl = "Met jouw rol ({role}) kan dit niet. Vraag het aan je coördinator."

    def __init__(self, *, role: str) -> None:
        super().__init__(role=role)


class NotSignedInError(DigibankError):
    """Code runs without a known, active user."""

    message_nl = "Je bent niet aangemeld. Meld je aan, dan ga je verder waar je was."


class ChangedMeanwhileError(DigibankError):
    """The record has another version than the one that was on the screen."""

    message_nl = (
        "Iemand anders wijzigde dit net. Er is niets bewaard. "
        "Zoek het toestel opnieuw op en kijk na wat verschilt."
    )


class AlreadySavedError(DigibankError):
    """The form carries an idempotency key that was used before."""

    message_nl = "Dit was al bewaard. Je hoeft niets meer te doen."


class BusyError(DigibankError):
    """Another writer held the database for longer than the waiting time."""

    message_nl = (
        "Bewaren lukte niet: het is druk. Wat je typte, staat er nog. Probeer het zo opnieuw."
    )


class FutureDateError(RuleError):
    """Something is said to have happened after today."""

    message_nl = "{day:%d/%m/%Y} moet nog komen. Kies vandaag of een dag ervoor."

    def __init__(self, *, field: str, day: date) -> None:
        super().__init__(day=day)
        self.field = field


class DayFormError(DigibankError):
    """A day in a command or an address that is not written as year-month-day."""

    message_nl = "{day} is geen dag. Schrijf jaar-maand-dag, bijvoorbeeld 2024-12-31."

    def __init__(self, *, day: str) -> None:
        super().__init__(day=day)
