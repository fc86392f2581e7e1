"""The counter of a Digipunt: write down a question, a paper tally, and when it was open."""

from __future__ import annotations

import html
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import ipywidgets as widgets
from pydantic import Field, create_model

from digibank_core import clock, db
from digibank_core.errors import UnknownVisitError
from digibank_core.i18n import show_count, show_day, show_hours
from digibank_core.models import (
    HeldBlockRequest,
    QuestionRequest,
    TallyRequest,
    VisitRequest,
)
from digibank_core.models.digipunt import MOST_OF_A_TOPIC, ExpectedBlock
from digibank_core.security import Right
from digibank_core.services import corrections, digipunt, programme
from digibank_core.ui import page, record_parts
from digibank_core.ui.form import Form
from digibank_core.ui.log import Beside, Log, Undo
from digibank_core.ui.persons import options
from digibank_core.ui.telling import MINUTES, look_up

PLACE = ("digipunt", "stop", "visited_on", "helper_role")
VISIT = (
    *PLACE, "earlier", "topic", "minutes", "result", "referred_to",
    "person", "first_time", "age_band", "language_help", "note",
)  # fmt: skip
DAYS_BACK = 7
"""How many days the list of blocks that are still to be written down goes back."""

Choices = list[tuple[str, str]]


@page.part
def counter() -> object:
    """Show the counter: a question, a tally, opening hours, and what was written down today."""
    with db.reading() as session:
        places = digipunt.digipunten(session, actor=page.actor())
    return Counter() if places else widgets.HTML(NO_PLACES)


NO_PLACES = page.empty("Er zijn nog geen Digipunten", "De beheerder voegt ze toe.")


class Counter(widgets.VBox):  # type: ignore[misc]
    """Forms of the counter, and how much was written down today."""

    def __init__(self) -> None:
        who = page.actor()
        with db.reading() as session:
            places = digipunt.digipunten(session, actor=who)
            self._topics = {one.code: one.label for one in digipunt.topics(session)}
            towns = programme.municipalities(session)
        self._choices: dict[str, Choices] = {
            "digipunt": [(one.code, one.name) for one in places],
            "stop": [(town.nis, town.name) for town in towns if town.digibank == who.own],
        }
        mobile = [one.code for one in places if one.mobile]
        self._stops = {"stop": {"digipunt": mobile}}
        self._blocks = widgets.VBox()
        self._today = widgets.HTML()
        self.forms: dict[str, Form] = {
            "Vraag": self._visit_form(),
            "Turflijst": self._tally_form(),
            "Openingsuren": self._block_form(),
        }
        for form in self.forms.values():
            form.saved.append(self.refresh)
        self.forms["Openingsuren"].saved.append(self._show_blocks)
        hours = widgets.VBox([self.forms["Openingsuren"], page.card(self._blocks)])
        tabs = [self.forms["Vraag"], self.forms["Turflijst"], hours]
        self.tabs = widgets.Tab(tabs, titles=list(self.forms))
        self._show_blocks()
        self.refresh()
        super().__init__([self.tabs, page.card(self._today)])
        self.add_class("stack")
        self._start_where_asked()

    def _start_where_asked(self) -> None:
        """Follow the link here: `?doe=openingsuren&plaats=torhout-bib&dag=2024-03-06`."""
        title = page.asked("doe").capitalize()
        if title in self.tabs.titles:
            self.tabs.selected_index = self.tabs.titles.index(title)
        with suppress(ValueError), db.reading() as session:
            day = date.fromisoformat(page.asked("dag"))
            for block in digipunt.expected_blocks(session, day, actor=page.actor()):
                if block.digipunt == page.asked("plaats") and not block.held:
                    self.forms["Openingsuren"].fill(**_filled_in(day, block))

    def refresh(self) -> None:
        """Count again what was written down today."""
        with db.reading() as session:
            counts = digipunt.counts_on(session, clock.today(), actor=page.actor())
        rows = "".join(
            f'<li class="two"><div><p class="what">{html.escape(one.name)}</p></div>'
            f"<span>{show_count(one.visits, 'bezoek', 'bezoeken')}, "
            f"{show_count(one.questions, 'vraag', 'vragen')}</span></li>"
            for one in counts
        )
        told = f'<ul class="rows">{rows}</ul>' if rows else NOTHING_YET
        told += _to_mend()
        self._today.value = f'<div class="card-head"><h2>Vandaag genoteerd</h2></div>{told}'

    def _visit_form(self) -> Log:
        visits: dict[str, int | None] = {}

        def save(request: VisitRequest, key: str) -> str:
            who = page.actor()
            with db.transaction(who, "bezoek noteren", once=key) as session:
                visit = digipunt.log_visit(session, request, actor=who, today=clock.today())
            visits[key] = visit.id
            return f"Bewaard: {self._told(request.questions)}."

        def take_back(key: str) -> str:
            who, visit = page.actor(), visits.get(key)
            if visit is None:
                raise UnknownVisitError
            with db.transaction(who, "verkeerd genoteerd, ongedaan gemaakt") as session:
                digipunt.take_back_visit(session, visit, actor=who, now=clock.now())
            return (
                "Ongedaan gemaakt. Wat je koos, staat er nog: verbeter het en bewaar opnieuw."
            )

        return Log(
            VisitRequest,
            title="Vraag noteren",
            save_label="Bewaar",
            fields=VISIT,
            begin="topic",
            keep=PLACE,
            beside=[Beside(("minutes", "result")), Beside(("person", "first_time"))],
            only={
                **self._stops,
                "referred_to": {"result": ["doorverwezen"]},
                "age_band": {"person": [""]},
            },
            more=list(QuestionRequest.model_fields),
            undo=Undo(digipunt.SECONDS_TO_TAKE_BACK, take_back),
            choices={
                **self._choices,
                "topic": list(self._topics.items()),
                "minutes": list(MINUTES.items()),
            },
            searches={"person": options},
            start=_here_and_now,
            focus=True,
            on_save=save,
        )

    def _told(self, questions: list[QuestionRequest]) -> str:
        return "; ".join(f"{self._topics[one.topic]}, {one.result.value}" for one in questions)

    def _tally_form(self) -> Log:
        names = {code.replace("-", "_"): code for code in self._topics}
        number = int | None
        asked: dict[str, Any] = {
            name: (
                number,
                Field(default=None, title=self._topics[code], ge=0, le=MOST_OF_A_TOPIC),
            )
            for name, code in names.items()
        }
        model = create_model("Tally", __base__=TallyRequest, **asked)

        def save(request: TallyRequest, key: str) -> str:
            who = page.actor()
            given = request.model_dump(include={*PLACE, "confirmed"})
            counts = {code: getattr(request, name) or 0 for name, code in names.items()}
            tally = TallyRequest(**given, counts=counts)
            with db.transaction(who, "turflijst noteren", once=key) as session:
                saved = digipunt.log_tally(session, tally, actor=who, today=clock.today())
            told = show_count(saved, "vraag", "vragen")
            return f"Bewaard: {told} van {show_day(tally.visited_on)}, elk een anoniem bezoek."

        return Log(
            model,
            title="Turflijst van papier",
            save_label="Bewaar de turflijst",
            fields=[*PLACE, *names, "confirmed"],
            begin="digipunt",
            beside=[
                Beside(("digipunt", "stop")),
                Beside(("visited_on", "helper_role")),
                Beside(tuple(names), "Hoeveel vragen? Laat leeg wat er niet was."),
            ],
            only=self._stops,
            choices=self._choices,
            start=_here_and_now,
            on_save=save,
        )

    def _block_form(self) -> Log:
        def start() -> dict[str, object]:
            expected = _still_to_write(clock.today())
            return _filled_in(*expected[0]) if expected else {"held_on": clock.today()}

        def save(request: HeldBlockRequest, key: str) -> str:
            who = page.actor()
            with db.transaction(who, "openingsuren noteren", once=key) as session:
                held = digipunt.hold_block(session, request, actor=who, today=clock.today())
            hours = show_hours(held.starts_at, held.ends_at)
            return f"Bewaard: open op {show_day(held.held_on)}, van {hours}."

        return Log(
            HeldBlockRequest,
            title="Wanneer was het Digipunt open?",
            save_label="Bewaar de uren",
            begin="digipunt",
            beside=[Beside(("digipunt", "held_on")), Beside(("starts_at", "ends_at"))],
            choices={"digipunt": self._choices["digipunt"]},
            start=start,
            on_save=save,
        )

    def _show_blocks(self) -> None:
        expected = _still_to_write(clock.today())
        told = [
            widgets.HTML(
                '<div class="card-head"><h2>Nog te noteren</h2></div><p>Kwam er niemand? '
                "Noteer de uren toch: nul bezoeken telt ook.</p>"
                + ("" if expected else ALL_WRITTEN)
            )
        ]
        self._blocks.children = told + [self._block_button(*one) for one in expected]

    def _block_button(self, day: date, block: ExpectedBlock) -> widgets.Button:
        often = f" (om de {block.every_weeks} weken)" if block.every_weeks > 1 else ""
        hours = show_hours(block.starts_at, block.ends_at)
        button = widgets.Button(description=f"{block.name}, {show_day(day)}, {hours}{often}")
        button.on_click(self._filler(day, block))
        return button

    def _filler(self, day: date, block: ExpectedBlock) -> Callable[[object], None]:
        return lambda _: self.forms["Openingsuren"].fill(**_filled_in(day, block))


