"""JupyterLab for editors: who gets in, what is there, and which kernel runs."""

from __future__ import annotations

import json
import re
import time
from http.client import HTTPConnection
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from sqlmodel import select
from websockets.exceptions import ConnectionClosed

from digibank_core import access, security
from digibank_core.models import LoginSession
from tests.server.conftest import PASSWORD, ROUTES, TELL_ROUTES, Visitor, running
from tests.server.test_proxy import through_a_proxy

LAB = f"""{TELL_ROUTES}
from digibank_core.server import lab

make = lab.application

def make_and_tell(*given, **options):
    server = make(*given, **options)
    tell_routes(server.web_app)
    return server

lab.application = make_and_tell
lab.serve(port=int(sys.argv[1]))
"""
PARTS = [
    "/lab",
    "/lab/tree/voortgang.ipynb",
    "/lab/api/settings",
    "/api/contents",
    "/api/contents/voortgang.ipynb",
    "/api/kernels",
    "/api/kernelspecs",
    "/api/sessions",
    "/api/status",
    "/api/me",
    "/files/voortgang.ipynb",
    "/view/voortgang.ipynb",
    "/metrics",
]

SOMEWHERE = str(uuid4())
EXAMPLES = {
    r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)": SOMEWHERE,
    r"(?P<session_id>\w+-\w+-\w+-\w+-\w+)": SOMEWHERE,
    r"(?P<path>(?:(?:/[^/]+)+|/?))": "/voortgang.ipynb",
    r"(?P<checkpoint_id>[\w-]+)": "checkpoint",
    r"(?P<action>restart|interrupt)": "restart",
    r"(?P<kernel_name>[\w\.\-%]+)": "rapport",
    r"(?P<path>.*)": "logo-svg.svg",
    r"(?P<section_name>\w+)": "notebook",
    r"(?P<format>\w+)": "html",
    r"(?P<schema_name>.+)": "@jupyterlab/apputils-extension:themes",
    r"(?P<locale>.*)": "nl_BE",
    r"(?P<space_name>.+)": "default",
    r"(?P<mode>lab|doc)(?P<workspace>/workspaces/[a-zA-Z0-9\-\_]+)?(?P<tree>/tree/.*)?": "lab",
    r"(robots\.txt|favicon\.ico)": "favicon.ico",
    r"(robots\.txt)": "robots.txt",
    r"(favicon\.ico)": "favicon.ico",
    "[0-9a-f]+": "abc123",
    "/files/(.*)": "/files/voortgang.ipynb",
    "/?": "/",
    ".*": "x",
    "(x)": "x",
}
"""What to put in place of each part of a pattern of Jupyter's routes."""
FOR_ALL = {
    "/login$",
    "/digibank/[0-9a-f]+/(.*)$",
    r"/(robots\.txt)$",
    r"/(favicon\.ico)$",
    r"/(robots\.txt|favicon\.ico)$",
    "/static/(.*)$",
    "/static/lab/(.*)$",
    "/logout$",
    "/api$",
}
"""Routes that the login page needs, files that Jupyter ships to everyone, and its version."""
ELSEWHERE = {"/api/notebooks/?(.*)$", "/.*/$", "/?$"}
"""Routes that only lead to another one, which asks who comes."""


