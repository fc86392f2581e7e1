"""The frame of an app page: who is here, where and when, and errors told in Dutch."""

from __future__ import annotations

import functools
import html
import os
from collections.abc import Callable
from datetime import date, datetime
from typing import ParamSpec
from urllib.parse import parse_qs, quote

import ipywidgets as widgets
from IPython.display import HTML

from digibank_core import clock, db
from digibank_core.errors import NotSignedInError
from digibank_core.i18n import show_date, show_day
from digibank_core.security import Actor
from digibank_core.services import accounts, programme
from digibank_core.ui.guard import explain

IDENTITY = "HTTP_X_DIGIBANK_USER"
"""Set by our server from the session, never by the browser."""
EVERY_DIGIBANK = "alle Digibanken samen"

Given = ParamSpec("Given")


def actor() -> Actor:
    """Give the user of this page as the database knows it now.

    Raises
    ------
    NotSignedInError
        The kernel has no identity, or the account was closed since.
    """
    login = os.environ.get(IDENTITY)
    if not login:
        raise NotSignedInError
    with db.reading() as session:
        return accounts.actor_of(session, login)


def asked(name: str) -> str:
    """Give a value from the address of the page, as in `?toestel=BW-0147`; empty if none."""
    return parse_qs(os.environ.get("QUERY_STRING", "")).get(name, [""])[0][:40]


def record_address(record: str) -> str:
    """Give the address of the page of a record, named by table and key.

    Examples
    --------
    >>> record_address("loan/12")
    'gegeven?record=loan/12'
    """
    return f"gegeven?record={quote(record)}"


def record_link(record: str, about: str, word: str = "Verbeter") -> str:
    """Give the link to the page of a record; `about` tells it from others when read aloud."""
    return link(record_address(record), about, word)


def link(address: str, about: str, word: str) -> str:
    """Give a link; `about` tells it from others when read aloud."""
    return (
        f'<a href="{html.escape(address)}">{html.escape(word)}'
        f'<span class="sr">: {html.escape(about)}</span></a>'
    )


def noted(day: date | None, recorded_at: datetime) -> str:
    """Say when something was written down, unless that was the day it happened (rule 61)."""
    written = clock.brussels(recorded_at).date()
    return "" if day in (None, written) else f"genoteerd op {show_date(written)}"


def part(build: Callable[Given, object]) -> Callable[Given, object]:
    """Let a part of a page that fails say so in Dutch instead of ending the page."""

    @functools.wraps(build)
    def guarded(*args: Given.args, **kwargs: Given.kwargs) -> object:
        try:
            return build(*args, **kwargs)
        except Exception as error:
            return HTML(notice(explain(error).sentence))

    return guarded


@part
def context() -> object:
    """Show of which Digibank and on which day this page is."""
    who = actor()
    with db.reading() as session:
        name = (
            programme.digibank(session, who.digibank).name if who.digibank else EVERY_DIGIBANK
        )
    return HTML(of_whom(name))


def of_whom(name: str) -> str:
    """Give the line of a page that says of whom it is, and which day it is."""
    return facts({"Digibank": name, "Vandaag": show_day(clock.today())})


def facts(pairs: dict[str, str]) -> str:
    """Give the context line of a page: each fact with its name."""
    rows = "".join(
        f"<div><dt>{html.escape(name)}</dt><dd>{html.escape(value)}</dd></div>"
        for name, value in pairs.items()
    )
    return f'<dl class="context">{rows}</dl>'


def internal(what: str = "kleine aantallen") -> str:
    """Say that a page is not for everyone, as it shows small numbers or rows (rule 48)."""
    return (
        f'<p><span class="badge none">Intern</span> Hier staan ook {what}. '
        "Deel ze niet buiten de Digibank.</p>"
    )


def notice(sentence: str, kind: str = "bad") -> str:
    """Give a message as HTML; `kind` is info, ok, warn or bad."""
    role = "alert" if kind == "bad" else "status"
    return f'<div class="notice {kind}" role="{role}"><p>{html.escape(sentence)}</p></div>'


def empty(what: str, hint: str) -> str:
    """Give the text of a list without rows: that there are none, and what fills it."""
    return (
        f'<div class="empty"><p class="strong">{html.escape(what)}</p>'
        f'<p class="soft small">{html.escape(hint)}</p></div>'
    )


def card(*children: widgets.Widget) -> widgets.VBox:
    """Put widgets together in one card of the page."""
    box = widgets.VBox(list(children))
    box.add_class("card")
    return box
