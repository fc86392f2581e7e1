"""A backup is whole or it is none; a restore gives all of it back, or changes nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlmodel import col, select
from typer.testing import CliRunner

from digibank_core import backup, cli, db, encryption, files, history, reporting, restore
from digibank_core.config import PACKAGE, places
from digibank_core.errors import (
    BackupDatabaseError,
    BackupElsewhereError,
    BackupFailedError,
    BackupFileError,
    BackupHistoryError,
    BackupManifestError,
    DatabaseInUseError,
    DatabaseUnsoundError,
    LiveDatabaseError,
    NewerDatabaseError,
    NoDatabaseError,
    OlderDatabaseError,
    PlacesMixedError,
    RestoreFailedError,
)
from digibank_core.models import Contact, HistoryEntry
from tests.killing import kill_at

pytestmark = pytest.mark.only("sqlite")  # PostgreSQL has tools of its own for this

DAY = date(2024, 3, 4)

KEEP_WRITING = """
import sys, threading
from digibank_core import db
from digibank_core.models import NewPerson
from digibank_core.security import Actor, Role
from digibank_core.services import persons

ann = Actor("ann", Role.COORDINATOR, "west")
told_to_stop = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), told_to_stop.set()), daemon=True).start()
while not told_to_stop.is_set():
    with db.transaction(ann, "aan de balie") as session:
        request = NewPerson(first_name="Jef", birth_year=1960)
        persons.register(session, request, actor=ann)
    print("written", flush=True)
"""
LOOK_AND_STAY = """
import sys
from digibank_core import db
with db.reading():
    pass
print("open", flush=True)
sys.stdin.read()
"""
WRITE_AND_CRASH = """
import os
from digibank_core import db
from digibank_core.models import Person
from digibank_core.security import Actor, Role
with db.transaction(Actor("ann", Role.COORDINATOR, "west"), "test") as session:
    session.add(Person(digibank="west", birth_year=1950))
os._exit(1)
"""
BACK_UP = "from digibank_core import backup; backup.make()"
RESTORE = """
from pathlib import Path
from digibank_core import backup, restore
restore.restore(backup.examine(Path(sys.argv[4])), replace=True)
"""
ON_A_DISK_OF = """
import resource, sys
from digibank_core.cli import main
size = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
main()
"""


# What the tests stand on


def python(program, *words):
    """Start another process on this installation."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def at_work(program):
    """Let another process go on until the end of the block; give it after its first word."""
    process = python(program)
    try:
        assert process.stdout.readline()
        yield process
    finally:
        process.communicate()


def digibank(*words, typed=""):
    """Run the command; give its exit code, what it printed, and its mistake."""
    run = CliRunner().invoke(cli.app, [str(word) for word in words], input=typed)
    return run.exit_code, run.output, run.exception


def content(folder):
    """Give every file in a folder with its bytes, so that a change cannot hide."""
    db.engine().dispose()  # the write-ahead log goes into the file
    return {
        path.relative_to(folder).as_posix(): path.is_file() and path.read_bytes()
        for path in folder.rglob("*")
    }


def figures():
    with db.reading() as session:
        progress = reporting.progress(
            session,
            actor=cli.security.command_line(),
            digibank="west",
            period="IMPL",
            as_of=date(2024, 12, 31),
        )
    return [reporting.as_record(figure) for figure in progress.figures]


def names():
    with db.reading() as session:
        found = session.exec(select(Contact.first_name).order_by(col(Contact.first_name)))
        return found.all()


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def flip(path, at):
    """Change one byte of a file."""
    held = bytearray(path.read_bytes())
    held[at] ^= 1
    path.write_bytes(held)


def on_page_of(name, path, change):
    """Change the first page of a table or an index, under SQLite's feet."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [name])
        [(page,)] = found.fetchall()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        held = file.read(4096)
        file.seek((page - 1) * 4096)
        file.write(change(held))


def whole_backups():
    return [path for path in places().backups.glob("*") if not path.name.startswith(".half-")]


@pytest.fixture
def lent(west):
    """Brugge West with one device, lent to one person, and one report."""
    west.stock("BW-0001")
    west.lend("BW-0001", west.register("Zwartkapoen"), on=DAY)
    write(places().home / "reports" / "2024" / "bereik.ipynb", "{}")
    return west


@pytest.fixture
def made(lent):
    """Give a backup of that desk."""
    return backup.make()


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Give a function that moves to a place where nothing is yet; the keys come along."""

    def move():
        monkeypatch.setenv("DIGIBANK_HOME", str(tmp_path / "elders"))
        return tmp_path / "elders"

    return move


