"""Months of few new persons, joined with the next so that no small number is told."""

from __future__ import annotations

import pandas as pd


def joined(burn_up: pd.DataFrame, below: int) -> pd.DataFrame:
    """Leave out months after which fewer new persons than this came, but not none (rule 48).

    Parameters
    ----------
    burn_up
        Columns of `reach.burn_up`.

    Returns
    -------
    DataFrame
        The same columns. `new` counts since the row above, so it still adds up to reach;
        empty when reach itself is small.
    """
    kept, told = [], 0
    for row, total in enumerate(burn_up["total"]):
        if total == told or total - told >= below:
            kept.append(row)
            told = total
    if len(burn_up) and told != burn_up["total"].iloc[-1]:
        while kept and burn_up["total"].iloc[-1] - burn_up["total"].iloc[kept[-1]] < below:
            kept.pop()
        kept.append(len(burn_up) - 1)
    months = burn_up.iloc[kept].reset_index(drop=True)
    months["new"] = months["total"].diff().fillna(months["total"]).astype("int64")
    return months if months["total"].max() >= below else burn_up.iloc[:0]
