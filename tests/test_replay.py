"""An older backup comes back without who was erased since (rule 65)."""

from __future__ import annotations

import shutil
from datetime import date

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from digibank_core import backup, cli, db, doctor, encryption, erasures, restore
from digibank_core.config import places
from digibank_core.erasures import Erasure
from digibank_core.errors import ErasureListError
from digibank_core.models import Contact, ErasureReason, Person
from digibank_core.models.erasure import Forgotten
from tests.killing import kill_at
from tests.lives import visit
from tests.services.test_erasure import LATER, erase, figures, notes

DAY = date(2024, 3, 4)
RARE = "Zwartkapoen"
ERASE = f"""
from datetime import date
from digibank_core import db
from digibank_core.models import ErasureRequest
from digibank_core.security import Actor, Role
from digibank_core.services import erasure

ann, day = Actor("ann", Role.COORDINATOR, "west"), date(2024, 6, 3)
with db.transaction(ann, "wissen op verzoek") as session:
    request = ErasureRequest(why="{ErasureReason.ASKED}", sure=True)
    erasure.erase(session, sys.argv[4], request, actor=ann, today=day)
"""
on_sqlite = pytest.mark.only("sqlite")  # PostgreSQL has tools of its own for backups


@pytest.fixture
def lieve(west):
    """Somebody with a visit, who will be erased; and somebody who stays."""
    west.register("Marie")
    key = west.register("Lieve", last_name=RARE)
    visit(west, key, on=DAY, note=f"Lieve {RARE} komt terug")
    return key


@pytest.fixture
def made(lieve):
    """Give a backup of before the erasure."""
    return backup.make()


def digibank(*words, typed=""):
    run = CliRunner().invoke(cli.app, [str(word) for word in words], input=typed)
    assert run.exit_code == 0, run.output
    return run.output


def person(key):
    with db.reading() as session:
        return session.get(Person, key)


def first_names():
    with db.reading() as session:
        return sorted(session.exec(select(Contact.first_name)))


def said_of_erasures():
    [finding] = [one for one in doctor.examine() if one.what == "erasures"]
    return finding.right, finding.detail


@on_sqlite
def test_rule_65_restore_of_an_older_backup_erases_again(
    west, lieve, made, ann, raw, broken_at
):
    before = figures(ann)
    erase(west, lieve)

    out = digibank("restore", made.folder, "--replace", "--yes")

    assert "Opnieuw gewist, want eerder gevraagd: 1" in out
    assert first_names() == ["Marie"]
    assert person(lieve).erased_on == LATER
    assert notes(raw) == []
    assert figures(ann) == before
    assert (said_of_erasures(), broken_at()) == ((True, "1 on the list"), None)


@on_sqlite
def test_rule_65_restore_that_was_cut_off_is_made_good_when_the_server_starts(
    west, lieve, made
):
    erase(west, lieve)
    restore.restore(made, replace=True)  # and here the power fails
    assert said_of_erasures() == (
        False,
        "1 on the list not carried out: start `digibank serve`",
    )

    assert restore.replay_erasures() == Forgotten(contacts=1, texts=1)

    assert first_names() == ["Marie"]
    assert said_of_erasures()[0]


@on_sqlite
def test_rule_65_backup_holds_no_list_and_the_list_outlives_the_data(
    west, lieve, made, tmp_path, monkeypatch
):
    erase(west, lieve)
    later = backup.make()
    assert not [path for path in later.folder.rglob("*") if "erasure" in path.name]
    shutil.rmtree(places().home)
    monkeypatch.setenv("DIGIBANK_HOME", str(tmp_path / "elders"))

    digibank("restore", made.folder)

    assert first_names() == ["Marie"]


@on_sqlite
def test_restore_of_another_installation_is_not_disturbed_by_the_list(lieve, made):
    erasures.add([Erasure(person="f" * 16, on=DAY)])

    out = digibank("restore", made.folder, "--replace", "--yes")

    assert "Opnieuw gewist" not in out
    assert first_names() == ["Lieve", "Marie"]
    assert said_of_erasures() == (True, "1 on the list")


@on_sqlite
def test_rule_65_restore_without_the_key_erases_and_says_what_it_could_not_search(
    west, lieve, made, tmp_path, monkeypatch, raw
):
    erase(west, lieve)
    other = tmp_path / "sleutels"
    shutil.copytree(places().keys, other)
    (other / encryption.key_file().name).unlink()
    monkeypatch.setenv("DIGIBANK_KEYS", str(other))

    out = digibank("restore", made.folder, "--replace", "--yes")

    assert "Opnieuw gewist" in out
    assert "niet gezocht" in out
    assert raw.count("contact") == 1
    assert notes(raw) == []


@on_sqlite
def test_rule_65_sealed_packs_stay_as_they_are(west, lieve):
    pack = places().home / "sealed" / "2024"
    pack.mkdir(parents=True)
    (pack / "manifest.json").write_text("{}")

    erase(west, lieve)

    assert [path.name for path in (places().home / "sealed").rglob("*")] == [
        "2024",
        "manifest.json",
    ]
    assert (pack / "manifest.json").read_text() == "{}"


@pytest.mark.parametrize(
    ("where", "is_listed"),
    [
        ("digibank_core.erasures:append_line", False),
        ("digibank_core.erasures:sync", True),
        ("digibank_core.history:_hash_of", True),
    ],
    ids=["before the list", "after the list", "before the database"],
)
def test_rule_65_erasure_that_was_killed_is_wholly_done_or_not_at_all(
    west, lieve, ann, raw, where, is_listed
):
    before = figures(ann)
    kill_at(where, 1, ERASE, lieve)
    assert first_names() == ["Lieve", "Marie"]

    restore.replay_erasures()

    assert first_names() == (["Marie"] if is_listed else ["Lieve", "Marie"])
    assert notes(raw) == ([] if is_listed else [f"Lieve {RARE} komt terug"])
    assert figures(ann) == before


def test_replay_writes_nothing_when_there_is_nothing_to_do(west, lieve, raw):
    erase(west, lieve)
    before = raw.count("history")

    assert restore.replay_erasures() == Forgotten(0, 0)

    assert raw.count("history") == before


def test_rule_65_list_that_was_an_older_copy_is_made_whole_again(west, lieve):
    erase(west, lieve)
    erasures.list_file().unlink()

    restore.replay_erasures()

    assert erasures.listed() == [Erasure(person=lieve, on=LATER)]


def test_server_does_not_start_over_a_list_that_cannot_be_read(west, lieve):
    erasures.list_file().mkdir()

    with pytest.raises(ErasureListError):
        restore.replay_erasures()


@on_sqlite
def test_what_was_erased_is_in_no_byte_of_the_database(west, lieve):
    erase(west, lieve)
    db.engine().dispose()

    found = [path for path in places().home.rglob("*") if path.is_file()]
    assert [path.name for path in found if RARE.encode() in path.read_bytes()] == []


def test_request_names_the_day_of_the_erasure_not_that_of_the_replay(west, lieve):
    erasures.add([Erasure(person=lieve, on=LATER)])

    restore.replay_erasures()

    assert person(lieve).erased_on == LATER
