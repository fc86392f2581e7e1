"""All that is kept of one person, for who asks for it (access request, GDPR art. 15 and 20)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlmodel import Session, SQLModel, and_, col, or_, select

from digibank_core import access, history
from digibank_core.access import Event
from digibank_core.errors import UnknownPersonError
from digibank_core.i18n import show_date
from digibank_core.models import (
    Attendance,
    Contact,
    Course,
    Device,
    DifferentPersons,
    Digibank,
    Digipunt,
    Enrolment,
    HistoryEntry,
    Loan,
    Merge,
    Municipality,
    Partner,
    Person,
    Question,
    Topic,
    TrainingSession,
    Visit,
)
from digibank_core.security import Actor, Right
from digibank_core.services import forgetting

Value = str | int | bool | date | datetime | time | None


@dataclass(frozen=True)
class Section:
    """Records of one kind."""

    title: str
    rows: tuple[Mapping[str, Value], ...]
    """By Dutch name; a value that is not known is None."""


@dataclass(frozen=True)
class Dossier:
    """All that a Digibank keeps of one person."""

    digibank: str
    lead_partner: str
    """Who is responsible for the data (rule 49)."""
    made_on: date
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Kind:
    """How records of a table are told to the person they are of."""

    title: str
    noun: str
    labels: Mapping[str, str]
    """By column; `LEFT_OUT` says which columns have none."""


RECORDED = {"voided": "Ongeldig gemaakt", "recorded_at": "Opgeschreven op"}
KINDS: Mapping[type[SQLModel], Kind] = {
    Contact: Kind(
        "Naam en contact",
        "contactgegevens",
        {
            "first_name": "Voornaam",
            "last_name": "Achternaam",
            "phone": "Telefoon",
            "mail": "E-mailadres",
            "postcode": "Postcode",
        },
    ),
    Person: Kind(
        "Kenmerken",
        "inschrijving",
        {
            "birth_year": "Geboortejaar",
            "adult_confirmed": "18 of ouder bevestigd",
            "gender": "Gender",
            "municipality": "Woonplaats",
            "outside_area": "Woont buiten het werkingsgebied",
            "role": "Komt als",
            "education": "Opleiding",
            "labour_status": "Werk",
            "other_language": "Heeft een andere taal dan Nederlands nodig",
            "reduced_rate": "Recht op kansentarief gezien",
            "consent_on": "Toestemming gegeven op",
            "erased_on": "Gewist op",
            **RECORDED,
        },
    ),
    Loan: Kind(
        "Uitleningen",
        "uitlening",
        {
            "device": "Toestel",
            "lent_on": "Mee op",
            "due_on": "Terug tegen",
            "returned_on": "Terug op",
            "agreement": "Overeenkomst",
            "condition": "Staat bij terugkomst",
            "note": "Nota",
            "return_note": "Nota bij terugkomst",
            "stream": "Financiering",
            **RECORDED,
        },
    ),
    Enrolment: Kind(
        "Inschrijvingen voor lessen",
        "inschrijving voor lessen",
        {"course": "Reeks", "state": "Stand", "turn": "Volgnummer", **RECORDED},
    ),
    Attendance: Kind(
        "Aanwezigheden",
        "aanwezigheid",
        {"session": "Les", "mark": "Genoteerd als", **RECORDED},
    ),
    Visit: Kind(
        "Bezoeken aan een Digipunt",
        "bezoek",
        {
            "visited_on": "Dag",
            "digipunt": "Digipunt",
            "municipality": "Gemeente",
            "first_time": "Eerste keer",
            "age_band": "Leeftijd",
            "language_help": "Had hulp nodig met de taal",
            "helper_role": "Geholpen door een",
            "note": "Nota",
            "stream": "Financiering",
            **RECORDED,
        },
    ),
    Question: Kind(
        "Vragen bij een bezoek",
        "vraag",
        {
            "visit": "Bezoek op",
            "topic": "Onderwerp",
            "minutes": "Minuten",
            "result": "Resultaat",
            "referred_to": "Doorverwezen naar",
            **RECORDED,
        },
    ),
    Merge: Kind(
        "Samengevoegde inschrijvingen",
        "samenvoeging",
        {"withdrawn": "Ingetrokken", "recorded_at": "Opgeschreven op"},
    ),
    DifferentPersons: Kind("Aangeduid als niet dezelfde als iemand anders", "keuze", RECORDED),
}
LEFT_OUT = frozenset({"key", "id", "digibank", "person", "kept", "absorbed", "one", "other"})
"""Numbers without meaning outside this database, the Digibank that stands on top, and the
key of another person."""
HISTORY = "Wat er met deze gegevens gebeurde"


def dossier(session: Session, key: str, *, actor: Actor, today: date) -> Dossier:
    """Gather all of one person of the own Digibank; that it was read goes to the log.

    Registrations that were merged with this one are of the same human being (rule 63). What
    others wrote about the person in a note of somebody else is not in it, nor who read it.

    Raises
    ------
    UnknownPersonError
        The key is of nobody in the own Digibank.
    """
    actor.require(Right.ERASE, actor.own)
    person = session.get(Person, key)
    if person is None or person.digibank != actor.own:
        raise UnknownPersonError
    group = forgetting.groups(session, actor.own).get(key, frozenset({key}))
    records = {model: _records(session, model, group) for model in KINDS}
    sections = [
        Section(kind.title, tuple(_row(session, record, kind) for record in records[model]))
        for model, kind in KINDS.items()
    ]
    told = Section(HISTORY, tuple(_history(session, group, records)))
    owner = session.get_one(Digibank, actor.own)
    lead = session.get(Partner, owner.lead_partner)
    access.note(Event.DOSSIER, actor.login, hits=1)
    return Dossier(
        digibank=owner.name,
        lead_partner=lead.name if lead else owner.lead_partner,
        made_on=today,
        sections=tuple(section for section in (*sections, told) if section.rows),
    )


def references_to_person(model: type[SQLModel]) -> list[Any]:
    """Give the columns of a table that hold the key of a person."""
    table = model.__table__  # type: ignore[attr-defined]  # set by SQLModel's metaclass
    return [
        column
        for column in table.columns
        if column is Person.__table__.c.key  # type: ignore[attr-defined]  # as above
        or any(one.target_fullname == "person.key" for one in column.foreign_keys)
    ]


def _records(
    session: Session, model: type[SQLModel], group: Collection[str]
) -> Sequence[SQLModel]:
    if model is Question:
        visits = select(Visit.id).where(col(Visit.person).in_(group))
        theirs = [col(Question.visit).in_(visits)]
    else:
        theirs = [column.in_(group) for column in references_to_person(model)]
    found = session.exec(select(model).where(or_(*theirs)))
    return sorted(found, key=lambda one: str(getattr(one, "recorded_at", "")))


def _row(session: Session, record: SQLModel, kind: Kind) -> dict[str, Value]:
    return {
        label: _told(session, column, getattr(record, column))
        for column, label in kind.labels.items()
    }


def _told(session: Session, column: str, value: Any) -> Value:
    if value is not None and column in _MEANINGS:
        return _MEANINGS[column](session, value)
    told: Value = value.value if isinstance(value, StrEnum) else value
    return told


def _device(session: Session, code: str) -> str:
    return f"{code}, {session.get_one(Device, code).model}"


def _lesson(session: Session, number: int) -> str:
    held = session.get_one(TrainingSession, number)
    return f"{session.get_one(Course, held.course).title}, {show_date(held.held_on)}"


_MEANINGS: Mapping[str, Callable[[Session, Any], Value]] = {
    "municipality": lambda session, nis: session.get_one(Municipality, nis).name,
    "device": _device,
    "course": lambda session, number: session.get_one(Course, number).title,
    "session": _lesson,
    "digipunt": lambda session, code: session.get_one(Digipunt, code).name,
    "topic": lambda session, code: session.get_one(Topic, code).label,
    "visit": lambda session, number: session.get_one(Visit, number).visited_on,
}
"""What a reference to another table says to a reader."""


def _history(
    session: Session,
    group: Collection[str],
    records: Mapping[type[SQLModel], Sequence[SQLModel]],
) -> list[dict[str, Value]]:
    keys = {
        str(model.__tablename__): [history.key_of(dict(one), model) for one in found]
        for model, found in records.items()
        if found
    }
    keys["contact"] = list(group)  # its entries stay when it is gone
    nouns = {str(model.__tablename__): kind.noun for model, kind in KINDS.items()}
    is_theirs = [
        and_(col(HistoryEntry.table) == table, col(HistoryEntry.key).in_(of))
        for table, of in keys.items()
    ]
    entries = session.exec(
        select(HistoryEntry).where(or_(*is_theirs)).order_by(col(HistoryEntry.id))
    )
    return [
        {
            "Op": entry.at,
            "Wat": f"{nouns[entry.table]} {_act(entry)}",
            "Waarom": entry.reason,
            "Door een": entry.role,
        }
        for entry in entries
    ]


def _act(entry: HistoryEntry) -> str:
    if entry.before is None:
        return "gemaakt"
    return "verwijderd" if entry.after is None else "gewijzigd"
