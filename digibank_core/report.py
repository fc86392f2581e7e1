"""All that a report notebook imports: choose an extract, then show tables and charts of it.

Nothing here writes, asks for a name or opens the database. Each table and each chart prints
its numbers as text too, so that an audit compares numbers and not only pictures.

Examples
--------
>>> from digibank_core import report
>>> rapport = report.over(periode="IMPL", tot="2024-12-31")  # doctest: +SKIP
>>> rapport.table("cijfers")  # doctest: +SKIP
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from digibank_core import extract, reporting
from digibank_core.config import places
from digibank_core.errors import NoExtractError, UnknownReportPartError
from digibank_core.i18n import show_date, show_money, show_month, show_number
from digibank_core.indicators.definition import CENTS, Figure
from digibank_core.indicators.reach import OVERLAPS
from digibank_core.models.settings import show_value
from digibank_core.models.typed import read_day
from digibank_core.ui import charts, headline


@dataclass(frozen=True)
class Shown:
    """Something to look at, and the same as text."""

    page: str
    text: str

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.page, "text/plain": self.text}


@dataclass(frozen=True)
class Report:
    """Figures of one Digibank in one period, up to and including one day."""

    source: extract.Extract
    progress: reporting.Progress

    def table(self, name: str) -> Shown:
        """Show a table of `TABLES`; raise `UnknownReportPartError` for another name."""
        caption, make = TABLES[_known(name, TABLES)]
        return _table(self._labelled(caption), make(self.progress))

    def chart(self, name: str) -> Shown:
        """Show a chart of `CHARTS` with its numbers; raise `UnknownReportPartError`."""
        caption, draw, numbers = CHARTS[_known(name, CHARTS)]
        table = _table(self._labelled(caption), numbers(self.progress))
        return Shown(f"{draw(self.progress)}{table.page}", f"Grafiek: {table.text}")

    def _labelled(self, caption: str) -> str:
        """Say above every table and chart of a what-if that it is one (rule 67)."""
        other = self.progress.what_if
        return f"{caption} ({other}; geen officieel cijfer)" if other else caption

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        scope = self.progress.scope
        told = {
            "Digibank": self.source.name,
            "Periode": f"{scope.period}, {show_date(scope.first_day)} tot en met "
            f"{show_date(scope.last_day)}",
            "Geteld tot en met": show_date(scope.until),
            "Uittreksel van": show_date(self.source.made_on),
        }
        if scope.rules.agreement:
            told["Anonieme bezoeken"] = f"tellen mee, volgens akkoord {scope.rules.agreement}"
        if self.progress.what_if:
            told["Geen officiële cijfers"] = self.progress.what_if
        if self.source.demo:
            told["Let op"] = "fictieve gegevens"
        rows = "".join(f"<dt>{name}</dt><dd>{html.escape(told[name])}</dd>" for name in told)
        text = "\n".join(f"{name}: {value}" for name, value in told.items())
        return {"text/html": f'<dl class="sum">{rows}</dl>', "text/plain": text}


def over(
    *, periode: str, tot: str, digibank: str = "", wat_als: Mapping[str, str] | None = None
) -> Report:
    """Give the report over a period, up to and including a day.

    Parameters
    ----------
    periode
        Code of the funding period: IMPL or VERL.
    tot
        Last day that counts, as 2024-12-31 or 31/12/2024.
    digibank
        Code of the Digibank, for who may read more than one; empty for the own one.
    wat_als
        Other values of settings to count with, as in {"min_sessions": "2"}; all that the
        report shows then says so.

    Raises
    ------
    NoExtractError, ExtractDamagedError
        There is no extract of this Digibank here, or a file of it is not as it was made.
    UnknownPeriodError
        The Digibank has no such period.
    UnknownWhatIfError
        `wat_als` names a setting that decides no figure, or a value that it cannot have.
    """
    source = extract.read(_folder(digibank))
    if digibank not in ("", source.digibank):
        raise NoExtractError(folder=digibank)
    day = read_day(tot)
    measured = reporting.measure(source.tables, source.digibank, periode, day, what_if=wat_als)
    return Report(source, measured)


def _folder(digibank: str) -> Path:
    """Folder of an extract: the place itself is one, or it has one for each Digibank."""
    place = places().extract
    if (place / "manifest.json").is_file():
        return place
    own = sorted(
        path.parent for path in place.glob("*/manifest.json") if path.parent.is_symlink()
    )
    return place / digibank if digibank or not own else own[0]


Maker = Callable[[reporting.Progress], pd.DataFrame]


def _figures(progress: reporting.Progress) -> pd.DataFrame:
    records = [reporting.as_record(figure) for figure in progress.figures]
    return pd.DataFrame(
        {
            "Cijfer": [record["title"] for record in records],
            "Waarde": [_value(figure) for figure in progress.figures],
            "Eenheid": [record["unit"] for record in records],
            "Regels": [", ".join(map(str, record["rule"])) for record in records],
            "Rijen": [record["rows"] for record in records],
        }
    )


def _value(figure: Figure) -> str:
    """Write a value as it was counted, an amount as money; without one, say why."""
    if figure.value is None:
        return figure.note or "n.v.t."
    if figure.definition.unit == CENTS:
        return show_money(int(figure.value))
    return str(figure.value)


def _groups(progress: reporting.Progress) -> pd.DataFrame:
    figures = [progress.figure(f"overlap_{code}") for code in OVERLAPS]
    figures.append(progress.figure("reach"))
    return pd.DataFrame(
        {
            "Groep": [figure.definition.title for figure in figures],
            "Personen": [figure.numerator for figure in figures],
        }
    )


def _months(progress: reporting.Progress) -> pd.DataFrame:
    months = progress.burn_up
    return pd.DataFrame(
        {
            "Maand": months["month_end"].map(show_month),
            "Nieuw": months["new"],
            "Totaal": months["total"],
            "Lineair pad": months["expected"].map(
                lambda path: "n.v.t." if path is None else show_number(round(path))
            ),
        }
    )


def _weeks(progress: reporting.Progress) -> pd.DataFrame:
    weeks = progress.new_per_week
    return pd.DataFrame(
        {"Week van": weeks["monday"].map(show_date), "Nieuwe personen": weeks["new"]}
    )


def _not_counted(progress: reporting.Progress) -> pd.DataFrame:
    reasons = progress.not_counted["reason"].value_counts().sort_index()
    return pd.DataFrame({"Reden": reasons.index, "Diensten": reasons.to_numpy()})


def _rules(progress: reporting.Progress) -> pd.DataFrame:
    held = progress.parameters
    return pd.DataFrame(
        {
            "Instelling": held["label"],
            "Waarde": [
                show_value(unit, value)
                for unit, value in zip(held["unit"], held["value"], strict=True)
            ],
            "Sinds": held["starts_on"].map(show_date),
            "Bron": held["source"],
        }
    )


def _budget(progress: reporting.Progress) -> pd.DataFrame:
    rows = progress.budget
    return pd.DataFrame(
        {
            "Soort kost": rows["category"],
            "Budget": rows["budget_cents"].map(show_money),
            "Geboekt": rows["booked_cents"].map(show_money),
            "Niet subsidiabel": rows["not_eligible_cents"].map(show_money),
        }
    )


def _apart(code: str) -> Maker:
    """Give what makes a table of a breakdown; one of two sides becomes rows and columns."""

    def make(progress: reporting.Progress) -> pd.DataFrame:
        found = progress.breakdown(code)
        cells, unit = found.cells, found.definition.unit.capitalize()
        if not cells["across"].any():
            return pd.DataFrame({"Groep": cells["title"], unit: cells["value"]})
        sides = [list(dict.fromkeys(cells[side])) for side in ("title", "across_title")]
        wide = cells.pivot(index="title", columns="across_title", values="value")
        return wide.reindex(index=sides[0], columns=sides[1]).reset_index(names="Groep")

    return make


def _burn_up(progress: reporting.Progress) -> str:
    drawn = charts.burn_up(progress.burn_up, progress.scope, headline.band(progress))
    return charts.shown(drawn)


APART = {
    "woonplaats": ("Bereikte personen volgens woonplaats", "reach_by_residence"),
    "leeftijd": ("Bereikte personen volgens leeftijd", "reach_by_age"),
    "gender": ("Bereikte personen volgens gender", "reach_by_gender"),
    "opleiding": ("Bereikte personen volgens opleiding", "reach_by_education"),
    "werk": ("Bereikte personen volgens werk", "reach_by_labour_status"),
    "andere taal": (
        "Bereikte personen die een andere taal nodig hebben",
        "reach_by_other_language",
    ),
    "kansentarief": ("Bereikte personen met kansentarief gezien", "reach_by_reduced_rate"),
    "digipunten": ("Bereikte personen volgens Digipunt", "reach_by_digipunt"),
    "plaatsen": ("Waar geholpen (rijen), en woonplaats", "reach_by_place_and_residence"),
    "onderwerpen": ("Hulpvragen volgens onderwerp", "questions_by_topic"),
    "resultaten": ("Hulpvragen volgens resultaat", "questions_by_result"),
    "bezoeken": ("Bezoeken volgens Digipunt", "visits_by_digipunt"),
}
"""Breakdowns by the name that staff type, each with its caption."""
TABLES: Mapping[str, tuple[str, Maker]] = {
    "cijfers": ("Alle cijfers", _figures),
    "groepen": ("Personen per groep van diensten; samen het bereik", _groups),
    "maanden": ("Bereikte personen per maand", _months),
    "weken": ("Nieuwe personen per week", _weeks),
    "budget": ("Budget en geboekte kosten", _budget),
    "telregels": ("Instellingen die gelden op de dag die geteld wordt", _rules),
    "niet geteld": ("Diensten die niet meetellen, met de reden", _not_counted),
    **{name: (caption, _apart(code)) for name, (caption, code) in APART.items()},
}
"""Tables by the name that staff type, each with its caption."""
CHARTS: Mapping[str, tuple[str, Callable[[reporting.Progress], str], Maker]] = {
    "bereik": ("Bereikte personen tegenover het doel", _burn_up, _months),
}
"""Charts by the name that staff type, each with its caption and its numbers."""


def _known(name: str, parts: Mapping[str, object]) -> str:
    if name not in parts:
        raise UnknownReportPartError(name=name, names=", ".join(parts))
    return name


def _table(caption: str, frame: pd.DataFrame) -> Shown:
    heads = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in frame.columns)
    rows = "".join(
        f'<tr><th scope="row">{html.escape(str(row[0]))}</th>'
        + "".join(f"<td>{html.escape(str(value))}</td>" for value in row[1:])
        + "</tr>"
        for row in frame.itertuples(index=False)
    )
    page = (
        f"<table><caption>{html.escape(caption)}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )
    return Shown(page, f"{caption}\n{frame.to_csv(index=False, sep=';')}")
