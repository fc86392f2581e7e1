"""The tab of possible doubles: find, compare, merge, tell apart, and take it back (flow 7)."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlmodel import select

from digibank_core import db
from digibank_core.models import Merge, PersonRole, Target
from digibank_core.services import persons
from digibank_core.ui import page
from digibank_core.ui import persons as ui
from digibank_core.ui.form import Option
from digibank_core.ui.heading import Heading
from tests.conftest import on_day
from tests.couples import DAY, attend, different, lesson, merge, reached, visit, withdraw

SAME, OTHER = "Dezelfde persoon", "Iemand anders"
TAKE_BACK, AGAIN = "Samenvoeging intrekken", "Toch misschien dezelfde"
BECAUSE = "de persoon zegt het zelf"
MISTAKE = "het was een vergissing"


@pytest.fixture(autouse=True)
def signed_in(monkeypatch, ann):
    """Let ann be the user of the page, in the summer of 2024."""
    monkeypatch.setattr(page, "actor", lambda: ann)
    with on_day(DAY.replace(month=7)):
        yield


@pytest.fixture
def haidari(west):
    """Mariam and Maryam, who each visited the Digipunt once."""
    keys = [
        west.register(name, last_name="Haidari", birth_year=year, phone="0475 12 34 56")
        for name, year in (("Mariam", 1988), ("Maryam", 1987))
    ]
    for key in keys:
        visit(west, key)
    return keys


@pytest.fixture
def tab(west, haidari):
    """The tab, opened."""
    return opened()


def opened():
    desk = ui.Desk()
    desk.tabs.selected_index = desk.tabs.titles.index("Dubbels")
    return desk.doubles


def shown(tab):
    """Text on the tab, without the lists."""
    found = [getattr(widget, "value", "") for widget in everything(tab)]
    found += [widget.text for widget in everything(tab) if isinstance(widget, Heading)]
    return re.sub(r"<[^>]+>", " ", " ".join(map(str, found)))


def everything(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from everything(child)


def rows(listing):
    return listing._rows.to_dict("records")


def choose(listing, row=0):
    """Choose a row as the browser does."""
    listing._chosen({"new": [row]})


# The tab


def test_tab_is_for_a_coordinator_and_searches_when_it_is_opened(west, roger, monkeypatch):
    desk = ui.Desk()
    assert len(desk.doubles.children) == 1  # nothing was searched yet

    monkeypatch.setattr(page, "actor", lambda: roger)
    assert "Dubbels" not in ui.Desk().tabs.titles


def test_address_can_lead_to_the_tab(west, haidari, monkeypatch):
    monkeypatch.setenv("QUERY_STRING", "doe=dubbels")

    desk = ui.Desk()

    assert desk.tabs.titles[desk.tabs.selected_index] == "Dubbels"
    assert "1 paar lijkt op elkaar" in shown(desk.doubles)


def test_pairs_are_listed_with_score_and_why(tab):
    assert rows(tab.suspects) == [
        {
            "Nr": 1,
            "Persoon": "Mariam Haidari",
            "Lijkt op": "Maryam Haidari",
            "Gelijkenis": 99,  # 92 for the names, 3 off for the year, 10 back for the phone
            "Waarom": "naam lijkt erop, geboortejaar scheelt 1 jaar, zelfde telefoon",
        }
    ]


def test_list_holds_the_likeliest_pairs_only(west, haidari, monkeypatch):
    monkeypatch.setattr("digibank_core.ui.merges.MOST_PAIRS", 1)
    west.register("Mariam", last_name="Haidari", birth_year=1960)

    tab = opened()

    assert len(rows(tab.suspects)) == 1
    assert "2 paren lijken op elkaar. De eerste 1 staan hier." in shown(tab)


def test_reach_is_shown_strict_decided_and_loose_with_the_distance(west, haidari):
    withdrawn = west.register("Lieve")
    visit(west, withdrawn)
    merge(west, withdrawn, west.register("Els"))

    text = " ".join(shown(opened()).split())

    assert "nov 2022 tot dec 2024" in text
    assert "Zonder samenvoegingen Elke inschrijving is een andere persoon. 3 Nog 997" in text
    assert "Zoals beslist Het officiële cijfer: met de samenvoegingen die gelden. 3" in text
    assert "2 Nog 998 personen tot het doel van 1.000." in text


# Side by side


def test_pair_is_shown_side_by_side_with_what_differs(tab):
    choose(tab.suspects)

    table = next(w.value for w in everything(tab) if "<table" in getattr(w, "value", ""))
    assert '<th scope="row">Geboren</th><td>1988</td><td class="diff">1987</td>' in table
    assert '<th scope="row">Bezoeken</th><td>1</td><td>1</td>' in table
    assert "E-mailadres" not in table  # of neither it is known
    assert "Is dit dezelfde persoon?" in shown(tab)


def test_effect_is_told_before_anything_is_done(tab, raw):
    choose(tab.suspects)

    text = " ".join(shown(tab).split())
    assert "Bereikt, nov 2022 tot dec 2024 2 → 1" in text
    assert "Er verandert geen doel of schijf. Nog 999 personen tot het doel van 1.000." in text
    assert "Bereikt in een Digipunt, nov 2022 tot dec 2024: 2 → 1" in text
    assert raw.count("merge") == 0


def test_rule_22_limit_that_would_be_lost_is_warned_of(west, haidari):
    with west.at_work(DAY) as session:
        session.get_one(Target, ("IMPL", "west", date(2022, 11, 1))).persons = 2
    tab = opened()

    choose(tab.suspects)

    assert shown(tab).count("Het doel van 2 is dan niet meer bereikt.") == 2  # said and warned
    assert 'class="notice warn"' in str([getattr(w, "value", "") for w in everything(tab)])


def test_rule_63_effect_is_told_apart_when_it_matters_who_stays(west):
    west.register("Mariam", last_name="Haidari", birth_year=1988)
    helper = west.register(
        "Maryam", last_name="Haidari", birth_year=1988, role=PersonRole.INTERMEDIARY
    )
    visit(west, helper)
    tab = opened()

    choose(tab.suspects)

    text = " ".join(shown(tab).split())
    assert "Leeftijd of rol verschilt." in text
    assert "Als de eerste blijft" in text
    assert "Als de tweede blijft" in text
    assert text.count("Het bereik stijgt") == 1
    assert "0 → 1" in text
    assert "0 → 0" in text


@pytest.mark.parametrize("what", ["lesson", "loans", "merged"])
def test_rule_63_what_it_decides_is_said_in_a_sentence(west, haidari, what):
    if what == "lesson":
        attend(west, lesson(west)[1], *haidari)
    elif what == "loans":
        west.stock("BW-0001", "BW-0002")
        for number, key in enumerate(haidari, start=1):
            west.lend(f"BW-000{number}", key, on=DAY)
    else:
        merge(west, haidari[0], west.register("Lieve"))
    tab = opened()

    choose(tab.suspects)

    sentence = {
        "lesson": "In 1 les staan ze allebei. Zo'n les telt één keer; beide rijen blijven",
        "loans": "Ze hebben allebei nog een toestel. Beide uitleningen blijven open.",
        "merged": "Een van beide is al een samenvoeging.",
    }
    said = {name: told in shown(tab) for name, told in sentence.items()}
    assert said == {name: name == what for name in sentence}


def test_two_persons_who_are_not_in_the_list_can_be_compared(west, tab):
    lieve, els = west.register("Lieve"), west.register("Els")
    form = tab.forms["Vergelijk zelf twee personen"]

    answer = form.submit(one=Option(lieve, "Lieve"), other=Option(els, "Els"))

    assert answer.kind == "saved"
    assert set(tab.forms) == {SAME, OTHER}


def test_somebody_is_not_compared_with_oneself(west, tab, haidari):
    form = tab.forms["Vergelijk zelf twee personen"]

    answer = form.submit(one=Option(haidari[0], "x"), other=Option(haidari[0], "x"))

    assert answer.text.startswith("Dit is al één persoon")
    assert "Vergelijk zelf twee personen" in tab.forms


# Deciding


def test_pair_is_merged_and_the_lists_renew(west, tab, haidari, entries):
    choose(tab.suspects)
    assert set(tab.forms) == {SAME, OTHER}

    answer = tab.forms[SAME].submit(kept=haidari[1], because=BECAUSE)

    assert answer.kind == "saved"
    assert "Samengevoegd: Mariam Haidari telt nu als Maryam Haidari." in shown(tab)
    assert rows(tab.suspects) == []
    [row] = rows(tab.merged)
    assert (row["Blijft"], row["Telt als die"]) == ("Maryam Haidari", "Mariam Haidari")
    assert (row["Stand"], row["Door"], row["Waarom"]) == ("geldt", "ann", BECAUSE)
    assert entries("merge")[0].reason == f"personen samenvoegen: {BECAUSE}"
    assert reached(west) == 1


@pytest.mark.parametrize(
    ("left_out", "sentence"),
    [
        ("kept", "Kies wie blijft."),
        ("because", "Kies een van de mogelijkheden."),
    ],
)
def test_merge_needs_who_stays_and_a_reason(tab, haidari, raw, left_out, sentence):
    choose(tab.suspects)
    answers = {"kept": haidari[0], "because": BECAUSE}

    answer = tab.forms[SAME].submit(**answers | {left_out: ""})

    assert answer.errors == {left_out: sentence}
    assert raw.count("merge") == 0


def test_double_click_merges_once(tab, haidari, raw):
    choose(tab.suspects)
    form = tab.forms[SAME]
    key = form.key

    form.submit(key, kept=haidari[0], because=BECAUSE)
    again = form.submit(key, kept=haidari[0], because=BECAUSE)

    assert again.kind == "already"
    assert raw.count("merge") == 1


def test_pair_that_somebody_merged_meanwhile_says_so(west, tab, haidari):
    choose(tab.suspects)
    merge(west, haidari[1], haidari[0])

    answer = tab.forms[SAME].submit(kept=haidari[0], because=BECAUSE)

    assert answer.text.startswith("Dit is al één persoon: ze zijn samengevoegd.")


def test_crossing_merge_tells_as_whom_one_counts_now(west, tab, haidari):
    """While the pair is on the screen somebody lets a third absorb the one who is to stay."""
    choose(tab.suspects)
    merge(west, west.register("Lieve"), haidari[0])

    tab.forms[SAME].submit(kept=haidari[0], because=BECAUSE)

    assert "Samengevoegd: Maryam Haidari telt nu als Lieve." in shown(tab)


def test_not_the_same_is_remembered_and_can_be_taken_back(tab, haidari, entries):
    choose(tab.suspects)
    tab.forms[OTHER].submit(difference="een andere reden")
    assert "Genoteerd: niet dezelfde." in shown(tab)
    assert rows(tab.suspects) == []
    assert {row["Waarom"] for row in rows(tab.apart)} == {"een andere reden"}

    choose(tab.apart)
    tab.forms[AGAIN].submit(because=MISTAKE)

    assert "Teruggenomen." in shown(tab)
    assert rows(tab.apart) == []
    assert len(rows(tab.suspects)) == 1
    assert [entry.reason for entry in entries("different_persons")] == [
        "niet dezelfde persoon: een andere reden",
        f"toch misschien dezelfde persoon: {MISTAKE}",
    ]


def test_merge_is_withdrawn_from_the_list_with_its_effect(west, haidari):
    merge(west, *haidari, reason=BECAUSE)
    tab = opened()

    choose(tab.merged)
    text = " ".join(shown(tab).split())
    assert "Maryam Haidari telt als Mariam Haidari" in text
    assert "1 → 2" in text
    assert "Wat na het samenvoegen genoteerd is, blijft bij Mariam Haidari." in text
    tab.forms[TAKE_BACK].submit(because=MISTAKE)

    assert "Ingetrokken: Maryam Haidari en Mariam Haidari staan weer apart." in shown(tab)
    assert [row["Stand"] for row in rows(tab.merged)] == [f"ingetrokken: {MISTAKE}"]
    assert len(rows(tab.suspects)) == 1
    assert reached(west) == 2


def test_merge_that_was_withdrawn_is_not_asked_about_again(west, haidari):
    withdraw(west, merge(west, *haidari))
    tab = opened()

    choose(tab.merged)

    assert "Deze samenvoeging is al ingetrokken." in shown(tab)
    assert TAKE_BACK not in tab.forms


def test_question_can_be_left_without_deciding(tab, raw):
    choose(tab.suspects)

    tab.children[-1].click()

    assert len(rows(tab.suspects)) == 1
    assert SAME not in tab.forms
    assert raw.count("merge") == raw.count("different_persons") == 0


def test_who_was_erased_has_no_name_in_the_list(west, haidari):
    merge(west, *haidari)
    different(west, haidari[0], west.register("Lieve"))
    with west.at_work(DAY) as session:
        for key in haidari:
            session.delete(session.get_one(persons.Contact, key))

    tab = opened()

    assert rows(tab.merged)[0]["Blijft"] == "gewiste persoon"


# Elsewhere


def test_card_of_a_person_says_that_it_is_the_result_of_a_merge(west, haidari):
    merge(west, *haidari)
    desk = ui.Desk()

    desk.search.submit(person=haidari[1])

    assert "uit 2 inschrijvingen, ook bekend als Maryam Haidari" in desk.card.value
    assert [option.detail for option in ui.options("maryam")] == [
        "1988, woonplaats onbekend, ook bekend als Maryam Haidari"
    ]


def test_merge_is_of_the_root_that_was_shown(west, tab, haidari):
    choose(tab.suspects)
    tab.forms[SAME].submit(kept=haidari[0], because=BECAUSE)

    with db.reading() as session:
        [made] = session.exec(select(Merge))
    assert (made.kept, made.absorbed) == tuple(haidari)
