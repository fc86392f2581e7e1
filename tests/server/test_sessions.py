"""A session ends: after an hour without use, and at once when the account is disabled."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlmodel import select, update
from websockets.exceptions import ConnectionClosed

from digibank_core import clock, security
from digibank_core.models import LoginSession
from digibank_core.services import accounts


@pytest.fixture
def eva(anonymous):
    """A digihelper, signed in for this test alone."""
    anonymous.sign_in("eva")
    return anonymous


@pytest.fixture
def unused_for(at_the_office):
    """Give a function that lets all sessions of eva be used last so long ago."""

    def run(**passed):
        last = clock.wall() - timedelta(**passed)
        of_eva = update(LoginSession).where(LoginSession.login == "eva")
        at_the_office(lambda session: session.exec(of_eva.values(seen_at=last)))

    return run


@pytest.fixture
def last_use(at_the_office):
    """Give a function that tells how long ago a session of eva was used last."""

    def run():
        of_eva = select(LoginSession.seen_at).where(LoginSession.login == "eva")
        return clock.wall() - max(at_the_office(lambda session: session.exec(of_eva).all()))

    return run


def is_signed_in(visitor):
    return visitor.get("/nergens").status_code == 404


def test_hour_without_a_request_ends_the_session(eva, unused_for):
    unused_for(minutes=59)
    assert is_signed_in(eva)

    unused_for(minutes=61)
    assert not is_signed_in(eva)


def test_request_is_written_down_as_use(eva, unused_for, last_use):
    unused_for(minutes=59)

    assert is_signed_in(eva)

    assert last_use() < timedelta(minutes=1)


def test_page_that_asks_for_its_kernel_is_no_use(eva, unused_for, last_use):
    kernel = eva.open("/")
    unused_for(minutes=59)

    assert eva.kernel(kernel) == 200

    assert last_use() > timedelta(minutes=58)


def test_message_to_the_kernel_is_use(eva, unused_for, last_use):
    kernel = eva.open("/")
    with eva.channels(kernel) as line:
        unused_for(minutes=59)

        line.send("{}")
        for _ in range(50):
            if last_use() < timedelta(minutes=1):
                break
            time.sleep(0.1)

    assert last_use() < timedelta(minutes=1)


@pytest.mark.parametrize("reason", ["unused", "disabled"])
def test_open_page_of_a_session_that_ended_is_stopped(eva, at_the_office, unused_for, reason):
    kernel = eva.open("/")
    cli = security.command_line()
    with eva.channels(kernel) as line:
        if reason == "unused":
            unused_for(minutes=61)
        else:
            at_the_office(accounts.disable_account, "eva", actor=cli)
            at_the_office(accounts.enable_account, "eva", actor=cli)

        line.send("{}")

        with pytest.raises(ConnectionClosed):
            while True:
                line.recv(timeout=10)
    eva.sign_in("eva")
    assert eva.kernel(kernel) == 403
