"""Amounts as people type them, in whole cents (rule 23)."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from digibank_core.models.typed import NAMES_NOBODY

MOST_CENTS = 20_000_000_00
"""Twenty million euro: more is a typing error, and would not fit in a column either."""
EURO = re.compile(r"(?P<whole>\d{1,3}(?:[ .]\d{3})+|\d+)(?:,(?P<cents>\d{1,2}))?")


def read_euro(typed: Any) -> int:
    """Read an amount in euro, with a comma before the cents; give cents.

    A point may only stand between thousands, so that 1.234 is never taken for 1,23.

    Examples
    --------
    >>> read_euro("€ 1.234,5"), read_euro("350000"), read_euro("12,05")
    (123450, 35000000, 1205)
    """
    if isinstance(typed, int) and not isinstance(typed, bool):
        return typed
    text = " ".join(str(typed).replace("€", " ").split()) if isinstance(typed, str) else ""
    found = EURO.fullmatch(text) if text.isascii() else None
    if found is None:
        raise PydanticCustomError(
            "euro", "Schrijf het bedrag in euro met een komma, bijvoorbeeld 1.234,50."
        )
    whole = int(re.sub(r"\D", "", found["whole"]))
    cents = whole * 100 + int((found["cents"] or "").ljust(2, "0"))
    if cents > MOST_CENTS:
        raise PydanticCustomError("euro_most", "Dit bedrag is te groot. Kijk het na.")
    return cents


Euro = Annotated[int, BeforeValidator(read_euro), NAMES_NOBODY]
"""An amount that is typed in euro, in cents; its `Field` says `kind: "text"`."""
