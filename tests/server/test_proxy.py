"""Behind a proxy with TLS: what is believed of it, and only when it is on this machine."""

from __future__ import annotations

import httpx
import pytest

from tests.server.conftest import SERVE, Visitor, running

NAME = "digibank.example"
HSTS = "Strict-Transport-Security"
FORGED = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}


class Proxy(httpx.HTTPTransport):
    """What nginx and Caddy do: take https, and ask the server on this machine over http."""

    def __init__(self, site, client):
        super().__init__()
        self.site, self.client = httpx.URL(site), client

    def handle_request(self, request):
        """Send a request on, under the name that the browser asked for."""
        here = {"scheme": self.site.scheme, "host": self.site.host, "port": self.site.port}
        told = {"X-Forwarded-Proto": "https", "X-Real-IP": self.client}
        return super().handle_request(
            httpx.Request(
                request.method,
                request.url.copy_with(**here),
                headers={**request.headers, **told},
                stream=request.stream,
            )
        )


def through_a_proxy(site, client="192.0.2.7"):
    """Give a visitor who sees https and a name; `client` is the address of the browser."""
    visitor = Visitor(f"https://{NAME}")
    visitor.browser = httpx.Client(
        base_url=visitor.address, transport=Proxy(site, client), timeout=60
    )
    return visitor


@pytest.fixture
def proxied(site):
    return through_a_proxy(site)


def test_cookies_are_secure_and_the_browser_stays_on_https(proxied):
    page = proxied.get("/login")
    answer = proxied.post(
        "/login", f"https://{NAME}", login="anna", password="een lang wachtwoord"
    )

    assert page.headers[HSTS] == answer.headers[HSTS] == "max-age=31536000"
    assert answer.status_code == 302
    cookies = page.headers.get_list("Set-Cookie") + answer.headers.get_list("Set-Cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {"_xsrf", "digibank"}
    assert all("Secure" in cookie for cookie in cookies)


def test_page_at_the_name_of_another_site_is_refused(proxied):
    proxied.get("/login")

    answer = proxied.post("/login", "https://elders.example", login="anna", password="x")

    assert answer.status_code in {403, 404}


def test_without_https_nothing_says_so(anonymous):
    answer = anonymous.sign_in("anna")

    assert HSTS not in answer.headers
    assert "Secure" not in answer.headers["Set-Cookie"]


def test_wrong_passwords_from_one_address_do_not_stop_another(site, proxied):
    for _ in range(5):
        proxied.sign_in("carla", "mis geraden woord")

    assert proxied.sign_in("carla").status_code == 429
    assert through_a_proxy(site, "192.0.2.8").sign_in("carla").status_code == 302


@pytest.fixture(scope="module")
def open_site(served, apps, tmp_path_factory):
    """Address of a server that others than this machine can reach."""
    folder = tmp_path_factory.mktemp("open")
    with running(SERVE, folder, served, str(apps), "0.0.0.0") as address:
        yield address


def test_server_that_others_reach_believes_no_header_about_the_connection(open_site):
    visitor = Visitor(open_site)
    visitor.browser.headers.update(FORGED)

    answer = visitor.sign_in("anna")

    assert answer.status_code == 302
    assert "Secure" not in answer.headers["Set-Cookie"]
    assert HSTS not in answer.headers


def test_address_that_a_browser_claims_does_not_get_around_the_pause(open_site):
    visitor = Visitor(open_site)
    for number in range(5):
        visitor.browser.headers["X-Real-IP"] = f"192.0.2.{number}"
        visitor.sign_in("bert", "mis geraden woord")

    assert visitor.sign_in("bert").status_code == 429
