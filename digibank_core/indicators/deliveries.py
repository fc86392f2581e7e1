"""The one table that everything is counted from: one row per service delivered."""

from __future__ import annotations

import pandas as pd

from digibank_core.indicators.digipunt import visit_deliveries
from digibank_core.indicators.frames import Frames
from digibank_core.indicators.lending import loan_deliveries
from digibank_core.indicators.persons import united
from digibank_core.indicators.training import attendance_deliveries
from digibank_core.models import PersonRole, Stream

COLUMNS = [
    "delivery",
    "person",
    "digibank",
    "objective",
    "happened_on",
    "recorded_at",
    "place",
    "stream",
    "qualifies",
    "reason",
    "proof",
]
"""`delivery` is table/id, `person` an opaque unit, `reason` says why a row does not qualify."""

ADULT = 18

VOIDED = "ongedaan gemaakt"
VOIDED_PERSON = "persoon ongedaan gemaakt"
OTHER_STREAM = "andere financiering"
UNKNOWN_PERSON = "persoon onbekend"
INTERMEDIARY = "intermediair"
MINOR = "jonger dan 18"
TO_CONFIRM = "leeftijd te bevestigen"


def deliveries(frames: Frames) -> pd.DataFrame:
    """Give every service delivered by a Digibank, and whether it qualifies.

    Returns
    -------
    DataFrame
        Columns of `COLUMNS`, by day and delivery; `person` is the one as whom an absorbed
        person counts (rule 63). Rules 6, 8, 11, 12, 14 and 62 decide `qualifies`; of several
        reasons against a row one stands in `reason`: that it was voided, then that of its
        own kind (no agreement, not present, no help), then that of the person.
    """
    kinds = (loan_deliveries(frames), attendance_deliveries(frames), visit_deliveries(frames))
    rows = pd.concat(kinds, ignore_index=True)
    rows["person"] = united(rows["person"], frames)
    traits = ["birth_year", "adult_confirmed", "role", "voided"]
    persons = frames["person"].set_index("key")[traits].rename(columns={"voided": "mistake"})
    known = rows.join(persons, on="person")
    turned = known["happened_on"].dt.year.astype("Int64") - known["birth_year"]
    unconfirmed = ~known["adult_confirmed"].eq(True)
    against = {
        OTHER_STREAM: known["stream"] != Stream.DIGIBANK.value,
        UNKNOWN_PERSON: known["role"].isna(),
        VOIDED_PERSON: known["mistake"].eq(True),
        INTERMEDIARY: known["role"] == PersonRole.INTERMEDIARY.value,
        MINOR: turned.lt(ADULT).fillna(False),
        TO_CONFIRM: unconfirmed & turned.le(ADULT).fillna(True),
    }
    reason = known["reason"].mask(known["voided"].astype("bool"), VOIDED)
    for sentence, holds in against.items():
        reason = reason.mask(reason.eq("") & holds.astype("bool"), sentence)
    rows = rows.assign(reason=reason, qualifies=reason.eq(""))
    return rows[COLUMNS].sort_values(["happened_on", "delivery"], ignore_index=True)
