"""The page of one record: what it is, what happened to it, and how to mend it (flow 9).

Nothing is saved before it was looked at: a correction, a void and a restore are rehearsed
first, and the page shows what would change and which figures that touches. Periods cannot be
sealed yet; of a sealed one a correction will be shown as a revision.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import ipywidgets as widgets

from digibank_core import clock, db, effects
from digibank_core.errors import NotYetSavedError, RecordChangedError
from digibank_core.models import Onward, OnwardChoice
from digibank_core.services.corrections import Change
from digibank_core.ui import page, record_parts
from digibank_core.ui.correcting import as_shown, correction_form
from digibank_core.ui.form import Form
from digibank_core.ui.guard import explain
from digibank_core.ui.plans import CORRECTING, RESTORING, VOIDING, Plan
from digibank_core.ui.telling import look_up, read_record

MEND, STORY = "Corrigeren", "Geschiedenis"


@page.part
def show() -> object:
    """Show the record that the address of the page names, as in `?record=loan/12`."""
    return RecordPage(page.asked("record"))


class RecordPage(widgets.VBox):  # type: ignore[misc]
    """One record on tabs; while a change is looked at, what it does stands there instead."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()
        self.add_class("stack")
        self.begin()

    def begin(self, told: str = "", typed: Mapping[str, object] | None = None) -> None:
        """Show the record as it is now; `typed` is filled in over what stands there."""
        self._now = now = read_record(self._address)
        self.reason: Form | None = None
        self.onward: Form | None = None
        self.form = correction_form(now.seen, now.words, self._look_at_typed)
        plan = RESTORING if now.seen.record.voided else VOIDING
        parts = {
            "Gegeven": widgets.HTML(record_parts.card(now)),
            MEND: self.form,
            plan.title: self._mark_part(plan),
            STORY: widgets.HTML(record_parts.story(now)),
        }
        self.tabs = widgets.Tab(list(parts.values()), titles=list(parts))
        self.children = [widgets.HTML(told), self.tabs]
        if typed is not None:
            self.tabs.selected_index = list(parts).index(MEND)
            self.form.fill(**typed)

    def look(self, plan: Plan) -> None:
        """Show what a change would do, and ask why; raise what forbids it."""
        who = page.actor()
        try:
            with db.rehearsal(who) as session:
                changed = plan.run(session, self._now.seen, who)
        except RecordChangedError:
            self._differ(plan)
            raise
        self._ask(plan, changed)

    def _look_at_typed(self, request: Any, _key: str) -> str:
        self.look(replace(CORRECTING, typed=request))
        raise NotYetSavedError

    def _mark_part(self, plan: Plan) -> widgets.VBox:
        told = widgets.HTML()

        def look(_button: object) -> None:
            try:
                self.look(plan)
            except Exception as error:
                told.value = page.notice(explain(error).sentence)

        button = widgets.Button(description="Bekijk wat verandert")
        button.on_click(look)
        title = widgets.HTML(f"<h2>{plan.title}</h2><p>{plan.told}</p>")
        return page.card(title, told, button)

    def _ask(self, plan: Plan, changed: list[Change]) -> None:
        now, who = self._now, page.actor()
        with db.reading() as session:
            records = [one.record for one in changed]
            touched = effects.of_records(session, records, actor=who, as_of=clock.today())
        words = look_up([now.seen, *changed], [plan.values.get("person")])
        told = f'<p class="lead">{html.escape(words.about(now.seen))}</p>'
        told += (
            record_parts.difference(now, plan.values, words)
            if plan.typed is not None
            else record_parts.carried(now, voided=plan is VOIDING)
        )
        told += record_parts.consequences(changed[1:], touched, words)
        back = widgets.Button(description="Terug zonder te bewaren")
        back.on_click(lambda _button: self.begin(typed=self._typed(plan)))
        self.reason = self._reason_form(plan)
        shown = widgets.HTML(record_parts.in_card("Kijk na wat verandert", told))
        self.children = [shown, self.reason, back]

    def _reason_form(self, plan: Plan) -> Form:
        seen = self._now.seen

        def save(request: Any, key: str) -> str:
            who = page.actor()
            try:
                with db.transaction(who, f"{plan.story}: {request.why}", once=key) as session:
                    plan.run(session, seen, who)
            except RecordChangedError:
                self._differ(plan)
                raise
            return plan.done

        form = Form(
            plan.reason, title=plan.title, save_label=plan.save, focus=True, on_save=save
        )
        form.saved.append(lambda: self.begin(page.notice(plan.done, "ok")))
        return form

    def _differ(self, plan: Plan) -> None:
        """Show what somebody else made of the record, beside what was typed."""
        opened, mine = self._now.seen.values, self._typed(plan)
        sentence = RecordChangedError().user_message
        self.begin(page.notice(sentence, "warn"))
        if mine is None:
            return
        told = record_parts.in_card(
            "Iemand anders wijzigde dit intussen",
            f"<p>{sentence}</p>{record_parts.conflict(self._now, opened, plan.values)}",
        )
        chosen: list[Onward] = []

        def choose(request: OnwardChoice, _key: str) -> str:
            chosen[:] = [request.onward]
            return "Je kunt verder."

        self.onward = Form(
            OnwardChoice, title="Ga verder", save_label="Ga verder", focus=True, on_save=choose
        )
        self.onward.saved.append(
            lambda: self.begin(told, mine if chosen == [Onward.MINE] else {})
        )
        self.children = [widgets.HTML(told), self.onward]

    def _typed(self, plan: Plan) -> dict[str, object] | None:
        """Give what was changed in the form, as the form shows it; None without a form."""
        before = self._now.seen.values
        changed = {name: one for name, one in plan.values.items() if one != before.get(name)}
        return None if plan.typed is None else {**changed, **as_shown(changed)}
