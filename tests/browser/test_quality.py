"""From the list of checks to the record to mend, by keyboard alone (rule 60)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, WIDE

FOCUSED = "document.activeElement === document.body ? '' : document.activeElement.textContent"


def tab_to(page, words):
    """Press Tab until something with these words has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if words in page.evaluate(FOCUSED):
            return
    pytest.fail(f"no Tab leads to {words}")


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1366 px", "360 px"])
def test_rule_60_keyboard_leads_from_a_check_to_the_record(sign_in, site, viewport):
    page = sign_in("ann", viewport)
    page.goto(f"{site}/nakijken?periode=IMPL")
    expect(page.get_by_text("Wat kijk je na?")).to_be_visible()

    tab_to(page, "Bekijk: Leeftijd te bevestigen")
    page.keyboard.press("Enter")
    rows = page.get_by_role("row").filter(has_text="Geen geboortejaar.")
    expect(rows).to_be_visible()
    expect(rows).to_contain_text("Mila Demeyer")
    tab_to(page, "Geen geboortejaar.")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(r"/gegeven\?record=person/[0-9a-f]{16}$"))
