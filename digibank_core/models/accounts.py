"""Accounts of the people who work with the workbench, and their signed-in sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints
from sqlmodel import SQLModel

from digibank_core.models.columns import Moment, fact, free_text, one_of, technical
from digibank_core.models.typed import PlainText, Typed
from digibank_core.security import Role

Password = Annotated[str, StringConstraints(min_length=10, max_length=200)]
"""Long rather than strange: a sentence of a few words is easy to keep in mind."""


class Account(SQLModel, table=True):
    """A named user with one role; closed, never deleted."""

    login: str = fact(primary_key=True, max_length=40)
    display_name: str = free_text(max_length=60)
    """How the screen greets the user; not in history, as it is a name."""
    role: Role = fact(sa_type=one_of(Role))
    digibank: str | None = fact(default=None, foreign_key="digibank.code")
    active: bool = fact(default=True)
    password_hash: str = technical(max_length=200)
    version: int = technical(default=1)


class LoginSession(SQLModel, table=True):
    """A signed-in browser; the cookie's token is kept only as a hash."""

    __tablename__ = "login_session"

    token_hash: str = technical(primary_key=True, max_length=64)
    login: str = technical(foreign_key="account.login", index=True)
    expires_at: datetime = technical(sa_type=Moment)


class NewAccount(Typed):
    """What is needed to make an account."""

    login: PlainText = Field(title="Gebruikersnaam", pattern=r"^[a-z0-9][a-z0-9._-]{1,39}$")
    display_name: PlainText = Field(title="Naam op het scherm", min_length=1, max_length=60)
    role: Role = Field(title="Rol")
    digibank: str | None = Field(default=None, title="Digibank")
    password: Password = Field(title="Wachtwoord")


class NewPassword(Typed):
    """What is needed to give an account another password."""

    password: Password = Field(title="Wachtwoord")
