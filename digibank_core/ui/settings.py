"""Targets, periods, tranches and settings on the page Beheer, with their history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

import ipywidgets as widgets
import pandas as pd
from pydantic import BaseModel
from sqlmodel import Session, SQLModel

from digibank_core import clock, db, effects
from digibank_core.errors import FiguresChangeError
from digibank_core.i18n import show_count, show_money, show_number
from digibank_core.models import (
    CapRequest,
    DatedRequest,
    PeriodRequest,
    SettingRequest,
    TargetRequest,
    TrancheRequest,
)
from digibank_core.models.programme import caps
from digibank_core.services import programme, settings
from digibank_core.ui import changes, dated, page
from digibank_core.ui.form import Form
from digibank_core.ui.lists import Listing

SAVE = "Bewaar"
VALUE, TARGET, PERIOD, CAP, TRANCHE = (
    "Nieuwe waarde", "Doel", "Periode", "Plafond", "Schijf",
)  # fmt: skip
REQUESTS: Mapping[str, type[BaseModel]] = {
    VALUE: SettingRequest,
    TARGET: TargetRequest,
    PERIOD: PeriodRequest,
    CAP: CapRequest,
    TRANCHE: TrancheRequest,
}
MOST_CHANGES = 200
"""Lines on screen; history holds more."""
ALL = "alle Digibanken"
AGREED = "Doelen en plafonds, sinds wanneer"

Choices = list[tuple[str, str]]


@page.part
def desk() -> object:
    """Show what is dated, a tab for each kind of change, and what was changed before."""
    return Desk()


class Desk(widgets.VBox):  # type: ignore[misc]
    """Forms and lists of targets and settings; a change that touches figures says so first."""

    def __init__(self) -> None:
        self._actor = page.actor()
        self._told: DatedRequest | None = None
        with db.reading() as session:
            self._names = {each.code: each.name for each in programme.digibanken(session)}
        self.values = Listing("Instellingen", empty="", on_choose=self._choose_setting)
        self.periods = Listing("Perioden en doelen", empty="", on_choose=self._choose_period)
        self.agreed = Listing(AGREED, empty="", on_choose=self._choose_period)
        self.tranches = Listing("Schijven van de subsidie", empty="")
        self.changes = Listing("Wijzigingen", empty=page.empty("Nog niets gewijzigd", ""))
        self.effect = widgets.HTML()
        self._read()
        self.forms = {title: self._form(title, model) for title, model in REQUESTS.items()}
        for form in self.forms.values():
            form.saved.append(self.refresh)
        self.tabs = widgets.Tab(list(self.forms.values()), titles=list(self.forms))
        self.refresh()
        lists = {
            "Perioden en doelen": self.periods,
            AGREED: self.agreed,
            "Schijven van de subsidie": self.tranches,
            "Alle instellingen": self.values,
            "Wat is er gewijzigd?": self.changes,
        }
        heading = widgets.HTML("<h2>Doelen en instellingen</h2>")
        super().__init__(
            [
                page.card(heading, self.tabs, self.effect),
                *[
                    page.card(widgets.HTML(f"<h2>{name}</h2>"), each)
                    for name, each in lists.items()
                ],
            ]
        )
        self.add_class("stack")

    def refresh(self) -> None:
        """Read all that is dated again."""
        self._read()
        told, place, today = self._dated, self._place, clock.today()
        for listing, rows in (
            (self.values, dated.settings(told, place, today)),
            (self.periods, dated.periods(told, place, today)),
            (self.agreed, dated.agreed(told, place, today)),
            (self.tranches, dated.tranches(told, today)),
        ):
            listing.show(pd.DataFrame(rows))
        self.changes.show(changes.told(self._dated.changes, self._place))

    def _read(self) -> None:
        with db.reading() as session:
            self._dated = settings.dated(session, actor=self._actor, most=MOST_CHANGES)

    def _form(self, title: str, model: type[BaseModel]) -> Form:
        fields = model.model_fields

        def save(request: BaseModel, key: str) -> str:
            return self._save(cast("DatedRequest", request), key)

        return Form(
            model,
            title=f"{title} vastleggen",
            save_label=SAVE,
            choices={
                name: each for name, each in self._choices(title).items() if name in fields
            },
            start=lambda: {"starts_on": clock.today()} if "starts_on" in fields else {},
            on_save=save,
        )

    def _choices(self, title: str) -> dict[str, Choices]:
        places = [
            (f"{row.digibank}/{row.code}", self._place(row.digibank, row.code))
            for row in self._dated.periods
        ]
        known = {row.name: row.label for row in self._dated.settings}
        codes = list(dict.fromkeys(row.period for row in self._dated.tranches))
        with db.reading() as session:
            amounts = {
                cents: persons
                for code in codes
                for cents, persons in caps(
                    settings.tranches_of(session, code, actor=self._actor)
                ).items()
            }
        found = {
            "setting": list(known.items()),
            "digibank": list(self._names.items()),
            "period": [(code, code) for code in codes] if title == TRANCHE else places,
            "cap": [
                (str(cents), f"{show_money(cents)}, doel {show_number(persons)} personen")
                for cents, persons in amounts.items()
            ],
        }
        if title == CAP:
            found["period"] = [each for each in places if each[0].split("/")[1] in codes]
        return found

    def _save(self, request: DatedRequest, key: str) -> str:
        today = clock.today()
        with db.reading() as session:
            records = settings.proposed(session, request, actor=self._actor)
            touched = self._effects(session, records, max(today, _start_of(request, today)))
        if touched and self._told != request:
            self._told = request
            self.effect.value = changes.effects_html(touched)
            raise FiguresChangeError(count=len(touched), button=SAVE)
        with db.transaction(self._actor, settings.CHANGE, once=key) as session:
            settings.change(session, request, actor=self._actor)
        self._told, self.effect.value = None, ""
        if touched:
            return f"Bewaard. {show_count(len(touched), 'cijfer', 'cijfers')} veranderden mee."
        return "Bewaard. Er verandert geen enkel cijfer."

    def _effects(
        self, session: Session, records: Sequence[SQLModel], day: date
    ) -> list[tuple[str, effects.Effect]]:
        """Give the figures that would change, each with the name of its Digibank."""
        owners = {getattr(record, "digibank", "") for record in records} - {""}
        return [
            (self._names[digibank], effect)
            for digibank in sorted(owners or self._names)
            for effect in effects.of_records(
                session, records, actor=self._actor, as_of=day, digibank=digibank
            )
        ]

    def _place(self, digibank: str, period: str) -> str:
        return ", ".join(filter(None, (self._names.get(digibank, ALL), period)))

    def _choose_setting(self, label: str) -> None:
        row = next(row for row in self._dated.settings if row.label == label)
        self._open(VALUE, setting=row.name)

    def _choose_period(self, place: str) -> None:
        row = next(
            each
            for each in self._dated.periods
            if self._place(each.digibank, each.code) == place
        )
        target = dated.target_of(self._dated, row, clock.today())
        chosen = f"{row.digibank}/{row.code}"
        facts = row.model_dump(include={"first_day", "last_day", "active"})
        self.forms[PERIOD].fill(period=chosen, **facts)
        self._open(TARGET, period=chosen, persons=target.persons if target else "")

    def _open(self, title: str, **values: object) -> None:
        self.forms[title].fill(**values)
        self.tabs.selected_index = self.tabs.titles.index(title)


def _start_of(request: DatedRequest, today: date) -> date:
    found = getattr(request, "starts_on", today)
    return found if isinstance(found, date) else today
