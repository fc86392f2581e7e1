"""From a figure to the record behind one of its rows, by keyboard alone (rules 50 and 54)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, WIDE
from tests.browser.desk import open_tab
from tests.browser.test_pages import RECEIPT, violations
from tests.browser.test_quality import tab_to


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1366 px", "360 px"])
def test_rule_54_keyboard_leads_from_a_group_to_a_record_with_its_history(
    sign_in, site, viewport
):
    page = sign_in("ann", viewport)
    page.goto(f"{site}/{RECEIPT}&groep=31033")
    expect(page.get_by_text("Woonplaats: Torhout")).to_be_visible()
    expect(page.get_by_text(re.compile(r"^(\d+) personen in \1 rijen\.$"))).to_be_visible()
    row = page.get_by_role("row").filter(has_text="logboek").first
    expect(row).to_contain_text("Torhout")
    visit = row.get_by_text(re.compile(r"^Bezoek \d+$")).inner_text()

    tab_to(page, f"Bekijk: {visit}")
    page.keyboard.press("Enter")

    page.wait_for_url(f"{site}/gegeven?record=visit/{visit.split()[1]}")
    open_tab(page, "Geschiedenis")
    expect(page.get_by_role("region", name="Geschiedenis")).to_contain_text("Genoteerd")


def test_rule_50_figure_of_voortgang_leads_to_its_rows_and_all_of_them_to_a_file(sign_in, site):
    page = sign_in("ann")
    page.goto(f"{site}/voortgang")
    page.get_by_text("Hoe geteld? Bereikte personen").click()
    page.get_by_role(
        "link", name=re.compile(r"^Toon de .* rijen\s*: Bereikte personen$")
    ).click()
    page.wait_for_url(re.compile(r"/bon\?cijfer=reach&"))

    page.get_by_role("button", name="Maak bestanden om te bewaren").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name=re.compile("^Bewaar als Excel")).click()

    assert saved.value.suggested_filename.startswith("reach-west-")
    assert saved.value.path().read_bytes().startswith(b"PK")
    assert violations(page) == []


def test_rule_50_bar_of_a_chart_leads_to_the_record_behind_one_row(sign_in, site):
    page = sign_in("ann")
    page.goto(f"{site}/voortgang")
    homes = page.get_by_role("region", name="Waar wonen ze?", exact=True)
    number = homes.get_by_role("row").filter(has_text="Torhout").get_by_role("cell").last
    persons = number.inner_text()
    homes.get_by_role("link", name="Torhout").click()

    expect(
        page.get_by_text(re.compile(rf"^{persons} personen in {persons} rijen\.$"))
    ).to_be_visible()
    page.get_by_role("link", name=re.compile("^Bekijk")).first.click()

    page.wait_for_url(re.compile(r"/gegeven\?record="))
    open_tab(page, "Geschiedenis")
    expect(page.get_by_role("region", name="Geschiedenis")).to_contain_text("Genoteerd")


def test_who_may_see_no_rows_has_no_page_of_receipts(sign_in, site):
    assert sign_in("rita").goto(f"{site}/{RECEIPT}").status == 403


def test_who_may_not_correct_sees_rows_that_lead_nowhere(sign_in, site):
    page = sign_in("rik")
    page.goto(f"{site}/{RECEIPT}&digibank=west")

    expect(page.get_by_role("row").nth(1)).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Bekijk"))).to_have_count(0)
