"""The receipt of a figure or a breakdown: how it was counted, down to the rows behind it."""

from __future__ import annotations

from urllib.parse import urlencode

from digibank_core.indicators.definition import Scope

PAGE = "bon"


def address(code: str, scope: Scope, group: str = "", across: str = "") -> str:
    """Give the address of the receipt of a figure, or of one cell of a breakdown.

    It stands for the same question on every day: `stand` and `bekend` say of when it is.
    """
    asked = {
        "cijfer": code,
        "groep": group,
        "en": across,
        "digibank": scope.digibank,
        "periode": scope.period,
        "stand": scope.as_of.isoformat(),
        "bekend": "" if scope.known_on is None else scope.known_on.isoformat(),
    }
    return f"{PAGE}?{urlencode({name: told for name, told in asked.items() if told})}"
