"""Persons: find one, or register a new one without counting anybody twice (flow 7)."""

from __future__ import annotations

import html
from collections.abc import Sequence

import ipywidgets as widgets

from digibank_core import clock, db
from digibank_core.i18n import show_date
from digibank_core.models import PersonChoice, PersonRole
from digibank_core.security import Right
from digibank_core.services import persons
from digibank_core.ui import page
from digibank_core.ui.erasure import Acts
from digibank_core.ui.form import Form, Option
from digibank_core.ui.merges import Doubles
from digibank_core.ui.namesakes import tell_each_apart
from digibank_core.ui.newcomer import DESK_FIELDS, person_form

DOUBLES = "Dubbels"


@page.part
def desk(extra: Sequence[str] = ()) -> object:
    """Show the page of persons: search first, and a tab to register a new one.

    Parameters
    ----------
    extra
        Fields that a new person is asked after `DESK_FIELDS`, as staff choose them.
    """
    return Desk(extra)


class Desk(widgets.VBox):  # type: ignore[misc]
    """Search and, for who may, registration; the person at hand is shown as a card."""

    def __init__(self, extra: Sequence[str] = ()) -> None:
        self.card, self.acts = widgets.HTML(), widgets.VBox()
        self.search = self._search_form()
        self._found = widgets.VBox([self.search, self.card, self.acts])
        self._found.add_class("stack")
        parts: dict[str, widgets.Widget] = {"Zoek een persoon": self._found}
        if page.actor().may(Right.REGISTER_PERSON):
            self.newcomer = person_form(self.show, fields=[*DESK_FIELDS, *extra])
            parts["Nieuwe persoon"] = self.newcomer
        if page.actor().may(Right.MERGE):
            self.doubles = parts[DOUBLES] = Doubles(options)
        self.tabs = widgets.Tab(list(parts.values()), titles=list(parts))
        self.tabs.observe(self._open_doubles, "selected_index")
        super().__init__([self.tabs])
        if page.asked("doe") == "dubbels" and DOUBLES in parts:
            self.tabs.selected_index = self.tabs.titles.index(DOUBLES)

    def show(self, person: Option) -> None:
        """Bring a person to the front, as if it was searched for."""
        self._show_card(person.value)
        self.search.fill(person=person)
        self.tabs.selected_index = 0

    def _open_doubles(self, *_: object) -> None:
        """Search them only when somebody looks: that takes a while."""
        if self.tabs.titles[self.tabs.selected_index] == DOUBLES:
            self.doubles.renew()

    def _search_form(self) -> Form:
        chosen: list[str] = []

        def keep(request: PersonChoice, _key: str) -> str:
            chosen[:] = [request.person]
            return f"{self._show_card(request.person)} staat hieronder."

        return Form(
            PersonChoice,
            title="Zoek een persoon",
            save_label="Toon de gegevens",
            searches={"person": options},
            focus=True,
            on_save=keep,
        )

    def _show_card(self, key: str) -> str:
        with db.reading() as session:
            view = persons.view(session, key, actor=page.actor(), today=clock.today())
        known = {
            "Geboortejaar": str(view.match.birth_year or ""),
            "Leeftijd": view.age.value,
            "Woonplaats": view.match.residence,
            "Telefoon": view.phone or "",
            "E-mailadres": view.mail or "",
            "Akkoord met bewaren": f"ja, op {show_date(view.consent_on)}"
            if view.consent_on
            else "nog niet genoteerd",
        }
        if view.registrations > 1:
            told = [f"uit {view.registrations} inschrijvingen"]
            told += [f"ook bekend als {name}" for name in view.match.also]
            known["Samengevoegd"] = ", ".join(told)
        if view.erased_on is not None:
            known["Gewist op"] = show_date(view.erased_on)
        if view.role == PersonRole.INTERMEDIARY:
            known["Komt als"] = "intermediair, telt niet mee in het bereik"
        facts = page.facts({name: value or "niet bekend" for name, value in known.items()})
        if page.actor().may(Right.CORRECT):
            link = page.record_link(f"person/{key}", view.match.name, "Gegevens en verbeteren")
            facts += f'<p class="card-foot">{link}</p>'
        self.card.value = (
            '<section class="card" aria-labelledby="h-person">'
            f'<h2 id="h-person">{html.escape(view.match.name)}</h2>{facts}</section>'
        )
        self.acts.children = self._acts(key) if view.erased_on is None else []
        return view.match.name

    def _acts(self, key: str) -> list[widgets.Widget]:
        if not page.actor().may(Right.ERASE):
            return []
        return [Acts(key, lambda: self._show_erased(key))]

    def _show_erased(self, key: str) -> None:
        said = self.acts.children
        self._show_card(key)
        self.search = self._search_form()  # the name stands in the old one
        self.acts.children = said
        self._found.children = [self.search, self.card, self.acts]


def options(query: str) -> list[Option]:
    """Give the persons that a search field offers, with what tells namesakes apart."""
    with db.reading() as session:
        matches = persons.search(session, query, actor=page.actor())
    details = tell_each_apart(matches)
    return [Option(one.person, one.name, details[one.person]) for one in matches]
