"""Errors about persons."""

from __future__ import annotations

from digibank_core.errors.base import NotFoundError


class UnknownPersonError(NotFoundError):
    """No person of this Digibank has the key."""

    message_nl = "Deze persoon staat niet in jouw Digibank. Zoek opnieuw en kies uit de lijst."
    field = "person"
