"""Giving data along and erasing a person in the browser (rule 65); the counts stay."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlmodel import col, select

from digibank_core import db, erasures
from digibank_core.models import Contact, Loan, Person
from tests.browser.conftest import NARROW, WIDE
from tests.browser.desk import form
from tests.browser.test_pages import violations


def borrower(digibank="west"):
    """Key, full name and device of somebody who has exactly one device."""
    with db.reading() as session:
        is_open = col(Loan.returned_on).is_(None) & ~col(Loan.voided)
        found = session.exec(
            select(Contact, Loan, Person)
            .join(Person, col(Person.key) == Contact.person)
            .join(Loan, col(Loan.person) == Contact.person)
            .where(Person.digibank == digibank, is_open)
            .order_by(col(Contact.person))
        ).all()
    keys = [contact.person for contact, _, _ in found]
    for contact, loan, person in found:
        if keys.count(contact.person) == 1 and contact.last_name:
            return person, f"{contact.first_name} {contact.last_name}", loan.device
    return pytest.fail("nobody has one device")


def show(page, site, person, name):
    """Bring the card of a person to the front, told from namesakes by the year of birth."""
    page.goto(f"{site}/personen")
    search = form(page, "Zoek een persoon")
    search.get_by_label("Naam, geboortejaar of postcode").fill(f"{name} {person.birth_year}")
    search.get_by_role("option").first.click()
    search.get_by_role("button", name="Toon de gegevens").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def progress(page, site):
    """All numbers that Voortgang shows."""
    page.goto(f"{site}/voortgang")
    expect(page.locator(".figure").first).to_be_visible()
    return page.locator("main").inner_text()


def test_rule_65_erasing_is_refused_while_a_device_is_out_then_done_and_counts_stay(
    sign_in, site
):
    page = sign_in("ann")
    person, name, device = borrower()
    before = progress(page, site)

    show(page, site, person, name)
    page.get_by_role("button", name="Gegevens wissen").click()
    expect(page.get_by_text("Deze persoon heeft nog een toestel")).to_be_visible()
    page.get_by_role("link", name=f"Neem {device} terug").click()
    back = form(page, "Toestel terugnemen")
    back.get_by_label("in orde").check()
    back.get_by_role("button", name="Terugnemen").click()
    expect(page.get_by_text(f"Teruggenomen: {device}")).to_be_visible()

    show(page, site, person, name)
    page.get_by_role("button", name="Gegevens wissen").click()
    ask = form(page, "Wissen op verzoek")
    expect(page.get_by_text(f"Naam, telefoon, e-mail en postcode van {name}")).to_be_visible()
    ask.get_by_label("de persoon vraagt het zelf").check()
    ask.get_by_role("button", name="Wis deze persoon").click()
    expect(ask).to_contain_text("Lees wat verdwijnt en vink dit aan.")
    ask.get_by_label("Ik heb gelezen wat verdwijnt").check()
    ask.get_by_role("button", name="Wis deze persoon").dblclick()
    expect(page.get_by_text("Geen enkel cijfer verandert.")).to_be_visible()
    expect(page.get_by_role("heading", name="gewiste persoon")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text(name)

    with db.reading() as session:
        assert session.get(Contact, person.key) is None
        assert session.get_one(Person, person.key).erased_on is not None
    assert [one.person for one in erasures.listed()].count(person.key) == 1
    assert progress(page, site) == before


def test_dossier_is_downloaded_without_the_server_and_printed_alone(sign_in, site):
    page = sign_in("ann")
    person, name, device = borrower()
    show(page, site, person, name)

    page.get_by_role("button", name="Gegevens meegeven").click()
    dossier = page.get_by_role("region", name="Alles wat we van deze persoon bewaren")
    expect(dossier).to_contain_text(device)
    with page.expect_download() as download:
        page.get_by_role("link", name="Bewaar als bestand").click()
    page.evaluate("window.print = () => { window.printed = true; }")
    page.get_by_role("button", name="Druk af").click()

    assert download.value.suggested_filename == "gegevens.json"
    given = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert given["Naam en contact"][0]["Voornaam"] == name.split()[0]
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    expect(dossier).to_be_visible()
    for other in ("Personen", "Zoek een persoon"):
        expect(page.get_by_role("heading", name=other, exact=True)).to_be_hidden()
    expect(page.get_by_role("button", name="Druk af")).to_be_hidden()


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1366 px", "360 px"])
def test_both_panels_are_accessible_and_fit(sign_in, site, viewport):
    page = sign_in("ann", viewport)
    with db.reading() as session:
        lent = select(Loan.person).where(col(Loan.returned_on).is_(None))
        contact, person = session.exec(
            select(Contact, Person)
            .join(Person)
            .where(
                Person.digibank == "west",
                col(Contact.last_name).is_not(None),
                col(Person.key).not_in(lent),
            )
            .order_by(col(Contact.person))
        ).first()
    show(page, site, person, f"{contact.first_name} {contact.last_name}")

    for button, heading in (
        ("Gegevens meegeven", "Alles wat we van deze persoon bewaren"),
        ("Gegevens wissen", "Wat verdwijnt en wat blijft"),
    ):
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_digihelper_has_no_such_buttons(sign_in, site):
    page = sign_in("roger")
    person, name, _ = borrower()
    show(page, site, person, name)

    expect(page.get_by_role("button", name="Gegevens wissen")).to_have_count(0)
    expect(page.get_by_role("button", name="Gegevens meegeven")).to_have_count(0)
