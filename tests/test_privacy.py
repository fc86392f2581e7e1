"""A rare word as name and in notes: it comes out where staff look for it, nowhere else.

What a page, a kernel or another role gets to see of it is in tests/browser/test_privacy.py.
"""

from __future__ import annotations

import logging
import sys
import traceback
from datetime import date, timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from digibank_core import backup, clock, db, doctor, extract, reporting, rotation
from digibank_core import cli as command
from digibank_core.errors import DigibankError, HasOpenLoanError
from digibank_core.models import (
    AgeBand,
    EnrolmentRequest,
    ErasureReason,
    ErasureRequest,
    Loan,
    LoanRequest,
    NewPerson,
    Person,
)
from digibank_core.services import dossier, erasure, persons, training
from tests.lives import attend, merge, visit

RARE = "Zwartkapoen"
DAY, LATER = date(2024, 3, 4), date(2024, 3, 20)


@pytest.fixture
def person(west):
    """Register a person of that name who does all there is, each with a note of the name."""
    key = west.register(RARE, last_name=f"Van {RARE}", mail=f"{RARE}@voorbeeld.be")
    west.stock("BW-0001", "BW-0002")
    west.lend("BW-0001", key, on=DAY, note=f"{RARE} belt zelf terug")
    attend(west, key, on=DAY)
    visit(west, key, on=DAY, note=f"{RARE} komt terug")
    merge(west, key, west.register("Lief", last_name=RARE), on=DAY)
    return key


def erase(session, person, ann):
    request = ErasureRequest(why=ErasureReason.ASKED, sure=True)
    return erasure.erase(session, person, request, actor=ann, today=LATER)


@pytest.fixture
def walked(west, person, ann, cli):
    """Walk on to the end: searched, compared, given along, taken back, and erased."""
    with db.reading() as session:
        persons.search(session, RARE, actor=ann)
        persons.likely_same(session, NewPerson(first_name=RARE), actor=ann)
        persons.names(session, [person], actor=ann)
        persons.view(session, person, actor=ann, today=LATER)
        dossier.dossier(session, person, actor=ann, today=LATER)
        erasure.footprint(session, person, actor=ann)
        extract.renew(session, actor=cli, moment=clock.now())
    with pytest.raises(HasOpenLoanError), west.at_work(LATER) as session:
        erase(session, person, ann)
    west.take_back("BW-0001", on=LATER, note=RARE)
    rotation.rotate()
    with west.at_work(LATER) as session:
        erase(session, person, ann)
    return person


def is_silent(*told):
    return RARE.casefold() not in " ".join(map(str, told)).casefold()


def whole_story(error):
    """Give all that a log or a notebook would print of an error."""
    return "".join(traceback.format_exception(error)) + repr(error)


def test_word_is_found_by_who_may_search(west, person):
    found = {match.person for match in west.find(RARE)}
    assert person in found  # so that the tests below can fail


def test_word_is_kept_in_the_note(west, person):
    assert RARE in west.look("BW-0001").loan.note  # so that the tests below can fail


def lend(code, **more):
    return lambda desk, person: desk.lend(code, person, on=DAY, note=RARE, **more)


def take_back(code, on, **more):
    return lambda desk, _: desk.take_back(code, on=on, note=RARE, **more)


def enrol_again(desk, person):
    with desk.at_work(DAY) as session:
        [(course, _)] = training.courses(session, actor=desk.actor, today=DAY)
        request = EnrolmentRequest(course=course.id, person=person)
        training.enrol(session, request, actor=desk.actor)


def erase_now(desk, person):
    with desk.at_work(LATER) as session:
        erase(session, person, desk.actor)


@pytest.mark.parametrize(
    "act",
    [
        lend("BW-0001"),
        lend("BW-0002", due=date(2024, 1, 1)),
        lambda desk, _: desk.lend("BW-0002", RARE, on=DAY),
        take_back("BW-0002", DAY),
        take_back("BW-0001", date(2024, 3, 1)),
        take_back("BW-0001", LATER, version=9),
        lambda desk, _: desk.register(RARE, residence=RARE),
        lambda desk, person: enrol_again(desk, person),
        lambda desk, person: visit(desk, person, on=DAY, note=RARE, age_band=AgeBand.SENIOR),
        lambda desk, person: erase_now(desk, person),
        lambda desk, _: erase_now(desk, RARE),
    ],
    ids=[
        "on loan",
        "due before",
        "unknown person",
        "not on loan",
        "return before",
        "changed meanwhile",
        "unknown municipality",
        "enrolled before",
        "age of a known person",
        "erased with a device",
        "erased unknown",
    ],
)
def test_word_is_in_no_error_of_the_desk(west, person, act):
    with pytest.raises(DigibankError) as refusal:
        act(west, person)

    assert is_silent(refusal.value, refusal.value.user_message, refusal.value.details)


@pytest.mark.parametrize(
    "answers",
    [
        {"first_name": f"{RARE}7"},
        {"first_name": "Lieve", "last_name": f"<b>{RARE}"},
        {"first_name": "Lieve", "phone": RARE},
        {"first_name": "Lieve", "mail": RARE},
        {"first_name": "Lieve", "birth_year": RARE},
        {"first_name": "Lieve", "gender": RARE},
        {"first_name": "Lieve", "postcode": RARE},
    ],
    ids=lambda answers: list(answers)[-1],
)
def test_word_is_in_no_error_of_a_form(answers):
    with pytest.raises(ValidationError) as refusal:
        NewPerson(**answers)

    assert is_silent(refusal.value)


