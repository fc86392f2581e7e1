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
from sqlmodel import Session, select

from digibank_core import clock
from digibank_core.errors import (
    LoginTakenError,
    NotSignedInError,
    SignInError,
    UnknownDigibankError,
    UnknownUserError,
)
from digibank_core.models import Account, Digibank, LoginSession, NewAccount, NewPassword
from digibank_core.security import REGION_WIDE, Actor, Right

SESSION_HOURS = 8
"""A working day: who comes back tomorrow signs in again."""


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in, as the page shows it."""

    actor: Actor
    display_name: str


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


def close_account(session: Session, login: str, *, actor: Actor) -> None:
    """Close an account and its sessions at once; what it did stays."""
    actor.require(Right.MANAGE_USERS)
    account = _account(session, login)
    account.active = False
    for open_session in session.exec(select(LoginSession).where(LoginSession.login == login)):
        session.delete(open_session)
    session.flush()


def set_password(session: Session, login: str, password: str, *, actor: Actor) -> None:
    """Give an account a new password and end its sessions; as long as a first one."""
    actor.require(Right.MANAGE_USERS)
    account = _account(session, login)
    account.password_hash = _hasher().hash(NewPassword(password=password).password)
    for open_session in session.exec(select(LoginSession).where(LoginSession.login == login)):
        session.delete(open_session)
    session.flush()


def accounts(session: Session, *, actor: Actor) -> Sequence[Account]:
    """Give all accounts, in the order of their logins."""
    actor.require(Right.MANAGE_USERS)
    return sorted(session.exec(select(Account)), key=lambda account: account.login)


def check_password(session: Session, login: str, password: str) -> Actor:
    """Give the actor of a login and its password.

    Raises
    ------
    SignInError
        Unknown login, wrong password and closed account alike, after the same work.
    """
    account = session.get(Account, login)
    known = account is not None and account.active
    stored = account.password_hash if account is not None and known else _hash_of_nobody()
    try:
        _hasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        raise SignInError from None
    if account is None or not known:
        raise SignInError
    return _actor(account)


def open_session(session: Session, actor: Actor) -> str:
    """Open a session of `SESSION_HOURS`; give the token for the cookie."""
    token = secrets.token_urlsafe(32)
    until = clock.wall() + timedelta(hours=SESSION_HOURS)
    for old in session.exec(select(LoginSession).where(LoginSession.expires_at < clock.wall())):
        session.delete(old)
    session.add(LoginSession(token_hash=_hash(token), login=actor.login, expires_at=until))
    session.flush()
    return token


def signed_in(session: Session, token: str) -> SignedIn | None:
    """Give who carries this token; None when it is unknown, expired or of a closed account."""
    opened = session.get(LoginSession, _hash(token))
    if opened is None or opened.expires_at <= clock.wall():
        return None
    account = session.get(Account, opened.login)
    if account is None or not account.active:
        return None
    return SignedIn(actor=_actor(account), display_name=account.display_name)


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
