"""A figure as HTML: its value, what to say beside it, and how it was counted."""

from __future__ import annotations

import html
from decimal import ROUND_HALF_UP, Decimal

from digibank_core.i18n import show_date, show_money, show_number
from digibank_core.indicators.budget import BUDGET_USE
from digibank_core.indicators.definition import (
    CENTS,
    WHAT_IF_VERSION,
    Definition,
    Figure,
    Scope,
)
from digibank_core.ui import page
from digibank_core.ui.receipt_parts import address


def figure_html(figure: Figure, note: str, scope: Scope, *, with_rows: bool = True) -> str:
    """Show a figure with a note under it, and its receipt behind *Hoe geteld?*.

    Parameters
    ----------
    with_rows
        Whether who looks may see rows, and so how many there are.
    """
    card = figure.definition
    bare = figure.value is None or card.unit in ("%", CENTS)
    unit = "" if bare else f" <small>{html.escape(card.unit)}</small>"
    counted = {
        "Periode": f"{show_date(scope.first_day)} tot en met {show_date(scope.last_day)}",
        "Stand op": show_date(scope.as_of),
        "Telregels": by_rules(card),
    }
    if with_rows:
        counted["Rijen erachter"] = show_number(len(figure.rows))
    rows = "".join(f"<dt>{name}</dt><dd>{told}</dd>" for name, told in counted.items())
    return (
        f'<div class="figure"><dt>{html.escape(card.title)}</dt>'
        f'<dd class="value">{told(figure)}{unit}</dd>'
        f'<dd class="note">{html.escape(note)}</dd>'
        '<dd class="proof"><details><summary class="receipt">Hoe geteld?'
        f'<span class="sr"> {html.escape(card.title)}</span></summary>'
        f'<p class="small">{html.escape(card.definition)}</p><dl class="sum small">{rows}</dl>'
        f"{_to_rows(figure, scope) if with_rows else ''}</details></dd></div>"
    )


def _to_rows(figure: Figure, scope: Scope) -> str:
    """Lead to the rows behind a figure; those of a what-if are not kept (rule 67)."""
    number = len(figure.rows)
    if not number or figure.definition.rule_version == WHAT_IF_VERSION:
        return ""
    word = "Toon de rij" if number == 1 else f"Toon de {show_number(number)} rijen"
    leads = page.link(address(figure.definition.code, scope), figure.definition.title, word)
    return f'<p class="small">{leads}</p>'


def told(figure: Figure) -> str:
    """Write the value of a figure, or what stands instead of a small one (rule 48)."""
    if figure.hidden:
        return html.escape(str(figure.value))
    return shown(figure.value, figure.definition.unit)


def with_terms(figure: Figure) -> str:
    """Write a value; a percentage with what is divided by what (rules 32 and 41)."""
    terms = of_what(figure)
    return f"{told(figure)} ({terms})" if terms else told(figure)


def of_what(figure: Figure) -> str:
    """Write both terms of a percentage, as in "1.226 van 1.833"; nothing for other values."""
    card, above, below = figure.definition, figure.numerator, figure.denominator
    if card.unit != "%" or above is None or not below:
        return ""
    write = show_money if card.code == BUDGET_USE.code else show_number
    return f"{write(above)} van {write(below)}"


def shown(value: int | str | None, unit: str) -> str:
    """Write the value of a figure in its unit; persons are whole.

    Examples
    --------
    >>> shown("939.50", "personen"), shown("38.35", "personen per week"), shown(None, "%")
    ('940', '38,35', 'n.v.t.')
    """
    if value is None:
        return "n.v.t."
    if unit == CENTS:
        return show_money(int(value))
    number = whole(value) if unit == "personen" else show_number(Decimal(value))
    return f"{number} %" if unit == "%" else number


def whole(value: int | str | Decimal | None) -> str:
    """Write a number without decimals, rounded half up (rule 55)."""
    if value is None:
        return "n.v.t."
    return show_number(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP))


def by_rules(card: Definition) -> str:
    """Write the numbers of the rules of a figure, and their version."""
    return f"{', '.join(map(str, sorted(card.rule)))} ({version(card.rule_version)})"


def version(number: int) -> str:
    """Say with which version of the rules was counted (rule 67)."""
    return "wat als, geen versie" if number == WHAT_IF_VERSION else f"versie {number}"
