"""A heading that gets the focus when it takes the place of what somebody was looking at."""

from __future__ import annotations

import anywidget
import traitlets

from digibank_core.ui.form import STATIC


class Heading(anywidget.AnyWidget):  # type: ignore[misc]
    """A heading of a part of a page; with `focus` it is brought into view, for all users."""

    _esm = (STATIC / "heading.js").read_text("utf-8")
    text = traitlets.Unicode().tag(sync=True)
    focused = traitlets.Bool().tag(sync=True)

    def __init__(self, text: str, *, focus: bool = False) -> None:
        super().__init__(text=text, focused=focus)
