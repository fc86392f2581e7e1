"""A form that looks along while it is filled in, and shows what may be meant as cards."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import ValidationError

from digibank_core.ui.form import STATIC, Form
from digibank_core.ui.guard import explain


@dataclass(frozen=True)
class Likely:
    """Something that may be meant, as a card."""

    value: str
    title: str
    badge: tuple[str, str]
    """Kind of the badge (a class of the style sheet) and its word."""
    lines: tuple[str, ...]
    """The first tells it apart from the others."""


@dataclass(frozen=True)
class Watch:
    """What a form looks for, and what comes of it.

    Both functions get values of the form by name of field.
    """

    title: str
    """Heading over the cards."""
    act: str
    """Verb on the button of each card."""
    fields: Sequence[str]
    """A change of one of these asks again."""
    after: str
    """Field after which the cards stand."""
    ask: Callable[[Mapping[str, Any]], Collection[Likely]]
    """Gets what is filled in and right so far; gives the likeliest first."""
    tell: Callable[[int], str]
    """Sentence for a number of cards, which a screen reader says too."""
    take: Callable[[str, Mapping[str, object]], object]
    """Gets the value of the card that was chosen, and all that stood in the form."""


class Watching(Form):
    """A form that is asked about while somebody types; the browser waits for a pause.

    Parameters
    ----------
    watch
        What it looks for. Fields that are not shown are left out; the first of those that
        are shown takes the place of `after` when that one is not.
    declared
        What `Form` takes.
    """

    _esm = "\n".join((str(Form._esm), (STATIC / "watch.js").read_text("utf-8")))

    def __init__(self, *given: Any, watch: Watch, **declared: Any) -> None:
        super().__init__(*given, **declared)
        self._watch = watch
        self._watched = [name for name in watch.fields if name in self._fields]
        self._offered: set[str] = set()
        self.spec = {
            **self.spec,
            "view": "watch",
            "watch": {
                "title": watch.title,
                "act": watch.act,
                "fields": self._watched,
                "after": watch.after if watch.after in self._fields else self._watched[0],
            },
        }

    def _receive(self, widget: object, message: object, buffers: object) -> None:
        match message:
            case {"kind": "watch", "turn": int(turn), "data": dict(typed)}:
                self.send({"kind": "watched", "turn": turn, **self._look(typed)})
            case {"kind": "take", "card": str(card), "data": dict(typed)} if (
                card in self._offered
            ):
                self._take(card, typed)
            case _:
                super()._receive(widget, message, buffers)

    def _look(self, typed: Mapping[str, Any]) -> dict[str, object]:
        try:
            cards = self._watch.ask(self._right_so_far(typed))
        except Exception as error:
            return {"cards": [], "told": explain(error).sentence}
        self._offered.update(card.value for card in cards)
        told = self._watch.tell(len(cards)) if cards else ""
        return {"cards": [asdict(card) for card in cards], "told": told}

    def _right_so_far(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        values = {}
        for name in self._watched:
            field, text = self._fields[name], typed.get(name)
            known = [value for value, _ in field.choices]
            if not isinstance(text, str) or not text.strip() or (known and text not in known):
                continue
            try:
                values[name] = field.read(text)
            except ValidationError:
                continue  # the form says so when it is sent
        return values

    def _take(self, card: str, typed: Mapping[str, Any]) -> None:
        try:
            self._watch.take(card, {name: typed.get(name, "") for name in self._fields})
        except Exception as error:
            self.send({"kind": "not taken", "told": explain(error).sentence})
        else:
            self._offered.clear()  # a second click on a card chooses nothing more
