"""The form of a counter and the page of a Digipunt, driven as a browser drives them."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlmodel import select

from digibank_core import clock, db
from digibank_core.models import HeldBlock, NewAccount, Question, Visit
from digibank_core.security import Role
from digibank_core.services import accounts
from digibank_core.ui import digipunt as page
from tests.conftest import on_day

WEDNESDAY = date(2024, 3, 6)


@pytest.fixture
def counter(installation, cli, monkeypatch):
    """Open the page as Ann of Brugge West, on a Wednesday."""
    monkeypatch.setenv("HTTP_X_DIGIBANK_USER", "ann")
    with on_day(WEDNESDAY):
        with db.transaction(cli, "account") as session:
            account = NewAccount(
                login="ann",
                display_name="Ann",
                role=Role.COORDINATOR,
                digibank="west",
                password="lang genoeg wachtwoord",
            )
            accounts.add_account(session, account, actor=cli)
        yield page.Counter()


def tell(form, message):
    """Send a message as a browser does; give the answers."""
    answers = []
    form.send = answers.append
    form._receive(form, message, [])
    return answers


def rows(model):
    with db.reading() as session:
        return session.exec(select(model)).all()


def test_page_begins_with_today_and_the_digipunt_that_is_open(counter):
    start = counter.forms["Vraag"].start

    assert (start["digipunt"], start["visited_on"]) == ("torhout-bib", "06/03/2024")
    assert (start["minutes"], start["result"], start["helper_role"]) == (
        "0-10",
        "opgelost",
        "vrijwilliger",
    )


def test_form_says_what_stays_and_what_depends_on_what(counter):
    spec = counter.forms["Vraag"].spec

    assert (spec["view"], spec["begin"], spec["undo"]) == ("log", "topic", 30)
    assert spec["keep"] == ["digipunt", "stop", "visited_on", "helper_role"]
    assert spec["only"]["stop"] == {"digipunt": ["beernem-mobiel"]}
    assert spec["more"] == ["topic", "minutes", "result", "referred_to"]


def test_topic_alone_is_saved_and_told_and_counted(counter):
    answer = counter.forms["Vraag"].submit(topic="e-mail")

    assert (answer.kind, answer.text) == ("saved", "Bewaard: E-mail, opgelost.")
    assert "1 bezoek, 1 vraag" in counter._today.value


def test_no_topic_is_asked_for(counter):
    assert counter.forms["Vraag"].submit().errors == {"topic": "Kies een onderwerp."}


def test_several_questions_are_one_visit(counter):
    earlier = json.dumps([{"topic": "laptop", "result": "deels"}])

    answer = counter.forms["Vraag"].submit(topic="e-mail", earlier=earlier)

    assert answer.text == "Bewaard: Laptop, deels; E-mail, opgelost."
    assert (len(rows(Visit)), len(rows(Question))) == (1, 2)


@pytest.mark.parametrize("earlier", ["[", '[{"topic": 1}]', '[{"minutes": "0-10"}]'])
def test_earlier_questions_of_another_shape_are_refused(counter, earlier):
    answer = counter.forms["Vraag"].submit(topic="e-mail", earlier=earlier)

    assert list(answer.errors) == ["earlier"]
    assert rows(Visit) == []


def test_save_is_undone_by_its_key(counter):
    form = counter.forms["Vraag"]
    key = form.submit(topic="e-mail").of

    [undone] = tell(form, {"kind": "undo", "of": key})

    assert undone["done"]
    assert undone["text"].startswith("Ongedaan gemaakt.")
    assert [visit.voided for visit in rows(Visit)] == [True]
    assert "Nog niets genoteerd" in counter._today.value


def test_undo_comes_too_late_and_says_so(counter):
    form = counter.forms["Vraag"]
    key = form.submit(topic="e-mail").of

    with clock.at(clock.now() + timedelta(seconds=31)):
        [answer] = tell(form, {"kind": "undo", "of": key})

    assert not answer["done"]
    assert answer["text"].startswith("Ongedaan maken kan tot 30 seconden")
    assert [visit.voided for visit in rows(Visit)] == [False]


def test_undo_of_what_this_page_did_not_save_is_refused(counter):
    [answer] = tell(counter.forms["Vraag"], {"kind": "undo", "of": "0" * 32})

    assert not answer["done"]


def test_form_that_cannot_be_undone_does_nothing(counter):
    assert tell(counter.forms["Turflijst"], {"kind": "undo", "of": "0" * 32}) == []


def test_tally_is_saved_and_a_double_count_needs_a_tick(counter):
    form = counter.forms["Turflijst"]

    first = form.submit(e_mail="2", itsme_eid="1")
    second = form.submit(e_mail="1")
    third = form.submit(e_mail="1", confirmed=True)

    assert first.text == "Bewaard: 3 vragen van wo 06/03/2024, elk een anoniem bezoek."
    assert list(second.errors) == ["confirmed"]
    assert third.kind == "saved"
    assert len(rows(Visit)) == 4


@pytest.mark.parametrize("number", ["100", "-1", "twee"])
def test_tally_of_a_strange_number_is_refused_under_its_field(counter, number):
    assert list(counter.forms["Turflijst"].submit(e_mail=number).errors) == ["e_mail"]


def test_block_of_today_is_filled_in_and_the_list_shrinks(counter):
    form = counter.forms["Openingsuren"]
    before = [button.description for button in counter._blocks.children[1:]]

    answer = form.submit()

    assert before[0] == "Bibliotheek Torhout, wo 06/03/2024, 9.00 tot 12.00 uur"
    assert answer.text == "Bewaard: open op wo 06/03/2024, van 9.00 tot 12.00 uur."
    assert [button.description for button in counter._blocks.children[1:]] == before[1:]
    assert len(rows(HeldBlock)) == 1


def test_block_of_the_list_fills_the_form_in(counter):
    button = next(one for one in counter._blocks.children[1:] if "Mirte" in one.description)

    button.click()

    assert "(om de 2 weken)" in button.description
    assert counter.forms["Openingsuren"].filled["values"] == {
        "digipunt": "beernem-mirte",
        "held_on": "01/03/2024",
        "starts_at": "10.00",
        "ends_at": "12.00",
    }


def test_script_never_makes_markup_of_text(counter):
    script = str(page.Log._esm)

    assert "class LogView" in script
    assert "innerHTML" not in script
