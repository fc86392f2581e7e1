"""The page Beheer: the account of a new colleague, and a page that was changed."""

from __future__ import annotations

import json
import re

from playwright.sync_api import expect

from digibank_core.config import places
from tests.browser.desk import form, open_tab
from tests.browser.test_pages import violations

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


def test_changed_page_runs_after_an_administrator_saw_and_approved_the_change(sign_in, site):
    notebook = json.loads((places().apps / "personen.ipynb").read_text("utf-8"))
    notebook["cells"][0]["source"].append("\n\nOp dinsdag is Lotte aan de balie.")
    places().changed_apps.mkdir()
    changed = places().changed_apps / "personen.ipynb"
    changed.write_text(json.dumps(notebook), "utf-8")
    sentence = "Op dinsdag is Lotte aan de balie."
    ann, administrator = sign_in("ann"), sign_in("beheer")
    ann.goto(f"{site}/personen")
    expect(ann.get_by_text("Zoek een persoon").first).to_be_visible()
    expect(ann.get_by_text(sentence)).to_have_count(0)

    administrator.goto(f"{site}/beheer")
    change = administrator.get_by_role("region", name="Wijziging van personen.ipynb")
    expect(change).to_contain_text(f"nieuw: + {sentence}")
    assert violations(administrator) == []
    administrator.get_by_role("button", name="Keur goed").click()
    expect(administrator.get_by_text("Goedgekeurd: personen.ipynb.")).to_be_visible()

    ann.reload()
    expect(ann.get_by_text(sentence)).to_be_visible()
    changed.unlink()
