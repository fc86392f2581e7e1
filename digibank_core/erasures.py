"""The list of erasures: beside the keys, so that no backup holds it or loses it (rule 65).

A line says which opaque person, on which day, and how far the texts were searched; never a
name. It is written before the database keeps the erasure: whoever stands on the list is
erased, or will be by the replay. So a crash between the two forgets nobody's request.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from digibank_core.config import keys_folder, private_folder
from digibank_core.errors import ErasureListError
from digibank_core.files import append_line, sync


class Erasure(BaseModel):
    """One person who was erased."""

    model_config = ConfigDict(frozen=True)

    person: str
    """Opaque key."""
    on: date
    surname_too: bool = False
    """Whether notes of others went that hold the last name alone."""


def list_file() -> Path:
    """Give the path of the list; it need not exist."""
    return keys_folder() / "erasures.jsonl"


def add(erasures: Sequence[Erasure]) -> None:
    """Put persons on the list, and wait until it is on the disk.

    Raises
    ------
    ErasureListError
        The list cannot be written.
    """
    file = list_file()
    try:
        private_folder(file.parent)
        if _ends_half(file):
            append_line(file, "")  # a crash cut the last line off
        append_line(file, "\n".join(one.model_dump_json() for one in erasures))
        sync(file)
        sync(file.parent)
    except OSError as error:
        raise ErasureListError(reason=str(error.strerror)) from error


def listed() -> list[Erasure]:
    """Give who stands on the list; a line that was cut off by a crash is passed over.

    Raises
    ------
    ErasureListError
        The list cannot be read.
    """
    try:
        lines = list_file().read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise ErasureListError(reason=type(error).__name__) from error
    return [one for line in lines if (one := _read(line)) is not None]


def _read(line: str) -> Erasure | None:
    try:
        return Erasure.model_validate_json(line)
    except ValidationError:
        return None


def _ends_half(file: Path) -> bool:
    written = file.read_bytes() if file.is_file() else b""
    return written != b"" and not written.endswith(b"\n")
