"""Progress towards the target: the figures, each with its receipt, and the burn-up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import ipywidgets as widgets

from digibank_core import clock, db, extract, reporting
from digibank_core.i18n import show_date, show_month
from digibank_core.models import FundingPeriod
from digibank_core.reporting import Progress
from digibank_core.security import Actor, Right
from digibank_core.services import programme
from digibank_core.ui import charts, headline, keepsakes, local, page, regional, subsidy
from digibank_core.ui.guard import explain
from digibank_core.ui.keeping import Chart, Keeper

EVERY = ""
"""Chosen instead of a Digibank: all of them."""
OF_QUARTER = "Zonder inzage in rijen zie je de stand op het einde van een kwartaal"
NO_QUARTER = "De eerste cijfers van deze periode komen op het einde van een kwartaal."
BUSY = '<p class="soft" role="status">De cijfers worden geteld.</p>'

_RENEWAL = (
    '<h2>Rapport</h2><p>Een <a href="rapport">rapport</a> leest een uittreksel zonder namen. '
    "Dat wordt elke tien minuten vernieuwd.</p>"
)


@page.part
def overview() -> object:
    """Show the progress of the own Digibank, with a choice of period."""
    return Overview()


@page.part
def renewal() -> object:
    """Offer who may see rows a new extract for the reports."""
    who = page.actor()
    return Renewal(who) if who.may(Right.SEE_ROWS) else None


class Renewal(widgets.VBox):  # type: ignore[misc]
    """A button that brings the extract of the own Digibank up to date, and says so."""

    def __init__(self, who: Actor) -> None:
        self._who = who
        self.button = widgets.Button(description="Vernieuw het uittreksel")
        self.button.on_click(self.renew)
        self.told = widgets.HTML(_RENEWAL)
        super().__init__([self.told, self.button])
        self.add_class("card")

    def renew(self, *_: object) -> None:
        """Write the extract when something changed since the last one."""
        self.button.disabled = True
        try:
            now = clock.now()
            with db.reading() as session:
                renewed = extract.renew(session, actor=self._who, moment=now)
            hour = f"{now.astimezone(clock.BRUSSELS):%H.%M} uur"
            sentence = (
                f"Het uittreksel is vernieuwd om {hour}."
                if renewed
                else "Er is niets gewijzigd: het uittreksel is van nu."
            )
            self.told.value = _RENEWAL + page.notice(sentence, "ok")
        except Exception as error:
            self.told.value = _RENEWAL + page.notice(explain(error).sentence)
        finally:
            self.button.disabled = False


class Overview(widgets.VBox):  # type: ignore[misc]
    """Figures and charts of a Digibank in a period, as of a day; or of all Digibanken."""

    def __init__(self) -> None:
        self._actor = page.actor()
        with db.reading() as session:
            own = self._actor.digibank
            found = [each for each in programme.digibanken(session) if own in (None, each.code)]
            self._periods = {each.code: programme.periods(session, each.code) for each in found}
            self._is_demo = programme.is_demo(session)
        names = {each.code: each.name for each in found}
        every = [(regional.TITLE, EVERY)] if len(found) > 1 else []
        self._names = names
        self.digibank = _choice("Digibank", [*every, *((names[code], code) for code in names)])
        self.period = _choice("Periode", [])
        today = clock.today()
        self.as_of = widgets.DatePicker(description="Stand op", value=today, max=today)
        self.rules = _choice("Telregels", [(each, each) for each in subsidy.WHAT_IFS])
        self.of_whom, self.body = widgets.HTML(), widgets.HTML()
        self.body.add_class("progress")
        self.keep = Keeper()
        self.digibank.observe(self._offer_periods, "value")
        for choice in (self.period, self.as_of, self.rules):
            choice.observe(self.refresh, "value")
        asked = [self.digibank] if len(found) > 1 else []
        # a difference between two rules tells of few: no what-if without rows (rule 48)
        what_if = [self.rules] if self._actor.may(Right.SEE_ROWS) else []
        choices = widgets.HBox([*asked, self.period, self.as_of, *what_if])
        choices.add_class("actions")
        super().__init__([self.of_whom, choices, self.body, self.keep])
        self.add_class("stack")
        self._offer_periods()

    def refresh(self, *_: object) -> None:
        """Measure again and show; nothing of before stays, whatever goes wrong."""
        name = self._names.get(self.digibank.value, page.EVERY_DIGIBANK)
        self.of_whom.value = page.of_whom(name)
        self.keep.offer([])
        self.body.value = BUSY
        try:
            self.body.value, kept = self._shown()
            self.keep.offer(kept)
        except Exception as error:
            self.body.value = page.notice(explain(error).sentence)

    def _shown(self) -> tuple[str, Sequence[Chart]]:
        """Give the figures as HTML, and what can be kept of them."""
        if self.period.value is None:
            none = "Er loopt geen periode", "Vraag de beheerder om een periode te openen."
            return page.empty(*none), ()
        if self.digibank.value == EVERY:
            each = self._each()
            shown, kept = (
                regional.overview(each),
                keepsakes.of_region(each, is_demo=self._is_demo),
            )
            return self._of_quarter(*regional.running(each).values()) + shown, kept
        with db.reading() as session:
            chosen = self.digibank.value
            progress = reporting.progress(session, digibank=chosen, **self._asked())
        grown = charts.burn_up(progress.burn_up, progress.scope, headline.band(progress))
        shown = local.progress_html(progress, charts.shown(grown))
        name = self._names[progress.scope.digibank]
        kept = keepsakes.of_digibank(progress, name, grown[0], is_demo=self._is_demo)
        return self._of_quarter(progress) + shown, kept

    def _each(self) -> dict[str, Progress | None]:
        """Measure every Digibank in which the period runs; give None for another one."""
        codes = [code for code, periods in self._periods.items() if self._runs(periods)]
        measured = reporting.progress_of_each(codes, **self._asked())
        each: dict[str, Progress | None] = dict.fromkeys(self._names.values())
        return each | {self._names[one.scope.digibank]: one for one in measured}

    def _runs(self, periods: Sequence[FundingPeriod]) -> bool:
        return self.period.value in {each.code for each in periods}

    def _of_quarter(self, *measured: Progress) -> str:
        """Say when the figures are of an earlier day than was asked for (rule 48)."""
        days = {
            (progress.scope.as_of, progress.scope.known_on or progress.scope.as_of)
            for progress in measured
            if progress.scope.as_of != self._asked_day()
        }
        if days and not any(progress.scope.has_begun for progress in measured):
            return page.notice(NO_QUARTER, "info")
        told = " en ".join(
            f"{show_date(day)}, zoals bekend op {show_date(known)}"
            for day, known in sorted(days)
        )
        return page.notice(f"{OF_QUARTER}: {told}.", "info") if days else ""

    def _asked_day(self) -> date:
        return self.as_of.value or clock.today()

    def _asked(self) -> dict[str, Any]:
        return {
            "actor": self._actor,
            "period": self.period.value,
            "as_of": self._asked_day(),
            "what_if": subsidy.WHAT_IFS[self.rules.value],
        }

    def _offer_periods(self, *_: object) -> None:
        today = clock.today()
        periods = self._offered()
        started = [each for each in periods if each.first_day <= today]
        self.period.unobserve(self.refresh, "value")  # measured once, with both in place
        self.period.options = [
            (f"{show_month(each.first_day)} tot {show_month(each.last_day)}", each.code)
            for each in periods
        ]
        self.period.value = started[-1].code if started else None
        self.period.observe(self.refresh, "value")
        self.refresh()

    def _offered(self) -> list[FundingPeriod]:
        """Give the periods that run in the Digibank, or in any of them."""
        asked = [self.digibank.value] if self.digibank.value else self._periods
        found = [each for code in asked for each in self._periods[code]]
        by_code = {each.code: each for each in reversed(found)}
        return sorted(by_code.values(), key=lambda each: each.first_day)


def _choice(label: str, options: list[tuple[str, str]]) -> widgets.Dropdown:
    return widgets.Dropdown(description=label, options=options)
