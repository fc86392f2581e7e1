"""Put a backup in the place of an installation; what stood there is kept, never deleted."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from digibank_core import clock, db, erasures, files, security
from digibank_core.backup import DATABASE, Backup, name_of, parts
from digibank_core.config import places, private_folder
from digibank_core.errors import BackupFileError, LiveDatabaseError, RestoreFailedError
from digibank_core.models.erasure import Forgotten
from digibank_core.services import erasure


def will_replace(*, allowed: bool) -> bool:
    """Tell whether a restore finds a database in its place.

    Raises
    ------
    BackupElsewhereError
        The database of this installation is in PostgreSQL.
    LiveDatabaseError
        There is one, and it is not allowed to move it aside.
    """
    is_live = parts()[DATABASE].exists()
    if is_live and not allowed:
        raise LiveDatabaseError(home=places().home)
    return is_live


def restore(backup: Backup, *, replace: bool) -> list[Path]:
    """Put a backup in the place of this installation.

    Parameters
    ----------
    backup
        As `backup.examine` gave it; each file is compared once more after it was copied.
    replace
        Whether a database that is there may be moved aside.

    Returns
    -------
    list of Path
        What stood there before, under the names it has now.

    Raises
    ------
    BackupElsewhereError
        The database of this installation is in PostgreSQL.
    LiveDatabaseError
        There is a database, and `replace` is false.
    DatabaseInUseError
        Another process has that database open, as far as `db.alone` sees.
    BackupFileError
        A file changed since it was examined.
    RestoreFailedError
        The folder cannot be written or the disk is full; all is as it was.
    """
    will_replace(allowed=replace)
    targets = parts()
    try:
        with ExitStack() as halves:
            copies = {}
            for part, target in targets.items():
                half = halves.enter_context(files.half_folder(private_folder(target.parent)))
                _fetch(backup, part, half)
                copies[target] = half / part
            with db.alone():
                return _swap(copies)
    except OSError as error:
        raise RestoreFailedError(home=places().home, reason=str(error)) from error


def replay_erasures() -> Forgotten:
    """Erase again who stands on the list of erasures, before anybody sees the database.

    After a restore and an upgrade, and whenever the server starts: so also where PostgreSQL's
    own tools put a backup back, or a crash came between the list and the database. The list
    gets who was erased here and is missing from it, as a copy of the keys may be older.
    """
    actor, listed = security.command_line(), erasures.listed()
    with db.reading() as session:
        missing = erasure.unlisted(session, listed, actor=actor)
        is_done = not erasure.waiting(session, listed, actor=actor)
    if missing:
        erasures.add(missing)
    if is_done:
        return Forgotten(0, 0)
    with db.transaction(actor, "wissingen van de lijst opnieuw uitgevoerd") as session:
        return erasure.replay(session, listed, actor=actor)


def _fetch(backup: Backup, part: str, half: Path) -> None:
    for name, known in backup.manifest.files.items():
        if Path(name).parts[0] == part:
            files.copy(backup.folder / name, half / name)
            if files.fingerprint(half / name) != known:
                raise BackupFileError(backup=backup.folder, file=name)
    files.settle(half)


def _swap(copies: dict[Path, Path]) -> list[Path]:
    """Move what is there aside and the copies in; when one step fails, take all back.

    The database comes in last: where it stands, the restore was whole.
    """
    prefix = f"vervangen-{name_of(clock.wall())}-"
    moves = [(old, old.with_name(prefix + old.name)) for old in _standing(copies)]
    moves += [(copy, target) for target, copy in reversed(copies.items()) if copy.exists()]
    with ExitStack() as undo:
        for source, target in moves:
            source.rename(target)
            undo.callback(target.rename, source)
        for folder in {target.parent for target in copies}:
            files.sync(folder)
        undo.pop_all()
    return [target for _, target in moves if target.name.startswith(prefix)]


def _standing(targets: dict[Path, Path]) -> list[Path]:
    """Give what must not stay beside a restored database, its old write-ahead log above all."""
    database, *folders = targets
    logs = [database.with_name(database.name + end) for end in ("-wal", "-shm")]
    return [path for path in (*logs, database, *folders) if path.exists()]
