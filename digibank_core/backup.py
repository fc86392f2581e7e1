"""Backups: make one while others write, and examine it before it is trusted.

A backup is a folder named by its moment in UTC, with the database, the reports, the sealed
packs, and a manifest of what must be in it. Keys never are. It gets its name only when it
is whole, on the disk and examined; until then its name starts with `.half-`.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col, func, select, text

from digibank_core import (
    __version__,
    clock,
    db,
    encryption,
    engines,
    files,
    history,
    rotation,
)
from digibank_core.config import places, private_folder
from digibank_core.errors import (
    BackupDatabaseError,
    BackupElsewhereError,
    BackupFailedError,
    BackupFileError,
    BackupHistoryError,
    BackupManifestError,
    DatabaseUnsoundError,
    KeyMissingError,
    NoDatabaseError,
    PlacesMixedError,
    UnsoundBackupError,
)
from digibank_core.models import Contact, HistoryEntry

DATABASE = "digibank.db"
FOLDERS = ("apps", "reports", "sealed")
"""What of `home` goes along beside the database; log and extract can be missed."""
MANIFEST = "manifest.json"


class Manifest(BaseModel):
    """What a backup says of itself."""

    model_config = ConfigDict(frozen=True)

    made_at: AwareDatetime
    program: str
    revision: str
    entries: int
    """Number of history entries; the chain ends with `last_entry` and `last_hash`."""
    last_entry: int
    last_hash: str
    contact_keys: dict[int, str]
    """Marks of the contact keys in use (`encryption.key_ids`); empty when there was none."""
    files: dict[str, files.Fingerprint]


@dataclass(frozen=True)
class Backup:
    """A whole backup that was examined."""

    folder: Path
    manifest: Manifest

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the manifest: noted elsewhere, it shows that a backup was rewritten."""
        return files.fingerprint(self.folder / MANIFEST).sha256


def parts() -> dict[str, Path]:
    """Say where each part of a backup stands in this installation.

    Raises
    ------
    BackupElsewhereError
        The database is in PostgreSQL.
    """
    database, home = db.sqlite_file(), places().home
    if database is None:
        raise BackupElsewhereError(home=home, keys=places().keys)
    return {DATABASE: database, **{name: home / name for name in FOLDERS}}


def make() -> Backup:
    """Make a backup of this installation, while others may write.

    Raises
    ------
    BackupElsewhereError
        The database is in PostgreSQL.
    NoDatabaseError
        There is no database, or it is newer than this program.
    PlacesMixedError
        Backups or keys lie inside the data, or keys inside the backups.
    BackupFailedError
        The folder cannot be written or the disk is full.
    DatabaseUnsoundError
        The copy is damaged or its history chain is broken; no backup is kept.
    """
    sources, folder, made_at = parts(), places().backups, clock.wall()
    if (revision := db.revision()) is None:
        raise NoDatabaseError
    db.refuse_newer(revision)
    _refuse_mixed_places()
    try:
        with files.half_folder(private_folder(folder)) as half:
            _copy_database(sources[DATABASE], half / DATABASE)
            for name in FOLDERS:
                for file in files.files_in(sources[name]):
                    files.copy(sources[name] / file, half / name / file)
            manifest = _describe(half, made_at, revision)
            (half / MANIFEST).write_text(manifest.model_dump_json(indent=2), "utf-8")
            files.settle(half)
            examine(half)
            whole = half.rename(folder / name_of(made_at))
            files.sync(folder)
    except (OSError, sqlite3.OperationalError) as error:
        raise BackupFailedError(folder=folder, reason=str(error)) from error
    except (UnsoundBackupError, sqlite3.DatabaseError, DatabaseError) as error:
        raise DatabaseUnsoundError from error
    return Backup(whole, manifest)


