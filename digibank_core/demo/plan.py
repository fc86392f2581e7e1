"""What happens in the demo story: who comes in which week, and for what.

The shares and numbers are those of the demo figures at the end of facts.md. A plan is drawn
with seeded dice, so that the story is the same each time.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from digibank_core.models import Objective

WEEK = timedelta(days=7)
FIRST_MONDAY = date(2023, 6, 5)
LAST_IMPL_MONDAY = date(2024, 12, 16)
"""Last week in which somebody becomes reached in IMPL; two weeks of rest follow."""
LAST_MONDAY = date(2025, 3, 24)

ACCESS, SKILLS, SERVICES = Objective
GROUPS: dict[tuple[Objective, ...], int] = {
    (SERVICES,): 51,
    (SKILLS,): 23,
    (SKILLS, SERVICES): 8,
    (ACCESS,): 7,
    (ACCESS, SERVICES): 5,
    (ACCESS, SKILLS): 4,
    (ACCESS, SKILLS, SERVICES): 2,
}
"""Percent of the persons by what they come for; a fifth borrows (facts.md, loan share)."""
VISITS = {1: 58, 2: 25, 3: 10, 4: 7}
"""Percent of the visitors by number of visits: 1.7 on average."""
ANONYMOUS = 0.43
"""Anonymous visits for each visit of a known person: three in ten of all."""
PLACES, COURSE_WEEKS = 10, 4
"""People in a course of twelve places, and its sessions."""


@dataclass
class Week:
    """What the desk types on the Friday of a week; persons are numbers of the plan."""

    loans: list[int] = field(default_factory=list)
    visits: list[int] = field(default_factory=list)
    courses: list[list[int]] = field(default_factory=list)
    """Courses that start this week, each with its people."""
    anonymous: int = 0


def mondays(first: date, last: date) -> list[date]:
    """Give the Mondays from the first to the last, both included."""
    return [first + number * WEEK for number in range((last - first).days // 7 + 1)]


def draw(persons: int, later: int, dice: random.Random) -> dict[date, Week]:
    """Draw the weeks of a Digibank.

    Parameters
    ----------
    persons
        Persons who become reached in IMPL; numbers 0 to persons - 1.
    later
        Persons who come for the first time in 2025; the next numbers.
    """
    weeks: dict[date, Week] = defaultdict(Week)
    impl = mondays(FIRST_MONDAY, LAST_IMPL_MONDAY)
    verl = mondays(date(2025, 1, 6), LAST_MONDAY)
    learners: list[tuple[date, int]] = []
    for number in range(persons + later):
        choice = impl if number < persons else verl
        monday = dice.choices(choice, weights=[_pressure(week) for week in choice])[0]
        group = dice.choices(list(GROUPS), weights=list(GROUPS.values()))[0]
        if ACCESS in group:
            weeks[monday].loans.append(number)
        if SERVICES in group:
            _visits(weeks, number, monday, dice)
        if SKILLS in group:
            learners.append((monday, number))
    _courses(weeks, sorted(learners), impl, verl)
    for week in weeks.values():
        week.anonymous = round(len(week.visits) * ANONYMOUS + dice.random() - 0.5)
    return dict(weeks)


def _visits(weeks: dict[date, Week], number: int, monday: date, dice: random.Random) -> None:
    weeks[monday].visits.append(number)
    for _ in range(dice.choices(list(VISITS), weights=list(VISITS.values()))[0] - 1):
        again = monday + dice.randint(1, 20) * WEEK
        if again <= LAST_MONDAY:
            weeks[again].visits.append(number)


def _courses(
    weeks: dict[date, Week],
    learners: Sequence[tuple[date, int]],
    impl: Sequence[date],
    verl: Sequence[date],
) -> None:
    """Put learners together, in the order in which they came, well within their period."""
    for period in (impl, verl):
        own = [(monday, number) for monday, number in learners if monday in set(period)]
        last_start = period[-1] - (COURSE_WEEKS - 1) * WEEK
        for first in range(0, len(own), PLACES):
            people = own[first : first + PLACES]
            start = min(people[-1][0], last_start)
            weeks[start].courses.append([number for _, number in people])


def _pressure(monday: date) -> float:
    """How busy a week is: growing, quiet in summer, peaks in tax time and Digitale week."""
    growth = 0.7 + 0.5 * (monday - FIRST_MONDAY).days / 600
    season = {5: 1.2, 6: 1.3, 7: 0.5, 8: 0.5, 10: 1.3, 11: 1.3, 12: 0.8}
    return growth * season.get(monday.month, 1.0)
