"""Notebooks of apps: the shipped ones run, a changed one after an administrator saw the change.

A changed notebook lies in `apps/` of the data folder, under the name of the shipped one. Until
it is approved, as it is then to the last byte, the shipped one runs.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

from digibank_core.config import places
from digibank_core.errors import AppChangedError, UnknownAppError, UnshippedAppError
from digibank_core.models import AppApproval, AppDecision
from digibank_core.security import Actor, Right

SUMS = "SHA256SUMS"
"""What was shipped, as `sha256sum` writes it, beside the notebooks."""


@dataclass(frozen=True)
class ChangedApp:
    """A changed notebook and what differs in it from the shipped one."""

    notebook: str
    sha256: str
    approved: bool
    difference: tuple[str, ...]
    """Lines of the cells: those that went begin with `-`, those that came with `+`."""


def runnable(session: Session, shipped: Path, notebook: str) -> bytes:
    """Give the notebook that runs as a page, by its name in the folder of shipped ones.

    Raises
    ------
    UnshippedAppError
        There is no approved change, and the shipped notebook is not as it was shipped.
    """
    changed = _changed(notebook)
    if changed is not None and _is_approved(session, notebook, _sum(changed)):
        return changed
    return _shipped(shipped / notebook)


def changed_apps(session: Session, *, actor: Actor) -> list[ChangedApp]:
    """Give every changed notebook, in the order of their names."""
    actor.require(Right.APPROVE_APPS)
    found = []
    for file in sorted(places().changed_apps.glob("*.ipynb")):
        if not (places().apps / file.name).is_file():
            continue  # there is no page that it could be
        content = file.read_bytes()
        found.append(
            ChangedApp(
                notebook=file.name,
                sha256=_sum(content),
                approved=_is_approved(session, file.name, _sum(content)),
                difference=_difference(_shipped(places().apps / file.name), content),
            )
        )
    return found


def approve(session: Session, decision: AppDecision, *, actor: Actor) -> None:
    """Let a changed notebook run from now on.

    Raises
    ------
    UnknownAppError
        There is no such change any more.
    AppChangedError
        It is not the change that was shown.
    """
    actor.require(Right.APPROVE_APPS)
    content = _changed(decision.notebook)
    if content is None:
        raise UnknownAppError(notebook=decision.notebook)
    if _sum(content) != decision.sha256:
        raise AppChangedError(notebook=decision.notebook)
    _decide(session, decision.notebook, decision.sha256)


def withdraw(session: Session, notebook: str, *, actor: Actor) -> None:
    """Let the shipped notebook run again; the change stays where it is."""
    actor.require(Right.APPROVE_APPS)
    _decide(session, notebook, None)


def _decide(session: Session, notebook: str, sha256: str | None) -> None:
    approval = session.get(AppApproval, notebook) or AppApproval(notebook=notebook)
    approval.sha256 = sha256
    session.add(approval)
    session.flush()


def _is_approved(session: Session, notebook: str, sha256: str) -> bool:
    approval = session.get(AppApproval, notebook)
    return approval is not None and approval.sha256 == sha256


def _changed(notebook: str) -> bytes | None:
    file = places().changed_apps / notebook
    return file.read_bytes() if file.is_file() else None


def _shipped(file: Path) -> bytes:
    content = file.read_bytes()
    sums = file.with_name(SUMS).read_text("ascii").splitlines()
    if f"{_sum(content)}  {file.name}" not in sums:
        raise UnshippedAppError(notebook=file.name)
    return content


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _difference(shipped: bytes, changed: bytes) -> tuple[str, ...]:
    lines = difflib.unified_diff(_lines(shipped), _lines(changed), lineterm="", n=2)
    return tuple(lines)[2:]  # without the names of two files


def _lines(content: bytes) -> Sequence[str]:
    text = content.decode("utf-8", "replace")
    try:
        cells = [
            (cell["cell_type"], "".join(cell["source"])) for cell in json.loads(text)["cells"]
        ]
    except (ValueError, LookupError, TypeError):
        return text.splitlines()  # whatever it is, it is shown before anybody approves it
    return [
        line
        for number, (kind, source) in enumerate(cells, start=1)
        for line in [f"[{number}] {kind}", *source.splitlines()]
    ]
