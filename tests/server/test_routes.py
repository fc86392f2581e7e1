"""Every route of the running server has a rule here, and refuses all whom it does not name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from digibank_core.security import Actor
from digibank_core.server.pages import PAGES
from tests.server.conftest import PEOPLE, ROUTES

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
WRITING = ["POST", "PUT", "PATCH", "DELETE"]
ELSEWHERE = "http://elders.example"


@dataclass(frozen=True)
class Rule:
    """What a route asks of who comes; everybody else is refused."""

    address: str
    """One that the route answers; `{kernel}` stands for a kernel of anna."""
    works: int
    """Status that anna gets for GET."""
    for_all: bool = False
    """Whether the anonymous may GET it too."""


RULES = {
    "/login$": Rule("/login", 302, for_all=True),
    "/logout$": Rule("/logout", 405),
    "/wachtwoord$": Rule("/wachtwoord", 200),
    "/api/kernels/(?P<kernel_id>[0-9a-f-]{36})$": Rule("/api/kernels/{kernel}", 200),
    "/api/kernels/(?P<kernel_id>[0-9a-f-]{36})/channels$": Rule(
        "/api/kernels/{kernel}/channels",
        400,  # it wants to be a websocket
    ),
    "/voila/api/shutdown/(?P<kernel_id>[0-9a-f-]{36})$": Rule(
        "/voila/api/shutdown/{kernel}", 405
    ),
    "/static/[0-9a-f]+/(.*)$": Rule("/static/abc123/digibank.css", 200, for_all=True),
    "/library/[0-9a-f]+/(.*)$": Rule("/library/abc123/voila.js", 200),
    r"/(\w*)$": Rule("/uitleen", 200),
}
SOMEWHERE = "0b6f3d1e-6a6c-4d57-9a83-2f1d4b7c9e50"
CLOSED = [
    "/index",
    "/geheim",
    "/uitleen.ipynb",
    "/voila/render/index.ipynb",
    "/voila/render/geheim.ipynb",
    "/voila/tree",
    "/voila/tree/",
    "/voila/api/contents",
    "/voila/api/contents/geheim.ipynb",
    "/voila/files/geheim.ipynb",
    "/voila/static/voila.js",
    "/voila/templates/lab/static/voila.js",
    "/voila/api/themes/@jupyterlab/theme-light-extension/index.css",
    f"/voila/query/{SOMEWHERE}",
    f"/voila/execution/{SOMEWHERE}",
    "/api/kernels",
    "/api/contents",
    "/api/sessions",
    "/api/terminals",
    "/api/me",
    "/metrics",
    "/static/abc123/../login.html.j2",
    "/static/abc123/%2e%2e/login.html.j2",
    "/library/abc123/../../../../etc/passwd",
    "/library/abc123/%2e%2e%2f%2e%2e%2fconf.json",
]


rules = pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.address)
owned = pytest.mark.parametrize(
    "rule",
    [rule for rule in RULES.values() if "{kernel}" in rule.address],
    ids=lambda rule: rule.address,
)


def is_refused(answer):
    """Tell whether an answer says no, or where to sign in."""
    to_login = answer.headers.get("Location", "").startswith("/login")
    return answer.status_code in {403, 404, 405} or (answer.status_code == 302 and to_login)


def says_nothing(method, answer):
    """Tell whether an answer only lists methods, as a browser may ask of any address."""
    return method == "OPTIONS" and not answer.content


def token_of(visitor):
    return {"X-XSRFToken": visitor.browser.cookies.get("_xsrf", "")}


@pytest.fixture
def ask(kernel_of_anna):
    """Give a function that sends any request about the page of anna."""

    def send(visitor, method, rule, **headers):
        address = rule.address.format(kernel=kernel_of_anna)
        return visitor.browser.request(method, address, headers=headers)

    return send


def test_every_route_of_the_running_server_has_a_rule(site):
    assert set(ROUTES[site]) == set(RULES)


@rules
def test_rule_is_about_the_route_it_stands_at(rule):
    address = rule.address.format(kernel=SOMEWHERE)
    matching = [pattern for pattern in RULES if re.match(pattern, address)]

    assert RULES[matching[0]] is rule


@rules
def test_route_works_for_who_may(anna, ask, rule):
    assert ask(anna, "GET", rule).status_code == rule.works


@rules
@pytest.mark.parametrize("method", METHODS)
def test_who_is_not_signed_in_gets_the_login_page_or_nothing(anonymous, ask, rule, method):
    answer = ask(anonymous, method, rule)

    reads = rule.for_all and method in {"GET", "HEAD"}
    assert reads or is_refused(answer) or says_nothing(method, answer)


@owned
@pytest.mark.parametrize("method", METHODS)
def test_kernel_of_another_user_is_refused(anna, bert, site, ask, kernel_of_anna, rule, method):
    bert.get("/nergens")  # gives a token, so that it is not the token that is refused

    answer = ask(bert, method, rule, Origin=site, **token_of(bert))

    assert is_refused(answer) or says_nothing(method, answer)
    assert anna.kernel(kernel_of_anna) == 200


@pytest.mark.parametrize(
    ("login", "page"),
    [
        pytest.param(login, page, id=f"{login} {page.name}")
        for login, (role, digibank) in PEOPLE.items()
        for page in PAGES
        if not page.opens_for(Actor(login, role, digibank))
    ],
)
def test_page_is_refused_to_a_role_without_its_right(people, login, page):
    answer = people[login].get(f"/{page.path}")

    assert answer.status_code == 403
    assert "Deze pagina is niet voor jouw rol" in answer.text


@rules
@pytest.mark.parametrize("method", METHODS)
def test_page_of_another_site_gets_nothing(anna, ask, kernel_of_anna, rule, method):
    answer = ask(anna, method, rule, Origin=ELSEWHERE, **token_of(anna))

    assert is_refused(answer) or says_nothing(method, answer)
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert anna.kernel(kernel_of_anna) == 200


@rules
@pytest.mark.parametrize("method", WRITING)
def test_without_the_token_of_this_site_nothing_changes(
    anna, ask, kernel_of_anna, rule, method
):
    assert is_refused(ask(anna, method, rule))
    assert anna.kernel(kernel_of_anna) == 200


@pytest.mark.parametrize("address", CLOSED)
def test_address_that_is_no_page_leads_to_the_login_page_and_then_to_a_dutch_404(
    anonymous, anna, address
):
    first = anonymous.get(address)

    assert first.status_code in {302, 403, 404}
    assert "Aanmelden" in first.text or first.headers.get("Location", "").startswith("/login")
    answer = anna.get(address)
    assert answer.status_code in {403, 404}
    assert "Naar de startpagina" in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("query", ["?template=lab", "?theme=dark", "?template=lab&theme=dark"])
def test_template_and_theme_are_not_chosen_in_the_address(anna, query):
    anna.open(f"/{query}")

    assert '<main id="inhoud"' in anna.page.text
    assert '"jupyterLabTheme": "light"' in anna.page.text


def test_every_answer_carries_the_security_headers(anonymous, anna):
    for answer in (anonymous.get("/login"), anna.get("/nergens"), anna.get("/static/0/x.css")):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-eval" not in policy
        assert "http" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "ornado" not in answer.headers["Server"]


def test_files_are_kept_by_the_browser_until_they_change(anna):
    style = re.search(r'href="(/static/\w+/digibank.css)"', anna.get("/nergens").text)[1]

    answer = anna.get(style)

    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" not in anna.get("/static/0/digibank.css").headers["Cache-Control"]


def test_request_that_is_far_too_large_is_refused_before_it_is_read(site):
    connection = HTTPConnection(urlsplit(site).netloc, timeout=10)
    connection.putrequest("POST", "/login")
    connection.putheader("Content-Length", "100000")
    connection.endheaders()

    assert connection.getresponse().status == 400
    connection.close()