def test_word_is_in_no_error_of_a_note():
    with pytest.raises(ValidationError) as refusal:
        LoanRequest(
            device="BW-0001",
            person="p1",
            lent_on="04/03/2024",
            due_on="02/04/2024",
            note=f"{RARE} 0475 12 34 56",
        )

    assert is_silent(refusal.value)


@pytest.mark.parametrize(
    "wrong",
    [{"device": "BW-0404"}, {"due_on": DAY - timedelta(days=1)}, {"digibank": None}],
    ids=["reference", "check", "missing"],
)
def test_word_is_in_no_error_of_the_database(west, person, wrong):
    loan = {"digibank": "west", "device": "BW-0002", "person": person, "note": RARE}
    days = {"lent_on": DAY, "due_on": DAY}

    with pytest.raises(IntegrityError) as refusal, west.at_work(DAY) as session:
        session.add(Loan(**loan | days | wrong))

    # SQLAlchemy shows what it wrote, unless the engine hides it; PostgreSQL adds the row
    told = (str(refusal.value), repr(refusal.value), str(refusal.value.orig))
    assert is_silent(*told, whole_story(refusal.value.orig))


def test_word_is_in_no_error_without_key(west, person, tmp_path, monkeypatch):
    monkeypatch.setenv("DIGIBANK_KEYS", str(tmp_path))

    with pytest.raises(Exception) as refusal:
        west.register(RARE)

    # of the trace, the lines of this test itself name the constant, not the word
    assert is_silent(whole_story(refusal.value))


def test_word_is_in_no_log_record(west, person, caplog):
    with caplog.at_level(logging.DEBUG):
        west.find(RARE)
        west.find(f"{RARE} van")
        west.take_back("BW-0001", on=LATER, note=RARE)
        with pytest.raises(DigibankError):
            west.take_back("BW-0001", on=LATER, note=RARE)

    assert is_silent(*[record.getMessage() for record in caplog.records])


def test_rule_65_word_is_in_no_file_or_table_after_the_whole_walk(walked, installation, raw):
    logs = list((installation / "home" / "log").iterdir())
    extracts = [
        path for path in (installation / "home" / "extract").rglob("*") if path.is_file()
    ]
    keys = list((installation / "keys").iterdir())

    assert {path.name[:7] for path in logs} == {"toegang"}
    assert extracts
    assert {path.name for path in keys} >= {"contact.key", "erasures.jsonl"}
    for path in (*logs, *extracts, *keys):
        assert is_silent(path.name, path.read_text("utf-8"))
    for table in SQLModel.metadata.tables:
        assert is_silent(raw.rows(f'SELECT * FROM "{table}"'))


@pytest.mark.only("sqlite")
def test_rule_65_word_is_in_no_byte_of_a_backup_after_the_whole_walk(walked):
    made = backup.make()

    assert is_silent((made.folder / backup.MANIFEST).read_text("utf-8"))
    found = [path for path in made.folder.rglob("*") if path.is_file()]
    assert [path.name for path in found if RARE.encode() in path.read_bytes()] == []


def test_word_is_in_no_manifest_or_extract_before_the_erasure_either(person, cli, installation):
    with db.reading() as session:
        extract.renew(session, actor=cli, moment=clock.now())

    files = [path for path in (installation / "home" / "extract").rglob("*") if path.is_file()]
    assert files
    assert all(is_silent(path.read_text("utf-8")) for path in files)


def test_word_is_nowhere_in_history(west, person, raw):
    west.take_back("BW-0001", on=LATER, note=RARE)
    west.correct(Person, person, birth_year=1960)

    assert is_silent(raw.rows("SELECT * FROM history"))


@pytest.mark.parametrize("table", ["person", "contact", "device", "wipe", "saved_form"])
def test_word_is_in_no_other_table_either(west, person, raw, table):
    assert is_silent(raw.rows(f"SELECT * FROM {table}"))


@pytest.mark.only("sqlite")
def test_name_is_not_in_the_bytes_of_the_database(west, installation):
    west.register(RARE, last_name=RARE, mail=f"{RARE}@voorbeeld.be")
    files = [path for path in (installation / "home").rglob("*") if path.is_file()]

    assert [path.name for path in files if RARE.encode() in path.read_bytes()] == []


def test_word_is_in_no_frame_figure_or_receipt(west, person, ann):
    west.register(RARE, birth_year=2015)
    with db.reading() as session:
        progress = reporting.progress(
            session, actor=ann, digibank="west", period="IMPL", as_of=date(2024, 12, 31)
        )

    assert is_silent(
        *[frame.to_csv() for frame in west.frames().values()],
        *[figure.receipt.to_csv() for figure in progress.figures],
        *[reporting.as_record(figure) for figure in progress.figures],
        progress.not_counted.to_csv(),
        progress.burn_up.to_csv(),
    )


@pytest.mark.parametrize(
    "words",
    [
        ["figures", "--digibank", "west", "--period", "IMPL"],
        ["figures", "--digibank", "west", "--period", "IMPL", "--json"],
        ["figures", "--digibank", "west", "--period", "IMPL", "--receipt", "reach", "--json"],
        ["doctor"],
        ["user", "list"],
        ["retention"],
        ["retention", "--apply"],
        ["key", "rotate"],
    ],
    ids=lambda words: " ".join(
        word for word in words if word.startswith("-") or " " not in word
    ),
)
def test_word_is_in_no_output_of_the_command(person, monkeypatch, capsys, words):
    monkeypatch.setattr(sys, "argv", ["digibank", *words])

    with pytest.raises(SystemExit):
        command.main()

    assert is_silent(*capsys.readouterr())


def test_word_is_in_no_finding_of_the_doctor(person):
    assert is_silent(doctor.examine())
