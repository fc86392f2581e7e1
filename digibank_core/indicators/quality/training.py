"""Checks of sessions: the roll, and the list that proves it (rules 35 and 38)."""

from __future__ import annotations

import pandas as pd

from digibank_core.indicators.quality.findings import Known, findings, numbered
from digibank_core.models import EnrolmentState


def without_list(known: Known) -> pd.DataFrame:
    """Find past sessions without list number, or not declared complete (rule 38)."""
    sessions = _past(known)
    no_number = sessions["list_reference"].isna()
    found = sessions[no_number | sessions["complete_by"].isna()]
    why = no_number[found.index].map(
        {True: "Er is geen nummer van een tekenlijst.", False: "De lijst is niet volledig."}
    )
    return findings(numbered("training_session", found["id"]), found["held_on"], why)


def unmarked(known: Known) -> pd.DataFrame:
    """Find past sessions whose roll still has rows that nobody noted (rule 35).

    A list that was declared complete has none: who enrolled later was not on it.
    """
    sessions = _past(known)
    sessions = sessions[sessions["complete_by"].isna()]
    enrolled = known.valid("enrolment")
    enrolled = enrolled[enrolled["state"].eq(EnrolmentState.CONFIRMED.value)]
    noted = known.valid("attendance")
    noted = noted.loc[noted["mark"].notna(), ["session", "person"]].assign(noted=True)
    rows = sessions[["id", "course", "held_on"]].merge(
        enrolled[["course", "person"]], on="course"
    )
    rows = rows.merge(
        noted, how="left", left_on=["id", "person"], right_on=["session", "person"]
    )
    rows["open"] = rows["noted"].isna()
    rolls = rows.groupby(["id", "held_on"])["open"].agg(["sum", "size"]).reset_index()
    found = rolls[rolls["sum"].gt(0)]
    places = found["sum"].astype("str") + " van " + found["size"].astype("str")
    return findings(
        numbered("training_session", found["id"]),
        found["held_on"],
        places + " namen zijn nog niet genoteerd.",
    )


def _past(known: Known) -> pd.DataFrame:
    """Sessions of the period that took place before as-of; one of today may still be noted."""
    sessions = known.valid("training_session")
    held = ~sessions["cancelled"].astype("bool")
    held &= sessions["course"].isin(known.valid("course")["id"])
    days = sessions["held_on"]
    return sessions[held & known.inside(days) & days.lt(known.today)]