@pytest.fixture(scope="module")
def lab(served, tmp_path_factory):
    """Address of JupyterLab; whoever starts it has settings of his own."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / ".jupyter").mkdir()
    stray = {"ServerApp": {"base_url": "/anders/", "terminals_enabled": True}}
    (elsewhere / ".jupyter" / "jupyter_server_config.json").write_text(json.dumps(stray))
    with running(LAB, elsewhere, {**served, "HOME": str(elsewhere)}) as address:
        yield address


def at(lab, login):
    """Give someone who is signed in, as far as that goes."""
    visitor = Visitor(lab)
    visitor.answer = visitor.sign_in(login)
    visitor.browser.headers["Referer"] = f"{lab}/lab"
    return visitor


@pytest.fixture(scope="module")
def rik(lab):
    """Editor of Brugge West."""
    return at(lab, "rik")


def ask(visitor, method, address, **body):
    """Send JSON with the token of the page; give the answer."""
    headers = {"X-XSRFToken": visitor.browser.cookies.get("_xsrf", "")}
    return visitor.browser.request(method, address, headers=headers, json=body)


def run(visitor, kernel_id, code):
    """Run a cell as JupyterLab does; give what it printed."""
    header = {
        "msg_id": uuid4().hex,
        "username": "",
        "session": "proef",
        "msg_type": "execute_request",
        "version": "5.3",
        "date": "2025-03-31T12:00:00Z",
    }
    message = {
        "channel": "shell",
        "header": header,
        "parent_header": {},
        "metadata": {},
        "content": {"code": code, "silent": False},
    }
    printed = []
    end = time.monotonic() + 60
    with visitor.channels(kernel_id) as channel:
        channel.send(json.dumps(message))
        while time.monotonic() < end:
            heard = json.loads(channel.recv(timeout=60))
            if heard["parent_header"].get("msg_id") != header["msg_id"]:
                continue
            content = heard["content"]
            printed.append(content.get("text") or content.get("ename") or "")
            if content.get("execution_state") == "idle":  # comes after all that is printed
                break
    return "".join(printed)


@pytest.mark.parametrize("path", PARTS)
@pytest.mark.parametrize("login", ["nobody", "anna"])
def test_who_may_not_make_reports_gets_the_login_page_or_nothing(lab, login, path):
    visitor = Visitor(lab) if login == "nobody" else at(lab, login)

    answer = visitor.get(path)

    assert answer.status_code in {302, 403}
    assert answer.headers.get("Location", "/login").startswith("/login")


def test_session_of_the_apps_opens_lab_only_for_editors(lab, people):
    for login, status in (("anna", 302), ("rik", 200)):
        visitor = Visitor(lab)
        visitor.browser.cookies = people[login].browser.cookies
        assert visitor.get("/lab").status_code == status


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("/lab/tree/voortgang.ipynb", "/lab/tree/voortgang.ipynb"),
        ("/lab", "/lab"),
        ("//elders.be/lab/tree/voortgang.ipynb", "/lab"),
        ("https://elders.be/lab/tree/voortgang.ipynb", "/lab"),
    ],
)
def test_editor_goes_on_to_the_report_that_was_asked_for_and_to_no_other_host(
    lab, asked, given
):
    answer = Visitor(lab).sign_in("rik", next=asked)

    assert answer.headers["Location"] == given


def test_coordinator_is_told_why_in_dutch(lab):
    answer = at(lab, "anna").answer

    assert answer.status_code == 403
    assert "Met jouw rol (coördinator) kan dit niet." in answer.text


def test_coordinator_starts_no_kernel(lab):
    assert ask(at(lab, "anna"), "POST", "/api/kernels").status_code == 403


WRITING = {"POST", "PUT", "PATCH", "DELETE"}


def requests_of(lab):
    """Give a pattern, an address and a method for all that the running server answers to."""
    for pattern, methods in ROUTES[lab].items():
        address = pattern.removesuffix("$")
        for piece, example in EXAMPLES.items():
            address = address.replace(piece, example)
        assert re.match(pattern, address), f"EXAMPLES has nothing for {pattern}"
        yield from ((pattern, address, method) for method in methods if method != "OPTIONS")


def let_in(visitor, requests, **headers):
    """Give those of many requests that are neither refused nor sent to the login page."""
    passed = []
    for pattern, address, method in requests:
        answer = visitor.browser.request(method, address, headers=headers, timeout=10)
        to_login = answer.headers.get("Location", "").startswith("/login")
        led_on = answer.status_code == 302 and (to_login or pattern in ELSEWHERE)
        if answer.status_code not in {403, 404, 405} and not led_on:
            passed.append((method, pattern, answer.status_code))
    return passed


@pytest.mark.parametrize("login", ["nobody", "anna"])
def test_no_route_lets_in_who_may_not_make_reports(lab, login):
    visitor = Visitor(lab) if login == "nobody" else at(lab, login)
    visitor.get("/login")
    walk = [asked for asked in requests_of(lab) if asked[0] not in FOR_ALL]

    token = visitor.browser.cookies["_xsrf"]
    assert let_in(visitor, walk, **{"X-XSRFToken": token}) == []
    assert len(walk) > 80  # the list is not empty by mistake


def test_no_route_answers_a_page_of_another_site(lab, rik):
    token = rik.browser.cookies["_xsrf"]
    headers = {"X-XSRFToken": token, "Origin": "http://elders.example"}

    assert let_in(rik, requests_of(lab), **headers) == []


def test_no_route_changes_anything_without_the_token(lab, rik):
    walk = [asked for asked in requests_of(lab) if asked[2] in WRITING]

    assert let_in(rik, walk) == []
    assert rik.get("/lab").status_code == 200


@pytest.mark.parametrize("path", PARTS)
def test_editor_gets_every_part(rik, path):
    assert rik.get(path).status_code == 200


def test_editor_finds_the_copy_of_the_report_and_nothing_hidden(rik):
    listed = rik.get("/api/contents").json()["content"]

    assert [each["name"] for each in listed] == ["voortgang.ipynb"]
    assert rik.get("/api/contents/.meegeleverd.json").status_code == 404


def test_only_the_kernel_of_reports_is_there_whatever_is_asked(rik):
    assert set(rik.get("/api/kernelspecs").json()["kernelspecs"]) == {"rapport"}

    answer = ask(rik, "POST", "/api/kernels", name="python3")

    assert answer.json()["name"] == "rapport"
    kernel_id = answer.json()["id"]
    code = "from digibank_core import report\n"
    code += "print(report.over(periode='IMPL', tot='2024-12-31').source.name)\n"
    code += "import os; print([name for name in os.environ if 'HTTP' in name])"
    assert run(rik, kernel_id, code) == "Brugge West\n[]\n"
    assert ask(rik, "DELETE", f"/api/kernels/{kernel_id}").status_code == 204


def test_kernel_and_session_of_another_editor_are_not_there(lab, rik):
    other = at(lab, "dora")
    session = ask(
        rik, "POST", "/api/sessions", path="x.ipynb", type="notebook", name="x", kernel={}
    ).json()
    kernel_id = session["kernel"]["id"]

    assert [other.get(f"/api/{part}").json() for part in ("kernels", "sessions")] == [[], []]
    assert other.kernel(kernel_id) == other.kernel(kernel_id, "DELETE") == 403
    assert other.channels_status(kernel_id) == 403
    assert ask(other, "DELETE", f"/api/sessions/{session['id']}").status_code == 403
    assert [each["id"] for each in rik.get("/api/kernels").json()] == [kernel_id]


@pytest.mark.parametrize("path", ["/api/terminals", "/terminals/1"])
def test_there_are_no_terminals(rik, path):
    assert rik.get(path).status_code == 404


def test_editor_stops_no_server_and_installs_nothing(rik):
    assert ask(rik, "POST", "/api/shutdown").status_code == 403
    assert rik.get("/lab/api/extensions").json() == []


def test_page_asks_nothing_of_another_host_and_tells_no_token(rik):
    page = rik.get("/lab")

    assert re.findall(r"https?://(?!127\.0\.0\.1)[\w.-]+", page.text) == []
    assert "http" not in page.headers["Content-Security-Policy"]
    assert not {"token", "actor"} & set(rik.get("/api/me").json()["identity"])


def test_kernel_of_a_session_that_ended_stops_at_the_next_message(lab, at_the_office):
    def end_newest(session):
        found = session.exec(select(LoginSession).where(LoginSession.login == "dora"))
        session.delete(max(found, key=lambda opened: opened.expires_at))

    dora = at(lab, "dora")
    kernel_id = ask(dora, "POST", "/api/kernels").json()["id"]
    with dora.channels(kernel_id) as line:
        at_the_office(end_newest)
        line.send("{}")

        with pytest.raises(ConnectionClosed):
            while True:
                line.recv(timeout=10)

    assert at(lab, "dora").get("/api/kernels").json() == []


def test_behind_a_proxy_with_tls_cookies_are_secure_and_the_name_is_kept(lab):
    answer = through_a_proxy(lab).sign_in("rik")

    assert answer.headers["Location"] == "/lab"
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in answer.headers


def test_request_that_is_far_too_large_is_refused_before_it_is_read(lab):
    connection = HTTPConnection(urlsplit(lab).netloc, timeout=10)
    connection.putrequest("PUT", "/api/contents/groot.ipynb")
    connection.putheader("Content-Length", "100000000")
    connection.endheaders()

    assert connection.getresponse().status == 400
    connection.close()


def test_signing_out_ends_the_session(lab):
    visitor = at(lab, "rik")

    assert visitor.get("/logout").status_code == 302
    assert visitor.get("/lab").status_code == 302


def test_link_on_another_site_signs_nobody_out(lab):
    visitor = at(lab, "rik")
    elsewhere = {"Sec-Fetch-Site": "cross-site"}

    assert visitor.browser.get("/logout", headers=elsewhere).status_code == 403
    assert visitor.get("/lab").status_code == 200


def test_who_may_not_make_reports_is_noted_in_the_log_of_access(lab, served, monkeypatch):
    at(lab, "anna")

    monkeypatch.setenv("DIGIBANK_HOME", served["DIGIBANK_HOME"])
    last, *_ = access.recent(1, actor=security.command_line())
    assert (last["event"], last["login"]) == ("aanmelden mislukt", "anna")


def test_accounts_are_those_of_the_apps(lab):
    assert at(lab, "rik").answer.headers["Location"] == "/lab"
    wrong = httpx.Client(base_url=lab)
    wrong.get("/login")
    fields = {"login": "rik", "password": PASSWORD[::-1], "_xsrf": wrong.cookies["_xsrf"]}
    assert wrong.post("/login", data=fields).status_code == 401
