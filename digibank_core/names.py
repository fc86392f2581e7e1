"""Words of names as desks write them: brought to one spelling, and compared.

Pure functions on text; nothing here knows of persons or a database.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Protocol, TypeVar

LEAST_ALIKE = 0.8
"""Likeness from which a word can be another one with a typo: one letter in five."""
SHORTEST_TYPO = 4
"""Letters from which a typo is forgiven; shorter words are like too many others."""


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_Record = TypeVar("_Record", bound=_Named)

_UNFOLDED = str.maketrans({"ø": "o", "ł": "l", "ı": "i", "ß": "ss", "æ": "ae", "đ": "d"})


def fold(text: str) -> str:
    """Bring a name to plain small letters, so that spelling variants meet.

    Examples
    --------
    >>> fold("D'Hondt Öztürk-Le Fèvre")
    'dhondt ozturk le fevre'
    """
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_UNFOLDED))
    kept = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^\w]+", " ", re.sub(r"['’`.]", "", kept)).split())


def glue(text: str | None) -> str:
    """Bring a name to one word, as particles are written apart or not.

    Examples
    --------
    >>> glue("Van den Bossche") == glue("Vandenbossche")
    True
    """
    return fold(text or "").replace(" ", "")


def by_name(records: Iterable[_Record]) -> list[_Record]:
    """Sort records the way staff look a name up, whatever the database takes for order."""
    return sorted(records, key=lambda record: (fold(record.name), record.name))


def pairs(word: str) -> frozenset[str]:
    """Give the pairs of neighbouring letters of a word.

    Examples
    --------
    >>> sorted(pairs("anna"))
    ['an', 'na', 'nn']
    """
    return frozenset(map("".join, pairwise(word)))


def alike(one: str, other: str) -> float:
    """Compare two words, 0 to 1.

    Examples
    --------
    >>> alike("peeters", "peters") > 0.9 > alike("jan", "maria")
    True
    """
    if one == other:
        return 1.0
    return SequenceMatcher(None, min(one, other), max(one, other), autojunk=False).ratio()


def is_typo(typed: str, word: str) -> bool:
    """Tell whether a word may be what was meant by another one.

    Examples
    --------
    >>> is_typo("bosche", "bossche"), is_typo("jan", "jean")
    (True, False)
    """
    if len(typed) < SHORTEST_TYPO or abs(len(typed) - len(word)) > 2:
        return False
    return bool(pairs(typed) & pairs(word)) and alike(typed, word) >= LEAST_ALIKE
