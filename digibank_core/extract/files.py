"""Files of an extract: written as one whole, each with its hash."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digibank_core.config import private_folder


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
    """Give a new folder; when the block is done, the link points to it and the old one goes."""
    private_folder(link.parent)
    fresh = link.with_name(f"{link.name}-{secrets.token_hex(4)}")
    fresh.mkdir(mode=0o700)
    try:
        yield fresh
        old = link.resolve()
        pointer = fresh.with_suffix(".link")
        pointer.symlink_to(fresh.name)
        pointer.replace(link)
    except BaseException:
        shutil.rmtree(fresh)
        raise
    for earlier in link.parent.glob(f"{link.name}-*"):
        if earlier not in (fresh, old):  # the last one may still be read
            shutil.rmtree(earlier, ignore_errors=True)
