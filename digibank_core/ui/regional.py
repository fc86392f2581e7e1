"""The Digibanken of the region beside each other, without small numbers (rules 10 and 48)."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pandas as pd

from digibank_core.i18n import show_count, show_date, show_number
from digibank_core.indicators.definition import Figure
from digibank_core.reporting import Progress
from digibank_core.suppression import HIDDEN
from digibank_core.ui import breakdowns, page, subsidy
from digibank_core.ui.bars import Bar
from digibank_core.ui.figures import by_rules, told

TITLE = "Alle Digibanken"
TABLE = "Bereikte personen per Digibank"
COLUMNS = {
    "reach": "Bereikt",
    "reach_access": "Toegang",
    "reach_skills": "Vaardigheden",
    "reach_services": "Diensten",
}
PATH = "expected_linear"
IDLE = "loopt niet"
"""Stands instead of the figures of a Digibank in which the period does not run."""
Each = Mapping[str, Progress | None]
"""Name of each Digibank to its progress, all on one day; None where the period does not run."""


def overview(each: Each) -> str:
    """Show reach, target and path of each Digibank, and their sum without a percentage."""
    measured = running(each)
    is_what_if = any(one.what_if for one in measured.values())
    is_internal = any(one.with_rows for one in measured.values())
    notices = (page.notice(sentence, "warn") for sentence in warnings(each))
    return (
        f'<div class="{"stack what-if" if is_what_if else "stack"}">'
        f"{page.internal() if is_internal else ''}{''.join(notices)}"
        f'<p class="lead strong">{html.escape(achieved(measured))}</p>'
        + breakdowns.card(
            TABLE,
            _table(each) + _definitions(each),
            f"Som van {show_count(len(measured), 'Digibank', 'Digibanken')}: "
            "wie in twee Digibanken kwam, telt twee keer. "
            "Toegang, vaardigheden en diensten tel je niet op.",
        )
        + "</div>"
    )


def running(each: Each) -> dict[str, Progress]:
    """Give the progress of the Digibanken in which the period runs."""
    return {name: progress for name, progress in each.items() if progress}


def warnings(each: Each) -> list[str]:
    """Give what nobody may miss, of whom it is when it is not of all (rules 14 and 67)."""
    return said_once({name: subsidy.warnings(one) for name, one in running(each).items()})


def definitions(each: Each) -> dict[str, str]:
    """Say of each column how it was counted, and by which version of the rules (50, 67)."""
    measured = running(each)
    return {
        title: " ".join(
            said_once({name: [_counted(one, code)] for name, one in measured.items()})
        )
        for code, title in {**COLUMNS, PATH: "Lineair pad"}.items()
    }


def said_once(said: Mapping[str, Sequence[str]]) -> list[str]:
    """Give each sentence once, after the names of whom it is when it is not of all.

    Examples
    --------
    >>> said_once({"Noord": ["Versie 1."], "West": ["Versie 1.", "Let op."]})
    ['Versie 1.', 'West: Let op.']
    """
    names: dict[str, list[str]] = {}
    for name, sentences in said.items():
        for sentence in sentences:
            names.setdefault(sentence, []).append(name)
    return [
        sentence if len(of) == len(said) else f"{', '.join(of)}: {sentence}"
        for sentence, of in names.items()
    ]


def achieved(measured: Mapping[str, Progress]) -> str:
    """Say how many Digibanken have their target: it is one per Digibank (rule 10)."""
    targets = [(one.scope.target, one.figure("reach")) for one in measured.values()]
    done = [(reach.numerator or 0) >= target for target, reach in targets if target]
    return f"Doel bereikt: {sum(done)} van {len(done)} Digibanken."


def table(each: Each) -> pd.DataFrame:
    """Give the table as a file has it, with the sum as its last row."""
    rows = [_cells(name, progress) for name, progress in each.items()]
    sums = {title: _sum(figures) for title, figures in _columns(each).items()}
    return pd.DataFrame([*rows, {"Digibank": "Som", **sums}], dtype="object")


def bars(each: Each) -> list[Bar]:
    """Give a bar with the reach of each Digibank."""
    return [
        Bar(name, IDLE if progress is None else _number(progress.figure("reach")))
        for name, progress in each.items()
    ]


def _counted(progress: Progress, code: str) -> str:
    card = progress.figure(code).definition
    return f"{card.definition} Telregels: {by_rules(card)}."


def _columns(each: Each) -> dict[str, list[Figure]]:
    measured = running(each).values()
    return {title: [one.figure(code) for one in measured] for code, title in COLUMNS.items()}


def _cells(name: str, progress: Progress | None) -> dict[str, object]:
    if progress is None:
        return {"Digibank": name, COLUMNS["reach"]: IDLE}
    counts = {title: _number(progress.figure(code)) for code, title in COLUMNS.items()}
    path = progress.figure(PATH)
    return {
        "Digibank": name,
        **counts,
        "Doel": progress.scope.target or "geen",
        "Lineair pad": path.value if path.numerator is None else _exact(path),
    }


def _table(each: Each) -> str:
    any_of_them = next(iter(running(each).values()))
    titles = (*COLUMNS.values(), "Doel", "Lineair pad")
    heads = "".join(f'<th scope="col" class="num">{title}</th>' for title in titles)
    body = "".join(_row(name, progress) for name, progress in each.items())
    sums = "".join(
        f'<td class="num">{_shown(_sum(figures))}</td>' for figures in _columns(each).values()
    )
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Digibanken"><table>'
        f"<caption>Tot en met {show_date(any_of_them.scope.until)}</caption>"
        f'<thead><tr><th scope="col">Digibank</th>{heads}</tr></thead>'
        f'<tbody>{body}</tbody><tfoot><tr><th scope="row">Som</th>{sums}'
        '<td class="num"></td><td class="num"></td></tr></tfoot></table></div>'
    )


def _row(name: str, progress: Progress | None) -> str:
    head = f'<tr><th scope="row">{html.escape(name)}</th>'
    if progress is None:
        return f'{head}<td class="num" colspan="{len(COLUMNS) + 2}">{IDLE}</td></tr>'
    counts = "".join(
        breakdowns.cell_html(
            told(progress.figure(code)), breakdowns.receipt(progress, code), f"{name}, {title}"
        )
        for code, title in COLUMNS.items()
    )
    target = show_number(progress.scope.target) if progress.scope.target else "geen"
    path = told(progress.figure(PATH))
    return f'{head}{counts}<td class="num">{target}</td><td class="num">{path}</td></tr>'


def _definitions(each: Each) -> str:
    told_of = "".join(
        f'<p class="small"><strong>{title}.</strong> {html.escape(sentence)}</p>'
        for title, sentence in definitions(each).items()
    )
    return (
        '<details><summary class="receipt">Hoe geteld?<span class="sr"> '
        f"{TABLE}</span></summary>{told_of}</details>"
    )


def _exact(figure: Figure) -> Decimal | None:
    return None if figure.value is None else Decimal(figure.value)


def _number(figure: Figure) -> int | str:
    return str(figure.value) if figure.numerator is None else figure.numerator


def _sum(figures: Sequence[Figure]) -> int | str:
    """Add up; beside one hidden number the sum would tell it."""
    numbers = [figure.numerator for figure in figures if figure.numerator is not None]
    return sum(numbers) if len(numbers) == len(figures) else HIDDEN


def _shown(number: int | str) -> str:
    return number if isinstance(number, str) else show_number(number)
