"""Flow 7 in the browser: search first, and nobody is counted twice; with the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from digibank_core.models import DeviceState, Person
from tests.browser.conftest import NARROW, WIDE
from tests.browser.desk import count_of, first_device, form, open_tab, scan
from tests.browser.test_pages import violations


def press_until(page, key, target, most=40):
    """Go on with one key until the focus is there."""
    for _ in range(most):
        if target.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press(key)
    pytest.fail(f"{key} never leads there")


def press_button(page, desk, name):
    press_until(page, "Tab", desk.get_by_role("button", name=name))
    page.keyboard.press("Enter")


def test_person_is_registered_searched_and_not_doubled_by_keyboard(sign_in, site):
    page = sign_in("ann")
    page.goto(f"{site}/personen")
    search = form(page, "Zoek een persoon")
    expect(search.get_by_label("Naam, geboortejaar of postcode")).to_be_focused()

    # a new person, with a mistake on the way
    press_until(page, "Shift+Tab", page.get_by_role("tab", name="Zoek een persoon"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    newcomer = form(page, "Nieuwe persoon")
    expect(newcomer).to_be_visible()
    before = count_of(Person)
    press_until(page, "Tab", newcomer.get_by_label("Voornaam"))
    page.keyboard.type("Philomène")
    page.keyboard.press("Tab")
    page.keyboard.type("Van den Abeele")
    page.keyboard.press("Tab")
    page.keyboard.type("19555")
    press_button(page, newcomer, "Schrijf in")
    expect(newcomer.get_by_label("Geboortejaar")).to_be_focused()
    expect(newcomer).to_contain_text("Vul vier cijfers in, bijvoorbeeld 1955.")
    page.keyboard.press("Backspace")
    press_button(page, newcomer, "Schrijf in")
    card = page.locator("section.card", has_text="Philomène Van den Abeele")
    expect(card).to_contain_text("1955")
    assert count_of(Person) == before + 1

    # found again with a typo
    field = search.get_by_label("Naam, geboortejaar of postcode")
    press_until(page, "Shift+Tab", field)
    page.keyboard.press("Control+A")
    page.keyboard.type("vandenabele")
    expect(search.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    press_button(page, search, "Toon de gegevens")
    expect(page.get_by_text("Philomène Van den Abeele staat hieronder.")).to_be_visible()

    # typed once more, in another spelling
    press_until(page, "Shift+Tab", page.get_by_role("tab", name="Nieuwe persoon"))
    page.keyboard.press("Enter")
    press_until(page, "Tab", newcomer.get_by_label("Voornaam"))
    page.keyboard.type("Filomene")
    page.keyboard.press("Tab")
    page.keyboard.type("Vandenabeele")
    page.keyboard.press("Tab")
    page.keyboard.type("1956")
    press_button(page, newcomer, "Schrijf in")
    same = form(page, "Dezelfde persoon")
    expect(same.get_by_role("radio")).to_be_focused()
    expect(same).to_contain_text("Philomène Van den Abeele, 1955")
    expect(same).to_contain_text("op 100")
    press_button(page, same, "Gebruik deze")
    expect(card).to_be_visible()
    assert count_of(Person) == before + 1


@pytest.mark.parametrize(
    ("viewport", "name", "typo"),
    [(WIDE, "Ferdinand", "Ferdinant"), (NARROW, "Theofiel", "Teofiel")],
    ids=["1366 px", "360 px"],
)
def test_rule_16_likely_match_shows_while_typing_and_is_chosen_by_keyboard(
    sign_in, site, viewport, name, typo
):
    page = sign_in("ann", viewport)
    page.goto(f"{site}/personen")
    before = count_of(Person)
    open_tab(page, "Nieuwe persoon")
    newcomer = form(page, "Nieuwe persoon")
    newcomer.get_by_label("Voornaam").fill(name)
    newcomer.get_by_label("Geboortejaar").fill("1951")
    newcomer.get_by_label("Telefoon").fill("0475 98 76 54")
    newcomer.get_by_label("Weet dat we naam en contact bewaren").check()
    newcomer.get_by_role("button", name="Schrijf in").click()
    card = page.locator("section.card", has_text=name)
    expect(card).to_contain_text("31/03/2025")
    assert count_of(Person) == before + 1

    open_tab(page, "Nieuwe persoon")
    year = newcomer.get_by_label("Geboortejaar")
    newcomer.get_by_label("Voornaam").focus()
    page.keyboard.type(typo)
    press_until(page, "Tab", year)
    likely = newcomer.get_by_role("region", name="Misschien bekend")
    page.keyboard.type("1951")
    expect(likely.get_by_role("status")).to_contain_text("op wie je typt")
    expect(likely.get_by_role("listitem").first).to_contain_text(name)
    expect(likely.get_by_role("listitem").first).to_contain_text("op 100")
    expect(year).to_be_focused()
    expect(year).to_be_in_viewport()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    kept = page.evaluate("JSON.stringify(sessionStorage)")
    assert name not in kept
    assert typo not in kept

    use = likely.get_by_role("button", name=f"Gebruik deze {name}").first
    press_until(page, "Shift+Tab", use)
    page.keyboard.press("Enter")
    expect(card).to_be_visible()
    assert count_of(Person) == before + 1

    open_tab(page, "Nieuwe persoon")
    page.get_by_role("button", name="Toch iemand anders").click()
    expect(newcomer.get_by_label("Voornaam")).to_have_value(typo)
    expect(year).to_have_value("1951")
    expect(likely.get_by_role("listitem").first).to_contain_text(name)


def test_namesake_is_registered_all_the_same_and_lends(sign_in, site):
    page = sign_in("ann")
    code = first_device(DeviceState.READY)
    page.goto(f"{site}/uitleen")
    before = count_of(Person)
    for year in ("1949", "1977"):
        open_tab(page, "Nieuwe persoon")
        newcomer = form(page, "Nieuwe persoon")
        newcomer.get_by_label("Voornaam").fill("Cyriel")
        newcomer.get_by_label("Achternaam").fill("Ameloot")
        newcomer.get_by_label("Geboortejaar").fill(year)
        newcomer.get_by_role("button", name="Schrijf in").click()
        if year == "1949":
            expect(form(page, "Toestel uitlenen").get_by_label("Lener")).to_have_value(
                "Cyriel Ameloot"
            )

    other = form(page, "Iemand anders")
    other.get_by_role("button", name="Toch nieuw").click()
    expect(other).to_contain_text("Kies een van de mogelijkheden.")
    other.get_by_label("familie").check()
    other.get_by_role("button", name="Toch nieuw").dblclick()

    lend = form(page, "Toestel uitlenen")
    expect(lend.get_by_label("Lener")).to_have_value("Cyriel Ameloot")
    assert count_of(Person) == before + 2
    scan(lend, code)
    lend.get_by_role("button", name="Uitlenen").click()
    expect(page.get_by_text(f"Uitgeleend: {code}")).to_be_visible()


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1366 px", "360 px"])
def test_question_about_a_double_is_accessible_and_what_was_typed_stays(
    sign_in, site, viewport
):
    page = sign_in("ann", viewport)
    page.goto(f"{site}/personen")
    search = form(page, "Zoek een persoon")
    search.get_by_label("Naam, geboortejaar of postcode").fill("maertens")
    search.get_by_role("option").first.click()
    search.get_by_role("button", name="Toon de gegevens").click()
    expect(page.get_by_text("staat hieronder")).to_be_visible()
    name = page.locator("#h-person").inner_text()
    first, last = name.split(" ", 1)
    assert violations(page) == []

    open_tab(page, "Nieuwe persoon")
    newcomer = form(page, "Nieuwe persoon")
    newcomer.get_by_label("Voornaam").fill(first)
    newcomer.get_by_label("Achternaam").fill(last)
    newcomer.get_by_label("Telefoon").fill("0475 12 34 56")
    newcomer.get_by_role("button", name="Schrijf in").click()
    expect(page.get_by_text("Deze persoon bestaat misschien al.")).to_be_visible()

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Pas de gegevens aan").click()
    expect(newcomer.get_by_label("Telefoon")).to_have_value("0475 12 34 56")
    expect(newcomer.get_by_label("Voornaam")).to_have_value(first)


@pytest.mark.parametrize("login", ["karel", "rita"])
def test_who_may_not_find_persons_has_no_page_of_them(sign_in, site, login):
    page = sign_in(login)

    assert page.goto(f"{site}/personen").status == 403
    expect(page.get_by_role("navigation")).not_to_contain_text("Personen")
