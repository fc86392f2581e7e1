"""What is typed to correct or void a record: the fields of the form that made it (rule 62).

Why is a closed list, so that it names nobody: it stands in history, where nothing is erased.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field

from digibank_core.models.digipunt import QuestionRequest, Result, VisitFacts
from digibank_core.models.lending import Condition, LoanRequest, ReturnRequest
from digibank_core.models.persons import NewPerson
from digibank_core.models.programme import Stream
from digibank_core.models.training import (
    PERSON,
    EnrolmentState,
    ListProof,
    Mark,
    Meeting,
    NewCourse,
    NewSession,
)
from digibank_core.models.typed import FactText, FreeText, PersonName, Typed, TypedDate


def _optional(model: type[Typed], name: str, **changed: Any) -> Any:
    """Give a field that another form asks too, and that may be empty here."""
    asked = model.model_fields[name]
    told = {"title": asked.title, "description": asked.description}
    return Field(default=None, **{**told, **changed})


_STREAM = Field(
    default=Stream.DIGIBANK,
    title="Betaald door",
    description="Alleen wat de Digibank betaalt, telt mee voor het doel.",
)


class LoanCorrection(LoanRequest):
    """What can be wrong of a loan, its return included."""

    agreement: FactText | None = Field(
        default=None, title="Nummer van de overeenkomst", max_length=20
    )
    returned_on: TypedDate | None = _optional(
        ReturnRequest, "returned_on", description="Leeg zolang het toestel weg is."
    )
    condition: Condition | None = _optional(ReturnRequest, "condition")
    return_note: FreeText | None = _optional(
        ReturnRequest,
        "note",
        title="Nota bij de terugname",
        json_schema_extra={"kind": "note"},
    )
    stream: Stream = _STREAM


class PersonCorrection(NewPerson):
    """What can be wrong of a person."""

    consent_on: TypedDate | None = Field(
        default=None,
        title="Akkoord gegeven op",
        description="Dag waarop de persoon goedvond dat we naam en contact bewaren.",
    )


class ErasedPersonCorrection(PersonCorrection):
    """What can be wrong of a person whose name and contact were destroyed (rule 65)."""

    first_name: PersonName | None = Field(  # type: ignore[assignment]  # never asked again
        default=None, title="Voornaam"
    )


class CourseCorrection(NewCourse):
    """What can be wrong of a course."""

    stream: Stream = _STREAM


class SessionCorrection(Meeting):
    """What can be wrong of a session."""

    held_on: TypedDate = Field(title=NewSession.model_fields["held_on"].title)
    cancelled: bool = Field(default=False, title="Deze les ging niet door")
    list_reference: FactText | None = _optional(ListProof, "reference", max_length=40)


class EnrolmentCorrection(Typed):
    """What can be wrong of an enrolment."""

    person: str = PERSON
    state: EnrolmentState = Field(title="Stand")


class AttendanceCorrection(Typed):
    """What can be wrong of a mark."""

    person: str = PERSON
    mark: Mark | None = Field(
        default=None, title="Was deze persoon er?", description="Leeg: nog niet genoteerd."
    )


class VisitCorrection(VisitFacts):
    """What can be wrong of a visit; its questions are corrected one by one."""

    stream: Stream = _STREAM


class QuestionCorrection(QuestionRequest):
    """What can be wrong of a question; that of a tally has no result."""

    topic: str = Field(
        title=QuestionRequest.model_fields["topic"].title,
        json_schema_extra={"missing": "Kies een onderwerp."},
    )
    result: Result | None = _optional(QuestionRequest, "result")  # type: ignore[assignment]


class WhyCorrected(StrEnum):
    """Why a record is corrected."""

    TYPO = "verkeerd getypt of gekozen"
    PERSON = "bij de verkeerde persoon genoteerd"
    PAPER = "nagekeken op papier"
    TOLD = "de persoon zei het"
    OTHER = "een andere reden"


class WhyVoided(StrEnum):
    """Why a record is voided."""

    TWICE = "twee keer genoteerd"
    NEVER = "dit is niet gebeurd"
    ELSEWHERE = "hoort bij een andere persoon, dag of plaats"
    PRACTICE = "was om te oefenen"
    OTHER = "een andere reden"


class WhyRestored(StrEnum):
    """Why a record that was voided counts again."""

    RIGHT = "het was toch juist"
    MISTAKE = "per vergissing ongeldig gemaakt"
    OTHER = "een andere reden"


class CorrectionReason(Typed):
    """Why a correction is made."""

    why: WhyCorrected = Field(title="Waarom verbeter je dit?")


class VoidReason(Typed):
    """Why a record is voided."""

    why: WhyVoided = Field(title="Waarom maak je dit ongeldig?")


class RestoreReason(Typed):
    """Why a record counts again."""

    why: WhyRestored = Field(title="Waarom geldt dit weer?")


class Onward(StrEnum):
    """How to go on when somebody else changed the record meanwhile."""

    MINE = "neem mijn wijzigingen mee"
    THEIRS = "begin van wat er nu staat"


class OnwardChoice(Typed):
    """With what to go on after somebody else changed the record."""

    onward: Onward = Field(title="Hoe ga je verder?")
