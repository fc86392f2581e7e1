"""Reach taken apart, each part as a card: bars with their numbers, and what is behind them."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import Any

import pandas as pd

from digibank_core.i18n import show_date, show_number
from digibank_core.indicators.definition import UNKNOWN, Cell, Figure
from digibank_core.indicators.digipunt import ANONYMOUS
from digibank_core.indicators.persons import TARGET_GROUPS
from digibank_core.indicators.reach import NEW_PERSONS_LAST_WEEK as LAST_WEEK
from digibank_core.indicators.reach import OVERLAPS
from digibank_core.models import Objective
from digibank_core.reporting import Progress
from digibank_core.suppression import HIDDEN
from digibank_core.ui import bars
from digibank_core.ui.bars import Bar
from digibank_core.ui.figures import told
from digibank_core.ui.receipt_parts import address

MOST_WEEKS = 8
TIERS = {
    "contacts_first_time": "Anoniem, eerste keer",
    "contacts_repeat": "Anoniem, al geweest of onbekend",
}
REASONS = "not_counted_by_reason"
NOT_REACHED = ("intermediaries", "age_to_confirm", "minors")
PROXY = {"Kansentarief gezien": "een benadering van een laag inkomen"}
"""What a target group really tells, as nobody asks for an income (rule 44)."""
_HIDDEN_CELL = Cell(UNKNOWN, UNKNOWN, "", "", HIDDEN)
SUPPRESSED = (
    "Kleine aantallen tonen we niet. Soms is een tweede cijfer verborgen, zodat je het niet "
    "kunt terugrekenen."
)


def objectives(progress: Progress) -> str:
    """Show the seven groups of services; the foot row is reach itself (rule 9)."""
    heads = "".join(
        f'<th scope="col" class="dotcell"><abbr title="{objective.value}">'
        f"{objective.value[0].upper()}</abbr></th>"
        for objective in Objective
    )
    reached = told(progress.figure("reach"))
    return card(
        "Welke diensten kregen ze?",
        '<div class="scroll" tabindex="0" role="region" aria-label="Personen per groep">'
        f'<table><caption>Zeven groepen, samen {reached}</caption><thead><tr><th scope="col">'
        f'Groep</th>{heads}<th scope="col"><span class="sr">Verhouding</span></th>'
        f'<th scope="col" class="num">Aantal</th></tr></thead>'
        f"<tbody>{bars.rows(overlap_bars(progress))}</tbody><tfoot><tr>"
        f'<th scope="row" colspan="5">{linked(progress, progress.figure("reach"))}</th>'
        f'<td class="num">{reached}</td></tr>'
        "</tfoot></table></div>",
        _do_not_add(progress),
    )


def overlap_bars(progress: Progress) -> list[Bar]:
    """Give the seven groups, the largest first."""
    found = [(group, progress.figure(f"overlap_{code}")) for code, group in OVERLAPS.items()]
    found.sort(key=lambda each: -(each[1].numerator or 0))
    return [
        Bar(
            figure.definition.title,
            str(figure.value) if figure.numerator is None else figure.numerator,
            receipt(progress, figure.definition.code),
            "".join(_dot(objective in group) for objective in Objective),
        )
        for group, figure in found
    ]


def weeks(progress: Progress) -> str:
    """Show the new persons of the last complete weeks (rules 20 and 21)."""
    drawn = bars.rows(week_bars(progress))
    return card(
        "Nieuwe personen per week",
        f"<table><caption>Week die begint op maandag</caption><tbody>{drawn}</tbody></table>"
        if drawn
        else "<p>Er is nog geen volledige week.</p>",
    )


def week_bars(progress: Progress) -> list[Bar]:
    """Give the last complete weeks; the very last one has a figure, and so a receipt."""
    complete = progress.new_per_week
    complete = complete[complete["complete"].astype("bool")].tail(MOST_WEEKS)
    drawn = [Bar(show_date(week.monday), int(week.new)) for week in complete.itertuples()]
    if drawn and progress.scope.until == progress.scope.as_of:
        drawn[-1] = replace(drawn[-1], link=receipt(progress, LAST_WEEK.code))
    return drawn


def taken_apart(progress: Progress, code: str, title: str) -> str:
    """Show the groups of a breakdown, in which the total of the figure is taken apart."""
    drawn = cell_bars(progress, code)
    found = progress.breakdown(code)
    unit = found.definition.unit.capitalize()
    is_hidden = not found.groups or any(isinstance(bar.value, str) for bar in drawn)
    return card(
        title,
        f'<table><caption class="sr">{unit}: {html.escape(title)}</caption>'
        f"<tbody>{bars.rows(drawn)}</tbody></table>",
        SUPPRESSED if is_hidden else "",
    )


def cell_bars(progress: Progress, code: str) -> list[Bar]:
    """Give a bar for each group of a breakdown that anybody is in, unknown last."""
    cells = progress.breakdown(code).cells
    cells = cells[cells["value"].ne(0)]
    cells = cells.sort_values("group", key=lambda groups: groups.eq(UNKNOWN), kind="stable")
    return [
        Bar(
            str(cell.title),
            cell.value,
            receipt(progress, code, str(cell.group)),
        )
        for cell in cells.itertuples()
    ]


def crossed(progress: Progress, code: str, title: str, head: str, foot: str) -> str:
    """Show a breakdown by two things as a table; rows and columns of nobody stay out."""
    cells = with_anybody(progress, code)
    columns = list(dict.fromkeys(cells["across_title"]))
    heads = "".join(f'<th scope="col" class="num">{html.escape(one)}</th>' for one in columns)
    body = "".join(
        f'<tr><th scope="row">{html.escape(str(row_title))}</th>'
        + "".join(
            _linked_cell(progress, code, cell, f"{cell.title}, {cell.across_title}")
            for cell in row.itertuples()
        )
        + "</tr>"
        for row_title, row in cells.groupby("title", sort=False)
    )
    return card(
        title,
        f'<div class="scroll" tabindex="0" role="region" aria-label="{html.escape(title)}">'
        f'<table><caption class="sr">{html.escape(title)}</caption>'
        f'<thead><tr><th scope="col">{html.escape(head)}</th>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>",
        foot,
    )


def with_anybody(progress: Progress, code: str) -> pd.DataFrame:
    """Give the cells of a breakdown by two things, without rows and columns of nobody."""
    cells = progress.breakdown(code).cells
    counted = cells[cells["value"].ne(0)]
    return cells[
        cells["group"].isin(counted["group"]) & cells["across"].isin(counted["across"])
    ]


def target_groups(progress: Progress) -> str:
    """Show the target groups of rule 44, each with of how many persons it is not known."""
    body = "".join(
        f'<tr><th scope="row">{linked(progress, figure)}</th>'
        f'<td class="num">{told(figure)}</td>'
        + _linked_cell(progress, source, unknown, f"{figure.definition.title}, onbekend")
        + "</tr>"
        for figure, source, unknown in found_in_target_groups(progress)
    )
    return card(
        "Doelgroepen",
        '<div class="scroll" tabindex="0" role="region" aria-label="Doelgroepen, tabel"><table>'
        '<caption class="sr">Bereikte personen per doelgroep</caption><thead><tr>'
        '<th scope="col">Doelgroep</th><th scope="col" class="num">Personen</th>'
        '<th scope="col" class="num">Onbekend</th></tr></thead>'
        f"<tbody>{body}</tbody></table></div>",
        "Wie het niet zei, staat bij onbekend. Eén persoon kan bij meer groepen horen. "
        f"Kansentarief gezien is {PROXY['Kansentarief gezien']}.",
    )


def found_in_target_groups(progress: Progress) -> list[tuple[Figure, str, Cell]]:
    """Give each target group, and where it comes from with the cell of who did not say."""
    found = []
    for code, (_, source, _) in TARGET_GROUPS.items():
        cells = progress.breakdown(source.code).groups
        unknown = next((cell for cell in cells if cell.group == UNKNOWN), _HIDDEN_CELL)
        found.append((progress.figure(code), source.code, unknown))
    return found


def not_counted(progress: Progress) -> str:
    """Show anonymous contacts by tier, and services that do not count, with the reason."""
    words = dict(TIERS)
    if progress.scope.rules.count_tier_b:
        words["contacts_first_time"] += " (telt nu mee)"
    apart = [
        (code, "", words[code], _noun(told(progress.figure(code)), "bezoek", "bezoeken"))
        for code in TIERS
    ]
    apart += [
        (
            figure.definition.code,
            "",
            figure.definition.title,
            _noun(told(figure), "persoon", "personen"),
        )
        for figure in map(progress.figure, NOT_REACHED)
    ]
    reasons = progress.breakdown(REASONS).cells
    reasons = reasons[reasons["group"] != ANONYMOUS]
    apart += [
        (
            REASONS,
            reason.group,
            str(reason.title).capitalize(),
            _noun(_told(reason.value), "dienst", "diensten"),
        )
        for reason in reasons.sort_values("value", key=_size, ascending=False).itertuples()
    ]
    rows = "".join(
        f"<dt>{bars.linked(words, receipt(progress, code, group))}</dt>"
        f'<dd class="num">{number}</dd>'
        for code, group, words, number in apart
    )
    return card(
        "Wat telt niet mee?",
        f'<dl class="sum">{rows}</dl>',
        "Zonder naam weten we niet of iemand al geteld is. Daarom staan deze bezoeken apart.",
    )


def card(title: str, body: str, foot: str = "") -> str:
    """Put a title above what is shown, and a sentence under it."""
    name = "h-" + "".join(sign for sign in title.lower() if sign.isalpha())
    last = f'<p class="small soft card-foot">{html.escape(foot)}</p>' if foot else ""
    return (
        f'<section class="card" aria-labelledby="{name}"><h2 id="{name}">{title}</h2>'
        f"{body}{last}</section>"
    )


def _do_not_add(progress: Progress) -> str:
    parts = ", ".join(
        f"{objective.value} ({objective.value[0].upper()}) {told(progress.figure(code))}"
        for objective, code in zip(
            Objective, ("reach_access", "reach_skills", "reach_services"), strict=True
        )
    )
    return (
        f"{parts[0].upper()}{parts[1:]}. Tel deze drie niet op: wie meer diensten kreeg, "
        "zit er meer dan één keer in."
    )


def _dot(on: bool) -> str:
    shape, word = ("dot on", "ja") if on else ("dot", "nee")
    return (
        f'<td class="dotcell"><span class="{shape}"></span><span class="sr">{word}</span></td>'
    )


def receipt(progress: Progress, code: str, group: str = "", across: str = "") -> str:
    """Give the address of the rows behind a number, for who may see them."""
    if not progress.with_rows or progress.what_if:
        return ""
    return address(code, progress.scope, group, across)


def linked(progress: Progress, figure: Figure) -> str:
    """Give the title of a figure, as a link to its receipt for who may see rows."""
    card = figure.definition
    return bars.linked(card.title, receipt(progress, card.code))


def cell_html(number: str, address: str, about: str) -> str:
    """Give a cell with a number, as a link to what is behind it unless it is none."""
    if address and number != "0":
        label = html.escape(f"{about}: {number}")
        number = f'<a href="{html.escape(address)}" aria-label="{label}">{number}</a>'
    return f'<td class="num">{number}</td>'


def _linked_cell(progress: Progress, code: str, cell: Any, about: str) -> str:
    address = receipt(progress, code, cell.group, cell.across)
    return cell_html(_told(cell.value), address, about)


def _told(value: int | str | None) -> str:
    return value if isinstance(value, str) else show_number(value or 0)


def _noun(number: str, one: str, many: str) -> str:
    return f"{number} {one if number == '1' else many}"


def _size(values: pd.Series) -> pd.Series:
    return pd.to_numeric(values, errors="coerce").fillna(0)
