"""Rule 45 in every form: each field that takes text refuses what may be kept in none."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import Field, TypeAdapter, ValidationError
from sqlmodel import SQLModel

from digibank_core import models
from digibank_core.models import NewPerson
from digibank_core.models.typed import (
    NOTE_HELP,
    FactText,
    FreeText,
    PhoneNumber,
    PlainText,
    ReferenceText,
    Typed,
)
from tests.models.test_typed import (
    BELGIAN_ACCOUNT,
    BORN_1985,
    BORN_2004,
    CARD,
    read,
    sentence,
)

PRIVATE = {
    "national number": BORN_1985,
    "account": BELGIAN_ACCOUNT,
    "card": CARD,
    "mail": "an@voorbeeld.be",
    "phone": "0475 12 34 56",
}
FITS = {"phone": {"phone"}, "mail": {"mail"}}
"""Contact data in their own field, which is sealed."""
NUMBERS_OF_THINGS = {"serial", "certificate", "reference", "proof"}
"""An IMEI, for one, has the check digit of a card."""
KEYS = {
    column.name
    for table in SQLModel.metadata.sorted_tables
    for column in table.columns
    if column.foreign_keys
} | {"residence", "stop", "notebook", "period", "cap", "setting"}
"""Named like what refers to another row: the database refuses a row that does not exist.
Residence and stop are a municipality; of a notebook the file must exist; a period, a cap and a
setting are refused by their service when they are not there."""
PASSWORDS = {"password", "current", "new", "again"}
"""Only their hash is kept."""


def forms_of(model):
    """Every model that people fill in, also one that `models` does not name."""
    for form in model.__subclasses__():
        if form.__module__.startswith(models.__name__):
            yield form
        yield from forms_of(form)


FIELDS = sorted(
    {
        (form.__name__, name): pytest.param(form, name, id=f"{form.__name__}.{name}")
        for form in forms_of(Typed)
        for name in form.model_fields
    }.items()
)


def accepted(form, name):
    """Kinds of private text that a field takes as text; a version is a number."""
    info = form.model_fields[name]
    field = TypeAdapter(Annotated[info.annotation, info])
    found = set()
    for kind, text in PRIVATE.items():
        try:
            read = field.validate_python(text)
        except ValidationError:
            continue
        if not isinstance(read, int):
            found.add(kind)
    return found


@pytest.mark.parametrize(("form", "name"), [param for _, param in FIELDS])
def test_rule_45_field_takes_no_private_text_unless_it_is_no_free_text(form, name):
    if name in KEYS | PASSWORDS:
        return
    things = {"card", "phone"} if name in NUMBERS_OF_THINGS else set()

    assert accepted(form, name) <= FITS.get(name, set()) | things


def test_rule_45_field_that_nobody_thought_of_is_found():
    class Visit(Typed):
        remark: str | None = Field(default=None, title="Opmerking", max_length=80)

    assert accepted(Visit, "remark") == set(PRIVATE)


def test_rule_45_all_forms_are_walked():
    walked = {form for (form, _), _ in FIELDS}

    assert {"NewPerson", "LoanRequest", "VisitRequest", "NewSeries", "AppDecision"} <= walked


@pytest.mark.parametrize("kind", [PlainText, FactText, FreeText])
@pytest.mark.parametrize("text", PRIVATE.values(), ids=PRIVATE)
def test_rule_45_private_text_is_refused_between_other_words_too(kind, text):
    assert "Godelieve" not in sentence(kind, f"Godelieve, {text}, noteer het")


@pytest.mark.parametrize(
    "text", ["356938035643809", "0475 12 34 56", "L-2024-118", "5CG1234ABC"]
)
def test_number_of_a_thing_may_look_like_a_card_or_a_phone(text):
    assert read(ReferenceText, text) == text


@pytest.mark.parametrize("kind", ["national number", "account", "mail"])
def test_rule_45_number_of_a_thing_is_not_that_of_a_person(kind):
    assert sentence(ReferenceText, f"nr {PRIVATE[kind]}")


@pytest.mark.parametrize("number", [BORN_1985, "85.07.30 033.28", BORN_2004])
def test_rule_45_national_number_is_no_phone_number(number):
    assert sentence(PhoneNumber, number).startswith("Dit lijkt op een rijksregisternummer.")


def test_phone_number_abroad_is_one_also_when_it_could_be_a_national_number():
    assert read(PhoneNumber, f"+{BORN_1985}") == f"+{BORN_1985}"


def notes():
    for _, param in FIELDS:
        form, name = param.values
        if (form.model_fields[name].json_schema_extra or {}).get("kind") == "note":
            yield param


@pytest.mark.parametrize(("form", "name"), list(notes()))
def test_rule_45_each_note_asks_for_what_no_software_recognises(form, name):
    assert NOTE_HELP in form.model_fields[name].description


def test_rule_45_help_names_what_it_asks_not_to_write():
    assert all(word in NOTE_HELP for word in ("wachtwoord", "code", "gezondheid", "uitkering"))


def test_rule_44_no_more_is_asked_of_a_person():
    contact = {"first_name", "last_name", "phone", "mail", "postcode", "consent_on"}
    person = {"birth_year", "adult_confirmed", "gender", "residence", "role"}
    optional = {"education", "labour_status", "other_language", "reduced_rate"}

    assert set(NewPerson.model_fields) == contact | person | optional
