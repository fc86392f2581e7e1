"""The doctor finds what is wrong with an installation, and falls ill of none of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest

from digibank_core import backup, clock, confinement, db, doctor, encryption
from tests.users import REPORTS, as_root, with_open_program


def wrong():
    """Give what is wrong, but for what depends on the machine and how pip was called.

    Backups have tests of their own at the end; these installations have none.
    """
    found = [finding for finding in doctor.examine() if not finding.right]
    apart = {"bytecode", "backup", "report kernels"}
    return {finding.what: finding.detail for finding in found if finding.what not in apart}


def said_of_backups():
    """Give whether the doctor is content with the backups, and what is said of them."""
    [finding] = [finding for finding in doctor.examine() if finding.what == "backup"]
    return finding.right, finding.detail


def test_sound_installation_has_nothing_wrong(installation):
    assert wrong() == {}


def test_sound_installation_with_persons_has_nothing_wrong(west):
    west.register()

    assert wrong() == {}


def test_every_finding_says_something(installation):
    assert all(finding.what and finding.detail for finding in doctor.examine())


def test_missing_database_is_found(nowhere):
    assert "database" in wrong()


def test_looking_makes_nothing(nowhere):
    doctor.examine()

    assert list(nowhere.rglob("*")) == []


def test_database_of_another_version_is_found(installation, rewrite):
    rewrite("UPDATE alembic_version SET version_num = '0000'")

    assert wrong()["database"] == f"version 0000, needs {db.newest_revision()}"


def test_database_without_its_tables_is_found(installation, raw):
    raw.drop_triggers()
    raw.run("DROP TABLE history")

    assert wrong() != {}


@pytest.mark.only("sqlite")
def test_file_that_is_no_database_is_found(nowhere):
    (nowhere / "home").mkdir(mode=0o700)
    (nowhere / "home" / "digibank.db").write_text("dit is geen databank " * 100, "utf-8")

    assert wrong() != {}


@pytest.mark.parametrize("text", [None, "", "1 geen-sleutel\n"], ids=["none", "empty", "bad"])
def test_key_that_does_not_open_names_is_found(west, tmp_path, monkeypatch, text):
    west.register()
    monkeypatch.setenv("DIGIBANK_KEYS", str(tmp_path))
    if text is not None:
        (tmp_path / "contact.key").write_text(text, "utf-8")

    assert wrong() != {}


def test_missing_key_is_found_before_there_are_persons(installation, tmp_path, monkeypatch):
    monkeypatch.setenv("DIGIBANK_KEYS", str(tmp_path))

    assert "key file" in wrong()


def test_key_of_another_installation_is_found(west, tmp_path, monkeypatch):
    west.register()
    monkeypatch.setenv("DIGIBANK_KEYS", str(tmp_path / "other"))
    encryption.make_key()

    assert wrong() != {}


def test_key_in_the_folder_that_is_backed_up_is_found(installation, monkeypatch):
    inside = installation / "home" / "keys"
    monkeypatch.setenv("DIGIBANK_KEYS", str(inside))
    encryption.make_key()

    assert "lies inside" in wrong()["key file"]


@pytest.mark.parametrize("part", ["home", "keys", "keys/contact.key"])
def test_what_others_may_read_is_found(installation, part):
    (installation / part).chmod(0o755)

    assert wrong() == {f"permissions of {installation / part}": "0755"}


def test_broken_chain_is_found(west, raw):
    west.register()
    raw.drop_triggers()
    raw.run("UPDATE history SET reason = 'zomaar' WHERE id = 7")

    assert wrong() == {"history chain": "does not fit from entry 7 on"}


# Backups

of_sqlite = pytest.mark.only("sqlite")


@pytest.fixture
def days_later(monkeypatch):
    """Give a function that lets the real clock run ahead."""
    now = clock.wall()
    return lambda days: monkeypatch.setattr(clock, "wall", lambda: now + timedelta(days=days))


@of_sqlite
def test_missing_backup_is_found(installation):
    assert said_of_backups() == (False, "none yet: run `digibank backup`")


@of_sqlite
def test_doctor_says_when_the_last_backup_was_made(installation):
    backup.make()
    made = backup.make().manifest.made_at

    assert said_of_backups() == (True, f"last made {made:%Y-%m-%d %H:%M} UTC")


@of_sqlite
@pytest.mark.parametrize(("days", "content"), [(6.99, True), (7.01, False)])
def test_backup_that_is_older_than_a_week_is_found(installation, days_later, days, content):
    backup.make()

    days_later(days)

    assert said_of_backups()[0] is content


@of_sqlite
def test_backup_that_was_broken_off_does_not_count(installation):
    made = backup.make()
    made.folder.rename(made.folder.with_name(".half-abc"))

    assert said_of_backups()[0] is False


def test_demo_database_needs_no_backup(installation, rewrite):
    rewrite("UPDATE installation SET story_day = '2025-03-31'")

    assert said_of_backups() == (True, "not needed: demo database")


@pytest.mark.only("postgresql")
def test_backups_of_postgresql_are_made_and_looked_at_elsewhere(installation):
    assert said_of_backups() == (True, "of PostgreSQL: not seen from here")


@of_sqlite
def test_backups_that_others_may_read_are_found(installation):
    folder = backup.make().folder.parent
    folder.chmod(0o755)

    assert wrong() == {f"permissions of {folder}": "0755"}


@pytest.mark.parametrize(
    ("version", "right", "told"),
    [(7, True, "by Landlock 7"), (3, False, "netwerk"), (0, False, "niet gescheiden:")],
)
def test_reports_that_are_not_separate_are_found(
    installation, monkeypatch, version, right, told
):
    monkeypatch.setattr(confinement, "version", lambda: version)

    [found] = [each for each in doctor.examine() if each.what == "report kernels"]

    assert found.right is right
    assert told in found.detail


# The second user of reports

EXAMINE = """
import json
from dataclasses import astuple
from digibank_core import doctor
print(json.dumps([astuple(finding) for finding in doctor.examine()]))
"""


@pytest.fixture
def house(installation, monkeypatch):
    """Give the folder of an installation that everyone may enter, and no part of it."""
    folder = Path(tempfile.mkdtemp())
    shutil.copytree(installation, folder, dirs_exist_ok=True)
    folder.chmod(0o711)
    monkeypatch.setenv("DIGIBANK_HOME", str(folder / "home"))
    monkeypatch.setenv("DIGIBANK_KEYS", str(folder / "keys"))
    monkeypatch.setenv("DIGIBANK_REPORT_USER", REPORTS)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def said_of_reports(house, tmp_path):
    """Give a function that tells what the doctor says of the second user and of separation."""

    def say(**environment):
        told = subprocess.run(
            [*with_open_program(tmp_path), sys.executable, "-c", EXAMINE],
            env={**os.environ, **environment},
            check=True,
            capture_output=True,
        )
        found = json.loads(told.stdout)
        return {what: (right, detail) for what, right, detail in found if "report" in what}

    return say


@of_sqlite
@as_root
def test_second_user_that_opens_nothing_is_right(said_of_reports):
    said = said_of_reports()

    assert said["report user"] == (True, f"{REPORTS} opens no data and can start a kernel")
    assert said["report kernels"][0] is True
    assert said["report kernels"][1].startswith(f"as user {REPORTS}")


@of_sqlite
@as_root
@pytest.mark.parametrize("file", ["home/digibank.db", "keys/contact.key"])
def test_second_user_that_opens_data_is_found(said_of_reports, house, file):
    opened = house / file
    opened.parent.chmod(0o711)
    opened.chmod(0o644)

    right, told = said_of_reports()["report user"]

    assert not right
    assert f"niet gescheiden: {REPORTS} can open {opened};" in told


@of_sqlite
@as_root
def test_second_user_that_cannot_start_a_kernel_is_found(said_of_reports, house):
    closed = house / "closed"
    closed.mkdir(mode=0o700)

    right, told = said_of_reports(TMPDIR=str(closed))["report user"]

    assert not right
    assert f"no report opens: {REPORTS} cannot reach" in told


def test_second_user_that_does_not_exist_is_found(installation, monkeypatch):
    monkeypatch.setenv("DIGIBANK_REPORT_USER", "bestaat-niet")

    said = [each for each in doctor.examine() if each.what.startswith("report")]

    assert [(each.what, each.right) for each in said] == [("report user", False)]
    assert "bestaat-niet" in said[0].detail
