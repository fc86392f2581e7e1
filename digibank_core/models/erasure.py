"""What is asked before a person is erased, and what then goes (rules 47 and 65)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from sqlmodel import SQLModel

from digibank_core.mentions import Mention
from digibank_core.models.typed import Typed


class ErasureReason(StrEnum):
    """Who asked for it; a closed list, so it names nobody."""

    ASKED = "de persoon vraagt het zelf"
    ON_BEHALF = "wie de persoon vertegenwoordigt, vraagt het"
    DECEASED = "de persoon is overleden en de familie vraagt het"


def _is_sure(ticked: bool) -> bool:
    if not ticked:
        raise PydanticCustomError("not_sure", "Lees wat verdwijnt en vink dit aan.")
    return ticked


class ErasureRequest(Typed):
    """Why a person is erased, and how far."""

    why: ErasureReason = Field(title="Waarom?")
    surname_too: bool = Field(
        default=False,
        title="Wis ook de nota's van anderen met alleen de achternaam",
        description="Vink dit aan als ze over deze persoon gaan.",
    )
    sure: Annotated[bool, AfterValidator(_is_sure)] = Field(
        default=False,
        validate_default=True,
        title="Ik heb gelezen wat verdwijnt. Dit kan niemand ongedaan maken.",
    )


@dataclass(frozen=True)
class FoundText:
    """A text that staff wrote and that goes, or would go."""

    record: SQLModel
    column: str
    text: str
    mention: Mention
    own: bool
    """Whether the record is of the person."""


@dataclass(frozen=True)
class Footprint:
    """What there is of a person: what an erasure takes, what it leaves, and what stops it."""

    names: tuple[str, ...]
    """Of every registration that was merged with this one."""
    texts: tuple[FoundText, ...]
    devices: tuple[str, ...]
    """Codes of the devices that the person has: none may be out."""
    kept: dict[str, int]
    """Number of records that stay, without a name, by what they are."""
    erased_on: date | None


@dataclass(frozen=True)
class Forgotten:
    """How much went."""

    contacts: int
    texts: int
    searched: bool = True
    """Whether texts of others were searched; not where the key does not open the name."""

    def __add__(self, other: Forgotten) -> Forgotten:
        """Add what went elsewhere."""
        return Forgotten(
            self.contacts + other.contacts,
            self.texts + other.texts,
            self.searched and other.searched,
        )
