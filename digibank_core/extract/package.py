"""The extract: facts of one Digibank without names, as files that a report reads.

A folder holds `data/<table>.csv`, `datapackage.json`, `parameters.json`, `figures.json` and
`manifest.json`. The same indicators run on it as on the database. Only the columns of
`tables.COLUMNS` leave the database; keys of rows are replaced by keyed hashes (rule 46).
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from sqlmodel import Session

from digibank_core import __version__, clock, history, reporting, security
from digibank_core.config import places, private_folder
from digibank_core.errors import ExtractDamagedError, NoExtractError
from digibank_core.extract.files import hashes, swapped, write_json
from digibank_core.extract.tables import read_table, write_table
from digibank_core.indicators import frames, rules
from digibank_core.security import Actor, Right
from digibank_core.services import programme

LAYOUT = 3
"""Version of the layout of an extract; one of another version is made again."""


@dataclass(frozen=True)
class Extract:
    """An extract that was read, and whose files are whole."""

    digibank: str
    name: str
    made_on: date
    demo: bool
    head: int
    """Last entry of the history that it holds."""
    tables: frames.Frames


def write(
    session: Session, folder: Path, *, actor: Actor, digibank: str, moment: datetime
) -> Path:
    """Write the extract of a Digibank; the folder is the whole new one, or stays the old one.

    Parameters
    ----------
    folder
        Becomes a link to a folder beside it.
    moment
        Now; figures are those of its day.

    Raises
    ------
    NotAllowedError
        The actor may not see the rows of this Digibank.
    """
    actor.require(Right.SEE_ROWS, digibank)
    own = programme.digibank(session, digibank)
    head, head_hash = history.head(session)
    today = moment.astimezone(clock.BRUSSELS).date()
    told = {
        "layout": LAYOUT,
        "program": __version__,
        "digibank": digibank,
        "name": own.name,
        "today": today.isoformat(),
        "made_at": moment.isoformat(timespec="seconds"),
        "demo": programme.is_demo(session),
        "history": {"entries": head, "hash": head_hash},
    }
    tables = frames.load(session, digibank)
    make_secret()
    secret = _secret_file().read_bytes()
    with swapped(folder) as fresh:
        resources = [
            write_table(fresh, model, tables[str(model.__tablename__)], digibank, secret)
            for model in frames.MODELS
        ]
        package = {"name": f"digibank-{digibank}", "resources": resources}
        figures = _figures(tables, digibank, today)
        write_json(fresh / "datapackage.json", package)
        write_json(
            fresh / "parameters.json", {**told, "settings": _settings(tables, digibank, today)}
        )
        write_json(fresh / "figures.json", figures)
        write_json(fresh / "manifest.json", {**told, "files": hashes(fresh)})
    return folder


def read(folder: Path) -> Extract:
    """Read an extract, after a check of every file.

    Raises
    ------
    NoExtractError
        There is no extract in the folder.
    ExtractDamagedError
        A file is missing, changed or too many.
    """
    folder = folder.resolve()  # a new extract may take its place while this one is read
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        files, layout = manifest["files"], manifest["layout"]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise NoExtractError(folder=folder.name) from error
    if layout != LAYOUT:
        raise NoExtractError(folder=folder.name)
    differing = sorted(
        name
        for name, found in (files | hashes(folder)).items()
        if files.get(name) != found or not (folder / name).is_file()
    )
    if differing:
        raise ExtractDamagedError(file=differing[0])
    return Extract(
        digibank=manifest["digibank"],
        name=manifest["name"],
        made_on=date.fromisoformat(manifest["today"]),
        demo=manifest["demo"],
        head=manifest["history"]["entries"],
        tables={str(model.__tablename__): read_table(folder, model) for model in frames.MODELS},
    )


def renew(session: Session, *, actor: Actor, moment: datetime) -> list[str]:
    """Write the extract of every Digibank that the actor may see and where something changed.

    Returns
    -------
    list of str
        Codes of the Digibanken that got a new extract.
    """
    head, _ = history.head(session)
    renewed = []
    for digibank in programme.digibanken(session):
        if not actor.may(Right.SEE_ROWS, digibank.code):
            continue
        folder = places().extract / digibank.code
        if _head_of(folder) != head:
            write(session, folder, actor=actor, digibank=digibank.code, moment=moment)
            renewed.append(digibank.code)
    return renewed


def make_secret() -> None:
    """Make the secret behind the keys in extracts, unless there is one."""
    private_folder(places().keys)
    try:
        handle = os.open(_secret_file(), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write("".join(security.new_key() for _ in range(4)))


def _secret_file() -> Path:
    return places().keys / "extract.key"


def _head_of(folder: Path) -> int | None:
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        return int(manifest["history"]["entries"]) if manifest["layout"] == LAYOUT else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _settings(tables: frames.Frames, digibank: str, today: date) -> dict[str, dict[str, str]]:
    """Values that hold today, with the day since when and the source (rule 67)."""
    held = rules.settings_on(tables, digibank, today)
    return {
        row["name"]: {
            "value": row["value"],
            "starts_on": row["starts_on"].date().isoformat(),
            "source": row["source"],
        }
        for row in held.to_dict("records")
    }


def _figures(tables: frames.Frames, digibank: str, today: date) -> list[dict[str, Any]]:
    periods = tables["funding_period"]
    begun = periods[periods["active"] & (periods["first_day"] <= pd.Timestamp(today))]
    told = []
    for code in begun["code"]:
        measured = reporting.measure(tables, digibank, code, today)
        told.append(
            {
                "period": code,
                "as_of": today.isoformat(),
                "figures": [reporting.as_record(each) for each in measured.figures],
                "breakdowns": [reporting.as_cells(each) for each in measured.breakdowns],
            }
        )
    return told
