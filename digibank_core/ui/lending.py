"""The desk of the lending service: lend, take back, wipe, and what is out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import ipywidgets as widgets
import pandas as pd

from digibank_core import clock, db
from digibank_core.i18n import show_count, show_date, show_day
from digibank_core.models import (
    DeviceState,
    LoanRequest,
    ReturnRequest,
    Wipe,
    WipeRequest,
)
from digibank_core.models.lending import DeviceView, LoanView, default_due
from digibank_core.security import Right
from digibank_core.services import lending, persons, programme
from digibank_core.ui import page
from digibank_core.ui.form import Card, Form, Option
from digibank_core.ui.lists import Listing
from digibank_core.ui.namesakes import tell_each_apart
from digibank_core.ui.newcomer import person_form

BADGES = {
    DeviceState.READY: "ready",
    DeviceState.TO_WIPE: "wipe",
    DeviceState.ON_LOAN: "out",
}


@page.part
def desk(fields: Sequence[str] | None = None) -> object:
    """Show the desk: a tab for each thing the user may do, and the list of what is out.

    Parameters
    ----------
    fields
        Fields of the lending form and their order, as staff choose them; None for all.
    """
    return Desk(fields)


class Desk(widgets.VBox):  # type: ignore[misc]
    """Forms and list of the lending service, for the rights of the user."""

    def __init__(self, fields: Sequence[str] | None = None) -> None:
        self._actor = page.actor()
        self.out = Listing(
            "Uitgeleende toestellen",
            empty=page.empty(
                "Er is niets uitgeleend", "Leen een toestel uit, dan staat het hier."
            ),
            on_choose=self._take_back_row if self._actor.may(Right.LEND) else None,
        )
        self.forms: dict[str, Form] = {}
        if self._actor.may(Right.LEND):
            self.forms["Uitlenen"] = _lend_form(fields)
            self.forms["Terugnemen"] = _return_form()
        if self._actor.may(Right.KEEP_STOCK):
            self.forms["Wissen"] = _wipe_form()
        for form in self.forms.values():
            form.saved.append(self.refresh)
        parts: dict[str, widgets.Widget] = dict(self.forms)
        if self._actor.may(Right.REGISTER_PERSON):
            parts["Nieuwe persoon"] = person_form(self._lend_to)
        self.tabs = widgets.Tab(list(parts.values()), titles=list(parts))
        self.refresh()
        heading = widgets.HTML("<h2>Wat is uit?</h2>")
        super().__init__([self.tabs, page.card(heading, self.out)])
        self.add_class("stack")
        self._start_where_asked()

    def refresh(self) -> None:
        """Read again what is out."""
        with db.reading() as session:
            loans = lending.open_loans(session, actor=self._actor)
            may_see = self._actor.may(Right.FIND_PERSON)
            keys = {loan.person for loan, _ in loans if loan.person}
            names = persons.names(session, keys, actor=self._actor) if may_see else {}
        late = {loan.id: page.noted(loan.lent_on, loan.recorded_at) for loan, _ in loans}
        rows = []
        for loan, device in loans:
            borrower = {"Lener": names.get(loan.person or "", "")} if may_see else {}
            rows.append(
                {
                    "Toestel": device.code,
                    "Soort": f"{device.kind.value} {device.model}",
                    **borrower,
                    "Mee op": pd.Timestamp(loan.lent_on),
                    **({"Genoteerd": late[loan.id]} if any(late.values()) else {}),
                    "Terug op": pd.Timestamp(loan.due_on),
                    "Stand": loan_badge(loan)[1],
                    "Overeenkomst": loan.agreement or "geen",
                }
            )
        may_mend = self._actor.may(Right.CORRECT)
        links = [page.record_link(f"loan/{loan.id}", loan.device) for loan, _ in loans]
        self.out.show(pd.DataFrame(rows), links if may_mend else [])

    def _start_where_asked(self) -> None:
        """Follow the link that led here: `?doe=wissen`, `?toestel=BW-0147`."""
        title = page.asked("doe").capitalize()
        if title in self.tabs.titles:
            self.open_tab(title)
        if page.asked("toestel") and "Terugnemen" in self.forms:
            self._take_back_row(page.asked("toestel"))

    def open_tab(self, title: str) -> None:
        """Bring a tab to the front."""
        self.tabs.selected_index = self.tabs.titles.index(title)

    def _take_back_row(self, code: str) -> None:
        self.forms["Terugnemen"].fill(device=code)
        self.open_tab("Terugnemen")

    def _lend_to(self, person: Option) -> None:
        if "Uitlenen" in self.forms:
            self.forms["Uitlenen"].fill(person=person)
            self.open_tab("Uitlenen")


def loan_badge(loan: LoanView) -> tuple[str, str]:
    """Give the badge of an open loan: its kind, and how it stands today (rule 28)."""
    late = loan.days_late(clock.today())
    if late:
        return "late", f"{show_count(late, 'dag', 'dagen')} te laat"
    return ("today", "vandaag terug") if loan.due_on == clock.today() else ("out", "uit")


def _lend_form(fields: Sequence[str] | None) -> Form:
    def start() -> dict[str, object]:
        who, today = page.actor(), clock.today()
        with db.reading() as session:
            days = int(programme.setting(session, "loan_days", digibank=who.own, on=today))
        return {"lent_on": today, "due_on": default_due(today, days)}

    def save(request: LoanRequest, key: str) -> str:
        who = page.actor()
        with db.transaction(who, "toestel uitlenen", once=key) as session:
            loan = lending.lend(session, request, actor=who, today=clock.today())
        return (
            f"Uitgeleend: {loan.device}, terug op {show_day(loan.due_on)}. "
            f"Schrijf {loan.agreement} op de overeenkomst."
        )

    return Form(
        LoanRequest,
        title="Toestel uitlenen",
        save_label="Uitlenen",
        scans={"device": _card_to_lend},
        searches={"person": _borrowers},
        start=start,
        fields=fields,
        focus=True,
        on_save=save,
    )


def _return_form() -> Form:
    def save(request: ReturnRequest, key: str) -> str:
        who = page.actor()
        with db.transaction(who, "toestel terugnemen", once=key) as session:
            loan = lending.take_back(session, request, actor=who, today=clock.today())
        return f"Teruggenomen: {loan.device}. Noteer nu de wissing op het tabblad Wissen."

    return Form(
        ReturnRequest,
        title="Toestel terugnemen",
        save_label="Terugnemen",
        scans={"device": _card_to_take_back},
        start=lambda: {"returned_on": clock.today()},
        on_save=save,
    )


def _wipe_form() -> Form:
    def save(request: WipeRequest, key: str) -> str:
        who = page.actor()
        with db.transaction(who, "wissing noteren", once=key) as session:
            done = lending.wipe(session, request, actor=who, today=clock.today())
        return f"Wissing genoteerd: {done.device} is weer uitleenbaar."

    with db.reading() as session:
        shops = [(shop.code, shop.name) for shop in programme.reuse_shops(session)]
    return Form(
        WipeRequest,
        title="Wissing noteren",
        save_label="Noteer de wissing",
        scans={"device": _card_to_wipe},
        choices={"partner": shops},
        start=lambda: {"wiped_on": clock.today()},
        on_save=save,
    )


def _view(code: str) -> DeviceView:
    with db.reading() as session:
        return lending.view_device(session, code, actor=page.actor())


def _card_to_lend(code: str) -> Card:
    view = _view(code)
    state = view.device.state
    if view.loan is not None:
        since = _day(view.loan.lent_on, view.loan)
        why = f"Uitgeleend sinds {since}. Kies een ander toestel."
    elif state == DeviceState.TO_WIPE:
        why = "Nog niet gewist. Noteer eerst de wissing, of kies een ander toestel."
    else:
        why = f"Gewist op {_day(view.wipe.wiped_on, view.wipe)}." if view.wipe else ""
    return _card(view, state == DeviceState.READY, why)


def _card_to_take_back(code: str) -> Card:
    view = _view(code)
    loan = view.loan
    if loan is None:
        return _card(view, False, "Niet uitgeleend, dus terugnemen hoeft niet.")
    who = page.actor()
    with db.reading() as session:
        names = persons.names(session, [loan.person or ""], actor=who)
    name = names.get(loan.person or "", "onbekend")
    since = _day(loan.lent_on, loan)
    story = f"Bij {name} sinds {since}, terug op {show_date(loan.due_on)}."
    return replace(_card(view, True, story, version=loan.version), badge=loan_badge(loan))


def _card_to_wipe(code: str) -> Card:
    view = _view(code)
    ready = view.device.state == DeviceState.TO_WIPE
    why = "Wacht op een wissing." if ready else "Dit toestel hoeft nu niet gewist te worden."
    return _card(view, ready, why, version=view.device.version)


def _day(day: date, record: LoanView | Wipe) -> str:
    """Write a day, and when it was written down if that was another one (rule 61)."""
    noted = page.noted(day, record.recorded_at)
    return f"{show_date(day)} ({noted})" if noted else show_date(day)


def _card(view: DeviceView, ready: bool, why: str, version: int | None = None) -> Card:
    device = view.device
    return Card(
        ready=ready,
        title=f"{device.code}, {device.kind.value} {device.model}",
        badge=(BADGES[device.state], device.state.value),
        lines=(why,),
        version=version,
    )


def _borrowers(query: str) -> list[Option]:
    who = page.actor()
    with db.reading() as session:
        matches = persons.search(session, query, actor=who)
        loans = lending.open_loans(session, actor=who)
    has = {loan.person: f"heeft nu {loan.device}" for loan, _ in loans}
    details = tell_each_apart(matches)
    return [
        Option(
            value=match.person,
            label=match.name,
            detail=", ".join(filter(None, (details[match.person], has.get(match.person)))),
        )
        for match in matches
    ]