def examine(folder: Path) -> Backup:
    """Check a backup from end to end; nothing is written.

    Every file is held against the manifest, the database against SQLite's own checks (but
    for CHECK constraints, which SQLite leaves out of a file that it only reads), and its
    history chain is walked to the end that the manifest names. Who rewrites facts in the
    database and the manifest with them is not seen here: only the fingerprint, noted
    elsewhere when the backup was made, shows that.

    Raises
    ------
    UnsoundBackupError
        One of its subclasses says what is wrong.
    NewerDatabaseError
        The backup is of a newer program.
    """
    manifest = _read_manifest(folder)
    db.refuse_newer(manifest.revision)
    found = _fingerprints(folder)
    for name in sorted({DATABASE, *found, *manifest.files}):
        if name not in found or found[name] != manifest.files.get(name):
            raise BackupFileError(backup=folder, file=name)
    try:
        with db.reading_copy(folder / DATABASE) as session:
            _examine_database(session, folder, manifest)
    except DatabaseError as error:
        raise BackupDatabaseError(backup=folder) from error
    return Backup(folder, manifest)


def opens_names(backup: Backup) -> bool:
    """Tell whether the contact key of this installation opens every name in a backup."""
    try:
        ours = encryption.key_ids()
        with db.reading_copy(backup.folder / DATABASE) as session:
            session.exec(select(col(Contact.first_name))).all()
    except KeyMissingError:
        return False
    return backup.manifest.contact_keys.items() <= ours.items()


def latest() -> datetime | None:
    """Give when the last backup was made; what is in it is not looked at."""
    for folder in sorted(places().backups.glob("[0-9]*Z"), reverse=True):
        with suppress(BackupManifestError):
            return _read_manifest(folder).made_at
    return None


def name_of(moment: datetime) -> str:
    """Write a moment so that names sort by time.

    Examples
    --------
    >>> name_of(datetime(2026, 11, 23, 11, 6, 0, 482913, tzinfo=UTC))
    '20261123T110600.482Z'
    """
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%S.%f}"[:-3] + "Z"


def _refuse_mixed_places() -> None:
    found = places()
    home, keys, backups = (path.resolve() for path in (found.home, found.keys, found.backups))
    for inner, outer in ((backups, home), (keys, home), (keys, backups)):
        if inner.is_relative_to(outer):
            raise PlacesMixedError(inner=inner, outer=outer)


def _copy_database(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment, with what its write-ahead log holds."""
    with closing(sqlite3.connect(source, timeout=engines.WAIT_SECONDS)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))


def _describe(half: Path, made_at: datetime, revision: str) -> Manifest:
    keys: dict[int, str] = {}
    with suppress(KeyMissingError):
        keys = encryption.key_ids()
    with db.reading_copy(half / DATABASE) as session:
        entries, last_entry, last_hash = _end_of_history(session)
        used = rotation.contacts_by_key(session) or {max(keys, default=0)}
    return Manifest(
        made_at=made_at,
        program=__version__,
        revision=revision,
        entries=entries,
        last_entry=last_entry,
        last_hash=last_hash,
        contact_keys={number: mark for number, mark in keys.items() if number in used},
        files=_fingerprints(half),
    )


def _examine_database(session: Session, folder: Path, manifest: Manifest) -> None:
    whole = session.scalars(text("PRAGMA integrity_check")).all() == ["ok"]
    referred = session.scalars(text("PRAGMA foreign_key_check")).all() == []
    if not (whole and referred and db.revision_in(session.connection()) == manifest.revision):
        raise BackupDatabaseError(backup=folder)
    promised = (manifest.entries, manifest.last_entry, manifest.last_hash)
    if _end_of_history(session) != promised or history.verify(session) is not None:
        raise BackupHistoryError(backup=folder)


def _end_of_history(session: Session) -> tuple[int, int, str]:
    entries = session.exec(select(func.count()).select_from(HistoryEntry)).one()
    return entries, *history.head(session)


def _read_manifest(folder: Path) -> Manifest:
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise BackupManifestError(backup=folder) from error


def _fingerprints(folder: Path) -> dict[str, files.Fingerprint]:
    """Give the fingerprint of every file of a backup but the manifest."""
    names = [name for name in files.files_in(folder) if name != MANIFEST]
    return {name: files.fingerprint(folder / name) for name in names}
