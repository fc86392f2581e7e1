"""Accounts and signing in; passwords are kept as argon2 hashes, tokens as SHA-256."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlmodel import Session, col, select

from digibank_core import access, clock
from digibank_core.access import Event
from digibank_core.errors import (
    LastAdministratorError,
    LoginTakenError,
    NotSignedInError,
    SignInError,
    UnknownDigibankError,
    UnknownUserError,
    WrongPasswordError,
)
from digibank_core.models import (
    Account,
    Digibank,
    LoginSession,
    NewAccount,
    NewPassword,
    PasswordChange,
)
from digibank_core.security import REGION_WIDE, Actor, Right, Role

SESSION_HOURS = 8
"""A working day: who comes back tomorrow signs in again."""
IDLE_MINUTES = 60
"""A lesson or a meeting fits in it; a shared computer that is left does not stay open."""
SEEN_EVERY_SECONDS = 60
"""Last use is written no more often: a write at every request would keep others waiting."""

ADD, DISABLE, ENABLE, RESET = (
    "account maken",
    "account uitschakelen",
    "account inschakelen",
    "nieuw wachtwoord",
)
"""Reasons in history, the same from the page and from the command."""

DRAWN_FROM = "abcdefghjkmnpqrstuvwxyz23456789"
"""Of a password that is drawn: nothing that looks alike when it is read out or written down."""
PASSWORD_GROUPS = 4
"""Groups of four letters; 16 of them are 79 bits."""


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in, as the page shows it."""

    actor: Actor
    display_name: str
    seen_long_ago: bool
    """Whether it is time to write down that the session is still used."""


def add_account(session: Session, request: NewAccount, *, actor: Actor) -> Account:
    """Make an account.

    Raises
    ------
    LoginTakenError
        Another account has the login.
    UnknownDigibankError
        The Digibank does not exist, or is missing for a role that belongs to one.
    """
    actor.require(Right.MANAGE_USERS)
    if session.get(Account, request.login) is not None:
        raise LoginTakenError(login=request.login)
    named = request.digibank is not None
    if (not named and request.role not in REGION_WIDE) or (
        named and session.get(Digibank, request.digibank) is None
    ):
        raise UnknownDigibankError(digibank=request.digibank or "(leeg)")
    account = Account(
        login=request.login,
        display_name=request.display_name,
        role=request.role,
        digibank=request.digibank,
        password_hash=_hasher().hash(request.password),
    )
    session.add(account)
    session.flush()
    return account


def disable_account(session: Session, login: str, *, actor: Actor) -> None:
    """Disable an account and end its sessions at once; what it did stays.

    Raises
    ------
    LastAdministratorError
        Nobody would be left to manage users.
    """
    actor.require(Right.MANAGE_USERS)
    account = _account(session, login)
    if _is_last_administrator(session, account):
        raise LastAdministratorError(login=login)
    account.active = False
    _end_sessions(session, login)
    session.flush()
    access.note(Event.DISABLED, login, by=actor.login)


def enable_account(session: Session, login: str, *, actor: Actor) -> None:
    """Let a disabled account sign in again, with the password it had."""
    actor.require(Right.MANAGE_USERS)
    _account(session, login).active = True
    session.flush()
    access.note(Event.ENABLED, login, by=actor.login)


def reset_password(session: Session, login: str, password: str, *, actor: Actor) -> None:
    """Give an account a new password and end its sessions; as long as a first one."""
    actor.require(Right.MANAGE_USERS)
    account = _account(session, login)
    account.password_hash = _hasher().hash(NewPassword(password=password).password)
    _end_sessions(session, login)
    session.flush()
    access.note(Event.RESET, login, by=actor.login)


def change_password(session: Session, token: str, change: PasswordChange) -> None:
    """Change the password of whoever carries this token; the other sessions end.

    Raises
    ------
    NotSignedInError
        The token is not that of an open session.
    WrongPasswordError
        The current password is another one.
    """
    found = signed_in(session, token)
    if found is None:
        raise NotSignedInError
    account = _account(session, found.actor.login)
    if not _verifies(account.password_hash, change.current):
        raise WrongPasswordError
    account.password_hash = _hasher().hash(change.new)
    _end_sessions(session, account.login, but=_hash(token))
    session.flush()
    access.note(Event.OWN_PASSWORD, account.login)


