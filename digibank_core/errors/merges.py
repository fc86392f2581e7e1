"""Errors about persons who are one, or are not (rules 63 and 64)."""

from __future__ import annotations

from digibank_core.errors.base import NotFoundError, RuleError


class AlreadyMergedError(RuleError):
    """Both have the same root."""

    message_nl = (
        "Dit is al één persoon: ze zijn samengevoegd. Kijk in de lijst Samengevoegd, "
        "of kies er twee die nog apart staan."
    )


class MergeVoidedError(RuleError):
    """One of them was registered by mistake."""

    message_nl = (
        "Een van beide is ongedaan gemaakt en telt niet mee. "
        "Zet die persoon eerst terug, of laat ze apart."
    )


class MergeErasedError(RuleError):
    """Of one of them nobody can tell any more who it was."""

    message_nl = (
        "Van een van beide is de naam gewist. Niemand kan nog nakijken of het dezelfde "
        "persoon is. Laat ze apart."
    )


class ToldApartError(RuleError):
    """It was noted that they are not the same person."""

    message_nl = (
        "Van deze twee is genoteerd dat het niet dezelfde persoon is. "
        "Neem dat eerst terug in de lijst Niet dezelfde."
    )


class UnknownMergeError(NotFoundError):
    """No merge of this Digibank has the number."""

    message_nl = "Deze samenvoeging staat niet in jouw Digibank. Kies ze opnieuw uit de lijst."


class AlreadyWithdrawnError(RuleError):
    """The merge was withdrawn before."""

    message_nl = "Deze samenvoeging is al ingetrokken. Je hoeft niets meer te doen."


class NotToldApartError(NotFoundError):
    """It was never noted that they are different, or it was taken back."""

    message_nl = "Dit is al teruggenomen. De twee kunnen weer bij de mogelijke dubbels staan."
