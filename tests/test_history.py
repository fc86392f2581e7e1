"""What every write leaves behind (rules 52, 61 and 62), and how a forged chain is found."""

from __future__ import annotations

import hashlib
import json
import time
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import delete, insert, select, update

from digibank_core import clock, db, history
from digibank_core.models import (
    Account,
    Contact,
    Device,
    HistoryEntry,
    Loan,
    LoginSession,
    NewAccount,
    Person,
    SavedForm,
)
from digibank_core.security import Actor, Role
from digibank_core.services import accounts

RARE = "Zwartkapoen"
MONDAY, TUESDAY, WEDNESDAY = date(2024, 3, 4), date(2024, 3, 5), date(2024, 3, 6)


@pytest.fixture
def anyone(west):
    return west.register()


def facts(entry):
    return json.loads(entry.after)


def lent(west, person):
    west.stock("BW-0001", on=MONDAY)
    return west.lend("BW-0001", person, on=MONDAY)


# What is written


def test_rule_62_new_record_leaves_an_entry(west, entries):
    person = west.register()

    [entry] = entries("person")
    assert (entry.key, entry.before, facts(entry)["birth_year"]) == (person, None, 1950)


def test_rule_62_entry_says_who_when_and_why(west, entries):
    west.register(on=MONDAY)

    [entry] = entries("person")
    assert (entry.login, entry.role, entry.reason, entry.at) == (
        "ann",
        "coördinator",
        "aan de balie",
        datetime(2024, 3, 4, 13, tzinfo=UTC),  # 14:00 in Brussels, in winter
    )


def test_rule_62_change_leaves_before_and_after(west, anyone, entries):
    west.correct(Person, anyone, birth_year=1960)

    change = entries("person")[-1]
    assert [json.loads(text)["birth_year"] for text in (change.before, change.after)] == [
        1950,
        1960,
    ]


def test_rule_62_removed_row_leaves_what_it_was(west, anyone, entries):
    with west.at_work(MONDAY) as session:
        session.delete(session.get_one(Contact, anyone))

    removed = entries("contact")[-1]
    assert (json.loads(removed.before), removed.after) == ({"person": anyone}, None)


def test_rule_62_changed_twice_in_one_transaction_is_told_in_order(west, anyone, entries):
    with west.at_work(MONDAY) as session:
        person = session.get_one(Person, anyone)
        person.birth_year = 1960
        session.flush()
        person.birth_year = 1970

    years = [
        (json.loads(entry.before)["birth_year"], facts(entry)["birth_year"])
        for entry in entries("person")[1:]
    ]
    assert years == [(1950, 1960), (1960, 1970)]


def test_record_that_was_only_read_leaves_nothing(west, anyone, entries):
    with west.at_work(MONDAY) as session:
        session.get_one(Person, anyone)

    assert len(entries("person")) == 1


def test_same_value_again_leaves_nothing(west, anyone, entries):
    west.correct(Person, anyone, birth_year=1950)

    assert len(entries("person")) == 1


def test_entries_of_one_transaction_carry_one_number(west, anyone, entries):
    lent(west, anyone)

    [loan] = entries("loan")
    [*_, device] = entries("device")
    assert loan.transaction == device.transaction == min(loan.id, device.id)


def test_entries_of_two_transactions_carry_two_numbers(west, entries):
    west.register()
    west.register()

    assert len({entry.transaction for entry in entries("person")}) == 2


def test_savepoint_is_refused_as_history_could_not_tell_it_was_undone(west, anyone):
    with pytest.raises(RuntimeError, match="savepoints"), west.at_work(MONDAY) as session:
        session.begin_nested()


def test_rule_62_rolled_back_transaction_leaves_nothing(west, anyone, raw):
    before = raw.rows("SELECT count(*) AS n FROM history")

    with pytest.raises(ZeroDivisionError), west.at_work(MONDAY) as session:
        session.get_one(Person, anyone).birth_year = 1960
        session.flush()
        _ = 1 // 0

    assert raw.rows("SELECT count(*) AS n FROM history") == before


