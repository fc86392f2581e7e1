"""Who is at the keyboard and what that person may do: one table, role to rights."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from digibank_core.errors import NotAllowedError


class Role(StrEnum):
    """Roles of design.md, "Who uses it"; the value is what staff see."""

    COORDINATOR = "coördinator"
    DIGIHELPER = "digihelper"
    PARTNER = "kringwinkel"
    REGIONAL = "regionaal"
    EDITOR = "rapportmaker"
    AUDITOR = "auditor"
    ADMINISTRATOR = "beheerder"


class Right(StrEnum):
    """Acts that a service or a page can ask for."""

    LEND = "uitlenen en terugnemen"
    KEEP_STOCK = "toestellen opnemen en wissen"
    SEE_STOCK = "de voorraad zien"
    FIND_PERSON = "personen zoeken"
    REGISTER_PERSON = "personen inschrijven"
    MERGE = "dubbels samenvoegen"
    TEACH = "vormingen en aanwezigheden noteren"
    PLAN_TRAINING = "vormingen maken"
    ERASE = "gegevens van een persoon meegeven en wissen"
    CLEAN_UP = "contactgegevens na hun termijn verwijderen"
    LOG_VISIT = "bezoeken aan een Digipunt noteren"
    CORRECT = "gegevens verbeteren"
    SEE_FIGURES = "cijfers zien"
    SEE_ROWS = "de rijen achter een cijfer zien"
    EDIT_REPORTS = "rapporten maken"
    KEEP_BUDGET = "het budget en de kosten bijhouden"
    KEEP_REFERENCE = "referentiegegevens bewaren"
    MANAGE_USERS = "gebruikers beheren"
    APPROVE_APPS = "gewijzigde pagina's goedkeuren"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.COORDINATOR: frozenset(
        {
            Right.LEND,
            Right.KEEP_STOCK,
            Right.SEE_STOCK,
            Right.FIND_PERSON,
            Right.REGISTER_PERSON,
            Right.MERGE,
            Right.ERASE,
            Right.TEACH,
            Right.PLAN_TRAINING,
            Right.LOG_VISIT,
            Right.CORRECT,
            Right.SEE_FIGURES,
            Right.SEE_ROWS,
            Right.KEEP_BUDGET,
        }
    ),
    Role.DIGIHELPER: frozenset(
        {Right.FIND_PERSON, Right.REGISTER_PERSON, Right.TEACH, Right.LOG_VISIT}
    ),
    Role.PARTNER: frozenset({Right.KEEP_STOCK, Right.SEE_STOCK}),
    Role.REGIONAL: frozenset({Right.SEE_FIGURES}),
    Role.EDITOR: frozenset({Right.SEE_FIGURES, Right.SEE_ROWS, Right.EDIT_REPORTS}),
    Role.AUDITOR: frozenset({Right.SEE_FIGURES, Right.SEE_ROWS}),
    Role.ADMINISTRATOR: frozenset(
        {
            Right.SEE_FIGURES,
            Right.SEE_ROWS,
            Right.EDIT_REPORTS,
            Right.KEEP_REFERENCE,
            Right.CLEAN_UP,
            Right.MANAGE_USERS,
            Right.APPROVE_APPS,
        }
    ),
}

REGION_WIDE = frozenset({Role.REGIONAL, Role.EDITOR, Role.AUDITOR, Role.ADMINISTRATOR})
"""Roles that may be given without a Digibank; the others always belong to one."""


@dataclass(frozen=True)
class Actor:
    """The user in whose name something is read or written."""

    login: str
    role: Role
    digibank: str | None
    """Code of the own Digibank; None for roles of the whole region."""

    @property
    def own(self) -> str:
        """Code of the own Digibank; raise `NotAllowedError` for a role of the whole region."""
        if self.digibank is None:
            raise NotAllowedError(role=self.role.value)
        return self.digibank

    def may(self, right: Right, digibank: str | None = None) -> bool:
        """Tell whether the role has a right, in a Digibank when one is named."""
        if self.digibank is None and self.role not in REGION_WIDE:
            return False
        own = digibank is None or self.digibank in (None, digibank)
        return own and right in RIGHTS[self.role]

    def require(self, right: Right, digibank: str | None = None) -> None:
        """Raise `NotAllowedError` unless the actor may do this, there."""
        if not self.may(right, digibank):
            raise NotAllowedError(role=self.role.value)


def command_line() -> Actor:
    """Give the actor of the `digibank` command: whoever may read the files may do this."""
    return Actor(login="cli", role=Role.ADMINISTRATOR, digibank=None)


_source: list[random.Random] = [secrets.SystemRandom()]


def new_key() -> str:
    """Give an opaque key of 16 hexadecimal digits that says nothing of its bearer (rule 46)."""
    return f"{_source[0].getrandbits(64):016x}"


@contextmanager
def keys_from(source: random.Random) -> Iterator[None]:
    """Draw keys from a seeded source: for demo data only, as such keys can be foretold."""
    _source[0] = source
    try:
        yield
    finally:
        _source[0] = secrets.SystemRandom()
