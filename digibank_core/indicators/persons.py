"""Which persons are one and the same (rule 63)."""

from __future__ import annotations

import pandas as pd

from digibank_core.indicators.frames import Frames


def roots(frames: Frames) -> pd.Series:
    """Give the person as whom each absorbed person counts, through any chain of merges.

    Returns
    -------
    Series
        Key of the absorbed person to that of the root; who was never absorbed is not in it.

    Raises
    ------
    ValueError
        The merges go round in a circle, which no service lets happen.
    """
    merges = frames["merge"]
    held = merges[~merges["withdrawn"]]
    kept = held.set_index("absorbed")["kept"]
    found = kept
    for _ in range(len(kept) + 1):
        further = found.map(kept)
        if further.isna().all():
            return found
        found = further.fillna(found)
    raise ValueError("merges in a circle")


def united(persons: pd.Series, frames: Frames) -> pd.Series:
    """Give for each key the one as which that person counts; empty stays empty."""
    return persons.map(roots(frames)).astype("str").fillna(persons)
