"""Search among lines of names: parts in any order, and what looks like them after that.

Pure functions on text; nothing here knows of persons or a database.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from digibank_core.names import alike, fold, join_particles, pairs

SHORTEST_QUERY = 2
SHORTEST_TYPO = 4
"""Letters from which a typo is forgiven; shorter words are like too many others."""
LEAST_ALIKE = 0.8
"""Likeness from which a word can be another one with a typo: one letter in five."""


@dataclass(frozen=True)
class Found:
    """Lines that a query finds, the best first."""

    lines: list[int]
    """Their places in the book."""
    near: frozenset[int]
    """Those that only look like the query."""
    hits: int
    """How many there are; `lines` holds no more than was asked for."""


def line(first: str, last: str | None, *numbers: object) -> str:
    """Write a name as it is searched: its words, and as they may be written together.

    Examples
    --------
    >>> line("Jan", "Van den Bossche", 1950, None)
    ' jan van den bossche vandenbossche 1950 | janvandenbossche vandenbosschejan '
    """
    one, other = fold(first).split(), fold(last or "").split()
    start, end = "".join(one), "".join(other)
    together = (*join_particles(one), *join_particles(other), start, end)
    words = dict.fromkeys((*one, *other, *filter(None, together)))
    told = (str(number) for number in numbers if number)
    whole = (start + end, end + start) if start and end else ()
    return f" {' '.join((*words, *told, '|', *whole))} "


class Book:
    """Lines of one Digibank, as `line` writes them."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    def find(self, query: str, most: int) -> Found:
        """Give the lines that hold all parts of a query, then those that look like it.

        Of a word in the query that is no number one letter in five may be wrong, of a
        number of four digits one, or two that changed places, when it stands beside a word.
        """
        parts = fold(query).split()
        if len("".join(parts)) < SHORTEST_QUERY:
            return Found([], frozenset(), 0)
        words = join_particles(parts)
        exact = self._holding([[_part(part)] for part in parts])
        near = set(self._holding([[_part(word), *self._meant(word, words)] for word in words]))
        near.difference_update(exact)
        best = self._best(exact, words, most)
        best += self._best(near, words, most - len(best))
        return Found(best, frozenset(near.intersection(best)), len(exact) + len(near))

    def _holding(self, parts: Iterable[Sequence[str]]) -> Sequence[int]:
        """Give the lines in which of each part one of its spellings stands."""
        lines = self._lines
        left: Sequence[int] = range(len(lines))
        for spellings in parts:
            if len(spellings) == 1:
                [only] = spellings
                left = [at for at in left if only in lines[at]]
            else:
                left = [at for at in left if any(one in lines[at] for one in spellings)]
        return left

    def _best(self, places: Iterable[int], words: Sequence[str], most: int) -> list[int]:
        def order(at: int) -> tuple[int, str, int]:
            line = self._lines[at]
            return sum(_distance(word, line) for word in words), line, at

        return heapq.nsmallest(most, places, key=order)

    def _meant(self, typed: str, among: Sequence[str]) -> list[str]:
        """Give the words and numbers in the book that may be meant by what was typed."""
        meant: Iterable[str] = ()
        if not typed.isdecimal() and len(typed) >= SHORTEST_TYPO:
            meant = self._typos(typed)
        elif len(typed) == 4 and not all(word.isdecimal() for word in among):
            meant = (number for number in self._numbers if is_slip(typed, number))
        return [f" {one} " for one in meant]

    def _typos(self, typed: str) -> Iterator[str]:
        sound = _sound(typed)
        length, mine = len(sound), pairs(sound)
        shared = max(1, length - 1 - 3 * (length // 5))  # a typo breaks three pairs at most
        for word, (its_sound, its) in self._words.items():
            if (
                abs(length - len(its_sound)) <= 2
                and len(mine & its) >= shared
                and alike(sound, its_sound) >= LEAST_ALIKE
            ):
                yield word

    @cached_property
    def _written(self) -> set[str]:
        return {word for line in self._lines for word in line[: line.index("|")].split()}

    @cached_property
    def _numbers(self) -> list[str]:
        return [word for word in self._written if word.isdecimal() and len(word) == 4]

    @cached_property
    def _words(self) -> dict[str, tuple[str, frozenset[str]]]:
        sounds = {word: _sound(word) for word in self._written if not word.isdecimal()}
        return {word: (sound, pairs(sound)) for word, sound in sounds.items()}


def is_slip(one: str, other: str) -> bool:
    """Tell whether numbers of the same length differ by a digit, or by two that are swapped.

    Examples
    --------
    >>> [is_slip("1950", other) for other in ("1951", "1905", "1950", "1961")]
    [True, True, False, False]
    """
    wrong = [at for at in range(len(one)) if one[at] != other[at]]
    return len(wrong) == 1 or (len(wrong) == 2 and sorted(one) == sorted(other))


def _part(word: str) -> str:
    """Give how a part stands in a line: a number or a single letter begins a word."""
    return f" {word}" if word.isdecimal() or len(word) == 1 else word


def _distance(word: str, line: str) -> int:
    """Give 0 for a whole word of the line, 1 for the start of one, 2 within one, else 3."""
    for points, sought in enumerate((f" {word} ", f" {word}", word)):
        if sought in line:
            return points
    return 3


def _sound(word: str) -> str:
    return word.replace("ij", "y")  # Rijcke and Rycke are one name
