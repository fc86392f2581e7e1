"""Flow 8: a helper at a Digipunt writes down questions, with a hand that is already full."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlmodel import col, select

from digibank_core import db, demo
from digibank_core.models import HeldBlock, Question, Visit
from tests.browser.conftest import NARROW
from tests.browser.desk import form, history_of, open_tab
from tests.browser.test_pages import viewport, violations  # noqa: F401  # a fixture

LEAST_TARGET = 44
"""Pixels of a target for a finger (product/look.md)."""
SEARCHED = "an"


@pytest.fixture
def counter(sign_in, site):
    """Open the page of the Digipunt: counter("roger", NARROW)."""

    def open_page(login="roger", *size):
        page = sign_in(login, *size)
        page.goto(f"{site}/digipunt")
        expect(form(page, "Vraag noteren")).to_be_visible()
        return page

    return open_page


def visits():
    """The visits that were written down on the day of the story, the last one last."""
    with db.reading() as session:
        today = select(Visit).where(
            Visit.visited_on == demo.STORY_DAY, Visit.digibank == "west"
        )
        return session.exec(today.order_by(col(Visit.id))).all()


def questions_of(visit):
    with db.reading() as session:
        found = select(Question).where(Question.visit == visit.id)
        return session.exec(found.order_by(col(Question.id))).all()


def tile(page, topic):
    return page.locator(".tile").filter(has_text=re.compile(f"^{topic}"))


def save(page):
    form(page, "Vraag noteren").get_by_role("button", name="Bewaar", exact=True).click()


def saved(page, told):
    return form(page, "Vraag noteren").get_by_text(f"Bewaard: {told}")


def test_anonymous_question_takes_two_taps(counter):
    page = counter()
    before = len(visits())
    taps = []
    page.expose_function("tapped", lambda: taps.append(1))
    page.evaluate("addEventListener('pointerdown', () => tapped(), true)")

    tile(page, "E-mail").click()
    save(page)
    expect(saved(page, "E-mail, opgelost.")).to_be_visible()

    assert len(taps) <= 3
    assert len(visits()) == before + 1
    visit = visits()[-1]
    assert (visit.digipunt, visit.person, visit.helper_role) == (
        "beernem-flora",  # the one that is open on a Monday
        None,
        "vrijwilliger",
    )
    assert [entry.login for entry in history_of("visit", visit.id)] == ["roger"]
    [question] = questions_of(visit)
    assert (question.minutes, question.result) == ("0-10", "opgelost")


def test_question_is_written_down_with_the_keyboard_alone_and_the_form_is_ready(counter):
    page = counter()
    log = form(page, "Vraag noteren")
    expect(log.get_by_label("itsme en eID")).to_be_focused()

    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")  # to the minutes
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(saved(page, "E-mail, opgelost.")).to_be_visible()

    assert questions_of(visits()[-1])[0].minutes == "10-30"
    expect(log.get_by_label("itsme en eID")).to_be_focused()
    expect(log.get_by_label("E-mail")).not_to_be_checked()
    expect(log.get_by_label("tot 10 min")).to_be_checked()


def test_every_target_is_large_enough_for_a_finger(browser, counter):
    page = counter("roger", NARROW)
    tile(page, "Laptop").click()
    save(page)
    expect(saved(page, "Laptop")).to_be_visible()
    form(page, "Vraag noteren").get_by_role("button", name="Wijzig").click()

    targets = page.locator("main").locator(
        ".tile, .choices label, .tick, .btn, .jupyter-button, .lm-TabBar-tab, .input"
    )
    small = [
        (one.inner_text(), one.bounding_box()["height"])
        for one in targets.all()
        if one.is_visible() and one.bounding_box()["height"] < LEAST_TARGET
    ]

    assert targets.count() > 30
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_question_is_written_down_by_touch_on_a_phone(browser, counter):
    page = counter("roger", NARROW)
    before = len(visits())

    tile(page, "Videobellen").click()
    bar = page.locator(".bar").bounding_box()
    assert bar["y"] + bar["height"] <= NARROW["height"]  # without scrolling
    save(page)
    notice = saved(page, "Videobellen, opgelost.")

    expect(notice).to_be_in_viewport()
    assert len(visits()) == before + 1


def test_wrong_tile_is_undone_and_only_the_right_one_counts(counter):
    page = counter()
    today = page.locator(".card").filter(has_text="Vandaag genoteerd")
    before = today.text_content()
    tile(page, "Laptop").click()
    save(page)
    expect(saved(page, "Laptop")).to_be_visible()
    expect(today).not_to_have_text(before)
    counted = today.inner_text()

    page.get_by_role("button", name="Maak ongedaan").click()
    expect(page.get_by_text("Ongedaan gemaakt.")).to_be_visible()
    expect(form(page, "Vraag noteren").get_by_label("Laptop")).to_be_checked()
    tile(page, "Smartschool").click()
    save(page)
    expect(saved(page, "Smartschool")).to_be_visible()

    *_, wrong, right = visits()
    assert (wrong.voided, right.voided) == (True, False)
    assert [one.topic for one in questions_of(right)] == ["smartschool"]
    assert [entry.reason for entry in history_of("visit", wrong.id)] == [
        "bezoek noteren",
        "verkeerd genoteerd, ongedaan gemaakt",
    ]
    expect(today).to_have_text(re.compile(re.escape(counted.split()[-4])))


def test_undo_is_offered_for_30_seconds(counter):
    page = counter()
    page.clock.install()
    tile(page, "Laptop").click()
    save(page)
    undo = page.get_by_role("button", name="Maak ongedaan")
    page.clock.run_for(1_000)
    expect(undo).to_be_visible()

    page.clock.run_for(30_000)

    expect(undo).to_have_count(0)
    expect(saved(page, "Laptop")).to_be_visible()


def test_same_again_is_one_tap(counter):
    page = counter()
    tile(page, "Belastingen|^Tax-on-web").click()
    page.get_by_label("deels").check()
    save(page)
    expect(saved(page, "Tax-on-web en MyMinFin, deels.")).to_be_visible()
    before = len(visits())

    page.get_by_role("button", name="Nog eens hetzelfde").click()
    expect(page.get_by_label("deels")).not_to_be_checked()

    assert len(visits()) == before + 1
    assert questions_of(visits()[-1])[0].result == "deels"


def test_known_person_is_found_by_two_letters_and_no_age_is_asked(counter):
    page = counter()
    log = form(page, "Vraag noteren")
    expect(log.get_by_label("Leeftijd")).to_be_visible()

    tile(page, "E-mail").click()
    log.get_by_label("Wie kwam langs?").press_sequentially(SEARCHED)
    log.locator("[role=listbox] [role=option]").first.click()
    expect(log.get_by_label("Leeftijd")).to_be_hidden()
    save(page)
    expect(saved(page, "E-mail")).to_be_visible()

    assert visits()[-1].person is not None
    expect(page.get_by_role("button", name="Nog eens hetzelfde")).to_have_count(0)
    expect(log.get_by_label("Wie kwam langs?")).to_have_value("")


def test_visitor_with_three_questions_is_one_visit(counter):
    page = counter()
    before = len(visits())
    for topic in ("Laptop", "E-mail", "Smartschool"):
        tile(page, topic).click()
        page.get_by_role("button", name="Nog een vraag").click()
        expect(page.get_by_text(f"Genoteerd: {topic}")).to_be_visible()
    page.get_by_role("button", name="Haal weg vraag 2").click()
    page.get_by_role("radio", name="doorverwezen").check()
    page.get_by_label("Doorverwezen naar").select_option("OCMW")
    tile(page, "Videobellen").click()
    save(page)
    expect(saved(page, "Laptop, opgelost; Smartschool, opgelost; Videobellen")).to_be_visible()

    assert len(visits()) == before + 1
    asked = questions_of(visits()[-1])
    assert [one.topic for one in asked] == ["laptop", "smartschool", "videobellen"]
    assert [one.referred_to for one in asked] == [None, None, "OCMW"]


def test_no_next_question_after_all_saves_what_was_noted(counter):
    page = counter()
    tile(page, "Laptop").click()
    page.get_by_role("button", name="Nog een vraag").click()
    save(page)

    expect(saved(page, "Laptop, opgelost.")).to_be_visible()
    assert len(questions_of(visits()[-1])) == 1


def test_place_and_helper_stay_for_the_next_entry(counter):
    page = counter()
    log = form(page, "Vraag noteren")
    log.get_by_role("button", name="Wijzig").click()
    log.get_by_label("Digipunt").select_option("Mobiel digipunt Beernem")
    tile(page, "Laptop").click()
    save(page)
    expect(log).to_contain_text("Dit Digipunt is mobiel. Kies de gemeente waar het stond.")
    log.get_by_label("Oostkamp").check()
    log.get_by_label("medewerker").check()
    for _ in range(2):
        tile(page, "Laptop").click()
        save(page)
        expect(log.get_by_role("radio", name="Laptop")).not_to_be_checked()

    assert [(one.municipality, one.helper_role) for one in visits()[-2:]] == [
        ("31022", "medewerker")
    ] * 2
    expect(log.locator(".filled").first).to_contain_text("Oostkamp")


def test_tally_beside_single_entries_warns_and_is_saved_after_a_tick(counter):
    page = counter()
    tile(page, "Laptop").click()
    save(page)
    expect(saved(page, "Laptop")).to_be_visible()
    before = len(visits())

    open_tab(page, "Turflijst")
    tally = form(page, "Turflijst van papier")
    tally.get_by_label("E-mail").fill("2")
    tally.get_by_label("Laptop").fill("1")
    tally.get_by_role("button", name="Bewaar de turflijst").click()
    expect(tally).to_contain_text("Die dag staan er hier al bezoeken genoteerd")
    assert violations(page) == []
    tally.get_by_label("Dit zijn andere bezoekers").check()
    tally.get_by_role("button", name="Bewaar de turflijst").click()
    expect(tally).to_contain_text("Bewaard: 3 vragen van ma 31/03/2025")

    assert len(visits()) == before + 3


def test_block_without_visits_is_written_down_from_the_list(counter):
    page = counter()
    open_tab(page, "Openingsuren")
    hours = form(page, "Wanneer was het Digipunt open?")

    page.get_by_role("button", name="'t Centrum, di 25/03/2025").click()
    expect(hours.get_by_label("Open om")).to_have_value("15.00")
    hours.get_by_role("button", name="Bewaar de uren").click()
    expect(hours).to_contain_text("Bewaard: open op di 25/03/2025, van 15.00 tot 18.00 uur.")

    expect(page.get_by_role("button", name="'t Centrum, di 25/03/2025")).to_have_count(0)
    with db.reading() as session:
        held = session.exec(select(HeldBlock).where(HeldBlock.digipunt == "torhout-centrum"))
        assert held.all()


def test_page_is_accessible_in_every_state(counter, viewport):  # noqa: F811  # the fixture
    page = counter("roger", viewport)
    assert violations(page) == []

    save(page)
    expect(form(page, "Vraag noteren")).to_contain_text("Kies een onderwerp.")
    assert violations(page) == []

    tile(page, "Laptop").click()
    page.get_by_role("button", name="Nog een vraag").click()
    page.get_by_role("button", name="Wijzig").click()
    assert violations(page) == []

    save(page)
    expect(saved(page, "Laptop")).to_be_visible()
    assert violations(page) == []
    for tab in ("Turflijst", "Openingsuren"):
        open_tab(page, tab)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
