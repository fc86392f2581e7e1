"""Flow 9 in the browser: a mistake is mended from a list, with the keyboard alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlmodel import col, select

from digibank_core import clock, db
from digibank_core.i18n import show_date
from digibank_core.models import Loan
from digibank_core.security import Actor, Role
from digibank_core.services import corrections
from tests.browser.conftest import NARROW, WIDE
from tests.browser.desk import form, history_of, open_tab
from tests.browser.test_pages import violations
from tests.browser.test_persons import press_button, press_until

ANN = Actor(login="ann", role=Role.COORDINATOR, digibank="west")


def open_loan():
    """An open loan that is in the list of the desk."""
    with db.reading() as session:
        is_open = col(Loan.returned_on).is_(None) & ~col(Loan.voided)
        found = select(Loan).where(Loan.digibank == "west", is_open)
        return session.exec(found.order_by(col(Loan.due_on), col(Loan.device))).first()


def read(number):
    with db.reading() as session:
        return session.get_one(Loan, number)


def correct_elsewhere(number, **facts):
    """Correct the loan at another desk."""
    address = f"loan/{number}"
    with db.transaction(ANN, "verbeterd: nagekeken op papier") as session:
        seen = corrections.view(session, address, actor=ANN)
        request = seen.form.model_construct(**seen.values | facts)
        corrections.correct(
            session,
            address,
            request,
            version=seen.version,
            actor=ANN,
            today=clock.today(),
        )


def to_tab(page, title):
    """Walk to a tab with the keyboard and open it."""
    current = page.get_by_role("tab", selected=True)
    press_until(page, "Shift+Tab", current)
    for _ in range(4):
        if page.get_by_role("tab", name=title, exact=True).evaluate(
            "node => node === document.activeElement"
        ):
            break
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")


def retype(page, field, text):
    press_until(page, "Tab", field)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def test_flow_9_mistake_is_mended_by_keyboard_while_somebody_else_mends_it_too(sign_in, site):
    page, loan = sign_in("ann"), open_loan()
    later = loan.due_on + timedelta(days=7)
    page.goto(f"{site}/uitleen")
    expect(form(page, "Toestel uitlenen").get_by_label("Toestelcode")).to_be_focused()

    # from the list to the record
    press_until(page, "Tab", page.get_by_role("link", name=f"Verbeter : {loan.device}"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/gegeven?record=loan/{loan.id}")
    expect(page.get_by_role("heading", name=f"Uitlening van {loan.device}")).to_be_visible()

    # a mistake on the way
    press_until(page, "Tab", page.get_by_role("tab", name="Gegeven", exact=True))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    mend = form(page, "Corrigeren")
    retype(page, mend.get_by_label("Terug op", exact=True), "31/02/2025")
    press_button(page, mend, "Bekijk wat verandert")
    due = mend.get_by_label("Terug op", exact=True)
    expect(due).to_be_focused()
    expect(mend).to_contain_text("31/02/2025 bestaat niet")

    # somebody else comes in between
    correct_elsewhere(loan.id, note="lader ontbreekt")
    page.keyboard.press("Control+A")
    page.keyboard.type(show_date(later))
    press_button(page, mend, "Bekijk wat verandert")
    onward = form(page, "Ga verder")
    expect(onward.get_by_role("radio").first).to_be_focused()
    differs = page.get_by_role("region", name="Wat verschilt")
    expect(differs).to_contain_text("lader ontbreekt")
    expect(differs).to_contain_text(show_date(later))
    assert read(loan.id).due_on == loan.due_on
    page.keyboard.press("Space")
    press_button(page, onward, "Ga verder")

    # what would change, then why, then save
    expect(mend.get_by_role("button", name="Bekijk wat verandert")).to_be_focused()
    expect(mend.get_by_label("Nota (mag leeg)")).to_have_value("lader ontbreekt")
    page.keyboard.press("Enter")
    why = form(page, "Bewaar de verbetering")
    expect(why.get_by_role("radio").first).to_be_focused()
    row = f"Terug op {show_date(loan.due_on)} {show_date(later)}"
    expect(page.get_by_role("row", name=row)).to_be_visible()
    page.keyboard.press("Space")
    press_button(page, why, "Bewaar")
    expect(page.get_by_text("Bewaard. Wat er eerst stond")).to_be_visible()
    assert (read(loan.id).due_on, read(loan.id).note) == (later, "lader ontbreekt")
    assert history_of("loan", loan.id)[-1].reason == "verbeterd: verkeerd getypt of gekozen"

    # void it and back
    press_until(page, "Tab", page.get_by_role("tab", name="Gegeven", exact=True))
    to_tab(page, "Ongeldig maken")
    press_button(page, page, "Bekijk wat verandert")
    why = form(page, "Ongeldig maken")
    expect(why.get_by_role("radio").first).to_be_focused()
    expect(page.get_by_text("Stand: van uitgeleend naar uitleenbaar.")).to_be_visible()
    page.keyboard.press("Space")
    press_button(page, why, "Maak ongeldig")
    expect(page.get_by_text("Ongeldig gemaakt. Het telt niet meer mee")).to_be_visible()
    assert read(loan.id).voided
    press_until(page, "Tab", page.get_by_role("tab", name="Gegeven", exact=True))
    to_tab(page, "Weer geldig maken")
    press_button(page, page, "Bekijk wat verandert")
    why = form(page, "Weer geldig maken")
    expect(why.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("Space")
    press_button(page, why, "Maak weer geldig")
    expect(page.get_by_text("Weer geldig. Het telt weer mee.")).to_be_visible()
    assert not read(loan.id).voided

    # and its story in plain Dutch
    press_until(page, "Tab", page.get_by_role("tab", name="Gegeven", exact=True))
    to_tab(page, "Geschiedenis")
    story = page.get_by_role("region", name="Geschiedenis")
    expect(story).to_contain_text("Weer geldig gemaakt op")
    expect(story).to_contain_text(
        f"Terug op: van {show_date(loan.due_on)} naar {show_date(later)}."
    )
    expect(story).to_contain_text("Nota: gewijzigd.")


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1366 px", "360 px"])
def test_page_of_a_record_is_accessible_and_fits(sign_in, site, viewport):
    page, loan = sign_in("ann", viewport), open_loan()
    page.goto(f"{site}/gegeven?record=loan/{loan.id}")

    def is_fine():
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    expect(page.get_by_role("heading", name=f"Uitlening van {loan.device}")).to_be_visible()
    is_fine()
    open_tab(page, "Geschiedenis")
    expect(page.get_by_role("region", name="Geschiedenis")).to_be_visible()
    is_fine()
    open_tab(page, "Corrigeren")
    mend = form(page, "Corrigeren")
    mend.get_by_label("iemand anders").check()
    is_fine()
    mend.get_by_role("button", name="Bekijk wat verandert").click()
    expect(page.get_by_text("Bereikte personen, VERL")).to_be_visible()
    is_fine()
    correct_elsewhere(loan.id, note=f"nota van {viewport['width']}")
    why = form(page, "Bewaar de verbetering")
    why.get_by_label("een andere reden").check()
    why.get_by_role("button", name="Bewaar").click()
    expect(form(page, "Ga verder")).to_be_visible()
    is_fine()
    form(page, "Ga verder").get_by_label("begin van wat er nu staat").check()
    form(page, "Ga verder").get_by_role("button", name="Ga verder").click()
    expect(page.get_by_role("region", name="Wat verschilt")).to_be_visible()
    assert read(loan.id).stream == loan.stream


def test_typed_correction_comes_back_after_a_reload(sign_in, site):
    page, loan = sign_in("ann"), open_loan()
    page.goto(f"{site}/gegeven?record=loan/{loan.id}")
    open_tab(page, "Corrigeren")
    mend = form(page, "Corrigeren")
    mend.get_by_label("Nummer van de overeenkomst").fill("BW-2025-99999")
    mend.get_by_label("Nota (mag leeg)").fill("dit is van Lieve")

    page.reload()
    open_tab(page, "Corrigeren")

    expect(mend).to_contain_text("Je eerdere invoer staat er nog.")
    expect(mend.get_by_label("Nummer van de overeenkomst")).to_have_value("BW-2025-99999")
    expect(mend).to_contain_text("Vul opnieuw in: Nota.")
    kept = page.evaluate("JSON.stringify(sessionStorage)")
    assert "Lieve" not in kept
    page.get_by_role("button", name="Wis mijn eerdere invoer").click()


@pytest.mark.parametrize("login", ["karel", "roger", "rita"])
def test_who_may_not_correct_has_no_page_of_a_record(sign_in, site, login):
    assert sign_in(login).goto(f"{site}/gegeven?record=loan/1").status == 403


def test_record_of_another_digibank_is_not_told_of(sign_in, site):
    page = sign_in("noor")
    page.goto(f"{site}/gegeven?record=loan/{open_loan().id}")

    expect(page.get_by_text("Dit gegeven bestaat niet")).to_be_visible()
