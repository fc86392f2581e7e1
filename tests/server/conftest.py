"""One real server over small notebooks, and visitors who talk to it as a browser does."""

from __future__ import annotations

import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import date

import httpx
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from digibank_core import db, security
from digibank_core.config import places
from digibank_core.models import NewAccount
from digibank_core.security import Role
from digibank_core.services import accounts, programme

TELL_ROUTES = """
import json, os, sys
from pathlib import Path

from tornado.web import RequestHandler

def found_in(router):
    for rule in router.rules:
        if hasattr(rule.target, "rules"):
            yield from found_in(rule.target)
        else:
            yield rule.matcher.regex.pattern, rule.target

def tell_routes(application):
    told = {}
    for pattern, handler in found_in(application.default_router):
        told.setdefault(pattern, [
            method for method in RequestHandler.SUPPORTED_METHODS
            if getattr(handler, method.lower()) is not getattr(RequestHandler, method.lower())
        ])
    Path(os.environ["TEST_ROUTES"]).write_text(json.dumps(told), encoding="utf-8")
"""
SERVE = f"""{TELL_ROUTES}
from digibank_core.server.app import application

server = application(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
listen = server.listen

def tell_and_listen():
    tell_routes(server.app)
    listen()

server.listen = tell_and_listen
server.start()
"""
PEOPLE = {
    "anna": (Role.COORDINATOR, "west"),
    "bert": (Role.REGIONAL, None),
    "carla": (Role.PARTNER, "west"),
    "rik": (Role.EDITOR, "west"),
    "dora": (Role.EDITOR, "noord"),
    "wout": (Role.DIGIHELPER, "west"),
    "eva": (Role.DIGIHELPER, "west"),
    "otto": (Role.DIGIHELPER, "west"),
    "beheer": (Role.ADMINISTRATOR, None),
}
PASSWORD = "een lang wachtwoord"
ROUTES: dict[str, dict[str, list[str]]] = {}
"""By server that runs: pattern of each route that its application object has, and methods."""
WHO = """
import os
from IPython.display import HTML, display
told = {name: value for name, value in os.environ.items() if "DIGIBANK_USER" in name.upper()}
display(HTML(f"<p>De kern ziet {told}</p>"))
"""

BROKEN = """
from digibank_core.ui import page

@page.part
def part():
    raise ValueError("geheim detail")

part()
"""


