"""The numbers of people in the figures of a report, and what adds up to what among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from digibank_core.indicators import (
    apart,
    digipunt,
    pace,
    persons,
    places,
    programme,
    reach,
    training,
)
from digibank_core.indicators.definition import UNKNOWN, Breakdown, Figure
from digibank_core.indicators.rows import NO_ROWS
from digibank_core.models import Result
from digibank_core.suppression.hiding import HIDDEN, Sum, hidden

COUNTS = {
    "personen",
    "bezoeken",
    "personen en bezoeken",
    "diensten",
    "hulpvragen",
    "uitleningen",
    "aanwezigheden",
}
"""Units of what people are or did; devices, lessons, hours and money tell of nobody."""
NOBODY = frozenset({reach.EXPECTED_LINEAR.code, programme.PERSONS_TO_NEXT_TRANCHE.code})
"""Figures in persons who are not there: a path, and who is still to come."""
LEFT_OUT = frozenset({places.REACH_BY_DIGIPUNT.code})
"""Breakdowns too fine for who may not see rows: a Digipunt is a small place."""

_REACH = reach.REACH.code
_SOLVED, _COMPLETION, _NO_SHOW = (
    card.code for card in (digipunt.SOLVED, training.COMPLETION, training.NO_SHOW)
)
_SPANS = {
    pace.FORECAST.code: lambda weeks: weeks.sum(),
    pace.FORECAST_LOW.code: lambda weeks: weeks.rolling(pace.SPAN).sum().min(),
    pace.FORECAST_HIGH.code: lambda weeks: weeks.rolling(pace.SPAN).sum().max(),
}
"""The new persons that a forecast tells to who knows reach and the weeks left."""


def conceal(
    figures: Sequence[Figure], breakdowns: Sequence[Breakdown], below: int
) -> tuple[tuple[Figure, ...], tuple[Breakdown, ...]]:
    """Hide the small numbers of one report, and leave out all rows (rules 48 and 49).

    Returns
    -------
    tuple
        Figures and breakdowns. Of a hidden figure `value` is how it is shown, "<5" or
        `HIDDEN`, and `numerator` is None; so is the `value` of a hidden cell.
    """
    left = [each for each in breakdowns if each.definition.code not in LEFT_OUT]
    told = {figure.definition.code: _told_by(figure) for figure in figures}
    numbers = {name: it for each in told.values() for name, it in each.items()}
    numbers |= {name: it for each in left for name, it in _cells(each)}
    sums = [one for one in _sums(left) if _holds(one, numbers)]
    instead = hidden(numbers, sums, below, kept={_REACH})
    return (
        tuple(_concealed(each, told[each.definition.code], instead) for each in figures),
        tuple(_cells_concealed(each, instead) for each in left),
    )


def _told_by(figure: Figure) -> dict[str, int]:
    """Give the numbers of people that a figure tells, by name; one name for one number."""
    code, part, of = figure.definition.code, figure.numerator or 0, figure.denominator or 0
    if code in persons.TARGET_GROUPS:
        return {code: part, f"{code}/of": of}
    if code == _SOLVED:
        return {_cell(digipunt.BY_RESULT.code, Result.SOLVED): part, f"{code}/of": of}
    if code in (_COMPLETION, _NO_SHOW):
        return {f"{code}/part": part, f"{code}/rest": of - part, f"{code}/of": of}
    if code == training.FILL.code:
        return {f"{_NO_SHOW}/of": part}
    if code == digipunt.VISITS_PER_HOUR.code:
        return {f"{code}/visits": part // 60}
    if code in _SPANS:
        return {} if figure.value is None else _new_by(figure)
    of_people = figure.definition.unit in COUNTS and code not in NOBODY
    return {code: part} if of_people else {}


def _new_by(forecast: Figure) -> dict[str, int]:
    """Give the new persons whom a forecast tells, and those of before the last week."""
    code, weeks = forecast.definition.code, forecast.receipt["new"]
    new = int(_SPANS[code](weeks))
    earlier = (
        {f"{code}/earlier": new - int(weeks.iloc[-1])} if code == pace.FORECAST.code else {}
    )
    return {f"{code}/new": new, **earlier}


def _holds(one: Sum, numbers: Mapping[str, int]) -> bool:
    if not {one.total, *one.parts} <= numbers.keys():
        return False
    return numbers[one.total] == sum(numbers[part] for part in one.parts)


def _sums(breakdowns: Sequence[Breakdown]) -> Iterator[Sum]:
    for each in breakdowns:
        if each.definition.code != places.REACH_BY_PLACE_AND_RESIDENCE.code:
            yield Sum(each.of, tuple(name for name, _ in _cells(each)))
        else:
            yield from _margins(each)
    overlaps = {f"overlap_{code}": group for code, group in reach.OVERLAPS.items()}
    yield Sum(_REACH, tuple(overlaps))
    for objective, card in reach.BY_OBJECTIVE.items():
        yield Sum(card.code, tuple(code for code in overlaps if objective in overlaps[code]))
    elsewhere = _cell(places.REACH_BY_PLACE.code, places.ELSEWHERE)
    yield Sum(_REACH, (reach.REACH_SERVICES.code, elsewhere))
    for code, (_, source, groups) in persons.TARGET_GROUPS.items():
        yield Sum(code, tuple(_cell(source.code, group) for group in groups))
        yield Sum(_REACH, (f"{code}/of", _cell(source.code, UNKNOWN)))
    contacts = reach.CONTACTS_ANONYMOUS.code
    yield Sum(contacts, (apart.CONTACTS_FIRST.code, apart.CONTACTS_REPEAT.code))
    yield Sum(apart.UPPER_BOUND.code, (_REACH, contacts))  # or, with tier B in reach already,
    yield Sum(apart.UPPER_BOUND.code, (_REACH, apart.CONTACTS_REPEAT.code))
    forecast, last_week = pace.FORECAST.code, reach.NEW_PERSONS_LAST_WEEK.code
    yield Sum(f"{forecast}/new", (f"{forecast}/earlier", last_week))
    unknown = _cell(digipunt.BY_RESULT.code, UNKNOWN)
    yield Sum(digipunt.QUESTIONS.code, (f"{_SOLVED}/of", unknown))
    for code in (_COMPLETION, _NO_SHOW):
        yield Sum(f"{code}/of", (f"{code}/part", f"{code}/rest"))


def _margins(both: Breakdown) -> Iterator[Sum]:
    """Give the sums of a crossed table: its rows and columns stand in two other tables."""
    code = both.definition.code
    for side, margin in (("group", places.REACH_BY_PLACE), ("across", persons.RESIDENCE)):
        parts: dict[str, list[str]] = {}
        for cell in both.groups:
            name = _cell(code, cell.group, cell.across)
            parts.setdefault(getattr(cell, side), []).append(name)
        for key, names in parts.items():
            yield Sum(_cell(margin.code, key), tuple(names))


def _cells(breakdown: Breakdown) -> list[tuple[str, int]]:
    code = breakdown.definition.code
    return [
        (_cell(code, cell.group, cell.across), int(cell.value)) for cell in breakdown.groups
    ]


def _cell(code: str, group: str, across: str = "") -> str:
    return f"{code}/{group}/{across}"


def _concealed(
    figure: Figure, numbers: Mapping[str, int], instead: Mapping[str, str]
) -> Figure:
    code = figure.definition.code
    also = {training.HOURS.code: training.ATTENDANCES.code}.get(code, _REACH)
    bare = replace(figure, rows=NO_ROWS)
    if not instead.keys() & {*numbers, also, _REACH}:
        return bare
    shown = instead.get(code, HIDDEN)
    return replace(bare, value=shown, numerator=None, denominator=None, note="")


def _cells_concealed(breakdown: Breakdown, instead: Mapping[str, str]) -> Breakdown:
    shown = (
        cell._replace(value=instead.get(name, value))
        for cell, (name, value) in zip(breakdown.groups, _cells(breakdown), strict=True)
    )
    return replace(breakdown, groups=tuple(shown), rows=NO_ROWS)
