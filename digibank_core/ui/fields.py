"""The fields of a form, from a pydantic model; values as the screen shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, time
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from digibank_core.errors import DigibankError
from digibank_core.i18n import show_date, show_time
from digibank_core.models.typed import NAMES_NOBODY
from digibank_core.ui.guard import CHOICE, MISSING, extra

VERSION = "version"
"""Field of a model for optimistic locking; it is never on the screen."""
MOST_RADIOS = 5
"""More choices than this go into a select (product/look.md)."""
KINDS: dict[object, str] = {date: "date", bool: "tick", int: "number"}
DATE_HELP = "Dag/maand/jaar, bijvoorbeeld 14/11/2024."
NOT_FROM_LIST = "Kies uit de lijst, of maak dit veld leeg."
NOTHING_FOUND = "Niets gevonden. Zoek op een ander deel van het woord."

Choices = Sequence[tuple[str, str]]


class UnknownFieldError(DigibankError):
    """A name that the form has no field for, in the list of staff or in the code of a page."""

    message_nl = "Veld {name} bestaat niet in dit formulier. Kies uit: {names}."

    def __init__(self, *, name: str, names: str) -> None:
        super().__init__(name=name, names=names)


class FieldLeftOutError(DigibankError):
    """A field that the model cannot do without is missing from the list of staff."""

    message_nl = "Veld {name} kan niet weg uit dit formulier. Zet het terug in de lijst."

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name)


@dataclass(frozen=True)
class Option:
    """One result of a search; `detail` tells namesakes apart."""

    value: str
    label: str
    detail: str = ""
    blocked: str = ""
    """Why it cannot be chosen; empty when it can."""


@dataclass(frozen=True)
class Card:
    """Answer to a scan: what was scanned, and whether it can go on."""

    ready: bool
    title: str
    badge: tuple[str, str]
    """Kind of the badge (a class of the style sheet) and its word."""
    lines: tuple[str, ...] = ()
    version: int | None = None
    """Version of the record that is now on the screen."""
    fill: Mapping[str, object] = field(default_factory=dict)
    """Values for other fields of the form."""


@dataclass(frozen=True)
class ShownField:
    """One field of a form: what the model says of it, and how it is drawn."""

    name: str
    info: FieldInfo
    kind: str
    """text, note, date, number, tick, radios, select, search or scan: one control each.

    A page that draws more kinds brings the script for them (`ui/log.py`).
    """
    choices: Choices = ()

    @property
    def nullable(self) -> bool:
        """Whether None says that nothing was filled in."""
        return NoneType in get_args(self.info.annotation)

    @property
    def may_be_empty(self) -> bool:
        """Whether the person may leave it empty."""
        return self.nullable or self.info.default in ("", []) or self.kind == "tick"

    @property
    def private(self) -> bool:
        """Whether it may name a person; a browser keeps nothing of it in a half-filled form."""
        is_text = self.kind in {"text", "note"} and _plain_type(self.info.annotation) is str
        return self.kind == "search" or (is_text and not _names_nobody(self.info))

    @property
    def missing(self) -> str:
        """Sentence for a field that may not be empty."""
        is_choice = self.choices or self.kind == "search"
        return str(extra(self.info).get("missing", CHOICE if is_choice else MISSING))

    def fault(self, typed: object, is_unchosen: bool) -> str:
        """Say what is wrong when it was left empty, or holds what is not in the list."""
        known = [value for value, _ in self.choices]
        if is_unchosen and self.may_be_empty:
            return NOT_FROM_LIST
        if is_empty(typed):
            return "" if self.may_be_empty else self.missing
        return CHOICE if known and typed not in known else ""

    def describe(self) -> dict[str, Any]:
        """Tell the browser what to draw."""
        help_text = self.info.description or (DATE_HELP if self.kind == "date" else "")
        return {
            "name": self.name,
            "kind": self.kind,
            "label": self.info.title or self.name,
            "help": help_text,
            "private": self.private,
            "optional": self.may_be_empty and self.kind != "tick",
            "choices": [*self._empty_choice(), *self.choices],
            "nothing": str(extra(self.info).get("empty", NOTHING_FOUND)),
        }

    def default(self) -> object:
        """Give the value of the model for a field that nobody filled in."""
        if self.info.is_required():
            return None
        return self.info.get_default(call_default_factory=True, validated_data={})

    def read(self, typed: str) -> Any:
        """Validate a value for this field alone; raise `pydantic.ValidationError`."""
        kind: Any = Annotated[self.info.annotation, self.info]
        return TypeAdapter(kind).validate_python(typed)

    def show(self, value: object) -> object:
        """Give a value as it stands in the field."""
        if self.kind == "tick":
            return bool(value)
        if self.kind == "search" and value and not isinstance(value, Option):
            raise TypeError(f"search field {self.name} shows an Option, not a bare value")
        return as_text(value)

    def _empty_choice(self) -> list[tuple[str, str]]:
        if self.kind in {"radios", "select"} and self.may_be_empty:
            return [("", "Niet ingevuld")]
        return [("", "Kies uit de lijst")] if self.kind == "select" else []


def shown_fields(
    model: type[BaseModel],
    names: Iterable[str] | None,
    *,
    searched: Iterable[str],
    scanned: Iterable[str],
    choices: Mapping[str, Choices],
) -> dict[str, ShownField]:
    """Give the fields of a form in their order.

    Raises
    ------
    UnknownFieldError
        A name is not that of a field.
    FieldLeftOutError
        A required field is not among the names.
    """
    require_known(model, [*(names or ()), *searched, *scanned, *choices])
    order = _showable(model) if names is None else dict.fromkeys(names)
    for name in _showable(model):
        if model.model_fields[name].is_required() and name not in order:
            raise FieldLeftOutError(name=name)
    kinds = dict.fromkeys(searched, "search") | dict.fromkeys(scanned, "scan")
    return {
        name: _shown(name, model.model_fields[name], kinds.get(name), choices.get(name))
        for name in order
    }


def require_known(model: type[BaseModel], names: Iterable[str]) -> None:
    """Raise `UnknownFieldError` for the first name that a form of the model cannot show."""
    known = _showable(model)
    for name in names:
        if name not in known:
            raise UnknownFieldError(name=name, names=", ".join(known))


def as_text(value: object) -> object:
    """Give a value as people would type it; a search result keeps its label."""
    if isinstance(value, Option):
        return asdict(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, date):
        return show_date(value)
    if isinstance(value, time):
        return show_time(value)
    return "" if value is None else str(value)


def is_empty(value: object) -> bool:
    """Tell whether a browser sent nothing for a field; a tick is never empty."""
    return not isinstance(value, bool) and not (isinstance(value, str) and value.strip())


def tidy(code: str) -> str:
    """Give a code without what does not matter in it."""
    return "".join(code.split()).casefold()


def bare(value: object) -> object:
    """Give the value of what may be a search result."""
    return value["value"] if isinstance(value, dict) else value


def _showable(model: type[BaseModel]) -> list[str]:
    return [name for name in model.model_fields if name != VERSION]


def _shown(
    name: str, info: FieldInfo, asked: str | None, choices: Choices | None
) -> ShownField:
    kind, declared = _plain_type(info.annotation), extra(info).get("kind")
    if choices is None and isinstance(kind, type) and issubclass(kind, StrEnum):
        choices = [(member.value, member.value) for member in kind]
    if choices is not None:
        drawn = "radios" if len(choices) <= MOST_RADIOS else "select"
        return ShownField(name, info, str(declared or drawn), choices)
    return ShownField(name, info, str(asked or declared or KINDS.get(kind, "text")))


def _names_nobody(info: FieldInfo) -> bool:
    kinds = [info.annotation, *get_args(info.annotation)]
    return (
        any(NAMES_NOBODY in getattr(one, "__metadata__", ()) for one in kinds)
        or NAMES_NOBODY in info.metadata
    )


def _plain_type(annotation: Any) -> Any:
    """Give `date` for `TypedDate | None`."""
    if get_origin(annotation) in {Annotated, Union, UnionType}:
        return _plain_type(next(one for one in get_args(annotation) if one is not NoneType))
    return annotation
