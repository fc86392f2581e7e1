"""A transaction is one whole, one at a time; reading sees one state and writes nothing."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlmodel import select, text

from digibank_core import db, engines
from digibank_core.errors import (
    AlreadySavedError,
    BusyError,
    DatabaseExistsError,
    NewerDatabaseError,
    NoDatabaseError,
    OlderDatabaseError,
    UnknownDeviceError,
)
from digibank_core.models import Loan, Municipality, Person, SavedForm

FORM = "0f8fad5b-d9cb-469f-a165-70867728950e"


def add_person(session, year=1950):
    person = Person(digibank="west", birth_year=year)
    session.add(person)
    return person


# One whole


def test_transaction_keeps_what_it_wrote(installation, ann, raw):
    with db.transaction(ann, "test") as session:
        add_person(session)

    assert raw.count("person") == 1


def test_transaction_keeps_all_or_nothing(installation, ann, raw):
    with pytest.raises(ZeroDivisionError), db.transaction(ann, "test") as session:
        add_person(session)
        session.flush()
        _ = 1 // 0

    assert raw.count("person") == 0


def test_nothing_is_kept_when_the_database_refuses_the_last_row(installation, ann, raw):
    with pytest.raises(IntegrityError), db.transaction(ann, "test") as session:
        add_person(session)
        session.flush()
        add_person(session, year=1492)

    assert raw.count("person") == 0


def test_record_can_be_read_after_its_transaction(installation, ann):
    with db.transaction(ann, "test") as session:
        person = add_person(session)

    assert person.birth_year == 1950


def test_foreign_keys_are_on(installation, ann):
    with pytest.raises(IntegrityError), db.transaction(ann, "test") as session:
        session.add(
            Loan(
                digibank="west",
                device="BW-0001",
                person="nobody",
                lent_on=date(2024, 3, 4),
                due_on=date(2024, 3, 4),
            )
        )


@pytest.mark.only("sqlite")
def test_write_ahead_log_is_on(installation):
    with db.reading() as session:
        assert session.exec(text("PRAGMA journal_mode")).scalar_one() == "wal"


@pytest.mark.only("sqlite")
def test_commit_waits_for_the_disk(nowhere):
    db.create()

    with db.reading() as session:
        assert session.exec(text("PRAGMA synchronous")).scalar_one() == 2  # FULL


# Rehearsed


def test_rehearsal_writes_and_keeps_nothing(west, ann, raw, broken_at):
    lieve = west.register("Lieve")
    before = raw.count("history")

    with db.rehearsal(ann) as session:
        person = session.get_one(Person, lieve)
        person.birth_year = 1951
        session.flush()
        assert person.version == 2

    with db.reading() as session:
        assert session.get_one(Person, lieve).birth_year == 1950
    assert raw.count("history") == before
    assert broken_at() is None


def test_rehearsal_that_a_rule_forbids_says_so(installation, ann):
    with pytest.raises(UnknownDeviceError), db.rehearsal(ann):
        raise UnknownDeviceError(device="BW-0001")


def test_rehearsal_lets_the_next_writer_in(west, ann):
    with db.rehearsal(ann):
        pass

    assert west.register("Lieve")


# A form is saved once


def test_form_that_was_saved_is_not_saved_again(installation, ann, raw):
    with db.transaction(ann, "test", once=FORM) as session:
        add_person(session)

    with pytest.raises(AlreadySavedError), db.transaction(ann, "test", once=FORM):
        pytest.fail("the block must not run twice")

    assert raw.count("person") == 1


def test_form_that_failed_can_be_saved_again(installation, ann, raw):
    with pytest.raises(ZeroDivisionError), db.transaction(ann, "test", once=FORM):
        _ = 1 // 0

    with db.transaction(ann, "test", once=FORM) as session:
        add_person(session)

    assert raw.count("person") == 1


def test_two_forms_are_both_saved(installation, ann, raw):
    for form in (FORM, FORM.replace("0", "1")):
        with db.transaction(ann, "test", once=form) as session:
            add_person(session)

    assert raw.count("person") == 2


def test_key_of_a_form_fits_its_column(installation):
    assert len(FORM) <= SavedForm.__table__.c.key.type.length


# Reading


def test_reading_refuses_to_write(installation):
    with pytest.raises(RuntimeError, match="only reads"), db.reading() as session:
        add_person(session)
        session.flush()


def test_reading_changes_nothing(installation, raw):
    with db.reading() as session:
        session.exec(text("UPDATE municipality SET population = 0"))

    assert raw.rows("SELECT min(population) AS least FROM municipality") == [{"least": 2709}]


def test_reading_sees_one_state(installation, ann):
    with db.reading() as session:
        before = len(session.exec(select(Person)).all())
        with db.transaction(ann, "test") as other:
            add_person(other)
        after = len(session.exec(select(Person)).all())

    assert (before, after) == (0, 0)


def test_reading_does_not_wait_for_a_writer(installation, ann):
    with db.transaction(ann, "test") as writer:
        add_person(writer)
        writer.flush()
        with db.reading() as session:
            assert session.exec(select(Person)).all() == []


# Busy


@pytest.fixture
def another_writer(installation, ann):
    """Give a function: another writer holds the database; it gives when that will end."""

    def hold(seconds):
        with db.transaction(ann, "andere schrijver"):
            free_from.append(datetime.now(UTC) + timedelta(seconds=seconds))
            holds.set()
            done.wait(seconds + 0.05)

    def start(seconds):
        writers.append(threading.Thread(target=hold, args=[seconds]))
        writers[0].start()
        assert holds.wait(10)
        return free_from[0]

    writers, free_from, holds, done = [], [], threading.Event(), threading.Event()
    yield start
    done.set()
    writers[0].join()


def test_locked_database_is_busy_after_the_waiting_time(ann, another_writer, monkeypatch):
    monkeypatch.setattr(engines, "WAIT_SECONDS", 1)
    another_writer(seconds=10)
    started = time.monotonic()

    with pytest.raises(BusyError), db.transaction(ann, "test"):
        pytest.fail("the block must not run")

    assert 0.9 <= time.monotonic() - started < 3


def test_writer_waits_for_another_one(ann, raw, another_writer):
    another_writer(seconds=0.3)

    with db.transaction(ann, "test") as session:
        add_person(session)

    assert raw.count("person") == 1


def test_rule_61_recorded_is_when_the_writer_got_its_turn(ann, another_writer, entries):
    # else the chain runs back in time, and "known on" a midnight in between is wrong
    free_from = another_writer(seconds=0.3)

    with db.transaction(ann, "test") as session:
        add_person(session)

    [entry] = entries("person")
    assert entry.at >= free_from


def test_defect_in_a_query_is_not_called_busy(installation, ann):
    with pytest.raises(DatabaseError), db.transaction(ann, "test") as session:
        session.exec(text("SELECT * FROM no_such_table"))


def test_many_writers_at_once_leave_one_unbroken_chain(installation, ann, broken_at, raw):
    def write():
        for _ in range(5):
            with db.transaction(ann, "test") as session:
                add_person(session)

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert (raw.count("person"), broken_at()) == (20, None)  # 4 writers, 5 persons each


# No database


def test_reading_without_database_says_so(nowhere):
    with pytest.raises(NoDatabaseError), db.reading():
        pytest.fail("the block must not run")


def test_writing_without_database_says_so(nowhere, ann):
    with pytest.raises(NoDatabaseError), db.transaction(ann, "test"):
        pytest.fail("the block must not run")


@pytest.mark.only("sqlite")
def test_no_empty_file_is_made_by_looking_for_a_database(nowhere, ann):
    for opened in (db.reading(), db.transaction(ann, "test")):
        with pytest.raises(NoDatabaseError), opened:
            pass
    db.revision()

    assert list(nowhere.rglob("*")) == []


@pytest.mark.only("sqlite")
def test_empty_file_is_no_database(nowhere):
    (nowhere / "home").mkdir()
    (nowhere / "home" / "digibank.db").touch()

    with pytest.raises(NoDatabaseError), db.reading():
        pass


@pytest.mark.only("sqlite")
def test_file_that_is_no_database_says_so(nowhere):
    (nowhere / "home").mkdir()
    (nowhere / "home" / "digibank.db").write_text("dit is geen databank " * 100, "utf-8")

    with pytest.raises(NoDatabaseError), db.reading():
        pass


@pytest.mark.parametrize(
    ("version", "refusal", "advice"),
    [
        ("0001", OlderDatabaseError, "voer `digibank upgrade` uit"),
        ("9999", NewerDatabaseError, "installeer het nieuwere programma"),
    ],
)
def test_database_of_another_version_says_what_to_do(
    installation, ann, rewrite, version, refusal, advice
):
    rewrite(f"UPDATE alembic_version SET version_num = '{version}'")

    with pytest.raises(refusal, match=version) as said, db.transaction(ann, "test") as session:
        add_person(session)

    assert advice in said.value.user_message


def test_database_is_made_once(installation):
    with pytest.raises(DatabaseExistsError):
        db.create()


def test_making_it_again_leaves_the_database_as_it_is(installation, raw):
    before = raw.rows("SELECT max(id) AS last FROM history")

    with pytest.raises(DatabaseExistsError):
        db.create(story_day=date(2025, 3, 31))

    assert raw.rows("SELECT max(id) AS last FROM history") == before


def test_folder_of_the_database_is_for_the_owner_alone(nowhere):
    db.create()

    assert (nowhere / "home").stat().st_mode & 0o777 == 0o700


@pytest.mark.only("sqlite")
def test_folder_that_was_there_already_keeps_its_mode(nowhere, monkeypatch):
    # DIGIBANK_DATABASE_URL may point into a folder that others use, /tmp for one
    shared = nowhere / "shared"
    shared.mkdir(mode=0o755)
    monkeypatch.setenv("DIGIBANK_DATABASE_URL", f"sqlite:///{shared}/digibank.db")

    db.create()

    assert shared.stat().st_mode & 0o777 == 0o755


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("name", ["met spatie", "één", "100%25", "a#b", "wat?nu"])
def test_database_stands_in_a_folder_of_any_name(nowhere, monkeypatch, name):
    monkeypatch.setenv("DIGIBANK_HOME", str(nowhere / name))

    db.create()

    assert (nowhere / name / "digibank.db").is_file()


def test_new_database_has_the_newest_version(nowhere):
    db.create()

    assert db.revision() == db.newest_revision()


def test_migrating_twice_is_no_harm(installation, raw):
    db.migrate()

    with db.reading() as session:
        assert len(session.exec(select(Municipality)).all()) == 10


@pytest.mark.only("sqlite")
def test_address_that_is_set_but_empty_means_the_default(installation, monkeypatch):
    monkeypatch.setenv("DIGIBANK_DATABASE_URL", "")

    with db.reading() as session:
        assert len(session.exec(select(Municipality)).all()) == 10
