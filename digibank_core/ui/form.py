"""The one form of the product: a pydantic model gives the fields, `static/` draws them.

Nothing that a browser sends is trusted: only the fields that are shown are read, as text or
ticks, and the model validates them here. What staff choose (which fields, in which order)
is checked when the form is made.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

import anywidget
import traitlets
from pydantic import BaseModel, ValidationError

from digibank_core.errors import AlreadySavedError
from digibank_core.ui.fields import (
    VERSION,
    Card,
    Option,
    as_text,
    bare,
    is_empty,
    require_known,
    shown_fields,
    tidy,
)
from digibank_core.ui.guard import Problem, explain, explain_fields, report

__all__ = ["Answer", "Card", "Form", "Option"]

log = logging.getLogger(__name__)

Request = TypeVar("Request", bound=BaseModel)
Kind = Literal["saved", "already", "refused"]

STATIC = Path(__file__).parent / "static"
SCRIPTS = ("fields.js", "lookups.js", "sending.js", "drafts.js", "form.js")
"""Together one module: a widget cannot load a second file."""
LEAST_LETTERS = 2
LONGEST_QUERY = 100


@dataclass(frozen=True)
class Answer:
    """What the browser is told after a submit."""

    kind: Kind
    text: str
    """Sentence for the form as a whole; empty when `errors` say it all."""
    errors: dict[str, str]
    """Sentence by name of field."""
    of: str
    """Key of the submit that this answers."""
    key: str
    """Key for the next submit; another one after a save."""
    start: dict[str, object]
    """Values to begin the next entry with, after a save."""


class Form(anywidget.AnyWidget):  # type: ignore[misc]
    """A form over one pydantic model.

    Parameters
    ----------
    model
        Label is `Field(title=...)`, help is `description`, kind follows the annotation.
        `json_schema_extra` may hold `missing` and `empty` (sentences for an empty field and an
        empty search) and `kind: "note"` (several lines). A field `version` is never shown.
    title, save_label
        Heading, and the verb on the button.
    on_save
        Gets the validated model and the idempotency key of the submit, and gives the sentence
        to show. It holds the whole transaction: when it raises, nothing may be saved.
    searches, scans, choices
        By name of field: search on the server from two letters on, answer to an exact code,
        or a closed list of values with their labels.
    start
        Values to begin with, asked for when the form opens and after each save. A search
        field begins with an `Option`, so that its label can be shown.
    fields
        Order and subset of the fields, as staff choose them; None for all of the model.
    focus
        Whether the work on the page starts in this form.

    Raises
    ------
    UnknownFieldError, FieldLeftOutError
        `fields` names a field that does not exist, or lacks one that is required.

    Notes
    -----
    `saved` lists functions to run after a save. Empty text becomes None, or is left out where
    that is not allowed. What was not saved comes back only under the same title and `about`.
    """

    _esm = "\n".join((STATIC / name).read_text("utf-8") for name in SCRIPTS)
    spec = traitlets.Dict().tag(sync=True)
    start = traitlets.Dict().tag(sync=True)
    key = traitlets.Unicode().tag(sync=True)
    filled = traitlets.Dict().tag(sync=True)
    about = traitlets.Unicode().tag(sync=True)

    def __init__(  # noqa: PLR0913  # a declaration, read by name
        self,
        model: type[Request],
        *,
        title: str,
        save_label: str,
        on_save: Callable[[Request, str], str],
        searches: Mapping[str, Callable[[str], Sequence[Option]]] | None = None,
        scans: Mapping[str, Callable[[str], Card]] | None = None,
        choices: Mapping[str, Sequence[tuple[str, str]]] | None = None,
        start: Callable[[], Mapping[str, object]] | None = None,
        fields: Sequence[str] | None = None,
        focus: bool = False,
    ) -> None:
        self._model, self._on_save, self._begin_with = model, on_save, start or dict
        searches, scans = searches or {}, scans or {}
        self._fields = shown_fields(
            model, fields, searched=searches, scanned=scans, choices=choices or {}
        )
        self._searches = {name: searches[name] for name in self._fields if name in searches}
        self._scans = {name: scans[name] for name in self._fields if name in scans}
        self._versions: dict[str, tuple[str, int]] = {}
        self._turn = 0
        self._shown = self._begin()
        self.saved: list[Callable[[], object]] = []
        super().__init__(
            spec={
                "prefix": f"form-{uuid.uuid4().hex[:8]}",
                "title": title,
                "save": save_label,
                "focus": focus,
                "fields": [field.describe() for field in self._fields.values()],
            },
            start=self._shown,
            key=uuid.uuid4().hex,
        )
        self.on_msg(self._receive)

    def fill(self, **values: object) -> None:
        """Fill fields in, as when a row of a list is chosen; a scan field is scanned too."""
        shown = self._show(values)
        cards = [self._scan(name, str(shown[name])) for name in self._scans if shown.get(name)]
        for card in cards:
            shown = card["values"] | shown
        self._shown = self._shown | shown
        self._turn += 1  # makes the browser notice the same row chosen twice
        self.filled = {"turn": self._turn, "values": shown, "cards": cards}

    def submit(self, key: str | None = None, /, **values: object) -> Answer:
        """Save what the form shows with these values typed over it: for tests."""
        require_known(self._model, values)
        typed = self._shown | {name: as_text(value) for name, value in values.items()}
        sent = {name: bare(value) for name, value in typed.items()}
        return self._submit(key or self.key, sent, [])

    def _receive(self, _widget: object, message: object, _buffers: object) -> None:
        match message:
            case {"kind": "search", "field": str(name), "query": str(query)} if (
                name in self._searches
            ):
                self.send(self._search(name, query))
            case {"kind": "scan", "field": str(name), "code": str(code)} if name in self._scans:
                answer = self._scan(name, code)
                self._shown = self._shown | answer["values"] | {name: code}
                self.send(answer)
            case {
                "kind": "submit", "key": str(key), "data": dict(data), "unchosen": list(left)
            } if re.fullmatch("[0-9a-f]{32}", key):  # fmt: skip
                self._submit(key, data, left)
            case _:
                log.warning("form of %s got an unknown message", self._model.__name__)

    def _search(self, name: str, query: str) -> dict[str, Any]:
        answer = {"kind": "options", "field": name, "query": query, "options": [], "error": ""}
        words = query.strip()[:LONGEST_QUERY]
        if len(words) < LEAST_LETTERS:
            return answer
        try:
            found = [asdict(option) for option in self._searches[name](words)]
        except Exception as error:
            return answer | {"error": explain(error).sentence}
        return answer | {"options": found}

    def _scan(self, name: str, typed: str) -> dict[str, Any]:
        answer = {"kind": "card", "field": name, "code": typed, "card": None}
        self._versions.pop(name, None)
        try:
            code = self._fields[name].read(typed)
        except ValidationError as error:
            sentence = explain_fields(error, self._model)[0].sentence
            return answer | {"values": {}, "error": sentence}
        try:
            card = self._scans[name](code)
            values = self._show(card.fill)
        except Exception as error:
            return answer | {"values": {}, "error": explain(error).sentence}
        if card.version is not None:
            self._versions[name] = (tidy(typed), card.version)
        drawn = asdict(replace(card, fill={}))
        return answer | {"values": values, "error": "", "card": drawn}

    def _submit(self, key: str, data: Mapping[str, Any], unchosen: Collection[Any]) -> Answer:
        typed = {name: data.get(name) for name in self._fields}
        answer = self._save(key, typed, unchosen)
        self.send(asdict(answer))
        if answer.kind == "saved":
            self._tell_saved()
        return answer

    def _tell_saved(self) -> None:
        for callback in self.saved:
            try:
                callback()
            except Exception as error:
                report(error)

    def _save(self, key: str, typed: Mapping[str, Any], unchosen: Collection[Any]) -> Answer:
        request, problems = self._read(typed, unchosen)
        if problems:
            return self._refuse(key, problems)
        try:
            text = self._on_save(request, key)
        except AlreadySavedError as error:
            return self._renew(key, "already", error.user_message)
        except Exception as error:
            return self._refuse(key, [explain(error)])
        return self._renew(key, "saved", text)

    def _read(
        self, typed: Mapping[str, Any], unchosen: Collection[Any]
    ) -> tuple[Any, list[Problem]]:
        """Give what was typed as the model, or what is wrong with it."""
        problems, request = self._empty_or_unknown(typed, unchosen), None
        try:
            request = self._model.model_validate(self._data(typed))
        except ValidationError as error:
            problems += explain_fields(error, self._model)
        except Exception as error:
            problems.append(explain(error))
        return request, problems

    def _empty_or_unknown(
        self, typed: Mapping[str, Any], unchosen: Collection[Any]
    ) -> list[Problem]:
        found = (
            (name, self._fields[name].fault(typed[name], name in unchosen)) for name in typed
        )
        return [Problem(sentence, name) for name, sentence in found if sentence]

    def _data(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        data: dict[str, Any] = {
            name: None for name, field in self._fields.items() if field.nullable
        }
        data |= {name: value for name, value in typed.items() if not is_empty(value)}
        for name, (code, version) in self._versions.items():
            if VERSION in self._model.model_fields and tidy(str(typed[name])) == code:
                data[VERSION] = version
        return data

    def _refuse(self, key: str, problems: Sequence[Problem]) -> Answer:
        errors: dict[str, str] = {}
        for problem in problems:
            if problem.field in self._fields:
                errors.setdefault(problem.field, problem.sentence)
        loose = [one.sentence for one in problems if one.field not in self._fields]
        # the same key comes back, so that a save whose answer got lost cannot be done twice
        return Answer("refused", " ".join(loose), errors, of=key, key=key, start={})

    def _renew(self, key: str, kind: Kind, text: str) -> Answer:
        self._versions.clear()
        self.key, self.filled = uuid.uuid4().hex, {}
        try:
            self.start = self._begin()
        except Exception as error:  # the save stands, so the entry begins as the last one did
            report(error)
        self._shown = dict(self.start)
        return Answer(kind, text, {}, of=key, key=self.key, start=self._shown)

    def _begin(self) -> dict[str, object]:
        defaults = {name: field.show(field.default()) for name, field in self._fields.items()}
        return defaults | self._show(dict(self._begin_with()))

    def _show(self, values: Mapping[str, object]) -> dict[str, object]:
        require_known(self._model, values)
        return {
            name: self._fields[name].show(value)
            for name, value in values.items()
            if name in self._fields
        }
