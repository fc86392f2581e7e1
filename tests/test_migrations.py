"""Migrations make what the models declare, and can be undone."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, SQLModel, select

from digibank_core import clock, db, history
from digibank_core.config import PACKAGE
from digibank_core.indicators import frames
from digibank_core.models import Cap, FundingPeriod, HistoryEntry, Target, Tranche
from tests.conftest import on_day

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
        target = session.get(Target, ("VERL", "west", date(2025, 1, 1)))
        tranche = session.get(Tranche, ("VERL", 1001, date(2025, 1, 1)))
        assert target.model_dump(include=set(decided)) == decided
        assert tranche.model_dump(include=set(decided)) == decided
        assert (tranche.amount_cents, tranche.source) == (5, "F10")
        assert session.get(FundingPeriod, ("VERL", "west")).author == "cli"


# Targets of before they were dated: one row under a short key, and its history

PLACES = """
INSERT INTO digibank VALUES ('west', 'West', 'BW', 'x', 'x');
INSERT INTO digibank VALUES ('noord', 'Noord', 'BN', 'x', 'x');
INSERT INTO funding_period (code, digibank, first_day, last_day, amount_cents, active, author,
    source) VALUES ('IMPL', 'west', '2022-11-01', '2024-12-31', 35000000, true, 'cli', 'x');
INSERT INTO target (period, digibank, persons, starts_on, author, source)
    VALUES ('IMPL', 'west', 700, '2024-03-04', 'chief', 'brief 2');
INSERT INTO target (period, digibank, persons, starts_on, author, source)
    VALUES ('IMPL', 'noord', 1000, '2022-11-01', 'cli', 'G1');
"""
LOADED, CORRECTED, DATED = date(2022, 10, 20), date(2024, 3, 4), date(2024, 9, 2)
DAY = timedelta(days=1)
OLD = {"period": "IMPL", "digibank": "west", "persons": 1000, "source": "G1"}
"""The first target, as an image of before migration 0007 has it."""


@contextmanager
def writing(actor, day):
    """Open a transaction with history on a database that has no installation."""
    with on_day(day), Session(db.engine()) as session, session.begin():
        history.attach(session, actor, "test", clock.now())
        yield session


@pytest.fixture
def upgraded(alembic, cli):
    """Make a database of 0007 with history, bring it up to date and date a target there.

    The target of West was loaded as 1000 on LOADED and corrected to 700 on CORRECTED; since
    the upgrade 800 was added on DATED, and 700 was made 750 the day after.
    """
    alembic(command.upgrade, "0007")
    with db.engine().begin() as connection:
        for statement in PLACES.strip().split(";\n"):
            connection.exec_driver_sql(statement.removesuffix(";"))
    changed = OLD | {"persons": 700, "author": "chief", "starts_on": "2024-03-04"}
    _note("IMPL/noord", LOADED, None, OLD | {"digibank": "noord"})
    _note("IMPL/west", LOADED, None, OLD)
    _note("IMPL/west", CORRECTED, OLD, changed | {"source": "brief 2"})
    alembic(command.upgrade, "head")
    with writing(cli, DATED) as session:
        agreed = {"persons": 800, "author": "cli", "source": "brief 3"}
        session.add(Target(period="IMPL", digibank="west", starts_on=DATED, **agreed))
    with writing(cli, DATED + DAY) as session:
        session.get_one(Target, ("IMPL", "west", CORRECTED)).persons = 750


def _note(key, day, before, after):
    """Write an entry of history as the program of that day wrote it."""
    fields = {
        "login": "cli",
        "role": "beheerder",
        "reason": "test",
        "table": "target",
        "key": key,
        "before": before and history.canonical(before),
        "after": history.canonical(after),
        "touched": "",
    }
    with on_day(day), Session(db.engine()) as session, session.begin():
        number, previous = history.head(session)
        fields |= {"id": number + 1, "transaction": number + 1, "at": clock.now()}
        fields["previous"] = previous
        session.add(HistoryEntry(**fields, hash=history._hash_of(fields)))


def known(day, digibank="west"):
    """Give the targets of a Digibank as they were known on a day, by their own day."""
    with Session(db.engine()) as session:
        rows = frames.load(session, digibank, day)["target"]
    return dict(zip(rows["starts_on"].dt.date, rows["persons"], strict=True))


def test_targets_are_kept_when_they_become_dated(upgraded):
    with Session(db.engine()) as session:
        kept = session.get(Target, ("IMPL", "west", CORRECTED))
        assert (kept.persons, kept.author, kept.source) == (750, "chief", "brief 2")
        assert session.get(Target, ("IMPL", "noord", date(2022, 11, 1))).persons == 1000
        # what was chosen as cap before stays the amount of the period
        assert session.get(FundingPeriod, ("IMPL", "west")).amount_cents == 35_000_000
        assert session.exec(select(Cap)).all() == []
        assert history.verify(session) is None


@pytest.mark.parametrize(
    ("day", "targets"),
    [
        (LOADED - DAY, {}),
        (LOADED, {date(2022, 11, 1): 1000}),
        (CORRECTED - DAY, {date(2022, 11, 1): 1000}),
        (CORRECTED, {CORRECTED: 700}),
        (DATED - DAY, {CORRECTED: 700}),
        (DATED, {CORRECTED: 700, DATED: 800}),
        (DATED + DAY, {CORRECTED: 750, DATED: 800}),
        (None, {CORRECTED: 750, DATED: 800}),
    ],
)
def test_rule_61_targets_of_before_they_were_dated_are_rewound(upgraded, day, targets):
    assert known(day) == targets


@pytest.mark.parametrize(
    ("day", "targets"), [(LOADED - DAY, {}), (LOADED, {date(2022, 11, 1): 1000})]
)
def test_rule_61_old_images_of_one_digibank_leave_those_of_another(upgraded, day, targets):
    assert known(day, "noord") == targets


def test_tables_that_go_back_keep_the_newest_target_and_cap(alembic, upgraded, cli):
    with writing(cli, DATED) as session:
        chosen = {"period": "IMPL", "digibank": "west", "author": "cli", "source": "brief"}
        session.add(Cap(**chosen, starts_on=CORRECTED, amount_cents=48_000_000))
        session.add(Cap(**chosen, starts_on=DATED, amount_cents=45_000_000))

    alembic(command.downgrade, "0007")

    with db.engine().connect() as connection:
        targets = connection.exec_driver_sql(
            "SELECT digibank, persons FROM target ORDER BY digibank"
        ).all()
        amounts = connection.exec_driver_sql("SELECT amount_cents FROM funding_period").all()
    assert ([tuple(row) for row in targets], [tuple(row) for row in amounts]) == (
        [("noord", 1000), ("west", 800)],
        [(45_000_000,)],
    )
