"""What the subsidy makes of the count: its rules, what-ifs, tranches and budget, as HTML."""

from __future__ import annotations

import html
from collections.abc import Iterable

from digibank_core.i18n import show_date, show_money
from digibank_core.indicators.definition import Scope
from digibank_core.models.settings import show_value
from digibank_core.reporting import Progress
from digibank_core.ui import page
from digibank_core.ui.breakdowns import card
from digibank_core.ui.figures import figure_html, of_what

WHAT_IFS: dict[str, dict[str, str]] = {
    "zoals afgesproken": {},
    "wat als 2 lessen nodig zijn": {"min_sessions": "2"},
    "wat als 3 lessen nodig zijn": {"min_sessions": "3"},
    "wat als anonieme eerste bezoeken meetellen": {"count_tier_b": "ja"},
}
"""Choices on the screen: words, and values to count with instead of those of the settings."""
DECIDES = ("min_sessions", "count_tier_b", "carry_over")
CARDS = ("tranche_earned", "tranche_payable", "persons_to_next_tranche")
BOOKS = ("budget_booked", "budget_use_percent", "cost_per_person")


def notices(progress: Progress) -> str:
    """Say what nobody may miss, above the figures."""
    return "".join(page.notice(sentence, "warn") for sentence in warnings(progress))


def warnings(progress: Progress) -> list[str]:
    """Give what nobody may miss: that this is a what-if, or that tier B is in the count."""
    told = []
    if progress.what_if:
        told.append(f"{progress.what_if}. Dit is geen officieel cijfer.")
    if progress.scope.rules.agreement:
        told.append(_agreed(progress))
    return told


def tranches(progress: Progress) -> str:
    """Show what is earned, what is paid and how far the next tranche is; empty without any."""
    codes = [figure.definition.code for figure in progress.figures]
    if "tranche_earned" not in codes:
        return ""
    return card(
        "Schijven van de subsidie",
        _figures(progress, CARDS),
        "Is de eerste schijf niet vol, dan berekenen we geen deel: daar is geen regel voor.",
    )


def budget(progress: Progress) -> str:
    """Show the use of the budget by kind of cost, and what the subsidy does not pay."""
    rows = progress.budget
    refused = int(rows["not_eligible_cents"].sum())
    if not (rows["budget_cents"].sum() or rows["booked_cents"].sum() or refused):
        return ""
    body = "".join(
        f'<tr><th scope="row">{html.escape(row.category)}</th>'
        + _money(row.budget_cents, row.booked_cents, row.budget_cents - row.booked_cents)
        + "</tr>"
        for row in rows.itertuples()
    )
    total, booked = int(rows["budget_cents"].sum()), int(rows["booked_cents"].sum())
    foot = (
        f"Niet subsidiabel en niet meegeteld: {show_money(refused)}."
        if refused
        else "Alle geboekte kosten zijn subsidiabel."
    )
    return card(
        "Budget",
        f'<div class="stack">{_figures(progress, BOOKS)}'
        '<div class="scroll" tabindex="0" role="region" aria-label="Budget per soort kost">'
        "<table><caption>Budget en geboekte kosten</caption><thead><tr>"
        '<th scope="col">Soort kost</th><th scope="col" class="num">Budget</th>'
        '<th scope="col" class="num">Geboekt</th><th scope="col" class="num">Over</th></tr>'
        f'</thead><tbody>{body}</tbody><tfoot><tr><th scope="row">Samen</th>'
        f"{_money(total, booked, total - booked)}</tr></tfoot></table></div></div>",
        foot,
    )


def rules(progress: Progress) -> str:
    """Show the dated settings that decide the count, each with its start and source (67)."""
    held = progress.parameters[progress.parameters["name"].isin(DECIDES)]
    rows = "".join(
        f'<tr><th scope="row">{html.escape(row["label"])}</th>'
        f"<td>{show_value(row['unit'], row['value'])}</td>"
        f'<td class="nowrap">{show_date(row["starts_on"])}</td>'
        f"<td>{html.escape(row['source'])}</td></tr>"
        for row in held.to_dict("records")
    )
    return card(
        "Met welke telregels?",
        "<details><summary>Toon de instellingen die tellen</summary>"
        '<div class="scroll" tabindex="0" role="region" aria-label="Instellingen">'
        f"<table><caption>Zoals op {show_date(progress.scope.counted_on)}</caption><thead><tr>"
        '<th scope="col">Instelling</th><th scope="col">Waarde</th><th scope="col">Sinds</th>'
        f'<th scope="col">Bron</th></tr></thead><tbody>{rows}</tbody></table></div></details>',
        carry_over(progress.scope),
    )


def carry_over(scope: Scope) -> str:
    """Say that a person counts again in each period (rule 3)."""
    return (
        f"Elke periode telt opnieuw: wie al in een andere periode bereikt was, "
        f"telt in {scope.period} mee zodra die hier een dienst krijgt."
    )


def _agreed(progress: Progress) -> str:
    held = progress.parameters.set_index("name").loc["count_tier_b"]
    author = f", ingevoerd door {held['author']}" if isinstance(held["author"], str) else ""
    return (
        "Anonieme eerste bezoeken tellen mee in het bereik, volgens akkoord "
        f"{progress.scope.rules.agreement} van de subsidiegever, sinds "
        f"{show_date(held['starts_on'])}{author}."
    )


def _figures(progress: Progress, codes: Iterable[str]) -> str:
    found = [progress.figure(code) for code in codes]
    shown = "".join(
        figure_html(
            each, each.note or of_what(each), progress.scope, with_rows=progress.with_rows
        )
        for each in found
    )
    return f'<dl class="figures">{shown}</dl>'


def _money(*cents: int) -> str:
    return "".join(f'<td class="num nowrap">{show_money(int(each))}</td>' for each in cents)
