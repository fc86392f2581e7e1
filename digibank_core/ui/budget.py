"""The books of a Digibank: what it means to spend, what was spent, and the proof of it."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets
import pandas as pd
from sqlmodel import Session

from digibank_core import clock, db
from digibank_core.i18n import show_date, show_money
from digibank_core.models import (
    Booking,
    BookingChoice,
    BookingRequest,
    BudgetLine,
    BudgetRequest,
    Category,
)
from digibank_core.security import Actor
from digibank_core.services import budget, programme
from digibank_core.ui import page
from digibank_core.ui.form import Form, Option
from digibank_core.ui.lists import Listing

BOOK, PLAN, VOID, PUT_BACK = "Kost boeken", "Budget bepalen", "Ongedaan maken", "Terugzetten"
VOIDED = "ongedaan gemaakt"
UNPLANNED = "nog niet bepaald"

Place = tuple[str, Category]
"""A period and a kind of cost: what one line of the budget is about."""


@page.part
def books() -> object:
    """Show the books of the own Digibank."""
    return Books(page.actor())


class Books(widgets.VBox):  # type: ignore[misc]
    """Forms for budget and costs, and the list of what was booked."""

    def __init__(self, who: Actor) -> None:
        self._actor = who
        self._place: Place | None = None
        self._read()
        self.planned = Listing("Budget per soort kost", empty="", on_choose=self._choose_line)
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
        lists = {"Budget per soort kost": self.planned, "Geboekte kosten": self.booked}
        cards = [
            page.card(widgets.HTML(f"<h2>{name}</h2>"), each) for name, each in lists.items()
        ]
        super().__init__([page.card(self.tabs), *cards])
        self.add_class("stack")

    def refresh(self) -> None:
        """Read the budget and the bookings again."""
        self._read()
        self.planned.show(
            pd.DataFrame([_planned(place, line) for place, line in self._lines.items()])
        )
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

    def _read(self) -> None:
        """Read the lines of the budget; a period that counts has one for each kind of cost."""
        with db.reading() as session:
            self._own = programme.periods(session, self._actor.own)
            found = budget.lines(session, actor=self._actor)
        places = [(each.code, category) for each in self._own for category in Category]
        self._lines: dict[Place, BudgetLine | None] = dict.fromkeys(places)
        self._lines |= {(line.period, line.category): line for line in found}

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
            place = request.period, request.category
            known = self._lines.get(place)
            with db.transaction(self._actor, "budget bepalen", once=key) as session:
                line = budget.set_line(session, request, actor=self._actor)
            self._read()
            self._place = place
            was = f", eerst {show_money(known.amount_cents)}" if known else ""
            return f"Bewaard: {_words(place)} {show_money(line.amount_cents)}{was}."

        begun = [each.code for each in self._own if each.first_day <= clock.today()]
        self._place = next((each for each in self._lines if each[0] in begun[-1:]), None)
        return Form(
            BudgetRequest,
            title=PLAN,
            save_label="Bewaar",
            choices={"period": self._periods()},
            start=self._values,
            on_save=save,
        )

    def _values(self) -> dict[str, object]:
        """Give what stands in the line that the form is about."""
        if self._place is None:
            return {}
        period, category = self._place
        line = self._lines[self._place]
        return {
            "period": period,
            "category": category.value,
            "amount_cents": show_money(line.amount_cents).strip("€\xa0") if line else "",
            "source": line.source if line else "",
        }

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
        return [
            (each.code, f"{each.code}, tot en met {show_date(each.last_day)}")
            for each in self._own
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

    def _choose_line(self, words: str) -> None:
        self._place = next(place for place in self._lines if _words(place) == words)
        self.forms[PLAN].fill(**self._values())
        self.tabs.selected_index = self.tabs.titles.index(PLAN)

    def _choose(self, number: str) -> None:
        chosen = next(option for option in self._options() if option.value == number)
        for title in (VOID, PUT_BACK):
            self.forms[title].fill(booking=chosen)
        is_voided = VOIDED in chosen.detail
        self.tabs.selected_index = self.tabs.titles.index(PUT_BACK if is_voided else VOID)


def _planned(place: Place, line: BudgetLine | None) -> dict[str, object]:
    return {
        "Periode en soort kost": _words(place),
        "Bedrag": show_money(line.amount_cents) if line else UNPLANNED,
        "Bron": line.source if line else "",
        "Door": line.author if line else "",
    }


def _words(place: Place) -> str:
    period, category = place
    return f"{period}, {category.value}"


def _state(session: Session, booking: Booking) -> str:
    if booking.voided:
        return VOIDED
    reason = budget.reason_of(session, booking)
    return f"niet subsidiabel: {reason}" if reason else "subsidiabel"
