"""What a change would do to the figures, told before anything is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, SQLModel

from digibank_core.indicators import frames
from digibank_core.indicators.definition import Definition
from digibank_core.measuring import Progress, measure
from digibank_core.security import Actor, Right


@dataclass(frozen=True)
class Effect:
    """A figure that a change would touch."""

    period: str
    definition: Definition
    before: int | str | None
    after: int | str | None


def of_records(
    session: Session,
    records: Sequence[SQLModel],
    *,
    actor: Actor,
    as_of: date,
    digibank: str | None = None,
) -> list[Effect]:
    """Tell which figures of a Digibank would be others with these records.

    Parameters
    ----------
    records
        Records as they would be: known ones changed, or new ones; they are not saved.
    as_of
        Last day on which services may have happened.
    digibank
        None is the own one.

    Returns
    -------
    list of Effect
        By period, in the order of the figures; empty when none would change.
    """
    chosen = digibank or actor.own
    actor.require(Right.SEE_FIGURES, chosen)
    now = frames.load(session, chosen)
    then = frames.with_records(now, records)
    return [
        effect
        for period in now["funding_period"]["code"]
        for effect in changed_figures(
            measure(now, chosen, period, as_of), measure(then, chosen, period, as_of)
        )
    ]


def changed_figures(before: Progress, after: Progress) -> list[Effect]:
    """Give the figures of a period that are not the same, in their order."""
    values = {figure.definition.code: figure.value for figure in before.figures}
    return [
        Effect(before.scope.period, card, values.get(card.code), figure.value)
        for figure in after.figures
        if values.get((card := figure.definition).code) != figure.value
    ]
