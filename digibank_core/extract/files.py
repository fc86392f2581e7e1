"""Files of an extract: written as one whole, each with its hash."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from digibank_core.config import private_folder

_READ_FOR_SECONDS = 60 * 60
"""Time that a reader, or another writer, may need for a folder that is no longer linked to."""


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file but the manifest, by path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


def write_json(path: Path, told: object) -> None:
    """Write JSON of which the bytes depend on nothing but what is told."""
    text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(f"{text}\n", "utf-8")


@contextmanager
def swapped(link: Path) -> Iterator[Path]:
    """Give a new folder; when the block is done, the link points to it.

    Folders of before go when they are so old that nobody reads or writes them any more.
    """
    private_folder(link.parent)
    fresh = link.with_name(f"{link.name}-{secrets.token_hex(4)}")
    fresh.mkdir(mode=0o700)
    try:
        yield fresh
        pointer = fresh.with_suffix(".link")
        pointer.symlink_to(fresh.name)
        if not link.is_symlink() and (link / "manifest.json").is_file():
            shutil.rmtree(link)  # whoever copied the home folder made a folder of the link
        pointer.replace(link)
    except BaseException:
        shutil.rmtree(fresh)
        raise
    young = fresh.stat().st_mtime - _READ_FOR_SECONDS
    for earlier in link.parent.glob(f"{link.name}-*"):
        with suppress(FileNotFoundError):  # another writer tidies up too
            if earlier != fresh and earlier.lstat().st_mtime < young:
                shutil.rmtree(earlier, ignore_errors=True)
