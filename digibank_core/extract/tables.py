"""Tables of an extract: which columns leave the database, with hidden keys, as csv."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from sqlmodel import SQLModel

from digibank_core import history
from digibank_core.indicators import columns
from digibank_core.models.columns import Kind

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "municipality": ("nis", "name", "digibank", "population", "population_on", "source"),
    "funding_period": (
        "code", "digibank", "first_day", "last_day", "amount_cents", "active", "source",
    ),
    "target": ("period", "digibank", "starts_on", "persons", "source"),
    "cap": ("period", "digibank", "starts_on", "amount_cents", "source"),
    "tranche": ("period", "from_persons", "starts_on", "amount_cents", "source"),
    "setting": (
        "name", "digibank", "starts_on", "value", "unit", "label", "source", "agreement",
    ),
    "budget_line": ("digibank", "period", "category", "amount_cents", "source"),
    "booking": (
        "id", "digibank", "period", "category", "booked_on", "amount_cents", "stream", "proof",
        "voided", "recorded_at",
    ),
    "person": (
        "key", "digibank", "birth_year", "adult_confirmed", "role", "gender", "municipality",
        "outside_area", "education", "labour_status", "other_language", "reduced_rate",
        "voided", "recorded_at",
    ),
    "merge": ("id", "digibank", "kept", "absorbed", "withdrawn", "recorded_at"),
    "device": (
        "code", "digibank", "kind", "origin", "state", "received_on", "voided", "recorded_at",
    ),
    "loan": (
        "id", "digibank", "device", "person", "lent_on", "due_on", "returned_on", "agreement",
        "stream", "condition", "voided", "recorded_at",
    ),
    "wipe": (
        "id", "digibank", "device", "wiped_on", "certificate", "voided", "recorded_at",
    ),
    "course": (
        "id", "digibank", "level", "capacity", "stream", "voided", "recorded_at",
    ),
    "training_session": (
        "id", "digibank", "course", "kind", "held_on", "starts_at", "ends_at", "own_device",
        "cancelled", "list_reference", "complete_by", "voided", "recorded_at",
    ),
    "enrolment": (
        "id", "digibank", "course", "person", "state", "voided", "recorded_at",
    ),
    "attendance": (
        "id", "digibank", "session", "person", "mark", "voided", "recorded_at",
    ),
    "digipunt": ("code", "digibank", "municipality", "name", "mobile", "source"),
    "opening_block": (
        "digipunt", "weekday", "starts_at", "ends_at", "every_weeks", "source",
    ),
    "held_block": (
        "id", "digibank", "digipunt", "held_on", "starts_at", "ends_at", "voided",
        "recorded_at",
    ),
    "topic": ("code", "position", "label", "essential_service", "source"),
    "visit": (
        "id", "digibank", "digipunt", "municipality", "visited_on", "person", "first_time",
        "age_band", "language_help", "helper_role", "stream", "voided", "recorded_at",
    ),
    "question": (
        "id", "digibank", "visit", "topic", "minutes", "result", "referred_to", "voided",
        "recorded_at",
    ),
}  # fmt: skip
"""What an extract may hold: no typed text, no contact data, no names of users or helpers.

Agreement and list numbers stay: they lead an auditor to the paper proof (rule 38).
"""
ROW_KEYS = frozenset({"id", "key"})
"""Columns that are the key of their own table."""
ONLY_WHETHER = frozenset({"complete_by"})
"""Columns that name a user: an extract says only that there is one (rule 38)."""
SOMEBODY = "iemand"


def write_table(
    folder: Path, model: type[SQLModel], frame: pd.DataFrame, digibank: str, secret: bytes
) -> dict[str, Any]:
    """Write the allowed columns of a table, sorted by key; the same rows give the same bytes.

    Returns
    -------
    dict
        The table as a resource of a Frictionless data package.
    """
    name = str(model.__tablename__)
    chosen = frame[list(COLUMNS[name])].copy()
    fields = []
    for column in chosen.columns:
        target = _keyed_by(model, column)
        if target is not None:
            chosen[column] = _hidden(chosen[column], secret, f"{digibank}/{target}")
        if column in ONLY_WHETHER:
            chosen[column] = chosen[column].mask(chosen[column].notna(), SOMEBODY)
        fields.append({"name": column, "type": _kind(chosen[column])})
        chosen[column] = _plain(chosen[column])
    keys = [key.name for key in columns.table_of(model).primary_key]
    path = folder / "data" / f"{name}.csv"
    path.parent.mkdir(exist_ok=True)
    chosen.sort_values(keys).to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    schema = {"fields": fields, "primaryKey": keys, "missingValues": [""]}
    return {
        "name": name,
        "path": f"data/{name}.csv",
        "profile": "tabular-data-resource",
        "schema": schema,
    }


def read_table(folder: Path, model: type[SQLModel]) -> pd.DataFrame:
    """Read a table as `frames.load` gives it; columns that do not leave it are empty."""
    path = folder / "data" / f"{model.__tablename__}.csv"
    frame = pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""])
    table = columns.table_of(model)
    required = [name for name in frame if not table.c[name].nullable]
    frame[required] = frame[required].fillna("")  # an empty text is no absent one
    facts = history.columns(model, Kind.FACT)
    missing = {name: pd.Series(pd.NA, index=frame.index, dtype="str") for name in facts}
    frame = pd.DataFrame({**missing, **dict(frame.items())})[facts]
    hidden = {name for name in facts if _keyed_by(model, name)}
    return columns.typed(frame, model, except_for=hidden)


def _keyed_by(model: type[SQLModel], column: str) -> str | None:
    """Name of the table whose key a column holds, when that key has to be hidden."""
    if column in ROW_KEYS:
        return str(model.__tablename__)
    for reference in columns.table_of(model).c[column].foreign_keys:
        target, key = reference.target_fullname.split(".")
        if key in ROW_KEYS:
            return str(target)
    return None


def _hidden(column: pd.Series, secret: bytes, place: str) -> pd.Series:
    def hide(key: Any) -> str:
        return hmac.new(secret, f"{place}/{key}".encode(), hashlib.sha256).hexdigest()[:16]

    known = column.dropna()
    return known.astype("object").map(hide).reindex(column.index).astype("str")


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "boolean"
    if pd.api.types.is_integer_dtype(column):
        return "integer"
    if pd.api.types.is_datetime64_any_dtype(column):
        return "date" if column.dt.tz is None else "datetime"
    return "string"


def _plain(column: pd.Series) -> pd.Series:
    """Write each value one way, whatever the machine."""
    match _kind(column):
        case "boolean":
            return column.map({True: "true", False: "false"})
        case "date":
            return column.dt.strftime("%Y-%m-%d")
        case "datetime":
            return column.dt.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return column
