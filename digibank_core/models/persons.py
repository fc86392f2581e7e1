"""Persons: an opaque unit with its statistics, and apart from it the encrypted contact."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError
from sqlalchemy import CheckConstraint
from sqlmodel import SQLModel

from digibank_core import clock, security
from digibank_core.models.columns import Moment, contact, fact, one_of, technical
from digibank_core.models.typed import (
    BelgianPostcode,
    MailAddress,
    PersonName,
    PhoneNumber,
    Typed,
)

OUTSIDE = "buiten"
"""Choice of residence for who lives outside the working area."""


class Gender(StrEnum):
    """Gender as the person gives it (rule 44)."""

    FEMALE = "vrouw"
    MALE = "man"
    OTHER = "x"
    UNKNOWN = "zegt het liever niet"


class PersonRole(StrEnum):
    """Who takes part: only participants count as reached (rule 12)."""

    PARTICIPANT = "deelnemer"
    INTERMEDIARY = "intermediair"


class Person(SQLModel, table=True):
    """A natural person of one Digibank, known here by an opaque key only (rules 10 and 44)."""

    __table_args__ = (
        CheckConstraint("municipality IS NULL OR NOT outside_area", name="one_residence"),
        CheckConstraint("birth_year BETWEEN 1900 AND 2100", name="birth_year"),
    )

    key: str = fact(default_factory=security.new_key, primary_key=True, max_length=16)
    digibank: str = fact(foreign_key="digibank.code", index=True)
    birth_year: int | None = fact(default=None)
    adult_confirmed: bool = fact(default=False)
    """Tick "18 of ouder bevestigd" (rule 11)."""
    role: PersonRole = fact(default=PersonRole.PARTICIPANT, sa_type=one_of(PersonRole))
    gender: Gender = fact(default=Gender.UNKNOWN, sa_type=one_of(Gender))
    municipality: str | None = fact(default=None, foreign_key="municipality.nis")
    outside_area: bool = fact(default=False)
    recorded_at: datetime = fact(default=None, sa_type=Moment)
    version: int = technical(default=1)


class Contact(SQLModel, table=True):
    """Name and contact of a person: encrypted, and the only place that holds them."""

    person: str = fact(primary_key=True, foreign_key="person.key", max_length=16)
    first_name: str = contact("contact.first_name")
    last_name: str | None = contact("contact.last_name", default=None)
    phone: str | None = contact("contact.phone", default=None)
    mail: str | None = contact("contact.mail", default=None)
    postcode: str | None = contact("contact.postcode", default=None)
    version: int = technical(default=1)


def _read_birth_year(typed: Any) -> Any:
    text = str(typed).strip()
    if len(text) == 4 and text.isdecimal() and 1900 <= int(text) <= clock.today().year:
        return int(text)
    raise PydanticCustomError("birth_year", "Vul vier cijfers in, bijvoorbeeld 1955.")


BirthYear = Annotated[int, BeforeValidator(_read_birth_year)]


class NewPerson(Typed):
    """What is asked of a new person; only what rule 44 allows."""

    first_name: PersonName = Field(
        title="Voornaam", json_schema_extra={"missing": "Vul de voornaam in."}
    )
    last_name: PersonName | None = Field(default=None, title="Achternaam")
    birth_year: BirthYear | None = Field(
        default=None, title="Geboortejaar", description="Vier cijfers, bijvoorbeeld 1955."
    )
    adult_confirmed: bool = Field(
        default=False,
        title="18 of ouder bevestigd",
        description="Nodig zonder geboortejaar, of als de persoon dit jaar 18 wordt.",
    )
    gender: Gender = Field(default=Gender.UNKNOWN, title="Gender")
    residence: str | None = Field(
        default=None, title="Woonplaats", description="Onbekend? Laat dit dan leeg."
    )
    postcode: BelgianPostcode | None = Field(default=None, title="Postcode")
    phone: PhoneNumber | None = Field(
        default=None, title="Telefoon", description="Om te bellen als een toestel te laat is."
    )
    mail: MailAddress | None = Field(default=None, title="E-mailadres")
