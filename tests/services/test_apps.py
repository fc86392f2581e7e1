"""Apps: the shipped notebook runs; a changed one once an administrator approved that change."""

from __future__ import annotations

import json
import shutil

import pytest
from sqlmodel import select

from digibank_core import db
from digibank_core.config import places
from digibank_core.errors import (
    AppChangedError,
    NotAllowedError,
    UnknownAppError,
    UnshippedAppError,
)
from digibank_core.models import AppDecision, HistoryEntry
from digibank_core.services import apps

NAME = "uitleen.ipynb"


@pytest.fixture
def shipped(installation):
    return (places().apps / NAME).read_bytes()


@pytest.fixture
def change(shipped):
    """Write a changed notebook beside the data: change(fields) gives its bytes."""

    def write(field, name=NAME):
        notebook = json.loads(shipped)
        source = notebook["cells"][2]["source"]
        notebook["cells"][2]["source"] = [
            line.replace('"note"', f'"{field}"') for line in source
        ]
        places().changed_apps.mkdir(exist_ok=True)
        file = places().changed_apps / name
        file.write_text(json.dumps(notebook), "utf-8")
        return file.read_bytes()

    return write


def running():
    with db.reading() as session:
        return apps.runnable(session, places().apps, NAME)


def shown(actor):
    with db.reading() as session:
        return apps.changed_apps(session, actor=actor)


def approve(actor, notebook=NAME, sha256=None):
    decision = AppDecision(notebook=notebook, sha256=sha256 or shown(actor)[0].sha256)
    with db.transaction(actor, "goedkeuren") as session:
        apps.approve(session, decision, actor=actor)


def test_shipped_notebook_runs(shipped):
    assert running() == shipped


def test_change_waits_and_the_shipped_notebook_runs_meanwhile(shipped, change, cli):
    change("agreement")

    [waiting] = shown(cli)
    assert (waiting.notebook, waiting.approved) == (NAME, False)
    assert running() == shipped


def test_difference_is_shown_line_by_line(change, cli):
    change("agreement")

    [waiting] = shown(cli)
    went = [line for line in waiting.difference if line.startswith("-")]
    came = [line for line in waiting.difference if line.startswith("+")]
    assert (len(went), len(came)) == (1, 1)
    assert '"note"' in went[0]
    assert '"agreement"' in came[0]


def test_approved_change_runs_and_history_says_who_approved_it(change, cli):
    changed = change("agreement")

    approve(cli)

    assert running() == changed
    assert shown(cli)[0].approved
    with db.reading() as session:
        told = session.exec(select(HistoryEntry).where(HistoryEntry.table == "app_approval"))
        assert [(entry.login, entry.key) for entry in told] == [(cli.login, NAME)]


def test_another_change_waits_again(shipped, change, cli):
    change("agreement")
    approve(cli)

    change("due_on")

    assert running() == shipped
    assert not shown(cli)[0].approved


def test_change_is_approved_as_it_was_shown_or_not_at_all(shipped, change, cli):
    change("agreement")
    seen = shown(cli)[0].sha256
    change("due_on")

    with pytest.raises(AppChangedError):
        approve(cli, sha256=seen)

    assert running() == shipped


def test_change_that_is_gone_is_not_approved(installation, cli):
    with pytest.raises(UnknownAppError):
        approve(cli, sha256="0" * 64)


def test_withdrawn_approval_brings_the_shipped_notebook_back(shipped, change, cli):
    change("agreement")
    approve(cli)

    with db.transaction(cli, "intrekken") as session:
        apps.withdraw(session, NAME, actor=cli)

    assert running() == shipped


def test_shipped_notebook_that_was_changed_in_place_does_not_run(
    shipped, tmp_path, monkeypatch
):
    copy = tmp_path / "apps"
    shutil.copytree(places().apps, copy)
    (copy / NAME).write_bytes(shipped + b"\n")
    monkeypatch.setattr("digibank_core.config._ROOT", tmp_path)

    with pytest.raises(UnshippedAppError):
        running()


def test_file_that_is_no_page_or_no_notebook_is_no_danger(change, cli):
    change("agreement", name="vreemd.ipynb")
    (places().changed_apps / NAME).write_text("geen notebook", "utf-8")

    [waiting] = shown(cli)

    assert "+geen notebook" in waiting.difference


@pytest.mark.parametrize("who", ["ann", "rita", "karel"])
def test_only_an_administrator_sees_and_approves_changes(request, change, cli, who):
    actor = request.getfixturevalue(who)
    change("agreement")
    seen = shown(cli)[0].sha256

    with pytest.raises(NotAllowedError):
        shown(actor)
    with pytest.raises(NotAllowedError):
        approve(actor, sha256=seen)
    with pytest.raises(NotAllowedError), db.transaction(actor, "x") as session:
        apps.withdraw(session, NAME, actor=actor)
