"""How a column is declared: each says what history may keep of it.

`fact`: its value stands in the images of history. `free_text` and `contact`: history says
only that it changed. `technical`: history never mentions it (sessions, hashes, versions).
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum, MetaData
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from digibank_core.encryption import EncryptedText

SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


class Kind(StrEnum):
    """What history keeps of a column."""

    FACT = "fact"
    TEXT = "text"
    CONTACT = "contact"
    TECHNICAL = "technical"


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the zone, this column does not."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store in UTC; a moment without zone is a defect."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment in UTC, with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def one_of(words: type[StrEnum]) -> Enum:
    """Give the type of a column that holds one of these words, checked by the database."""
    return Enum(
        words,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        name=words.__name__.lower(),
        length=40,
    )


def fact(**options: Any) -> Any:
    """Declare a column whose values history keeps."""
    return _declare(Kind.FACT, options)


def free_text(**options: Any) -> Any:
    """Declare a column of text that staff wrote; history says only that it changed."""
    return _declare(Kind.TEXT, options)


def contact(place: str, **options: Any) -> Any:
    """Declare an encrypted column of the person's name or contact; `place` is table.column."""
    return _declare(Kind.CONTACT, {"sa_type": EncryptedText(place), **options})


def technical(**options: Any) -> Any:
    """Declare a column that history never mentions."""
    return _declare(Kind.TECHNICAL, options)


def _declare(kind: Kind, options: dict[str, Any]) -> Any:
    return Field(sa_column_kwargs={"info": {"kind": kind}}, **options)
