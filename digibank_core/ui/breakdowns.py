"""Reach taken apart: by objective, by week, and what does not count, as HTML."""

from __future__ import annotations

import html

import pandas as pd

from digibank_core.i18n import show_date, show_number
from digibank_core.indicators.definition import Figure
from digibank_core.indicators.digipunt import ANONYMOUS
from digibank_core.indicators.reach import OVERLAPS
from digibank_core.models import Objective
from digibank_core.reporting import Progress

MOST_WEEKS = 8
FIRST = "contacts_first_time"
TIERS = {
    FIRST: "Anoniem, eerste keer",
    "contacts_repeat": "Anoniem, al geweest of onbekend",
}


def objectives(progress: Progress) -> str:
    """Show the seven groups of services; the foot row is reach itself (rule 9)."""
    groups = [(group, progress.figure(f"overlap_{code}")) for code, group in OVERLAPS.items()]
    groups.sort(key=lambda each: -(each[1].numerator or 0))
    most = max(figure.numerator or 0 for _, figure in groups) or 1
    body = "".join(
        f'<tr><th scope="row">{html.escape(figure.definition.title)}</th>'
        + "".join(_dot(objective in group) for objective in Objective)
        + _bar(_shown(figure), figure.numerator or 0, most)
        for group, figure in groups
    )
    heads = "".join(
        f'<th scope="col" class="dotcell"><abbr title="{objective.value}">'
        f"{objective.value[0].upper()}</abbr></th>"
        for objective in Objective
    )
    reached = _shown(progress.figure("reach"))
    return _card(
        "Welke diensten kregen ze?",
        '<div class="scroll" tabindex="0" role="region" aria-label="Personen per groep">'
        f'<table><caption>Zeven groepen, samen {reached}</caption><thead><tr><th scope="col">'
        f'Groep</th>{heads}<th scope="col"><span class="sr">Verhouding</span></th>'
        f'<th scope="col" class="num">Aantal</th></tr></thead><tbody>{body}</tbody><tfoot><tr>'
        f'<th scope="row" colspan="5">Bereikte personen</th><td class="num">{reached}</td></tr>'
        f'</tfoot></table></div><p class="small soft card-foot">{_do_not_add(progress)}</p>',
    )


def weeks(progress: Progress) -> str:
    """Show the new persons of the last complete weeks (rules 20 and 21)."""
    complete = progress.new_per_week
    complete = complete[complete["complete"].astype("bool")].tail(MOST_WEEKS)
    most = max(complete["new"].max(), 1) if len(complete) else 1
    body = "".join(
        f'<tr><th scope="row">{show_date(week.monday)}</th>'
        + _bar(show_number(week.new), week.new, most)
        for week in complete.itertuples()
    )
    return _card(
        "Nieuwe personen per week",
        f"<table><caption>Week die begint op maandag</caption><tbody>{body}</tbody></table>"
        if body
        else "<p>Er is nog geen volledige week.</p>",
    )


def not_counted(progress: Progress) -> str:
    """Show anonymous contacts by tier, and services that do not count, with the reason."""
    tier_b = " (telt nu mee)" if progress.scope.rules.count_tier_b else ""
    words = TIERS | {FIRST: TIERS[FIRST] + tier_b}
    told = [(each, f"{_shown(progress.figure(code))} bezoeken") for code, each in words.items()]
    reasons = progress.breakdown("not_counted_by_reason").cells
    reasons = reasons[reasons["group"] != ANONYMOUS]
    told += [
        (str(reason.title), f"{_told(reason.value)} diensten")
        for reason in reasons.sort_values("value", key=_size, ascending=False).itertuples()
    ]
    rows = "".join(
        f'<dt>{html.escape(words)}</dt><dd class="num">{number}</dd>' for words, number in told
    )
    return _card(
        "Wat telt niet mee?",
        f'<dl class="sum">{rows}</dl><p class="small soft card-foot">Zonder naam weten we niet '
        "of iemand al geteld is. Daarom staan deze bezoeken apart.</p>",
    )


def _do_not_add(progress: Progress) -> str:
    parts = ", ".join(
        f"{objective.value} ({objective.value[0].upper()}) {_shown(progress.figure(code))}"
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


def _bar(told: str, number: int, most: int) -> str:
    width = 100 * number / most
    bar = f'<span class="hbar" style="--w:{width:.1f}%"></span>' if number else ""
    return f'<td class="bars">{bar}</td><td class="num">{told}</td></tr>'


def _shown(figure: Figure) -> str:
    """Write a count, or what stands instead of a small one (rule 48)."""
    return _told(figure.value if figure.numerator is None else figure.numerator)


def _told(value: int | str | None) -> str:
    return html.escape(value) if isinstance(value, str) else show_number(value or 0)


def _size(values: pd.Series) -> pd.Series:
    return pd.to_numeric(values, errors="coerce").fillna(0)


def _card(title: str, body: str) -> str:
    name = "h-" + "".join(sign for sign in title.lower() if sign.isalpha())
    return (
        f'<section class="card" aria-labelledby="{name}"><h2 id="{name}">{title}</h2>'
        f"{body}</section>"
    )
