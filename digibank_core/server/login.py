"""Sign in and sign out."""

# mypy: disallow-subclassing-any=False, disallow-untyped-decorators=False
# Jupyter's classes and decorators are untyped for mypy (pyproject.toml).

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from urllib.parse import urlsplit

from jupyter_server.auth.decorator import allow_unauthenticated

from digibank_core import access, db
from digibank_core.access import Event
from digibank_core.errors import (
    DigibankError,
    NotAllowedError,
    SignInError,
    TooManyAttemptsError,
)
from digibank_core.security import Actor, Right
from digibank_core.server import identity
from digibank_core.server.pages import page_at
from digibank_core.server.screens import Screen
from digibank_core.services import accounts

Result = TypeVar("Result")

_hashing = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
"""Apart from the threads that look sessions up: a burst of logins stops nobody else."""


async def hash_apart(work: Callable[..., Result], *given: object) -> Result:
    """Run what hashes a password apart from the loop that answers visitors."""
    return await asyncio.get_running_loop().run_in_executor(_hashing, work, *given)


class Throttle:
    """Pauses signing in for one login from one address after wrong passwords in a row.

    An attempt counts before its password is checked, so that many at the same time do not
    slip through. Only the most recent `KEEP` pairs are kept in memory.
    """

    LIMIT = 5
    PAUSE_SECONDS = 60
    FORGET_SECONDS = 15 * 60
    KEEP = 10_000

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._attempts: dict[tuple[str, str], tuple[int, float]] = {}

    def admit(self, login: str, address: str) -> None:
        """Count an attempt; raise `TooManyAttemptsError` during a pause."""
        key = (login.casefold(), address)
        count, last = self._attempts.get(key, (0, -math.inf))
        passed = self._seconds() - last
        if passed > self.FORGET_SECONDS:
            count = 0
        if count >= self.LIMIT and passed < self.PAUSE_SECONDS:
            raise TooManyAttemptsError(seconds=math.ceil(self.PAUSE_SECONDS - passed))
        self._attempts.pop(key, None)  # back in at the end: the oldest pair stands first
        self._attempts[key] = (count + 1, self._seconds())
        if len(self._attempts) > self.KEEP:
            del self._attempts[next(iter(self._attempts))]

    def forgive(self, login: str, address: str) -> None:
        """Forget the wrong passwords of a pair that signed in."""
        self._attempts.pop((login.casefold(), address), None)


def ask_to_wait(screen: Screen, error: TooManyAttemptsError) -> None:
    """Say in the headers of an answer how long the pause lasts."""
    screen.set_status(429)
    screen.set_header("Retry-After", str(error.details["seconds"]))


class Login(Screen):
    """The login page; the only screen for who is not signed in."""

    right: Right | None = None
    """Right that this server asks of everyone."""

    @allow_unauthenticated
    def get(self) -> None:
        """Show the form, or go on when there is nothing to fill in."""
        if self.current_user is None:
            self._form()
        else:
            self.redirect(self._next())

    @allow_unauthenticated
    async def post(self) -> None:
        """Check the password, open a session and go to the page that was asked for."""
        login = self.get_body_argument("login", "")[:100]
        password = self.get_body_argument("password", "", strip=False)
        try:
            token = await self._sign_in(login, password)
        except DigibankError as error:
            self._refuse(error, login)
        else:
            identity.remember(self, token)
            self.redirect(self._next())

    async def _sign_in(self, login: str, password: str) -> str:
        throttle: Throttle = self.settings["throttle"]
        address = self.request.remote_ip or ""
        try:
            throttle.admit(login, address)
            actor = await hash_apart(_check, login, password)
            throttle.forgive(login, address)
            if self.right is not None:
                actor.require(self.right)
        except (SignInError, TooManyAttemptsError, NotAllowedError) as error:
            await asyncio.to_thread(_note_failure, error, login, address)
            raise
        token = await asyncio.to_thread(_open, actor)
        access.note(Event.SIGNED_IN, actor.login, address=address)
        return token

    def _refuse(self, error: DigibankError, login: str) -> None:
        if isinstance(error, TooManyAttemptsError):
            ask_to_wait(self, error)
        else:
            known = {SignInError: 401, NotAllowedError: 403}
            self.set_status(known.get(type(error), 503))
        self._form(error.user_message, login)

    def _form(self, problem: str = "", login: str = "") -> None:
        frame = self.frame("Aanmelden")
        self.show(
            "login.html.j2",
            frame,
            problem=problem,
            login=login,
            next=self.get_argument("next", ""),
            practice=_practice_accounts() if frame.site.demo else (),
        )

    def _next(self) -> str:
        """Give the address that was asked for, when it is a page of this server."""
        asked = urlsplit(self.get_argument("next", ""))
        page = page_at(asked.path.removeprefix(self.base_url))
        if page is None or asked.scheme or asked.netloc:
            return str(self.base_url)
        address = f"{self.base_url}{page.path}"
        return f"{address}?{asked.query}" if asked.query else address


class Logout(Screen):
    """Signing out, which also stops the pages that are still open in other tabs."""

    @allow_unauthenticated
    async def post(self) -> None:
        """Close the session and its kernels, then show the login page."""
        if self.current_user is not None:
            token = self.current_user.token
            await asyncio.to_thread(_close, self.current_user.actor, token)
            access.note(Event.SIGNED_OUT, self.current_user.username)
            await self.kernel_manager.shut_down_session(token)
        identity.forget(self)
        self.redirect(self.base_url + "login")


def _check(login: str, password: str) -> Actor:
    with db.reading() as session:
        return accounts.check_password(session, login, password)


def _note_failure(error: DigibankError, login: str, address: str) -> None:
    """Note a failure; what is no login may be a name, or a password in the wrong field."""
    with db.reading() as session:
        who = login if accounts.is_known(session, login) else ""
    waits = isinstance(error, TooManyAttemptsError)
    event = Event.HAD_TO_WAIT if waits else Event.NOT_SIGNED_IN
    access.note(event, who, address=address)


def _open(actor: Actor) -> str:
    with db.transaction(actor, "aanmelden") as session:
        return accounts.open_session(session, actor)


def _close(actor: Actor, token: str) -> None:
    with db.transaction(actor, "afmelden") as session:
        accounts.close_session(session, token)


def _practice_accounts() -> tuple[tuple[str, str, str], ...]:
    from digibank_core.demo import ACCOUNTS  # only a demo database loads the demo

    return ACCOUNTS
