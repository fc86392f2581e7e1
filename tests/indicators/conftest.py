"""Frames that a test writes down itself: no database, no services."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from digibank_core.indicators.definition import Scope

PERSON = {
    "key": "p1",
    "digibank": "west",
    "birth_year": 1950,
    "adult_confirmed": False,
    "role": "deelnemer",
    "voided": False,
}
LOAN = {
    "digibank": "west",
    "person": "p1",
    "lent_on": "2024-03-04",
    "agreement": "BW-2024-00001",
    "stream": "DIGIBANK",
    "voided": False,
}


MARK = {
    "person": "p1",
    "on": "2024-03-05",
    "mark": "aanwezig",
    "cancelled": False,
    "list_reference": "L-1",
    "voided": False,
    "stream": "DIGIBANK",
}
VISIT = {
    "person": "p1",
    "on": "2024-03-06",
    "results": ("opgelost",),
    "first_time": "onbekend",
    "voided": False,
    "stream": "DIGIBANK",
}


def training_frames(marks):
    """Write each mark down with a session and a course of its own."""
    rows = [{"id": number} | MARK | given for number, given in enumerate(marks, start=1)]
    table = pd.DataFrame(rows, columns=["id", *MARK])
    ids = table["id"].astype("Int64")
    day = pd.to_datetime(table["on"])
    session = {
        "id": ids,
        "course": ids,
        "held_on": day,
        "place": "bib",
        "cancelled": table["cancelled"].astype("bool"),
        "list_reference": table["list_reference"].astype("str"),
        "voided": False,
    }
    attendance = {
        "id": ids,
        "digibank": "west",
        "session": ids,
        "person": table["person"].astype("str"),
        "mark": table["mark"].astype("str"),
        "voided": table["voided"].astype("bool"),
        "recorded_at": pd.to_datetime(day, utc=True),
    }
    course = {"id": ids, "stream": table["stream"].astype("str"), "voided": False}
    return {
        "course": pd.DataFrame(course),
        "training_session": pd.DataFrame(session),
        "attendance": pd.DataFrame(attendance),
    }


def digipunt_frames(visits):
    """Write each visit down with one question for each of its results."""
    rows = [{"id": number} | VISIT | given for number, given in enumerate(visits, start=1)]
    table = pd.DataFrame(rows, columns=["id", *VISIT])
    day = pd.to_datetime(table["on"])
    visit = {
        "id": table["id"].astype("Int64"),
        "digibank": "west",
        "digipunt": "bib",
        "person": table["person"].astype("str"),
        "visited_on": day,
        "first_time": table["first_time"].astype("str"),
        "stream": table["stream"].astype("str"),
        "voided": table["voided"].astype("bool"),
        "recorded_at": pd.to_datetime(day, utc=True),
    }
    asked = [(row["id"], result) for row in rows for result in row["results"]]
    question = pd.DataFrame(asked, columns=["visit", "result"])
    question["visit"] = question["visit"].astype("Int64")
    question["result"] = question["result"].astype("str")
    question["voided"] = False
    return {"visit": pd.DataFrame(visit), "question": question}


def merge_frame(merges):
    """Write each merge down: kept, absorbed, and whether it was withdrawn."""
    frame = pd.DataFrame(merges, columns=["kept", "absorbed", "withdrawn"], dtype="str")
    frame["withdrawn"] = frame["withdrawn"].eq("True")
    return {"merge": frame}


def write_frames(persons, loans, marks=(), visits=(), merges=()):
    """Write persons and their services down as frames.

    Each is a dictionary of what differs from a person of 1950, a loan, a mark or a visit
    that counts; a merge is (kept, absorbed, withdrawn).
    """
    person = pd.DataFrame([PERSON | given for given in persons], columns=list(PERSON))
    person["birth_year"] = person["birth_year"].astype("Int64")
    person["adult_confirmed"] = person["adult_confirmed"].astype("bool")
    rows = [{"id": number} | LOAN | given for number, given in enumerate(loans, start=1)]
    loan = pd.DataFrame(rows, columns=["id", *LOAN])
    loan["id"] = loan["id"].astype("Int64")
    loan["lent_on"] = pd.to_datetime(loan["lent_on"])
    loan["recorded_at"] = pd.to_datetime(loan["lent_on"], utc=True)
    for frame in (person, loan):
        for name in frame.columns:
            if frame[name].dtype == object:
                frame[name] = frame[name].astype("str")
    services = training_frames(marks) | digipunt_frames(visits)
    return {"person": person, "loan": loan} | services | merge_frame(merges)


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
