"""The programme: Digibanken, their places, periods, targets, partners and settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from itertools import accumulate

from sqlalchemy import CheckConstraint
from sqlmodel import SQLModel

from digibank_core.models.columns import fact, technical


class Stream(StrEnum):
    """Funding stream of an activity; only `DIGIBANK` counts for the target (rule 6)."""

    DIGIBANK = "DIGIBANK"
    IEDEREEN_DIGITAAL = "IEDEREEN_DIGITAAL"
    DIGISCAN = "DIGISCAN"
    ANDER = "ANDER"


class Objective(StrEnum):
    """The three objectives of the programme (F4); the value is what staff see."""

    ACCESS = "toegang"
    SKILLS = "vaardigheden"
    SERVICES = "diensten"


class Installation(SQLModel, table=True):
    """One row: what kind of installation this database is of."""

    id: int = technical(default=1, primary_key=True)
    story_day: date | None = technical(default=None)
    """Day on which a demo database always is; empty in a real one."""


class Digibank(SQLModel, table=True):
    """A local partnership that serves the three objectives."""

    code: str = fact(primary_key=True, max_length=20)
    name: str = fact(max_length=60)
    prefix: str = fact(max_length=4, unique=True)
    """First letters of its device codes and agreements."""
    lead_partner: str = fact(max_length=80)
    source: str = fact(max_length=500)


class Municipality(SQLModel, table=True):
    """A municipality of the region; each belongs to exactly one Digibank (rule 1)."""

    nis: str = fact(primary_key=True, max_length=5)
    name: str = fact(max_length=60)
    digibank: str = fact(foreign_key="digibank.code")
    population: int = fact()
    population_on: date = fact()
    source: str = fact(max_length=500)


class Postcode(SQLModel, table=True):
    """A postcode of the region and the municipality it lies in."""

    postcode: str = fact(primary_key=True, max_length=4)
    municipality: str = fact(foreign_key="municipality.nis")
    source: str = fact(max_length=500)


class FundingPeriod(SQLModel, table=True):
    """The days on which services count for a Digibank, both ends included (rule 2)."""

    __tablename__ = "funding_period"
    __table_args__ = (CheckConstraint("first_day <= last_day", name="days"),)

    code: str = fact(primary_key=True, max_length=20)
    digibank: str = fact(primary_key=True, foreign_key="digibank.code")
    first_day: date = fact()
    last_day: date = fact()
    amount_cents: int = fact()
    """What was awarded: the cap on what is paid until the Digibank chose one (`Cap`)."""
    active: bool = fact()
    author: str = fact(max_length=60)
    source: str = fact(max_length=500)


class Target(SQLModel, table=True):
    """Persons a Digibank must reach in a period (rule 17), dated as a setting is.

    The row with the latest `starts_on` up to a day holds on that day. The first one holds on
    the days before it too: a target is agreed for a whole period, often when that has begun
    already, and no other number was ever asked for these days.
    """

    period: str = fact(primary_key=True, max_length=20)
    digibank: str = fact(primary_key=True, foreign_key="digibank.code")
    starts_on: date = fact(primary_key=True)
    persons: int = fact()
    author: str = fact(max_length=60)
    source: str = fact(max_length=500)


class Cap(SQLModel, table=True):
    """The amount up to which a Digibank chose to be paid (rule 22), dated as a setting is.

    Before the first one the amount holds that was awarded for the period.
    """

    period: str = fact(primary_key=True, max_length=20)
    digibank: str = fact(primary_key=True, foreign_key="digibank.code")
    starts_on: date = fact(primary_key=True)
    amount_cents: int = fact()
    author: str = fact(max_length=60)
    source: str = fact(max_length=500)


class Tranche(SQLModel, table=True):
    """A part of the subsidy that is earned from a number of persons on (rule 22).

    Dated as a setting is: of each number of persons the row with the latest `starts_on` up
    to a day holds on that day; an amount of 0 ends the tranche.
    """

    period: str = fact(primary_key=True, max_length=20)
    from_persons: int = fact(primary_key=True)
    starts_on: date = fact(primary_key=True)
    amount_cents: int = fact()
    author: str = fact(max_length=60)
    source: str = fact(max_length=500)


class Partner(SQLModel, table=True):
    """An organisation that works with one or more Digibanken."""

    code: str = fact(primary_key=True, max_length=40)
    name: str = fact(max_length=80)
    role: str = fact(max_length=40)
    digibank: str | None = fact(default=None, foreign_key="digibank.code")
    """Empty when it serves several Digibanken."""
    source: str = fact(max_length=500)


class Setting(SQLModel, table=True):
    """A dated parameter: the row with the latest `starts_on` up to a day holds on that day."""

    __table_args__ = (
        CheckConstraint(
            "name <> 'count_tier_b' OR value <> 'true' OR agreement IS NOT NULL",
            name="tier_b_agreed",
        ),
    )

    name: str = fact(primary_key=True, max_length=40)
    digibank: str = fact(primary_key=True, max_length=20)
    """Code of a Digibank, or empty for all; the own value goes before the general one."""
    starts_on: date = fact(primary_key=True)
    value: str = fact(max_length=80)
    unit: str = fact(max_length=20)
    label: str = fact(max_length=120)
    author: str = fact(max_length=60)
    source: str = fact(max_length=500)
    agreement: str | None = fact(default=None, max_length=80)
    """Reference of the funder's written agreement; without it tier B never counts (rule 14)."""


def begun(starts: Iterable[date], on: date) -> date | None:
    """Give the day since which the dated row that holds on a day holds; None before the first.

    Examples
    --------
    >>> begun([date(2025, 1, 1), date(2026, 1, 1)], date(2025, 12, 31))
    datetime.date(2025, 1, 1)
    """
    return max((start for start in starts if start <= on), default=None)


def caps(tranches: Mapping[int, int]) -> dict[int, int]:
    """Give the amounts that a Digibank can choose as cap, each with the persons it takes.

    The persons are the default target of that choice (rule 17); those of the first tranche
    are the last before the second, as only then it is full.

    Parameters
    ----------
    tranches
        From so many persons, so many cents; the lowest first.

    Examples
    --------
    >>> caps({0: 350, 1001: 100, 1501: 30, 1751: 20})
    {350: 1000, 450: 1001, 480: 1501, 500: 1751}
    """
    numbers = list(tranches)
    persons = [numbers[1] - 1, *numbers[1:]] if len(numbers) > 1 else numbers
    return dict(zip(accumulate(tranches.values()), persons, strict=True))
