"""Images of history, under the keys and with the columns that their tables have today.

History is append-only, so a migration cannot rewrite it: an image stays as the table was on
the day of the change. This is the adapter between the two.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlmodel import SQLModel

from digibank_core import history
from digibank_core.indicators.columns import table_of

Image = Mapping[str, Any]
"""The facts of a row as JSON values, by name."""

BEFORE_DATED: Mapping[str, Image] = {
    "funding_period": {"author": "cli"},
    "target": {"author": "cli", "starts_on": "2022-11-01"},
}
"""What migration 0007 wrote in the columns that it added to rows that were there."""


def as_today(
    images: Mapping[str, Image | None], model: type[SQLModel], keys: Collection[str]
) -> dict[str, Image | None]:
    """Give images as rows of the table of today; None is of a row that did not exist yet.

    A table that became dated got one part more in its key: "IMPL/noord" of a target is now
    "IMPL/noord/2022-11-01" (migration 0008; 0007 for tranches). While the key was short there
    was one row under it, so an image under it tells all there was: whatever is dated now
    under that key came later.

    Parameters
    ----------
    keys
        Keys of the rows that are in the table now.
    """
    parts = len(table_of(model).primary_key.columns)
    short = [key for key in images if key.count("/") < parts - 1]
    today: dict[str, Image | None] = {
        key: None if image is None else _whole(image, model)
        for key, image in images.items()
        if key not in short
    }
    for key in short:
        later = [each for each in {*keys, *today} if each.startswith(f"{key}/")]
        today |= dict.fromkeys(later)
        image = images[key]
        if image is not None:
            row = _whole(image, model)
            today[history.key_of(row, model)] = row
    return today


def _whole(image: Image, model: type[SQLModel]) -> dict[str, Any]:
    """Add the columns that an image of before they were there does not have."""
    added = {
        column.name: column.default.arg
        for column in table_of(model).c
        if isinstance(column.default, ScalarElementColumnDefault)
    }
    return {**added, **BEFORE_DATED.get(table_of(model).name, {}), **image}
