"""Models and migrations are the same, and the database is the second net of the rules."""

from __future__ import annotations

import sqlite3
from datetime import date

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, inspect
from sqlmodel import SQLModel

from digibank_core import db
from digibank_core.config import PACKAGE

PERSON = {
    "key": "00000000000000ff",
    "digibank": "west",
    "birth_year": 1950,
    "adult_confirmed": 0,
    "role": "deelnemer",
    "gender": "vrouw",
    "municipality": None,
    "outside_area": 0,
    "recorded_at": "2024-03-04 13:00:00.000000",
    "version": 1,
}
DEVICE = {
    "code": "BW-0009",
    "digibank": "west",
    "kind": "laptop",
    "model": "Latitude 5400",
    "serial": None,
    "origin": "nieuw",
    "state": "te wissen",
    "received_on": "2024-03-04",
    "recorded_at": "2024-03-04 13:00:00.000000",
    "version": 1,
}
LOAN = {
    "digibank": "west",
    "device": "BW-0001",
    "person": None,  # filled in by the world
    "lent_on": "2024-03-04",
    "due_on": "2024-04-02",
    "returned_on": None,
    "agreement": None,
    "stream": "DIGIBANK",
    "condition": None,
    "recorded_at": "2024-03-04 13:00:00.000000",
    "version": 1,
}
WIPE = {
    "digibank": "west",
    "device": "BW-0001",
    "wiped_on": "2024-03-04",
    "method": "overschrijven",
    "recorded_at": "2024-03-04 13:00:00.000000",
}
ACCOUNT = {
    "login": "zoe",
    "display_name": "Zoë",
    "role": "beheerder",
    "digibank": None,
    "active": 1,
    "password_hash": "-",
    "version": 1,
}
PERIOD = {
    "code": "PROEF",
    "digibank": "west",
    "first_day": "2024-01-01",
    "last_day": "2024-12-31",
    "amount_cents": 0,
    "active": 0,
    "source": "test",
}
ROWS = {
    "person": PERSON,
    "device": DEVICE,
    "loan": LOAN,
    "wipe": WIPE,
    "account": ACCOUNT,
    "funding_period": PERIOD,
}
REFUSED = [
    ("person", {"role": "vrijwilliger"}, "CHECK"),
    ("person", {"gender": "v"}, "CHECK"),
    ("person", {"birth_year": 1899}, "CHECK"),
    ("person", {"birth_year": 2101}, "CHECK"),
    ("person", {"municipality": "31003", "outside_area": 1}, "CHECK"),
    ("person", {"municipality": "99999"}, "FOREIGN KEY"),
    ("person", {"digibank": "oost"}, "FOREIGN KEY"),
    ("person", {"digibank": None}, "NOT NULL"),
    ("device", {"kind": "computer"}, "CHECK"),
    ("device", {"origin": "gevonden"}, "CHECK"),
    ("device", {"state": "zoek"}, "CHECK"),
    ("device", {"digibank": "oost"}, "FOREIGN KEY"),
    ("device", {"serial": "SN-1"}, "UNIQUE"),  # BW-0001 has it
    ("device", {"code": "BW-0001"}, "UNIQUE"),
    ("loan", {"due_on": "2024-03-03"}, "CHECK"),
    ("loan", {"returned_on": "2024-03-03"}, "CHECK"),
    ("loan", {"stream": "digibank"}, "CHECK"),
    ("loan", {"returned_on": "2024-03-05", "condition": "kapot"}, "CHECK"),
    ("loan", {"device": "BW-0404"}, "FOREIGN KEY"),
    ("loan", {"person": "nobody"}, "FOREIGN KEY"),
    ("loan", {"device": "BW-0002"}, "UNIQUE"),  # it has an open loan
    ("loan", {"agreement": "BW-2024-00001"}, "UNIQUE"),  # that loan has it
    ("wipe", {"method": "afgestoft"}, "CHECK"),
    ("wipe", {"partner": "niemand"}, "FOREIGN KEY"),
    ("account", {"role": "directeur"}, "CHECK"),
    ("account", {"digibank": "oost"}, "FOREIGN KEY"),
    ("funding_period", {"first_day": "2025-01-01"}, "CHECK"),
]


def insert(raw, table, values):
    columns = ", ".join(values)
    marks = ", ".join("?" for _ in values)
    raw.run(f"INSERT INTO {table} ({columns}) VALUES ({marks})", *values.values())


@pytest.fixture
def at_the_desk(west, raw):
    """BW-0001 with serial SN-1 is in, BW-0002 is out under BW-2024-00001; give a borrower."""
    west.take_in("BW-0001", serial="SN-1")
    west.stock("BW-0002")
    person = west.register()
    west.lend("BW-0002", person, on=date(2024, 3, 4))
    return {"loan": {"person": person}}


def alembic(connection):
    config = Config()
    config.set_main_option("script_location", str(PACKAGE / "migrations"))
    config.attributes["connection"] = connection
    return config


def tables(connection):
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def test_models_and_migrations_are_the_same(installation):
    with db.engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, SQLModel.metadata) == []


@pytest.mark.parametrize("table", sorted(SQLModel.metadata.tables))
def test_every_check_of_the_models_is_in_the_database(installation, table):
    declared = {
        constraint.name
        for constraint in SQLModel.metadata.tables[table].constraints
        if isinstance(constraint, CheckConstraint)
    }
    with db.engine().connect() as connection:
        made = {check["name"] for check in inspect(connection).get_check_constraints(table)}

    assert made == declared


def test_tables_go_up_down_and_up_again(installation):
    with db.engine().connect() as connection:
        before = tables(connection)
        command.downgrade(alembic(connection), "base")
        emptied = tables(connection)
        command.upgrade(alembic(connection), "head")
        after = tables(connection)

    assert (emptied, after) == (set(), before)


def test_database_that_went_down_and_up_refuses_to_change_history(installation, ann):
    with db.engine().connect() as connection:
        command.downgrade(alembic(connection), "base")
        command.upgrade(alembic(connection), "head")
        triggers = connection.exec_driver_sql(
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"
        ).scalar_one()

    assert triggers >= 2


@pytest.mark.parametrize("table", ROWS)
def test_database_accepts_a_sound_row(raw, at_the_desk, table):
    insert(raw, table, ROWS[table] | at_the_desk.get(table, {}))  # raises nothing


@pytest.mark.parametrize(
    ("table", "wrong", "refusal"),
    REFUSED,
    ids=[f"{table} {' '.join(wrong)} {kind}" for table, wrong, kind in REFUSED],
)
def test_database_refuses_a_row_that_breaks_a_rule(raw, at_the_desk, table, wrong, refusal):
    row = ROWS[table] | at_the_desk.get(table, {}) | wrong

    with pytest.raises(sqlite3.IntegrityError, match=refusal):
        insert(raw, table, row)


def test_rule_27_device_may_have_many_loans_that_ended(raw, at_the_desk):
    ended = LOAN | at_the_desk["loan"] | {"device": "BW-0002", "returned_on": "2024-03-05"}

    for _ in range(2):
        insert(raw, "loan", ended)

    assert raw.count("loan") == 3  # two that ended and the open one


def test_rule_34_many_devices_may_have_no_serial_number(raw, at_the_desk):
    for code in ("BW-0007", "BW-0008"):
        insert(raw, "device", DEVICE | {"code": code})

    assert raw.count("device") == 4  # these two and the two at the desk