@pytest.fixture
def rewritten(made):
    """Give a function that changes a backup by SQL, and its manifest with it."""

    def run(*statements, **said):
        file, manifest = made.folder / backup.DATABASE, made.folder / backup.MANIFEST
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for (trigger,) in connection.execute(triggers).fetchall():
                connection.execute(f"DROP TRIGGER {trigger}")
            for statement in statements:
                connection.execute(statement)
        held = json.loads(manifest.read_text("utf-8")) | said
        held["files"][backup.DATABASE] = files.fingerprint(file).model_dump()
        manifest.write_text(json.dumps(held), "utf-8")
        return made.folder

    return run


@pytest.fixture
def without_triggers(raw):
    """Let the live history be written over, as by somebody who owns the file."""
    raw.drop_triggers()
    return raw


# The drill


def test_drill_home_is_lost_and_all_is_back_in_a_new_place(lent, elsewhere, broken_at):
    before = figures()
    with at_work(KEEP_WRITING):
        made = backup.make()
    shutil.rmtree(places().home)

    home = elsewhere()
    restore.restore(backup.examine(made.folder), replace=False)

    assert figures() == before
    assert before[0]["value"] == 1  # one person was reached, and is again
    assert broken_at() is None
    assert "Zwartkapoen" in names()
    assert (home / "reports" / "2024" / "bereik.ipynb").read_text("utf-8") == "{}"
    lent.take_back("BW-0001", on=date(2024, 4, 2))  # and the desk goes on


def test_backup_holds_one_moment_while_another_process_writes(lent, raw):
    with at_work(KEEP_WRITING) as writer:
        manifest = backup.make().manifest
        while raw.count("history") == manifest.entries:
            assert writer.stdout.readline() == "written\n"

    with db.reading() as session:
        last = session.get_one(HistoryEntry, manifest.last_entry)
        assert last.hash == manifest.last_hash
        assert history.head(session)[0] > manifest.last_entry
        assert history.verify(session) is None


def test_reports_and_packs_go_along_and_what_can_be_missed_stays(lent):
    for name in ("sealed/pack.zip", "log/digibank.log", "extract/data.csv", "notities.txt"):
        write(places().home / name, "tekst")

    made = backup.make()

    assert sorted(made.manifest.files) == [
        "digibank.db",
        "reports/2024/bereik.ipynb",
        "sealed/pack.zip",
    ]


def test_no_key_is_in_a_backup_not_even_by_a_link(lent):
    (places().home / "reports" / "link").symlink_to(places().keys)
    (places().home / "reports" / "contact.key").symlink_to(encryption.key_file())
    key = encryption.key_file().read_bytes().split()[1]

    made = backup.make()

    assert [name for name, held in content(made.folder).items() if held and key in held] == []
    assert "contact.key" not in str(sorted(content(made.folder)))


def test_backup_and_what_comes_back_are_for_the_owner_alone(lent, elsewhere):
    before = os.umask(0)
    try:
        made = backup.make()
        home = elsewhere()
        restore.restore(made, replace=False)
    finally:
        os.umask(before)

    found = [made.folder.parent, *made.folder.parent.rglob("*"), home, *home.rglob("*")]
    modes = {(path.is_dir(), path.stat().st_mode & 0o777) for path in found}
    assert modes == {(True, 0o700), (False, 0o600)}


def test_names_of_backups_sort_by_time(lent):
    made = [backup.make() for _ in range(3)]

    assert sorted(whole_backups()) == [one.folder for one in made]
    assert backup.latest() == made[2].manifest.made_at


def test_backups_stand_beside_the_data_unless_told(lent, tmp_path, monkeypatch):
    beside = backup.make().folder.parent
    monkeypatch.setenv("DIGIBANK_BACKUPS", str(tmp_path / "schijf"))
    told = backup.make().folder.parent

    assert beside == places().home.parent / "home-backups"
    assert told == tmp_path / "schijf"


