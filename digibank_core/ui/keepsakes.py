"""What can be kept of the page Voortgang: charts and tables, each with what it is of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from digibank_core.i18n import show_date
from digibank_core.indicators.definition import Scope
from digibank_core.reporting import Progress
from digibank_core.ui import bars, breakdowns, regional, subsidy
from digibank_core.ui.bars import Bar
from digibank_core.ui.figures import by_rules
from digibank_core.ui.keeping import Chart
from digibank_core.ui.local import BARS, CROSSED, CROSSED_TITLE

FICTITIOUS = "fictieve gegevens"
_INTERNAL = "Met kleine aantallen. Deel ze niet buiten de Digibank."


@dataclass(frozen=True)
class _Source:
    """Of whom and when figures are, and what nobody may miss of them."""

    digibank: str
    code: str
    """Of the Digibank, for the name of a file."""
    scope: Scope
    periods: str
    warnings: Sequence[str]
    what_if: str
    is_internal: bool
    is_demo: bool

    def chart(
        self, title: str, counted: dict[str, str], table: pd.DataFrame, svg: str
    ) -> Chart:
        """Give a chart of these figures; `counted` says how."""
        return Chart(title, self._name, {**self._about, **counted}, table, svg)

    def bars(self, title: str, counted: dict[str, str], drawn: Sequence[Bar]) -> Chart:
        """Give a chart of bars."""
        words, values = [bar.words for bar in drawn], [bar.value for bar in drawn]
        table = pd.DataFrame({"Groep": words, "Aantal": values})
        return self.chart(title, counted, table, bars.svg(title, drawn))

    @property
    def _about(self) -> dict[str, str]:
        told = {
            "Digibank": self.digibank,
            "Periode": self.periods,
            "Stand op": show_date(self.scope.as_of),
            "Let op": " ".join(self.warnings),
            "Intern": _INTERNAL if self.is_internal else "",
            "Oefening": FICTITIOUS if self.is_demo else "",
        }
        return {name: words for name, words in told.items() if words}

    @property
    def _name(self) -> str:
        parts = (
            self.code,
            self.scope.period,
            self.scope.as_of.isoformat(),
            self.what_if,
            "intern" if self.is_internal else "",
            FICTITIOUS if self.is_demo else "",
        )
        return " ".join(filter(None, parts))


def of_digibank(progress: Progress, name: str, grown: str, *, is_demo: bool) -> list[Chart]:
    """Give what can be kept of one Digibank; `grown` is the burn-up as SVG."""
    source = _Source(
        digibank=name,
        code=progress.scope.digibank,
        scope=progress.scope,
        periods=_period(progress),
        warnings=subsidy.warnings(progress),
        what_if=progress.what_if,
        is_internal=progress.with_rows,
        is_demo=is_demo,
    )
    reach = _counted(progress, "reach")
    groups = {"Welke diensten kregen ze?": ("reach", breakdowns.overlap_bars(progress))}
    for each in progress.breakdowns:
        code = each.definition.code
        if code in BARS:
            groups[BARS[code]] = (code, breakdowns.cell_bars(progress, code))
    path = {**reach, "Lineair pad": "Geen norm van de subsidiegever."}
    return [
        source.chart("Bereikte personen, opgeteld", path, _months(progress), grown),
        *(
            source.bars(title, _counted(progress, code), drawn)
            for title, (code, drawn) in groups.items()
        ),
        *_weeks(progress, source),
        source.chart(CROSSED_TITLE, _counted(progress, CROSSED), _crossed(progress), ""),
        source.chart(
            "Doelgroepen", {**reach, **breakdowns.PROXY}, _target_groups(progress), ""
        ),
    ]


def of_region(each: regional.Each, *, is_demo: bool) -> list[Chart]:
    """Give the table of the Digibanken, with a bar for each."""
    measured = regional.running(each)
    any_of_them = next(iter(measured.values()))
    periods = {name: [_period(one)] for name, one in measured.items()}
    source = _Source(
        digibank=f"{regional.TITLE}: {', '.join(each)}",
        code=regional.TITLE,
        scope=any_of_them.scope,
        periods=" ".join(regional.said_once(periods)),
        warnings=regional.warnings(each),
        what_if=any_of_them.what_if,
        is_internal=any(one.with_rows for one in measured.values()),
        is_demo=is_demo,
    )
    drawn = bars.svg(regional.TABLE, regional.bars(each))
    counted = regional.definitions(each)
    return [source.chart(regional.TABLE, counted, regional.table(each), drawn)]


def _weeks(progress: Progress, source: _Source) -> list[Chart]:
    """Give the weeks for who may see rows, as few persons come in one (rule 48)."""
    if not progress.with_rows:
        return []
    every = {"Groep": "Elke rij is zo een volledige week, met haar maandag."}
    counted = {**_counted(progress, "new_persons_last_week"), **every}
    return [source.bars("Nieuwe personen per week", counted, breakdowns.week_bars(progress))]


def _period(progress: Progress) -> str:
    scope = progress.scope
    return f"{show_date(scope.first_day)} tot en met {show_date(scope.last_day)}"


def _counted(progress: Progress, code: str) -> dict[str, str]:
    card = progress.measured(code).definition
    return {"Hoe geteld": card.definition, "Telregels": by_rules(card)}


def _months(progress: Progress) -> pd.DataFrame:
    months = progress.burn_up
    return pd.DataFrame(
        {
            "Maand tot en met": months["month_end"],
            "Nieuw": months["new"],
            "Totaal": months["total"],
            "Lineair pad": months["expected"],
        }
    )


def _crossed(progress: Progress) -> pd.DataFrame:
    cells = breakdowns.with_anybody(progress, CROSSED)
    columns = {"Geholpen in": list(dict.fromkeys(cells["title"]))}
    for town, column in cells.groupby("across_title", sort=False):
        columns[str(town)] = list(column["value"])
    return pd.DataFrame(columns)


def _target_groups(progress: Progress) -> pd.DataFrame:
    found = breakdowns.found_in_target_groups(progress)
    return pd.DataFrame(
        {
            "Doelgroep": [figure.definition.title for figure, _, _ in found],
            "Personen": [figure.value for figure, _, _ in found],
            "Onbekend": [unknown.value for _, _, unknown in found],
        }
    )
