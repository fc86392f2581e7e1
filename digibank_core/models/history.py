"""What every write leaves behind: who did what, when and why, chained by hash."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import SQLModel

from digibank_core.models.columns import Moment, technical


class HistoryEntry(SQLModel, table=True):
    """One changed row; entries are only ever added (a trigger in the database sees to it)."""

    __tablename__ = "history"

    id: int = technical(primary_key=True)
    transaction: int = technical(index=True)
    """`id` of the first entry of the same transaction."""
    at: datetime = technical(sa_type=Moment, index=True)
    login: str = technical(max_length=40)
    role: str = technical(max_length=20)
    reason: str = technical(max_length=200)
    table: str = technical(max_length=40, index=True)
    key: str = technical(max_length=80)
    """Primary key of the row; parts of a composite key are joined by a slash."""
    before: str | None = technical(default=None)
    """Facts before the change, as canonical JSON; empty for a new row."""
    after: str | None = technical(default=None)
    """Facts after the change; empty for a removed row."""
    touched: str = technical(default="", max_length=200)
    """Names of text and contact columns that changed, never their values."""
    previous: str = technical(max_length=64)
    hash: str = technical(max_length=64)


class SavedForm(SQLModel, table=True):
    """The key of a form that was saved: the same form cannot be saved twice."""

    __tablename__ = "saved_form"

    key: str = technical(primary_key=True, max_length=36)
    at: datetime = technical(sa_type=Moment)
