"""Keep a chart: as a picture, and its table as CSV or for Excel."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import ipywidgets as widgets
import pandas as pd

from digibank_core.ui import bars, downloads
from digibank_core.ui.bars import Bar


@dataclass(frozen=True)
class Chart:
    """A chart with its table."""

    title: str
    asked: str
    """Of whom and when, for the name of the file."""
    table: pd.DataFrame
    svg: str

    @classmethod
    def of_bars(cls, title: str, asked: str, drawn: Sequence[Bar]) -> Chart:
        """Give the chart of some bars."""
        table = pd.DataFrame(
            {"Groep": [bar.words for bar in drawn], "Aantal": [bar.value for bar in drawn]}
        )
        return cls(title, asked, table, bars.svg(title, drawn))

    @property
    def file(self) -> str:
        """Name of its file, without its kind."""
        plain = unicodedata.normalize("NFKD", f"{self.title} {self.asked}").casefold()
        return re.sub("[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")


class Keeper(widgets.VBox):  # type: ignore[misc]
    """A choice of charts, and the files of the one that is chosen."""

    def __init__(self) -> None:
        self._charts: dict[str, Chart] = {}
        self.choice = widgets.Dropdown(description="Grafiek", options=[])
        self.files = widgets.HTML()
        self.choice.observe(self._show, "value")
        super().__init__(
            [widgets.HTML("<h2>Een grafiek bewaren</h2>"), self.choice, self.files]
        )
        self.add_class("card")

    def offer(self, charts: Sequence[Chart]) -> None:
        """Offer these charts, the first one chosen; without any nothing is shown."""
        self._charts = {chart.title: chart for chart in charts}
        self.layout.display = None if charts else "none"
        self.choice.options = list(self._charts)
        self.choice.value = next(iter(self._charts), None)
        self._show()

    def _show(self, *_: object) -> None:
        chart = self._charts.get(self.choice.value)
        if chart is None:
            self.files.value = ""
            return
        picture = downloads.svg_link(chart.svg, chart.file)
        self.files.value = (
            f'<p class="actions">{picture}{downloads.links(chart.table, chart.file)}</p>'
        )
