"""What proves each service, for who looks at the rows behind a figure."""

from __future__ import annotations

import pandas as pd

from digibank_core.indicators.digipunt import in_the_log
from digibank_core.indicators.frames import Frames
from digibank_core.indicators.rows import is_word, references
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
    for objective, proofs in _PROOFS.items():
        mine = rows.index[is_word(rows["objective"], objective.value)]
        known = proofs(frames)
        place = pd.Index(known["id"]).get_indexer(rows["id"][mine])
        found.append(known.take(place).set_index(mine))
    proved = pd.concat(found).drop(columns="id")
    whole = rows.drop(columns=["id", *rows.columns.intersection(proved.columns)]).join(proved)
    told = [name for name in COLUMNS if name in whole]
    return whole[[*told, *whole.columns.difference(told, sort=False)]]


def _of_marks(frames: Frames) -> pd.DataFrame:
    """Give what proves each mark: the reference of the attendance list (rule 38)."""
    marks, sessions, courses = (
        frames[name] for name in ("attendance", "training_session", "course")
    )
    held = sessions.set_index("id").loc[marks["session"]]
    return pd.DataFrame(
        {
            "id": marks["id"],
            "delivery": references("attendance", marks["id"]),
            "digibank": marks["digibank"],
            "recorded_at": marks["recorded_at"],
            "stream": courses.set_index("id")["stream"].loc[held["course"]].array,
            "proof": held["list_reference"].fillna("").array,
        }
    )


def _of_loans(frames: Frames) -> pd.DataFrame:
    """Give what proves each loan: the reference of the agreement."""
    loans = frames["loan"][["id", "digibank", "recorded_at", "stream", "agreement"]]
    proofs = loans.rename(columns={"agreement": "proof"}).fillna({"proof": ""})
    return proofs.assign(delivery=references("loan", loans["id"]))


def _of_visits(frames: Frames) -> pd.DataFrame:
    """Give what proves each visit: its number in the log."""
    visits = frames["visit"][["id", "digibank", "recorded_at", "stream"]]
    return visits.assign(
        delivery=references("visit", visits["id"]), proof=in_the_log(visits["id"])
    )


_PROOFS = {
    Objective.SKILLS: _of_marks,
    Objective.ACCESS: _of_loans,
    Objective.SERVICES: _of_visits,
}
