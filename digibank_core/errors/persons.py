"""Errors about persons."""

from __future__ import annotations

from digibank_core.errors.base import NotFoundError, RuleError


class UnknownPersonError(NotFoundError):
    """No person of this Digibank has the key."""

    message_nl = "Deze persoon staat niet in jouw Digibank. Zoek opnieuw en kies uit de lijst."
    field = "person"


class LikelySameError(RuleError):
    """Somebody much like the new person is known already (rule 16)."""

    message_nl = (
        "Deze persoon bestaat misschien al. "
        "Kies wie het is, of zeg waarom het iemand anders is."
    )


class HasOpenLoanError(RuleError):
    """Who has a device is not erased: nobody would know whom to ask it back from (rule 65)."""

    message_nl = (
        "Deze persoon heeft nog een toestel: {devices}. Er is niets gewist. "
        "Registreer eerst de terugname."
    )

    def __init__(self, *, devices: str) -> None:
        super().__init__(devices=devices)


class ErasedAlreadyError(RuleError):
    """Nothing is left of the person but the statistics."""

    message_nl = "Deze persoon is al gewist. Je hoeft niets meer te doen."
