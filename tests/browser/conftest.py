"""One server over the demo database and one browser, shared by all browser tests."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import expect

from digibank_core import demo

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
REQUIRED = os.environ.get("DIGIBANK_REQUIRE_BROWSER") == "1"
DIGIBANK = str(Path(sys.executable).with_name("digibank"))
PATIENCE = 60_000
"""Milliseconds after which something does not appear any more, on a machine that is busy."""
WIDE = {"width": 1366, "height": 900}
NARROW = {"width": 360, "height": 740}


def pytest_collection_modifyitems(items):
    """Say loudly that nothing was proved in a browser when there is none."""
    if CHROMIUM is not None:
        return
    if REQUIRED:
        pytest.exit("DIGIBANK_REQUIRE_BROWSER is set and there is no Chromium", returncode=1)
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.skip(reason="NO CHROMIUM FOUND: apps not proved"))


expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Use Debian's Chromium, that asks nothing of the network."""
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": quiet}


@pytest.fixture(scope="session")
def demo_home(demo_place, tmp_path_factory):
    """Environment of a demo database that the server and the tests share and change."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(demo_place, folder, dirs_exist_ok=True)
    return {"DIGIBANK_HOME": str(folder / "home"), "DIGIBANK_KEYS": str(folder / "keys")}


@pytest.fixture(autouse=True)
def same_database(demo_home, monkeypatch):
    """Let the test look into the database that the server writes."""
    for name, value in demo_home.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DIGIBANK_DATABASE_URL", raising=False)


@pytest.fixture(scope="session")
def site(demo_home):
    """Address of the served demo database."""
    with listening([DIGIBANK, "serve"], demo_home) as server:
        yield server.address


@dataclass(frozen=True)
class Server:
    """A process that answers at an address."""

    address: str
    process: psutil.Process


@contextmanager
def listening(command, environment, path="login"):
    """Let a command serve on a free port until the block ends, from its first answer on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    process = psutil.Popen([*command, "--port", str(port)], env={**os.environ, **environment})
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/{path}", process)
        yield Server(address, process)
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="session")
def signed_in():
    """Cookies of who signed in before, by login."""
    return {}


@pytest.fixture
def sign_in(browser, site, signed_in):
    """Open a signed-in page: sign_in("ann", NARROW); what goes wrong in it fails the test."""
    contexts, wrong = [], []

    def open_page(login, viewport=WIDE):
        context = browser.new_context(
            viewport=viewport,
            locale="nl-BE",
            reduced_motion="reduce",  # axe measures colours, also half-way a change of them
            storage_state=signed_in.get(login),
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"script error: {error}"))
        page.on("request", lambda asked: only_here(asked.url, site, wrong))
        if login not in signed_in:
            page.goto(f"{site}/login")
            fill_in_login(page, login)
            page.wait_for_url(f"{site}/")
            signed_in[login] = context.storage_state()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def fill_in_login(page, login):
    """Sign in on the login page that is open."""
    page.get_by_label("Gebruikersnaam").fill(login)
    page.get_by_label("Wachtwoord", exact=True).fill(demo.PASSWORD)
    page.get_by_role("button", name="Aanmelden", exact=True).click()


def only_here(url, site, wrong):
    """Note a request to another host than that of the site."""
    if not url.startswith((site, "data:", "blob:", site.replace("http", "ws"))):
        wrong.append(f"request to another host: {url}")


def _wait_for(url, server):
    for _ in range(450):
        if server.poll() is not None:
            pytest.fail(f"the server stopped with code {server.returncode}")
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the server did not answer in 90 seconds")
