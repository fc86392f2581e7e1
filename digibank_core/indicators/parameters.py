"""Settings as they held on the last day that counts."""

from __future__ import annotations

import pandas as pd

from digibank_core.errors import UnknownSettingError
from digibank_core.indicators.definition import Scope
from digibank_core.indicators.frames import Frames


def parameter(frames: Frames, name: str, scope: Scope) -> str:
    """Give the value of a setting in a scope.

    The Digibank's own value goes before the general one; of each the latest `starts_on` up
    to the last day that counts holds. Raise `UnknownSettingError` when there is none.
    """
    settings = frames["setting"]
    held = settings[
        settings["name"].eq(name)
        & settings["digibank"].isin(["", scope.digibank])
        & settings["starts_on"].le(pd.Timestamp(scope.counted_on))
    ]
    if held.empty:
        raise UnknownSettingError(name=name, on=scope.counted_on)
    # the general ones, without a code, come first
    *_, value = max(zip(held["digibank"], held["starts_on"], held["value"], strict=True))
    return str(value)


def percent(frames: Frames, name: str, scope: Scope) -> int:
    """Give a setting that is a whole number of percents."""
    return int(parameter(frames, name, scope))
