"""Forget who somebody is: the contact goes, and the texts that name the person.

What erasure (on request) and retention (after a term) have in common. The opaque unit stays
with its statistics, so no count changes (rules 47 and 65).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import load_only
from sqlmodel import Session, SQLModel, col, or_, select

from digibank_core import history, mentions
from digibank_core.mentions import Mention, Named, Words, mention
from digibank_core.models import Account, Contact, Person
from digibank_core.models.columns import Kind
from digibank_core.models.erasure import Forgotten, FoundText
from digibank_core.services.roots import roots


def groups(session: Session, digibank: str) -> dict[str, frozenset[str]]:
    """Give for each merged person of a Digibank all who are the same one (rule 63)."""
    same: dict[str, set[str]] = defaultdict(set)
    for absorbed, root in roots(session, digibank).items():
        same[root] |= {absorbed, root}
    return {key: frozenset(group) for group in same.values() for key in group}


def forget(session: Session, keys: Collection[str], texts: Sequence[FoundText]) -> Forgotten:
    """Destroy the contacts of persons, and these texts.

    The contact is not opened, so that it can go without its key too.
    """
    unopened = load_only(Contact.person)  # type: ignore[arg-type]  # a column, says SQLModel
    found = select(Contact).where(col(Contact.person).in_(keys)).options(unopened)
    contacts = session.exec(found).all()
    for contact in contacts:
        session.delete(contact)
    for one in texts:
        setattr(one.record, one.column, None)
    session.flush()
    return Forgotten(len(contacts), len(texts))


def names_of(session: Session, keys: Collection[str]) -> list[Named]:
    """Give what persons are named by; raise `KeyMissingError` when the key does not fit."""
    contacts = session.exec(select(Contact).where(col(Contact.person).in_(keys)))
    return [
        mentions.named(one.first_name, one.last_name, one.phone, one.mail) for one in contacts
    ]


@dataclass(frozen=True)
class _Written:
    record: SQLModel
    column: str
    text: str
    words: Words

    @property
    def person(self) -> str | None:
        return getattr(self.record, "person", None)


class Texts:
    """All that staff wrote in a Digibank; read once and searched for many persons."""

    def __init__(self, session: Session, digibank: str) -> None:
        self._found_by: dict[str | None, list[_Written]] = defaultdict(list)
        for model in text_models():
            for record in _with_text(session, model, digibank):
                for column in history.columns(model, Kind.TEXT):
                    if text := getattr(record, column):
                        one = _Written(record, column, text, mentions.words(text))
                        for mark in {one.person, *mentions.marks(one.words)}:
                            self._found_by[mark].append(one)

    def about(self, keys: Collection[str], names: Sequence[Named]) -> Iterator[FoundText]:
        """Give the texts that name a person or stand on a record of theirs."""
        marks = set(keys).union(*map(mentions.sought_by, names))
        near = {id(one): one for mark in marks for one in self._found_by.get(mark, ())}
        for one in near.values():
            own = one.person in keys
            surest = max((mention(one.words, name) for name in names), default=Mention.NOT)
            if own or surest > Mention.NOT:
                yield FoundText(one.record, one.column, one.text, surest, own)


@lru_cache(maxsize=1)
def text_models() -> list[type[SQLModel]]:
    """Give the tables with texts about what was done; names of accounts are those of staff."""
    mapped: list[Any] = [mapper.class_ for mapper in inspect(Person).registry.mappers]
    written = [one for one in mapped if one is not Account and history.columns(one, Kind.TEXT)]
    return sorted(written, key=lambda model: model.__name__)


def _with_text(session: Session, model: Any, digibank: str) -> Iterable[SQLModel]:
    written = [getattr(model, name).is_not(None) for name in history.columns(model, Kind.TEXT)]
    found: Iterable[SQLModel] = session.exec(
        select(model).where(model.digibank == digibank, or_(*written))
    )
    return found
