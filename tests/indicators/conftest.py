"""Frames that a test writes down itself: no database, no services."""

from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest

from digibank_core import history
from digibank_core.indicators import columns
from digibank_core.indicators.definition import Scope
from digibank_core.models import (
    Attendance,
    Booking,
    BudgetLine,
    Cap,
    Course,
    Device,
    Digipunt,
    Enrolment,
    FundingPeriod,
    HeldBlock,
    Loan,
    Merge,
    Municipality,
    Person,
    Question,
    Setting,
    Target,
    Topic,
    TrainingSession,
    Tranche,
    Visit,
    Wipe,
)
from digibank_core.models.columns import Kind

DEFAULTS = {
    Person: {"key": "p1", "birth_year": 1950},
    Loan: {
        "device": "BW-0001",
        "person": "p1",
        "lent_on": "2024-03-04",
        "due_on": "2024-04-01",
        "agreement": "BW-2024-00001",
    },
    Device: {"kind": "laptop", "origin": "nieuw", "received_on": "2024-01-02"},
    Wipe: {"device": "BW-0001", "wiped_on": "2024-01-02"},
    Course: {"title": "Starters", "capacity": 12},
    TrainingSession: {
        "held_on": "2024-03-05",
        "starts_at": "09:00:00",
        "ends_at": "12:00:00",
        "place": "bib",
        "list_reference": "L-1",
        "complete_by": "ann",
    },
    Attendance: {"person": "p1", "mark": "aanwezig"},
    Enrolment: {"person": "p1"},
    HeldBlock: {"digipunt": "bib", "starts_at": "09:00:00", "ends_at": "12:00:00"},
    Visit: {
        "digipunt": "bib",
        "municipality": "31033",
        "person": "p1",
        "visited_on": "2024-03-06",
    },
    Question: {"topic": "laptop", "result": "opgelost"},
    Merge: {},
    Digipunt: {"name": "Bib", "municipality": "31033"},
    Topic: {"label": "Laptop"},
    Municipality: {"population": 20_000, "population_on": "2020-01-01"},
    Setting: {"digibank": "", "starts_on": "2022-11-01"},
    FundingPeriod: {
        "code": "IMPL",
        "first_day": "2022-11-01",
        "last_day": "2024-12-31",
        "amount_cents": 35_000_000,
    },
    Target: {"period": "IMPL", "starts_on": "2022-11-01"},
    Cap: {"period": "IMPL", "starts_on": "2022-11-01"},
    Tranche: {"period": "IMPL", "starts_on": "2022-11-01"},
    BudgetLine: {"period": "IMPL"},
    Booking: {"period": "IMPL", "stream": "DIGIBANK"},
}
"""What a row is unless told; every row is of Digibank West and recorded on one day."""
REFERENCE = {
    Municipality: [
        {"nis": "31033", "name": "Torhout"},
        {"nis": "31003", "name": "Beernem"},
        {"nis": "31005", "name": "Brugge", "digibank": "brugge"},
    ],
    Digipunt: [{"code": "bib"}],
    Topic: [
        {"code": "laptop", "position": 2},
        {"code": "e-mail", "position": 1, "label": "E-mail"},
    ],
    Setting: [
        {"name": "completion_percent", "value": "75"},
        {"name": "vulnerable_percent", "value": "40"},
        {"name": "suppress_below", "value": "5"},
    ],
}


def table(model, rows):
    """Write rows down as the frame of a table."""
    facts = history.columns(model, Kind.FACT)
    records = [
        model(
            **{"digibank": "west", "recorded_at": "2024-06-01T12:00Z"} | DEFAULTS[model] | row
        )
        for row in numbered(model, rows)
    ]
    images = [
        json.loads(history.canonical({fact: getattr(record, fact) for fact in facts}))
        for record in records
    ]
    return columns.typed(pd.DataFrame(images, columns=facts), model)


def numbered(model, rows):
    """Give each row a number, when its table has one."""
    if "id" not in model.model_fields:
        return rows
    return [{"id": number} | row for number, row in enumerate(rows, start=1)]


def training_frames(marks):
    """Write each mark down with a session and a course of its own."""
    of_session = {"on": "held_on", "cancelled": "cancelled", "list_reference": "list_reference"}
    sessions, courses, attendances = [], [], []
    for number, mark in enumerate(marks, start=1):
        held = {of_session[name]: it for name, it in mark.items() if name in of_session}
        own = {name: it for name, it in mark.items() if name in ("person", "mark", "voided")}
        courses.append({"stream": mark.get("stream", "DIGIBANK")})
        sessions.append({"course": number} | held)
        attendances.append({"session": number} | own)
    return {Course: courses, TrainingSession: sessions, Attendance: attendances}


def digipunt_frames(visits):
    """Write each visit down with one question for each of its results."""
    named = {"on": "visited_on"}
    rows = [
        {named.get(name, name): it for name, it in visit.items() if name != "results"}
        for visit in visits
    ]
    asked = [
        {"visit": number, "result": result}
        for number, visit in enumerate(visits, start=1)
        for result in visit.get("results", ("opgelost",))
    ]
    return {Visit: rows, Question: asked}


def merge_rows(merges):
    """Write each merge down: kept, absorbed, and whether it was withdrawn."""
    return [
        dict(zip(("kept", "absorbed", "withdrawn"), merge, strict=True)) for merge in merges
    ]


def write_frames(persons, loans, marks=(), visits=(), merges=(), **more):
    """Write persons and their services down as frames.

    Each is a dictionary of what differs from a person of 1950, a loan, a mark or a visit
    that counts; a merge is (kept, absorbed, withdrawn). `more` has rows of other tables by
    the name of the table, which come in place of those that were there.
    """
    rows = dict.fromkeys(DEFAULTS, ()) | REFERENCE
    rows |= {Person: persons, Loan: loans, Merge: merge_rows(merges)}
    rows |= training_frames(marks) | digipunt_frames(visits)
    rows |= {
        model: more.pop(name) for model in DEFAULTS if (name := model.__tablename__) in more
    }
    assert not more
    return {model.__tablename__: table(model, given) for model, given in rows.items()}


def impl(**given):
    """Make a scope: IMPL of Brugge West to its end, unless told."""
    scope = {
        "digibank": "west",
        "period": "IMPL",
        "first_day": date(2022, 11, 1),
        "last_day": date(2024, 12, 31),
        "as_of": date(2024, 12, 31),
        "target": 1000,
    }
    return Scope(**scope | given)


@pytest.fixture
def frames_of():
    """Give the writer of frames."""
    return write_frames


@pytest.fixture
def scope_of():
    """Give the maker of scopes."""
    return impl
