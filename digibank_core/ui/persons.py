"""Persons: find one, or register a new one without counting anybody twice (flow 7)."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable, Sequence

import ipywidgets as widgets

from digibank_core import clock, db
from digibank_core.errors import LikelySameError
from digibank_core.i18n import show_date
from digibank_core.models import (
    OUTSIDE,
    Education,
    LabourStatus,
    NewPerson,
    NotTheSame,
    PersonChoice,
    PersonRole,
    SamePerson,
)
from digibank_core.security import Right
from digibank_core.services import persons, programme
from digibank_core.services.persons import Likeness, Match
from digibank_core.ui import page
from digibank_core.ui.form import Form, Option

DESK_FIELDS = (
    "first_name",
    "last_name",
    "birth_year",
    "adult_confirmed",
    "residence",
    "postcode",
    "phone",
    "mail",
    "gender",
    "role",
)
"""What a desk asks with others waiting; the page of persons asks the optional traits too."""
EDUCATION = {
    Education.LOW: "lager of eerste jaren secundair (ISCED 0-2)",
    Education.MIDDLE: "secundair (ISCED 3-4)",
    Education.HIGH: "hogeschool of universiteit (ISCED 5-8)",
    Education.UNSAID: Education.UNSAID.value,
}
REASON = "persoon inschrijven"

OnPerson = Callable[[Option], object]


def person_form(
    on_registered: OnPerson,
    on_chosen: OnPerson | None = None,
    *,
    fields: Sequence[str] | None = DESK_FIELDS,
) -> PersonForm:
    """Give the form that registers a person, for any page that needs one.

    Parameters
    ----------
    on_registered
        Gets the new person, to go on with on the page.
    on_chosen
        Gets a known person who turned out to be the same; `on_registered` when left out.
    fields
        Fields and their order, as staff choose them; None for all.
    """
    return PersonForm(on_registered, on_chosen or on_registered, fields)


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
        self.card = widgets.HTML()
        self.search = self._search_form()
        found = widgets.VBox([self.search, self.card])
        found.add_class("stack")
        parts: dict[str, widgets.Widget] = {"Zoek een persoon": found}
        if page.actor().may(Right.REGISTER_PERSON):
            self.newcomer = person_form(self.show, fields=[*DESK_FIELDS, *extra])
            parts["Nieuwe persoon"] = self.newcomer
        self.tabs = widgets.Tab(list(parts.values()), titles=list(parts))
        super().__init__([self.tabs])

    def show(self, person: Option) -> None:
        """Bring a person to the front, as if it was searched for."""
        self._show_card(person.value)
        self.search.fill(person=person)
        self.tabs.selected_index = 0

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
        }
        if view.role == PersonRole.INTERMEDIARY:
            known["Komt als"] = "intermediair, telt niet mee in het bereik"
        facts = page.facts({name: value or "niet bekend" for name, value in known.items()})
        self.card.value = (
            '<section class="card" aria-labelledby="h-person">'
            f'<h2 id="h-person">{html.escape(view.match.name)}</h2>{facts}</section>'
        )
        return view.match.name


class PersonForm(widgets.VBox):  # type: ignore[misc]
    """The form for a new person; who looks like somebody known is asked about first.

    Instead of the form the question then stands on the page, so that what is answered is
    about what was typed, and not about what was typed over it since.
    """

    def __init__(
        self, on_registered: OnPerson, on_chosen: OnPerson, fields: Sequence[str] | None
    ) -> None:
        self._on_registered, self._on_chosen, self._fields = on_registered, on_chosen, fields
        self.same: Form | None = None
        self.different: Form | None = None
        self.form = self._new_form()
        super().__init__([self.form])
        self.add_class("stack")

    def _new_form(self, *, focus: bool = False) -> Form:
        new: list[Option] = []

        def save(request: NewPerson, key: str) -> str:
            who = page.actor()
            with db.transaction(who, REASON, once=key) as session:
                with db.reading() as known:  # has the names at hand; nobody else can write now
                    likely = persons.likely_same(known, request, actor=who)
                if likely:
                    self._ask(request, likely)
                    raise LikelySameError
                person = persons.register(session, request, actor=who)
            new[:] = [Option(person.key, _name(request))]
            return f"Ingeschreven: {new[0].label}."

        with db.reading() as session:
            towns = [(town.nis, town.name) for town in programme.municipalities(session)]
        form = Form(
            NewPerson,
            title="Nieuwe persoon",
            save_label="Schrijf in",
            choices={
                "residence": [*towns, (OUTSIDE, "Buiten het werkingsgebied")],
                "education": [(level.value, label) for level, label in EDUCATION.items()],
                "labour_status": [(status.value, status.value) for status in LabourStatus],
            },
            fields=self._fields,
            focus=focus,
            on_save=save,
        )
        form.saved.append(lambda: self._on_registered(new[0]))
        return form

    def _ask(self, request: NewPerson, likely: Sequence[Likeness]) -> None:
        typed = _name(request)
        self.same = self._same_form(likely)
        self.different = self._different_form(request)
        self.same.about = self.different.about = self.same.key  # no other answer fits here
        back = widgets.Button(description="Pas de gegevens aan")
        back.on_click(lambda _button: self._back(request))
        sentence = LikelySameError().user_message
        warning = page.notice(f"{sentence} Je typte: {typed}. Er is nog niets bewaard.", "warn")
        self.children = [widgets.HTML(warning), self.same, self.different, back]

    def _same_form(self, likely: Sequence[Likeness]) -> Form:
        known = {one.match.person: Option(one.match.person, one.match.name) for one in likely}
        chosen: list[Option] = []

        def choose(request: SamePerson, _key: str) -> str:
            chosen[:] = [known[request.person]]
            return f"Gekozen: {chosen[0].label}."

        form = Form(
            SamePerson,
            title="Dezelfde persoon",
            save_label="Gebruik deze",
            choices={"person": [(one.match.person, _describe(one)) for one in likely]},
            start=lambda: {"person": likely[0].match.person} if len(likely) == 1 else {},
            focus=True,
            on_save=choose,
        )
        form.saved.append(lambda: self._end(self._on_chosen, chosen[0]))
        return form

    def _different_form(self, request: NewPerson) -> Form:
        new: list[Option] = []

        def save(answer: NotTheSame, key: str) -> str:
            who, reason = page.actor(), f"{REASON}, geen dubbel: {answer.difference}"
            with db.transaction(who, reason, once=key) as session:
                person = persons.register(session, request, actor=who)
            new[:] = [Option(person.key, _name(request))]
            return f"Ingeschreven: {new[0].label}."

        form = Form(NotTheSame, title="Iemand anders", save_label="Toch nieuw", on_save=save)
        form.saved.append(lambda: self._end(self._on_registered, new[0]))
        return form

    def _back(self, request: NewPerson) -> None:
        self.form.fill(**request.model_dump(exclude_none=True))
        self.children = [self.form]

    def _end(self, on_person: OnPerson, person: Option) -> None:
        self.form = self._new_form(focus=True)
        done = page.notice(f"Gekozen: {person.label}.", "ok")
        self.children = [widgets.HTML(done), self.form]
        on_person(person)


def options(query: str) -> list[Option]:
    """Give the persons that a search field offers, with what tells namesakes apart."""
    with db.reading() as session:
        matches = persons.search(session, query, actor=page.actor())
    details = tell_each_apart(matches)
    return [Option(one.person, one.name, details[one.person]) for one in matches]


def tell_each_apart(matches: Sequence[Match]) -> dict[str, str]:
    """Give for each match, by key, what tells it from the others, on one line."""
    told = Counter((match.name, tell_apart(match)) for match in matches)
    details = {}
    for match in matches:
        parts = [tell_apart(match)]
        if told[match.name, parts[0]] > 1:
            parts.append(f"ingeschreven op {show_date(match.registered_on)}")
        details[match.person] = ", ".join([*parts, *(["lijkt erop"] if match.near else [])])
    return details


def tell_apart(match: Match) -> str:
    """Give what tells namesakes apart, on one line."""
    return ", ".join(filter(None, (str(match.birth_year or ""), match.residence)))


def _name(request: NewPerson) -> str:
    return " ".join(filter(None, (request.first_name, request.last_name)))


def _describe(one: Likeness) -> str:
    about = f"{one.match.name}, {tell_apart(one.match)}"
    return f"{about}. Gelijkenis {one.score} op 100: {one.why}."
