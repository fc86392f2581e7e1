"""What the page of a record shows, as HTML: facts, history, and what a change would do."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from digibank_core import clock
from digibank_core.effects import Effect
from digibank_core.i18n import show_count, show_day, show_moment, show_number
from digibank_core.services.corrections import SUBJECTS, Change, Event, RecordView
from digibank_core.ui import page
from digibank_core.ui.telling import Read, Words, fields_of, look_up

CARRIES = {"person", "course", "training_session", "visit"}
"""Tables of which a voided record takes along all that belongs to it."""


def card(now: Read) -> str:
    """Give what a record is, when it happened and was written down, and what belongs to it."""
    seen, words, record = now.seen, now.words, now.seen.record
    times = {}
    if seen.happened_on is not None:
        is_past = seen.happened_on <= clock.today()
        times["Gebeurd op" if is_past else "Gepland op"] = show_day(seen.happened_on)
    times["Genoteerd op"] = show_moment(clock.brussels(record.recorded_at))
    times["Geldig"] = "nee, ongeldig gemaakt" if record.voided else "ja"
    if now.table == "device":
        times["Het toestel is nu"] = record.state.value
    rows = "".join(
        f'<tr><th scope="row">{_safe(words.label(now.table, name))}</th>'
        f"<td>{_safe(words.value(name, seen.values[name]))}</td></tr>"
        for name in fields_of(seen)
    )
    about, belonging = _safe(words.about(seen)), links(now.related, words, "Bekijk")
    belonging = f"<h3>Hoort hierbij</h3>{belonging}" if belonging else ""
    return (
        f'<section class="card" aria-labelledby="h-record"><h2 id="h-record">{about}</h2>'
        f"{page.facts(times)}"
        '<h3 id="h-facts">Wat er staat</h3>'
        f'<table aria-labelledby="h-facts"><tbody>{rows}</tbody></table>'
        f"{belonging}</section>"
    )


def story(now: Read) -> str:
    """Give what happened to a record, in plain Dutch."""
    events = "".join(_event(now.table, event, now.words) for event in now.history)
    return (
        '<section class="card" aria-labelledby="h-story"><h2 id="h-story">Geschiedenis</h2>'
        f'<ol class="rows">{events}</ol></section>'
    )


def difference(now: Read, typed: Mapping[str, Any], words: Words) -> str:
    """Give the values that a correction changes, old and new side by side."""
    before = now.seen.values
    rows = [
        _row(now.table, words, name, was, typed[name])
        for name, was in before.items()
        if was != typed[name]
    ]
    return _table_of("Wat je verandert", ["Gegeven", "Er staat", "Het wordt"], rows)


def conflict(now: Read, opened: Mapping[str, Any], typed: Mapping[str, Any]) -> str:
    """Give a record as it was opened, as somebody made it meanwhile, and as it was typed."""
    theirs = now.seen.values
    words = look_up([now.seen], [opened.get("person"), typed.get("person")])
    rows = [
        _row(now.table, words, name, was, theirs[name], typed[name])
        for name, was in opened.items()
        if not was == theirs[name] == typed[name]
    ]
    heads = ["Gegeven", "Toen je begon", f"Nu, door {now.history[0].who}", "Jij typte"]
    return _table_of("Wat verschilt", heads, rows)


def consequences(
    others: Iterable[Change],
    effects: Sequence[Effect],
    words: Words,
) -> str:
    """Give what changes along, and the figures that it touches with what they become."""
    along = "".join(
        f"<li>{_safe(words.about(one))}. {_safe(_along(one, name, words))}</li>"
        for one in others
        for name in one.before
    )
    along = f"<h3>Verandert mee</h3><ul>{along}</ul>" if along else ""
    figures = "".join(
        f"<div><dt>{_safe(one.definition.title)}, {_safe(one.period)}</dt>"
        f"<dd>{_number(one.before)} → {_number(one.after)}</dd></div>"
        for one in effects
    )
    touched = (
        f'<dl class="effect">{figures}</dl>' if figures else "<p>Er verandert geen cijfer.</p>"
    )
    return f"{along}<h3>Welke cijfers veranderen</h3>{touched}"


def carried(now: Read, *, voided: bool) -> str:
    """Say how much belongs to a record and counts or does not count with it."""
    own = [one for one in now.related if now.table in one.around and not one.record.voided]
    if now.table not in CARRIES or not own:
        return ""
    what = show_count(len(own), "ander gegeven", "andere gegevens")
    then = "tellen dan ook niet meer mee" if voided else "tellen dan weer mee"
    return f"<p>Hierbij horen {what}. Die {then}.</p>"


def in_card(title: str, body: str) -> str:
    """Give a card whose title says what to look at, and is read aloud when it appears."""
    return (
        f'<section class="card" aria-label="{_safe(title)}">'
        f'<h2 role="status">{_safe(title)}</h2>{body}</section>'
    )


def links(found: Sequence[RecordView], words: Words, word: str) -> str:
    """Give records as a list, each with the link to its page."""
    rows = "".join(
        f'<li class="two"><div><p class="what">{_safe(words.about(one))}</p>'
        f'<p class="detail">{_safe(_state_of(one))}</p></div>'
        f"{page.record_link(one.address, words.about(one), word)}</li>"
        for one in found
    )
    return f'<ul class="rows">{rows}</ul>' if rows else ""


def _state_of(one: RecordView) -> str:
    voided = "ongeldig gemaakt" if one.record.voided else ""
    noted = page.noted(one.happened_on, one.record.recorded_at)
    return ", ".join(filter(None, (voided, noted))).capitalize()


def _event(table: str, event: Event, words: Words) -> str:
    voided = event.facts.get("voided")
    what = "Genoteerd" if event.is_first else "Gewijzigd"
    if voided is not None:
        what = "Ongeldig gemaakt" if voided[1] else "Weer geldig gemaakt"
    order = [*SUBJECTS[table].form.model_fields, *sorted(event.facts)]
    told = [
        _became(table, words, name, *event.facts[name])
        for name in dict.fromkeys(order)
        if name in event.facts and name != "voided"
    ]
    told += [f"{words.label(table, name)}: gewijzigd." for name in event.touched]
    lines = "".join(f'<p class="detail">{_safe(line)}</p>' for line in told)
    when = show_moment(clock.brussels(event.at))
    return (
        f'<li class="two"><div><p class="what">{what} op {when}</p>'
        f'<p class="detail">Door {_safe(event.who)} ({_safe(event.role)}). '
        f"Waarom: {_safe(event.reason)}.</p>{lines}</div></li>"
    )


def _became(table: str, words: Words, name: str, was: Any, now: Any) -> str:
    label, before, after = _row(table, words, name, was, now)
    return f"{label}: van {before} naar {after}."


def _along(one: Change, name: str, words: Words) -> str:
    table, now = one.address.partition("/")[0], getattr(one.record, name)
    return _became(table, words, name, one.before[name], now)


def _row(table: str, words: Words, name: str, *values: Any) -> list[str]:
    return [words.label(table, name), *(words.value(name, value) for value in values)]


def _table_of(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{_safe(one)}</th>' for one in heads)
    body = "".join(
        f'<tr><th scope="row">{_safe(first)}</th>'
        + "".join(f"<td>{_safe(one)}</td>" for one in rest)
        + "</tr>"
        for first, *rest in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{_safe(caption)}"><table>'
        f"<caption>{_safe(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _number(value: int | str | None) -> str:
    return "n.v.t." if value is None else show_number(Decimal(value))


def _safe(text: str) -> str:
    return html.escape(text)
