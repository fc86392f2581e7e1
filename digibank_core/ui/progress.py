"""Progress towards the target: the figures, each with its receipt, and the burn-up."""

from __future__ import annotations

import html

import ipywidgets as widgets

from digibank_core import clock, db, extract, reporting
from digibank_core.i18n import show_count, show_date, show_month, show_number
from digibank_core.reporting import Progress
from digibank_core.security import Actor, Right
from digibank_core.services import programme
from digibank_core.ui import breakdowns, budget, charts, page, subsidy
from digibank_core.ui.figures import figure_html, whole
from digibank_core.ui.guard import explain

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
    """Figures and burn-up of a Digibank in a period, as of today."""

    def __init__(self) -> None:
        self._actor = page.actor()
        with db.reading() as session:
            own = self._actor.digibank
            found = [each for each in programme.digibanken(session) if own in (None, each.code)]
            self._periods = {each.code: programme.periods(session, each.code) for each in found}
        self.digibank = _choice("Digibank", [(each.name, each.code) for each in found])
        self.period = _choice("Periode", [])
        self.rules = _choice("Telregels", [(each, each) for each in subsidy.WHAT_IFS])
        self.body = widgets.HTML()
        self.body.add_class("progress")
        self.digibank.observe(self._offer_periods, "value")
        self.period.observe(self.refresh, "value")
        self.rules.observe(self.refresh, "value")
        asked = [self.digibank] if len(found) > 1 else []
        choices = widgets.HBox([*asked, self.period, self.rules])
        choices.add_class("actions")
        books = budget.books(self._actor, self.refresh)
        super().__init__([choices, self.body, *books])
        self.add_class("stack")
        self._offer_periods()

    def refresh(self, *_: object) -> None:
        """Measure again and show."""
        if self.period.value is None:
            self.body.value = page.empty(
                "Er loopt geen periode", "Vraag de beheerder om een periode te openen."
            )
            return
        with db.reading() as session:
            progress = reporting.progress(
                session,
                actor=self._actor,
                digibank=self.digibank.value,
                period=self.period.value,
                as_of=clock.today(),
                what_if=subsidy.WHAT_IFS[self.rules.value],
            )
        self.body.value = progress_html(progress)

    def _offer_periods(self, *_: object) -> None:
        today = clock.today()
        periods = self._periods[self.digibank.value]
        started = [each for each in periods if each.first_day <= today]
        self.period.options = [
            (f"{show_month(each.first_day)} tot {show_month(each.last_day)}", each.code)
            for each in periods
        ]
        self.period.value = started[-1].code if started else None
        self.refresh()


def progress_html(progress: Progress) -> str:
    """Give headline, figures, burn-up and what does not count, as HTML."""
    kind = "stack what-if" if progress.what_if else "stack"
    return (
        f'<div class="{kind}">{subsidy.notices(progress)}'
        f'<p class="lead strong">{html.escape(headline(progress))}</p>'
        f'<dl class="figures">{_figures(progress)}</dl>'
        f'{_burn_up(progress)}<div class="grid cols-2">{"".join(_apart(progress))}</div>'
        f"{subsidy.tranches(progress)}{subsidy.budget(progress)}{subsidy.rules(progress)}</div>"
    )


def _apart(progress: Progress) -> list[str]:
    """Cards side by side; weeks only for who may see rows, as few persons come in one (48)."""
    if not progress.with_rows:
        return [breakdowns.objectives(progress), breakdowns.not_counted(progress)]
    right = f"{breakdowns.weeks(progress)}{breakdowns.not_counted(progress)}"
    return [breakdowns.objectives(progress), f'<div class="stack">{right}</div>']


def headline(progress: Progress) -> str:
    """Say in one sentence how far it is to the target."""
    reach, target = progress.figure("reach"), progress.scope.target
    reached = reach.numerator
    if reached is None:
        return "Er zijn te weinig personen bereikt om het aantal te tonen."
    if not target:
        return f"{show_count(reached, 'persoon', 'personen')} bereikt. Er is geen doel bepaald."
    if reached < target:
        left = show_count(target - reached, "persoon", "personen")
        return f"Nog {left} tot het doel van {show_number(target)}."
    return f"Het doel van {show_number(target)} is bereikt: {show_number(reached)} personen."


def _figures(progress: Progress) -> str:
    scope = progress.scope
    target = show_number(scope.target) if scope.target else "geen"
    gone = f"Na {show_number(scope.days_gone)} van {show_number(scope.days)} dagen."
    notes = {
        "reach": f"Doel: {target}.",
        "progress_percent": "Naar beneden afgerond.",
        "expected_linear": gone,
        "new_persons_last_week": "Van maandag tot en met zondag.",
    }
    return "".join(
        figure_html(progress.figure(code), note, scope, with_rows=progress.with_rows)
        for code, note in notes.items()
    )


def _burn_up(progress: Progress) -> str:
    rows = "".join(
        f'<tr><th scope="row" class="nowrap">{show_month(month.month_end)}</th>'
        f'<td class="num">{show_number(month.new)}</td>'
        f'<td class="num">{show_number(month.total)}</td>'
        f'<td class="num">{whole(month.expected)}</td></tr>'
        for month in progress.burn_up.itertuples()
    )
    return (
        '<section class="card" aria-labelledby="h-burn-up">'
        '<h2 id="h-burn-up">Bereikte personen, opgeteld</h2>'
        f"{charts.burn_up(progress.burn_up, progress.scope)}"
        '<p class="small soft">Elke persoon telt één keer, op de dag van de eerste dienst die '
        "meetelt. Lineair pad, geen norm van de subsidiegever.</p>"
        "<details><summary>Toon de cijfers achter de grafiek</summary>"
        '<div class="scroll" tabindex="0" role="region" aria-label="Cijfers per maand">'
        f"<table><caption>Tot en met {show_date(progress.scope.until)}</caption><thead><tr>"
        '<th scope="col">Maand</th><th scope="col" class="num">Nieuw</th>'
        '<th scope="col" class="num">Totaal</th><th scope="col" class="num">Lineair pad</th>'
        f"</tr></thead><tbody>{rows}</tbody></table></div></details></section>"
    )


def _choice(label: str, options: list[tuple[str, str]]) -> widgets.Dropdown:
    return widgets.Dropdown(description=label, options=options)
