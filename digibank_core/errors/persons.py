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