def draw_password() -> str:
    """Give a password that nobody chose, to hand over: `k4mf-27zt-...`."""
    return "-".join(
        "".join(secrets.choice(DRAWN_FROM) for _ in range(4)) for _ in range(PASSWORD_GROUPS)
    )


def accounts(session: Session, *, actor: Actor) -> Sequence[Account]:
    """Give all accounts, in the order of their logins."""
    actor.require(Right.MANAGE_USERS)
    return sorted(session.exec(select(Account)), key=lambda account: account.login)


def is_known(session: Session, login: str) -> bool:
    """Tell whether there is an account with a login, active or not."""
    return session.get(Account, login) is not None


def check_password(session: Session, login: str, password: str) -> Actor:
    """Give the actor of a login and its password.

    Raises
    ------
    SignInError
        Unknown login, wrong password and disabled account alike, after the same work.
    """
    account = session.get(Account, login)
    known = account is not None and account.active
    stored = account.password_hash if account is not None and known else _hash_of_nobody()
    matches = _verifies(stored, password)
    if account is None or not known or not matches:
        raise SignInError
    return _actor(account)


def open_session(session: Session, actor: Actor) -> str:
    """Open a session of `SESSION_HOURS`; give the token for the cookie."""
    token = secrets.token_urlsafe(32)
    now = clock.wall()
    for old in session.exec(select(LoginSession)).all():
        if not _is_open(old):
            session.delete(old)
    session.add(
        LoginSession(
            token_hash=_hash(token),
            login=actor.login,
            expires_at=now + timedelta(hours=SESSION_HOURS),
            seen_at=now,
        )
    )
    session.flush()
    return token


def signed_in(session: Session, token: str) -> SignedIn | None:
    """Give who carries this token.

    None when it is unknown, expired, unused for too long or of a disabled account.
    """
    opened = session.get(LoginSession, _hash(token))
    if opened is None or not _is_open(opened):
        return None
    account = session.get(Account, opened.login)
    if account is None or not account.active:
        return None
    age = clock.wall() - opened.seen_at
    return SignedIn(
        actor=_actor(account),
        display_name=account.display_name,
        seen_long_ago=age >= timedelta(seconds=SEEN_EVERY_SECONDS),
    )


def keep_open(session: Session, token: str) -> None:
    """Write down that a session is used now; one that ended stays so."""
    opened = session.get(LoginSession, _hash(token))
    if opened is not None and _is_open(opened):
        opened.seen_at = clock.wall()
        session.flush()


def close_session(session: Session, token: str) -> None:
    """Forget a session; an unknown token is no error."""
    opened = session.get(LoginSession, _hash(token))
    if opened is not None:
        session.delete(opened)
        session.flush()


def actor_of(session: Session, login: str) -> Actor:
    """Give the actor of a login as it is now; raise `NotSignedInError` when there is none."""
    account = session.get(Account, login)
    if account is None or not account.active:
        raise NotSignedInError
    return _actor(account)


def _account(session: Session, login: str) -> Account:
    account = session.get(Account, login)
    if account is None:
        raise UnknownUserError(login=login)
    return account


def _is_last_administrator(session: Session, account: Account) -> bool:
    active = session.exec(
        select(Account).where(Account.role == Role.ADMINISTRATOR, col(Account.active))
    ).all()
    return list(active) == [account]


def _is_open(opened: LoginSession) -> bool:
    now = clock.wall()
    return now < opened.expires_at and now - opened.seen_at < timedelta(minutes=IDLE_MINUTES)


def _end_sessions(session: Session, login: str, but: str = "") -> None:
    for opened in session.exec(select(LoginSession).where(LoginSession.login == login)):
        if opened.token_hash != but:
            session.delete(opened)


def _verifies(stored: str, password: str) -> bool:
    try:
        return _hasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _actor(account: Account) -> Actor:
    return Actor(login=account.login, role=account.role, digibank=account.digibank)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@lru_cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's minimum


@lru_cache
def _hash_of_nobody() -> str:
    return _hasher().hash(secrets.token_hex(16))
