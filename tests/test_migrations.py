"""Migrations make what the models declare, and can be undone."""

from __future__ import annotations

from datetime import date

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, SQLModel

from digibank_core import clock, db, history
from digibank_core.config import PACKAGE
from digibank_core.models import FundingPeriod, Target, Tranche

REVISIONS = [
    script.revision
    for script in ScriptDirectory(str(PACKAGE / "migrations")).walk_revisions("base", "head")
]


@pytest.fixture
def alembic(nowhere):
    """Give a function that runs a command of Alembic on a database without tables."""
    (nowhere / "home").mkdir()

    def run(step, revision):
        config = Config()
        config.set_main_option("script_location", str(PACKAGE / "migrations"))
        with db.engine().begin() as connection:
            config.attributes["connection"] = connection
            step(config, revision)

    return run


def tables():
    """Give what the database knows of each table: columns, checks, keys and indexes."""
    seen = inspect(db.engine())
    return {
        table: {
            "columns": {each["name"]: str(each) for each in seen.get_columns(table)},
            "checks": {
                each["name"]: " ".join(each["sqltext"].split())
                for each in seen.get_check_constraints(table)
            },
            "keys": sorted(str(each) for each in seen.get_foreign_keys(table)),
            "unique": sorted(str(each) for each in seen.get_unique_constraints(table)),
            "indexes": {
                each["name"]: [
                    each["column_names"],
                    *map(str, each["dialect_options"].values()),
                ]
                for each in seen.get_indexes(table)
            },
        }
        for table in seen.get_table_names()
        if table != "alembic_version"
    }


def test_migrations_make_what_the_models_declare(installation):
    with db.engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, SQLModel.metadata) == []


def test_checks_say_in_the_database_what_they_say_in_the_models(alembic):
    # Alembic does not compare them
    SQLModel.metadata.create_all(db.engine())
    declared = {name: table["checks"] for name, table in tables().items()}
    SQLModel.metadata.drop_all(db.engine())
    alembic(command.upgrade, "head")

    assert {name: table["checks"] for name, table in tables().items()} == declared


def test_tables_go_up_down_and_up_again(alembic):
    alembic(command.upgrade, "head")
    first = tables()
    alembic(command.downgrade, "base")
    emptied = tables()
    alembic(command.upgrade, "head")

    assert (emptied, tables()) == ({}, first)


@pytest.mark.parametrize("revision", REVISIONS)
def test_each_migration_can_be_undone_and_done_again(alembic, revision):
    alembic(command.upgrade, revision)
    done = tables()
    alembic(command.downgrade, "-1")
    alembic(command.upgrade, revision)

    assert tables() == done


def test_database_that_went_down_and_up_refuses_to_change_history(alembic, ann):
    alembic(command.upgrade, "head")
    alembic(command.downgrade, "base")
    alembic(command.upgrade, "head")
    with Session(db.engine()) as session, session.begin():
        history.attach(session, ann, "test", clock.now())
        decided = {"starts_on": date(2025, 1, 1), "author": "ann", "source": "test"}
        session.add(Tranche(period="IMPL", from_persons=1, amount_cents=1, **decided))

    with pytest.raises(DatabaseError, match="append-only"), db.engine().begin() as connection:
        connection.exec_driver_sql("DELETE FROM history")


def test_dated_rows_of_before_say_since_when_and_by_whom(alembic):
    alembic(command.upgrade, "0006")
    with db.engine().begin() as connection:
        for statement in (
            "INSERT INTO digibank VALUES ('west', 'West', 'BW', 'x', 'x')",
            "INSERT INTO funding_period (code, digibank, first_day, last_day, amount_cents, "
            "active, source) VALUES ('VERL', 'west', '2025-01-01', '2026-07-31', 1, true, 'x')",
            "INSERT INTO target (period, digibank, persons, source) "
            "VALUES ('VERL', 'west', 1000, 'x')",
            "INSERT INTO tranche (period, from_persons, amount_cents, source) "
            "VALUES ('VERL', 1001, 5, 'F10')",
        ):
            connection.exec_driver_sql(statement)

    alembic(command.upgrade, "head")

    decided = {"starts_on": date(2025, 1, 1), "author": "cli"}
    with Session(db.engine()) as session:
        target = session.get(Target, ("VERL", "west"))
        tranche = session.get(Tranche, ("VERL", 1001, date(2025, 1, 1)))
        assert target.model_dump(include=set(decided)) == decided
        assert tranche.model_dump(include=set(decided)) == decided
        assert (tranche.amount_cents, tranche.source) == (5, "F10")
        assert session.get(FundingPeriod, ("VERL", "west")).author == "cli"
