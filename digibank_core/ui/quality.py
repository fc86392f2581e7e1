"""The checks of the data: how many points each found, and where to mend them (rule 60)."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlencode

import ipywidgets as widgets
import pandas as pd

from digibank_core import clock, db, reporting
from digibank_core.i18n import show_count, show_date, show_month, show_number
from digibank_core.indicators.quality import Check
from digibank_core.reporting import Quality
from digibank_core.security import Actor
from digibank_core.services import persons, programme
from digibank_core.services.doubles import suspects
from digibank_core.ui import page
from digibank_core.ui.lists import Listing

MOST_ROWS = 500
"""Rows of a list: who has more to mend does not begin with the last one."""
PAGE = "nakijken"


@page.part
def overview() -> object:
    """Show the checks of the own Digibank, with a choice of period."""
    return Overview(page.actor())


@page.part
def doubles() -> object:
    """Tell how many pairs may be one person (rule 16); the tab Dubbels decides on them."""
    who = page.actor()
    with db.reading() as session:
        found = len(suspects(session, actor=who))
    row = _row(
        "Mogelijke dubbels",
        "Dit zijn misschien dezelfde personen. Zolang tellen ze elk een keer.",
        show_count(found, "paar", "paren") if found else "",
        "personen?doe=dubbels",
    )
    return widgets.HTML(f'<section class="card"><ul class="rows">{row}</ul></section>')


class Overview(widgets.VBox):  # type: ignore[misc]
    """The check that the address asks for with its rows, and the list of all checks."""

    def __init__(self, who: Actor) -> None:
        self._actor = who
        today = clock.today()
        with db.reading() as session:
            periods = programme.periods(session, who.own)
        started = [each.code for each in periods if each.first_day <= today]
        codes = [each.code for each in periods]
        asked = page.asked("periode")
        self.period = widgets.Dropdown(
            description="Periode",
            options=[
                (f"{show_month(each.first_day)} tot {show_month(each.last_day)}", each.code)
                for each in periods
            ],
            value=asked if asked in codes else _last(started),
        )
        choices = widgets.HBox([self.period])
        choices.add_class("actions")
        self.chosen, self.list = widgets.VBox(), widgets.HTML()
        internal = widgets.HTML(page.internal("rijen van personen"))
        super().__init__([internal, choices, self.chosen, self.list])
        self.add_class("stack")
        self.period.observe(self.refresh, "value")
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Check again and show."""
        if self.period.value is None:
            self.list.value = page.empty(
                "Er loopt geen periode", "Vraag de beheerder om een periode te openen."
            )
            return
        with db.reading() as session:
            quality = reporting.quality(
                session,
                actor=self._actor,
                digibank=self._actor.own,
                period=self.period.value,
                as_of=clock.today(),
            )
        self.chosen.children = [
            self._card(check, quality)
            for check in quality.checks
            if check.card.code == page.asked("wat")
        ]
        self.list.value = checks_html(quality)

    def _card(self, check: Check, quality: Quality) -> widgets.Widget:
        card, rows = check.card, check.rows
        shown = [f"<h2>{html.escape(card.title)}: {points(check.count)}</h2>"]
        shown.append(f"<p>{html.escape(card.explanation)}</p>")
        shown.append(f'<p class="strong">{html.escape(card.to_do)}</p>')
        if f"week/{page.asked('week')}" in set(rows["record"]):
            monday = pd.Timestamp(page.asked("week"))
            rows = _of_week(quality, monday)
            shown.append(f"<p>De diensten van de week van {show_date(monday)}:</p>")
        if len(rows) > MOST_ROWS:
            shown.append(
                f"<p>Hieronder staan de eerste {MOST_ROWS} van {show_number(len(rows))}.</p>"
            )
        listing = Listing(
            card.title,
            empty=page.empty("Alles is in orde", "Wat je moet nakijken, komt hier te staan."),
        )
        first = rows.head(MOST_ROWS)
        listing.show(self._named(first), _links(first, quality.scope.period))
        told = f'<div class="stack">{"".join(shown)}</div>'
        return page.card(widgets.HTML(told), listing)

    def _named(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Give the rows with names instead of keys."""
        keys = set(rows["person"].dropna())
        with db.reading() as session:
            names = persons.names(session, keys, actor=self._actor) if keys else {}
        shown = {"Dag": rows["day"]}
        if keys:
            visits = rows["record"].str.startswith("visit/")
            nobody = visits.map({True: "anoniem", False: ""})
            shown["Naam"] = rows["person"].map(names).fillna(nobody)
        shown["Waarom"] = rows["why"]
        return pd.DataFrame(shown)


def _last(codes: Sequence[str]) -> str | None:
    return codes[-1] if codes else None


def points(count: int) -> str:
    """Write how many points there are to look at."""
    return show_count(count, "punt", "punten")


def _links(rows: pd.DataFrame, period: str) -> list[str]:
    return [
        page.link(
            mend_address(row.record, row.day, period),
            ", ".join(filter(None, (show_date(row.day), row.why))),
            "Bekijk",
        )
        for row in rows.itertuples()
    ]


def mend_address(record: str, day: pd.Timestamp, period: str) -> str:
    """Give the address of the page on which a row is mended."""
    table, _, key = record.partition("/")
    if table == "week":
        asked = {"wat": "jump", "periode": period, "week": key}
        return f"{PAGE}?{urlencode(asked)}"
    if table == "opening_block":
        asked = {"doe": "openingsuren", "plaats": key, "dag": day.date().isoformat()}
        return f"digipunt?{urlencode(asked)}"
    return page.record_address(record)


def checks_html(quality: Quality) -> str:
    """Give every check with its count, what has to be looked at on top."""
    ordered = sorted(quality.checks, key=lambda check: check.count == 0)
    scope = quality.scope
    rows = "".join(
        _row(
            check.card.title,
            check.card.explanation,
            points(check.count) if check.count else "",
            f"{PAGE}?{urlencode({'wat': check.card.code, 'periode': scope.period})}",
        )
        for check in ordered
    )
    return (
        '<section class="card" aria-labelledby="h-checks"><div class="card-head">'
        '<h2 id="h-checks">Wat kijk je na?</h2>'
        f'<span class="count">{points(quality.count)}</span></div>'
        f'<ul class="rows">{rows}</ul><p class="small soft card-foot">Van '
        f"{show_date(scope.first_day)} tot en met {show_date(scope.until)}. Toestellen die "
        "nu uit zijn, staan er altijd bij.</p></section>"
    )


def _row(title: str, told: str, count: str, address: str) -> str:
    """Give one line of the list; without a count it is in order."""
    title = html.escape(title)
    what = f'<div><p class="what">{title}</p>'
    if not count:
        return f'<li class="two">{what}</div><span class="badge pass">in orde</span></li>'
    return (
        f'<li>{what}<p class="detail">{html.escape(told)}</p></div>'
        f'<span class="badge open">{count}</span><a class="btn" href="{address}">Bekijk'
        f'<span class="sr">: {title}</span></a></li>'
    )


def _of_week(quality: Quality, monday: pd.Timestamp) -> pd.DataFrame:
    """Services that count of one week, as rows of a check."""
    days = quality.counted["happened_on"]
    rows = quality.counted[days.between(monday, monday + timedelta(days=6))]
    return pd.DataFrame(
        {
            "record": rows["delivery"],
            "day": rows["happened_on"],
            "person": rows["person"],
            "why": rows["objective"],
        }
    )
