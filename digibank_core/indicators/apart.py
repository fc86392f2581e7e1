"""Who stands beside reach and never in it (rules 11, 12 and 14)."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from digibank_core.indicators.definition import (
    Breakdown,
    Definition,
    Figure,
    persons_in,
    rows_in,
    taken_apart,
)
from digibank_core.indicators.deliveries import INTERMEDIARY, MINOR, TO_CONFIRM
from digibank_core.indicators.digipunt import FIRST_TIMERS
from digibank_core.indicators.reach import PERSONS_BY
from digibank_core.indicators.rows import Rows, chosen, is_word
from digibank_core.models import Objective

INTERMEDIARIES = Definition(
    code="intermediaries",
    title="Intermediairs",
    unit="personen",
    definition="Medewerkers, vrijwilligers en andere helpers die zelf een dienst kregen. "
    "Ze tellen nooit als bereikte persoon.",
    rule=(12,),
)
AGE_TO_CONFIRM = Definition(
    code="age_to_confirm",
    title="Leeftijd te bevestigen",
    unit="personen",
    definition="Personen die niet tellen omdat niet zeker is dat ze 18 jaar of ouder waren.",
    rule=(11,),
)
MINORS = Definition(
    code="minors",
    title="Jonger dan 18",
    unit="personen",
    definition="Personen die niet tellen omdat ze jonger dan 18 jaar waren.",
    rule=(11,),
)
CONTACTS_FIRST = Definition(
    code="contacts_first_time",
    title="Anonieme contacten, eerste keer",
    unit="bezoeken",
    definition="Bezoeken zonder naam van wie zegt voor het eerst bij deze Digibank te komen "
    "(groep B).",
    rule=(14,),
)
CONTACTS_REPEAT = Definition(
    code="contacts_repeat",
    title="Anonieme contacten, al geweest of onbekend",
    unit="bezoeken",
    definition="Bezoeken zonder naam van wie al eerder kwam, of van wie dat niet bekend is "
    "(groep C).",
    rule=(14,),
)
UPPER_BOUND = Definition(
    code="reach_upper_bound",
    title="Bovengrens van het bereik",
    unit="personen en bezoeken",
    definition="Bereikte personen plus alle anonieme contacten (A + B + C). Het echte bereik "
    "ligt ergens tussen het getelde bereik en deze grens, als niemand dubbel ingeschreven is.",
    rule=(14,),
    settings=PERSONS_BY,
)
NOT_COUNTED = Definition(
    code="not_counted",
    title="Diensten die niet meetellen",
    unit="diensten",
    definition="Diensten in de periode die niet meetellen voor het bereik.",
    rule=(6, 7, 8, 11, 12, 14),
    settings=PERSONS_BY,
)
BY_REASON = replace(
    NOT_COUNTED,
    code="not_counted_by_reason",
    definition="Diensten die niet meetellen, volgens de reden. Van meer redenen staat er één.",
)


def beside(
    firsts: pd.DataFrame, not_counted: pd.DataFrame, contacts: Figure
) -> tuple[Figure, ...]:
    """Count who does not count as reached, and how far reach could go with the unnamed.

    Parameters
    ----------
    firsts
        The first counted service of each person, as from `reach.first_services`.
    not_counted
        Deliveries in the days of the scope that do not qualify.
    contacts
        Anonymous contacts, as from `reach.contacts_anonymous`.
    """
    reached = not_counted["person"].isin(firsts["person"]).to_numpy()
    reasons, tiers = not_counted["reason"], contacts.receipt
    visits = firsts["id"][is_word(firsts["objective"], Objective.SERVICES.value)]
    unnamed = ~tiers["id"].isin(visits).to_numpy()
    bound = Rows(
        len(firsts) + int(unnamed.sum()),
        lambda: pd.concat([firsts, tiers[unnamed]], ignore_index=True),
    )
    is_first = is_word(tiers["tier"], FIRST_TIMERS)
    return (
        rows_in(CONTACTS_FIRST, chosen(tiers, is_first)),
        rows_in(CONTACTS_REPEAT, chosen(tiers, ~is_first)),
        rows_in(UPPER_BOUND, bound),
        rows_in(NOT_COUNTED, chosen(not_counted)),
        *(
            persons_in(definition, not_counted, is_word(reasons, reason) & ~reached)
            for definition, reason in (
                (INTERMEDIARIES, INTERMEDIARY),
                (AGE_TO_CONFIRM, TO_CONFIRM),
                (MINORS, MINOR),
            )
        ),
    )


def by_reason(not_counted: pd.DataFrame) -> Breakdown:
    """Count the services that do not count by their reason."""
    reasons = not_counted["reason"].tolist()
    titles = {reason: reason for reason in sorted(set(reasons))}
    return taken_apart(BY_REASON, "not_counted", chosen(not_counted), reasons, titles)
