"""The form that corrects a record: the form that made it, filled with what stands there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from pydantic import ValidationError

from digibank_core import db
from digibank_core.services import persons
from digibank_core.services.corrections import OpenRecord
from digibank_core.ui import page
from digibank_core.ui.fields import bare, is_empty
from digibank_core.ui.form import Form, Option
from digibank_core.ui.guard import Problem, explain_fields
from digibank_core.ui.persons import options
from digibank_core.ui.telling import ERASED, Words, fields_of


class CorrectionForm(Form):
    """A form that does not judge again what is left as it is (rule 66).

    Parameters
    ----------
    values
        What stands in the record, by name of field.
    shown
        The same as the screen shows it, where that differs: an `Option` of a search.
    declared
        What `Form` takes.
    """

    def __init__(
        self,
        *given: Any,
        values: Mapping[str, Any],
        shown: Mapping[str, object],
        on_save: Callable[[Any, str], str],
        **declared: Any,
    ) -> None:
        self._values = dict(values)
        self._at_first: dict[str, object] = {}
        super().__init__(
            *given, start=lambda: {**self._values, **shown}, on_save=on_save, **declared
        )
        self._at_first = dict(self._shown)

    def _read(
        self, typed: Mapping[str, Any], unchosen: Collection[Any]
    ) -> tuple[Any, list[Problem]]:
        changed = {
            name: value
            for name, value in typed.items()
            if name in unchosen or value != bare(self._at_first[name])
        }
        problems = self._empty_or_unknown(changed, unchosen)
        values, wrong = dict(self._values), {problem.field for problem in problems}
        for name, value in changed.items():
            field = self._fields[name]
            try:
                values[name] = field.default() if is_empty(value) else field.read(value)
            except ValidationError as error:
                if name not in wrong:
                    sentence = explain_fields(error, self._model)[0].sentence
                    problems.append(Problem(sentence, name))
        return self._model.model_construct(**values), problems


def correction_form(
    seen: OpenRecord, words: Words, on_save: Callable[[Any, str], str]
) -> CorrectionForm:
    """Give the form of a record, filled with what stands in it."""
    asked = seen.form.model_fields
    has_person = "person" in asked
    return CorrectionForm(
        seen.form,
        title="Corrigeren",  # no name: a browser keeps what was typed under it
        save_label="Bekijk wat verandert",
        fields=fields_of(seen),
        values=seen.values,
        shown=as_shown(seen.values),
        searches={"person": options} if has_person else None,
        choices={
            name: _choices(words, name, seen.values[name])
            for name in words.known
            if name in asked and name != "person"
        },
        on_save=on_save,
    )


def as_shown(values: Mapping[str, Any]) -> dict[str, object]:
    """Give a person among values as a search field shows one."""
    key = values.get("person")
    if not key:
        return {}
    with db.reading() as session:
        names = persons.names(session, [key], actor=page.actor())
    return {"person": Option(key, names.get(key, ERASED))}


def _choices(words: Words, name: str, value: Any) -> list[tuple[str, str]]:
    """Give what can be chosen, and what stands there though it no longer can (rule 66)."""
    labels = words.known[name]
    there = {} if value is None or value in labels else {value: words.value(name, value)}
    return [*labels.items(), *there.items()]
