"""Progress towards the target: the figures, each with its receipt, and the burn-up."""

from __future__ import annotations

import html

import ipywidgets as widgets
import pandas as pd

from digibank_core import clock, db, extract, reporting
from digibank_core.i18n import show_date, show_month, show_number
from digibank_core.reporting import Progress
from digibank_core.security import Actor, Right
from digibank_core.services import programme
from digibank_core.ui import breakdowns, charts, headline, page, regional, subsidy
from digibank_core.ui.figures import told, whole
from digibank_core.ui.guard import explain
from digibank_core.ui.keeping import Chart, Keeper

EVERY = ""
"""Chosen instead of a Digibank: all of them."""
INTERNAL = (
    '<p><span class="badge none">Intern</span> Hier staan ook kleine aantallen. '
    "Deel ze niet buiten je Digibank.</p>"
)
BARS = {
    "reach_by_residence": "Waar wonen ze?",
    "reach_by_place": "Waar zijn ze geholpen?",
    "reach_by_age": "Hoe oud zijn ze?",
    "reach_by_gender": "Gender",
    "reach_by_education": "Opleiding",
    "reach_by_labour_status": "Werk",
    "reach_by_other_language": "Andere taal nodig",
    "reach_by_reduced_rate": "Kansentarief gezien",
    "visits_by_digipunt": "Bezoeken per Digipunt",
    "questions_by_topic": "Waarover ging het?",
    "questions_by_result": "Wat kwam eruit?",
}
"""Breakdowns that are drawn as bars, with the words above them."""

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
        names = {each.code: each.name for each in found}
        every = [(regional.TITLE, EVERY)] if len(found) > 1 else []
        self._names = names
        self.digibank = _choice("Digibank", [*every, *((names[code], code) for code in names)])
        self.period = _choice("Periode", [])
        today = clock.today()
        self.as_of = widgets.DatePicker(description="Stand op", value=today, max=today)
        self.rules = _choice("Telregels", [(each, each) for each in subsidy.WHAT_IFS])
        self.body = widgets.HTML()
        self.body.add_class("progress")
        self.keep = Keeper()
        self.digibank.observe(self._offer_periods, "value")
        for choice in (self.period, self.as_of, self.rules):
            choice.observe(self.refresh, "value")
        asked = [self.digibank] if len(found) > 1 else []
        choices = widgets.HBox([*asked, self.period, self.as_of, self.rules])
        choices.add_class("actions")
        super().__init__([choices, self.body, self.keep])
        self.add_class("stack")
        self._offer_periods()

    def refresh(self, *_: object) -> None:
        """Measure again and show."""
        self.keep.offer([])
        if self.period.value is None:
            self.body.value = page.empty(
                "Er loopt geen periode", "Vraag de beheerder om een periode te openen."
            )
        elif self.digibank.value == EVERY:
            self.body.value = regional.overview(
                {name: self._measure(code) for code, name in self._names.items()}
            )
        else:
            progress = self._measure(self.digibank.value)
            grown = charts.burn_up(progress.burn_up, progress.scope, headline.band(progress))
            self.body.value = progress_html(progress, charts.shown(grown))
            self.keep.offer(charts_of(progress, grown[0]))

    def _measure(self, digibank: str) -> Progress:
        with db.reading() as session:
            return reporting.progress(
                session,
                actor=self._actor,
                digibank=digibank,
                period=self.period.value,
                as_of=self.as_of.value or clock.today(),
                what_if=subsidy.WHAT_IFS[self.rules.value],
            )

    def _offer_periods(self, *_: object) -> None:
        today = clock.today()
        periods = self._periods[self.digibank.value or next(iter(self._periods))]
        started = [each for each in periods if each.first_day <= today]
        self.period.unobserve(self.refresh, "value")  # measured once, with both in place
        self.period.options = [
            (f"{show_month(each.first_day)} tot {show_month(each.last_day)}", each.code)
            for each in periods
        ]
        self.period.value = started[-1].code if started else None
        self.period.observe(self.refresh, "value")
        self.refresh()


def progress_html(progress: Progress, grown: str) -> str:
    """Show headline, figures, charts and what does not count; `grown` is the burn-up."""
    kind = "stack what-if" if progress.what_if else "stack"
    return (
        f'<div class="{kind}">{INTERNAL if progress.with_rows else ""}'
        f"{subsidy.notices(progress)}"
        f'<p class="lead strong">{html.escape(headline.headline(progress))}</p>'
        f"{headline.figures(progress)}{_burn_up(progress, grown)}"
        f'<div class="grid cols-2">{_side_by_side(progress)}</div>{places(progress)}'
        f"{subsidy.tranches(progress)}{subsidy.budget(progress)}{subsidy.rules(progress)}"
        f"{every_figure(progress)}</div>"
    )


