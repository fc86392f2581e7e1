"""The form for a person: who looks like somebody known is shown and asked about (flow 7)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select

from digibank_core import access, db
from digibank_core.models import Contact, Difference, Education, Gender, Person, PersonRole
from digibank_core.ui import newcomer as ui
from digibank_core.ui import page
from tests.conftest import on_day
from tests.ui.test_form import tell

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


# While somebody types


def look(newcomer, **typed):
    """What the form shows beside what is typed so far."""
    [answer] = tell(newcomer.form, {"kind": "watch", "turn": 3, "data": typed})
    return answer


def take(newcomer, card, **typed):
    """Choose a card."""
    return tell(newcomer.form, {"kind": "take", "card": card, "data": typed})


def test_rule_16_likely_match_is_shown_while_typing_with_score_and_why(newcomer, jozef):
    seen = look(newcomer, **JOZEF | {"last_name": "Vandenbosche"})

    assert seen["told"] == ("1 persoon lijkt op wie je typt. Is het dezelfde? Gebruik die dan.")
    assert seen["cards"] == [
        {
            "value": jozef,
            "title": "Jozef Van den Bossche",
            "badge": ("open", "gelijkenis 98 op 100"),
            "lines": ("1949, woonplaats onbekend", "Naam lijkt erop, zelfde geboortejaar."),
        }
    ]
    assert newcomer.children == (newcomer.form,)
    assert len(everyone()) == 1


@pytest.mark.parametrize(
    ("more", "score"),
    [
        ({}, 94),
        ({"birth_year": "1949"}, 100),
        ({"birth_year": "1994"}, 91),
        ({"birth_year": "1994", "phone": "+32 475 12 34 56"}, 100),
        ({"birth_year": "1949", "residence": "31012"}, 95),
        ({"birth_year": "1949", "postcode": "8820"}, 100),
        ({"birth_year": "19"}, 94),
        ({"birth_year": "1949", "phone": "0475"}, 100),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, dict) else None,
)
def test_rule_16_score_follows_what_is_typed_and_skips_what_is_not_right_yet(
    newcomer, west, more, score
):
    west.register(
        "Jozef",
        last_name="Van den Bossche",
        birth_year=1949,
        residence="31033",
        phone="0475 12 34 56",
    )
    typed = {"first_name": "Jozef", "last_name": "Van den Bossche", "birth_year": ""}

    [card] = look(newcomer, **typed | more)["cards"]

    assert card["badge"][1] == f"gelijkenis {score} op 100"


def test_person_known_by_first_name_only_is_shown_too(newcomer, west):
    fatima = west.register("Fatima")

    assert [
        card["value"]
        for card in look(newcomer, first_name="Fatima", birth_year="1950")["cards"]
    ] == [fatima]


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"first_name": "Jozef"},
        {"last_name": "Van den Bossche", "birth_year": "1949"},
        {"first_name": "7", "last_name": "Van den Bossche"},
        {"first_name": ["Jozef"], "last_name": {"Van": "den"}},
    ],
    ids=["nothing", "first name", "no first name", "not right", "no text"],
)
def test_nobody_is_compared_while_too_little_of_a_name_is_typed(newcomer, jozef, cli, typed):
    seen = look(newcomer, **typed)

    assert (seen["cards"], seen["told"]) == ([], "")
    assert access.recent(1, actor=cli) == []


def test_comparing_while_typing_is_logged_with_its_number_and_never_a_name(
    newcomer, jozef, cli
):
    look(newcomer, **JOZEF)

    [told] = access.recent(1, actor=cli)
    assert (told["event"], told["login"], told["hits"]) == ("op dubbels gezocht", "ann", 1)
    assert "ozef" not in str(told)


def test_known_person_is_used_from_the_card(newcomer, jozef, got):
    look(newcomer, **JOZEF)

    take(newcomer, jozef, **JOZEF)

    assert [(option.value, option.label) for option in got["chosen"]] == [
        (jozef, "Jozef Van den Bossche")
    ]
    assert got["registered"] == []
    assert len(everyone()) == 1
    assert "Gekozen: Jozef Van den Bossche." in newcomer.children[0].value


def test_what_was_typed_comes_back_when_the_card_was_a_mistake(newcomer, jozef, got):
    look(newcomer, **JOZEF)
    take(newcomer, jozef, **JOZEF, phone="0475 12 34 56", consent_on=True, gender="man")

    newcomer.children[1].click()

    assert newcomer.children == (newcomer.form,)
    shown = newcomer.form.filled["values"]
    assert (shown["first_name"], shown["phone"]) == ("Jozef", "0475 12 34 56")
    assert (shown["consent_on"], shown["gender"]) == (True, "man")


def test_mention_of_the_person_before_goes_with_the_next_save(newcomer, jozef):
    look(newcomer, **JOZEF)
    take(newcomer, jozef, **JOZEF)

    newcomer.form.submit(first_name="Fatima")

    told, undo, _ = newcomer.children
    assert (told.value, undo.layout.display) == ("", "none")


def test_person_who_was_not_shown_cannot_be_taken(newcomer, jozef, noord, got):
    other = noord.register("Jozef", last_name="Van den Bossche")
    look(newcomer, first_name="Lieve", last_name="Claeys")

    take(newcomer, jozef)
    take(newcomer, other)

    assert got["chosen"] == []


def test_second_click_on_a_card_chooses_nobody_twice(newcomer, jozef, got):
    form = newcomer.form
    look(newcomer, **JOZEF)
    for _ in range(2):
        tell(form, {"kind": "take", "card": jozef, "data": JOZEF})

    assert len(got["chosen"]) == 1


def test_rule_16_question_after_the_click_stays(newcomer, jozef):
    look(newcomer, **JOZEF)

    assert newcomer.form.submit(**JOZEF).kind == "refused"
    assert newcomer.same in newcomer.children


# Consent


def test_consent_is_noted_with_the_day(newcomer):
    with on_day(date(2024, 3, 4)):
        newcomer.form.submit(**JOZEF, consent_on=True)

    assert [person.consent_on for person in everyone()] == [date(2024, 3, 4)]


def test_rule_44_no_consent_blocks_nobody(newcomer):
    assert newcomer.form.submit(**JOZEF).kind == "saved"
    assert [person.consent_on for person in everyone()] == [None]
