"""A rare name, typed in the browser: no other role, kernel, log or command line gets it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import expect

from digibank_core.models import DeviceState
from tests.browser.desk import first_device, form, open_tab, scan

RARE = "Zwartkapoen"
OTHERS = {
    "karel": ["", "uitleen"],
    "rita": ["", "voortgang"],
    "rik": ["", "voortgang", "bon?cijfer=loans&periode=VERL", "rapport"],
    "beheer": ["", "voortgang", "beheer"],
    "noor": ["", "uitleen", "vorming", "digipunt", "personen", "voortgang"],
}
"""Pages of who may know nobody of this Digibank."""


@pytest.fixture(scope="module")
def walked():
    """What was done already: the name is typed once for all tests."""
    return set()


@pytest.fixture
def known(sign_in, site, walked):
    """Let ann register somebody of that name, who takes a device and asks a question."""
    if walked:
        return
    page = sign_in("ann")
    page.goto(f"{site}/uitleen")
    open_tab(page, "Nieuwe persoon")
    newcomer = form(page, "Nieuwe persoon")
    newcomer.get_by_label("Voornaam").fill("Xandria")
    newcomer.get_by_label("Achternaam").fill(f"{RARE}7")
    newcomer.get_by_role("button", name="Schrijf in").click()
    expect(newcomer).to_contain_text("Een naam heeft geen cijfers.")
    newcomer.get_by_label("Achternaam").fill(RARE)
    newcomer.get_by_role("button", name="Schrijf in").click()
    lend = form(page, "Toestel uitlenen")
    expect(lend.get_by_label("Lener")).to_have_value(f"Xandria {RARE}")
    code = first_device(DeviceState.READY)
    scan(lend, code)
    lend.get_by_label("Nota").fill(f"{RARE} 0475 12 34 56")
    lend.get_by_role("button", name="Uitlenen").click()
    expect(lend).to_contain_text("Dit lijkt op een telefoonnummer.")
    lend.get_by_label("Nota").fill(f"{RARE} komt met de zus")
    lend.get_by_role("button", name="Uitlenen").click()
    expect(page.get_by_text(f"Uitgeleend: {code}")).to_be_visible()
    walked.add(RARE)


def listen(page):
    """Keep all that the server says to a page, in answers and over websockets."""
    told = []

    def keep(payload):
        told.append(payload if isinstance(payload, str) else payload.decode("utf-8", "replace"))

    page.on("websocket", lambda socket: socket.on("framereceived", keep))
    return told


@pytest.mark.parametrize("login", OTHERS)
def test_rule_49_name_reaches_no_page_of_who_may_not_see_it(sign_in, site, known, login):
    page = sign_in(login)
    told = listen(page)

    for path in OTHERS[login]:
        answer = page.goto(f"{site}/{path}")
        page.wait_for_load_state("networkidle")
        told += [answer.text(), page.content()]
        assert answer.status == 200

    assert told
    assert not any(RARE.casefold() in text.casefold() for text in told)


def test_rule_49_search_of_another_digibank_finds_nobody_of_that_name(sign_in, site, known):
    page = sign_in("noor")
    page.goto(f"{site}/personen")
    told = listen(page)
    search = form(page, "Zoek een persoon")

    search.get_by_label("Naam, geboortejaar of postcode").fill(RARE)

    expect(search).to_contain_text("Niemand gevonden.")
    assert not any(RARE in text for text in told if '"query"' not in text)


def test_name_is_in_no_environment_or_command_line_of_a_kernel(sign_in, site, known):
    page = sign_in("ann")
    page.goto(f"{site}/personen")
    search = form(page, "Zoek een persoon")
    search.get_by_label("Naam, geboortejaar of postcode").fill(RARE)
    search.get_by_role("option").first.click()
    search.get_by_role("button", name="Toon de gegevens").click()
    expect(page.get_by_role("heading", name=f"Xandria {RARE}")).to_be_visible()

    looked_at = 0
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # it may end meanwhile
            told = [*process.cmdline(), *process.environ().values()]
            looked_at += 1
            assert not any(RARE in word for word in told)
    assert looked_at > 3  # the server, two warm processes, a kernel


def test_name_is_in_no_log_or_extract_beside_the_server(known, demo_home):
    home = Path(demo_home["DIGIBANK_HOME"])
    files = [path for part in ("log", "extract") for path in (home / part).rglob("*")]

    written = [path for path in files if path.is_file()]
    assert any(path.name.startswith("toegang") for path in written)
    assert [path.name for path in written if RARE.encode() in path.read_bytes()] == []
