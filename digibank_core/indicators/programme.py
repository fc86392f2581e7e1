"""Settings of the programme that hold on a day."""

from __future__ import annotations

from datetime import date

import pandas as pd

from digibank_core.errors import UnknownSettingError
from digibank_core.indicators.frames import Frames


def setting(frames: Frames, name: str, *, digibank: str, on: date) -> str:
    """Give the value of a setting in a Digibank on a day, as `services.programme` does.

    Raises
    ------
    UnknownSettingError
        There is no such setting on that day.
    """
    settings = frames["setting"]
    held = settings[settings["name"].eq(name) & settings["starts_on"].le(pd.Timestamp(on))]
    if held.empty:
        raise UnknownSettingError(name=name, on=on)
    own = held.assign(own=held["digibank"].eq(digibank)).sort_values(["own", "starts_on"])
    return str(own["value"].iloc[-1])
