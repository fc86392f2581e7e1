"""Free places in a drawing: words stand on no line, on no area and not on each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Bbox, IdentityTransform

Point = tuple[float, float]
_DISTANCES = range(10, 200, 6)
"""Pixels from a point to its words, in the order to try."""
_PAD = 4
"""Pixels that stay empty around words."""
_SIDES = (
    ((-1, 0), (0, 1)),
    ((-1, -1), (0, -1)),
    ((-1, -0.5), (-1, 0)),
    ((0, 0), (0, 1)),
    ((0, -1), (0, -1)),
    ((0, -0.5), (1, 0)),
)
"""Where words stand beside a point, in their own width and height, and which way they move
off: on the left above, below and beside it, then the same on the right."""


@dataclass
class Free:
    """What of a drawing is free; all lines are told before any words are put.

    The canvas has 72 dots per inch, so that a point is a pixel.
    """

    axes: Axes
    _lines: list[tuple[Path, bool]] = field(default_factory=list)
    _words: list[Bbox] = field(default_factory=list)

    def line(self, points: Sequence[Point], *, filled: bool = False) -> None:
        """Keep words off a line, or off the area inside it."""
        around = [*points, points[0]] if filled else points
        pixels = self.axes.transData.transform(np.array(around, "float64"))
        self._lines.append((Path(pixels), filled))

    def keep(self, words: Text) -> None:
        """Keep other words off these."""
        self._words.append(words.get_window_extent())

    def put(self, words: str, near: Sequence[Point], **style: Any) -> Text:
        """Put words as near as there is room to a point, of several to the first that has it.

        Where there is no room at all they stand where they cover least.
        """
        text = self.axes.text(
            0, 0, words, ha="left", va="bottom", transform=IdentityTransform(), **style
        )
        size = text.get_window_extent()
        spot = min(self._around(near, size), key=self._covered)
        text.set_position((spot.x0 - size.x0, spot.y0 - size.y0))
        self._words.append(spot)
        return text

    def _around(self, near: Sequence[Point], size: Bbox) -> Iterator[Bbox]:
        points = self.axes.transData.transform(np.array(near, "float64"))
        for away in _DISTANCES:
            for x, y in points:
                for (beside, above), (right, up) in _SIDES:
                    yield Bbox.from_bounds(
                        x + beside * size.width + right * away,
                        y + above * size.height + up * away,
                        size.width,
                        size.height,
                    )

    def _covered(self, spot: Bbox) -> int:
        """Count the lines and words on which words would stand there, and edges they cross."""
        room, inside = spot.padded(_PAD), self.axes.bbox
        whole = self.axes.figure.bbox
        beyond = (
            room.x0 < inside.x0,
            room.y0 < inside.y0,
            room.x1 > whole.x1,
            room.y1 > whole.y1,
        )
        crossed = (path.intersects_bbox(room, filled) for path, filled in self._lines)
        hidden = (room.overlaps(other) for other in self._words)
        return sum(map(bool, (*beyond, *crossed, *hidden)))
