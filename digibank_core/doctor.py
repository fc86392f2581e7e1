"""What is right and what is wrong with an installation."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from digibank_core import (
    backup,
    clock,
    confinement,
    db,
    encryption,
    erasures,
    history,
    rotation,
    second_user,
    security,
)
from digibank_core.config import PACKAGE, places, report_environment
from digibank_core.errors import DigibankError, InstallationError
from digibank_core.models import Contact
from digibank_core.second_user import Account
from digibank_core.services import erasure, programme

BACKUP_DAYS = 7
"""A last backup that is older is too old."""

_TCP_TOO = 4
"""Version of Landlock that keeps a process from the network, not only from files."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    right: bool
    detail: str


def examine() -> list[Finding]:
    """Look at all that can be wrong with an installation; nothing is changed."""
    checks = (
        _bytecode,
        _database,
        _keys,
        _erasures,
        _permissions,
        _chain,
        _backup,
        _separation,
    )
    return [finding for check in checks for finding in _safely(check)]


def _safely(check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except DigibankError as error:
        yield Finding(check.__name__.strip("_"), right=False, detail=error.user_message)
    except SQLAlchemyError as error:
        yield Finding(check.__name__.strip("_"), right=False, detail=str(error).split("\n")[0])


def _bytecode() -> Iterator[Finding]:
    spec = importlib.util.find_spec("pandas")
    compiled = bool(spec and spec.cached and Path(spec.cached).is_file())
    detail = "compiled" if compiled else "missing: run `make install`, pages open much slower"
    yield Finding("bytecode", compiled, detail)


def _database() -> Iterator[Finding]:
    found, needed = db.revision(), db.newest_revision()
    if found is None:
        yield Finding(
            "database", right=False, detail="none: run `digibank init` or `digibank demo`"
        )
    else:
        detail = f"version {found}" if found == needed else f"version {found}, needs {needed}"
        yield Finding("database", found == needed, detail)


def _keys() -> Iterator[Finding]:
    path = encryption.key_file()
    inside = places().home in path.parents
    detail = f"{path} lies inside the data folder" if inside else str(path)
    yield Finding("key file", path.is_file() and not inside, detail)
    with db.reading() as session:
        opened = len(session.exec(select(Contact)).all())
        by_key = rotation.contacts_by_key(session)
    yield Finding(
        "key opens contact data", right=True, detail=f"all {opened}" if opened else "none yet"
    )
    older = sum(by_key.values()) - by_key[max(encryption.key_ids())]
    detail = f"{older} under an older key: run `digibank key rotate`" if older else "newest key"
    yield Finding("key of contact data", not older, detail)


def _erasures() -> Iterator[Finding]:
    listed = erasures.listed()
    with db.reading() as session:
        waiting = erasure.waiting(session, listed, actor=security.command_line())
    detail = f"{waiting} on the list not carried out: start `digibank serve`"
    yield Finding("erasures", not waiting, detail if waiting else f"{len(listed)} on the list")


def _permissions() -> Iterator[Finding]:
    for path in (
        places().home,
        places().keys,
        encryption.key_file(),
        erasures.list_file(),
        places().backups,
    ):
        if path.exists():
            mode = path.stat().st_mode & 0o777
            yield Finding(f"permissions of {path}", not mode & 0o077, f"{mode:04o}")


def _chain() -> Iterator[Finding]:
    with db.reading() as session:
        broken = history.verify(session)
    detail = "unbroken" if broken is None else f"does not fit from entry {broken} on"
    yield Finding("history chain", broken is None, detail)


def _backup() -> Iterator[Finding]:
    with db.reading() as session:
        if programme.is_demo(session):
            yield Finding("backup", right=True, detail="not needed: demo database")
            return
    if db.sqlite_file() is None:
        yield Finding("backup", right=True, detail="of PostgreSQL: not seen from here")
        return
    made_at = backup.latest()
    if made_at is None:
        yield Finding("backup", right=False, detail="none yet: run `digibank backup`")
        return
    recent = clock.wall() - made_at <= timedelta(days=BACKUP_DAYS)
    advice = "" if recent else f", over {BACKUP_DAYS} days ago: run `digibank backup`"
    yield Finding("backup", recent, f"last made {made_at:%Y-%m-%d %H:%M} UTC{advice}")


def _separation() -> Iterator[Finding]:
    try:
        account = second_user.find()
    except InstallationError as error:
        yield Finding("report user", right=False, detail=error.user_message)
        return
    if account is not None:
        wrong = _wrong_with(account)
        told = wrong or f"{account.name} opens no data and can start a kernel"
        yield Finding("report user", wrong is None, told)
        account = None if wrong else account
    found = confinement.version()
    by = [f"as user {account.name}"] if account else []
    by += [f"by Landlock {found}"] if found else []
    detail = " and ".join(by)
    if not by:
        detail = "niet gescheiden: a report can read all that this user can, keys and names too"
    elif found < _TCP_TOO:
        detail += f"; niet gescheiden van het netwerk, needs Landlock {_TCP_TOO}"
    yield Finding("report kernels", account is not None or found >= _TCP_TOO, detail)


def _wrong_with(account: Account) -> str | None:
    """Try as the second user what a report kernel needs, and what it must not reach."""
    here = places()
    kept = {here.home, here.log, here.backups, here.keys, encryption.key_file()}
    if (database := db.sqlite_file()) is not None:
        kept.add(database)
    with tempfile.TemporaryDirectory() as folder:
        tried = subprocess.run(  # noqa: S603
            [sys.executable, "-P", "-s", "-m", second_user.__name__, f"{folder}/room", *kept],
            env=report_environment(here.extract),
            capture_output=True,
            text=True,
            check=False,
        )
    if tried.stdout:
        opened = ", ".join(tried.stdout.splitlines())
        return f"niet gescheiden: {account.name} can open {opened}; run `chmod go=` on these"
    if tried.returncode:
        told = (tried.stderr.strip() or f"code {tried.returncode}").splitlines()[-1]
        return (
            f"no report opens: {account.name} cannot reach what it needs ({told}); let it read "
            f"{sys.prefix}, {sys.base_prefix} and {PACKAGE} (`chmod -R a+rX`) and enter the "
            f"folders above these and {tempfile.gettempdir()} (`chmod a+x`)"
        )
    return None
