"""The commands about contact data: they say numbers, never a name."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from digibank_core import cli, db, encryption
from digibank_core.errors import KeyMissingError, KeyNotRotatedError
from digibank_core.models import Contact, Setting
from digibank_core.services import retention
from tests.conftest import on_day
from tests.lives import visit

TODAY = date(2024, 6, 1)
RARE = "Zwartkapoen"


@pytest.fixture
def people(west, noord):
    """Three persons whose year is over on that day, and one whose year is not."""
    for desk, number in ((west, 2), (noord, 1)):
        for _ in range(number):
            desk.register(RARE, on=date(2023, 1, 2))
    visit(west, west.register("Marie", on=date(2023, 1, 2)), on=date(2023, 6, 1), note=RARE)


def digibank(*words, typed="", on=TODAY):
    with on_day(on):
        run = CliRunner().invoke(cli.app, list(words), input=typed)
    assert RARE not in run.output
    return run.exit_code, run.output, run.exception


def contacts():
    with db.reading() as session:
        return len(session.exec(select(Contact.person)).all())


def test_rule_47_dry_run_counts_per_digibank_and_changes_nothing(people, raw):
    before = raw.count("history")

    code, out, _ = digibank("retention")

    assert code == 0
    assert "noord      na 12 maanden: contactgegevens van 1 persoon mogen weg" in out
    assert "west       na 12 maanden: contactgegevens van 2 personen mogen weg" in out
    assert "Er is niets gewijzigd." in out
    assert (contacts(), raw.count("history")) == (4, before)


def test_rule_47_apply_removes_and_says_how_much(people):
    code, out, _ = digibank("retention", "--apply")

    assert code == 0
    assert "2 personen en 0 nota's verwijderd" in out
    assert contacts() == 1
    assert "0 personen" in digibank("retention")[1]


def test_rule_47_long_list_goes_part_by_part(people, monkeypatch, raw):
    monkeypatch.setattr(retention, "AT_ONCE", 1)

    assert "2 personen en 0 nota's verwijderd" in digibank("retention", "--apply")[1]

    gone = raw.rows(
        "SELECT DISTINCT \"transaction\" FROM history WHERE reason LIKE 'bewaartermijn%'"
    )
    assert (contacts(), len(gone)) == (1, 3)


def test_rule_47_term_is_that_of_today_and_of_the_own_digibank(people):
    with db.transaction(cli.security.command_line(), "test") as session:
        for digibank_code, starts_on in (("west", TODAY), ("noord", date(2024, 6, 2))):
            session.add(
                Setting(
                    name="contact_retention_months",
                    digibank=digibank_code,
                    starts_on=starts_on,
                    value="36",
                    unit="months",
                    label="x",
                    author="test",
                    source="test",
                )
            )

    out = digibank("retention")[1]

    assert "west       na 36 maanden: contactgegevens van 0 personen" in out
    assert "noord      na 12 maanden: contactgegevens van 1 persoon" in out


def test_removal_without_the_key_says_so_and_changes_nothing(people, tmp_path, monkeypatch):
    monkeypatch.setenv("DIGIBANK_KEYS", str(tmp_path))

    assert digibank("retention")[0] == 0  # numbers need no names
    assert isinstance(digibank("retention", "--apply")[2], KeyMissingError)
    assert contacts() == 4


def test_key_is_rotated_and_says_to_keep_a_new_copy(people):
    code, out, _ = digibank("key", "rotate")

    assert code == 0
    assert "Onder sleutel 2 in" in out
    assert ": 4 personen." in out
    assert "Bewaar nu een nieuwe kopie" in out
    assert "oudere back-ups hebben ze nodig" in out


@pytest.mark.parametrize("typed", ["", "ja\n"], ids=["nothing", "something else"])
def test_older_key_is_forgotten_only_when_the_word_is_typed(people, typed):
    digibank("key", "rotate")

    code, out, _ = digibank("key", "rotate", "--forget-old", typed=typed)

    assert code == 1
    assert "Back-ups van voor de nieuwe sleutel openen" in out
    assert list(encryption.key_ids()) == [1, 2]


def test_older_key_is_forgotten_when_asked(people):
    digibank("key", "rotate")

    code, out, _ = digibank("key", "rotate", "--forget-old", typed="vergeet\n")

    assert (code, list(encryption.key_ids())) == (0, [2])
    assert "Vergeten" in out


def test_older_key_is_not_forgotten_while_names_need_it(people):
    encryption.add_key()

    assert isinstance(digibank("key", "rotate", "--forget-old", "--yes")[2], KeyNotRotatedError)


def test_rotation_without_the_key_says_so(people, tmp_path, monkeypatch):
    monkeypatch.setenv("DIGIBANK_KEYS", str(tmp_path))

    assert isinstance(digibank("key", "rotate")[2], KeyMissingError)
