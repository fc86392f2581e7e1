"""Reach by where people were helped, beside where they live (rules 4 and 5)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from digibank_core.indicators.definition import (
    Breakdown,
    Definition,
    Scope,
    crossed,
    taken_apart,
)
from digibank_core.indicators.digipunt import names
from digibank_core.indicators.frames import Frames
from digibank_core.indicators.persons import residence, residences
from digibank_core.indicators.reach import PERSONS_BY
from digibank_core.indicators.rows import chosen, is_word, row_by_row
from digibank_core.models import Objective

ELSEWHERE = "elders"
"""Group of who had no help in a Digipunt."""
ELSEWHERE_TITLE = "alleen uitleen of vorming"

REACH_BY_DIGIPUNT = Definition(
    code="reach_by_digipunt",
    title="Bereik volgens Digipunt",
    unit="personen",
    definition="Bereikte personen volgens het Digipunt waar ze voor het eerst geholpen zijn.",
    rule=(4, 7),
    settings=PERSONS_BY,
)
REACH_BY_PLACE = Definition(
    code="reach_by_place",
    title="Bereik volgens gemeente van het Digipunt",
    unit="personen",
    definition="Bereikte personen volgens de gemeente van het Digipunt of de halte waar ze "
    "voor het eerst geholpen zijn.",
    rule=(4, 5, 7),
    settings=PERSONS_BY,
)
REACH_BY_PLACE_AND_RESIDENCE = Definition(
    code="reach_by_place_and_residence",
    title="Waar geholpen, en waar ze wonen",
    unit="personen",
    definition="Bereikte personen volgens de gemeente waar ze voor het eerst in een Digipunt "
    "geholpen zijn, en de gemeente waar ze wonen.",
    rule=(4, 5, 7),
    settings=PERSONS_BY,
)


def reach_by_place(
    counted: pd.DataFrame,
    firsts: pd.DataFrame,
    persons: pd.DataFrame,
    frames: Frames,
    scope: Scope,
) -> tuple[Breakdown, Breakdown, Breakdown]:
    """Take reach apart by where somebody was first helped in a Digipunt (rules 4 and 5).

    Parameters
    ----------
    firsts
        The first counted service of each person, as from `reach.first_services`.
    persons
        Who these are, as from `persons.known_of`.

    Returns
    -------
    tuple of Breakdown
        By Digipunt, by municipality of service, and by that and residence; each adds up to
        reach, as who never had help in a Digipunt has a group of its own.
    """
    helped = _first_help(counted)
    found = pd.Index(helped["person"]).get_indexer(firsts["person"])  # -1 for who never was
    at, towns = (
        np.append(helped[name].to_numpy(), ELSEWHERE)[found].tolist()
        for name in ("place", "municipality")
    )
    homes, every = residence(persons), residences(persons, frames, scope)
    known = dict(row_by_row(frames["municipality"], "nis", "name"))
    places = {
        code: known[code] for code in sorted(set(towns) - {ELSEWHERE}, key=known.__getitem__)
    }
    digipunten = {**names(frames), ELSEWHERE: ELSEWHERE_TITLE}
    places[ELSEWHERE] = ELSEWHERE_TITLE
    rows = chosen(firsts)
    return (
        taken_apart(REACH_BY_DIGIPUNT, "reach", rows, at, digipunten),
        taken_apart(REACH_BY_PLACE, "reach", rows, towns, places),
        crossed(REACH_BY_PLACE_AND_RESIDENCE, "reach", rows, (towns, homes), (places, every)),
    )


def _first_help(counted: pd.DataFrame) -> pd.DataFrame:
    """Give the first counted visit of each person, with its place and municipality.

    Of several on one day the first by code, as an extract has other numbers of visits.
    """
    columns = ["person", "place", "municipality", "happened_on"]
    helped = counted[columns][is_word(counted["objective"], Objective.SERVICES.value)]
    codes = (pd.factorize(helped[name], sort=True)[0] for name in ("municipality", "place"))
    first_first = np.lexsort((*codes, helped["happened_on"].to_numpy()))
    return helped.take(first_first).drop_duplicates("person")
