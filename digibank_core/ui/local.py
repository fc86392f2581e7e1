"""The progress of one Digibank as HTML: figures, charts and what does not count."""

from __future__ import annotations

import html

from digibank_core.i18n import show_count, show_date, show_month, show_number
from digibank_core.reporting import Progress
from digibank_core.ui import breakdowns, headline, page, subsidy
from digibank_core.ui.figures import whole, with_terms

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
CROSSED, CROSSED_TITLE = "reach_by_place_and_residence", "Waar geholpen, en waar wonen ze?"
"""Breakdown that is a table, with the words above it."""


def progress_html(progress: Progress, grown: str) -> str:
    """Show headline, figures, charts and what does not count; `grown` is the burn-up."""
    kind = "stack what-if" if progress.what_if else "stack"
    return (
        f'<div class="{kind}">{page.internal() if progress.with_rows else ""}'
        f"{subsidy.notices(progress)}"
        f'<p class="lead strong">{html.escape(headline.headline(progress))}</p>'
        f"{headline.figures(progress)}{_burn_up(progress, grown)}"
        f'<div class="grid cols-2">{_side_by_side(progress)}</div>{places(progress)}'
        f"{subsidy.tranches(progress)}{subsidy.budget(progress)}{subsidy.rules(progress)}"
        f"{every_figure(progress)}</div>"
    )


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
        CROSSED,
        CROSSED_TITLE,
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
        f"<dt>{breakdowns.linked(progress, figure)}</dt>"
        f'<dd class="num">{with_terms(figure)}</dd>'
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
        f'<tr><th scope="row">{breakdowns.linked(progress, figure)}</th>'
        f'<td class="num">{with_terms(headline.without_pace(figure, progress.scope))}</td>'
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


def _behind(progress: Progress) -> str:
    """Lead from the burn-up to the rows of reach, for who may see them."""
    reach = progress.figure("reach")
    rows = show_count(len(reach.rows), "rij", "rijen")
    address = breakdowns.receipt(progress, reach.definition.code)
    leads = page.link(address, reach.definition.title, f"Hoe geteld? Toon de {rows}")
    return f'<p class="small">{leads}</p>' if address else ""


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
        f"{grown}{_behind(progress)}"
        '<p class="small soft">Elke persoon telt één keer, op de dag van de eerste dienst die '
        "meetelt. Lineair pad, geen norm van de subsidiegever.</p>"
        "<details><summary>Toon de cijfers achter de grafiek</summary>"
        '<div class="scroll" tabindex="0" role="region" aria-label="Cijfers per maand">'
        f"<table><caption>Tot en met {show_date(progress.scope.until)}</caption><thead><tr>"
        '<th scope="col">Maand</th><th scope="col" class="num">Nieuw</th>'
        '<th scope="col" class="num">Totaal</th><th scope="col" class="num">Lineair pad</th>'
        f"</tr></thead><tbody>{rows}</tbody></table></div></details>",
    )
