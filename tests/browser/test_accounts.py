"""A new colleague: gets an account, signs in, chooses a password of her own, and leaves."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.desk import form, open_tab

OWN = "drie woorden van mij"


def sign_in_as(page, login, password):
    page.get_by_label("Gebruikersnaam").fill(login)
    page.get_by_label("Wachtwoord", exact=True).fill(password)
    page.keyboard.press("Enter")


def test_account_from_its_making_to_its_end(sign_in, browser, site):
    chief = sign_in("beheer")
    chief.goto(f"{site}/")
    chief.get_by_role("link", name="Beheer").click()
    new = form(chief, "Gebruiker maken")
    new.get_by_label("Gebruikersnaam").fill("marie")
    new.get_by_label("Naam op het scherm").fill("Marie")
    new.get_by_label("Rol").select_option("digihelper")
    new.get_by_label("Brugge West").check()
    new.get_by_role("button", name="Maak").click()
    told = new.get_by_text("Geef dit wachtwoord door")
    expect(told).to_be_visible()
    drawn = re.search(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", told.inner_text())[0]
    expect(chief.get_by_role("cell", name="marie", exact=True)).to_be_visible()

    context = browser.new_context(locale="nl-BE")
    marie = context.new_page()
    marie.goto(f"{site}/login")
    sign_in_as(marie, "marie", drawn)
    marie.get_by_role("link", name="Wachtwoord wijzigen").first.click()
    expect(marie.get_by_label("Huidig wachtwoord")).to_be_focused()
    marie.keyboard.type(drawn)
    for _ in range(2):
        marie.keyboard.press("Tab")
        marie.keyboard.type(OWN)
    marie.keyboard.press("Enter")
    expect(marie.get_by_role("heading", name="Wachtwoord gewijzigd")).to_be_visible()
    marie.get_by_role("button", name="Afmelden").first.click()
    sign_in_as(marie, "marie", OWN)
    expect(marie.get_by_text("Marie, digihelper").first).to_be_visible()

    chief.get_by_role("cell", name="marie", exact=True).click()
    open_tab(chief, "Uitschakelen")
    form(chief, "Gebruiker uitschakelen").get_by_role("button", name="Schakel uit").click()
    expect(chief.get_by_text("Uitgeschakeld: marie.")).to_be_visible()
    marie.reload()
    expect(marie.get_by_role("heading", name="Aanmelden")).to_be_visible()
    context.close()
