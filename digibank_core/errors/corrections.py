"""Errors about records that are corrected or voided, whatever they are of."""

from __future__ import annotations

from digibank_core.errors.base import ChangedMeanwhileError, NotFoundError, RuleError


class UnknownRecordError(NotFoundError):
    """The address names no record of this Digibank."""

    message_nl = (
        "Dit gegeven bestaat niet, of het hoort bij een andere Digibank. "
        "Kies het in een lijst en volg daar de link."
    )


class RecordChangedError(ChangedMeanwhileError):
    """Somebody else changed the record since it was shown; the page shows both versions."""

    message_nl = (
        "Iemand anders wijzigde dit intussen. Er is niets bewaard. "
        "Kijk na wat verschilt en kies."
    )


class NothingChangedError(RuleError):
    """A correction that changes nothing."""

    message_nl = "Je wijzigde nog niets. Pas een veld aan en kijk dan na wat verandert."


class NotYetSavedError(RuleError):
    """A correction is looked at before it is made: the page shows what it would change."""

    message_nl = "Er is nog niets bewaard. Kijk na wat verandert en bewaar dan."


class TwinVoidedError(RuleError):
    """The database has room for one such record, and one that was voided has it."""

    message_nl = (
        "Dit staat al in de lijst, maar telt niet mee: het was een vergissing. "
        "Maak dat gegeven weer geldig."
    )
