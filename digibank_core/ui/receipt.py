"""The receipt of a figure or a breakdown: how it was counted, down to the rows behind it."""

from __future__ import annotations

import html
from datetime import date

import ipywidgets as widgets
import pandas as pd

from digibank_core import clock, db, receipts
from digibank_core.errors import FutureDateError
from digibank_core.i18n import show_count, show_date, show_money, show_number
from digibank_core.indicators.definition import CENTS
from digibank_core.receipts import Receipt
from digibank_core.security import Actor, Right
from digibank_core.services import programme
from digibank_core.services.corrections import SUBJECTS
from digibank_core.ui import downloads, page
from digibank_core.ui.figures import by_rules, shown
from digibank_core.ui.lists import Listing
from digibank_core.ui.receipt_parts import (
    HEADINGS,
    address,
    as_shown,
    as_table,
    names,
    sources,
    total,
)

MOST_ROWS = 2000
"""Rows that go to a browser at once."""


@page.part
def show() -> object:
    """Show the receipt that the address asks for, as in `?cijfer=reach&periode=IMPL`."""
    return ReceiptPage(page.actor())


class ReceiptPage(widgets.VBox):  # type: ignore[misc]
    """The card of a figure, its rows with a link to each record, and files of them all."""

    def __init__(self, who: Actor) -> None:
        with db.reading() as session:
            self._receipt = found = receipts.receipt(
                session,
                page.asked("cijfer"),
                page.asked("groep"),
                page.asked("en"),
                actor=who,
                digibank=page.asked("digibank") or who.own,
                period=page.asked("periode"),
                as_of=_day("stand") or clock.today(),
                known_on=_day("bekend"),
            )
            of = programme.digibank(session, found.scope.digibank).name
        self._table = as_table(found)
        self.card = widgets.HTML(card_html(found, of))
        self.told = widgets.HTML(_above_the_rows(found))
        self.listing = Listing(
            found.card.title,
            empty=page.empty("Geen rijen", "Hier is niets geteld in deze periode."),
        )
        first = self._table.head(MOST_ROWS)
        may_mend = who.may(Right.CORRECT, found.scope.digibank)
        self.listing.show(as_shown(first), _links(found, first) if may_mend else ())
        self.save = widgets.Button(description="Maak bestanden om te bewaren")
        self.save.on_click(self.make_files)
        self.files = widgets.HTML()
        take = [] if found.rows.empty else [self.save, self.files]
        internal = widgets.HTML(page.internal("rijen van personen"))
        super().__init__([internal, self.card, page.card(self.told, self.listing, *take)])
        self.add_class("stack")

    def make_files(self, *_: object) -> None:
        """Show the links that hold all rows, also those that the list leaves out."""
        scope = self._receipt.scope
        parts = (
            self._receipt.card.code,
            *self._receipt.chosen.values(),
            scope.digibank,
            scope.period,
            scope.as_of.isoformat(),
            "intern",
        )
        links = downloads.links(self._table, "-".join(parts).replace(" ", "-"))
        self.files.value = f'<p class="actions">{links}</p>'


def card_html(receipt: Receipt, digibank: str) -> str:
    """Give the card of a figure: what it says, of whom and when, by which rules (rule 50)."""
    card, scope = receipt.card, receipt.scope
    known = "nu" if scope.known_on is None else f"tot en met {show_date(scope.known_on)}"
    left = {
        "Telregels": by_rules(card),
        **_formula(receipt),
        "Bron": sources(receipt.rows),
    }
    right = {
        "Digibank": digibank,
        "Periode": f"{show_date(scope.first_day)} tot en met {show_date(scope.last_day)}",
        "Stand op": show_date(scope.as_of),
        "Bekend": known,
        "Rijen": show_number(len(receipt.rows)),
    }
    unit = "" if card.unit in ("%", CENTS) else f" {card.unit}"
    value = html.escape(f"{shown(receipt.value, card.unit)}{unit}")
    title = html.escape(", ".join((card.title, *receipt.chosen.values())))
    note = f'<p class="small soft">{html.escape(receipt.note)}</p>' if receipt.note else ""
    return (
        '<section class="card" aria-labelledby="h-bon"><h2 id="h-bon">'
        f"{title}: {value}</h2>{note}<p>{html.escape(card.definition)}</p>"
        f'<div class="grid cols-2">{_facts(left)}{_facts(right)}</div></section>'
    )


def _formula(receipt: Receipt) -> dict[str, str]:
    """Give what is divided by what, of a figure that is divided."""
    if receipt.denominator is None or receipt.numerator is None:
        return {}
    above, below = show_number(receipt.numerator), show_number(receipt.denominator)
    if "visits" in receipt.rows:
        visits = show_count(receipt.numerator // 60, "bezoek", "bezoeken")
        return {"Teller": f"{visits}, maal 60", "Noemer": f"{below} minuten"}
    if "amount_cents" in receipt.rows:
        above = show_money(receipt.numerator)
        below = show_money(receipt.denominator) if receipt.card.unit == "%" else below
    return {"Teller": above, "Noemer": below}


def _facts(pairs: dict[str, str]) -> str:
    rows = "".join(
        f"<dt>{name}</dt><dd>{html.escape(told)}</dd>" for name, told in pairs.items()
    )
    return f'<dl class="sum">{rows}</dl>'


def _above_the_rows(receipt: Receipt) -> str:
    told = ["<h2>De rijen erachter</h2>"]
    words = names(receipt)
    chosen = [f"{words[column]}: {title}" for column, title in receipt.chosen.items()]
    if chosen:
        everything = page.link(
            address(receipt.card.code, receipt.scope), receipt.card.title, "Toon alle rijen"
        )
        told.append(f"<p><strong>{html.escape(', '.join(chosen))}</strong>. {everything}</p>")
    told.append(f"<p>{total(receipt)}</p>")
    if len(receipt.rows) > MOST_ROWS:
        told.append(
            f"<p>Hieronder staan de eerste {show_number(MOST_ROWS)}. "
            "In het bestand staan ze alle.</p>"
        )
    return f'<div class="stack">{"".join(told)}</div>'


def _links(receipt: Receipt, table: pd.DataFrame) -> list[str]:
    """Give for each row the link to its record; none where no row has a page."""
    if receipt.rows.empty or "record" not in receipt.rows:
        return []
    links = [
        page.record_link(record, what, "Bekijk") if _has_page(record) else ""
        for record, what in zip(receipt.rows["record"], table[HEADINGS["record"]], strict=False)
    ]
    return links if any(links) else []


def _has_page(record: str | float) -> bool:
    return isinstance(record, str) and record.partition("/")[0] in SUBJECTS


def _day(name: str) -> date | None:
    """Read a day of the address; none is not given, one to come is refused."""
    text = page.asked(name)
    if not text:
        return None
    day = clock.day_in(text)
    if day > clock.today():
        raise FutureDateError(field=name, day=day)
    return day
