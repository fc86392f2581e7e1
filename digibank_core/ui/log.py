"""The form of a counter: place and day stay filled in, and a save can be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from digibank_core.ui.form import STATIC, Form
from digibank_core.ui.guard import explain


@dataclass(frozen=True)
class Beside:
    """Fields that stand next to each other where there is room, under a title or none."""

    names: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True)
class Undo:
    """How to undo a save: for how many seconds, and what to do with the key of that save."""

    seconds: int
    act: Callable[[str], str]
    """Gives the sentence to show; when it raises, nothing is undone."""


class Log(Form):
    """A form that is filled in again and again.

    Parameters
    ----------
    begin
        Field in which each entry starts.
    keep
        Fields that stay as they are after a save; they stand in one line on top.
    beside
        Fields next to each other.
    only
        By field: values of other fields with which it is shown; else it is empty.
    more
        Fields of one question, when one entry may hold several; the model has one field of
        kind "questions" for the earlier ones.
    undo
        How a save is undone; None when it cannot be.
    declared
        What `Form` takes.
    """

    _esm = "\n".join((str(Form._esm), (STATIC / "log.js").read_text("utf-8")))

    def __init__(  # a declaration, read by name
        self,
        *given: Any,
        begin: str,
        keep: Sequence[str] = (),
        beside: Sequence[Beside] = (),
        only: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
        more: Sequence[str] = (),
        undo: Undo | None = None,
        **declared: Any,
    ) -> None:
        super().__init__(*given, **declared)
        self._undo = undo
        self.spec = {
            **self.spec,
            "view": "log",
            "begin": begin,
            "keep": list(keep),
            "beside": [asdict(one) for one in beside],
            "only": only or {},
            "more": list(more) or None,
            "undo": undo.seconds if undo else None,
        }

    def _receive(self, widget: object, message: object, buffers: object) -> None:
        match message:
            case {"kind": "undo", "of": str(key)} if self._undo is not None:
                self.send({"kind": "undone", "of": key, **self._take_back(self._undo, key)})
            case _:
                super()._receive(widget, message, buffers)

    def _take_back(self, undo: Undo, key: str) -> dict[str, object]:
        try:
            sentence = undo.act(key)
        except Exception as error:
            return {"done": False, "text": explain(error).sentence}
        self._tell_saved()
        return {"done": True, "text": sentence}
