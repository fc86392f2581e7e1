"""Giving data along and erasing them, from the card of a person; the form says what goes."""

from __future__ import annotations

import base64
import json
import re
from datetime import date

import pytest
from sqlmodel import select

from digibank_core import db
from digibank_core.models import Contact, ErasureReason
from digibank_core.ui import dossier, page
from digibank_core.ui import persons as ui
from tests.conftest import on_day
from tests.lives import merge, visit

DAY, TODAY = date(2024, 3, 4), date(2024, 6, 3)
RARE = "Zwartkapoen"


@pytest.fixture(autouse=True)
def signed_in(monkeypatch, ann):
    """Let ann be the user of the page, on a day in June."""
    monkeypatch.setattr(page, "actor", lambda: ann)
    with on_day(TODAY):
        yield


@pytest.fixture
def lieve(west):
    key = west.register("Lieve", last_name=RARE, phone="0475 12 34 56")
    visit(west, key, on=DAY, note="komt terug")
    return key


@pytest.fixture
def desk(lieve):
    """The page of persons, with her card in front."""
    shown = ui.Desk()
    shown.search.submit(person=lieve)
    return shown


def acts(desk):
    [found] = desk.acts.children
    return found


def texts(widget):
    """All HTML that a widget shows."""
    told = [getattr(widget, "value", "")]
    return " ".join([*map(str, told), *(texts(one) for one in getattr(widget, "children", ()))])


def contacts():
    with db.reading() as session:
        return len(session.exec(select(Contact.person)).all())


def test_rule_65_erasing_says_what_goes_and_what_stays_first(desk, west):
    visit(west, None, on=DAY, note=f"buur van {RARE}")

    acts(desk).erase.click()

    told = texts(acts(desk).panel)
    assert f"Naam, telefoon, e-mail en postcode van Lieve {RARE}" in told
    assert "bezoek op 04/03/2024: komt terug" in told
    assert "Alleen als je het aanvinkt: nota’s met één naam (1)" in told
    assert "1 bezoek" in told
    assert [field["name"] for field in acts(desk).form.spec["fields"]] == [
        "why",
        "surname_too",
        "sure",
    ]
    assert contacts() == 1


def test_last_name_is_asked_about_only_where_it_stands(desk):
    acts(desk).erase.click()

    assert [field["name"] for field in acts(desk).form.spec["fields"]] == ["why", "sure"]


def test_rule_65_who_is_not_sure_erases_nothing(desk):
    acts(desk).erase.click()

    answer = acts(desk).form.submit(why=ErasureReason.ASKED)

    assert answer.errors == {"sure": "Lees wat verdwijnt en vink dit aan."}
    assert contacts() == 1


def test_rule_65_person_is_erased_and_the_page_forgets_the_name(desk, entries):
    acts(desk).erase.click()
    form = acts(desk).form

    answer = form.submit(why=ErasureReason.ASKED, sure=True)

    assert answer.text == "Gewist: naam en contact, en 1 nota. Geen enkel cijfer verandert."
    assert contacts() == 0
    assert RARE not in desk.card.value + texts(desk.acts)
    assert "gewiste persoon" in desk.card.value
    assert "03/06/2024" in desk.card.value
    assert desk.search in desk._found.children
    assert RARE not in str(desk.search.get_state())
    assert "Geen enkel cijfer verandert" in texts(desk.acts)
    assert entries("person")[-1].reason == "wissen op verzoek: de persoon vraagt het zelf"


def test_rule_65_open_loan_is_told_with_the_way_on_and_no_form(desk, west, lieve):
    west.stock("BW-0001")
    west.lend("BW-0001", lieve, on=DAY)

    acts(desk).erase.click()

    assert "Deze persoon heeft nog een toestel: BW-0001." in texts(acts(desk).panel)
    assert 'href="uitleen?toestel=BW-0001"' in texts(acts(desk).panel)
    assert acts(desk).form is None


def test_rule_65_loan_that_came_in_between_is_refused_all_the_same(desk, west, lieve):
    acts(desk).erase.click()
    west.stock("BW-0001")
    west.lend("BW-0001", lieve, on=DAY)

    answer = acts(desk).form.submit(why=ErasureReason.ASKED, sure=True)

    assert answer.kind == "refused"
    assert "BW-0001" in answer.text
    assert contacts() == 1


def test_rule_63_merged_registrations_are_all_named(desk, west, lieve):
    merge(west, lieve, west.register("Lief", last_name=RARE), on=TODAY)

    acts(desk).erase.click()

    told = texts(acts(desk).panel)
    assert "postcode van Lief Z" in told
    assert "Trek dan eerst de samenvoeging in" in told


def test_erased_person_has_no_acts_any_more(desk, lieve):
    acts(desk).erase.click()
    acts(desk).form.submit(why=ErasureReason.ASKED, sure=True)

    again = ui.Desk()
    again.search.submit(person=lieve)

    assert again.acts.children == ()
    assert "gewiste persoon" in again.card.value


def test_who_may_not_erase_has_no_acts(lieve, roger, monkeypatch):
    monkeypatch.setattr(page, "actor", lambda: roger)

    desk = ui.Desk()
    desk.search.submit(person=lieve)

    assert desk.acts.children == ()
    assert RARE in desk.card.value


def test_dossier_is_shown_and_given_as_a_file(desk):
    acts(desk).give.click()

    told = texts(acts(desk).panel)
    [content] = re.findall(r'href="data:application/json;base64,([^"]+)"', told)
    given = json.loads(base64.b64decode(content))
    assert given["Naam en contact"][0]["Voornaam"] == "Lieve"
    assert given["Bezoeken aan een Digipunt"][0]["Dag"] == "2024-03-04"
    assert f'download="{dossier.FILE}"' in told
    assert "<dt>Dag</dt><dd>04/03/2024</dd>" in told
    assert "None" not in told


def test_name_with_a_sign_of_markup_is_shown_as_text(desk, west, lieve):
    with west.at_work(TODAY) as session:
        session.get_one(Contact, lieve).first_name = "<b>Lieve"

    acts(desk).give.click()
    given = texts(acts(desk).panel)
    acts(desk).erase.click()

    assert "&lt;b&gt;Lieve" in given
    assert "&lt;b&gt;Lieve" in texts(acts(desk).panel)


def test_panel_that_fails_says_so_and_the_page_stays(desk, monkeypatch, tmp_path):
    monkeypatch.setenv("DIGIBANK_KEYS", str(tmp_path))

    acts(desk).give.click()

    assert "De sleutel van de namen ontbreekt" in texts(acts(desk).panel)
