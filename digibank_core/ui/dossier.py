"""All that is kept of one person, to read, to print and to take along (access request)."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from datetime import date, datetime

import anywidget
import ipywidgets as widgets

from digibank_core import clock, db
from digibank_core.i18n import show_date
from digibank_core.services import dossier
from digibank_core.services.dossier import Dossier, Section, Value
from digibank_core.ui import downloads, page

FILE = "gegevens.json"
"""Without a name, as it stays in the folder of downloads."""


class PrintButton(anywidget.AnyWidget):  # type: ignore[misc]
    """A button that prints the page; the style sheet leaves only the dossier on paper."""

    _esm = """
    export default {
      render({ el }) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn";
        button.textContent = "Druk af";
        button.addEventListener("click", () => window.print());
        el.append(button);
      },
    };
    """


def panel(person: str) -> widgets.VBox:
    """Show the dossier of a person, with the ways to take it along."""
    with db.reading() as session:
        whole = dossier.dossier(session, person, actor=page.actor(), today=clock.today())
    take = widgets.HTML(_download(whole))
    ways = widgets.HBox([PrintButton(), take])
    ways.add_class("no-print")
    box = widgets.VBox([ways, widgets.HTML(_document(whole))])
    box.add_class("stack")
    return box


def as_json(whole: Dossier) -> str:
    """Write a dossier for another program: Dutch names, ISO days, what is not known is null."""
    told = {
        "Digibank": whole.digibank,
        "Verantwoordelijke": whole.lead_partner,
        "Gemaakt op": whole.made_on,
        **{section.title: section.rows for section in whole.sections},
    }
    return json.dumps(told, ensure_ascii=False, indent=1, default=date.isoformat)


def _download(whole: Dossier) -> str:
    address = downloads.held(as_json(whole).encode(), "application/json")
    return f'<a class="btn" download="{FILE}" href="{address}">Bewaar als bestand (JSON)</a>'


def _document(whole: Dossier) -> str:
    facts = {
        "Digibank": whole.digibank,
        "Verantwoordelijke": whole.lead_partner,
        "Gemaakt op": show_date(whole.made_on),
    }
    sections = "".join(map(_section, whole.sections))
    return (
        '<section class="card dossier" aria-labelledby="h-dossier">'
        '<h2 id="h-dossier">Alles wat we van deze persoon bewaren</h2>'
        f"{page.facts(facts)}{sections}</section>"
    )


def _section(section: Section) -> str:
    rows = "".join(page.facts(_shown(row)) for row in section.rows)
    return f"<h3>{html.escape(section.title)}</h3>{rows}"


def _shown(row: Mapping[str, Value]) -> dict[str, str]:
    """Write a row for people; what is not known is left out."""
    return {name: show(value) for name, value in row.items() if value not in (None, "")}


def show(value: Value) -> str:
    """Write one value as people read it.

    Examples
    --------
    >>> show(True), show(date(2024, 3, 4)), show(1950)
    ('ja', '04/03/2024', '1950')
    """
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, datetime):
        moment = value.astimezone(clock.BRUSSELS)
        return f"{show_date(moment.date())} om {moment.hour}.{moment:%M} uur"
    return show_date(value) if isinstance(value, date) else str(value)
