"""Nothing lost: what was typed outlives the page, and no save is ever met with silence."""

from __future__ import annotations

import os
import signal
import time

import pytest
from playwright.sync_api import expect
from sqlmodel import col, select

from digibank_core import db
from digibank_core.models import Mark, Visit
from digibank_core.server.handlers import COMES_WITHIN_SECONDS
from tests.browser.conftest import NARROW, WIDE, fill_in_login
from tests.browser.desk import form, kernels_running, open_tab
from tests.browser.test_pages import viewport, violations  # noqa: F401  # a fixture
from tests.browser.test_training import lesson, marks, open_roll, person  # noqa: F401

BACK = "Je eerdere invoer staat er nog."


def kept(page):
    """All that this tab keeps, as text."""
    return page.evaluate("JSON.stringify(sessionStorage)")


def look(page):
    """Come back to the page from somewhere else, which makes it look at its line."""
    page.evaluate("dispatchEvent(new Event('focus'))")


def line(page):
    """The banner that tells what is wrong with the line."""
    return page.locator("#lijn")


@pytest.fixture
def kernel_of():
    """Kernels of the pages that were opened since the test began."""
    before = kernels_running()
    return lambda: kernels_running() - before


@pytest.fixture
def counter(sign_in, site):
    """Open the form for a question at the Digipunt: counter(NARROW)."""

    def open_page(*size):
        page = sign_in("roger", *size)
        page.goto(f"{site}/digipunt")
        expect(question(page)).to_be_visible()
        return page

    return open_page


def question(page):
    return form(page, "Vraag noteren")


def choose(page, topic="E-mail"):
    page.locator(".tile").filter(has_text=topic).click()


def save(page):
    question(page).get_by_role("button", name="Bewaar", exact=True).click()


def told(page, sentence):
    return question(page).get_by_text(sentence)


def visits():
    with db.reading() as session:
        return session.exec(select(Visit).order_by(col(Visit.id))).all()


def test_reload_brings_back_what_was_typed_except_what_names_a_person(sign_in, site):
    page = sign_in("ann")
    page.goto(f"{site}/personen")
    open_tab(page, "Nieuwe persoon")
    newcomer = form(page, "Nieuwe persoon")
    private = {
        "Voornaam": "Wendelien",
        "Achternaam": "Zwartkapoen",
        "Postcode": "8020",
        "Telefoon": "0475 12 34 56",
        "E-mailadres": "wendelien@voorbeeld.be",
    }
    for label, value in private.items():
        newcomer.get_by_label(label).fill(value)
    newcomer.get_by_label("Geboortejaar").fill("1950")
    newcomer.get_by_label("intermediair").check()
    assert not any(value in kept(page) for value in private.values())

    page.reload()
    open_tab(page, "Nieuwe persoon")

    expect(newcomer).to_contain_text(BACK)
    expect(newcomer).to_contain_text(
        "Vul opnieuw in: Voornaam, Achternaam, Postcode, Telefoon, E-mailadres."
    )
    expect(newcomer.get_by_label("Geboortejaar")).to_have_value("1950")
    expect(newcomer.get_by_label("intermediair")).to_be_checked()
    for label in private:
        expect(newcomer.get_by_label(label)).to_have_value("")

    newcomer.get_by_role("button", name="Wis mijn eerdere invoer").click()

    expect(newcomer.get_by_label("Geboortejaar")).to_have_value("")
    expect(newcomer).not_to_contain_text(BACK)
    assert kept(page) == "{}"


def test_offline_nothing_is_saved_or_undone_and_the_form_says_so(counter):
    page = counter()
    before = len(visits())
    choose(page)
    page.context.set_offline(True)
    expect(line(page)).to_have_text(
        "De verbinding is weg. Typ gerust verder. Bewaren lukt pas als ze terug is."
    )

    save(page)
    expect(told(page, "Dit is niet bewaard.")).to_be_visible()
    page.context.set_offline(False)
    expect(line(page)).to_be_hidden()
    expect(told(page, "De verbinding is terug.")).to_be_visible()
    assert len(visits()) == before
    save(page)
    expect(told(page, "Bewaard: E-mail")).to_be_visible()

    page.context.set_offline(True)
    expect(line(page)).to_be_visible()
    undo = question(page).get_by_role("button", name="Maak ongedaan")
    undo.click()
    expect(told(page, "Dit is niet ongedaan gemaakt.")).to_be_visible()
    page.context.set_offline(False)
    expect(line(page)).to_be_hidden()
    undo.click()
    expect(told(page, "Ongedaan gemaakt.")).to_be_visible()
    assert [visit.voided for visit in visits()[before:]] == [True]


