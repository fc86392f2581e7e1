"""What was changed in dated data and what a change would do to figures, in plain words."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pandas as pd

from digibank_core import clock
from digibank_core.effects import Effect
from digibank_core.i18n import show_date, show_money, show_number
from digibank_core.models import HistoryEntry
from digibank_core.models.settings import show_value
from digibank_core.ui.figures import shown

Image = dict[str, Any]
Place = Callable[[str, str], str]
"""Gives the words for a Digibank and a period."""


def told(entries: Sequence[HistoryEntry], place: Place) -> pd.DataFrame:
    """Give a row for each entry of history of a dated table: who, when, what, from and to."""
    return pd.DataFrame([_row(entry, place) for entry in entries])


def effects_html(effects: Sequence[tuple[str, Effect]]) -> str:
    """Show figures before and after a change that is not saved yet."""
    rows = "".join(
        f'<tr><th scope="row">{html.escape(effect.definition.title)}</th>'
        f"<td>{html.escape(digibank)}, {html.escape(effect.period)}</td>"
        f'<td class="num">{shown(effect.before, effect.definition.unit)}</td>'
        f'<td class="num">{shown(effect.after, effect.definition.unit)}</td></tr>'
        for digibank, effect in effects
    )
    return (
        '<h3>Dit verandert</h3><div class="scroll" tabindex="0" role="region" '
        'aria-label="Cijfers die veranderen"><table><caption>Nog niet bewaard</caption><thead>'
        '<tr><th scope="col">Cijfer</th><th scope="col">Waar</th>'
        '<th scope="col" class="num">Nu</th><th scope="col" class="num">Wordt</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(entry: HistoryEntry, place: Place) -> dict[str, object]:
    moment = entry.at.astimezone(clock.BRUSSELS)
    before = json.loads(entry.before) if entry.before else None
    after = json.loads(entry.after) if entry.after else None
    image = after or before or {}
    return {
        "Dag": pd.Timestamp(moment.date()),
        "Uur": f"{moment:%H.%M}",
        "Wie": entry.login,
        "Wat": _subject(entry.table, image, place),
        "Van": _value(entry.table, before) if before else "nieuw",
        "Naar": _value(entry.table, after) if after else "weg",
        "Bron": image.get("source", ""),
    }


def _subject(table: str, image: Image, place: Place) -> str:
    match table:
        case "setting":
            return f"{image['label']} ({place(image['digibank'], '')})"
        case "target":
            return f"Doel van {place(image['digibank'], image['period'])}"
        case "cap":
            return f"Plafond van {place(image['digibank'], image['period'])}"
        case "funding_period":
            return f"Periode van {place(image['digibank'], image['code'])}"
        case _:
            return f"Schijf van {image['period']} vanaf {show_number(image['from_persons'])}"


def _value(table: str, image: Image) -> str:
    match table:
        case "setting":
            return f"{show_value(image['unit'], image['value'])}{_since(image)}"
        case "target":
            return f"{show_number(image['persons'])} personen{_since(image)}"
        case "funding_period":
            days = [
                show_date(date.fromisoformat(image[name])) for name in ("first_day", "last_day")
            ]
            state = "actief" if image["active"] else "niet actief"
            return f"{' tot '.join(days)}, {state}, {show_money(image['amount_cents'])}"
        case _:
            return f"{show_money(image['amount_cents'])}{_since(image)}"


def _since(image: Image) -> str:
    """Say since when a value holds; history of before it was dated does not know."""
    since = image.get("starts_on")
    return f" vanaf {show_date(date.fromisoformat(since))}" if since else ""
