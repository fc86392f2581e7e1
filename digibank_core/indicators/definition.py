"""What a figure is: its card, the question it answers, and the rows it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

CENTS = "eurocent"
"""Unit of amounts: whole cents, which screens and reports show as euro (rule 23)."""
WHAT_IF_VERSION = 0
"""Stands where the version of the rules stands, of a figure that is a what-if."""


@dataclass(frozen=True)
class Definition:
    """The card of a figure, the same on every screen and in every report (rule 50)."""

    code: str
    title: str
    unit: str
    definition: str
    rule: tuple[int, ...]
    """Numbers of the counting rules it follows."""
    settings: tuple[str, ...] = ()
    """Names of the dated settings that decide how it is counted (rule 67)."""
    rule_version: int = 1
    """How many different values these settings had, up to the day that is counted.

    Nobody types it: it follows from the dated settings.
    """


@dataclass(frozen=True)
class Rules:
    """The counting rules that are settings, as they hold on one day.

    What no setting says is the default of the rule itself.
    """

    min_sessions: int = 1
    """Sessions present, in the period, from which a training counts (rule 8)."""
    count_tier_b: bool = False
    """Whether anonymous first visits count as persons (rule 14)."""
    agreement: str = ""
    """Reference of the funder's agreement to that."""
    carry_over: bool = False
    """Whether reach of an earlier period counts again; there is no rule for it (rule 3)."""


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
    rules: Rules = Rules()
    """Those of `counted_on`: a rule of after the period never changes it (rule 67)."""
    cap_cents: int | None = None
    """Amount that was awarded for the period: no more than this is paid (rule 22)."""

    @property
    def until(self) -> date:
        """Last day that counts: as-of, but never after the period (rule 2)."""
        return min(self.as_of, self.last_day)

    @property
    def counted_on(self) -> date:
        """Day of which settings, targets and tranches hold: as-of, within the period."""
        return max(self.first_day, self.until)

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
    note: str = ""
    """What to say beside the value, or instead of it when there is none."""
