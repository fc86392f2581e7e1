"""Who of a whole Digibank may be one person, without comparing everybody with everybody.

Pure functions; the score is that of `likeness`, and so are the pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import count
from typing import Generic, TypeVar

from digibank_core.likeness import LEAST_SHARED, LIKELY, Compare, Traits, same_name, weigh
from digibank_core.names import alike

Found = TypeVar("Found")


def likely_pairs(
    persons: Iterable[tuple[Found, Traits]],
) -> Iterator[tuple[Found, Found, int, str]]:
    """Give each pair of persons who may be one, with the score and why, in Dutch.

    They are the same as when each is compared with all others by name and then weighed.
    """
    compare = lru_cache(maxsize=None)(alike)
    known = _Known[Found]()
    for found, one in persons:
        for earlier, other in known.near(one):
            likeness = _likeness(one, other, compare)
            if likeness is not None:
                yield earlier, found, *weigh(likeness, one, other)
        known.add(found, one)


class _Known(Generic[Found]):
    """Persons by the words of their names, to find the few who are worth comparing.

    Who may be somebody else has the same name as a whole, or a first or last name that is
    near: the likeness of two names is the mean of those of their words.
    """

    def __init__(self) -> None:
        self._persons: list[tuple[Found, Traits]] = []
        self._holders: dict[str, list[int]] = defaultdict(list)
        """Places of persons by first name, last name and the whole name."""
        self._near: dict[str, list[str]] = {}

    def near(self, one: Traits) -> Iterator[tuple[Found, Traits]]:
        words = {near for word in (one.first, one.last) if word for near in self._like(word)}
        words |= {one.first + one.last, one.last + one.first}
        places = {place for word in words for place in self._holders.get(word, ())}
        return (self._persons[place] for place in sorted(places))

    def add(self, found: Found, one: Traits) -> None:
        for word in {one.first, one.last, one.first + one.last}:
            self._holders[word].append(len(self._persons))
        self._persons.append((found, one))

    def _like(self, word: str) -> list[str]:
        if word not in self._near:
            found = [other for other in self._near if _percent(word, other) >= LIKELY]
            for other in found:
                self._near[other].append(word)
            self._near[word] = [*found, word]
        return self._near[word]


def _likeness(one: Traits, other: Traits, compare: Compare) -> int | None:
    """Give the likeness of two names, 0 to 100; None when the persons are not likely one."""
    shared = 2 * len(one.letters & other.letters)
    if shared < LEAST_SHARED * (len(one.letters) + len(other.letters)):
        return None
    with_same_name, _ = weigh(100, one, other)
    least = LIKELY + 100 - with_same_name
    if round(100 * same_name(one, other, _most_alike)) < least:
        return None  # the slow comparison is for the few that are left
    likeness = round(100 * same_name(one, other, compare))
    return likeness if likeness >= least else None


def _percent(one: str, other: str) -> int:
    return round(100 * _most_alike(one, other))


def _most_alike(one: str, other: str) -> float:
    """Give the most that `alike` can be of two words: no order puts more letters together."""
    shared = (_letters(one) & _letters(other)).bit_count()
    return 2 * shared / (len(one) + len(other)) if one or other else 1.0


@lru_cache(maxsize=1 << 16)
def _letters(word: str) -> int:
    """Give a number with a bit for each letter: the first a, the second a, the first b."""
    return sum(1 << _bits[letter, word.count(letter, 0, at)] for at, letter in enumerate(word))


_bits: dict[tuple[str, int], int] = defaultdict(count().__next__)
