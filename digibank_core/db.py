"""Transactions and migrations: the only place that opens or commits a session."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.exc import DatabaseError, NoResultFound, OperationalError
from sqlmodel import Session, create_engine

from digibank_core import clock, engines, history
from digibank_core.config import PACKAGE, places, private_folder
from digibank_core.errors import (
    AlreadySavedError,
    BusyError,
    DatabaseExistsError,
    DatabaseInUseError,
    NewerDatabaseError,
    NoDatabaseError,
    OlderDatabaseError,
)
from digibank_core.models import Installation, SavedForm
from digibank_core.security import Actor


def engine() -> Engine:
    """Give the engine of this installation's database; one per address and process."""
    return _engine(places().database_url)


@contextmanager
def transaction(actor: Actor, reason: str, *, once: str | None = None) -> Iterator[Session]:
    """Run a block as one whole: all of its changes and their history are kept, or none.

    Services get the session from here and never commit themselves. Writers come one after
    the other, so what a service has read cannot change before it writes.

    Parameters
    ----------
    actor
        User in whose name the block writes.
    reason
        Why, in a few Dutch words, as history will show it.
    once
        Idempotency key of a form; the block runs only the first time.

    Raises
    ------
    AlreadySavedError
        A block with the same `once` was kept before.
    BusyError
        Another writer held the database for longer than `engines.WAIT_SECONDS`.
    """
    with _session(writing=True) as session, _locked(session):
        moment = clock.now()
        history.attach(session, actor, reason, moment)
        if once is not None:
            if session.get(SavedForm, once) is not None:
                raise AlreadySavedError
            session.add(SavedForm(key=once, at=moment))
        yield session


@contextmanager
def rehearsal(actor: Actor) -> Iterator[Session]:
    """Open a session in which services may write, and of which nothing is kept.

    So the very rules that will hold tell beforehand what a change would do.
    """
    with suppress(_RehearsedError), _session(writing=True) as session, _locked(session):
        history.attach(session, actor, "", clock.now())
        yield session
        raise _RehearsedError


class _RehearsedError(Exception):
    """Undoes a rehearsal."""


@contextmanager
def reading() -> Iterator[Session]:
    """Open a session that sees one state of the database and refuses to write."""
    with _session(writing=False) as session:
        event.listen(session, "before_flush", _refuse_to_write)
        yield session


def create(*, story_day: date | None = None) -> None:
    """Make the database of a new installation; with a story day it is a demo database.

    Raises
    ------
    DatabaseExistsError
        There is one already; it is left as it is.
    """
    if revision() is not None:
        raise DatabaseExistsError
    private_folder(places().home)
    if (file := sqlite_file()) is not None:
        private_folder(file.parent)
    migrate()
    with Session(engine()) as session:
        session.add(Installation(id=1, story_day=story_day))
        session.commit()
    _story.cache_clear()


def migrate() -> None:
    """Bring the tables to the newest version, as one whole; safe to repeat."""
    config = _alembic()
    with engines.for_session(engine(), writing=True).begin() as connection:
        engines.take_turn(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def revision() -> str | None:
    """Give the version of the tables; None when there is no database yet.

    Raises
    ------
    NoDatabaseError
        Something is there that is no database.
    """
    file = sqlite_file()
    if file is not None and not file.is_file():
        return None
    try:
        with engine().connect() as connection:
            return revision_in(connection)
    except DatabaseError as error:
        raise NoDatabaseError from error


def revision_in(connection: Connection) -> str | None:
    """Give the version of the tables that a connection sees; None when they are not ours."""
    return MigrationContext.configure(connection).get_current_revision()


@lru_cache(maxsize=1)
def newest_revision() -> str | None:
    """Give the version of the tables that this program needs."""
    return ScriptDirectory.from_config(_alembic()).get_current_head()


def refuse_newer(found: str) -> None:
    """Raise `NewerDatabaseError` for a version of the tables that is not known here."""
    known = {
        script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions()
    }
    if found not in known:
        raise NewerDatabaseError(found=found, needed=newest_revision())


def sqlite_file() -> Path | None:
    """Give the file of the database, which need not exist; None on PostgreSQL."""
    url = places().database_url
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


@contextmanager
def alone() -> Iterator[None]:
    """Keep all others out of the SQLite file, with all that was committed inside it.

    It sees every process of this machine that has the file open, however quiet: server,
    kernel, SQLite tool. It does not see who opens it afterwards, who is on another machine
    when a shared disk keeps no locks, nor anybody in a file that is no database any more.

    Raises
    ------
    DatabaseInUseError
        Somebody has it open.
    """
    engine().dispose()
    _story.cache_clear()
    file = sqlite_file()
    if file is None or not file.is_file():
        yield
        return
    with closing(sqlite3.connect(file, timeout=1, isolation_level=None)) as connection:
        try:
            # BEGIN EXCLUSIVE alone does not see readers of a write-ahead log; leaving it does
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            if "locked" in str(error):
                raise DatabaseInUseError from error
        yield


@contextmanager
def reading_copy(file: Path) -> Iterator[Session]:
    """Open a session on a database file that nobody writes; nothing is written beside it."""
    address = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
    made = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(address, uri=True), hide_parameters=True
    )
    try:
        with Session(made) as session:
            yield session
    finally:
        made.dispose()


@lru_cache(maxsize=8)
def _engine(url: URL) -> Engine:
    return engines.make(url)


@lru_cache(maxsize=8)
def _story(opened: Engine) -> Any:
    try:
        _check_version(revision())
        with Session(opened) as session:
            return session.get_one(Installation, 1).story_day
    except (DatabaseError, NoResultFound) as error:
        raise NoDatabaseError from error


def _check_version(found: str | None) -> None:
    if found is None:
        raise NoDatabaseError
    refuse_newer(found)
    if found != (needed := newest_revision()):
        raise OlderDatabaseError(found=found, needed=needed)


@contextmanager
def _session(*, writing: bool) -> Iterator[Session]:
    opened = engine()
    if (file := sqlite_file()) is not None and not file.is_file():
        raise NoDatabaseError  # connecting would make an empty one
    clock.tell_story(_story(opened))
    bound = engines.for_session(opened, writing=writing)
    with Session(bound, expire_on_commit=False, info={"writing": writing}) as session:
        yield session


@contextmanager
def _locked(session: Session) -> Iterator[None]:
    """Hold the writers' lock, commit at the end; a wait that is too long is no defect."""
    try:
        with session.begin():
            engines.take_turn(session.connection())
            yield
    except OperationalError as error:
        if engines.waited_too_long(error):
            raise BusyError from error
        raise


def _refuse_to_write(session: Session, *_: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("this session only reads; write in db.transaction")


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(PACKAGE / "migrations"))
    return config