def test_save_without_an_answer_is_told_and_done_once_after_a_reload(sign_in, site):
    page = sign_in("roger")
    lost = []

    def deaf(socket):
        server = socket.connect_to_server()
        server.on_message(lambda message: None if lost else socket.send(message))

    page.route_web_socket("**/channels*", deaf)
    page.goto(f"{site}/digipunt")
    expect(question(page)).to_be_visible()
    before = len(visits())
    choose(page)

    lost.append("every answer")
    save(page)
    expect(told(page, "Er kwam geen antwoord.")).to_be_visible()
    assert len(visits()) == before + 1
    lost.clear()
    page.reload()
    expect(told(page, "We weten niet of dit bewaard is.")).to_be_visible()
    save(page)

    expect(told(page, "Dit was al bewaard.")).to_be_visible()
    assert len(visits()) == before + 1
    assert kept(page) == "{}"


def test_killed_kernel_is_told_and_the_reloaded_form_is_saved(counter, kernel_of, viewport):  # noqa: F811
    page = counter(viewport)
    before = len(visits())
    choose(page, "Videobellen")
    for pid in kernel_of():
        os.kill(pid, signal.SIGKILL)
    page.wait_for_timeout(500)  # a process takes a moment to die

    look(page)
    expect(line(page)).to_contain_text("Deze pagina is verlopen.")
    save(page)
    expect(told(page, "Dit is niet bewaard.")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Laad opnieuw").click()

    expect(told(page, BACK)).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    save(page)
    expect(told(page, "Bewaard: Videobellen, opgelost.")).to_be_visible()
    assert len(visits()) == before + 1


def test_two_tabs_and_two_presses_of_enter_each_save_one_visit(counter):
    page = counter()
    before = len(visits())
    choose(page, "Laptop")

    other = page.context.new_page()
    other.goto(page.url)
    expect(question(other)).to_be_visible()
    expect(told(other, BACK)).to_be_hidden()
    choose(other, "Smartphone")
    for tab in (page, other):
        tab.bring_to_front()
        tab.keyboard.press("Enter")
        tab.keyboard.press("Enter")
        expect(told(tab, "Bewaard: ")).to_be_visible()

    assert len(visits()) == before + 2


def test_who_was_signed_out_elsewhere_goes_on_and_nobody_else_sees_the_draft(browser, site):
    context = browser.new_context(viewport=WIDE, locale="nl-BE")
    page, other = context.new_page(), context.new_page()
    page.goto(f"{site}/login?next=/digipunt")
    fill_in_login(page, "ann")
    expect(question(page)).to_be_visible()
    choose(page)
    other.goto(f"{site}/login")
    other.get_by_role("button", name="Afmelden").click()

    look(page)
    expect(line(page)).to_contain_text("Je bent afgemeld.")
    assert violations(page) == []
    page.get_by_role("link", name="Meld je aan").click()
    fill_in_login(page, "ann")
    expect(told(page, BACK)).to_be_visible()
    expect(question(page).get_by_label("E-mail")).to_be_checked()

    other.goto(f"{site}/")
    other.get_by_role("button", name="Afmelden").click()
    look(page)
    page.get_by_role("link", name="Meld je aan").click()
    fill_in_login(page, "roger")
    expect(question(page)).to_be_visible()
    expect(told(page, BACK)).to_be_hidden()
    expect(question(page).get_by_label("E-mail")).not_to_be_checked()
    assert kept(page) == "{}"
    context.close()


def test_marks_of_a_roll_call_outlive_a_reload(sign_in, site, lesson):  # noqa: F811
    page = sign_in("ann", NARROW)
    page.on("dialog", lambda dialog: dialog.accept())
    open_roll(page, site, lesson)
    person(page, "Adelheid").get_by_label("afwezig", exact=True).check(force=True)
    person(page, "Baldewijn").get_by_label("aanwezig", exact=True).check(force=True)
    assert "Adelheid" not in kept(page)

    page.reload()
    expect(page.get_by_text(BACK)).to_be_visible()
    expect(page.get_by_text("2 rijen nog niet bewaard")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name=f"Noteer {lesson[0]},").click()
    expect(person(page, "Adelheid").get_by_label("afwezig", exact=True)).to_be_checked()
    assert marks(lesson[1]) == [None] * 4
    page.get_by_role("button", name="Bewaar de lijst").click()

    expect(page.get_by_text("Bewaard: 2 rijen.")).to_be_visible()
    assert marks(lesson[1]) == [Mark.ABSENT, Mark.PRESENT, None, None]
    assert kept(page) == "{}"


def test_fifty_reloads_leave_no_kernel(sign_in, site, kernel_of):
    page = sign_in("ann")
    for number in range(50):
        page.goto(f"{site}/uitleen", wait_until=("load", "commit")[number % 2])
    page.goto("about:blank")

    end = time.monotonic() + COMES_WITHIN_SECONDS + 30
    while kernel_of() and time.monotonic() < end:
        page.wait_for_timeout(100)
    assert kernel_of() == set()
