"""Engines: what SQLite and PostgreSQL each need so that all above works alike on both."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.exc import OperationalError

WAIT_SECONDS = 10
"""How long a writer waits for another one."""
_WRITER_LOCK = 7_314_001
"""Number of the advisory lock that puts writers in a row on PostgreSQL."""
_ISOLATION = {True: "READ COMMITTED", False: "REPEATABLE READ"}
"""On PostgreSQL: a writer sees what was kept while it waited for its turn, a reader sees
one state. SQLite always gives one state, that of the turn."""
_WAITED_TOO_LONG = {"55P03", "40P01", "40001"}
"""Codes of PostgreSQL: lock not available, deadlock, not serializable."""


def make(url: URL) -> Engine:
    """Open a database; on SQLite with foreign keys, a write-ahead log and real transactions."""
    made = create_engine(
        url,
        hide_parameters=True,  # they may hold a name
        pool_pre_ping=url.get_backend_name() != "sqlite",  # a server may have been restarted
    )
    if made.dialect.name == "sqlite":
        event.listen(made, "connect", _prepare_sqlite)
        event.listen(made, "begin", _begin_sqlite)
    else:
        event.listen(made, "handle_error", _tell_no_row)
    return made


def for_session(engine: Engine, *, writing: bool) -> Engine:
    """Give an engine of which a transaction reads one state, or writes when it has its turn."""
    options: dict[str, Any] = {"writing": writing}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = _ISOLATION[writing]
    return engine.execution_options(**options)


def take_turn(connection: Connection) -> None:
    """Wait for the writers' lock; on SQLite the transaction has begun with it."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s';"
            f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})"
        )


def waited_too_long(error: OperationalError) -> bool:
    """Tell whether another writer held the database for longer than `WAIT_SECONDS`."""
    return (
        "locked" in str(error.orig) or getattr(error.orig, "sqlstate", "") in _WAITED_TOO_LONG
    )


def _tell_no_row(context: ExceptionContext) -> None:
    """Leave the row that was refused out of an error of PostgreSQL: it may hold a note."""
    diagnosis = getattr(context.original_exception, "diag", None)
    if diagnosis is None or diagnosis.message_primary is None:
        return
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None:
            error.args = (diagnosis.message_primary,)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite, not the driver
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")  # what was erased is not left in a free page
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
