"""The numbers of people in the figures of a report, and the report without small ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
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
from digibank_core.indicators.definition import Breakdown, Figure
from digibank_core.indicators.rows import NO_ROWS
from digibank_core.models import Result
from digibank_core.suppression.hiding import HIDDEN, hidden
from digibank_core.suppression.relations import name_of, named_cells, others, sums
from digibank_core.suppression.together import together

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
    numbers |= {name: it for each in left for name, it in named_cells(each)}
    numbers |= others(numbers)
    instead = hidden(numbers, sums(left, numbers), below, kept={_REACH})
    codes, instead = together(instead)
    if _REACH in instead:  # nothing can be told of so few, nor where any of them live
        codes, left = frozenset(told), [replace(each, groups=()) for each in left]
        instead = dict.fromkeys(numbers, HIDDEN) | {_REACH: instead[_REACH]}
    return (
        tuple(_concealed(each, told[each.definition.code], instead, codes) for each in figures),
        tuple(_cells_concealed(each, instead, codes) for each in left),
    )


def _told_by(figure: Figure) -> dict[str, int]:
    """Give the numbers of people that a figure tells, by name; one name for one number."""
    code, part, of = figure.definition.code, figure.numerator or 0, figure.denominator or 0
    if code in persons.TARGET_GROUPS:
        return {code: part, f"{code}/of": of}
    if code == _SOLVED:
        return {name_of(digipunt.BY_RESULT.code, Result.SOLVED): part, f"{code}/of": of}
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


def _concealed(
    figure: Figure, numbers: Mapping[str, int], instead: Mapping[str, str], codes: Set[str]
) -> Figure:
    code = figure.definition.code
    bare, gone = replace(figure, rows=NO_ROWS), instead.keys() & numbers.keys()
    if code in persons.TARGET_GROUPS and gone == {f"{code}/of"}:
        return replace(bare, denominator=None)
    is_all = code in codes and (figure.numerator or figure.denominator)
    if not gone and not is_all:
        return bare
    shown = instead.get(code, HIDDEN)
    return replace(bare, value=shown, numerator=None, denominator=None, note="")


def _cells_concealed(
    breakdown: Breakdown, instead: Mapping[str, str], codes: Set[str]
) -> Breakdown:
    code = breakdown.definition.code
    if code == apart.BY_REASON.code and code in codes:
        return replace(breakdown, groups=(), rows=NO_ROWS)  # a reason alone tells of somebody
    shown = (
        cell._replace(value=instead.get(name, HIDDEN if value and code in codes else value))
        for cell, (name, value) in zip(breakdown.groups, named_cells(breakdown), strict=True)
    )
    return replace(breakdown, groups=tuple(shown), rows=NO_ROWS)
