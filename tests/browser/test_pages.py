"""Every page, for everyone who may open it, wide and narrow: accessible and in one piece."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from digibank_core.models import DeviceState
from tests.browser.conftest import NARROW, WIDE
from tests.browser.desk import first_device, form, loans_of

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
RECEIPT = "bon?cijfer=reach_by_residence&periode=IMPL&stand=2024-12-31"
PAGES = [
    ("ann", "", "Op weg naar het doel"),
    ("ann", "uitleen", "Wat is uit?"),
    ("ann", "voortgang", "Bereikte personen, opgeteld"),
    ("ann", "budget", "Kost boeken"),
    ("ann", "nakijken", "Wat kijk je na?"),
    ("ann", "nakijken?wat=age_to_confirm&periode=IMPL", "Geen geboortejaar."),
    ("ann", f"{RECEIPT}&groep=31033", "Woonplaats: Torhout"),
    ("rik", f"{RECEIPT}&digibank=west", "De rijen erachter"),
    ("ann", "rapport", "Diensten die niet meetellen"),
    ("rik", "rapport", "Diensten die niet meetellen"),
    ("ann", "vorming", "Lessen"),
    ("ann", "digipunt", "Vandaag genoteerd"),
    ("ann", "personen", "Zoek een persoon"),
    ("roger", "vorming", "Lessen"),
    ("roger", "digipunt", "Vandaag genoteerd"),
    ("karel", "uitleen", "Wat is uit?"),
    ("rita", "voortgang", "Bereikte personen per Digibank"),
    ("roger", "", "Noteer wie er was"),
    ("beheer", "", "Vandaag staat hier niets"),
    ("beheer", "beheer", "Wie werkt hier?"),
    ("roger", "wachtwoord", "Huidig wachtwoord"),
]


def violations(page):
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]


@pytest.fixture(params=[WIDE, NARROW], ids=["1366 px", "360 px"])
def viewport(request):
    return request.param


@pytest.mark.parametrize(("login", "place", "sign"), PAGES, ids=lambda value: value or "index")
def test_page_is_accessible_and_needs_no_sideways_scroll(
    sign_in, site, viewport, login, place, sign
):
    page = sign_in(login, viewport)

    page.goto(f"{site}/{place}")
    expect(page.get_by_text(sign).first).to_be_visible()
    page.wait_for_timeout(500)  # lists are drawn after their heading

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.get_by_text("Fictieve gegevens").first).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "nl-BE"
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("heading", level=1).count() == 1


def test_form_with_errors_is_accessible_and_leads_to_the_first_wrong_field(
    sign_in, site, viewport
):
    page = sign_in("ann", viewport)
    page.goto(f"{site}/uitleen")
    lend = page.get_by_role("form", name="Toestel uitlenen")

    lend.get_by_role("button", name="Uitlenen").click()

    expect(lend).to_contain_text("Scan of typ de code van het toestel.")
    expect(lend.get_by_label("Toestelcode")).to_be_focused()
    assert violations(page) == []


def test_login_page_with_a_wrong_password_is_accessible_and_says_so(browser, site, viewport):
    page = browser.new_context(viewport=viewport).new_page()
    page.goto(f"{site}/login")
    page.get_by_label("Gebruikersnaam").fill("ann")
    page.get_by_label("Wachtwoord", exact=True).fill("niet juist")

    page.get_by_role("button", name="Aanmelden", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("De naam of het wachtwoord klopt niet.")
    assert violations(page) == []
    page.context.close()


def test_loan_is_made_with_the_keyboard_alone(sign_in, site):
    code = first_device(DeviceState.READY, "brugge")
    page = sign_in("bram")
    page.goto(f"{site}/uitleen")
    lend = form(page, "Toestel uitlenen")
    expect(lend.get_by_label("Toestelcode")).to_be_focused()

    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(lend.get_by_label("Lener")).to_be_focused()
    page.keyboard.type("an")
    expect(lend.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    while page.locator(":focus").inner_text() != "Uitlenen":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_text(f"Uitgeleend: {code}")).to_be_visible()
    assert loans_of(code)[-1].returned_on is None