def test_rule_61_image_is_whole_when_the_record_was_read_anew(west, anyone, entries):
    with west.at_work(MONDAY) as session:
        person = session.get_one(Person, anyone)
        session.expire(person)
        person.birth_year = 1960

    assert json.loads(entries("person")[-1].before)["birth_year"] == 1950


def test_story_of_a_demo_database_is_in_its_history(ann, rewrite, entries):
    rewrite("UPDATE installation SET story_day = '2025-03-31'")

    with db.transaction(ann, "eerste schrijver van een proces") as session:
        session.add(Person(digibank="west"))

    [entry] = entries("person")
    assert entry.at.astimezone(clock.BRUSSELS).date() == date(2025, 3, 31)


def test_rule_61_record_and_its_entry_are_of_one_moment(installation, ann, entries):
    with db.transaction(ann, "een trage transactie") as session:
        time.sleep(0.01)
        session.add(Person(digibank="west"))

    [entry] = entries("person")
    assert facts(entry)["recorded_at"] == entry.at.isoformat(timespec="microseconds")


# What is not written


def test_free_text_is_only_said_to_have_changed(west, anyone, entries):
    west.stock("BW-0001")
    west.lend("BW-0001", anyone, on=MONDAY, note=f"Dochter {RARE} belt zelf")

    [entry] = entries("loan")
    assert entry.touched == "note"


def test_text_that_nobody_wrote_is_not_said_to_have_changed(west, anyone, entries):
    lent(west, anyone)

    [entry] = entries("loan")
    assert entry.touched == ""


def test_contact_is_only_said_to_have_changed(west, anyone, entries):
    west.correct(Contact, anyone, phone="0470 11 22 33", mail=None)

    change = entries("contact")[-1]
    assert change.touched == "phone"


def test_rule_46_no_value_of_text_or_contact_stands_anywhere_in_history(west, cli, raw):
    person = west.register(
        RARE, last_name=RARE, mail=f"{RARE}@voorbeeld.be", phone="0470 11 22 33"
    )
    west.stock("BW-0001")
    west.lend("BW-0001", person, on=MONDAY, note=RARE)
    west.take_back("BW-0001", on=MONDAY, note=RARE)
    west.correct(Contact, person, last_name=f"{RARE}-Claeys")
    with db.transaction(cli, "account maken") as session:
        account = NewAccount(
            login="zoe", display_name=RARE, role=Role.REGIONAL, password=RARE * 2
        )
        accounts.add_account(session, account, actor=cli)

    told = str(raw.rows("SELECT * FROM history")).casefold()
    assert not any(
        word in told for word in (RARE.casefold(), "0470 11", "voorbeeld.be", "argon2")
    )


def test_technical_columns_are_never_mentioned(west, anyone, entries):
    lent(west, anyone)

    assert not any("version" in facts(entry) for entry in entries("loan") + entries("device"))


@pytest.mark.parametrize("table", ["saved_form", "login_session", "installation", "history"])
def test_technical_tables_are_never_mentioned(west, cli, entries, table):
    with db.transaction(cli, "account maken", once="f" * 36) as session:
        account = NewAccount(
            login="zoe", display_name="Zoë", role=Role.REGIONAL, password="een-twee-drie"
        )
        accounts.add_account(session, account, actor=cli)
        accounts.open_session(session, Actor("zoe", Role.REGIONAL, None))

    assert entries(table) == []


def test_new_password_is_not_mentioned(installation, cli, raw):
    with db.transaction(cli, "account maken") as session:
        account = NewAccount(
            login="zoe", display_name="Zoë", role=Role.REGIONAL, password="een-twee-drie"
        )
        accounts.add_account(session, account, actor=cli)
    before = raw.count("history")

    with db.transaction(cli, "nieuw wachtwoord") as session:
        accounts.reset_password(session, "zoe", "vier-vijf-zes", actor=cli)

    assert raw.count("history") == before


# Past the hook


