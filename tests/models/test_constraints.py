"""The rules that tables declare are kept by the database itself, whoever writes to it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import CheckConstraint, Enum
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

CHECKS = [
    pytest.param(table, check, id=check.name)
    for table in SQLModel.metadata.sorted_tables
    for check in sorted(table.constraints, key=lambda each: str(each.name))
    if isinstance(check, CheckConstraint)
]
WORDS = [
    pytest.param(column, id=str(column))
    for table in SQLModel.metadata.sorted_tables
    for column in table.columns
    if isinstance(column.type, Enum)
]
BROKEN = {
    "ck_booking_amount": {"amount_cents": 0},
    "ck_budget_line_amount": {"amount_cents": -1},
    "ck_course_capacity": {"capacity": 0},
    "ck_different_persons_in_order": {"other": "x"},
    "ck_funding_period_days": {"last_day": "1999-12-31"},
    "ck_held_block_hours": {"ends_at": "00:30:00"},
    "ck_loan_due_after_hand_over": {"due_on": "1999-12-31"},
    "ck_loan_return_after_hand_over": {"returned_on": "1999-12-31"},
    "ck_merge_two_persons": {"absorbed": "x"},
    "ck_opening_block_hours": {"ends_at": "00:30:00"},
    "ck_opening_block_weekday": {"weekday": 8},
    "ck_person_birth_year": {"birth_year": 1899},
    "ck_person_one_residence": {"municipality": "31003", "outside_area": True},
    "ck_setting_tier_b_agreed": {"name": "count_tier_b", "value": "true"},
    "ck_training_session_hours": {"ends_at": "00:30:00"},
}
"""What breaks a rule that is more than a list of words, and no other one."""

PAIRS = {"merge": "absorbed", "different_persons": "other"}
"""Tables of two persons, and the column of the second."""

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
    "person": "00000000000000ff",
    "lent_on": "2024-03-04",
    "due_on": "2024-04-02",
    "returned_on": None,
    "agreement": None,
    "stream": "DIGIBANK",
    "condition": None,
    "recorded_at": "2024-03-04 13:00:00.000000",
    "version": 1,
}
PERSON = {
    "key": "00000000000000ff",
    "digibank": "west",
    "birth_year": 1950,
    "adult_confirmed": False,
    "role": "deelnemer",
    "gender": "vrouw",
    "municipality": None,
    "outside_area": False,
    "recorded_at": "2024-03-04 13:00:00.000000",
    "version": 1,
}
ROWS = {"device": DEVICE, "loan": LOAN, "person": PERSON | {"key": "0000000000000100"}}
FOREIGN, MISSING, TWICE = "(?i)foreign key", "(?i)not.null", "(?i)unique"
REFUSED = [
    ("person", {"birth_year": 1899}, "ck_person_birth_year"),
    ("person", {"birth_year": 2101}, "ck_person_birth_year"),
    ("person", {"municipality": "99999"}, FOREIGN),
    ("person", {"digibank": "oost"}, FOREIGN),
    ("person", {"digibank": None}, MISSING),
    ("device", {"digibank": "oost"}, FOREIGN),
    ("device", {"serial": "SN-1"}, TWICE),  # BW-0001 has it
    ("device", {"code": "BW-0001"}, TWICE),
    ("loan", {"due_on": "2024-03-03"}, "ck_loan_due_after_hand_over"),
    ("loan", {"returned_on": "2024-03-03"}, "ck_loan_return_after_hand_over"),
    ("loan", {"device": "BW-0404"}, FOREIGN),
    ("loan", {"person": "nobody"}, FOREIGN),
    ("loan", {"device": "BW-0002"}, TWICE),  # it has an open loan
    ("loan", {"agreement": "BW-2024-00001"}, TWICE),  # that loan has it
]


def sample(column, place):
    """Give a value that fits a column; later columns of a table get later days and hours."""
    if isinstance(column.type, Enum):
        return column.type.enums[0]
    kind = getattr(column.type, "impl_instance", column.type).python_type.__name__
    return {
        "bool": False,
        "int": place,
        "str": "x",
        "date": f"2024-01-{place:02}",
        "time": f"{place:02}:00:00",
        "datetime": "2024-01-01 12:00:00.000000",
    }[kind]


def fill(raw, table):
    """Let a table hold a sound row, and so each table that it refers to."""
    if raw.count(table.name):
        return
    row = {}
    for place, column in enumerate(table.columns, start=1):
        if column.foreign_keys and not column.nullable:
            [other] = [key.column for key in column.foreign_keys]
            fill(raw, other.table)
            row[column.name] = raw.rows(f"SELECT {other.name} AS key FROM {other.table}")[0][
                "key"
            ]
        elif not column.nullable and column is not table.autoincrement_column:
            row[column.name] = sample(column, place)
    if table.name in PAIRS:
        row[PAIRS[table.name]] = "y"
        [owner] = raw.rows("SELECT digibank FROM person")
        raw.insert("person", PERSON | owner | {"key": "y"})
    raw.insert(table.name, row)


def change(raw, table, values):
    raw.run(
        f"UPDATE {table} SET {', '.join(f'{column} = :{column}' for column in values)}",
        **values,
    )


@pytest.mark.parametrize(("table", "check"), CHECKS)
def test_database_refuses_what_breaks_a_rule_of_a_table(raw, table, check):
    fill(raw, table)
    of_words = {column.name: "geen van deze" for column in check.columns}  # none if in SQL
    wrong = of_words or BROKEN[check.name]

    with pytest.raises(IntegrityError, match=rf"\b{check.name}\b"):
        change(raw, table, wrong)


@pytest.mark.parametrize("column", WORDS)
def test_database_knows_every_word_of_a_list(raw, column):
    fill(raw, column.table)

    for word in column.type.enums:
        change(raw, column.table, {column.name: word})  # raises nothing


@pytest.fixture
def at_the_desk(west, raw):
    """BW-0001 with serial SN-1 is in, BW-0002 is out under BW-2024-00001."""
    west.take_in("BW-0001", serial="SN-1")
    west.stock("BW-0002")
    west.lend("BW-0002", west.register(), on=date(2024, 3, 4))
    raw.insert("person", PERSON)
    return raw


@pytest.mark.parametrize("table", ROWS)
def test_database_accepts_a_sound_row(at_the_desk, table):
    at_the_desk.insert(table, ROWS[table])  # raises nothing


@pytest.mark.parametrize(
    ("table", "wrong", "refusal"),
    REFUSED,
    ids=[
        f"{table} {' '.join(f'{k} {v}' for k, v in wrong.items())}"
        for table, wrong, _ in REFUSED
    ],
)
def test_database_refuses_a_row_that_breaks_a_rule(at_the_desk, table, wrong, refusal):
    with pytest.raises(IntegrityError, match=refusal):
        at_the_desk.insert(table, ROWS[table] | wrong)


def test_rule_27_device_may_have_many_loans_that_ended(at_the_desk):
    ended = LOAN | {"device": "BW-0002", "returned_on": "2024-03-05"}

    at_the_desk.insert("loan", ended, ended)

    assert at_the_desk.count("loan") == 3  # two that ended and the open one


def test_rule_34_many_devices_may_have_no_serial_number(at_the_desk):
    at_the_desk.insert("device", *[DEVICE | {"code": code} for code in ("BW-7", "BW-8")])

    assert at_the_desk.count("device") == 4  # these two and the two at the desk
