"""What is reachable at all: the routes that exist, and the ones of Voilà that must not."""

from __future__ import annotations

import re
from http.client import HTTPConnection
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from digibank_core.server.handlers import routes

PATTERNS = [route[0] for route in routes("/", {}, "", [])]
OPEN_TO_ALL = {"/login", "/static/abc123/digibank.css"}
SOMEWHERE = str(uuid4())
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


def an_address(pattern):
    """Give an address that a route matches."""
    address = re.sub(r"\(\?P<kernel_id>.*?\)", SOMEWHERE, pattern).replace(
        "[0-9a-f]+", "abc123"
    )
    file = "digibank.css" if "static" in pattern else "voila.js"
    address = address.replace("(.*)", file).replace(r"(\w*)", "uitleen")
    assert re.fullmatch(pattern, address)
    return address


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("address", [an_address(pattern) for pattern in PATTERNS])
def test_who_is_not_signed_in_gets_the_login_page_or_nothing(anonymous, address, method):
    answer = anonymous.browser.request(method, address)

    if answer.status_code == 200:
        preflight = method == "OPTIONS" and not answer.content
        assert preflight or address in OPEN_TO_ALL
    else:
        assert answer.status_code in {302, 403, 405}
        assert answer.headers.get("Location", "/login").startswith("/login")


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
