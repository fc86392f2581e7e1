"""Records in Dutch words: what they are, and what stands in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlmodel import Session

from digibank_core import db
from digibank_core.i18n import show_date, show_time
from digibank_core.models import OUTSIDE, Stream
from digibank_core.security import Actor
from digibank_core.services import corrections, digipunt, persons, programme
from digibank_core.services.corrections import SUBJECTS, Event, OpenRecord, RecordView
from digibank_core.ui import page
from digibank_core.ui.newcomer import DESK_FIELDS, EDUCATION

ABOUT = {
    "person": "{key}",
    "device": "Toestel {code}, {kind} {model}",
    "loan": "Uitlening van {device} aan {person}, {lent_on}",
    "wipe": "Wissing van {device}, {wiped_on}",
    "course": "Reeks {title}",
    "training_session": "Les van {held_on}, {starts_at} tot {ends_at} uur: {course}",
    "enrolment": "Inschrijving van {person} voor {course}: {state}",
    "attendance": "Aanwezigheid van {person} op {day}: {mark}",
    "visit": "Bezoek van {person} aan {digipunt}, {visited_on}",
    "question": "Vraag over {topic}: {result}",
    "held_block": "Openingsuren van {digipunt}, {held_on}, {starts_at} tot {ends_at} uur",
}
"""How a record of each table is called, in one line."""
LABELS = {
    "state": "Stand",
    "municipality": "Woonplaats",
    "outside_area": "Woont buiten het werkingsgebied",
    "complete_by": "Lijst volledig verklaard door",
    "turn": "Beurt",
    "erased_on": "Naam gewist op",
}
"""Labels of columns that no form asks."""
EMPTY = {"person": "iemand anoniem", "mark": "nog niet genoteerd"}
"""What an empty value says, where that is not `NOT_FILLED_IN`."""
MINUTES = {
    "0-10": "tot 10 min",
    "10-30": "10 tot 30 min",
    "30-60": "30 tot 60 min",
    ">60": "langer",
}
NOT_FILLED_IN = "niet ingevuld"
ERASED = "naam gewist"
STREAMS = {
    Stream.DIGIBANK: "de Digibank",
    Stream.IEDEREEN_DIGITAAL: "Iedereen Digitaal",
    Stream.DIGISCAN: "Digiscan",
    Stream.ANDER: "iemand anders",
}


TRAITS = ("education", "labour_status", "other_language", "reduced_rate", "consent_on")
CONTACT = {"first_name", "last_name", "postcode", "phone", "mail"}
FIELDS: dict[str, tuple[str, ...]] = {
    "person": (*DESK_FIELDS, *TRAITS),
    "loan": (
        "device", "person", "lent_on", "due_on", "agreement", "note",
        "returned_on", "condition", "return_note", "stream",
    ),
    "training_session": (
        "held_on", "starts_at", "ends_at", "place", "teacher", "kind",
        "own_device", "list_reference", "cancelled",
    ),
    "visit": (
        "digipunt", "stop", "visited_on", "helper_role", "person", "first_time",
        "age_band", "language_help", "note", "stream",
    ),
}  # fmt: skip
"""Order of the fields where it is not that of the model."""


@dataclass(frozen=True)
class Words:
    """Words for what stands in records; names of persons only those that were looked up."""

    known: Mapping[str, Mapping[str, str]]
    """By name of field: each value with its label."""

    def label(self, table: str, name: str) -> str:
        """Give the label of a field, or of a column that no form asks."""
        asked = SUBJECTS[table].form.model_fields.get(name)
        return (asked and asked.title) or LABELS.get(name, name)

    def value(self, name: str, value: Any) -> str:
        """Give a value as people say it, also one that history has as JSON."""
        if isinstance(value, bool):
            return "ja" if value else "nee"
        if value in (None, ""):
            return EMPTY.get(name, NOT_FILLED_IN)
        if name in self.known:
            other = ERASED if name == "person" else self.known["municipality"].get(value, value)
            return self.known[name].get(value, str(other))
        if name.endswith("_on") or isinstance(value, date):
            return show_date(value if isinstance(value, date) else date.fromisoformat(value))
        if name.endswith("_at"):
            return show_time(value if isinstance(value, time) else time.fromisoformat(value))
        return str(value)

    def about(self, seen: RecordView) -> str:
        """Say in one line what a record is."""
        table, _, key = seen.address.partition("/")
        facts = {**seen.record.model_dump(), "day": seen.happened_on}
        told = {name: self.value(name, value) for name, value in facts.items()}
        if "course" in seen.around:
            told["course"] = seen.around["course"].title
        if table == "person":
            told["key"] = self.value("person", key)
        return ABOUT[table].format_map(told)


@dataclass(frozen=True)
class Read:
    """All that is known of a record at one moment."""

    table: str
    seen: OpenRecord
    related: list[RecordView]
    history: list[Event]
    words: Words


def fields_of(seen: OpenRecord) -> list[str]:
    """Give the fields of a record in the order in which people read and correct them."""
    table = seen.address.partition("/")[0]
    order = FIELDS.get(table) or seen.values
    is_erased = table == "person" and seen.values["first_name"] is None
    return [name for name in order if not (is_erased and name in CONTACT)]


def read_record(address: str) -> Read:
    """Read a record of the own Digibank for its page; raise `UnknownRecordError`."""
    who = page.actor()
    with db.reading() as session:
        seen = corrections.view(session, address, actor=who)
        related = corrections.related(session, address, actor=who)
        history = corrections.history_of(session, address, actor=who)
    earlier = (key for event in history for key in event.facts.get("person", ()))
    words = look_up([seen, *related], earlier)
    return Read(address.partition("/")[0], seen, related, history, words)


def look_up(seen: Iterable[RecordView], more: Iterable[str | None] = ()) -> Words:
    """Look up the words for some records: those of the Digibank, and names of persons."""
    keys = {key for one in seen for key in _persons_in(one)} | {key for key in more if key}
    with db.reading() as session:
        return _words(session, keys, page.actor())


def _words(session: Session, keys: Collection[str], actor: Actor) -> Words:
    towns = {town.nis: town for town in programme.municipalities(session)}
    names = {nis: town.name for nis, town in towns.items()}
    return Words(
        {
            "person": dict(persons.names(session, keys, actor=actor)),
            "digipunt": {
                one.code: one.name for one in digipunt.digipunten(session, actor=actor)
            },
            "municipality": names,
            "residence": {**names, OUTSIDE: "Buiten het werkingsgebied"},
            "stop": {nis: names[nis] for nis in towns if towns[nis].digibank == actor.own},
            "partner": {shop.code: shop.name for shop in programme.reuse_shops(session)},
            "topic": {one.code: one.label for one in digipunt.topics(session)},
            "minutes": MINUTES,
            "education": {level.value: label for level, label in EDUCATION.items()},
            "stream": {stream.value: label for stream, label in STREAMS.items()},
        }
    )


def _persons_in(seen: RecordView) -> list[str]:
    table, _, key = seen.address.partition("/")
    found = [getattr(seen.record, "person", None), key if table == "person" else None]
    return [one for one in found if one is not None]
