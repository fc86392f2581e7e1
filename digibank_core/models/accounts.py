"""Accounts of the people who work with the workbench, and their signed-in sessions."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError
from sqlmodel import SQLModel

from digibank_core.models.columns import Moment, fact, free_text, one_of, technical
from digibank_core.models.typed import PlainText, Typed
from digibank_core.security import Role

LONGEST_PASSWORD = 200
Password = Annotated[str, StringConstraints(min_length=10, max_length=LONGEST_PASSWORD)]
"""Long rather than strange: a sentence of a few words is easy to keep in mind."""


def _read_login(typed: object) -> str:
    login = str(typed).strip()
    if not re.fullmatch("[a-z0-9][a-z0-9._-]{1,39}", login):
        raise PydanticCustomError(
            "login_form",
            "Schrijf 2 tot 40 kleine letters of cijfers. Een punt of een streepje mag ook.",
        )
    return login


Login = Annotated[str, BeforeValidator(_read_login)]
"""The name with which somebody signs in: without capitals, accents or spaces."""


class Account(SQLModel, table=True):
    """A named user with one role; disabled, never deleted."""

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
    seen_at: datetime = technical(sa_type=Moment)
    """Last use, to the minute."""


class AccountRequest(Typed):
    """What an administrator fills in to make an account; the password is drawn."""

    login: Login = Field(
        title="Gebruikersnaam", description="Kleine letters en cijfers, bijvoorbeeld marie.d"
    )
    display_name: PlainText = Field(title="Naam op het scherm", min_length=1, max_length=60)
    role: Role = Field(title="Rol")
    digibank: str | None = Field(
        default=None,
        title="Digibank",
        description="Leeg kan voor regionaal, rapportmaker, auditor en beheerder.",
    )


class NewAccount(AccountRequest):
    """What is needed to make an account."""

    password: Password = Field(title="Wachtwoord")


class LoginChoice(Typed):
    """One account, chosen from the list."""

    login: str = Field(
        title="Gebruiker",
        max_length=40,
        json_schema_extra={
            "missing": "Kies een gebruiker.",
            "empty": "Niemand gevonden. Zoek op een deel van de gebruikersnaam of de naam.",
        },
    )


class NewPassword(Typed):
    """What is needed to give an account another password."""

    password: Password = Field(title="Wachtwoord")


class PasswordChange(Typed):
    """What somebody types to change the own password."""

    current: str = Field(title="Huidig wachtwoord", min_length=1, max_length=LONGEST_PASSWORD)
    new: Password = Field(title="Nieuw wachtwoord")
    again: str = Field(title="Nieuw wachtwoord, nog een keer", max_length=LONGEST_PASSWORD)

    @model_validator(mode="after")
    def _typed_twice_alike(self) -> Self:
        if self.new != self.again:
            raise PydanticCustomError(
                "password_again",
                "De twee nieuwe wachtwoorden verschillen. Typ ze opnieuw.",
                {"field": "again"},
            )
        return self