class Visitor:
    """A browser without a screen: it keeps cookies, signs in and opens pages."""

    def __init__(self, address):
        self.address = address
        self.browser = httpx.Client(base_url=address, timeout=60)
        self.opened = []

    def get(self, path, **more):
        """Ask for an address; redirects are not followed."""
        return self.browser.get(path, **more)

    def post(self, path, origin=None, xsrf=True, **fields):
        """Send a form, with the token that a page of this server has in its cookie."""
        if xsrf:
            fields["_xsrf"] = self.browser.cookies.get("_xsrf")
        return self.browser.post(path, data=fields, headers=_origin(origin))

    def sign_in(self, login, password=PASSWORD, **fields):
        """Fill in the login page."""
        self.get("/login")
        return self.post("/login", login=login, password=password, **fields)

    def open(self, path="/", **headers):
        """Open a page; give its kernel's id."""
        self.page = self.get(path, headers=headers)
        found = re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', self.page.text)
        self.opened.append(json.loads(found[1])["kernelId"])
        return self.opened[-1]

    def kernel(self, kernel_id, method="GET", **headers):
        """Ask for a kernel, or tell it to stop; give the status of the answer."""
        headers["X-XSRFToken"] = self.browser.cookies.get("_xsrf", "")
        return self.browser.request(
            method, f"/api/kernels/{kernel_id}", headers=headers
        ).status_code

    def farewell(self, kernel_id, origin=None):
        """Send what a page sends when it is left; give the status of the answer."""
        path = f"/voila/api/shutdown/{kernel_id}"
        return self.browser.post(path, headers=_origin(origin)).status_code

    def channels(self, kernel_id, origin=None):
        """Open the websocket of a kernel."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items())
        return connect(
            self.address.replace("http", "ws") + f"/api/kernels/{kernel_id}/channels",
            additional_headers={"Cookie": cookies},
            origin=origin or self.address,
        )

    def channels_status(self, kernel_id, origin=None):
        """Give the status that refuses the websocket of a kernel; 101 when it opens."""
        try:
            with self.channels(kernel_id, origin):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code


def _origin(origin):
    return {} if origin is None else {"Origin": origin}


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """Environment of a demo database with a few accounts."""
    folder = tmp_path_factory.mktemp("served")
    home = {"DIGIBANK_HOME": str(folder / "home"), "DIGIBANK_KEYS": str(folder / "keys")}
    administrator = security.command_line()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in home.items():
            patch.setenv(name, value)
        patch.delenv("DIGIBANK_DATABASE_URL", raising=False)
        db.create(story_day=date(2025, 3, 31))
        with db.transaction(administrator, "installatie") as session:
            programme.load_reference(session, places().reference, actor=administrator)
            for login, (role, digibank) in PEOPLE.items():
                request = NewAccount(
                    login=login,
                    display_name=f"{login.title()} & co",
                    role=role,
                    digibank=digibank,
                    password=PASSWORD,
                )
                accounts.add_account(session, request, actor=administrator)
        db.engine().dispose()
    return home


@pytest.fixture
def at_the_office(served, monkeypatch):
    """Give a function that changes the database while the server runs, as a command does."""
    for name, value in served.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DIGIBANK_DATABASE_URL", raising=False)

    def run(service, *given, **options):
        with db.transaction(security.command_line(), "test") as session:
            return service(session, *given, **options)

    yield run
    db.engine().dispose()


@pytest.fixture(scope="session")
def apps(tmp_path_factory):
    """Folder with a notebook for each page, and one that is no page."""
    folder = tmp_path_factory.mktemp("apps")
    notebooks = {
        "index": [new_markdown_cell("# Vandaag"), new_code_cell(WHO)],
        "uitleen": [
            new_markdown_cell("# Uitleen"),
            new_code_cell("from ipywidgets import Text\nText(description='Code')"),
            new_code_cell("raise ValueError('geheim detail')"),
            new_markdown_cell("komt niet meer"),
        ],
        "personen": [new_code_cell(BROKEN), new_markdown_cell("komt toch")],
        "geheim": [new_markdown_cell("# Geen pagina")],
    }
    for name, cells in notebooks.items():
        nbformat.write(new_notebook(cells=cells), folder / f"{name}.ipynb")
    (folder / "voortgang.ipynb").write_text("dit is geen notebook", encoding="utf-8")
    files = sorted(folder.glob("*.ipynb"))
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="ascii")
    nbformat.write(new_notebook(cells=[new_code_cell("1")]), folder / "digipunt.ipynb")
    return folder


@pytest.fixture(scope="session")
def site(served, apps, tmp_path_factory):
    """Address of the server; in the folder where it starts lies a config file of Voilà."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    stray = {"Voila": {"base_url": "/anders/"}, "VoilaConfiguration": {"template": "lab"}}
    (elsewhere / "voila.json").write_text(json.dumps(stray), encoding="utf-8")
    with running(SERVE, elsewhere, served, str(apps), "127.0.0.1") as address:
        yield address


@contextmanager
def running(script, folder, environment, *words, before=()):
    """Run a server in a folder, with a free port after its words; give its address.

    `before` is a command that runs it, such as `setpriv`.
    """
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    routes = {"TEST_ROUTES": str(folder / "routes.json")}
    server = subprocess.Popen(
        [*before, sys.executable, "-c", script, *words, str(port)],
        cwd=folder,
        env={**os.environ, **environment, **routes},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server)
        ROUTES[address] = json.loads((folder / "routes.json").read_text("utf-8"))
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture
def anonymous(site):
    """Someone who is not signed in."""
    return Visitor(site)


@pytest.fixture
def thief(site):
    """Someone else at another machine, who got hold of a cookie."""
    return Visitor(site)


@pytest.fixture(scope="session")
def people(site):
    """Everyone of PEOPLE, signed in once for all tests."""
    signed_in = {login: Visitor(site) for login in PEOPLE}
    for login, visitor in signed_in.items():
        assert visitor.sign_in(login).status_code == 302
    return signed_in


@pytest.fixture
def anna(people):
    """Coordinator of Brugge West."""
    yield from _until_pages_are_left(people["anna"])


@pytest.fixture
def bert(people):
    """Staff of the region: no stock."""
    yield from _until_pages_are_left(people["bert"])


@pytest.fixture
def carla(people):
    """Partner of the kringwinkel: no figures."""
    yield from _until_pages_are_left(people["carla"])


@pytest.fixture(scope="session")
def kernel_of_anna(people):
    """Kernel of a page that anna has open during all tests."""
    kernel = people["anna"].open("/")
    assert people["anna"].channels_status(kernel) == 101
    return kernel


def _until_pages_are_left(visitor):
    before = len(visitor.opened)
    yield visitor
    for kernel_id in visitor.opened[before:]:
        visitor.farewell(kernel_id, visitor.address)


def _wait_for(address, server):
    for _ in range(150):
        if server.poll() is not None:
            pytest.fail(f"the server stopped with code {server.returncode}")
        try:
            httpx.get(f"{address}/login", timeout=5)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the server did not answer in 30 seconds")
