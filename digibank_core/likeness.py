"""How alike two persons are: name first, then year of birth, town and phone (rule 16).

Pure functions; nothing here knows of a database. The score is ours: no source gives one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeVar

from digibank_core.lookup import is_slip
from digibank_core.names import alike, glue, pairs

LIKELY = 70
"""Score from which two persons may be one: the same name in the same town with another year
of birth is 72 (father and son, or a wrong year), in another town 67."""
LEAST_SHARED = 0.4
"""Part of the letter pairs that names share before they are compared in full."""
WITHOUT_LAST_NAME = 0.75
"""Likeness of equal first names when one last name is missing: not enough by itself."""
OTHER_TOWN, SAME_PHONE = 5, 10
"""Points off for another town, as people move; points back for the same phone."""

Found = TypeVar("Found")
Compare = Callable[[str, str], float]


@dataclass(frozen=True)
class Traits:
    """What persons are compared by; empty where it is not known."""

    first: str
    """First and last name, each as `names.glue` gives it."""
    last: str
    birth_year: int | None
    town: str | None
    phone: str
    """As `bare_phone` gives it."""

    @cached_property
    def letters(self) -> frozenset[str]:
        """Pairs of neighbouring letters of the name."""
        return pairs(self.first + self.last)


def traits(
    first: str, last: str | None, birth_year: int | None, town: str | None, phone: str | None
) -> Traits:
    """Bring what was typed to what is compared."""
    return Traits(glue(first), glue(last), birth_year, town, bare_phone(phone))


def namesakes_of(
    one: Traits, others: Iterable[tuple[Found, Traits]]
) -> Iterator[tuple[Found, Traits, int]]:
    """Give who of the others has a name that is much alike, with its likeness, 0 to 100."""
    compare = lru_cache(maxsize=None)(alike)  # the same words come back often
    mine, length = one.letters, len(one.letters)
    for found, other in others:
        its = other.letters
        if 2 * len(mine & its) < LEAST_SHARED * (length + len(its)):
            continue  # the slow comparison is for the few that are left
        likeness = round(100 * same_name(one, other, compare))
        if likeness >= LIKELY:  # a household shares a phone; that alone is no likeness
            yield found, other, likeness


def weigh(likeness: int, one: Traits, other: Traits) -> tuple[int, str]:
    """Give the score of who has a name that is much alike, and why, in Dutch."""
    year_off, year = compare_years(one.birth_year, other.birth_year)
    told, score = ["zelfde naam" if likeness == 100 else "naam lijkt erop", year], likeness
    score -= year_off
    if one.town and other.town:
        told.append("zelfde woonplaats" if one.town == other.town else "andere woonplaats")
        score -= 0 if one.town == other.town else OTHER_TOWN
    if one.phone and one.phone == other.phone:
        told.append("zelfde telefoon")
        score += SAME_PHONE
    return min(100, score), ", ".join(told)


def same_name(one: Traits, other: Traits, compare: Compare = alike) -> float:
    """Compare two names, 0 to 1, in the better of both orders.

    First and last name weigh the same, so that a family is not alike by its last name.

    Examples
    --------
    >>> def name(first, last=None):
    ...     return traits(first, last, None, None, None)
    >>> same_name(name("Jan", "Van den Bossche"), name("Vandenbossche", "Jan"))
    1.0
    >>> same_name(name("Jan", "Claeys"), name("Maria", "Claeys")) < 0.7
    True
    >>> same_name(name("Fatima"), name("Fatima", "El Amrani"))
    0.75
    """
    whole = {other.first + other.last, other.last + other.first}
    if one.first + one.last in whole:
        return 1.0  # all in one field, or split elsewhere
    if not one.last or not other.last:
        part = 1.0 if one.last == other.last else WITHOUT_LAST_NAME
        return part * compare(one.first, other.first)
    straight = compare(one.first, other.first) + compare(one.last, other.last)
    swapped = compare(one.first, other.last) + compare(one.last, other.first)
    return max(straight, swapped) / 2


def bare_phone(phone: str | None) -> str:
    """Bring a phone number to its digits, without the zero or the country of Belgium.

    Examples
    --------
    >>> bare_phone("+32 475 12 34 56") == bare_phone("0475/12.34.56")
    True
    """
    digits = re.sub(r"\D", "", phone or "")
    return digits.removeprefix("00").removeprefix("32").lstrip("0")


def compare_years(one: int | None, other: int | None) -> tuple[int, str]:
    """Give the points that two years of birth take off, and why.

    Examples
    --------
    >>> [compare_years(1948, year)[0] for year in (1948, 1949, None, 1984, 1977)]
    [0, 3, 6, 9, 28]
    """
    if one is None or other is None:
        return 6, "geboortejaar onbekend"
    if one == other:
        return 0, "zelfde geboortejaar"
    if abs(one - other) == 1:
        return 3, "geboortejaar scheelt 1 jaar"
    if is_slip(str(one), str(other)):
        return 9, "geboortejaar misschien een tikfout"
    return 28, "ander geboortejaar"
