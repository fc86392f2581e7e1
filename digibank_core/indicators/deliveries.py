"""The one table that everything is counted from: one row per service delivered."""

from __future__ import annotations

import pandas as pd

from digibank_core.indicators.definition import Scope
from digibank_core.indicators.digipunt import FIRST_TIMERS, anonymous_contacts, visit_deliveries
from digibank_core.indicators.frames import Frames
from digibank_core.indicators.lending import loan_deliveries
from digibank_core.indicators.persons import united
from digibank_core.indicators.training import (
    TOO_FEW,
    attendance_deliveries,
    too_few_sessions,
)
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


def deliveries(frames: Frames, scope: Scope | None = None) -> pd.DataFrame:
    """Give every service delivered by a Digibank, and whether it qualifies.

    Parameters
    ----------
    scope
        Period and dated rules (rule 67): a minimum of sessions, anonymous first visits that
        count. None judges by the defaults of the rules.

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
    rows = rows.assign(reason=reason)
    if scope is not None:
        rows = _by_the_rules_of(scope, rows, frames)
    rows["qualifies"] = rows["reason"].eq("")
    return rows[COLUMNS].sort_values(["happened_on", "delivery"], ignore_index=True)


def _by_the_rules_of(scope: Scope, rows: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    if scope.rules.count_tier_b:
        contacts = anonymous_contacts(frames)
        agreed = contacts["tier"].eq(FIRST_TIMERS)
        agreed &= contacts["stream"].eq(Stream.DIGIBANK.value)
        counts = rows["delivery"].isin(contacts.loc[agreed, "delivery"])
        # each is a person of its own, as a first visit is made once (rule 14)
        person = rows["person"].mask(counts, rows["delivery"])
        rows = rows.assign(person=person, reason=rows["reason"].mask(counts, ""))
    if scope.rules.min_sessions > 1:
        early = too_few_sessions(
            rows, scope.first_day, scope.last_day, scope.rules.min_sessions
        )
        rows = rows.assign(reason=rows["reason"].mask(early, TOO_FEW))
    return rows
