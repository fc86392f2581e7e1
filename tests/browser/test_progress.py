"""Voortgang in the browser: the region, a what-if, and what is kept of both."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, WIDE
from tests.browser.test_pages import violations

WHAT_IF = "wat als 2 lessen nodig zijn"


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1366 px", "360 px"])
def test_region_says_that_a_what_if_is_no_official_figure_and_that_it_is_internal(
    sign_in, site, viewport
):
    page = sign_in("beheer", viewport)
    page.goto(f"{site}/voortgang")
    page.get_by_label("Telregels").select_option(label=WHAT_IF)

    expect(page.get_by_text("Dit is geen officieel cijfer.")).to_be_visible()
    expect(page.get_by_text("Intern", exact=True)).to_be_visible()
    page.get_by_text("Hoe geteld?").click()
    expect(page.get_by_text("Telregels: 18 (wat als, geen versie).")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    with page.expect_download() as saved:
        page.get_by_role("link", name=re.compile("^Bewaar als CSV")).click()
    assert "-wat-als-" in saved.value.suggested_filename
    assert "Dit is geen officieel cijfer." in saved.value.path().read_text("utf-8-sig")


def test_line_above_names_the_digibank_that_is_chosen(sign_in, site):
    page = sign_in("rita")
    page.goto(f"{site}/voortgang")
    expect(
        page.get_by_role("definition").filter(has_text="alle Digibanken samen")
    ).to_be_visible()

    page.get_by_label("Digibank", exact=True).select_option(label="Brugge West")

    expect(page.get_by_role("definition").filter(has_text="Brugge West").first).to_be_visible()
    expect(page.get_by_text("alle Digibanken samen")).to_have_count(0)


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1366 px", "360 px"])
def test_every_figure_leads_to_its_receipt_also_after_the_period(sign_in, site, viewport):
    page = sign_in("ann", viewport)
    page.goto(f"{site}/voortgang")
    page.get_by_label("Periode").select_option(index=0)
    expect(page.get_by_text("De periode liep tot en met 31/12/2024.").first).to_be_visible()
    page.get_by_text(re.compile(r"^Toon alle \d+ cijfers$")).click()
    assert violations(page) == []

    page.get_by_role("link", name="Bezetting van de toestellen").click()

    page.wait_for_url(re.compile(r"/bon\?cijfer=pool_use&"))
    expect(page.get_by_text("Intern", exact=True)).to_be_visible()
    expect(page.get_by_text("Noemer")).to_be_visible()
