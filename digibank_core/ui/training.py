"""Training on the screen: the roll call, enrolments and new series of sessions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets as widgets

from digibank_core import clock, db
from digibank_core.i18n import show_count, show_date, show_day
from digibank_core.models import (
    EnrolmentChange,
    EnrolmentRequest,
    EnrolmentState,
    ListProof,
    Mark,
    NewSeries,
    WalkIn,
)
from digibank_core.models.training import RowMark
from digibank_core.security import Right
from digibank_core.services import persons, roll, training
from digibank_core.ui import page, sheets
from digibank_core.ui.form import Form, Option
from digibank_core.ui.newcomer import person_form
from digibank_core.ui.persons import options
from digibank_core.ui.roll import RollCall

ROLL, ENROL, PERSON, SERIES = "Aanwezigheden", "Inschrijven", "Nieuwe persoon", "Nieuwe reeks"
SERIES_FIELDS = (
    "title", "level", "capacity", "kind", "first_day", "sessions",
    "starts_at", "ends_at", "place", "teacher", "own_device",
)  # fmt: skip


@page.part
def desk(fields: Sequence[str] = SERIES_FIELDS) -> object:
    """Show the roll call and, on tabs beside it, what else the user may do for a course.

    Parameters
    ----------
    fields
        Fields of the form for a new series and their order, as staff choose them.
    """
    return Classroom(fields)


class Classroom(widgets.VBox):  # type: ignore[misc]
    """Roll call and forms of the trainings, for the rights of the user."""

    def __init__(self, fields: Sequence[str] = SERIES_FIELDS) -> None:
        who = page.actor()
        self.roll = RollCall(
            sessions=sheets.choices,
            open_sheet=sheets.sheet,
            on_save=_save_marks,
            on_reopen=_reopen,
        )
        self.roll.changed.append(self._follow_roll)
        self.walk_in, self.proof = self._walk_in_form(), self._proof_form()
        self._mend = widgets.HTML()
        self._may_mend = who.may(Right.CORRECT)
        self._roll_tab, self._enrol_tab = widgets.VBox([self.roll]), widgets.VBox()
        self._roll_tab.add_class("stack")
        self._enrol_tab.add_class("stack")
        parts: dict[str, widgets.Widget] = {ROLL: self._roll_tab, ENROL: self._enrol_tab}
        if who.may(Right.REGISTER_PERSON):
            parts[PERSON] = person_form(self._registered)
        if who.may(Right.PLAN_TRAINING):
            parts[SERIES] = self._series_form(fields)
        self._draw_enrolment()
        self.tabs = widgets.Tab(list(parts.values()), titles=list(parts))
        super().__init__([self.tabs])
        self.add_class("stack")

    def open_tab(self, title: str) -> None:
        """Bring a tab to the front."""
        self.tabs.selected_index = self.tabs.titles.index(title)

    def _follow_roll(self) -> None:
        """Show the forms that belong to a sheet only while it can be noted."""
        shown = self.roll.shown
        can_note = shown is not None and not shown.why
        for form in (self.walk_in, self.proof):
            form.about = str(self._number)
        children = [self.roll, self.walk_in, self.proof] if can_note else [self.roll]
        if shown is not None and self._may_mend:
            self._mend.value = _mend_link(shown.session, shown.title)
            children.append(self._mend)
        if list(self._roll_tab.children) != children:
            self._roll_tab.children = children

    def _draw_enrolment(self) -> None:
        self.enrol, self.give_up = _enrol_form(), _give_up_form()
        for form in (self.enrol, self.give_up):
            form.saved.append(self.roll.refresh)
        self._enrol_tab.children = [self.enrol, self.give_up]

    def _registered(self, person: Option) -> None:
        """Go on with a new person where the user came from."""
        can_note = self.walk_in in self._roll_tab.children
        (self.walk_in if can_note else self.enrol).fill(person=person)
        self.open_tab(ROLL if can_note else ENROL)

    def _walk_in_form(self) -> Form:
        def save(request: WalkIn, key: str) -> str:
            who, number = page.actor(), self._number
            with db.transaction(who, "spontane deelnemer noteren", once=key) as session:
                roll.walk_in(session, number, request.person, actor=who, today=clock.today())
                now = roll.roll_of(session, number, actor=who)
                name = persons.names(session, [request.person], actor=who)[request.person]
            came, places = (
                sum(row.mark == Mark.PRESENT for row in now.rows),
                now.course.capacity,
            )
            over = f" Let op: {came} aanwezig voor {places} plaatsen." if came > places else ""
            return f"Op de lijst gezet: {name}, aanwezig.{over}"

        form = Form(
            WalkIn,
            title="Iemand die niet op de lijst staat",
            save_label="Zet op de lijst",
            searches={"person": options},
            on_save=save,
        )
        form.saved.append(self.roll.refresh)
        return form

    def _proof_form(self) -> Form:
        def save(request: ListProof, key: str) -> str:
            who = page.actor()
            with db.transaction(who, "lijst volledig verklaren", once=key) as session:
                done = roll.complete_list(
                    session, self._number, request, actor=who, today=clock.today()
                )
            return f"Lijst volledig: {done.list_reference}."

        def show_complete() -> None:
            self.roll.choose(self._number)
            self.roll.refresh()

        form = Form(ListProof, title="Bewijs", save_label="Lijst volledig", on_save=save)
        form.saved.append(show_complete)
        return form

    @property
    def _number(self) -> int:
        return 0 if self.roll.shown is None else self.roll.shown.session

    def _series_form(self, fields: Sequence[str]) -> Form:
        def save(request: NewSeries, key: str) -> str:
            who = page.actor()
            with db.transaction(who, "reeks maken", once=key) as session:
                course = training.add_series(session, request, actor=who)
            count = show_count(request.sessions, "les", "lessen")
            return f"Gemaakt: {course.title}, {count} vanaf {show_day(request.first_day)}."

        form = Form(
            NewSeries,
            title="Nieuwe reeks",
            save_label="Maak de reeks",
            fields=fields,
            on_save=save,
        )
        form.saved += [self.roll.refresh, self._draw_enrolment]
        return form


def _mend_link(number: int, title: str) -> str:
    link = page.record_link(f"training_session/{number}", title, "Verbeter deze les")
    return f"<p>Staat er iets fout in de les, de reeks of een aanwezigheid? {link}</p>"


def _enrol_form() -> Form:
    def save(request: EnrolmentRequest, key: str) -> str:
        who = page.actor()
        with db.transaction(who, "inschrijven voor een reeks", once=key) as session:
            made = training.enrol(session, request, actor=who)
            name = persons.names(session, [request.person], actor=who)[request.person]
        if made.state == EnrolmentState.WAITING:
            return (
                f"Op de wachtlijst: {name}. De reeks is vol; wie eerst kwam, schuift eerst op."
            )
        return f"Ingeschreven: {name}."

    return _course_form("Inschrijven voor een reeks", "Schrijf in", save)


def _give_up_form() -> Form:
    def save(request: EnrolmentRequest, key: str) -> str:
        who = page.actor()
        change = EnrolmentChange(**request.model_dump(), state=EnrolmentState.CANCELLED)
        with db.transaction(who, "plaats annuleren", once=key) as session:
            moved_up = training.change_enrolment(session, change, actor=who)
            keys = [request.person, moved_up.person if moved_up else ""]
            names = persons.names(session, keys, actor=who)
        told = f"Geannuleerd: {names[request.person]}."
        next_up = names.get(keys[1], "")
        return f"{told} De plaats gaat naar {next_up}. Laat dat weten." if next_up else told

    return _course_form("Plaats annuleren", "Annuleer de plaats", save)


def _course_form(
    title: str, save_label: str, save: Callable[[EnrolmentRequest, str], str]
) -> Form:
    who = page.actor()
    with db.reading() as session:
        running = training.courses(session, actor=who, today=clock.today())
    labels = [
        (str(course.id), f"{course.title}, vanaf {show_date(first)}" if first else course.title)
        for course, first in running
    ]
    return Form(
        EnrolmentRequest,
        title=title,
        save_label=save_label,
        choices={"course": labels},
        searches={"person": options},
        on_save=save,
    )


def _save_marks(number: int, marks: Sequence[RowMark], key: str) -> str:
    who = page.actor()
    with db.transaction(who, "aanwezigheden noteren", once=key) as session:
        changed = roll.mark_attendance(session, number, marks, actor=who, today=clock.today())
    if not changed:
        return "Alles was al bewaard."
    return f"Bewaard: {show_count(changed, 'rij', 'rijen')}."


def _reopen(number: int) -> None:
    who = page.actor()
    with db.transaction(who, "lijst heropenen") as session:
        roll.reopen_list(session, number, actor=who)
