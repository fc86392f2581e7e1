"""Sign in and out: right, wrong, too often, from elsewhere."""

from __future__ import annotations

import re

import pytest

from digibank_core import access, security
from digibank_core.demo import ACCOUNTS
from digibank_core.errors import TooManyAttemptsError
from digibank_core.server.login import Throttle
from tests.server.conftest import PASSWORD

ATTACKS = [
    "https://elders.example/",
    "//elders.example/uitleen",
    "///elders.example/uitleen",
    "/\\elders.example",
    "/\t/elders.example",
    "https:///elders.example",
    "https:uitleen",
    "javascript:alert(1)",
    "/login",
    "/voila/tree",
    "uitleen/../../elders",
]


class Seconds:
    """A clock that the test moves."""

    now = 1000.0

    def __call__(self):
        """Give the seconds."""
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def throttle(seconds):
    return Throttle(seconds)


def test_right_password_leads_to_the_start_page(anonymous):
    answer = anonymous.sign_in("anna")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"
    assert anonymous.get("/login").headers["Location"] == "/"


def test_cookie_is_out_of_reach_of_scripts_and_of_other_sites(anonymous):
    cookie = anonymous.sign_in("anna").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "anna" not in cookie
    assert "expires" not in cookie.lower()
    assert "Secure" not in cookie


@pytest.mark.parametrize(
    ("login", "password"),
    [("anna", "iets anders helemaal"), ("niemand", "iets anders helemaal"), ("", "")],
)
def test_wrong_and_unknown_get_the_same_sentence(anonymous, login, password):
    answer = anonymous.sign_in(login, password)

    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert "De naam of het wachtwoord klopt niet." in answer.text
    assert password == "" or password not in answer.text
    assert "digibank=" not in answer.headers.get("Set-Cookie", "")


def test_what_was_typed_is_shown_as_text(anonymous):
    answer = anonymous.sign_in('"><script>alert(1)</script>', "x", next='"><script>')

    assert "<script>" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text


def test_sixth_attempt_in_a_row_has_to_wait_but_another_login_may(anonymous):
    for _ in range(5):
        assert anonymous.sign_in("bert", "mis geraden woord").status_code == 401

    answer = anonymous.sign_in("bert")

    assert answer.status_code == 429
    assert "Je probeerde te vaak. Wacht" in answer.text
    assert 0 < int(answer.headers["Retry-After"]) <= Throttle.PAUSE_SECONDS
    assert anonymous.sign_in("anna").status_code == 302


def test_form_without_its_token_is_refused(anonymous):
    anonymous.get("/login")

    assert anonymous.post("/login", xsrf=False, login="anna", password="x").status_code == 403


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("/uitleen", "/uitleen"),
        ("/uitleen?toestel=BW-0147", "/uitleen?toestel=BW-0147"),
        ("/", "/"),
        ("", "/"),
        *((attack, "/") for attack in ATTACKS),
    ],
)
def test_after_signing_in_only_a_page_of_this_server_opens(anonymous, asked, address):
    assert anonymous.sign_in("anna", next=asked).headers["Location"] == address


def test_page_that_was_asked_for_opens_after_signing_in(anonymous):
    login_page = anonymous.get(anonymous.get("/uitleen?toestel=BW-0147").headers["Location"])

    asked = re.search(r'name="next" value="([^"]*)"', login_page.text)[1]

    assert asked == "/uitleen?toestel=BW-0147"


def test_demo_database_lists_its_accounts(anonymous):
    page = anonymous.get("/login").text

    assert all(f">{login}</b>" in page for login, _, _ in ACCOUNTS)
    assert "Fictieve gegevens" in page


def test_signing_out_ends_the_session_and_its_kernels(anonymous, thief):
    anonymous.sign_in("anna")
    kernel = anonymous.open("/")
    thief.browser.cookies.set("digibank", anonymous.browser.cookies["digibank"])
    assert thief.get("/nergens").status_code == 404

    assert anonymous.post("/logout", xsrf=False).status_code == 403
    assert thief.kernel(kernel) == 200
    assert anonymous.post("/logout").headers["Location"] == "/login"

    assert thief.get("/nergens").headers["Location"].startswith("/login")
    assert anonymous.sign_in("anna").status_code == 302
    assert anonymous.kernel(kernel) == 403


def test_cookie_with_a_broken_signature_is_nobody(anonymous):
    anonymous.sign_in("anna")
    value = anonymous.browser.cookies["digibank"]
    anonymous.browser.cookies.clear()
    anonymous.browser.cookies.set("digibank", value[:-4] + "0000")

    assert anonymous.get("/").status_code == 302


def test_throttle_lets_one_more_attempt_in_after_the_pause(throttle, seconds):
    for _ in range(Throttle.LIMIT):
        throttle.admit("ann", "::1")
    with pytest.raises(TooManyAttemptsError) as pause:
        throttle.admit("Ann", "::1")
    throttle.admit("ann", "10.0.0.2")

    seconds.now += pause.value.details["seconds"]
    throttle.admit("ann", "::1")

    with pytest.raises(TooManyAttemptsError):
        throttle.admit("ann", "::1")


def test_throttle_forgives_who_signs_in_and_forgets_in_time(throttle, seconds):
    for _ in range(Throttle.LIMIT):
        throttle.admit("ann", "::1")
        throttle.admit("bert", "::1")
    throttle.forgive("ANN", "::1")
    throttle.admit("ann", "::1")

    seconds.now += Throttle.FORGET_SECONDS + 1

    for _ in range(Throttle.LIMIT):
        throttle.admit("bert", "::1")


def test_throttle_remembers_a_bounded_number_of_pairs(throttle, monkeypatch):
    monkeypatch.setattr(Throttle, "KEEP", 3)
    for number in range(9):
        throttle.admit(f"login{number}", "::1")

    assert len(throttle._attempts) == 3


def test_log_of_access_holds_logins_and_never_what_was_typed_instead(
    anonymous, served, monkeypatch
):
    monkeypatch.setenv("DIGIBANK_HOME", served["DIGIBANK_HOME"])
    for login, password in (("anna", PASSWORD), ("Lieve Maes", "x"), ("wout", "geheim woord")):
        anonymous.sign_in(login, password)
        anonymous.post("/logout")

    noted = access.recent(5, actor=security.command_line())

    assert [(line["event"], line["login"]) for line in noted[:4]] == [
        ("aanmelden mislukt", "wout"),
        ("aanmelden mislukt", ""),
        ("afgemeld", "anna"),
        ("aangemeld", "anna"),
    ]
    assert noted[0]["address"] == "127.0.0.1"
    assert not any(word in str(noted) for word in ("Lieve", "geheim", PASSWORD))
