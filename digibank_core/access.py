"""The log of access: who signed in, and who read names or contact data.

A file of its own per month beside the log of errors, and no table: a search only reads the
database, and must not wait for whoever writes; in a backup this log would outlive its year.
A line says who, when, what, how many and on which page; never what was searched or found.
Who may write in the folder of the log can change it: it informs, it proves nothing.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from digibank_core import clock
from digibank_core.config import places, private_folder
from digibank_core.files import append_line
from digibank_core.security import Actor, Right

log = logging.getLogger(__name__)

KEPT_MONTHS = 12
"""Besides the running one. As long as a year of work may have to be explained afterwards."""
PAGE = "SCRIPT_NAME"
"""Where Voilà tells a kernel the address of its page."""


class Event(StrEnum):
    """What is noted; the value is what administrators see."""

    SIGNED_IN = "aangemeld"
    NOT_SIGNED_IN = "aanmelden mislukt"
    HAD_TO_WAIT = "te vaak geprobeerd"
    SIGNED_OUT = "afgemeld"
    OWN_PASSWORD = "eigen wachtwoord gewijzigd"  # noqa: S105  # says what happened
    RESET = "nieuw wachtwoord gekregen"
    DISABLED = "uitgeschakeld"
    ENABLED = "ingeschakeld"
    SEARCHED = "personen gezocht"
    COMPARED = "op dubbels gezocht"
    CONTACT = "contactgegevens gelezen"
    NAMES = "namen gelezen"
    DOSSIER = "alle gegevens van een persoon gelezen"
    KEY_ROTATED = "sleutel van de namen vervangen"


def note(event: Event, login: str, **details: str | int) -> None:
    """Add a line about a user; whatever goes wrong with it, the work goes on.

    Parameters
    ----------
    event
        What happened.
    login
        The user it happened to. Of somebody who is not known nothing that was typed.
    details
        `hits`, `by` (who did it) or `address`; the page is added here.
    """
    now = clock.wall()
    line = {"at": now.isoformat(timespec="seconds"), "event": event.value, "login": login}
    page = {"page": os.environ[PAGE]} if PAGE in os.environ else {}
    try:
        _append(f"{now:%Y-%m}", json.dumps({**line, **details, **page}))
    except OSError as error:
        log.error("log of access: %s", type(error).__name__)  # noqa: TRY400  # no more than that


def recent(most: int, *, actor: Actor) -> list[Mapping[str, str | int]]:
    """Give the newest lines, the last one first."""
    actor.require(Right.MANAGE_USERS)
    found: list[Mapping[str, str | int]] = []
    for file in reversed(_files()):
        found += _lines(file)[::-1]
        if len(found) >= most:
            break
    return found[:most]


def _append(month: str, line: str) -> None:
    file = private_folder(places().log.parent) / f"toegang-{month}.jsonl"
    begins = not file.exists()
    append_line(file, line)
    if begins:
        for old in _files()[: -KEPT_MONTHS - 1]:
            old.unlink(missing_ok=True)


def _files() -> list[Path]:
    return sorted(places().log.parent.glob("toegang-????-??.jsonl"))


def _lines(file: Path) -> list[Mapping[str, str | int]]:
    return list(_read(file.read_text("utf-8").splitlines()))


def _read(lines: list[str]) -> Iterator[Mapping[str, str | int]]:
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:  # the disk was full, or somebody wrote in it
            continue
