"""What is asked about two persons: are they one, and is what was decided to be undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from sqlmodel import Session

from digibank_core import clock, db, matching
from digibank_core.errors import AlreadyWithdrawnError
from digibank_core.i18n import show_date
from digibank_core.matching import Change
from digibank_core.models import Merge, MergeRequest, NotTheSame, TakeBackRequest
from digibank_core.models.merges import Act, Decision
from digibank_core.services import doubles, merges, persons
from digibank_core.services.persons import PersonView
from digibank_core.ui import couples, page
from digibank_core.ui.form import Form
from digibank_core.ui.namesakes import tell_each_apart

NAMELESS = "naam gewist"

Done = Callable[[str], object]
"""Gets the sentence to show when a question was answered."""


@dataclass(frozen=True)
class Question:
    """What stands on the page instead of the lists, until it is answered."""

    heading: str
    shown: str
    """HTML: what is known, and what would change."""
    forms: tuple[Form, ...]

    def __post_init__(self) -> None:
        for form in self.forms:
            form.about = self.forms[0].key  # an answer to another question does not fit here


def about_pair(one: str, other: str, done: Done) -> Question:
    """Ask whether two persons are one, with both and the effect of a merge on the page."""
    who, today = page.actor(), clock.today()
    with db.reading() as session:
        found = doubles.compare(session, one, other, actor=who)
        views = [persons.view(session, key, actor=who, today=today) for key in (one, other)]
        first, second = (view.match.person for view in views)
        effects = [
            _changes(session, Merge(id=0, digibank=who.own, kept=kept, absorbed=absorbed))
            for kept, absorbed in ((first, second), (second, first))
        ]
    shown = couples.comparison(views, found) + couples.effects_of_merge(views, effects)
    heading = "Is dit dezelfde persoon?"
    return Question(
        heading, shown, (_merge_form(views, done), _different_form(first, second, done))
    )


def about_merge(chosen: Decision, done: Done) -> Question:
    """Ask why a merge is to be withdrawn.

    Raises
    ------
    AlreadyWithdrawnError
        It was withdrawn before.
    """
    with db.reading() as session:
        made = merges.own_merge(session, chosen.number, actor=page.actor())
        if made.withdrawn:
            raise AlreadyWithdrawnError
        name = names(session, [chosen.one, chosen.other])
        changes = _changes(session, Merge(**made.model_dump() | {"withdrawn": True}))
    kept, absorbed = name(chosen.one), name(chosen.other)

    def save(request: TakeBackRequest, key: str) -> str:
        who, reason = page.actor(), f"{merges.WITHDRAW}: {request.because}"
        with db.transaction(who, reason, once=key) as session:
            merges.withdraw(session, chosen.number, actor=who, version=chosen.version)
        return f"Ingetrokken: {absorbed} en {kept} staan weer apart."

    form = _form(
        TakeBackRequest,
        save,
        done,
        title="Samenvoeging intrekken",
        save_label="Trek de samenvoeging in",
    )
    heading = f"{absorbed} telt als {kept}"
    shown = _decided(chosen.made) + couples.effect_of_withdrawal(kept, changes)
    return Question(heading, shown, (form,))


def about_difference(chosen: Decision, done: Done) -> Question:
    """Ask why two persons may be the same after all."""
    one, other = chosen.one, chosen.other
    with db.reading() as session:
        name = names(session, [one, other])

    def save(request: TakeBackRequest, key: str) -> str:
        who, reason = page.actor(), f"{merges.TAKE_BACK}: {request.because}"
        with db.transaction(who, reason, once=key) as session:
            merges.take_back(session, one, other, actor=who, version=chosen.version)
        return "Teruggenomen. Lijken ze op elkaar, dan staan ze weer in de lijst."

    form = _form(
        TakeBackRequest,
        save,
        done,
        title="Toch misschien dezelfde",
        save_label="Neem dat terug",
    )
    heading = f"{name(one)} en {name(other)} zijn niet dezelfde"
    return Question(heading, _decided(chosen.made), (form,))


def names(session: Session, keys: Iterable[str]) -> Callable[[str], str]:
    """Give the name of each of these persons; who was erased has none."""
    found = persons.names(session, set(keys), actor=page.actor())
    return lambda key: found.get(key, NAMELESS)


def why(act: Act) -> str:
    """Give the answer of the form, without the words that history puts before it."""
    return act.reason.partition(": ")[2] or act.reason


def _merge_form(views: Sequence[PersonView], done: Done) -> Form:
    details = tell_each_apart([view.match for view in views])
    choices = {
        view.match.person: f"{column}: {view.match.name}, {details[view.match.person]}"
        for column, view in zip(couples.COLUMNS, views, strict=True)
    }

    def save(request: MergeRequest, key: str) -> str:
        who, reason = page.actor(), f"{merges.MERGE}: {request.because}"
        [goes] = choices.keys() - {request.kept}
        with db.transaction(who, reason, once=key) as session:
            made = merges.merge(session, request.kept, goes, actor=who)
            name = names(session, [made.kept, made.absorbed])
        return f"Samengevoegd: {name(made.absorbed)} telt nu als {name(made.kept)}."

    return _form(
        MergeRequest,
        save,
        done,
        title="Dezelfde persoon",
        save_label="Voeg samen",
        choices={"kept": list(choices.items())},
    )


def _different_form(one: str, other: str, done: Done) -> Form:
    def save(request: NotTheSame, key: str) -> str:
        who, reason = page.actor(), f"{merges.DIFFERENT}: {request.difference}"
        with db.transaction(who, reason, once=key) as session:
            merges.different(session, one, other, actor=who)
        return "Genoteerd: niet dezelfde. Dit paar komt niet meer in de lijst."

    return _form(
        NotTheSame, save, done, title="Iemand anders", save_label="Niet dezelfde persoon"
    )


def _form(
    model: type[BaseModel], save: Callable[[Any, str], str], done: Done, **more: Any
) -> Form:
    said: list[str] = []

    def keep(request: BaseModel, key: str) -> str:
        said[:] = [save(request, key)]
        return said[0]

    form = Form(model, on_save=keep, **more)
    form.saved.append(lambda: done(said[0]))
    return form


def _changes(session: Session, would_be: Merge) -> list[Change]:
    return matching.changes(session, [would_be], actor=page.actor(), as_of=clock.today())


def _decided(act: Act) -> str:
    day = show_date(act.at.astimezone(clock.BRUSSELS).date())
    return page.facts({"Beslist op": day, "Door": act.login, "Waarom": why(act)})
