"""Attendances as services delivered: the objective of skills (rules 8 and 35)."""

from __future__ import annotations

from datetime import date

import pandas as pd

from digibank_core.indicators.frames import Frames
from digibank_core.models import Mark, Objective

CANCELLED = "les geannuleerd"
NOT_PRESENT = "niet aanwezig"
NOT_MARKED = "nog niet genoteerd"
TOO_FEW = "nog te weinig lessen"


def attendance_deliveries(frames: Frames) -> pd.DataFrame:
    """Give one row per mark of the roll call in the shape of `deliveries.COLUMNS`.

    Only `aanwezig` in a session that was not cancelled counts; `reason` says why another
    mark does not. The proof is the reference of the attendance list (rule 38).
    """
    marks = frames["attendance"]
    sessions = frames["training_session"].set_index("id")
    held = marks.join(
        sessions[["held_on", "place", "course", "cancelled", "list_reference"]], on="session"
    )
    courses = frames["course"].set_index("id")
    held = held.join(courses["stream"], on="course")
    voided = (
        held["voided"].astype("bool")
        | held["session"].map(sessions["voided"]).eq(True)
        | held["course"].map(courses["voided"]).eq(True)
    )
    reason = pd.Series("", index=held.index, dtype="str")
    reason = reason.mask(held["mark"] != Mark.PRESENT.value, NOT_PRESENT)
    reason = reason.mask(held["mark"].isna(), NOT_MARKED)
    reason = reason.mask(held["cancelled"].eq(True), CANCELLED)
    return pd.DataFrame(
        {
            "delivery": "attendance/" + held["id"].astype("str"),
            "person": held["person"],
            "digibank": held["digibank"],
            "objective": Objective.SKILLS.value,
            "happened_on": held["held_on"],
            "recorded_at": held["recorded_at"],
            "place": held["place"],
            "stream": held["stream"],
            "reason": reason,
            "proof": held["list_reference"].fillna(""),
            "voided": voided,
            "session": held["session"],
        }
    )


def too_few_sessions(rows: pd.DataFrame, first: date, last: date, minimum: int) -> pd.Series:
    """Tell of each delivery whether it is a session too early to count (rule 8).

    Of a person the sessions that count are those from the `minimum`-th on that day by day
    was attended in the period. So who has just enough is reached on the day of the last of
    them, and the figure of a day stays the same when it is measured later.

    Parameters
    ----------
    rows
        Deliveries with `session` and `reason`; two marks in one session are one (rule 63).
    """
    inside = rows["happened_on"].between(pd.Timestamp(first), pd.Timestamp(last))
    present = rows[inside & rows["session"].notna() & rows["reason"].eq("")]
    present = present.sort_values(["happened_on", "delivery"])
    another = ~present.duplicated(["person", "session"])
    attended = another.groupby(present["person"]).cumsum()
    early = attended.index[attended < minimum]
    return pd.Series(rows.index.isin(early), index=rows.index)
