"""Beheer and Voortgang: a target with its effect, a cost with its proof, a what-if."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.desk import form, open_tab
from tests.browser.test_pages import violations


def test_target_is_changed_after_its_effect_was_seen(sign_in, site):
    page = sign_in("beheer")
    page.goto(f"{site}/beheer")
    open_tab(page, "Doel")
    target = form(page, "Doel vastleggen")
    target.get_by_label("Digibank en periode").select_option(label="Brugge Noord, VERL")
    target.get_by_label("Doel in personen").fill("1200")
    target.get_by_label("Bron").fill("brief van de subsidiegever")
    page.keyboard.press("Enter")

    expect(target).to_contain_text("Nog niet bewaard")
    effect = page.get_by_role("region", name="Cijfers die veranderen")
    expect(effect.get_by_role("row", name="Lineair pad")).to_contain_text("Brugge Noord, VERL")
    assert violations(page) == []

    target.get_by_role("button", name="Bewaar").click()

    expect(target).to_contain_text("Bewaard.")
    expect(effect).to_have_count(0)
    expect(page.get_by_role("cell", name="1.200 personen", exact=True)).to_be_visible()


def test_cost_is_booked_once_and_a_what_if_says_so(sign_in, site):
    page = sign_in("bram")
    page.goto(f"{site}/budget")
    book = form(page, "Kost boeken")
    book.get_by_label("VERL").check()
    book.get_by_label("werkingskosten").check()
    book.get_by_label("Dag op het bewijs").fill("03/03/2025")
    book.get_by_label("Bedrag in euro").fill("1.000,50")
    book.get_by_label("Nummer van het bewijs").fill("F-2025-77")
    page.keyboard.press("Enter")

    expect(book).to_contain_text("Geboekt:")
    expect(page.get_by_role("cell", name="F-2025-77")).to_be_visible()
    assert violations(page) == []

    page.get_by_role("link", name="Voortgang").first.click()

    # the quarter of the story in Brugge is 70,579.30 euro
    expect(page.locator("section", has_text="Budget en geboekte kosten")).to_contain_text(
        "71.579,80"
    )

    page.get_by_label("Telregels", exact=True).select_option("wat als 2 lessen nodig zijn")

    expect(page.get_by_text("Dit is geen officieel cijfer.")).to_be_visible()
    expect(page.get_by_text("Wat als: Bereikte personen").first).to_be_visible()
    assert violations(page) == []
