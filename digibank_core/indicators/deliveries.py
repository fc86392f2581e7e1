"""The one table that everything is counted from: one row per service delivered."""

from __future__ import annotations

import numpy as np
import pandas as pd

from digibank_core.indicators.definition import Scope
from digibank_core.indicators.digipunt import FIRST_TIMERS, anonymous_contacts, visit_deliveries
from digibank_core.indicators.frames import Frames
from digibank_core.indicators.lending import loan_deliveries
from digibank_core.indicators.persons import united
from digibank_core.indicators.proofs import listed
from digibank_core.indicators.rows import TEXT, Mask, by_day, is_word, references, words
from digibank_core.indicators.training import (
    TOO_FEW,
    attendance_deliveries,
    too_few_sessions,
)
from digibank_core.models import Objective, PersonRole, Stream

JUDGED = [
    "id",
    "person",
    "objective",
    "happened_on",
    "place",
    "municipality",
    "qualifies",
    "reason",
]
"""What figures count with; `id` is that of the table that the objective has."""
ADULT = 18

VOIDED = "ongedaan gemaakt"
VOIDED_PERSON = "persoon ongedaan gemaakt"
OTHER_STREAM = "andere financiering"
UNKNOWN_PERSON = "persoon onbekend"
INTERMEDIARY = "intermediair"
MINOR = "jonger dan 18"
TO_CONFIRM = "leeftijd te bevestigen"


def deliveries(frames: Frames, scope: Scope | None = None) -> pd.DataFrame:
    """Give every service delivered by a Digibank, and whether it qualifies, in full.

    Parameters
    ----------
    scope
        As of `judged`.

    Returns
    -------
    DataFrame
        Columns of `proofs.COLUMNS`; rows as of `judged`.
    """
    return listed(judged(frames, scope), frames)


def judged(frames: Frames, scope: Scope | None = None) -> pd.DataFrame:
    """Give every service delivered by a Digibank, and whether it qualifies.

    Parameters
    ----------
    scope
        Period and dated rules (rule 67): a minimum of sessions, anonymous first visits that
        count. None judges by the defaults of the rules.

    Returns
    -------
    DataFrame
        Columns of `JUDGED`, by day and delivery; `person` is the one as whom an absorbed
        person counts (rule 63). Rules 6, 8, 11, 12, 14 and 62 decide `qualifies`; of several
        reasons against a row one stands in `reason`: that it was voided, then that of its
        own kind (no agreement, not present, no help), then that of the person.
    """
    kinds = {
        Objective.SKILLS: attendance_deliveries(frames),
        Objective.ACCESS: loan_deliveries(frames),
        Objective.SERVICES: visit_deliveries(frames),
    }
    rows = pd.concat(kinds.values(), ignore_index=True)
    each = np.repeat(np.arange(len(kinds)), [len(kind) for kind in kinds.values()])
    rows["objective"] = words([objective.value for objective in kinds], each)
    rows["person"] = united(rows["person"], frames)
    own = rows["reason"].to_numpy(copy=True)
    counts = is_word(rows["reason"], "")
    # of several reasons the first is the last to be written
    for reason, holds in reversed(_against(rows, frames).items()):
        own[holds & counts] = reason
    own[rows["voided"].to_numpy("bool")] = VOIDED
    rows["reason"] = pd.array(own, dtype=TEXT)
    if scope is not None:
        rows = _by_the_rules_of(scope, rows, frames)
    rows["qualifies"] = is_word(rows["reason"], "")
    return by_day(rows[JUDGED], "happened_on").reset_index(drop=True)


def _against(rows: pd.DataFrame, frames: Frames) -> dict[str, Mask]:
    """Give each reason against a stream or a person, with the rows that have it."""
    people = frames["person"]
    place = pd.Index(people["key"]).get_indexer(rows["person"])  # -1 for an unknown one

    def of_person(known: Mask | pd.Series) -> Mask:
        found: Mask = np.append(known, False)[place]
        return found

    born = people["birth_year"].to_numpy("float64", na_value=np.nan)
    years = rows["happened_on"].to_numpy().astype("datetime64[Y]").astype("int64") + 1970
    turned = years - np.append(born, np.nan)[place]
    return {
        OTHER_STREAM: ~is_word(rows["stream"], Stream.DIGIBANK.value),
        UNKNOWN_PERSON: place < 0,
        VOIDED_PERSON: of_person(people["voided"]),
        INTERMEDIARY: of_person(is_word(people["role"], PersonRole.INTERMEDIARY.value)),
        MINOR: turned < ADULT,
        # who has no year of birth did not turn more either
        TO_CONFIRM: ~of_person(people["adult_confirmed"]) & ~(turned > ADULT),
    }


def _by_the_rules_of(scope: Scope, rows: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    if scope.rules.count_tier_b:
        contacts = anonymous_contacts(frames)
        agreed = contacts["tier"].eq(FIRST_TIMERS) & contacts["stream"].eq(
            Stream.DIGIBANK.value
        )
        counts = is_word(rows["objective"], Objective.SERVICES.value)
        counts &= rows["id"].isin(contacts.loc[agreed, "id"]).to_numpy()
        # each is a person of its own, as a first visit is made once (rule 14)
        person = rows["person"].mask(counts, references("visit", rows["id"]))
        rows = rows.assign(person=person, reason=rows["reason"].mask(counts, ""))
    if scope.rules.min_sessions > 1:
        early = too_few_sessions(
            rows, scope.first_day, scope.last_day, scope.rules.min_sessions
        )
        rows = rows.assign(reason=rows["reason"].mask(early, TOO_FEW))
    return rows