def charts_of(progress: Progress, grown: str) -> list[Chart]:
    """Give what can be kept: each chart with its table; `grown` is the SVG of the burn-up."""
    months = progress.burn_up
    table = pd.DataFrame(
        {
            "Maand tot en met": months["month_end"],
            "Nieuw": months["new"],
            "Totaal": months["total"],
            "Lineair pad": months["expected"],
        }
    )
    drawn = {"Welke diensten kregen ze?": breakdowns.overlap_bars(progress)}
    if progress.with_rows:
        drawn["Nieuwe personen per week"] = breakdowns.week_bars(progress)
    drawn |= {
        title: breakdowns.cell_bars(progress, each.definition.code)
        for each in progress.breakdowns
        if (title := BARS.get(each.definition.code))
    }
    asked = f"{progress.scope.digibank}-{progress.scope.period}-{progress.scope.as_of}"
    return [
        Chart("Bereikte personen, opgeteld", asked, table, grown),
        *(Chart.of_bars(title, asked, bars) for title, bars in drawn.items()),
    ]


def _side_by_side(progress: Progress) -> str:
    """Fill two columns; weeks only for who may see rows, as few persons come in one (48)."""
    left = [
        breakdowns.objectives(progress),
        *_bars(progress, "reach_by_residence", "reach_by_place"),
        estimate(progress),
    ]
    right = [
        *([breakdowns.weeks(progress)] if progress.with_rows else []),
        *_bars(progress, "reach_by_age", "reach_by_gender"),
        breakdowns.target_groups(progress),
        breakdowns.not_counted(progress),
    ]
    return "".join(f'<div class="stack">{"".join(cards)}</div>' for cards in (left, right))


def _bars(progress: Progress, *codes: str) -> list[str]:
    return [breakdowns.taken_apart(progress, code, BARS[code]) for code in codes]


def places(progress: Progress) -> str:
    """Show where people were helped beside where they live, and the Digipunten (rule 5)."""
    both = breakdowns.crossed(
        progress,
        "reach_by_place_and_residence",
        "Waar geholpen, en waar wonen ze?",
        "Geholpen in",
        "De rij is de gemeente van het Digipunt, de kolom die waar ze wonen.",
    )
    asked = ("visits_by_digipunt", "questions_by_topic", "questions_by_result")
    cards = _bars(progress, *asked)
    return f'{both}<div class="grid cols-2">{"".join(cards)}</div>'


def estimate(progress: Progress) -> str:
    """Show reach against the inhabitants and the vulnerable among them: an estimate (44)."""
    found = [progress.figure(code) for code in ("reach_of_population", "reach_of_vulnerable")]
    rows = "".join(
        f'<dt>{html.escape(figure.definition.title)}</dt><dd class="num">{told(figure)}</dd>'
        for figure in found
    )
    return breakdowns.card(
        "Hoeveel van de inwoners?",
        f'<dl class="sum">{rows}</dl>',
        found[-1].definition.definition,
    )


def every_figure(progress: Progress) -> str:
    """List all figures with their card, those that stand nowhere else too (rule 50)."""
    body = "".join(
        f'<tr><th scope="row">{html.escape(figure.definition.title)}</th>'
        f'<td class="num nowrap">{told(figure)}</td>'
        f"<td>{html.escape(figure.definition.definition)}</td></tr>"
        for figure in progress.figures
    )
    return breakdowns.card(
        "Alle cijfers",
        f"<details><summary>Toon alle {len(progress.figures)} cijfers</summary>"
        '<div class="scroll" tabindex="0" role="region" aria-label="Alle cijfers"><table>'
        '<caption class="sr">Alle cijfers</caption><thead><tr><th scope="col">Cijfer</th>'
        '<th scope="col" class="num">Waarde</th><th scope="col">Hoe geteld</th></tr></thead>'
        f"<tbody>{body}</tbody></table></div></details>",
    )


def _burn_up(progress: Progress, grown: str) -> str:
    rows = "".join(
        f'<tr><th scope="row" class="nowrap">{show_month(month.month_end)}</th>'
        f'<td class="num">{show_number(month.new)}</td>'
        f'<td class="num">{show_number(month.total)}</td>'
        f'<td class="num">{whole(month.expected)}</td></tr>'
        for month in progress.burn_up.itertuples()
    )
    return breakdowns.card(
        "Bereikte personen, opgeteld",
        f"{grown}"
        '<p class="small soft">Elke persoon telt één keer, op de dag van de eerste dienst die '
        "meetelt. Lineair pad, geen norm van de subsidiegever.</p>"
        "<details><summary>Toon de cijfers achter de grafiek</summary>"
        '<div class="scroll" tabindex="0" role="region" aria-label="Cijfers per maand">'
        f"<table><caption>Tot en met {show_date(progress.scope.until)}</caption><thead><tr>"
        '<th scope="col">Maand</th><th scope="col" class="num">Nieuw</th>'
        '<th scope="col" class="num">Totaal</th><th scope="col" class="num">Lineair pad</th>'
        f"</tr></thead><tbody>{rows}</tbody></table></div></details>",
    )


def _choice(label: str, options: list[tuple[str, str]]) -> widgets.Dropdown:
    return widgets.Dropdown(description=label, options=options)
