"""Likely matches of a person who is typed: warned of, never refused (rule 16, flow 7)."""

from __future__ import annotations

import pytest

from digibank_core import access, db
from digibank_core.errors import NotAllowedError
from digibank_core.likeness import LIKELY
from digibank_core.models import OUTSIDE, NewPerson
from digibank_core.services import persons
from digibank_core.services.persons import MOST_LIKELY

TORHOUT, JABBEKE = "31033", "31012"
JOZEF = {"last_name": "Van den Bossche", "birth_year": 1949, "residence": TORHOUT}


@pytest.fixture
def ask(ann):
    """Give a function that types a person in Brugge West: name, score and why of each match."""

    def likely(first_name, *, actor=ann, **answers):
        request = NewPerson(first_name=first_name, **answers)
        with db.reading() as session:
            found = persons.likely_same(session, request, actor=actor)
        return [(one.match.name, one.score, one.why) for one in found]

    return likely


def scores(found):
    return {name: score for name, score, _ in found}


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Jozef", "Van den Bossche"),
        ("jozef", "VANDENBOSSCHE"),
        ("Józef", "van den bossche"),
        ("Vandenbossche", "Jozef"),
        ("Jozef Van den Bossche", None),
        ("Van den Bossche Jozef", None),
    ],
    ids=["same", "glued", "accent", "swapped", "in one field", "swapped in one field"],
)
def test_rule_16_same_name_in_another_spelling_is_likely(west, ask, first, last):
    west.register("Jozef", **JOZEF)

    assert ask(first, **JOZEF | {"last_name": last}) == [
        ("Jozef Van den Bossche", 100, "zelfde naam, zelfde geboortejaar, zelfde woonplaats")
    ]


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        (("Jan", "Peeters"), ("Jan", "Peters")),
        (("Mariam", "Haidari"), ("Haidari", "Maryam")),
        (("Agnes", "Wyffels"), ("Agnès", "Wijffels")),
        (("Lieve", "D'Hondt"), ("Lieve", "Dhont")),
        (("Şükrü", "Öztürk"), ("Sukru", "Ozturk")),
        (("Oksana", "Шевченко"), ("Oksana", "Шевченк")),
    ],
    ids=lambda name: name[1],
)
def test_rule_16_typo_in_the_name_is_likely(west, ask, known, typed):
    west.register(known[0], last_name=known[1])

    [(_, score, why)] = ask(typed[0], last_name=typed[1], birth_year=1950)

    assert score >= 85
    assert why.endswith("zelfde geboortejaar")


@pytest.mark.parametrize(
    ("year", "score", "why"),
    [
        (1949, 100, "zelfde geboortejaar"),
        (1950, 97, "geboortejaar scheelt 1 jaar"),
        (None, 94, "geboortejaar onbekend"),
        (1994, 91, "geboortejaar misschien een tikfout"),
        (1959, 91, "geboortejaar misschien een tikfout"),
        (1977, 72, "ander geboortejaar"),
    ],
)
def test_rule_16_year_of_birth_takes_points_off(west, ask, year, score, why):
    west.register("Jozef", **JOZEF)

    assert ask("Jozef", **JOZEF | {"birth_year": year}) == [
        ("Jozef Van den Bossche", score, f"zelfde naam, {why}, zelfde woonplaats")
    ]


def test_father_and_son_of_one_name_and_address_are_asked_about(west, ask):
    west.register("Jozef", phone="050 11 22 33", **JOZEF)

    found = ask("Jozef", phone="050/11.22.33", **JOZEF | {"birth_year": 1977})

    assert scores(found) == {"Jozef Van den Bossche": 82}


def test_namesake_of_another_age_in_another_town_is_somebody_else(west, ask):
    west.register("Jozef", **JOZEF)

    assert ask("Jozef", **JOZEF | {"birth_year": 1977, "residence": JABBEKE}) == []


@pytest.mark.parametrize(
    ("residence", "score"), [(TORHOUT, 100), (None, 100), (JABBEKE, 95), (OUTSIDE, 95)]
)
def test_rule_16_other_town_takes_points_off_and_unknown_does_not(west, ask, residence, score):
    west.register("Jozef", **JOZEF)

    assert scores(ask("Jozef", **JOZEF | {"residence": residence})) == {
        "Jozef Van den Bossche": score
    }


def test_twins_with_names_that_differ_are_no_match(west, ask):
    west.register("Bart", last_name="Claeys", residence=TORHOUT)

    assert ask("Sofie", last_name="Claeys", birth_year=1950, residence=TORHOUT) == []


def test_twins_with_names_that_are_alike_are_asked_about_and_can_be_registered(west, ask):
    west.register("Marie", last_name="Claeys", residence=TORHOUT)

    assert scores(ask("Maria", last_name="Claeys", birth_year=1950)) == {"Marie Claeys": 90}
    west.register("Maria", last_name="Claeys", residence=TORHOUT)  # refuses nothing


def test_household_that_shares_a_phone_is_no_match(west, ask):
    west.register("Jan", last_name="Claeys", phone="050 11 22 33", residence=TORHOUT)

    found = ask(
        "Maria", last_name="Claeys", phone="050 11 22 33", birth_year=1950, residence=TORHOUT
    )

    assert found == []


@pytest.mark.parametrize("phone", ["0475 12 34 56", "+32 475 12 34 56", "0032475/12.34.56"])
def test_rule_16_same_phone_in_any_spelling_adds_points(west, ask, phone):
    west.register("Jozef", phone="0475 12 34 56", **JOZEF)

    [(_, score, why)] = ask("Jozef", phone=phone, **JOZEF | {"birth_year": 1977})

    assert (score, why.split(", ")[-1]) == (82, "zelfde telefoon")


def test_one_word_name_is_likely_with_the_same_year_only(west, ask):
    west.register("Fatima")
    west.register("Samira", birth_year=None)

    assert scores(ask("Fatima", birth_year=1950)) == {"Fatima": 100}
    assert scores(ask("Fatima", last_name="El Amrani", birth_year=1950)) == {"Fatima": 75}
    assert ask("Samira", last_name="El Amrani") == []


def test_name_with_nothing_in_common_is_no_match(west, ask):
    west.register("Jozef", **JOZEF)

    assert ask("Özlem", last_name="Kowalski", birth_year=1949, residence=TORHOUT) == []
    assert ask("A") == []


def test_rule_10_likely_match_is_of_the_own_digibank(west, noord, ask):
    noord.register("Jozef", **JOZEF)

    assert ask("Jozef", **JOZEF) == []


def test_likeliest_comes_first_and_a_handful_at_most(west, ask):
    for year in (1949, 1950, 1959, 1994, 1948, 1949, 1948):
        west.register("Jozef", **JOZEF | {"birth_year": year})

    found = [score for _, score, _ in ask("Jozef", **JOZEF)]

    assert found == [100, 100, 97, 97, 97]
    assert len(found) == MOST_LIKELY
    assert min(found) >= LIKELY


def test_likely_match_is_logged_with_its_number_and_never_a_name(west, ask, cli):
    west.register("Zwartkapoen")

    ask("Zwartkapoen")

    [told] = access.recent(1, actor=cli)
    assert (told["event"], told["login"], told["hits"]) == ("op dubbels gezocht", "ann", 1)
    assert "wartkapoen" not in str(told)


@pytest.mark.parametrize("who", ["karel", "rita", "cli"])
def test_role_that_may_not_see_names_is_refused(request, west, ask, who):
    with pytest.raises(NotAllowedError):
        ask("Lieve", actor=request.getfixturevalue(who))
