"""The page of persons: search, and the card of one person (flow 7)."""

from __future__ import annotations

from datetime import date

import pytest

from digibank_core.models import Contact, PersonRole
from digibank_core.ui import page
from digibank_core.ui import persons as ui

JOZEF = {"first_name": "Jozef", "last_name": "Van den Bossche", "birth_year": "1949"}


@pytest.fixture(autouse=True)
def signed_in(monkeypatch, ann):
    """Let ann be the user of the page."""
    monkeypatch.setattr(page, "actor", lambda: ann)


@pytest.fixture
def jozef(west):
    """Somebody who is known already."""
    return west.register("Jozef", last_name="Van den Bossche", birth_year=1949)


def test_page_shows_the_person_that_was_searched(west, jozef):
    desk = ui.Desk()

    answer = desk.search.submit(person=jozef)

    assert answer.text == "Jozef Van den Bossche staat hieronder."
    assert "<h2" in desk.card.value
    assert "1949" in desk.card.value
    assert "18 of ouder" in desk.card.value
    assert "nog niet genoteerd" in desk.card.value


def test_page_shows_since_when_somebody_agrees(west):
    desk = ui.Desk()

    desk.search.submit(person=west.register(consent_on=date(2024, 3, 4)))

    assert "ja, op 04/03/2024" in desk.card.value


def test_page_says_that_a_minor_and_an_intermediary_do_not_count(west):
    desk = ui.Desk()

    desk.search.submit(person=west.register(birth_year=2020))
    minor = desk.card.value
    desk.search.submit(person=west.register(role=PersonRole.INTERMEDIARY))

    assert "jonger dan 18, telt niet mee" in minor
    assert "intermediair, telt niet mee" in desk.card.value


def test_search_tells_namesakes_apart_and_says_who_only_looks_like_it(west):
    west.register("Lieve", last_name="Claeys", birth_year=1948, residence="31033")
    for day in (2, 3):
        west.register("Lieve", last_name="Claeys", on=date(2023, 1, day))
    west.register("Lieve", last_name="Claes", birth_year=None)

    assert [(one.label, one.detail) for one in ui.options("lieve claeys")] == [
        ("Lieve Claeys", "1948, Torhout"),
        ("Lieve Claeys", "1950, woonplaats onbekend, ingeschreven op 02/01/2023"),
        ("Lieve Claeys", "1950, woonplaats onbekend, ingeschreven op 03/01/2023"),
        ("Lieve Claes", "woonplaats onbekend, lijkt erop"),
    ]


def test_page_shows_a_newcomer_on_the_first_tab(west):
    desk = ui.Desk()
    desk.tabs.selected_index = 1

    desk.newcomer.form.submit(**JOZEF)

    assert desk.tabs.selected_index == 0
    assert "Jozef Van den Bossche" in desk.card.value


def test_name_with_a_sign_of_markup_is_shown_as_text(west):
    key = west.register("Lieve")
    with west.at_work(date(2024, 6, 3)) as session:
        session.get_one(Contact, key).first_name = "<b>Lieve"

    desk = ui.Desk()
    desk.search.submit(person=key)

    assert "&lt;b&gt;Lieve" in desk.card.value
