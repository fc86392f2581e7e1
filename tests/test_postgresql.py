"""What a server of databases brings along: it restarts, and has settings of its own."""

from __future__ import annotations

import pytest
from sqlalchemy import NullPool, create_engine
from sqlmodel import text

from digibank_core import db, engines
from digibank_core.errors import BusyError, NoDatabaseError

pytestmark = pytest.mark.only("postgresql")

ISOLATION = "SHOW transaction_isolation"


@pytest.fixture
def outsider(installation):
    """Give a connection of another program to the same database."""
    with create_engine(db.engine().url, poolclass=NullPool).begin() as connection:
        yield connection


def test_connection_that_the_server_closed_is_opened_again(west, outsider, raw):
    west.register()
    outsider.exec_driver_sql(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    west.register()

    assert raw.count("person") == 2


def test_writer_and_reader_do_not_lean_on_the_isolation_of_the_server(west, raw):
    with db.transaction(west.actor, "test") as session:
        writing = session.exec(text(ISOLATION)).scalar_one()
    with db.reading() as session:
        reading = session.exec(text(ISOLATION)).scalar_one()

    assert (writing, reading) == ("read committed", "repeatable read")
    assert raw.rows(ISOLATION) == [{"transaction_isolation": "serializable"}]


def test_table_that_another_program_holds_is_busy(west, outsider, monkeypatch):
    monkeypatch.setattr(engines, "WAIT_SECONDS", 1)
    outsider.exec_driver_sql("LOCK TABLE person")

    with pytest.raises(BusyError):
        west.register()


@pytest.mark.parametrize(
    ("code", "error"),
    [
        pytest.param("40P01", BusyError, id="deadlock"),
        pytest.param("40001", BusyError, id="not serializable"),
        pytest.param("55P03", BusyError, id="lock not available"),
        pytest.param("53100", Exception, id="disk full"),
    ],
)
def test_losing_from_another_program_is_busy(west, code, error):
    lost = f"DO $$ BEGIN RAISE EXCEPTION 'test' USING ERRCODE = '{code}'; END $$"

    with pytest.raises(error) as raised, db.transaction(west.actor, "test") as session:
        session.exec(text(lost))

    assert isinstance(raised.value, BusyError) == (error is BusyError)


def test_waiting_time_ends_with_the_transaction(west, raw):
    west.register()

    assert raw.rows("SHOW lock_timeout") == [{"lock_timeout": "0"}]


@pytest.mark.parametrize(
    "elsewhere",
    [{"database": "bestaat_niet"}, {"host": "localhost", "port": 1, "query": {}}],
    ids=["no such database", "no server"],
)
def test_database_that_is_not_there_says_so(installation, ann, monkeypatch, elsewhere):
    address = db.engine().url.set(**elsewhere).render_as_string(hide_password=False)
    monkeypatch.setenv("DIGIBANK_DATABASE_URL", address)

    for opened in (db.reading(), db.transaction(ann, "test")):
        with pytest.raises(NoDatabaseError), opened:
            pytest.fail("the block must not run")
    with pytest.raises(NoDatabaseError):
        db.revision()
