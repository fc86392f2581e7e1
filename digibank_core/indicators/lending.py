"""Loans as services delivered: the objective of access (rule 8)."""

from __future__ import annotations

import pandas as pd

from digibank_core.indicators.frames import Frames
from digibank_core.models import Objective

NO_AGREEMENT = "zonder overeenkomst"


def loan_deliveries(frames: Frames) -> pd.DataFrame:
    """Give one row per loan in the shape of `deliveries.COLUMNS`.

    A loan happens on the day of the hand-over. Without an agreement reference it does not
    count; `reason` then says so, else it is empty.
    """
    loans = frames["loan"]
    return pd.DataFrame(
        {
            "delivery": "loan/" + loans["id"].astype("str"),
            "person": loans["person"],
            "digibank": loans["digibank"],
            "objective": Objective.ACCESS.value,
            "happened_on": loans["lent_on"],
            "recorded_at": loans["recorded_at"],
            "place": "",
            "stream": loans["stream"],
            "reason": loans["agreement"].isna().map({True: NO_AGREEMENT, False: ""}),
            "proof": loans["agreement"].fillna(""),
            "voided": loans["voided"],
        }
    )
