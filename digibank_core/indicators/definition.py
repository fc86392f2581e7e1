"""What a figure is: its card, the question it answers, and the rows it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd


@dataclass(frozen=True)
class Definition:
    """The card of a figure, the same on every screen and in every report (rule 50)."""

    code: str
    title: str
    unit: str
    definition: str
    rule: tuple[int, ...]
    """Numbers of the counting rules it follows."""
    rule_version: int = 1


@dataclass(frozen=True)
class Scope:
    """Of whom and when: a Digibank, a funding period and the day up to which is counted.

    `known_on` rewinds to what was recorded by the end of that day (rule 61); None is now.
    """

    digibank: str
    period: str
    first_day: date
    last_day: date
    as_of: date
    target: int | None
    """Persons to reach; None when no target is set."""
    known_on: date | None = None

    @property
    def until(self) -> date:
        """Last day that counts: as-of, but never after the period (rule 2)."""
        return min(self.as_of, self.last_day)

    @property
    def days(self) -> int:
        """Days of the period, both ends included."""
        return (self.last_day - self.first_day).days + 1

    @property
    def days_gone(self) -> int:
        """Days of the period up to and including as-of; 0 before it starts."""
        return max(0, (self.until - self.first_day).days + 1)


@dataclass(frozen=True)
class Figure:
    """A measured figure with its receipt."""

    definition: Definition
    value: int | str | None
    """Integer, or a decimal text of fixed scale; None means n.v.t."""
    numerator: int
    denominator: int | None
    receipt: pd.DataFrame
    """The source rows, in a fixed order; their total equals the figure (rule 54)."""
