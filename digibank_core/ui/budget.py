"""The books of a Digibank: what it means to spend, what was spent, and the proof of it."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets
import pandas as pd
from sqlmodel import Session

from digibank_core import clock, db
from digibank_core.i18n import show_date, show_money
from digibank_core.models import Booking, BookingChoice, BookingRequest, BudgetRequest
from digibank_core.security import Actor
from digibank_core.services import budget, programme
from digibank_core.ui import page
from digibank_core.ui.form import Form, Option
from digibank_core.ui.lists import Listing

BOOK, PLAN, VOID, PUT_BACK = "Kost boeken", "Budget bepalen", "Ongedaan maken", "Terugzetten"
VOIDED = "ongedaan gemaakt"


@page.part
def books() -> object:
    """Show the books of the own Digibank."""
    return Books(page.actor())


class Books(widgets.VBox):  # type: ignore[misc]
    """Forms for budget and costs, and the list of what was booked."""

    def __init__(self, who: Actor) -> None:
        self._actor = who
        self.booked = Listing(
            "Geboekte kosten",
            empty=page.empty("Er is nog niets geboekt", "Boek een kost, dan staat ze hier."),
            on_choose=self._choose,
        )
        self.forms: dict[str, Form] = {
            BOOK: self._booking_form(),
            PLAN: self._plan_form(),
            VOID: self._choice_form(VOID, "Maak ongedaan", budget.void),
            PUT_BACK: self._choice_form(PUT_BACK, "Zet terug", budget.put_back),
        }
        for form in self.forms.values():
            form.saved.append(self.refresh)
        self.tabs = widgets.Tab(list(self.forms.values()), titles=list(self.forms))
        self.refresh()
        heading = widgets.HTML("<h2>Geboekte kosten</h2>")
        super().__init__([page.card(self.tabs), page.card(heading, self.booked)])
        self.add_class("stack")

    def refresh(self) -> None:
        """Read the bookings again."""
        with db.reading() as session:
            rows = [
                {
                    "Nr": each.id,
                    "Dag": pd.Timestamp(each.booked_on),
                    "Soort kost": each.category.value,
                    "Bedrag": show_money(each.amount_cents),
                    "Bewijs": each.proof,
                    "Periode": each.period,
                    "Stand": _state(session, each),
                }
                for each in budget.bookings(session, actor=self._actor)
            ]
        self.booked.show(pd.DataFrame(rows))

    def _booking_form(self) -> Form:
        def save(request: BookingRequest, key: str) -> str:
            with db.transaction(self._actor, "kost boeken", once=key) as session:
                booking = budget.book(session, request, actor=self._actor, today=clock.today())
                reason = budget.reason_of(session, booking)
            told = f"Geboekt: {show_money(booking.amount_cents)}, bewijs {booking.proof}."
            return (
                f"{told} Niet subsidiabel, want {reason}: het telt niet mee."
                if reason
                else told
            )

        return Form(
            BookingRequest,
            title=BOOK,
            save_label="Boek",
            choices={"period": self._periods()},
            on_save=save,
        )

    def _plan_form(self) -> Form:
        def save(request: BudgetRequest, key: str) -> str:
            with db.transaction(self._actor, "budget bepalen", once=key) as session:
                line = budget.set_line(session, request, actor=self._actor)
            return f"Bewaard: {line.category.value} {show_money(line.amount_cents)}."

        return Form(
            BudgetRequest,
            title=PLAN,
            save_label="Bewaar",
            choices={"period": self._periods()},
            on_save=save,
        )

    def _choice_form(self, title: str, label: str, act: Callable[..., Booking]) -> Form:
        def save(request: BookingChoice, key: str) -> str:
            reason = f"{title.lower()}: {request.reason}"
            with db.transaction(self._actor, reason, once=key) as session:
                booking = act(session, request.booking, actor=self._actor)
            return f"{title}: bewijs {booking.proof}, {show_money(booking.amount_cents)}."

        return Form(
            BookingChoice,
            title=title,
            save_label=label,
            searches={"booking": self._search},
            on_save=save,
        )

    def _periods(self) -> list[tuple[str, str]]:
        with db.reading() as session:
            found = programme.periods(session, self._actor.own)
        return [
            (each.code, f"{each.code}, tot en met {show_date(each.last_day)}") for each in found
        ]

    def _search(self, query: str) -> list[Option]:
        words = query.casefold()
        return [option for option in self._options() if words in option.label.casefold()]

    def _options(self) -> list[Option]:
        with db.reading() as session:
            found = budget.bookings(session, actor=self._actor)
        return [
            Option(
                str(each.id),
                f"{each.proof}, {show_money(each.amount_cents)}",
                f"{each.category.value}, {show_date(each.booked_on)}"
                + f", {VOIDED}" * each.voided,
            )
            for each in found
        ]

    def _choose(self, number: str) -> None:
        chosen = next(option for option in self._options() if option.value == number)
        for title in (VOID, PUT_BACK):
            self.forms[title].fill(booking=chosen)
        is_voided = VOIDED in chosen.detail
        self.tabs.selected_index = self.tabs.titles.index(PUT_BACK if is_voided else VOID)


def _state(session: Session, booking: Booking) -> str:
    if booking.voided:
        return VOIDED
    reason = budget.reason_of(session, booking)
    return f"niet subsidiabel: {reason}" if reason else "subsidiabel"
