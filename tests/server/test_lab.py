"""JupyterLab for editors: who gets in, what is there, and which kernel runs."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from uuid import uuid4

import httpx
import pytest

from tests.server.conftest import PASSWORD, Visitor, _wait_for

LAB = "import sys; from digibank_core.server.lab import serve; serve(port=int(sys.argv[1]))"
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


@pytest.fixture(scope="module")
def lab(served, tmp_path_factory):
    """Address of JupyterLab; whoever starts it has settings of his own."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / ".jupyter").mkdir()
    stray = {"ServerApp": {"base_url": "/anders/", "terminals_enabled": True}}
    (elsewhere / ".jupyter" / "jupyter_server_config.json").write_text(json.dumps(stray))
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-c", LAB, str(port)],
        cwd=elsewhere,
        env={**os.environ, **served, "HOME": str(elsewhere)},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


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
            if heard["header"]["msg_type"] == "execute_reply":
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


def test_signing_out_ends_the_session(lab):
    visitor = at(lab, "rik")

    assert visitor.get("/logout").status_code == 302
    assert visitor.get("/lab").status_code == 302


def test_accounts_are_those_of_the_apps(lab):
    assert at(lab, "rik").answer.headers["Location"] == "/lab"
    wrong = httpx.Client(base_url=lab)
    wrong.get("/login")
    fields = {"login": "rik", "password": PASSWORD[::-1], "_xsrf": wrong.cookies["_xsrf"]}
    assert wrong.post("/login", data=fields).status_code == 401
