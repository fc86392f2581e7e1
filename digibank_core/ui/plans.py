"""Changes of a record that are looked at before they are made: their act and their words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from digibank_core import clock
from digibank_core.models import CorrectionReason, RestoreReason, VoidReason
from digibank_core.models.typed import Typed
from digibank_core.security import Actor
from digibank_core.services import corrections
from digibank_core.services.corrections import Change, OpenRecord


@dataclass(frozen=True)
class Plan:
    """A change that somebody wants to make."""

    act: Callable[..., list[Change]]
    story: str
    """What history says before the reason."""
    reason: type[Typed]
    title: str
    save: str
    done: str
    told: str = ""
    """What it is for, where a button starts it."""
    typed: Typed | None = None

    @property
    def values(self) -> dict[str, Any]:
        """All that was typed, by name of field; nothing when nothing is typed."""
        return {} if self.typed is None else dict(vars(self.typed))

    def run(self, session: Session, seen: OpenRecord, who: Actor) -> list[Change]:
        """Make the change, as of the version that was seen."""
        typed = [] if self.typed is None else [self.typed]
        return self.act(
            session, seen.address, *typed, version=seen.version, actor=who, today=clock.today()
        )


CORRECTING = Plan(
    act=corrections.correct,
    story="verbeterd",
    reason=CorrectionReason,
    title="Bewaar de verbetering",
    save="Bewaar",
    done="Bewaard. Wat er eerst stond, staat in de geschiedenis.",
)
VOIDING = Plan(
    act=corrections.void,
    story="ongeldig gemaakt",
    reason=VoidReason,
    title="Ongeldig maken",
    save="Maak ongeldig",
    done="Ongeldig gemaakt. Het telt niet meer mee, en het blijft bewaard.",
    told="Voor wat nooit genoteerd had mogen zijn. Het telt dan nergens meer mee. "
    "Het blijft bewaard, en je kunt het weer geldig maken.",
)
RESTORING = Plan(
    act=corrections.restore,
    story="weer geldig gemaakt",
    reason=RestoreReason,
    title="Weer geldig maken",
    save="Maak weer geldig",
    done="Weer geldig. Het telt weer mee.",
    told="Dit telt nu nergens mee. Is het toch juist? Laat het dan weer meetellen.",
)
