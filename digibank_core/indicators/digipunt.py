"""Visits to Digipunten as services delivered, and the anonymous ones as contacts."""

from __future__ import annotations

import pandas as pd

from digibank_core.indicators.frames import Frames
from digibank_core.models import FirstTime, Objective

ANONYMOUS = "anoniem"
NO_HELP = "geen hulpvraag met resultaat"
FIRST_TIMERS, OTHERS = "B", "C"
"""Tiers of anonymous contacts; identified persons are tier A (rule 14)."""


def visit_deliveries(frames: Frames) -> pd.DataFrame:
    """Give one row per visit in the shape of `deliveries.COLUMNS`, anonymous ones too.

    A visit counts with at least one question whose result was recorded (rule 8). The proof
    is the number of the visit in the log.
    """
    visits = frames["visit"]
    reason = pd.Series("", index=visits.index, dtype="str")
    reason = reason.mask(~_helped(frames), NO_HELP)
    reason = reason.mask(visits["person"].isna(), ANONYMOUS)
    return pd.DataFrame(
        {
            "delivery": "visit/" + visits["id"].astype("str"),
            "person": visits["person"],
            "digibank": visits["digibank"],
            "objective": Objective.SERVICES.value,
            "happened_on": visits["visited_on"],
            "recorded_at": visits["recorded_at"],
            "place": visits["digipunt"],
            "stream": visits["stream"],
            "reason": reason,
            "proof": "logboek " + visits["id"].astype("str"),
            "voided": visits["voided"],
        }
    )


def anonymous_contacts(frames: Frames) -> pd.DataFrame:
    """Give the anonymous visits that had help, with their tier (rule 14).

    Returns
    -------
    DataFrame
        `delivery`, `happened_on`, `place`, `stream` and `tier`: B for a first time at this
        Digibank, C for a repeat or unknown.
    """
    visits = frames["visit"]
    chosen = visits[visits["person"].isna() & _helped(frames) & ~visits["voided"]]
    return pd.DataFrame(
        {
            "delivery": "visit/" + chosen["id"].astype("str"),
            "happened_on": chosen["visited_on"],
            "place": chosen["digipunt"],
            "stream": chosen["stream"],
            "tier": chosen["first_time"]
            .eq(FirstTime.YES.value)
            .map({True: FIRST_TIMERS, False: OTHERS}),
        }
    ).reset_index(drop=True)


def _helped(frames: Frames) -> pd.Series:
    """Tell of each visit whether it has a question with a result."""
    questions = frames["question"]
    answered = questions["result"].notna() & ~questions["voided"]
    return frames["visit"]["id"].isin(questions.loc[answered, "visit"])
