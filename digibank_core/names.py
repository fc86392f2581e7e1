"""Words of names as desks write them: brought to one spelling, and compared.

Pure functions on text; nothing here knows of persons or a database.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Protocol, TypeVar


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_Record = TypeVar("_Record", bound=_Named)

# fmt: off
PARTICLES = frozenset((
    "van", "de", "den", "der", "het", "t", "ter", "ten", "te", "vanden", "vander", "vande",
    "le", "la", "les", "du", "des", "d", "el", "al", "ben", "bin", "abu",
    "da", "di", "del", "dos", "do", "von", "zu",
))
# fmt: on
"""Small words that are written before a name, apart from it or not."""
_UNFOLDED = str.maketrans(
    {"ø": "o", "ł": "l", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "đ": "d"}
    | dict.fromkeys("'’‘ʼ`´′.\u0640")  # apostrophes of all kinds, and the tatweel of Arabic
)
_WORD = re.compile(r"\w+")


def fold(text: str) -> str:
    """Bring a name to plain small letters, so that spelling variants meet.

    Examples
    --------
    >>> fold("D'Hondt Öztürk-Le Fèvre")
    'dhondt ozturk le fevre'
    """
    bare = text.casefold().translate(_UNFOLDED)
    if not bare.isascii():
        apart = unicodedata.normalize("NFKD", bare)
        bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join(_WORD.findall(bare))


def join_particles(words: Iterable[str]) -> list[str]:
    """Write the particles of folded names together with the word that follows.

    Examples
    --------
    >>> join_particles("jan van den bossche le".split())
    ['jan', 'vandenbossche', 'le']
    """
    joined, open_ = [], ""
    for word in words:
        open_ += word
        if word not in PARTICLES:
            joined.append(open_)
            open_ = ""
    return [*joined, open_] if open_ else joined


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
    return frozenset(map(operator.add, word, word[1:]))


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
