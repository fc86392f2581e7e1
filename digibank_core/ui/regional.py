"""The Digibanken of the region beside each other, without small numbers (rules 10 and 48)."""

from __future__ import annotations

import html
from collections.abc import Mapping

from digibank_core.i18n import show_date, show_number
from digibank_core.indicators.definition import Figure
from digibank_core.reporting import Progress
from digibank_core.suppression import HIDDEN
from digibank_core.ui import breakdowns
from digibank_core.ui.figures import told

TITLE = "Alle Digibanken"
COLUMNS = {
    "reach": "Bereikt",
    "reach_access": "Toegang",
    "reach_skills": "Vaardigheden",
    "reach_services": "Diensten",
}


def overview(each: Mapping[str, Progress]) -> str:
    """Show reach, target and path of each Digibank, and their sum without a percentage.

    Parameters
    ----------
    each
        Name of a Digibank to its progress, all in one period on one day.
    """
    any_of_them = next(iter(each.values()))
    heads = "".join(
        f'<th scope="col" class="num">{title}</th>'
        for title in (*COLUMNS.values(), "Doel", "Lineair pad")
    )
    body = "".join(_row(name, progress) for name, progress in each.items())
    sums = "".join(
        f'<td class="num">{_sum([one.figure(code) for one in each.values()])}</td>'
        for code in COLUMNS
    )
    return (
        f'<div class="stack"><p class="lead strong">{html.escape(achieved(each))}</p>'
        + breakdowns.card(
            "Bereikte personen per Digibank",
            '<div class="scroll" tabindex="0" role="region" aria-label="Digibanken"><table>'
            f"<caption>Tot en met {show_date(any_of_them.scope.until)}</caption>"
            f'<thead><tr><th scope="col">Digibank</th>{heads}</tr></thead>'
            f'<tbody>{body}</tbody><tfoot><tr><th scope="row">Som</th>{sums}'
            '<td class="num"></td><td class="num"></td></tr></tfoot></table></div>',
            f"Som van {len(each)} Digibanken: wie in twee Digibanken kwam, telt twee keer. "
            "Toegang, vaardigheden en diensten tel je niet op.",
        )
        + "</div>"
    )


def achieved(each: Mapping[str, Progress]) -> str:
    """Say how many Digibanken have their target: it is one per Digibank (rule 10)."""
    targets = [(one.scope.target, one.figure("reach")) for one in each.values()]
    done = [(reach.numerator or 0) >= target for target, reach in targets if target]
    return f"Doel bereikt: {sum(done)} van {len(done)} Digibanken."


def _row(name: str, progress: Progress) -> str:
    counts = "".join(f'<td class="num">{told(progress.figure(code))}</td>' for code in COLUMNS)
    target = show_number(progress.scope.target) if progress.scope.target else "geen"
    path = told(progress.figure("expected_linear"))
    return (
        f'<tr><th scope="row">{html.escape(name)}</th>{counts}'
        f'<td class="num">{target}</td><td class="num">{path}</td></tr>'
    )


def _sum(figures: list[Figure]) -> str:
    """Add up; beside one hidden number the sum would tell it."""
    if any(figure.hidden for figure in figures):
        return HIDDEN
    return show_number(sum(figure.numerator or 0 for figure in figures))
