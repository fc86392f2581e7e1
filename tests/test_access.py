"""The log of access: who, when and how many, for a year; never what was searched or typed."""

from __future__ import annotations

import stat
from datetime import UTC, date, datetime

import pytest

from digibank_core import access, clock, db
from digibank_core.access import Event
from digibank_core.config import places
from digibank_core.errors import NotAllowedError, UnknownPersonError
from digibank_core.models import NewPerson
from digibank_core.services import persons

RARE = "Zwartkapoen"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Folder of an installation that has no database yet."""
    monkeypatch.setenv("DIGIBANK_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def in_month(monkeypatch):
    """Give a function that lets it be another month."""

    def run(year, month):
        moment = datetime(year, month, 5, 9, 30, tzinfo=UTC)
        monkeypatch.setattr(clock, "wall", lambda: moment)

    return run


def lines(cli, most=100):
    return access.recent(most, actor=cli)


def test_line_says_who_when_what_and_on_which_page(home, cli, in_month, monkeypatch):
    in_month(2026, 11)
    monkeypatch.setenv("SCRIPT_NAME", "/personen")

    access.note(Event.SEARCHED, "ann", hits=3)

    assert lines(cli) == [
        {
            "at": "2026-11-05T09:30:00+00:00",
            "event": "personen gezocht",
            "login": "ann",
            "hits": 3,
            "page": "/personen",
        }
    ]


def test_newest_line_comes_first_over_the_months(home, cli, in_month):
    for month in (9, 10, 11):
        in_month(2026, month)
        access.note(Event.SIGNED_IN, f"user{month}")
        access.note(Event.SIGNED_OUT, f"user{month}")

    assert [line["login"] for line in lines(cli, 3)] == ["user11", "user11", "user10"]
    assert lines(cli)[0]["event"] == "afgemeld"


def test_after_a_year_a_month_is_forgotten(home, cli, in_month):
    for month in range(1, 13):
        in_month(2025, month)
        access.note(Event.SIGNED_IN, f"user{month}")
    in_month(2026, 1)
    access.note(Event.SIGNED_IN, "ann")
    assert len(lines(cli)) == 13  # this month and 12 before it

    in_month(2026, 2)
    access.note(Event.SIGNED_IN, "ann")

    assert "user1" not in {line["login"] for line in lines(cli)}
    assert len(lines(cli)) == 13


def test_only_the_owner_of_the_files_reads_them(home):
    access.note(Event.SIGNED_IN, "ann")

    [file] = (home / "log").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_line_that_cannot_be_written_stops_nobody(home, caplog):
    home.mkdir()
    (home / "log").write_text("a file where the folder should be")

    access.note(Event.SIGNED_IN, "ann")

    assert "log of access" in caplog.text


def test_half_line_does_not_hide_the_others(home, cli):
    access.note(Event.SIGNED_IN, "ann")
    [file] = (home / "log").iterdir()
    file.write_text('{"at": "2026\n' + file.read_text("utf-8"), encoding="utf-8")

    assert [line["login"] for line in lines(cli)] == ["ann"]


@pytest.mark.parametrize("who", ["ann", "roger", "rita"])
def test_only_an_administrator_reads_it(home, request, who):
    with pytest.raises(NotAllowedError):
        lines(request.getfixturevalue(who))


def test_rule_46_reading_names_and_contact_is_noted_without_a_name(west, cli, ann, roger):
    key = west.register(RARE, last_name=f"Van {RARE}", phone="0475 12 34 56")

    with db.reading() as session:
        persons.search(session, RARE, actor=ann)
        persons.names(session, [key], actor=ann)
        persons.view(session, key, actor=ann, today=date(2024, 3, 4))
        persons.view(session, key, actor=roger, today=date(2024, 3, 4))
        request = NewPerson(first_name=RARE, last_name=f"Van {RARE}", birth_year=1950)
        persons.likely_same(session, request, actor=ann)

    noted = [(line["event"], line["login"], line["hits"]) for line in reversed(lines(cli))]
    assert noted == [
        ("personen gezocht", "ann", 1),
        ("namen gelezen", "ann", 1),
        ("contactgegevens gelezen", "ann", 1),
        ("contactgegevens gelezen", "roger", 1),
        ("op dubbels gezocht", "ann", 1),
    ]
    written = "".join(file.read_text("utf-8") for file in places().log.parent.iterdir())
    assert not any(word in written for word in (RARE, key, "0475"))


def test_person_who_is_not_there_was_not_read(west, cli, ann):
    with db.reading() as session, pytest.raises(UnknownPersonError):
        persons.view(session, "0" * 16, actor=ann, today=date(2024, 3, 4))

    assert lines(cli) == []
