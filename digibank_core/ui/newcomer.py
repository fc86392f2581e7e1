"""The form for a new person; who looks like somebody known is asked about (flow 7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from digibank_core import db
from digibank_core.errors import LikelySameError
from digibank_core.i18n import show_count
from digibank_core.models import (
    OUTSIDE,
    Education,
    LabourStatus,
    NewPerson,
    NotTheSame,
    SamePerson,
)
from digibank_core.services import merges, persons, programme
from digibank_core.services.persons import Likeness
from digibank_core.ui import page
from digibank_core.ui.form import Form, Option
from digibank_core.ui.namesakes import tell_each_apart
from digibank_core.ui.watch import Likely, Watch, Watching

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
    "consent_on",
)
"""What a desk asks with others waiting; the page of persons asks the optional traits too."""
COMPARED = ("first_name", "last_name", "birth_year", "residence", "postcode", "phone")
"""What is typed and compared with who is known."""
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


class PersonForm(widgets.VBox):  # type: ignore[misc]
    """The form for a new person; likely matches stand in it while somebody types.

    Who saves in spite of them is asked about them. Instead of the form the question then
    stands on the page, so that what is answered is about what was typed, and not about what
    was typed over it since.
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

    def _new_form(self, *, focus: bool = False) -> Watching:
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
        form = Watching(
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
            watch=self._watch(),
        )
        form.saved.append(lambda: self._on_registered(new[0]))
        return form

    def _watch(self) -> Watch:
        known: dict[str, Option] = {}

        def ask(typed: Mapping[str, Any]) -> list[Likely]:
            likely = _likely(typed)
            known.update((one.match.person, _option(one)) for one in likely)
            return _cards(likely)

        return Watch(
            title="Misschien bekend",
            act="Gebruik deze",
            fields=COMPARED,
            after="last_name",
            ask=ask,
            tell=lambda number: (
                f"{show_count(number, 'persoon lijkt', 'personen lijken')} op wie je typt. "
                "Is het dezelfde? Gebruik die dan."
            ),
            take=lambda person, typed: self._end(self._on_chosen, known[person], typed),
        )

    def _ask(self, request: NewPerson, likely: Sequence[Likeness]) -> None:
        typed = request.model_dump(exclude_none=True)
        self.same = self._same_form(likely, typed)
        self.different = self._different_form(request, likely)
        self.same.about = self.different.about = self.same.key  # no other answer fits here
        back = widgets.Button(description="Pas de gegevens aan")
        back.on_click(lambda _button: self._back(typed))
        sentence = LikelySameError().user_message
        told = f"{sentence} Je typte: {_name(request)}. Er is nog niets bewaard."
        warning = widgets.HTML(page.notice(told, "warn"))
        self.children = [warning, self.same, self.different, back]

    def _same_form(self, likely: Sequence[Likeness], typed: Mapping[str, object]) -> Form:
        known = {one.match.person: _option(one) for one in likely}
        chosen: list[Option] = []

        def choose(request: SamePerson, _key: str) -> str:
            chosen[:] = [known[request.person]]
            return f"Gekozen: {chosen[0].label}."

        form = Form(
            SamePerson,
            title="Dezelfde persoon",
            save_label="Gebruik deze",
            choices={"person": _choices(likely)},
            start=lambda: {"person": likely[0].match.person} if len(likely) == 1 else {},
            focus=True,
            on_save=choose,
        )
        form.saved.append(lambda: self._end(self._on_chosen, chosen[0], typed))
        return form

    def _different_form(self, request: NewPerson, likely: Sequence[Likeness]) -> Form:
        new: list[Option] = []

        def save(answer: NotTheSame, key: str) -> str:
            who, reason = page.actor(), f"{REASON}, geen dubbel: {answer.difference}"
            with db.transaction(who, reason, once=key) as session:
                person = persons.register(session, request, actor=who)
                others = [one.match.person for one in likely]
                merges.tell_newcomer_apart(session, person.key, others, actor=who)
            new[:] = [Option(person.key, _name(request))]
            return f"Ingeschreven: {new[0].label}."

        form = Form(NotTheSame, title="Iemand anders", save_label="Toch nieuw", on_save=save)
        form.saved.append(lambda: self._end(self._on_registered, new[0]))
        return form

    def _back(self, typed: Mapping[str, object]) -> None:
        """Show the form as it was filled in."""
        self.form.fill(**typed)
        self.children = [self.form]

    def _end(
        self, on_person: OnPerson, person: Option, typed: Mapping[str, object] | None = None
    ) -> None:
        """Begin anew; `typed` can come back, when a known person was chosen instead."""
        self.form = self._new_form(focus=True)
        told = widgets.HTML(page.notice(f"Gekozen: {person.label}.", "ok"))
        undo = widgets.Button(description="Toch iemand anders: zet terug wat ik typte")
        undo.on_click(lambda _button: self._back(typed or {}))
        self.form.saved.append(lambda: _blank(told, undo))  # it was about the one before
        self.children = [told, *([undo] if typed else []), self.form]
        on_person(person)


def _likely(typed: Mapping[str, Any]) -> list[Likeness]:
    """Give who may be meant; nobody while too little of a name is typed."""
    if "first_name" not in typed or not typed.keys() & {"last_name", "birth_year"}:
        return []
    with db.reading() as session:
        return persons.likely_same(session, NewPerson(**typed), actor=page.actor())


def _cards(likely: Sequence[Likeness]) -> list[Likely]:
    details = tell_each_apart([one.match for one in likely])
    return [
        Likely(
            value=one.match.person,
            title=one.match.name,
            badge=("open", f"gelijkenis {one.score} op 100"),
            lines=(details[one.match.person], f"{one.why.capitalize()}."),
        )
        for one in likely
    ]


def _choices(likely: Sequence[Likeness]) -> list[tuple[str, str]]:
    return [
        (card.value, f"{card.title}, {card.lines[0]}. {card.badge[1].capitalize()}: {why}.")
        for card, why in zip(_cards(likely), (one.why for one in likely), strict=True)
    ]


def _option(one: Likeness) -> Option:
    return Option(one.match.person, one.match.name)


def _name(request: NewPerson) -> str:
    return " ".join(filter(None, (request.first_name, request.last_name)))


def _blank(told: widgets.HTML, undo: widgets.Button) -> None:
    told.value, undo.layout.display = "", "none"
