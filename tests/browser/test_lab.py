"""A report maker changes one cell in JupyterLab and runs the report again."""

from __future__ import annotations

import json
import re
import subprocess

from playwright.sync_api import expect

from digibank_core import db
from digibank_core.config import places
from digibank_core.models import NewPerson
from digibank_core.security import Actor, Role
from digibank_core.services import persons
from tests.browser.conftest import DIGIBANK, PATIENCE, WIDE, fill_in_login, listening, only_here

ANN = Actor("ann", Role.COORDINATOR, "west")


def reach(as_of):
    """Give the persons that the command counts up to a day."""
    asked = ["figures", "--digibank", "west", "--period", "IMPL", "--as-of", as_of, "--json"]
    printed = subprocess.run([DIGIBANK, *asked], capture_output=True, check=True, text=True)
    return json.loads(printed.stdout)[0]["value"]


def test_report_maker_changes_one_cell_and_gets_the_figures_of_the_command(browser, demo_home):
    with listening([DIGIBANK, "lab"], demo_home) as server:
        lab = server.address
        context = browser.new_context(viewport=WIDE, locale="nl-BE")
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        elsewhere = []
        page.on("request", lambda asked: only_here(asked.url, lab, elsewhere))
        page.goto(f"{lab}/lab/tree/voortgang.ipynb")
        fill_in_login(page, "rik")
        choice = page.locator(".jp-CodeCell", has_text="report.over")
        expect(choice).to_contain_text("31/12/2024")

        choice.locator(".cm-content").click()
        page.keyboard.press("Control+a")
        page.keyboard.type('rapport = report.over(periode="IMPL", tot="2023-12-31")\nrapport')
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()

        expect(choice).to_contain_text("31/12/2023")
        figures = page.locator(".jp-CodeCell", has_text='rapport.table("cijfers")')
        reached = figures.get_by_role("row", name="Bereikte personen", exact=False).first
        expect(reached).to_contain_text(str(reach("2023-12-31")))
        expect(page.get_by_text("Rapport | Idle")).to_be_visible()
        page.keyboard.press("Control+s")
        expect(page.get_by_text("Saving completed")).to_be_visible()
        kept = (places().written_reports / "voortgang.ipynb").read_text("utf-8")
        assert 'tot=\\"2023-12-31\\"' in kept
        assert elsewhere == []
        context.close()


def test_report_as_a_page_is_that_of_the_own_digibank_and_tells_nothing_about_cells(
    sign_in, site
):
    page = sign_in("ann")
    page.goto(f"{site}/rapport")

    figures = page.get_by_role("table", name="Alle cijfers")
    reached = figures.get_by_role("row").filter(has_text="Bereikte personen")
    expect(reached).to_contain_text(str(reach("2024-12-31")))
    expect(page.get_by_text("Brugge West").first).to_be_visible()
    expect(page.get_by_text("Jouw keuze")).to_have_count(0)


def test_extract_is_renewed_by_a_button_when_something_changed(sign_in, site):
    page = sign_in("ann")
    page.goto(f"{site}/voortgang")
    renew = page.get_by_role("button", name="Vernieuw het uittreksel")
    renew.click()
    expect(page.get_by_text(re.compile("uittreksel is (vernieuwd|van nu)"))).to_be_visible()
    before = (places().extract / "west").resolve()
    with db.transaction(ANN, "test") as session:
        newcomer = NewPerson(first_name="Fons", birth_year=1950)
        persons.register(session, newcomer, actor=ANN)

    renew.click()

    expect(page.get_by_text("Het uittreksel is vernieuwd om")).to_be_visible()
    assert (places().extract / "west").resolve() != before
