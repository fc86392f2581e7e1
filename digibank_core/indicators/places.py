"""Reach by where people were helped, beside where they live (rules 4 and 5)."""

from __future__ import annotations

import pandas as pd

from digibank_core.indicators.definition import (
    Breakdown,
    Definition,
    Scope,
    crossed,
    ordered,
    references,
    taken_apart,
)
from digibank_core.indicators.digipunt import names
from digibank_core.indicators.frames import Frames
from digibank_core.indicators.persons import residence, residences
from digibank_core.indicators.reach import PERSONS_BY
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
    counted: pd.DataFrame, firsts: pd.DataFrame, frames: Frames, scope: Scope
) -> tuple[Breakdown, Breakdown, Breakdown]:
    """Take reach apart by where somebody was first helped in a Digipunt (rules 4 and 5).

    Returns
    -------
    tuple of Breakdown
        By Digipunt, by municipality of service, and by that and residence; each adds up to
        reach, as who never had help in a Digipunt has a group of its own.
    """
    helped = _first_help(counted, frames)
    found = firsts["person"].map(helped["place"]), firsts["person"].map(helped["town"])
    digipunt, town = (each.astype("str").fillna(ELSEWHERE) for each in found)
    living = frames["person"].set_index("key")[["municipality", "outside_area"]]
    persons = living.reindex(firsts["person"])
    rows = firsts.assign(group=town, across=residence(persons).to_numpy())
    at = firsts.assign(group=digipunt)
    known = frames["municipality"].set_index("nis")["name"]
    places = {code: known[code] for code in sorted(helped["town"].unique(), key=known.get)}
    places[ELSEWHERE] = ELSEWHERE_TITLE
    homes = residences(persons, frames, scope)
    return (
        taken_apart(
            REACH_BY_DIGIPUNT, "reach", at, {**names(frames), ELSEWHERE: ELSEWHERE_TITLE}
        ),
        taken_apart(REACH_BY_PLACE, "reach", rows, places),
        crossed(REACH_BY_PLACE_AND_RESIDENCE, "reach", rows, places, homes),
    )


def _first_help(counted: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Give place and town of the first counted visit of each person, by person.

    Of several on one day the first by code, as an extract has other numbers of visits.
    """
    visits = frames["visit"]
    helped = counted[counted["objective"] == Objective.SERVICES.value]
    number = references("visit", visits["id"])
    towns = pd.Series(visits["municipality"].to_numpy(), index=number)
    helped = helped.assign(town=towns.reindex(helped["delivery"]).to_numpy())
    helped = ordered(helped, ["happened_on", "place", "town"])
    return helped.drop_duplicates("person").set_index("person")[["place", "town"]]
