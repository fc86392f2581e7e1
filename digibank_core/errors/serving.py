"""Errors of pages that cannot be opened now."""

from __future__ import annotations

from digibank_core.errors.base import DigibankError


class CrowdedError(DigibankError):
    """There is no room for another page now."""


class PagesOpenError(CrowdedError):
    """A visitor has as many pages open as one visitor may."""

    message_nl = "Je hebt al {most} pagina's open. Sluit er een paar en laad deze opnieuw."

    def __init__(self, *, most: int) -> None:
        super().__init__(most=most)


class ServerFullError(CrowdedError):
    """As many pages are open as the machine can bear."""

    message_nl = "Er werken nu heel veel mensen. Wacht een minuut en laad deze pagina opnieuw."