def _to_mend() -> str:
    """Give a link to each visit and block that was written down today, for who may mend it."""
    who, yesterday = page.actor(), clock.today() - timedelta(days=1)
    if not who.may(Right.CORRECT):
        return ""
    with db.reading() as session:
        found = corrections.recent(
            session, ("visit", "held_block"), actor=who, since=clock.end_of_day(yesterday)
        )
    rows = record_parts.links(found, look_up(found), "Verbeter")
    summary = "<summary>Verbeter wat vandaag genoteerd is</summary>"
    return f"<details>{summary}{rows}</details>" if rows else ""


NOTHING_YET = page.empty("Nog niets genoteerd", "Kies hierboven een onderwerp en bewaar.")
ALL_WRITTEN = page.empty("Alles is genoteerd", "Hier komen de uren van de voorbije week.")


def _here_and_now() -> dict[str, object]:
    """Begin with today and with the Digipunt that opens first today."""
    who, today = page.actor(), clock.today()
    with db.reading() as session:
        blocks = digipunt.expected_blocks(session, today, actor=who)
        places = [one.digipunt for one in blocks] or [
            one.code for one in digipunt.digipunten(session, actor=who)
        ]
    return {"visited_on": today, "digipunt": places[0]}


def _still_to_write(today: date) -> list[tuple[date, ExpectedBlock]]:
    who = page.actor()
    with db.reading() as session:
        return [
            (day, block)
            for day in (today - timedelta(days=back) for back in range(DAYS_BACK))
            for block in digipunt.expected_blocks(session, day, actor=who)
            if not block.held
        ]


def _filled_in(day: date, block: ExpectedBlock) -> dict[str, object]:
    hours = {"starts_at": block.starts_at, "ends_at": block.ends_at}
    return {"digipunt": block.digipunt, "held_on": day, **hours}
