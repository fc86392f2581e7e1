"""Without the key: one sentence where names are, all else works, nothing is lost."""

from __future__ import annotations

from datetime import date

import pytest
from IPython.display import HTML

from digibank_core import db, encryption
from digibank_core.models import Contact
from digibank_core.ui import (
    accounts,
    digipunt,
    lending,
    page,
    persons,
    progress,
    sheets,
    today,
    training,
)
from tests.conftest import on_day
from tests.lives import enrol
from tests.test_encryption import OTHER_KEY

DAY = date(2024, 3, 4)
SENTENCE = "De sleutel van de namen ontbreekt of past niet."
JOZEF = {"first_name": "Jozef", "last_name": "Claeys", "birth_year": "1949"}


@pytest.fixture(autouse=True)
def signed_in(monkeypatch, ann):
    """Let ann be the user of the page."""
    monkeypatch.setattr(page, "actor", lambda: ann)
    with on_day(DAY):
        yield


@pytest.fixture
def lieve(west):
    """Somebody with a device and a place in a course of today."""
    key = west.register("Lieve", last_name="Claeys")
    west.stock("BW-0001", "BW-0002")
    west.lend("BW-0001", key, on=DAY)
    enrol(west, key, on=DAY)
    return key


@pytest.fixture(params=[None, OTHER_KEY, "1 geen-sleutel\n"], ids=["missing", "another", "odd"])
def keyless(lieve, request, tmp_path, monkeypatch):
    """Take the key away; give the keys folder to come back to."""
    if request.param is not None:
        (tmp_path / "contact.key").write_text(request.param, "utf-8")
    keys = encryption.key_file().parent
    monkeypatch.setenv("DIGIBANK_KEYS", str(tmp_path))
    return keys


@pytest.mark.parametrize(
    "build",
    [today.overview, progress.overview, progress.renewal, digipunt.counter, training.desk],
    ids=lambda build: f"{build.__module__.rpartition('.')[2]}.{build.__name__}",
)
def test_page_without_names_works(keyless, build):
    built = build()

    assert SENTENCE not in (built.data if isinstance(built, HTML) else "")


def test_page_of_accounts_works(keyless, monkeypatch, cli):
    monkeypatch.setattr(page, "actor", lambda: cli)

    assert not isinstance(accounts.desk(), HTML)


def test_page_of_the_kringwinkel_works(keyless, monkeypatch, karel):
    monkeypatch.setattr(page, "actor", lambda: karel)

    assert not isinstance(lending.desk(), HTML)


def test_page_of_lending_says_what_is_wrong(keyless):
    assert SENTENCE in lending.desk().data


def test_searching_says_what_is_wrong(keyless):
    desk = persons.Desk()

    assert SENTENCE in desk.search._search("person", "claeys")["error"]


def test_card_says_what_is_wrong(keyless, lieve):
    desk = persons.Desk()

    answer = desk.search.submit(person=lieve)

    assert SENTENCE in answer.text
    assert desk.card.value == ""


def test_registering_says_what_is_wrong_and_keeps_nothing(keyless, raw):
    newcomer = persons.person_form(print)

    answer = newcomer.form.submit(**JOZEF)

    assert (answer.kind, raw.count("person")) == ("refused", 1)
    assert SENTENCE in answer.text
    assert answer.key == newcomer.form.key  # the same entry can be sent again


def test_roll_call_says_what_is_wrong(keyless):
    room, sent = training.Classroom(), []
    room.roll.send = sent.append

    room.roll._receive(None, {"kind": "open", "session": sheets.choices()[0].session}, [])

    assert SENTENCE in str(sent)


def test_nothing_is_lost_when_the_key_is_back(keyless, lieve, monkeypatch):
    persons.Desk().search.submit(person=lieve)
    persons.person_form(print).form.submit(**JOZEF)

    monkeypatch.setenv("DIGIBANK_KEYS", str(keyless))

    with db.reading() as session:
        assert session.get_one(Contact, lieve).last_name == "Claeys"
