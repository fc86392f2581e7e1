"""A newer key for all names, while people work; broken off and done again (rule 46)."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest
from sqlmodel import select

from digibank_core import access, db, doctor, encryption, rotation
from digibank_core.errors import KeyMissingError, KeyNotRotatedError
from digibank_core.models import Contact
from tests.killing import kill_at

NAMES = ["An", "Bo", "Cleo", "Dirk", "Els"]
ROTATE = "from digibank_core import rotation; rotation.BATCH = 2; rotation.rotate()"
REGISTER = """
import sys
from digibank_core import db
from digibank_core.models import NewPerson
from digibank_core.security import Actor, Role
from digibank_core.services import persons

ann = Actor("ann", Role.COORDINATOR, "west")
for line in sys.stdin:
    with db.transaction(ann, "aan de balie") as session:
        person = persons.register(session, NewPerson(first_name=line.strip()), actor=ann)
    with db.reading() as session:
        print(persons.names(session, [person.key], actor=ann)[person.key], flush=True)
"""


@pytest.fixture
def people(west):
    for name in NAMES:
        west.register(name, last_name="Claeys", phone="0475 12 34 56", postcode="8820")


@pytest.fixture
def clerk(people):
    """Another process that registers a person for each line, and reads it back."""
    words = [sys.executable, "-c", REGISTER]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(words, **pipes) as process:
        yield process
        process.stdin.close()


def ask(clerk, name):
    clerk.stdin.write(f"{name}\n")
    clerk.stdin.flush()
    return clerk.stdout.readline().strip()


def names():
    with db.reading() as session:
        return sorted(one.first_name for one in session.exec(select(Contact)))


def by_key():
    with db.reading() as session:
        return rotation.contacts_by_key(session)


def test_rule_46_every_name_is_under_the_new_key_and_reads_the_same(people):
    assert rotation.rotate() == (2, 5)

    assert names() == NAMES
    assert by_key() == Counter({2: 5})


def test_older_key_stays_in_the_file_until_it_is_forgotten(people):
    rotation.rotate()
    assert list(encryption.key_ids()) == [1, 2]

    assert rotation.forget_older() == [1]

    assert list(encryption.key_ids()) == [2]
    assert names() == NAMES


def test_rotating_again_makes_a_newer_key_again(people):
    rotation.rotate()

    assert rotation.rotate() == (3, 5)
    assert by_key() == Counter({3: 5})


def test_installation_without_names_gets_a_new_key_too(installation, west):
    assert rotation.rotate() == (2, 0)

    west.register("An")
    assert by_key() == Counter({2: 1})


def test_rotation_is_no_change_of_content(people, raw):
    versions = "SELECT person, version FROM contact ORDER BY person"
    before = raw.count("history"), raw.rows(versions)

    rotation.rotate()

    assert (raw.count("history"), raw.rows(versions)) == before


def test_rotation_is_noted(people, cli):
    rotation.rotate()

    line = access.recent(1, actor=cli)[0]
    assert (line["event"], line["login"], line["hits"]) == (
        "sleutel van de namen vervangen",
        "cli",
        5,
    )


@pytest.mark.parametrize(
    ("where", "turn"),
    [
        ("digibank_core.encryption:_write", 1),  # nothing happened yet
        ("digibank_core.encryption:sync", 1),  # a half file beside the key
        ("digibank_core.encryption:sync", 2),  # the key is there, no name is under it
        ("digibank_core.rotation:_seal_again", 1),
        ("digibank_core.rotation:_seal_again", 2),  # two of five names are under it
        ("digibank_core.rotation:_seal_again", 3),
    ],
)
def test_rotation_that_was_killed_loses_nothing_and_goes_on(people, where, turn):
    kill_at(where, turn, ROTATE)
    assert names() == NAMES

    rotation.rotate()

    assert names() == NAMES
    assert by_key() == Counter({2: 5})
    assert list(encryption.key_ids()) == [1, 2]
    assert encryption.key_file().stat().st_mode & 0o777 == 0o600


def test_two_who_rotate_at_once_make_keys_that_all_open(people):
    run = [sys.executable, "-c", ROTATE]
    both = [subprocess.Popen(run) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]

    assert names() == NAMES
    assert len(by_key()) == 1


def test_page_that_was_open_writes_with_the_new_key_and_reads_it(people, clerk):
    assert ask(clerk, "Flor") == "Flor"

    rotation.rotate()

    assert ask(clerk, "Gust") == "Gust"
    assert by_key() == Counter({2: 7})
    rotation.forget_older()
    assert ask(clerk, "Hilde") == "Hilde"
    assert names() == [*NAMES, "Flor", "Gust", "Hilde"]


@pytest.mark.parametrize(
    "text", [None, "", "1 geen-sleutel\n"], ids=["missing", "empty", "odd"]
)
def test_rotation_without_the_key_changes_nothing(people, text, raw, tmp_path, monkeypatch):
    before = raw.rows("SELECT * FROM contact")
    monkeypatch.setenv("DIGIBANK_KEYS", str(tmp_path))
    if text is not None:
        encryption.key_file().write_text(text)

    with pytest.raises(KeyMissingError):
        rotation.rotate()

    assert raw.rows("SELECT * FROM contact") == before
    assert [path.read_text() for path in tmp_path.iterdir()] == ([] if text is None else [text])


def test_rotation_is_refused_while_one_name_does_not_open(people, raw):
    raw.run(
        "UPDATE contact SET last_name = first_name WHERE person = (SELECT min(key) FROM person)"
    )

    with pytest.raises(KeyMissingError):
        rotation.rotate()

    assert list(encryption.key_ids()) == [1]


def test_older_key_is_not_forgotten_while_a_name_needs_it(people, monkeypatch):
    encryption.add_key()

    with pytest.raises(KeyNotRotatedError):
        rotation.forget_older()

    assert list(encryption.key_ids()) == [1, 2]


def test_doctor_tells_of_names_under_an_older_key(people):
    encryption.add_key()

    [finding] = [one for one in doctor.examine() if one.what == "key of contact data"]
    assert (finding.right, finding.detail) == (
        False,
        "5 under an older key: run `digibank key rotate`",
    )


def test_doctor_is_content_after_the_rotation(people):
    rotation.rotate()

    told = {one.what: (one.right, one.detail) for one in doctor.examine()}
    assert told["key opens contact data"] == (True, "all 5")
    assert told["key of contact data"] == (True, "newest key")


def test_doctor_opens_every_name_not_only_the_first(people, raw):
    raw.run(
        "UPDATE contact SET last_name = first_name WHERE person = (SELECT max(key) FROM person)"
    )

    assert any("sleutel" in one.detail for one in doctor.examine() if not one.right)


def test_key_file_is_whole_and_for_the_owner_alone_after_each_change(people):
    rotation.rotate()

    assert encryption.key_file().stat().st_mode & 0o777 == 0o600
    assert [path.name for path in encryption.key_file().parent.iterdir()] == ["contact.key"]
