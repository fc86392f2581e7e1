"""Settings as they held on the day that is counted."""

from __future__ import annotations

from digibank_core.errors import UnknownSettingError
from digibank_core.indicators.definition import Scope
from digibank_core.indicators.frames import Frames
from digibank_core.indicators.rows import row_by_row


def parameter(frames: Frames, name: str, scope: Scope) -> str:
    """Give the value of a setting in a scope.

    The Digibank's own value goes before the general one; of each the latest `starts_on` up
    to the day that is counted holds. Raise `UnknownSettingError` when there is none.
    """
    settings = row_by_row(frames["setting"], "name", "digibank", "starts_on", "value")
    held = [
        (digibank, starts_on, value)
        for named, digibank, starts_on, value in settings
        if named == name
        and digibank in ("", scope.digibank)
        and starts_on.date() <= scope.counted_on
    ]
    if not held:
        raise UnknownSettingError(name=name, on=scope.counted_on)
    # the general ones, without a code, come first
    *_, value = max(held)
    return str(value)


def percent(frames: Frames, name: str, scope: Scope) -> int:
    """Give a setting that is a whole number of percents."""
    return int(parameter(frames, name, scope))
