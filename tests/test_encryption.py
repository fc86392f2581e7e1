"""Names are sealed: without the right key, and in another column, they do not open."""

from __future__ import annotations

import base64

import pytest
from sqlmodel import select

from digibank_core import db, encryption
from digibank_core.errors import DigibankError, KeyMissingError
from digibank_core.models import Contact

OTHER_KEY = "1 " + base64.b64encode(bytes(range(32))).decode() + "\n"


@pytest.fixture
def other_keys(installation, tmp_path, monkeypatch):
    """Give a function that lets another key file be the one of this installation."""

    def write(text):
        if text is not None:
            (tmp_path / "contact.key").write_text(text, "utf-8")
        monkeypatch.setenv("DIGIBANK_KEYS", str(tmp_path))

    return write


def contacts():
    with db.reading() as session:
        return session.exec(select(Contact)).all()


def test_name_opens_with_its_key(west):
    west.register("Lieve", last_name="Claeys")

    assert [(c.first_name, c.last_name) for c in contacts()] == [("Lieve", "Claeys")]


@pytest.mark.parametrize("column", ["first_name", "last_name", "phone", "mail", "postcode"])
def test_rule_46_database_sees_only_sealed_bytes(west, raw, column):
    west.register(
        "Lieve",
        last_name="Claeys",
        phone="050 11 22 33",
        mail="lieve@voorbeeld.be",
        postcode="8020",
    )

    [sealed] = raw.rows(f"SELECT {column} AS value FROM contact")
    clear = [b"Lieve", b"Claeys", b"050", b"lieve@", b"8020"]
    assert not any(part in sealed["value"] for part in clear)


def test_same_name_is_sealed_differently_each_time(west, raw):
    west.register("Lieve")
    west.register("Lieve")

    assert len({row["first_name"] for row in raw.rows("SELECT first_name FROM contact")}) == 2


@pytest.mark.parametrize(
    "text",
    [None, "", OTHER_KEY, "1 geen-sleutel\n", "1\n", "één\n", OTHER_KEY.replace("1 ", "2 ", 1)],
    ids=["missing", "empty", "another", "too short", "no key", "no number", "other number"],
)
def test_name_does_not_open_without_its_key(west, other_keys, text):
    west.register("Lieve")
    other_keys(text)

    with pytest.raises(KeyMissingError):
        contacts()


def test_nothing_is_kept_of_a_person_whose_name_cannot_be_sealed(west, other_keys, raw):
    other_keys(None)

    with pytest.raises(KeyMissingError):
        west.register("Lieve")

    assert raw.count("person") == 0


def test_error_without_key_holds_no_name(west, other_keys):
    other_keys(None)

    with pytest.raises(Exception) as refusal:
        west.register("Zwartkapoen")

    assert "Zwartkapoen" not in f"{refusal.value!r} {refusal.value}"


def test_search_without_key_is_an_error_with_a_sentence(west, other_keys):
    west.register("Lieve")
    other_keys(None)

    with pytest.raises(DigibankError):
        west.find("lieve")


def test_name_moved_to_another_column_does_not_open(west, raw):
    west.register("Lieve")
    raw.run("UPDATE contact SET last_name = first_name")

    with pytest.raises(KeyMissingError):
        contacts()


@pytest.mark.parametrize(
    "damage",
    [
        "substr(first_name, 1, length(first_name) - 1)",
        "substr(first_name, 1, 5)",
        "substr(first_name, 1, 0)",
    ],
    ids=["one byte short", "no text left", "empty"],
)
def test_damaged_name_does_not_open(west, raw, damage):
    west.register("Lieve")
    raw.run(f"UPDATE contact SET first_name = {damage}")

    with pytest.raises(KeyMissingError):
        contacts()


def test_older_key_still_opens_after_a_newer_one_was_added(west, other_keys):
    west.register("Lieve")
    older = encryption.key_file().read_text("ascii")
    other_keys(older + OTHER_KEY.replace("1 ", "2 ", 1))

    assert [contact.first_name for contact in contacts()] == ["Lieve"]


def test_newest_key_seals(west, other_keys, raw):
    older = encryption.key_file().read_text("ascii")
    other_keys(older + OTHER_KEY.replace("1 ", "2 ", 1))

    west.register("Lieve")

    [sealed] = raw.rows("SELECT first_name FROM contact")
    assert sealed["first_name"][0] == 2


def test_key_file_is_for_the_owner_alone(nowhere):
    encryption.make_key()

    assert encryption.key_file().stat().st_mode & 0o777 == 0o600


def test_folder_of_the_key_is_for_the_owner_alone(nowhere):
    encryption.make_key()

    assert encryption.key_file().parent.stat().st_mode & 0o777 == 0o700


def test_key_that_exists_is_kept(nowhere):
    encryption.make_key()
    first = encryption.key_file().read_bytes()

    encryption.make_key()

    assert encryption.key_file().read_bytes() == first


def test_no_two_installations_have_the_same_key(nowhere, monkeypatch):
    encryption.make_key()
    first = encryption.key_file().read_bytes()
    monkeypatch.setenv("DIGIBANK_KEYS", str(nowhere / "elsewhere"))

    encryption.make_key()

    assert encryption.key_file().read_bytes() != first


def test_key_never_lies_in_the_folder_that_is_backed_up(nowhere):
    encryption.make_key()

    assert nowhere / "home" not in encryption.key_file().parents
