"""Contact data go when their term is over, and no count changes (rule 47)."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from digibank_core import clock, db
from digibank_core.errors import KeyMissingError, NotAllowedError
from digibank_core.models import Contact, Mark, Person
from digibank_core.models.erasure import Forgotten
from digibank_core.services import retention
from tests.conftest import on_day
from tests.lives import attend, enrol, merge, visit
from tests.services.test_erasure import figures, notes

REGISTERED, SERVED = date(2023, 1, 2), date(2023, 5, 31)
YEAR_LATER = date(2024, 5, 31)
"""Twelve months after the service: that day the contact may still be kept."""
OVER = date(2024, 6, 1)
RARE = "Zwartkapoen"


@pytest.fixture
def lieve(west):
    """Somebody who was registered in January 2023, and helped once, in May."""
    key = west.register("Lieve", last_name=RARE, on=REGISTERED)
    visit(west, key, on=SERVED)
    return key


@pytest.fixture
def due(cli):
    """Give a function that says whose term is over, as plain keys."""

    def find(today, months=12):
        with db.reading() as session:
            found = retention.due(session, "west", months, actor=cli, today=today)
        return {key for same in found for key in same}

    return find


def remove(cli, today, months=12):
    with on_day(today), db.transaction(cli, "bewaartermijn") as session:
        return retention.remove(session, "west", months, actor=cli, today=today)


def has_contact(key):
    with db.reading() as session:
        return session.get(Contact, key) is not None


# When the term is over


def test_rule_47_contact_is_kept_for_the_whole_term(lieve, due):
    assert due(YEAR_LATER) == set()
    assert due(OVER) == {lieve}
    assert due(OVER, months=13) == set()


def test_term_that_ends_in_a_shorter_month_ends_on_its_last_day(lieve, due):
    assert due(date(2024, 2, 29), months=9) == set()  # 31 May and nine months: 29 February
    assert due(date(2024, 3, 1), months=9) == {lieve}


@pytest.mark.parametrize(
    "serve",
    [
        lambda desk, key: visit(desk, key, on=OVER),
        lambda desk, key: attend(desk, key, on=OVER),
        lambda desk, key: attend(desk, key, on=OVER, mark=Mark.ABSENT),
        lambda desk, key: enrol(desk, key, on=date(2024, 5, 27), sessions=2),
    ],
    ids=["visit", "present", "absent", "has a place in a lesson to come"],
)
def test_rule_47_term_runs_from_the_last_service_counted_or_not(west, lieve, due, serve):
    serve(west, lieve)

    assert due(OVER) == set()


def test_rule_47_term_runs_from_the_end_of_a_loan(west, lieve, due):
    west.stock("BW-0001")
    west.lend("BW-0001", lieve, on=date(2023, 2, 1))
    west.take_back("BW-0001", on=date(2023, 7, 1))

    assert due(date(2024, 7, 1)) == set()
    assert due(date(2024, 7, 2)) == {lieve}


def test_rule_47_who_has_a_device_is_left_alone(west, lieve, due):
    west.stock("BW-0001")
    west.lend("BW-0001", lieve, on=date(2023, 2, 1))

    assert due(date(2030, 1, 1)) == set()


def test_rule_47_without_any_service_the_term_runs_from_the_registration(west, due):
    key = west.register("Marie", on=datetime(2023, 1, 31, 23, 30, tzinfo=clock.BRUSSELS))

    assert due(date(2024, 1, 31)) == set()
    assert due(date(2024, 2, 1)) == {key}


def test_rule_62_service_that_was_voided_is_none(west, lieve, due, raw):
    number = visit(west, lieve, on=OVER)
    raw.run("UPDATE visit SET voided = (1 = 1) WHERE id = :id", id=number)

    assert due(OVER) == {lieve}


def test_rule_63_merged_persons_have_one_last_day(west, lieve, due):
    other = west.register("Lief", last_name=RARE, on=REGISTERED)
    visit(west, other, on=date(2024, 1, 10))
    merge(west, lieve, other, on=date(2024, 2, 1))

    assert due(date(2025, 1, 10)) == set()
    assert due(date(2025, 1, 11)) == {lieve, other}


def test_rule_63_device_of_a_merged_registration_holds_both(west, lieve, due):
    other = west.register("Lief", on=REGISTERED)
    merge(west, lieve, other, on=date(2024, 2, 1))
    west.stock("BW-0001")
    west.lend("BW-0001", other, on=date(2023, 2, 1))

    assert due(date(2030, 1, 1)) == set()


def test_rule_49_persons_of_another_digibank_are_left_alone(west, noord, due, cli):
    key = noord.register("Lieve", on=REGISTERED)

    assert due(date(2030, 1, 1)) == set()
    assert remove(cli, date(2030, 1, 1)) == Forgotten(0, 0)
    assert has_contact(key)


# What goes


def test_rule_47_removal_takes_the_contact_and_leaves_the_person(west, lieve, cli):
    assert remove(cli, OVER) == Forgotten(contacts=1, texts=0)

    assert not has_contact(lieve)
    with db.reading() as session:
        assert session.get(Person, lieve).erased_on is None  # nobody asked for it


def test_rule_47_removal_changes_no_count(west, lieve, cli, ann):
    before = figures(ann)

    remove(cli, OVER)

    assert figures(ann) == before


def test_rule_47_text_that_names_the_person_goes_too_and_others_stay(west, lieve, cli, raw):
    visit(west, lieve, on=SERVED, note="Lieve komt terug")
    visit(west, lieve, on=SERVED, note="batterij gaat snel leeg")
    visit(west, None, on=SERVED, note=f"kwam met Lieve {RARE}")
    visit(west, None, on=SERVED, note=f"buur van {RARE}")

    assert remove(cli, OVER) == Forgotten(contacts=1, texts=2)

    assert notes(raw) == ["batterij gaat snel leeg", f"buur van {RARE}"]


def test_rule_47_removal_is_in_history_without_identity(west, lieve, cli, entries, raw):
    remove(cli, OVER)

    gone = entries("contact")[-1]
    assert (gone.key, gone.after, gone.login, gone.reason) == (
        lieve,
        None,
        "cli",
        "bewaartermijn",
    )
    assert RARE not in str(raw.rows("SELECT * FROM history"))


def test_removal_is_done_once(west, lieve, cli, raw):
    remove(cli, OVER)
    before = raw.count("history")

    assert remove(cli, OVER) == Forgotten(0, 0)
    assert raw.count("history") == before


def test_nothing_is_removed_when_the_names_do_not_open(west, lieve, cli, tmp_path, monkeypatch):
    with monkeypatch.context() as patch, pytest.raises(KeyMissingError):
        patch.setenv("DIGIBANK_KEYS", str(tmp_path))
        remove(cli, OVER)

    assert has_contact(lieve)


@pytest.mark.parametrize("who", ["ann", "roger", "rita"])
def test_only_an_administrator_removes(west, request, who):
    with pytest.raises(NotAllowedError):
        remove(request.getfixturevalue(who), OVER)
