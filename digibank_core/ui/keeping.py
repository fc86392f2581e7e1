"""Keep a chart or a table: as a picture, as CSV or for Excel, each with what it is of."""

from __future__ import annotations

import html
import re
import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ipywidgets as widgets
import pandas as pd

from digibank_core.ui import downloads

_LINE, _LETTER = 24, 8.5
"""Height of a line of words and widest mean of a letter, in px."""


@dataclass(frozen=True)
class Chart:
    """A chart with its table, or a table alone."""

    title: str
    name: str
    """Of whom, when and for whom, for the name of its file."""
    about: Mapping[str, str]
    """What every file of it says, as it goes on without its page: Digibank, period, day."""
    table: pd.DataFrame
    svg: str = ""
    """Empty for a table alone."""

    @property
    def file(self) -> str:
        """Name of its file, without its kind."""
        plain = unicodedata.normalize("NFKD", f"{self.title} {self.name}").casefold()
        return re.sub("[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")

    @property
    def picture(self) -> str:
        """The drawing with its title, and what it is of, above it."""
        [sizes, *_] = re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', self.svg)
        width, height = map(float, sizes)
        facts = [f"{name}: {told}" for name, told in self.about.items()]
        letters = int(width / _LETTER)
        lines = [line for fact in facts for line in textwrap.wrap(fact, letters)]
        top = _LINE * (len(lines) + 2)
        place = f'x="0" y="{top}" width="{width:g}" height="{height:g}"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {top + height:g}" '
            'role="img" font-family="DejaVu Sans, sans-serif" font-size="15" fill="#1d2b30">'
            f"<title>{html.escape('. '.join((self.title, *facts)))}</title>{self._story}"
            f'<text x="0" y="{_LINE - 6}" font-size="17" font-weight="700">'
            f"{html.escape(self.title)}</text>{_words(lines)}"
            f"{self.svg.replace('<svg', f'<svg {place}', 1)}</svg>"
        )

    @property
    def _story(self) -> str:
        found = re.search(r"<desc[^>]*>(.*?)</desc>", self.svg, re.DOTALL)
        return f"<desc>{found.group(1)}</desc>" if found else ""


class Keeper(widgets.VBox):  # type: ignore[misc]
    """A choice of charts and tables, and the files of the one that is chosen."""

    def __init__(self) -> None:
        self._charts: dict[str, Chart] = {}
        self.choice = widgets.Dropdown(description="Grafiek of tabel", options=[])
        self.files = widgets.HTML()
        self.choice.observe(self._show, "value")
        heading = widgets.HTML("<h2>Een grafiek of tabel bewaren</h2>")
        super().__init__([heading, self.choice, self.files])
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
        picture = downloads.svg_link(chart.picture, chart.file) if chart.svg else ""
        about = {"Titel": chart.title, **chart.about}
        tables = downloads.links(chart.table, chart.file, about)
        self.files.value = f'<p class="actions">{picture}{tables}</p>'


def _words(lines: Sequence[str]) -> str:
    return "".join(
        f'<text x="0" y="{_LINE * turn - 6}">{html.escape(line)}</text>'
        for turn, line in enumerate(lines, start=2)
    )
