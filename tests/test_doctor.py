"""The doctor finds what is wrong with an installation, and falls ill of none of it."""

from __future__ import annotations

import pytest

from digibank_core import db, doctor, encryption


def wrong():
    """Give what is wrong, but for bytecode, which depends on how pip was called."""
    found = [finding for finding in doctor.examine() if not finding.right]
    return {finding.what: finding.detail for finding in found if finding.what != "bytecode"}


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
    for statement in raw.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        raw.run(f"DROP TRIGGER {statement['name']}")
    raw.run("DROP TABLE history")

    assert wrong() != {}


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
    for trigger in raw.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        raw.run(f"DROP TRIGGER {trigger['name']}")
    raw.run("UPDATE history SET reason = 'zomaar' WHERE id = 7")

    assert wrong() == {"history chain": "does not fit from entry 7 on"}
