"""Persons: an opaque unit with its statistics, and apart from it the encrypted contact."""

from __future__ import annotations

from datetime import date, datetime
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

CHOOSE_PERSON = "Typ een naam en kies uit de lijst."
"""Asked for when a search field of a person is empty."""


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


class Education(StrEnum):
    """Highest level of education (rule 44)."""

    LOW = "ISCED 0-2"
    MIDDLE = "ISCED 3-4"
    HIGH = "ISCED 5-8"
    UNSAID = Gender.UNKNOWN.value


class LabourStatus(StrEnum):
    """What somebody does for a living (rule 44)."""

    AT_WORK = "werkend"
    SEEKS_WORK = "werkzoekend"
    INACTIVE = "inactief of gepensioneerd"
    STUDENT = "student"
    UNSAID = Gender.UNKNOWN.value


class YesNo(StrEnum):
    """Answer to a question that nobody has to answer (rule 44)."""

    YES = "ja"
    NO = "nee"
    UNSAID = Gender.UNKNOWN.value


class AgeState(StrEnum):
    """What is known of the age on a day (rule 11)."""

    ADULT = "18 of ouder"
    CONFIRMED = "18 of ouder bevestigd"
    TO_CONFIRM = "nog te bevestigen"
    MINOR = "jonger dan 18, telt niet mee"


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
    education: Education | None = fact(default=None, sa_type=one_of(Education))
    """This and the next three are empty for who was not asked, or did not say (rule 44)."""
    labour_status: LabourStatus | None = fact(default=None, sa_type=one_of(LabourStatus))
    other_language: bool | None = fact(default=None)
    """Needs another language than Dutch."""
    reduced_rate: bool | None = fact(default=None)
    """Whether a right to the reduced rate was seen; the document is not kept (rule 29)."""
    consent_on: date | None = fact(default=None)
    """Day on which somebody agreed that name and contact are kept."""
    voided: bool = fact(default=False)
    erased_on: date | None = fact(default=None)
    """Day on which name and contact were destroyed on request (rule 65)."""
    recorded_at: datetime = fact(default=None, sa_type=Moment)
    version: int = technical(default=1)

    def comes_to(self, digibank: str) -> bool:
        """Tell whether a Digibank may write new things down about the person (rule 49)."""
        is_there = self.erased_on is None and not self.voided
        return self.digibank == digibank and is_there

    def age_state(self, day: date) -> AgeState:
        """Tell what is known of the age on a day (rule 11)."""
        years = 18 if self.birth_year is None else day.year - self.birth_year
        if years == 18:
            return AgeState.CONFIRMED if self.adult_confirmed else AgeState.TO_CONFIRM
        return AgeState.ADULT if years > 18 else AgeState.MINOR


class Contact(SQLModel, table=True):
    """Name and contact of a person: encrypted, and the only place that holds them."""

    person: str = fact(primary_key=True, foreign_key="person.key", max_length=16)
    first_name: str = contact("contact.first_name")
    last_name: str | None = contact("contact.last_name", default=None)
    phone: str | None = contact("contact.phone", default=None)
    mail: str | None = contact("contact.mail", default=None)
    postcode: str | None = contact("contact.postcode", default=None)
    version: int = technical(default=1)


def nobody(key: str) -> Contact:
    """Give what to show of a person whose contact is gone (rules 47 and 65); never saved."""
    return Contact(person=key, first_name="gewiste persoon")


def _read_birth_year(typed: Any) -> Any:
    text = str(typed).strip()
    if len(text) == 4 and text.isdecimal() and 1900 <= int(text) <= clock.today().year:
        return int(text)
    raise PydanticCustomError("birth_year", "Vul vier cijfers in, bijvoorbeeld 1955.")


BirthYear = Annotated[int, BeforeValidator(_read_birth_year)]


def _read_consent(given: Any) -> Any:
    if isinstance(given, bool):
        return clock.today() if given else None
    return given


Consent = Annotated[date | None, BeforeValidator(_read_consent)]
"""Day on which somebody agreed; a tick says that it is today."""


class NewPerson(Typed):
    """What is asked of a new person; only what rule 44 allows."""

    first_name: PersonName = Field(
        title="Voornaam", json_schema_extra={"missing": "Vul de voornaam in."}
    )
    last_name: PersonName | None = Field(default=None, title="Achternaam")
    birth_year: BirthYear | None = Field(
        default=None,
        title="Geboortejaar",
        description="Vier cijfers, bijvoorbeeld 1955. Leeg als iemand het liever niet zegt.",
    )
    adult_confirmed: bool = Field(
        default=False,
        title="18 of ouder bevestigd",
        description="Nodig zonder geboortejaar, of als de persoon dit jaar 18 wordt.",
    )
    gender: Gender = Field(default=Gender.UNKNOWN, title="Gender")
    residence: str | None = Field(
        default=None,
        title="Woonplaats",
        description="Leeg als het onbekend is, of als iemand het liever niet zegt.",
    )
    postcode: BelgianPostcode | None = Field(default=None, title="Postcode")
    phone: PhoneNumber | None = Field(
        default=None, title="Telefoon", description="Om te bellen als een toestel te laat is."
    )
    mail: MailAddress | None = Field(default=None, title="E-mailadres")
    role: PersonRole = Field(
        default=PersonRole.PARTICIPANT,
        title="Komt als",
        description="Een intermediair helpt zelf anderen en telt niet mee in het bereik.",
    )
    education: Education = Field(default=Education.UNSAID, title="Opleiding")
    labour_status: LabourStatus = Field(default=LabourStatus.UNSAID, title="Werk")
    other_language: YesNo = Field(
        default=YesNo.UNSAID, title="Heeft een andere taal dan Nederlands nodig"
    )
    reduced_rate: YesNo = Field(
        default=YesNo.UNSAID,
        title="Recht op kansentarief gezien",
        description="Schrijf het bewijs of het inkomen nergens op.",
    )
    consent_on: Consent = Field(
        default=None,
        title="Weet dat we naam en contact bewaren en is akkoord",
        description="Zonder vinkje kan je ook inschrijven. Wie niet akkoord gaat, schrijf je "
        "in met alleen een voornaam.",
        json_schema_extra={"kind": "tick"},
    )


class PersonChoice(Typed):
    """Somebody who is known already."""

    person: str = Field(
        title="Naam, geboortejaar of postcode",
        description="Typ twee letters. De volgorde maakt niet uit, een tikfout ook niet.",
        json_schema_extra={
            "missing": CHOOSE_PERSON,
            "empty": "Niemand gevonden. Zoek op een deel van de naam, "
            "of maak een nieuwe persoon.",
        },
    )


class SamePerson(Typed):
    """Which of the likely matches somebody is."""

    person: str = Field(title="Wie is het?", json_schema_extra={"missing": "Kies wie het is."})


class Difference(StrEnum):
    """Why somebody is not one of the likely matches; a closed list, so it names nobody."""

    FAMILY = "familie: tweeling, ouder en kind, of een koppel"
    NAMESAKE = "iemand anders met bijna dezelfde naam"
    FIRST_TIME = "zegt dat dit de eerste keer is"
    OTHER = "een andere reden"


class NotTheSame(Typed):
    """Why somebody who looks like a person of the list is registered all the same."""

    difference: Difference = Field(title="Waarom is het iemand anders?")
