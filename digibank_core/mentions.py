"""Whether a text names a person: for the texts that go when somebody is erased (rule 65).

Pure functions; nothing here knows of a database. A typo in the text is not seen through.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from digibank_core.likeness import bare_phone
from digibank_core.names import fold, glue

NUMBER = "0@"
"""Mark of a text with a digit or an address; no word is like it."""
SHORTEST_PHONE = 8
"""Digits from which a number in a text can be that of one person."""


class Mention(IntEnum):
    """How surely a text names somebody; a higher one is surer."""

    NOT = 0
    FIRST = 1
    """Only the first name, of who has a last name too."""
    LAST = 2
    """Only the last name, or the first name of who has no other."""
    FULL = 3
    """First and last name, or the phone number, or the mail address."""


@dataclass(frozen=True)
class Named:
    """What a person is named by, brought to one spelling; empty where it is not known."""

    first: str
    last: str
    phone: str
    mail: str


@dataclass(frozen=True)
class Words:
    """A text, brought to the same spelling; made once and asked about many persons."""

    words: tuple[str, ...]
    digits: str
    plain: str


def named(first: str, last: str | None, phone: str | None, mail: str | None) -> Named:
    """Bring what is known of a person to what is sought."""
    return Named(glue(first), glue(last), bare_phone(phone), (mail or "").casefold())


def words(text: str) -> Words:
    """Bring a text to what is searched."""
    return Words(tuple(fold(text).split()), re.sub(r"\D", "", text), text.casefold())


def mention(text: Words, who: Named) -> Mention:
    """Tell how surely a text names a person.

    Examples
    --------
    >>> lieve = named("Lieve", "Van den Bossche", "0475 12 34 56", None)
    >>> told = ("mevr. VANDENBOSSCHE, Lieve", "Lieve belt", "dochter van Van den Bossche")
    >>> [mention(words(text), lieve).name for text in told]
    ['FULL', 'FIRST', 'LAST']
    >>> mention(words("bel 0475/12.34.56"), lieve), mention(words("scherm stuk"), lieve)
    (<Mention.FULL: 3>, <Mention.NOT: 0>)
    """
    if who.mail and who.mail in text.plain:
        return Mention.FULL
    if len(who.phone) >= SHORTEST_PHONE and who.phone in text.digits:
        return Mention.FULL
    has_first, has_last = _has(text.words, who.first), _has(text.words, who.last)
    if has_last:
        return Mention.FULL if has_first else Mention.LAST
    if has_first:
        return Mention.FIRST if who.last else Mention.LAST
    return Mention.NOT


def marks(text: Words) -> set[str]:
    """Give what a text can be found by: its words, and one mark for a number or an address."""
    return {*text.words, NUMBER} if text.digits or "@" in text.plain else set(text.words)


def sought_by(who: Named) -> set[str]:
    """Give the marks of which each text that names a person has one; others have them too.

    Examples
    --------
    >>> sorted(sought_by(named("Li", "Van", None, None)) - {NUMBER})
    ['l', 'li', 'lis', 'v', 'va', 'van', 'vans']
    """
    parts = (f"{name}s"[:length] for name in (who.first, who.last) if name
             for length in range(1, len(name) + 2))  # fmt: skip
    return {NUMBER, *parts}


def _has(words: tuple[str, ...], name: str) -> bool:
    """Tell whether words next to each other are a name, or its genitive."""
    for start in range(len(words) if name else 0):
        run = ""
        for word in words[start:]:
            run += word
            if run in (name, f"{name}s"):
                return True
            if not name.startswith(run):
                break
    return False
