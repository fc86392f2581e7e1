"""Flows 1, 2 and 10: a coordinator lends a device, takes it back and sees the figure move."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from digibank_core import db, demo, history
from digibank_core.models import Device, DeviceState, Loan, Person, SavedForm
from tests.browser.desk import (
    count_of,
    first_device,
    form,
    history_of,
    loans_of,
    open_loans,
    open_tab,
    scan,
)


def reached(page, site):
    """The headline figure on voortgang."""
    page.goto(f"{site}/voortgang")
    figure = page.locator(".figure", has_text="Bereikte personen").first
    return int(re.match(r"\d+", figure.locator(".value").inner_text().replace(".", ""))[0])


def test_coordinator_lends_takes_back_and_sees_progress_move(sign_in, site):
    page = sign_in("ann")
    before = reached(page, site)
    code = first_device(DeviceState.READY)
    persons = count_of(Person)

    page.goto(f"{site}/uitleen")
    open_tab(page, "Nieuwe persoon")
    newcomer = form(page, "Nieuwe persoon")
    newcomer.get_by_label("Voornaam").fill("Wilhelmina")
    newcomer.get_by_label("Achternaam").fill("Van Nergens")
    newcomer.get_by_label("Geboortejaar").fill("19x5")
    newcomer.get_by_role("button", name="Schrijf in").click()
    expect(newcomer).to_contain_text("Vul vier cijfers in, bijvoorbeeld 1955.")
    assert count_of(Person) == persons
    newcomer.get_by_label("Geboortejaar").fill("1955")
    newcomer.get_by_role("button", name="Schrijf in").click()

    lend = form(page, "Toestel uitlenen")
    expect(lend.get_by_label("Lener")).to_have_value("Wilhelmina Van Nergens")
    scan(lend, "BW-9999")
    expect(lend).to_contain_text("Toestel BW-9999 kennen we niet.")
    scan(lend, code.lower())
    expect(lend).to_contain_text(f"{code}, ")
    lend.get_by_label("Terug op").fill("31/02/2025")
    lend.get_by_role("button", name="Uitlenen").click()
    expect(lend).to_contain_text("31/02/2025 bestaat niet")
    assert [loan for loan in loans_of(code) if loan.returned_on is None] == []
    lend.get_by_label("Terug op").fill("28/04/2025")
    lend.get_by_role("button", name="Uitlenen").dblclick()
    expect(page.get_by_text(f"Uitgeleend: {code}, terug op ma 28/04/2025.")).to_be_visible()
    expect(page.get_by_text(f"van {open_loans()} rijen")).to_be_visible()
    page.get_by_label("Zoek in de lijst").fill(code)
    expect(page.get_by_role("row", name=code)).to_contain_text("Wilhelmina Van Nergens")

    loan = loans_of(code)[-1]
    assert (loan.lent_on, loan.due_on) == (demo.STORY_DAY, demo.STORY_DAY + timedelta(days=28))
    assert [entry.reason for entry in history_of("loan", loan.id)] == ["toestel uitlenen"]
    assert history_of("loan", loan.id)[0].login == "ann"
    assert reached(page, site) == before + 1

    page.goto(f"{site}/uitleen?toestel={code}")
    back = form(page, "Toestel terugnemen")
    expect(back).to_contain_text("Bij Wilhelmina Van Nergens sinds 31/03/2025")
    back.get_by_role("button", name="Terugnemen").click()
    expect(back).to_contain_text("Kies een van de mogelijkheden.")
    back.get_by_label("in orde").check()
    back.get_by_role("button", name="Terugnemen").click()
    expect(page.get_by_text(f"Teruggenomen: {code}.")).to_be_visible()
    assert loans_of(code)[-1].returned_on == demo.STORY_DAY

    open_tab(page, "Uitlenen")
    scan(lend, code)
    expect(lend).to_contain_text("Nog niet gewist.")
    open_tab(page, "Wissen")
    wipe = form(page, "Wissing noteren")
    scan(wipe, code)
    expect(wipe).to_contain_text("Wacht op een wissing.")
    wipe.get_by_label("overschrijven").check()
    wipe.get_by_role("button", name="Noteer de wissing").click()
    expect(page.get_by_text(f"Wissing genoteerd: {code} is weer uitleenbaar.")).to_be_visible()

    told = [(entry.reason, entry.login) for entry in history_of("device", code)][-3:]
    assert told == [
        ("toestel uitlenen", "ann"),
        ("toestel terugnemen", "ann"),
        ("wissing noteren", "ann"),
    ]
    assert reached(page, site) == before + 1  # a return takes nobody away
    with db.reading() as session:
        assert history.verify(session) is None


def test_two_presses_of_the_button_save_one_loan(sign_in, site):
    code = first_device(DeviceState.READY)
    saved, lent = count_of(SavedForm), count_of(Loan)
    page = sign_in("ann")
    page.goto(f"{site}/uitleen")
    lend = form(page, "Toestel uitlenen")
    scan(lend, code)
    expect(lend).to_contain_text(f"{code}, ")
    lend.get_by_label("Lener").fill("maer")
    lend.get_by_role("option").first.click()

    lend.get_by_role("button", name="Uitlenen").dblclick()
    expect(page.get_by_text(f"Uitgeleend: {code}")).to_be_visible()

    assert (count_of(SavedForm), count_of(Loan)) == (saved + 1, lent + 1)


def test_two_desks_that_take_back_one_device_get_one_clear_message(sign_in, site):
    code = first_device(DeviceState.ON_LOAN)
    desks = [form(page, "Toestel terugnemen") for page in (sign_in("ann"), sign_in("ann"))]
    for desk in desks:
        desk.page.goto(f"{site}/uitleen?toestel={code}")
        expect(desk).to_contain_text("Bij ")
        desk.get_by_label("in orde").check()

    desks[0].get_by_role("button", name="Terugnemen").click()
    expect(desks[0].page.get_by_text(f"Teruggenomen: {code}.")).to_be_visible()
    desks[1].get_by_role("button", name="Terugnemen").click()

    expect(desks[1]).to_contain_text(f"Toestel {code} is niet uitgeleend")
    assert (
        len([entry for entry in history_of("loan", loans_of(code)[-1].id) if entry.before]) == 1
    )


def test_rule_45_private_data_in_the_note_is_refused_and_what_was_typed_stays(sign_in, site):
    code = first_device(DeviceState.READY)
    page = sign_in("ann")
    page.goto(f"{site}/uitleen")
    lend = form(page, "Toestel uitlenen")
    scan(lend, code)
    lend.get_by_label("Lener").fill("maer")
    lend.get_by_role("option").first.click()
    lend.get_by_label("Nota").fill("bel jan@voorbeeld.be")

    lend.get_by_role("button", name="Uitlenen").click()

    expect(lend.get_by_label("Nota")).to_have_attribute("aria-invalid", "true")
    expect(lend.get_by_label("Nota")).to_have_value("bel jan@voorbeeld.be")
    with db.reading() as session:
        assert session.get(Device, code).state == DeviceState.READY


def test_kringwinkel_sees_stock_and_wipes_but_never_who_borrowed(sign_in, site):
    page = sign_in("karel")
    page.goto(f"{site}/uitleen")
    expect(page.get_by_role("tab")).to_have_count(1)

    headings = page.get_by_role("columnheader").all_inner_texts()

    assert "Toestel" in " ".join(headings)
    assert "Lener" not in " ".join(headings)


@pytest.mark.parametrize(("login", "place"), [("rita", "uitleen"), ("roger", "voortgang")])
def test_page_without_the_right_is_refused_in_dutch(sign_in, site, login, place):
    page = sign_in(login)

    answer = page.goto(f"{site}/{place}")

    assert answer.status == 403
    expect(page.get_by_role("main")).to_contain_text("coördinator")
    expect(page.get_by_role("navigation")).to_be_visible()
