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
}
LOAN = {
    "digibank": "west",
    "person": "p1",
    "lent_on": "2024-03-04",
    "agreement": "BW-2024-00001",
    "stream": "DIGIBANK",
}


@pytest.fixture
def frames_of():
    """Give a function that writes persons and loans down as frames.

    Each is a dictionary of what differs from a person of 1950 and a loan that counts.
    """

    def write(persons, loans):
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
        return {"person": person, "loan": loan}

    return write


@pytest.fixture
def scope_of():
    """Give a function that makes a scope: IMPL of Brugge West to its end, unless told."""

    def make(**given):
        impl = {
            "digibank": "west",
            "period": "IMPL",
            "first_day": date(2022, 11, 1),
            "last_day": date(2024, 12, 31),
            "as_of": date(2024, 12, 31),
            "target": 1000,
        }
        return Scope(**impl | given)

    return make