@pytest.mark.parametrize(
    "statement",
    [
        update(Person).values(birth_year=1900),
        delete(Loan),
        insert(Device).values(code="BW-9"),
        update(Contact).values(version=2),
        update(Account).values(active=False),
    ],
    ids=["update", "delete", "insert", "contact", "account"],
)
def test_bulk_writing_past_history_is_refused(west, anyone, statement):
    with (
        pytest.raises(RuntimeError, match="bypass its history"),
        west.at_work(MONDAY) as session,
    ):
        session.exec(statement)


@pytest.mark.parametrize("model", [SavedForm, LoginSession])
def test_bulk_writing_to_technical_tables_is_allowed(west, model):
    with west.at_work(MONDAY) as session:
        session.exec(delete(model))  # raises nothing


# Versions


def test_new_record_has_version_1(west, anyone):
    assert lent(west, anyone).version == 1


def test_version_counts_up_with_every_change(west, anyone):
    lent(west, anyone)  # device: taken in 1, wiped 2, lent 3

    assert west.look("BW-0001").device.version == 3


def test_version_stays_when_nothing_changed(west, anyone):
    west.correct(Person, anyone, birth_year=1950)

    with db.reading() as session:
        assert session.get_one(Person, anyone).version == 1


# The chain


def test_chain_of_an_empty_installation_is_unbroken(broken_at):
    assert broken_at() is None


def test_chain_is_unbroken_after_work_at_the_desk(west, noord, anyone, broken_at):
    lent(west, anyone)
    noord.register()
    west.take_back("BW-0001", on=TUESDAY, note="zonder lader")

    assert broken_at() is None


def test_entries_are_numbered_from_one_without_a_gap(west, raw):
    west.register()

    numbers = [row["id"] for row in raw.rows("SELECT id FROM history ORDER BY id")]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("after", '{"birth_year":1980}'),
        ("before", "{}"),
        ("at", "2024-01-01 00:00:00.000000"),
        ("login", "noor"),
        ("role", "beheerder"),
        ("reason", "zomaar"),
        ("table", "loan"),
        ("key", "0000000000000000"),
        ("touched", "note"),
        ("transaction", 1),
        ("previous", "0" * 64),
        ("hash", "0" * 64),
    ],
)
def test_changed_entry_is_found(west, anyone, raw, broken_at, entries, column, value):
    [entry] = entries("person")
    raw.drop_triggers()
    raw.run(f'UPDATE history SET "{column}" = :value WHERE id = :id', value=value, id=entry.id)

    assert broken_at() == entry.id


def test_removed_entry_is_found(west, anyone, raw, broken_at, entries):
    [entry] = entries("person")  # that of the contact comes after it
    raw.drop_triggers()
    raw.run("DELETE FROM history WHERE id = :id", id=entry.id)

    assert broken_at() == entry.id + 1


def test_entries_in_another_order_are_found(west, anyone, raw, broken_at, entries):
    [entry] = entries("person")
    raw.drop_triggers()
    for old, new in ((entry.id, -1), (entry.id + 1, entry.id), (-1, entry.id + 1)):
        raw.run("UPDATE history SET id = :new WHERE id = :old", new=new, old=old)

    assert broken_at() == entry.id


def test_entry_that_was_slipped_in_at_the_end_is_found(west, anyone, raw, broken_at, entries):
    last = entries("contact")[-1]
    raw.run(
        'INSERT INTO history SELECT id + 1, "transaction", at, login, role, reason, "table",'
        " key, before, after, touched, hash, hash FROM history WHERE id = :id",
        id=last.id,
    )

    assert broken_at() == last.id + 1


def forge(raw, entries):
    """Write entries that fit in themselves: each hash is recomputed, as a forger would."""
    raw.drop_triggers()
    for entry in entries:
        fields = entry.model_dump(exclude={"hash"})
        entry.hash = hashlib.sha256(history.canonical(fields).encode()).hexdigest()
        raw.run(
            "UPDATE history SET reason = :reason, previous = :previous, hash = :hash"
            " WHERE id = :id",
            **entry.model_dump(include={"reason", "previous", "hash", "id"}),
        )


