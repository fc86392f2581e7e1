"""Files that must be whole: copied, on the disk, for the owner alone, with a fingerprint."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Fingerprint(BaseModel):
    """Size in bytes and SHA-256 of a file."""

    model_config = ConfigDict(frozen=True)

    size: int
    sha256: str


def fingerprint(file: Path) -> Fingerprint:
    """Give the fingerprint of a file."""
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256")
    return Fingerprint(size=file.stat().st_size, sha256=digest.hexdigest())


def files_in(folder: Path) -> list[str]:
    """Name the files in a folder by their path from there; links are left out."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    )


def copy(source: Path, target: Path) -> None:
    """Copy a file, into folders that are made when they are not there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


@contextmanager
def half_folder(parent: Path) -> Iterator[Path]:
    """Give a private folder to work in; unless it was renamed it is gone afterwards."""
    half = Path(tempfile.mkdtemp(prefix=".half-", dir=parent))
    try:
        yield half
    finally:
        shutil.rmtree(half, ignore_errors=True)


def settle(folder: Path) -> None:
    """Keep all that is in a folder for the owner alone, and get it on the disk."""
    for path in (*folder.rglob("*"), folder):
        path.chmod(0o700 if path.is_dir() else 0o600)
        sync(path)


def append_line(file: Path, line: str) -> None:
    """Add a line to a file for the owner alone; lines of several processes do not mix."""
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, f"{line}\n".encode())
    finally:
        os.close(handle)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
