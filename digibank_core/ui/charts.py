"""Charts as inline SVG: text stays text, the same data give the same bytes."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Text

from digibank_core.i18n import show_date, show_month, show_number
from digibank_core.indicators.definition import Scope
from digibank_core.ui.labels import Free

_REACHED, _REACHED_INK, _TARGET, _PATH, _PATH_INK, _BAND, _BAND_INK = (
    "#0072b2",
    "#00507d",
    "#1d2b30",
    "#6b6b6b",
    "#555555",
    "#56b4e9",
    "#0a4765",
)
_CLEAR = {"facecolor": "white", "alpha": 0.8, "lw": 0, "pad": 1}
"""Behind words that may stand on a line."""
_STYLE = {
    "font.family": "DejaVu Sans",
    "svg.fonttype": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": "#d8d4c8",
    "grid.linewidth": 1,
    "axes.axisbelow": True,
    "axes.edgecolor": "#47565b",
    "text.color": "#1d2b30",
    "xtick.color": "#47565b",
    "ytick.color": "#47565b",
    "ytick.major.size": 0,
    "lines.linewidth": 3.5,
    "lines.solid_joinstyle": "round",
    "figure.facecolor": "none",
    "axes.facecolor": "none",
}


@dataclass(frozen=True)
class _Size:
    """A drawing for one width of screen, in px."""

    name: str
    width: int
    height: int
    font: int
    left: int
    right: int
    months_between_ticks: int


_SIZES = (
    _Size("wide", 1180, 400, font=15, left=54, right=130, months_between_ticks=6),
    _Size("narrow", 340, 300, font=13, left=50, right=14, months_between_ticks=12),
)


Band = tuple[int, int]
"""Lowest and highest forecast of the last day."""


def burn_up(months: pd.DataFrame, scope: Scope, band: Band | None) -> tuple[str, str]:
    """Draw the growth of reach with target, linear path and forecast.

    Parameters
    ----------
    months
        Columns of `reach.burn_up`.

    Returns
    -------
    tuple of str
        The same as an SVG for a wide screen and for a narrow one.
    """
    title = "Bereikte personen per maand tegenover het doel"
    draw = _burn_up_drawer(months, scope, band)
    story = _burn_up_story(months, scope, band)
    wide, narrow = (
        _picture(size, draw, f"burn-up-{scope.period}", title, story) for size in _SIZES
    )
    return wide, narrow


def shown(pictures: tuple[str, str]) -> str:
    """Give both pictures as HTML; the stylesheet shows one."""
    return f'<figure class="chart">{"".join(pictures)}</figure>'


def _burn_up_story(months: pd.DataFrame, scope: Scope, band: Band | None) -> str:
    total = int(months["total"].iloc[-1]) if len(months) else 0
    told = [
        f"De lijn stijgt van 0 in {show_month(scope.first_day)} "
        f"tot {show_number(total)} op {show_date(scope.until)}."
    ]
    if scope.target:
        path = months["expected"].iloc[-1] if len(months) else 0
        told += [
            f"Het doel is {show_number(scope.target)} op {show_date(scope.last_day)}.",
            f"Het lineaire pad staat op {show_number(round(path))}.",
        ]
    if band:
        told += [f"De raming voor {show_date(scope.last_day)} is {_between(band)}."]
    return " ".join(told)


def _burn_up_drawer(
    months: pd.DataFrame, scope: Scope, band: Band | None
) -> Callable[[Axes, _Size], None]:
    days = [0, *((end - scope.first_day).days + 1 for end in months["month_end"])]
    totals = [0, *(int(total) for total in months["total"])]
    top = max(scope.target or 0, totals[-1], *(band or ()), 1) * 1.12

    def draw(axes: Axes, size: _Size) -> None:
        axes.set_xlim(0, scope.days)
        axes.set_ylim(0, top)
        free = Free(axes)
        free.line(list(zip(days, totals, strict=True)))
        if scope.target:
            axes.plot([0, scope.days], [0, scope.target], color=_PATH, lw=2, dashes=(3.5, 2.5))
            axes.axhline(scope.target, color=_TARGET, lw=2)
            free.line([(0, 0), (scope.days, scope.target)])
            free.line([(0, scope.target), (scope.days, scope.target)])
            free.keep(_label_target(axes, scope, size))
        if band:
            corners = [(days[-1], totals[-1]), *((scope.days, level) for level in band)]
            axes.fill(*zip(*corners, strict=True), color=_BAND, alpha=0.5, lw=0)
            free.line(corners, filled=True)
        axes.plot(days, totals, color=_REACHED, clip_on=False)
        axes.plot(
            days[-1:], totals[-1:], "o", ms=10, color=_REACHED, mec="white", clip_on=False
        )
        _label_reached(free, scope, (days[-1], totals[-1]))
        if band:
            _label_forecast(free, scope, band)
        if scope.target:
            _label_path(free, scope)
        ticks = list(_month_starts(scope, size.months_between_ticks))
        axes.set_xticks([(day - scope.first_day).days for day in ticks], map(show_month, ticks))
        axes.yaxis.set_major_formatter(lambda value, _: show_number(round(value)))

    return draw


def _label_target(axes: Axes, scope: Scope, size: _Size) -> Text:
    at_end = size.name == "wide"
    return axes.annotate(
        f"doel {show_number(scope.target or 0)}",
        (scope.days if at_end else 0, scope.target or 0),
        xytext=(9, 0) if at_end else (2, 6),
        textcoords="offset points",
        va="center" if at_end else "bottom",
        weight="bold",
        annotation_clip=False,
    )


def _label_path(free: Free, scope: Scope) -> None:
    along = [step / 20 for step in (8, 10, 6, 12, 14, 4, 16)]
    near = [(scope.days * part, (scope.target or 0) * part) for part in along]
    free.put("lineair pad,\ngeen norm", near, color=_PATH_INK, linespacing=1.25, bbox=_CLEAR)


def _label_forecast(free: Free, scope: Scope, band: Band) -> None:
    near = [(scope.days, level) for level in (sum(band) / 2, *reversed(band))]
    words = f"raming\n{_between(band)}"
    free.put(words, near, color=_BAND_INK, linespacing=1.25, bbox=_CLEAR)


def _between(band: Band) -> str:
    return f"{show_number(band[0])} tot {show_number(band[1])}"


def _label_reached(free: Free, scope: Scope, end: tuple[int, int]) -> None:
    words = f"{show_number(end[1])} bereikt\nop {show_date(scope.until)}"
    free.put(words, [end], color=_REACHED_INK, weight="bold", linespacing=1.25, bbox=_CLEAR)


def _month_starts(scope: Scope, step: int) -> Iterator[date]:
    """First days of January (and July, for a step of 6) inside the period."""
    for year in range(scope.first_day.year, scope.last_day.year + 1):
        for month in range(1, 13, step):
            day = date(year, month, 1)
            if scope.first_day <= day <= scope.last_day:
                yield day


def _picture(
    size: _Size, draw: Callable[[Axes, _Size], None], name: str, title: str, story: str
) -> str:
    with _style(size, name):
        canvas = Canvas(figsize=(size.width / 72, size.height / 72), dpi=72)
        bottom, above = 34, 14
        axes = canvas.add_axes(
            (
                size.left / size.width,
                bottom / size.height,
                (size.width - size.left - size.right) / size.width,
                (size.height - bottom - above) / size.height,
            )
        )
        draw(axes, size)
        file = io.StringIO()
        canvas.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return _accessible(file.getvalue(), f"{name}-{size.name}", size.name, title, story)


@contextmanager
def _style(size: _Size, name: str) -> Iterator[None]:
    own = {"font.size": size.font, "xtick.labelsize": size.font, "ytick.labelsize": size.font}
    with mpl.rc_context({**_STYLE, **own, "svg.hashsalt": name}):
        yield


def _accessible(svg: str, name: str, css: str, title: str, story: str) -> str:
    """Give the drawing a name and a story, and ids that no other drawing has."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", body)
    for sized in ("width", "height"):
        body = re.sub(rf'(<svg[^>]*?) {sized}="[^"]*"', r"\1", body, count=1)
    told = f'class="{css}" role="img" aria-labelledby="{name}-t {name}-d"'
    named = f'<title id="{name}-t">{html.escape(title)}</title>'
    told_story = f'<desc id="{name}-d">{html.escape(story)}</desc>'
    return re.sub(r"<svg([^>]*)>", rf"<svg\1 {told}>{named}{told_story}", body, count=1)