def test_changed_entry_with_its_own_new_hash_is_found_at_the_next(
    west, anyone, raw, broken_at, entries
):
    [entry] = entries("person")  # that of the contact comes after it
    entry.reason = "zomaar"
    forge(raw, [entry])

    assert broken_at() == entry.id + 1


def test_removed_entry_is_found_when_all_later_ones_are_forged(
    west, anyone, raw, broken_at, entries
):
    [removed], [later] = entries("person"), entries("contact")
    later.previous = removed.previous
    forge(raw, [later])
    raw.run("DELETE FROM history WHERE id = :id", id=removed.id)

    assert broken_at() == later.id


COLUMNS = ", ".join(f'"{name}"' for name in HistoryEntry.model_fields)
CHANGES = {
    "update": "UPDATE history SET reason = 'zomaar' WHERE id = 1",
    "delete": "DELETE FROM history WHERE id = 1",
    "delete all": "DELETE FROM history",
    "insert over it": f"INSERT INTO history SELECT {COLUMNS} FROM history WHERE id = 1"
    " ON CONFLICT (id) DO UPDATE SET reason = 'zomaar'",
}
CHANGES_OF = {
    "sqlite": {
        "update or replace": "UPDATE OR REPLACE history SET id = 2 WHERE id = 1",
        "insert or replace": f"REPLACE INTO history SELECT {COLUMNS} FROM history",
    },
    "postgresql": {
        "truncate": "TRUNCATE history",
        "merge": "MERGE INTO history USING (SELECT 1 AS id) AS other ON history.id = other.id"
        " WHEN MATCHED THEN DELETE",
    },
}


def refuses(raw, change):
    with pytest.raises(DatabaseError, match="append-only"):
        raw.run(change)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_database_itself_refuses_to_change_history(raw, change):
    refuses(raw, change)


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("change", CHANGES_OF["sqlite"].values(), ids=CHANGES_OF["sqlite"])
def test_sqlite_itself_refuses_to_change_history(raw, change):
    refuses(raw, change)


@pytest.mark.only("postgresql")
@pytest.mark.parametrize(
    "change", CHANGES_OF["postgresql"].values(), ids=CHANGES_OF["postgresql"]
)
def test_postgresql_itself_refuses_to_change_history(raw, change):
    refuses(raw, change)


def test_same_values_give_the_same_bytes():
    assert history.canonical({"b": date(2024, 3, 4), "a": Role.PARTNER, "c": "é"}) == (
        '{"a":"kringwinkel","b":"2024-03-04","c":"é"}'
    )


# The rewind


def images(known_on):
    with db.reading() as session:
        return history.before_images(session, "person", clock.end_of_day(known_on))


def test_rule_61_row_that_did_not_exist_yet_has_no_image(west):
    person = west.register(on=TUESDAY)

    assert images(MONDAY) == {person: None}


def test_rule_61_row_that_did_not_change_since_is_left_out(west):
    west.register(on=TUESDAY)

    assert images(TUESDAY) == {}


def test_rule_61_image_is_the_one_before_the_first_later_change(west):
    person = west.register(on=MONDAY)
    west.correct(Person, person, on=TUESDAY, birth_year=1960)
    west.correct(Person, person, on=WEDNESDAY, birth_year=1970)

    assert images(MONDAY)[person]["birth_year"] == 1950


def test_rule_61_moment_itself_is_later(west):
    person = west.register(on=clock.end_of_day(MONDAY))  # midnight: Tuesday has begun

    assert images(MONDAY) == {person: None}


def test_images_are_of_the_asked_table_only(west, anyone):
    west.stock("BW-0001", on=TUESDAY)

    assert images(MONDAY) == {}


def test_history_is_read_back_as_it_was_written(west, anyone):
    with db.reading() as session:
        chain = session.exec(select(HistoryEntry)).all()

    assert {entry.at.tzinfo for entry in chain} == {UTC}
