"""Flow 7.3 in the browser: a pair is compared, merged, taken apart again, and told apart."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from digibank_core import db
from digibank_core.models import DifferentPersons, Merge
from tests.browser.conftest import NARROW, WIDE
from tests.browser.desk import form, history_of, open_tab
from tests.browser.test_pages import violations
from tests.browser.test_persons import press_button, press_until


def held(model, column):
    """Rows of a table that were not taken back."""
    with db.reading() as session:
        return [one for one in session.exec(select(model)) if not getattr(one, column)]


def listing(page, title):
    """The card of a list, by its heading."""
    heading = page.get_by_role("heading", name=title, exact=True)
    return page.locator(".card").filter(has=heading)


def choose_first(page, title):
    """Go to the first row of a list and choose it."""
    row = listing(page, title).locator("tbody tr").first
    expect(row).to_be_visible()
    press_until(page, "Tab", row, most=90)
    page.keyboard.press("Enter")


def choose_option(page, group):
    """Go to a question with choices, and take the first of them."""
    press_until(page, "Tab", group.get_by_role("radio").first)
    page.keyboard.press("Space")


def question(page, title):
    """The heading of what is asked, which has the focus."""
    heading = page.get_by_role("heading", name=title, exact=True)
    expect(heading).to_be_focused()
    return heading


def test_pair_is_merged_withdrawn_and_told_apart_by_keyboard(sign_in, site):
    page = sign_in("ann")
    page.goto(f"{site}/personen")
    press_until(page, "Shift+Tab", page.get_by_role("tab", name="Zoek een persoon"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")

    # the pair and what a merge would do
    choose_first(page, "Mogelijke dubbels")
    question(page, "Is dit dezelfde persoon?")
    table = page.get_by_role("table")
    name = table.get_by_role("row", name="Naam").get_by_role("cell").first.inner_text()
    expect(table.get_by_role("cell", name="verschilt").first).to_be_visible()
    effect = page.locator(".effect")
    expect(effect).to_contain_text("968 → 967")
    expect(effect).to_contain_text("Nog 33 personen tot het doel van 1.000.")
    assert held(Merge, "withdrawn") == []

    # merged
    same = form(page, "Dezelfde persoon")
    choose_option(page, same.get_by_role("radiogroup", name="Wie blijft?"))
    choose_option(page, same.get_by_role("radiogroup", name="Waarom is dit dezelfde persoon?"))
    press_button(page, same, "Voeg samen")
    question(page, "Mogelijke dubbels")
    expect(page.get_by_text(f"telt nu als {name}.")).to_be_visible()
    [made] = held(Merge, "withdrawn")
    assert history_of("merge", made.id)[0].reason == (
        "personen samenvoegen: de naam is anders geschreven"
    )
    decided = page.get_by_role("row", name="Zoals beslist")
    expect(decided).to_contain_text("967")
    expect(page.get_by_role("row", name="Zonder samenvoegingen")).to_contain_text("968")

    # withdrawn
    choose_first(page, "Samengevoegd")
    expect(page.get_by_text("Wat na het samenvoegen genoteerd is, blijft bij")).to_be_visible()
    expect(page.locator(".effect")).to_contain_text("967 → 968")
    choose_option(page, form(page, "Samenvoeging intrekken"))
    press_button(page, form(page, "Samenvoeging intrekken"), "Trek de samenvoeging in")
    question(page, "Mogelijke dubbels")
    expect(page.get_by_text("staan weer apart")).to_be_visible()
    expect(listing(page, "Samengevoegd")).to_contain_text("ingetrokken")
    assert held(Merge, "withdrawn") == []

    # not the same
    choose_first(page, "Mogelijke dubbels")
    question(page, "Is dit dezelfde persoon?")
    other = form(page, "Iemand anders")
    choose_option(page, other)
    press_button(page, other, "Niet dezelfde persoon")
    question(page, "Mogelijke dubbels")
    expect(page.get_by_text("Genoteerd: niet dezelfde.")).to_be_visible()
    [noted] = held(DifferentPersons, "voided")
    assert {noted.one, noted.other} == {made.kept, made.absorbed}

    # and that is taken back, so that the demo is as it was
    choose_first(page, "Niet dezelfde")
    choose_option(page, form(page, "Toch misschien dezelfde"))
    press_button(page, form(page, "Toch misschien dezelfde"), "Neem dat terug")
    expect(page.get_by_text("Teruggenomen.")).to_be_visible()
    assert held(DifferentPersons, "voided") == []


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1366 px", "360 px"])
def test_lists_and_comparison_are_accessible(sign_in, site, viewport):
    page = sign_in("ann", viewport)
    page.goto(f"{site}/personen?doe=dubbels")
    pairs = listing(page, "Mogelijke dubbels").locator("tbody tr")
    expect(pairs.first).to_be_visible()

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    pairs.first.click()
    question(page, "Is dit dezelfde persoon?")
    expect(form(page, "Dezelfde persoon")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.get_by_role("button", name="Sluit zonder wijziging").click()
    question(page, "Mogelijke dubbels")
    assert held(Merge, "withdrawn") == []


def test_helper_has_no_tab_of_doubles(sign_in, site):
    page = sign_in("roger")
    page.goto(f"{site}/personen?doe=dubbels")
    expect(page.get_by_role("tab", name="Nieuwe persoon")).to_be_visible()

    expect(page.get_by_role("tab", name="Dubbels")).to_have_count(0)
    open_tab(page, "Zoek een persoon")
