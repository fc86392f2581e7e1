"""The extract: the same figures as the database, and nobody in it (rules 46, 49 and 61)."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from datetime import date, datetime

import pytest
from sqlmodel import col, select

from digibank_core import clock, db, extract, history, reporting, security
from digibank_core.config import places
from digibank_core.errors import ExtractDamagedError, NoExtractError, NotAllowedError
from digibank_core.extract.tables import COLUMNS
from digibank_core.indicators import frames
from digibank_core.models import (
    CapRequest,
    EnrolmentRequest,
    Loan,
    NewAccount,
    NewSeries,
    Person,
    QuestionRequest,
    Result,
    TrainingSession,
    VisitRequest,
)
from digibank_core.models.columns import Kind
from digibank_core.security import Role
from digibank_core.services import accounts, digipunt, settings, training
from tests.conftest import on_day

MOMENT = datetime(2024, 6, 28, 14, tzinfo=clock.BRUSSELS)
TODAY = MOMENT.date()
NAME = "Zwartkapoen"


@pytest.fixture
def world(west):
    """Two borrowers of whom one also asked two questions, a child, and a visit without name."""
    west.stock("BW-0001", "BW-0002", "BW-0003")
    one, two = west.register(NAME, last_name=NAME, phone="0470 12 34 56"), west.register()
    child = west.register(birth_year=2015)
    for number, person in enumerate((one, two, child), start=1):
        west.lend(f"BW-000{number}", person, on=date(2024, number, 4))
    for person in (one, None):
        request = VisitRequest(
            digipunt="torhout-centrum",
            visited_on=date(2024, 4, 4),
            topic="laptop",
            result=Result.SOLVED,
            earlier=[QuestionRequest(topic="e-mail")],
            person=person,
            note=f"{NAME} komt morgen terug",
        )
        with west.at_work(date(2024, 4, 4)) as session:
            digipunt.log_visit(session, request, actor=west.actor, today=date(2024, 4, 4))
    return west


SERIES = NewSeries(
    title=f"Les van {NAME}",
    capacity=12,
    first_day=date(2024, 4, 8),
    sessions=2,
    starts_at="9.30",
    ends_at="12.00",
    place=f"bij {NAME}",
)


def accounts_of_ann():
    """Give ann an account, so that a record can name her."""
    administrator = security.command_line()
    with db.transaction(administrator, "account") as session:
        account = NewAccount(
            login="ann",
            display_name="Ann",
            role=Role.COORDINATOR,
            digibank="west",
            password="lang genoeg wachtwoord",
        )
        accounts.add_account(session, account, actor=administrator)


def write(folder, actor=None, digibank="west", moment=MOMENT):
    with db.reading() as session:
        who = actor or security.command_line()
        return extract.write(session, folder, actor=who, digibank=digibank, moment=moment)


def records(progress):
    return [reporting.as_record(figure) for figure in progress.figures]


def contents(folder):
    return {
        path.relative_to(folder.resolve()).as_posix(): path.read_bytes()
        for path in folder.resolve().rglob("*")
        if path.is_file()
    }


def test_figures_of_the_extract_are_those_of_the_database(world, tmp_path):
    read = extract.read(write(tmp_path / "west"))

    with db.reading() as session:
        live = reporting.progress(
            session, actor=world.actor, digibank="west", period="IMPL", as_of=TODAY
        )
    assert records(reporting.measure(read.tables, "west", "IMPL", TODAY)) == records(live)
    assert live.figure("reach").value == 2
    [told] = json.loads((tmp_path / "west" / "figures.json").read_text())
    assert (told["period"], told["as_of"]) == ("IMPL", "2024-06-28")
    assert told["figures"] == records(live)


def test_rule_67_targets_and_caps_of_the_extract_hold_on_the_days_of_the_database(
    world, tmp_path
):
    with db.transaction(security.command_line(), "keuze") as session:
        for cap, since in ((35_000_000, date(2025, 3, 3)), (48_000_000, date(2026, 1, 1))):
            asked = CapRequest(
                period="west/VERL", cap=str(cap), starts_on=since, source="aanvraag"
            )
            settings.change(session, asked, actor=security.command_line())
    read = extract.read(write(tmp_path / "west"))

    held = [
        reporting.measure(read.tables, "west", "VERL", day).scope
        for day in (date(2025, 3, 2), date(2025, 12, 31), date(2026, 1, 1))
    ]
    assert [(scope.target, scope.cap_cents) for scope in held] == [
        (1000, 50_000_000),
        (1000, 35_000_000),
        (1501, 48_000_000),
    ]


def test_rule_60_checks_of_the_extract_find_what_those_of_the_database_find(world, tmp_path):
    # a session without marks and list, two loans that are late, a visit on a Thursday
    with world.at_work(date(2024, 4, 1)) as session:
        course = training.add_series(session, SERIES, actor=world.actor)
        lender = session.exec(select(Loan.person).order_by(col(Loan.id))).first()
        asked = EnrolmentRequest(course=course.id, person=lender)
        training.enrol(session, asked, actor=world.actor)
    read = extract.read(write(tmp_path / "west"))

    with db.reading() as session:
        live = reporting.quality(
            session, actor=world.actor, digibank="west", period="IMPL", as_of=TODAY
        )
    found = reporting.check(read.tables, "west", "IMPL", TODAY)
    assert {one.card.code: one.count for one in found.checks if one.count} == {
        "overdue": 3,
        "closed": 2,
        "without_list": 2,
        "unmarked": 2,
        "without_a_word": 12,  # Tuesdays from 9 April to 25 June
        "minor": 1,
        "without_residence": 2,
    }
    for one, other in zip(found.checks, live.checks, strict=True):
        told = ["day", "why"]
        assert one.rows[told].values.tolist() == other.rows[told].values.tolist()


def test_rule_38_extract_tells_that_a_list_is_complete_and_not_by_whom(world, tmp_path):
    with world.at_work(date(2024, 4, 1)) as session:
        training.add_series(session, SERIES, actor=world.actor)
    accounts_of_ann()
    world.correct(TrainingSession, 1, complete_by="ann", list_reference="L-1")

    sessions = extract.read(write(tmp_path / "west")).tables["training_session"]

    assert sorted(sessions["complete_by"].fillna("-")) == ["-", "iemand"]


@pytest.mark.parametrize("table", COLUMNS)
def test_frame_of_the_extract_has_the_types_of_the_database(world, tmp_path, table):
    read = extract.read(write(tmp_path / "west")).tables[table]
    live = world.frames()[table]
    hidden = {"id", "key", "person", "course", "session", "visit"}

    assert list(read.columns) == list(live.columns)
    assert len(read) == len(live)
    for column in set(COLUMNS[table]) - hidden:
        assert read[column].dtype == live[column].dtype, column
        assert sorted(map(str, read[column])) == sorted(map(str, live[column])), column


@pytest.mark.parametrize("model", frames.MODELS, ids=lambda model: model.__tablename__)
def test_rule_46_only_listed_facts_leave_the_database(model):
    facts = history.columns(model, Kind.FACT)

    assert set(COLUMNS[model.__tablename__]) <= set(facts)
    assert not {"title", "place", "teacher", "note", "serial", "author", "model"} & set(
        COLUMNS[model.__tablename__]
    )


def test_rule_46_nobody_can_be_found_in_an_extract(world, tmp_path):
    folder = write(tmp_path / "west")

    whole = b"\n".join(contents(folder).values()).decode()
    with db.reading() as session:
        keys = session.exec(select(Person.key)).all()
    assert NAME.casefold() not in whole.casefold()
    assert "0470" not in re.sub(r"[0-9a-f]{16,}", "", whole)
    assert "ann" not in re.findall(r"\w+", whole)
    assert keys
    assert not [key for key in keys if key in whole]


def test_rule_49_extract_is_of_one_digibank(world, noord, tmp_path):
    noord.register("Iemand")

    folder = write(tmp_path / "west")

    assert len(extract.read(folder).tables["person"]) == 3


def test_one_person_has_one_key_in_all_tables(world, tmp_path):
    tables = extract.read(write(tmp_path / "west")).tables

    people = set(tables["person"]["key"])
    assert len(people) == 3
    assert set(tables["loan"]["person"]) == people
    assert set(tables["visit"]["person"].dropna()) < people
    assert set(tables["question"]["visit"]) == set(tables["visit"]["id"])


def test_same_facts_give_the_same_bytes(world, tmp_path):
    first, second = write(tmp_path / "a"), write(tmp_path / "b")

    assert contents(first) == contents(second)


def test_keys_of_another_installation_are_other_keys(world, tmp_path):
    before = set(extract.read(write(tmp_path / "west")).tables["person"]["key"])
    (places().keys / "extract.key").write_text("another")

    after = set(extract.read(write(tmp_path / "west")).tables["person"]["key"])

    assert not before & after


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / "data/loan.csv").write_text("id\n"),
        lambda folder: (folder / "data/loan.csv").unlink(),
        lambda folder: (folder / "data/more.csv").write_text("id\n"),
        lambda folder: (folder / "figures.json").write_text("[]"),
    ],
    ids=["changed", "missing", "too many", "figures"],
)
def test_damaged_extract_is_refused(world, tmp_path, harm):
    folder = write(tmp_path / "west")
    harm(folder)

    with pytest.raises(ExtractDamagedError) as refusal:
        extract.read(folder)

    assert "uittreksel" in refusal.value.user_message


@pytest.mark.parametrize("manifest", [None, "", "{}", "[]"])
def test_folder_without_a_manifest_is_no_extract(tmp_path, manifest):
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)

    with pytest.raises(NoExtractError):
        extract.read(tmp_path)


def test_new_extract_takes_the_place_of_the_old_one_while_that_is_read(world, tmp_path):
    folder = write(tmp_path / "west")
    opened = folder.resolve()
    world.register()

    write(folder)

    assert len(extract.read(folder).tables["person"]) == 4
    assert len(extract.read(opened).tables["person"]) == 3


def test_extract_in_a_copied_home_is_renewed_too(world, tmp_path):
    shutil.copytree(write(tmp_path / "west"), tmp_path / "copied" / "west")
    world.register()

    folder = write(tmp_path / "copied" / "west")

    assert len(extract.read(folder).tables["person"]) == 4


def test_folder_that_is_not_linked_to_stays_for_an_hour(world, tmp_path):
    young, old = (write(tmp_path / "west").resolve() for _ in range(2))
    an_hour_ago = time.time() - 3601
    os.utime(old, (an_hour_ago, an_hour_ago))

    fresh = write(tmp_path / "west").resolve()

    assert {*tmp_path.iterdir()} == {tmp_path / "west", young, fresh}


def test_failed_extract_leaves_the_old_one(world, tmp_path, monkeypatch):
    folder = write(tmp_path / "west")
    before = contents(folder)
    world.register()
    monkeypatch.setattr(extract.package, "_figures", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        write(folder)

    assert contents(folder) == before
    assert len(list(tmp_path.iterdir())) == 2


def test_extract_is_renewed_when_something_changed(world):
    def renew():
        with on_day(TODAY), db.reading() as session:
            return extract.renew(session, actor=security.command_line(), moment=clock.now())

    assert renew() == ["brugge", "noord", "west"]
    assert renew() == []
    world.register()
    assert renew() == ["brugge", "noord", "west"]


def test_coordinator_renews_the_own_extract_only(world):
    with db.reading() as session:
        assert extract.renew(session, actor=world.actor, moment=MOMENT) == ["west"]


@pytest.mark.parametrize("who", ["karel", "rita", "noor"])
def test_who_may_not_see_rows_makes_no_extract(request, world, tmp_path, who):
    with pytest.raises(NotAllowedError):
        write(tmp_path / "west", request.getfixturevalue(who))

    assert list(tmp_path.iterdir()) == []
