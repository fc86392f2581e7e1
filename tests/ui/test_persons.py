"""The form for a person: who looks like somebody known is asked about first (flow 7)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select

from digibank_core import db
from digibank_core.models import Contact, Difference, Education, Gender, Person, PersonRole
from digibank_core.ui import page
from digibank_core.ui import persons as ui

JOZEF = {"first_name": "Jozef", "last_name": "Van den Bossche", "birth_year": "1949"}


@pytest.fixture(autouse=True)
def signed_in(monkeypatch, ann):
    """Let ann be the user of the page."""
    monkeypatch.setattr(page, "actor", lambda: ann)


@pytest.fixture
def got():
    """What the page that opened the form was given."""
    return {"registered": [], "chosen": []}


@pytest.fixture
def newcomer(west, got):
    """The form as a page opens it."""
    return ui.person_form(got["registered"].append, got["chosen"].append)


@pytest.fixture
def jozef(west):
    """Somebody who is known already."""
    return west.register("Jozef", last_name="Van den Bossche", birth_year=1949)


def everyone():
    with db.reading() as session:
        return session.exec(select(Person)).all()


def test_new_person_is_registered_and_given_to_the_page(newcomer, got):
    answer = newcomer.form.submit(**JOZEF)

    assert (answer.kind, answer.text) == ("saved", "Ingeschreven: Jozef Van den Bossche.")
    [person] = everyone()
    [option] = got["registered"]
    assert (option.value, option.label) == (person.key, "Jozef Van den Bossche")


def test_rule_16_likely_match_is_asked_about_and_nothing_is_saved(newcomer, jozef, got):
    answer = newcomer.form.submit(**JOZEF | {"last_name": "Vandenbosche"})

    assert answer.kind == "refused"
    assert answer.text.startswith("Deze persoon bestaat misschien al.")
    assert newcomer.form not in newcomer.children
    [field] = newcomer.same.spec["fields"]
    assert field["choices"] == [
        (
            jozef,
            "Jozef Van den Bossche, 1949, woonplaats onbekend. "
            "Gelijkenis 98 op 100: naam lijkt erop, zelfde geboortejaar.",
        )
    ]
    assert len(everyone()) == 1
    assert got == {"registered": [], "chosen": []}


def test_known_person_is_used(newcomer, jozef, got):
    newcomer.form.submit(**JOZEF)

    assert newcomer.same.submit().kind == "saved"  # the only match stands chosen

    assert [option.value for option in got["chosen"]] == [jozef]
    assert got["registered"] == []
    assert len(everyone()) == 1
    assert newcomer.form in newcomer.children


def test_one_of_several_matches_has_to_be_chosen(newcomer, jozef, west, got):
    west.register("Jozef", last_name="Vandenbossche", birth_year=1950)
    newcomer.form.submit(**JOZEF)

    refused = newcomer.same.submit()
    newcomer.same.submit(person=jozef)

    assert refused.errors == {"person": "Kies wie het is."}
    assert [option.value for option in got["chosen"]] == [jozef]


def test_page_gets_a_known_person_as_a_new_one_unless_it_asks_for_both(west, jozef, got):
    form = ui.person_form(got["registered"].append)
    form.form.submit(**JOZEF)

    form.same.submit()

    assert [option.value for option in got["registered"]] == [jozef]


def test_rule_16_new_all_the_same_needs_a_reason(newcomer, jozef):
    newcomer.form.submit(**JOZEF)

    answer = newcomer.different.submit()

    assert answer.errors == {"difference": "Kies een van de mogelijkheden."}
    assert len(everyone()) == 1


def test_rule_16_reason_is_kept_in_history_without_a_name(newcomer, jozef, got, entries):
    newcomer.form.submit(**JOZEF)

    newcomer.different.submit(difference=Difference.FAMILY)

    assert len(everyone()) == 2
    assert entries("person")[-1].reason == (
        "persoon inschrijven, geen dubbel: familie: tweeling, ouder en kind, of een koppel"
    )
    assert got["registered"][0].value == entries("person")[-1].key


def test_typed_data_can_be_mended_instead(newcomer, jozef, got):
    newcomer.form.submit(**JOZEF, phone="0475 12 34 56")
    back = newcomer.children[-1]

    back.click()
    shown = newcomer.form.filled["values"]
    answer = newcomer.form.submit(first_name="Marie")

    assert newcomer.children == (newcomer.form,)
    assert shown["phone"] == "0475 12 34 56"
    assert answer.text == "Ingeschreven: Marie Van den Bossche."


def test_resent_save_is_told_to_be_saved_and_not_to_be_a_double(newcomer):
    key = newcomer.form.key
    newcomer.form.submit(key, **JOZEF)

    assert newcomer.form.submit(key, **JOZEF).kind == "already"
    assert len(everyone()) == 1


def test_answers_of_the_whole_form_are_kept(west, got):
    form = ui.person_form(got["registered"].append, fields=None)

    form.form.submit(
        **JOZEF, role="intermediair", gender="man", education="ISCED 3-4", phone="0475123456"
    )

    [person] = everyone()
    assert (person.role, person.gender) == (PersonRole.INTERMEDIARY, Gender.MALE)
    assert person.education == Education.MIDDLE
    with db.reading() as session:
        assert session.get_one(Contact, person.key).phone == "0475123456"


def test_page_shows_the_person_that_was_searched(west, jozef):
    desk = ui.Desk()

    answer = desk.search.submit(person=jozef)

    assert answer.text == "Jozef Van den Bossche staat hieronder."
    assert "<h2" in desk.card.value
    assert "1949" in desk.card.value
    assert "18 of ouder" in desk.card.value


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