def test_backup_without_a_key_is_still_made(lent, tmp_path, monkeypatch):
    monkeypatch.setenv("DIGIBANK_KEYS", str(tmp_path / "weg"))

    assert backup.make().manifest.contact_keys == {}


# No backup, and why


def test_without_database_there_is_no_backup_and_no_folder(nowhere):
    with pytest.raises(NoDatabaseError):
        backup.make()

    assert list(nowhere.rglob("*")) == []


def test_database_of_a_newer_program_is_left_to_that_program(lent, rewrite):
    rewrite("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(NewerDatabaseError):
        backup.make()

    assert whole_backups() == []


@pytest.mark.parametrize(
    ("place", "inside"),
    [
        ("DIGIBANK_BACKUPS", "home/backups"),
        ("DIGIBANK_BACKUPS", "home"),
        ("DIGIBANK_KEYS", "home/reports/keys"),
        ("DIGIBANK_KEYS", "home-backups/keys"),
    ],
)
def test_data_backups_and_keys_stay_apart(lent, installation, monkeypatch, place, inside):
    monkeypatch.setenv(place, str(installation / inside))

    with pytest.raises(PlacesMixedError, match=inside):
        backup.make()

    assert not (installation / "home-backups").exists()


def test_folder_that_leads_into_the_data_by_a_link_is_no_place_apart(
    lent, tmp_path, monkeypatch
):
    (tmp_path / "link").symlink_to(places().home)
    monkeypatch.setenv("DIGIBANK_BACKUPS", str(tmp_path / "link" / "backups"))

    with pytest.raises(PlacesMixedError):
        backup.make()


def test_folder_that_cannot_be_written_is_named(lent, tmp_path, monkeypatch):
    (tmp_path / "schijf").write_text("een bestand waar de map moet komen", "utf-8")
    monkeypatch.setenv("DIGIBANK_BACKUPS", str(tmp_path / "schijf" / "backups"))

    with pytest.raises(BackupFailedError) as failure:
        backup.make()

    assert str(tmp_path / "schijf") in failure.value.user_message


@pytest.mark.parametrize("room", [10_000, 100_000])
def test_full_disk_is_said_and_leaves_nothing_half(lent, room):
    full = python(ON_A_DISK_OF, room, "backup")

    out, err = full.communicate()

    assert (full.returncode, out) == (2, "")
    assert "is mislukt" in json.loads(err)["error"]
    assert list(places().backups.iterdir()) == []


@pytest.mark.parametrize(
    ("where", "turn"),
    [
        ("digibank_core.backup:_describe", 1),
        ("digibank_core.files:sync", 2),
        ("digibank_core.backup:examine", 1),
        ("pathlib:Path.rename", 1),
    ],
    ids=["after the copy", "on the way to the disk", "before the check", "before its name"],
)
def test_backup_that_was_killed_does_not_look_whole(lent, where, turn):
    kill_at(where, turn, BACK_UP)

    assert len(list(places().backups.iterdir())) == 1  # half, and named so
    assert (whole_backups(), backup.latest()) == ([], None)
    assert backup.make().folder in whole_backups()


def test_broken_history_is_not_kept_as_a_sound_backup(lent, without_triggers):
    without_triggers.run("UPDATE history SET reason = 'zomaar' WHERE id = 7")

    with pytest.raises(DatabaseUnsoundError):
        backup.make()

    assert list(places().backups.iterdir()) == []


def test_reference_that_leads_nowhere_is_not_kept_as_a_sound_backup(lent, raw):
    with closing(sqlite3.connect(db.sqlite_file(), isolation_level=None)) as connection:
        connection.execute("UPDATE loan SET person = 'niemand'")  # foreign keys are off here

    with pytest.raises(DatabaseUnsoundError):
        backup.make()


def test_damaged_database_is_not_kept_as_a_sound_backup(lent, raw):
    db.engine().dispose()
    on_page_of("history", db.sqlite_file(), lambda page: b"\xff" * len(page))

    with pytest.raises(DatabaseUnsoundError):
        backup.make()

    assert whole_backups() == []


def test_postgresql_is_left_to_pg_dump(installation, monkeypatch):
    monkeypatch.setenv("DIGIBANK_DATABASE_URL", "postgresql+psycopg://db/digibank")

    code, out, mistake = digibank("backup")

    assert (code, type(mistake)) == (1, SystemExit)
    assert "pg_dump -Fc" in out
    assert str(places().keys) in out
    with pytest.raises(BackupElsewhereError):
        restore.will_replace(allowed=True)


# A backup that is refused


def lose_the_end(path):
    path.write_bytes(path.read_bytes()[:-40])


DAMAGE = [
    ("a byte of the database", "digibank.db", lambda f: flip(f, 5000), BackupFileError),
    ("the last byte", "digibank.db", lambda f: flip(f, -1), BackupFileError),
    ("a truncated database", "digibank.db", lose_the_end, BackupFileError),
    ("a byte of a report", "reports/2024/bereik.ipynb", lambda f: flip(f, 0), BackupFileError),
    ("a missing database", "digibank.db", Path.unlink, BackupFileError),
    ("a missing report", "reports/2024/bereik.ipynb", Path.unlink, BackupFileError),
    ("a file too many", "reports/meer.txt", Path.touch, BackupFileError),
    ("a log beside the database", "digibank.db-wal", Path.touch, BackupFileError),
    ("a truncated manifest", "manifest.json", lose_the_end, BackupManifestError),
    ("an empty manifest", "manifest.json", lambda f: f.write_text("{}"), BackupManifestError),
    ("a missing manifest", "manifest.json", Path.unlink, BackupManifestError),
    ("no folder at all", ".", shutil.rmtree, BackupManifestError),
]


@pytest.mark.parametrize(
    ("name", "damage", "refusal"),
    [case[1:] for case in DAMAGE],
    ids=[case[0] for case in DAMAGE],
)
def test_damaged_backup_is_refused_and_nothing_changes(made, name, damage, refusal):
    before = content(places().home)
    damage(made.folder / name)

    code, out, mistake = digibank("restore", made.folder, "--replace", "--yes")

    assert (code, out, type(mistake)) == (1, "", refusal)
    assert str(made.folder) in mistake.user_message
    assert content(places().home) == before


def test_damaged_backup_makes_nothing_in_a_new_place(made, elsewhere):
    flip(made.folder / "digibank.db", 5000)
    home = elsewhere()

    digibank("restore", made.folder, "--yes")

    assert not home.exists()


def test_manifest_cannot_name_a_file_outside_its_backup(made):
    (made.folder.parent / "vreemd").write_text("vreemd", "utf-8")
    manifest = made.folder / "manifest.json"
    held = json.loads(manifest.read_text("utf-8"))
    foreign = files.fingerprint(made.folder.parent / "vreemd").model_dump()
    held["files"]["../vreemd"] = foreign
    manifest.write_text(json.dumps(held), "utf-8")

    with pytest.raises(BackupFileError, match=r"\.\./vreemd"):
        backup.examine(made.folder)


@pytest.mark.parametrize(
    ("statement", "said", "refusal"),
    [
        ("UPDATE history SET reason = 'zomaar' WHERE id = 7", {}, BackupHistoryError),
        ("DELETE FROM history WHERE id = 7", {}, BackupHistoryError),
        (
            "DELETE FROM history WHERE id = (SELECT max(id) FROM history)",
            {},
            BackupHistoryError,
        ),
        ("SELECT 1", {"entries": 1}, BackupHistoryError),
        ("SELECT 1", {"last_hash": "0" * 64}, BackupHistoryError),
        ("SELECT 1", {"revision": "0001"}, BackupDatabaseError),
        ("SELECT 1", {"revision": "9999"}, NewerDatabaseError),
        ("UPDATE loan SET person = 'niemand'", {}, BackupDatabaseError),
        ("DROP TABLE history", {}, BackupDatabaseError),
    ],
    ids=[
        "history rewritten",
        "history with a gap",
        "history that ends sooner",
        "other number of entries",
        "other last hash",
        "other version",
        "version of a newer program",
        "reference that leads nowhere",
        "no history",
    ],
)
def test_backup_of_which_the_manifest_was_rewritten_too_is_refused(
    rewritten, statement, said, refusal
):
    folder = rewritten(statement, **said)

    with pytest.raises(refusal):
        backup.examine(folder)


def test_index_that_does_not_fit_its_table_is_refused(made, rewritten):
    file = made.folder / backup.DATABASE
    on_page_of("ix_device_digibank", file, lambda page: page.replace(b"west", b"oost"))

    with pytest.raises(BackupDatabaseError):
        backup.examine(rewritten())


def test_facts_rewritten_with_their_manifest_show_only_by_the_fingerprint(made, rewritten):
    # the chain walks over history, not over the tables: what it cannot see is said here
    noted = made.fingerprint

    found = backup.examine(rewritten("UPDATE person SET birth_year = 1899 + 2"))

    assert found.fingerprint != noted


def test_fingerprint_is_the_sha256_of_the_manifest(made):
    told = hashlib.sha256((made.folder / "manifest.json").read_bytes()).hexdigest()

    assert made.fingerprint == told
    assert backup.examine(made.folder).fingerprint == told


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_examining_leaves_the_backup_as_it_is(rewritten, mode):
    folder = rewritten(f"PRAGMA journal_mode = {mode}")
    before = content(folder)

    backup.opens_names(backup.examine(folder))

    assert content(folder) == before


# The key


def another_key(folder, *, beside=""):
    write(folder / "contact.key", f"{beside}2 {'QUJD' * 10}QUI=\n")


@pytest.mark.parametrize(
    ("change", "opens"),
    [
        (lambda folder, key: write(folder / "contact.key", key), True),
        (lambda folder, key: another_key(folder, beside=key), True),
        (lambda folder, _: another_key(folder), False),
        (lambda *_: None, False),
    ],
    ids=["the same", "the same and a newer one", "another", "none"],
)
def test_restore_knows_whether_the_key_is_the_right_one(
    made, tmp_path, monkeypatch, change, opens
):
    change(tmp_path / "sleutels", encryption.key_file().read_text("ascii"))

    monkeypatch.setenv("DIGIBANK_KEYS", str(tmp_path / "sleutels"))

    assert backup.opens_names(made) is opens


def test_other_key_is_known_by_its_mark_before_there_are_names(west, tmp_path, monkeypatch):
    made = backup.make()
    monkeypatch.setenv("DIGIBANK_KEYS", str(tmp_path / "sleutels"))
    encryption.make_key()  # it has the same number, 1

    assert not backup.opens_names(made)


def test_key_that_has_no_mark_in_the_backup_is_tried_on_the_names(lent, tmp_path, monkeypatch):
    keys = places().keys
    monkeypatch.setenv("DIGIBANK_KEYS", str(tmp_path / "sleutels"))
    made = backup.make()
    encryption.make_key()

    assert not backup.opens_names(made)
    monkeypatch.setenv("DIGIBANK_KEYS", str(keys))
    assert backup.opens_names(made)


def test_mark_of_a_key_gives_nothing_of_it_away(made):
    [mark] = made.manifest.contact_keys.values()
    key = encryption.key_file().read_text("ascii").split()[1]

    assert len(mark) == 16  # 64 of 256 bits, after HMAC
    assert mark not in key


@pytest.mark.parametrize("typed", ["", "ja\n"], ids=["nothing", "something else"])
def test_wrong_key_is_said_before_anything_changes(
    made, elsewhere, tmp_path, monkeypatch, typed
):
    monkeypatch.setenv("DIGIBANK_KEYS", str(tmp_path / "weg"))
    home = elsewhere()

    code, out, _ = digibank("restore", made.folder, typed=typed)

    assert code == 1
    assert f"De sleutel in {tmp_path / 'weg'} opent de namen in deze back-up niet." in out
    assert not home.exists()


def test_with_the_wrong_key_all_but_the_names_can_come_back(
    made, elsewhere, tmp_path, monkeypatch
):
    monkeypatch.setenv("DIGIBANK_KEYS", str(tmp_path / "weg"))
    elsewhere()

    code, _, _ = digibank("restore", made.folder, typed="zonder namen\n")

    assert code == 0
    assert figures()[0]["value"] == 1


# Restore where a database is


def test_live_database_is_not_replaced_unless_told(made):
    before = content(places().home)

    code, out, mistake = digibank("restore", made.folder, "--yes")

    assert (code, out, type(mistake)) == (1, "", LiveDatabaseError)
    assert content(places().home) == before
    with pytest.raises(LiveDatabaseError):
        restore.restore(made, replace=False)


@pytest.mark.parametrize("typed", ["", "\n", "ja\nja\n", "Vervang\n"])
def test_live_database_is_not_replaced_unless_the_word_is_typed(made, typed):
    before = content(places().home)

    code, _, _ = digibank("restore", made.folder, "--replace", typed=typed)

    assert code == 1
    assert content(places().home) == before


@pytest.mark.parametrize(
    ("words", "typed"), [([], "vervang\n"), (["--yes"], "")], ids=["typed", "a script"]
)
def test_replaced_database_is_kept_with_what_was_last_written(lent, made, words, typed):
    lent.register("Lieve")
    write(places().home / "reports" / "later.ipynb", "{}")

    code, out, _ = digibank("restore", made.folder, "--replace", *words, typed=typed)

    [old] = places().home.glob("vervangen-*-digibank.db")
    [reports] = places().home.glob("vervangen-*-reports")
    with db.reading_copy(old) as session:
        kept = sorted(session.exec(select(Contact.first_name)).all())
    assert code == 0
    assert str(old) in out
    assert str(reports) in out
    assert (names(), kept) == (["Zwartkapoen"], ["Lieve", "Zwartkapoen"])
    assert (reports / "later.ipynb").is_file()
    assert not (places().home / "reports" / "later.ipynb").exists()


def test_what_a_crashed_process_had_saved_is_in_the_database_that_is_kept(made, raw):
    python(WRITE_AND_CRASH).communicate()
    assert db.sqlite_file().with_name("digibank.db-wal").stat().st_size > 0

    [old, *_] = restore.restore(made, replace=True)

    with db.reading_copy(old) as session:
        assert len(session.exec(select(HistoryEntry)).all()) > made.manifest.entries
    assert sorted(path.name for path in places().home.glob("digibank*")) == ["digibank.db"]


def test_database_that_is_no_database_any_more_can_be_replaced(made, raw):
    db.engine().dispose()
    db.sqlite_file().write_text("stuk " * 1000, "utf-8")
    write(db.sqlite_file().with_name("digibank.db-wal"), "stuk")

    kept = restore.restore(made, replace=True)

    assert names() == ["Zwartkapoen"]
    assert {"digibank.db", "digibank.db-wal"} <= {path.name.split("Z-")[1] for path in kept}


@pytest.mark.parametrize("program", [LOOK_AND_STAY, KEEP_WRITING], ids=["quiet", "writing"])
def test_database_that_is_open_elsewhere_is_not_replaced(made, program):
    with at_work(program):
        with pytest.raises(DatabaseInUseError):
            restore.restore(made, replace=True)
        assert sorted(path.name for path in places().home.glob("[!d]*")) == ["reports"]

    restore.restore(made, replace=True)
    assert names() == ["Zwartkapoen"]


def test_file_that_changes_after_it_was_examined_is_refused(made):
    before = content(places().home)
    found = backup.examine(made.folder)
    flip(made.folder / "reports" / "2024" / "bereik.ipynb", 0)

    with pytest.raises(BackupFileError):
        restore.restore(found, replace=True)

    assert content(places().home) == before


def test_full_disk_during_a_restore_changes_nothing(made):
    before = content(places().home)

    full = python(ON_A_DISK_OF, 100_000, "restore", made.folder, "--replace", "--yes")
    _, err = full.communicate()

    assert full.returncode == 2
    assert "Er is niets gewijzigd" in json.loads(err)["error"]
    assert content(places().home) == before


@pytest.mark.parametrize("turn", [1, 2, 3, 4])  # two parts go aside, two come in
def test_restore_that_fails_at_a_step_takes_all_steps_back(made, monkeypatch, turn):
    lent_before, steps, rename = names(), [], Path.rename

    def fail_at(path, target):
        steps.append(target)
        if len(steps) == turn:
            raise PermissionError(13, "Permission denied")
        return rename(path, target)

    before = set(content(places().home))
    monkeypatch.setattr(Path, "rename", fail_at)
    with pytest.raises(RestoreFailedError):
        restore.restore(made, replace=True)

    assert set(content(places().home)) == before
    assert names() == lent_before


@pytest.mark.parametrize("turn", [1, 2, 3, 4])
def test_restore_that_was_killed_is_simply_done_again(lent, made, turn):
    lent.register("Lieve")
    db.engine().dispose()

    kill_at("pathlib:Path.rename", turn, RESTORE, made.folder)
    stands = (places().home / "digibank.db").exists()
    restore.restore(made, replace=True)

    kept = []
    for old in places().home.glob("vervangen-*-digibank.db"):
        with db.reading_copy(old) as session:
            kept += session.exec(select(Contact.first_name)).all()
    assert stands is (turn == 1)  # the old one before the first step; the new one comes last
    assert "Lieve" in kept
    assert names() == ["Zwartkapoen"]
    assert (places().home / "reports" / "2024" / "bereik.ipynb").is_file()


# Upgrade


@pytest.fixture
def older(lent):
    """Bring the tables of a desk back to the first version."""
    config = Config()
    config.set_main_option("script_location", str(PACKAGE / "migrations"))
    with db.engine().connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    db._story.cache_clear()
    yield lent
    db._story.cache_clear()


def test_older_database_is_upgraded_after_a_backup(older, broken_at):
    code, out, _ = digibank("upgrade")

    assert code == 0
    assert (db.revision(), broken_at()) == (db.newest_revision(), None)
    assert (names(), figures()[0]["value"]) == (["Zwartkapoen"], 1)
    [folder] = whole_backups()
    assert backup.examine(folder).manifest.revision == "0001"
    assert str(folder) in out


def test_without_room_for_a_backup_nothing_is_upgraded(older, tmp_path, monkeypatch):
    (tmp_path / "schijf").touch()
    monkeypatch.setenv("DIGIBANK_BACKUPS", str(tmp_path / "schijf"))

    _, _, mistake = digibank("upgrade")

    assert isinstance(mistake, BackupFailedError)
    assert db.revision() == "0001"


def test_database_that_is_open_elsewhere_is_not_upgraded(older, raw):
    with closing(sqlite3.connect(db.sqlite_file())) as other:
        other.execute("SELECT * FROM history").fetchone()
        _, _, mistake = digibank("upgrade")

    assert isinstance(mistake, DatabaseInUseError)
    assert (db.revision(), whole_backups()) == ("0001", [])


def test_backup_of_an_older_version_comes_back_and_asks_for_an_upgrade(older, elsewhere):
    made = backup.make()
    elsewhere()

    code, out, _ = digibank("restore", made.folder)

    assert code == 0
    assert "`digibank upgrade`" in out
    with pytest.raises(OlderDatabaseError):
        names()
    assert digibank("upgrade")[0] == 0
    assert names() == ["Zwartkapoen"]


def test_newest_database_needs_no_upgrade_and_no_backup(lent):
    code, out, _ = digibank("upgrade")

    assert (code, whole_backups()) == (0, [])
    assert "Je hoeft niets te doen" in out


@pytest.mark.parametrize("words", [["backup"], ["upgrade"]])
def test_without_database_there_is_one_sentence(nowhere, words):
    code, out, mistake = digibank(*words)

    assert (code, out, type(mistake)) == (1, "", NoDatabaseError)


def test_server_names_the_upgrade(older):
    _, _, mistake = digibank("serve", "--port", "1")

    assert "`digibank upgrade`" in mistake.user_message


# What the command says


def test_backup_says_where_it_is_and_that_the_keys_are_not_in_it(lent):
    code, out, _ = digibank("backup")

    [folder] = whole_backups()
    assert code == 0
    assert str(folder) in out
    assert f"De sleutels zitten er niet in: bewaar {places().keys} apart" in out
    assert backup.examine(folder).fingerprint in out
    assert "Let op" not in out


def test_backup_warns_when_the_key_does_not_open_its_names(lent, tmp_path, monkeypatch):
    monkeypatch.setenv("DIGIBANK_KEYS", str(tmp_path / "weg"))

    code, out, _ = digibank("backup")

    assert code == 0
    assert "Let op: de sleutel" in out


def test_restore_says_what_came_back(made, elsewhere):
    home = elsewhere()

    code, out, _ = digibank("restore", made.folder)

    assert code == 0
    assert f"Teruggezet in {home}: {made.folder.name}, vingerafdruk {made.fingerprint}" in out
    assert "upgrade" not in out


def test_nothing_that_is_said_names_a_person(lent, elsewhere):
    said = [digibank("backup")[1]]
    [folder] = whole_backups()
    elsewhere()
    said += [digibank("restore", folder)[1], (folder / "manifest.json").read_text("utf-8")]

    assert "Zwartkapoen" not in str(said)
