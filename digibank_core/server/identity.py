"""Who makes a request: a signed cookie carries a token, the database knows the rest."""

# mypy: disallow-subclassing-any=False
# Jupyter's classes are untyped for mypy (pyproject.toml).

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from jupyter_server.auth import IdentityProvider, User
from tornado.httputil import HTTPServerRequest
from tornado.web import HTTPError, RequestHandler

from digibank_core import db
from digibank_core.errors import BusyError
from digibank_core.security import Actor
from digibank_core.services import accounts

COOKIE = "digibank"


@dataclass(kw_only=True)
class Visitor(User):
    """A signed-in user, as Jupyter's handlers carry it: `handler.current_user`."""

    actor: Actor
    token: str = field(repr=False)

    @property
    def name_and_role(self) -> str:
        """How the header of a screen names the visitor."""
        return f"{self.display_name}, {self.actor.role.value}"


class SessionIdentity(IdentityProvider):
    """Looks the session up on every request, so that a disabled account is out at once.

    The cookie holds an opaque token. Role and Digibank are never in the browser.
    """

    async def get_user(self, handler: RequestHandler) -> Visitor | None:
        """Give the visitor behind a request; None when nobody is signed in.

        Every request of both servers passes here, so this is where those are refused that a
        page of another site makes: Jupyter does so for its API and for what changes something.
        """
        _refuse_other_sites(handler)
        known: Visitor | None = getattr(handler, "_jupyter_current_user", None)
        if known is not None:
            return known
        token = read_token(handler)
        if token is None:
            return None
        return await asyncio.to_thread(find_visitor, token, used=_is_use(handler.request))

    def is_token_authenticated(self, handler: RequestHandler) -> bool:
        """Never: Jupyter's own tokens do not exist here, so nothing skips the XSRF check."""
        return False


def read_token(handler: RequestHandler) -> str | None:
    """Give the token in the cookie of a request, if its signature is ours."""
    token: bytes | None = handler.get_signed_cookie(COOKIE, max_age_days=1)
    return None if token is None else token.decode()


def remember(handler: RequestHandler, token: str) -> None:
    """Put the token in a cookie that ends with the browser."""
    handler.set_signed_cookie(
        COOKIE,
        token,
        expires_days=None,
        path=handler.settings["base_url"],
        httponly=True,
        samesite="Lax",
    )


def forget(handler: RequestHandler) -> None:
    """Take the cookie away."""
    handler.clear_cookie(COOKIE, path=handler.settings["base_url"])


def find_visitor(token: str, *, used: bool) -> Visitor | None:
    """Give who carries a token; a use is written down, at most once a minute."""
    with db.reading() as session:
        found = accounts.signed_in(session, token)
    if found is None:
        return None
    if used and found.seen_long_ago:
        # who cannot be written down now is written down at the next request
        with suppress(BusyError), db.transaction(found.actor, "blijft aangemeld") as session:
            accounts.keep_open(session, token)
    return Visitor(
        username=found.actor.login,
        display_name=found.display_name,
        actor=found.actor,
        token=token,
    )


def _refuse_other_sites(handler: RequestHandler) -> None:
    if not handler.check_origin():
        handler.current_user = None  # Jupyter's page for the error asks who it is for
        raise HTTPError(403)


def _is_use(request: HTTPServerRequest) -> bool:
    """Tell a person from a page that is left open and asks by itself how its kernel is."""
    return request.method not in {"GET", "HEAD"} or "/api/" not in request.path
