"""From exception to sentence: what people can mend in their own words, the rest with a code."""

from __future__ import annotations

import logging
import secrets
import traceback
from dataclasses import dataclass
from logging.handlers import WatchedFileHandler
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import core_schema

from digibank_core.config import places, private_folder
from digibank_core.errors import DigibankError

log = logging.getLogger(__name__)

MISSING = "Vul dit in."
WHOLE_NUMBER = "Schrijf een heel getal, bijvoorbeeld 12."
CHOICE = "Kies een van de mogelijkheden."
TOO_LONG = "Schrijf hoogstens {max_length} tekens."
TOO_SHORT = "Schrijf minstens {min_length} tekens."
OTHER = "Kijk dit veld na."

SENTENCES = {
    "int_parsing": WHOLE_NUMBER,
    "int_parsing_size": WHOLE_NUMBER,
    "int_from_float": WHOLE_NUMBER,
    "greater_than": "Schrijf een getal boven {gt}.",
    "greater_than_equal": "Schrijf {ge} of meer.",
    "less_than": "Schrijf een getal onder {lt}.",
    "less_than_equal": "Schrijf {le} of minder.",
    "string_too_long": TOO_LONG,
    "too_long": TOO_LONG,
    "string_too_short": TOO_SHORT,
    "too_short": TOO_SHORT,
    "enum": CHOICE,
    "literal_error": CHOICE,
}
"""Sentence for each type of error of pydantic that a field of a form can give."""

PYDANTIC_TYPES = frozenset(get_args(core_schema.ErrorType))
"""Types with an English text of their own; the text of every other type is ours, in Dutch."""


@dataclass(frozen=True)
class Problem:
    """A sentence for the screen, with the field it belongs to (None: the whole form)."""

    sentence: str
    field: str | None = None


def explain(error: Exception) -> Problem:
    """Give the sentence of an exception; log every exception that is not a `DigibankError`.

    Examples
    --------
    >>> from digibank_core.errors import UnknownDeviceError
    >>> explain(UnknownDeviceError(device="BW-0188"))
    ... # doctest: +NORMALIZE_WHITESPACE
    Problem(sentence='Toestel BW-0188 kennen we niet. Kijk de code op de sticker na.',
            field='device')
    """
    if isinstance(error, DigibankError):
        return Problem(error.user_message, error.field)
    return Problem(
        f"Er ging iets mis (code {report(error)}). Er is niets bewaard. "
        "Meld de code aan de beheerder."
    )


def explain_fields(error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """Give one sentence for each field of a model that pydantic refused."""
    found: dict[str | None, Problem] = {}
    for mistake in error.errors(include_url=False, include_input=False):
        place = mistake["loc"][0] if mistake["loc"] else mistake.get("ctx", {}).get("field")
        name = str(place) if place in model.model_fields else None
        found.setdefault(name, Problem(_sentence(dict(mistake), model), name))
    return list(found.values())


def extra(field: FieldInfo) -> dict[str, Any]:
    """Give what a model says of a field to the form alone (`json_schema_extra`)."""
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}


def report(error: BaseException) -> str:
    """Log where an exception came from, never its text, which may hold a name; give a code."""
    _find_log()
    code = secrets.token_hex(2).upper()
    causes: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(causes) < 5:
        frames = traceback.extract_tb(cause.__traceback__)
        places = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        causes.append("\n".join([type(cause).__qualname__, *places]))
        cause = cause.__cause__ or cause.__context__
    log.error("unexpected error %s: %s", code, "\nafter ".join(causes))
    return code


def _find_log() -> None:
    """Let a kernel, which has no log of its own, write in that of the server."""
    if log.hasHandlers():
        return
    file = places().log
    private_folder(file.parent)
    handler = WatchedFileHandler(file, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log.addHandler(handler)


def _sentence(mistake: dict[str, Any], model: type[BaseModel]) -> str:
    kind, details = mistake["type"], mistake.get("ctx", {})
    field = model.model_fields.get(str(mistake["loc"][0])) if mistake["loc"] else None
    if kind == "missing" and field is not None:
        return str(extra(field).get("missing", MISSING))
    if kind in SENTENCES:
        return SENTENCES[kind].format(**details)
    return OTHER if kind in PYDANTIC_TYPES else str(mistake["msg"])
