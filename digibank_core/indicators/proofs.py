"""What proves each service, for who looks at the rows behind a figure."""

from __future__ import annotations

import pandas as pd

from digibank_core.indicators.digipunt import in_the_log
from digibank_core.indicators.frames import Frames
from digibank_core.indicators.rows import TEXT, is_word, references
from digibank_core.models import Objective

COLUMNS = [
    "delivery",
    "person",
    "digibank",
    "objective",
    "happened_on",
    "recorded_at",
    "place",
    "municipality",
    "stream",
    "qualifies",
    "reason",
    "proof",
]
"""`delivery` is table/id, `person` an opaque unit, `reason` says why a row does not qualify."""


def listed(rows: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Write services down in full, as only who looks at them needs.

    Parameters
    ----------
    rows
        As from `deliveries.judged`, or some of these, with more columns; rows that are no
        services stay as they are.

    Returns
    -------
    DataFrame
        Columns of `COLUMNS` as far as they are known, then the others.
    """
    if "objective" not in rows:
        return rows
    found = []
    for objective, (table, papers) in _PAPERS.items():
        mine = rows.index[is_word(rows["objective"], objective.value)]
        every = frames[table]
        place = pd.Index(every["id"]).get_indexer(rows["id"][mine])
        records = every.take(place)
        stream, proof = papers(records, frames)
        of_table = {
            "delivery": references(table, records["id"]).array,
            "digibank": records["digibank"].array,
            "recorded_at": records["recorded_at"].array,
            "stream": stream.array,
            "proof": proof.array,
        }
        found.append(pd.DataFrame(of_table, index=mine))
    proved = pd.concat(found)
    whole = rows.drop(columns=["id", *rows.columns.intersection(proved.columns)]).join(proved)
    told = [name for name in COLUMNS if name in whole]
    return whole[[*told, *whole.columns.difference(told, sort=False)]]


def _of_marks(marks: pd.DataFrame, frames: Frames) -> tuple[pd.Series, pd.Series]:
    """Give the stream of the course, and the reference of the attendance list (rule 38)."""
    held = frames["training_session"].set_index("id").loc[marks["session"]]
    courses = frames["course"].set_index("id")
    return courses["stream"].loc[held["course"]], held["list_reference"].fillna("")


def _of_loans(loans: pd.DataFrame, _frames: Frames) -> tuple[pd.Series, pd.Series]:
    """Give the stream, and the reference of the agreement."""
    return loans["stream"], loans["agreement"].fillna("")


def _of_visits(visits: pd.DataFrame, _frames: Frames) -> tuple[pd.Series, pd.Series]:
    """Give the stream, and the number of the visit in the log."""
    return visits["stream"], pd.Series(in_the_log(visits["id"]), dtype=TEXT)


_PAPERS = {
    Objective.SKILLS: ("attendance", _of_marks),
    Objective.ACCESS: ("loan", _of_loans),
    Objective.SERVICES: ("visit", _of_visits),
}
"""Table of the services of each objective, and what gives their stream and their proof."""
