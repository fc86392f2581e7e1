"""Bars: in the rows of a table on the screen, and as a drawing to keep."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from digibank_core.i18n import show_number

_WORDS, _LONGEST, _NUMBER, _ROW = 330, 480, 110, 30
"""Widths of the words, of the longest bar and of the number, and height of a row, in px."""


@dataclass(frozen=True)
class Bar:
    """A number with its words."""

    words: str
    value: int | str
    """The number, or what stands instead of a small one (rule 48)."""
    link: str = ""
    """Address of what is behind it."""
    cells: str = ""
    """More cells of the row, as HTML, between words and bar."""

    @property
    def told(self) -> str:
        """The number as it is shown."""
        return self.value if isinstance(self.value, str) else show_number(self.value)

    @property
    def size(self) -> int:
        """What the bar is as long as; 0 for none."""
        return 0 if isinstance(self.value, str) else self.value


def rows(bars: Sequence[Bar]) -> str:
    """Give a row of a table for each bar: words, bar and number."""
    most = max((bar.size for bar in bars), default=0) or 1
    return "".join(
        f'<tr><th scope="row">{linked(bar.words, bar.link)}</th>{bar.cells}'
        f'<td class="bars">{_drawn(bar.size, most)}</td>'
        f'<td class="num">{html.escape(bar.told)}</td></tr>'
        for bar in bars
    )


def linked(words: str, address: str) -> str:
    """Give words as HTML, as a link when there is something behind them."""
    told = html.escape(words)
    return f'<a href="{html.escape(address)}">{told}</a>' if address else told


def svg(title: str, bars: Sequence[Bar]) -> str:
    """Draw the bars as a picture; text stays text. Who keeps it puts its title above it."""
    most = max((bar.size for bar in bars), default=0) or 1
    width, height = _WORDS + _LONGEST + _NUMBER, _ROW * max(1, len(bars))
    drawn = "".join(_picture(bar, _ROW * (turn + 1), most) for turn, bar in enumerate(bars))
    story = ", ".join(f"{bar.words}: {bar.told}" for bar in bars)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'font-family="DejaVu Sans, sans-serif" font-size="15" fill="#1d2b30">'
        f"<title>{html.escape(title)}</title><desc>{html.escape(story)}</desc>{drawn}</svg>"
    )


def _drawn(size: int, most: int) -> str:
    return f'<span class="hbar" style="--w:{100 * size / most:.1f}%"></span>' if size else ""


def _picture(bar: Bar, bottom: int, most: int) -> str:
    length = _LONGEST * bar.size / most
    return (
        f'<text x="0" y="{bottom - 8}">{html.escape(bar.words)}</text>'
        f'<rect x="{_WORDS}" y="{bottom - 22}" width="{length:.1f}" height="16" '
        'fill="#0072b2"/>'
        f'<text x="{_WORDS + length + 8:.1f}" y="{bottom - 8}">{html.escape(bar.told)}</text>'
    )
