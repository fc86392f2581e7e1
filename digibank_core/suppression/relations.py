"""What adds up to what among the numbers of people in a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from digibank_core.indicators import apart, digipunt, pace, persons, places, reach, training
from digibank_core.indicators.definition import UNKNOWN, Breakdown
from digibank_core.suppression.hiding import Sum

_REACH = reach.REACH.code
_SKILLS, _SERVICES = reach.REACH_SKILLS.code, reach.REACH_SERVICES.code
_UNNAMED, _FIRST, _REPEAT = (
    card.code
    for card in (reach.CONTACTS_ANONYMOUS, apart.CONTACTS_FIRST, apart.CONTACTS_REPEAT)
)
_PARTICIPANTS, _ATTENDANCES = training.PARTICIPANTS.code, training.ATTENDANCES.code
_COMPLETION, _NO_SHOW = training.COMPLETION.code, training.NO_SHOW.code
_VISITORS, _VISITS = digipunt.PERSONS.code, digipunt.VISITS.code
_CLOSED = f"{digipunt.SOLVED.code}/of"
_OTHER_PARTICIPANTS, _OTHER_VISITORS = f"{_PARTICIPANTS}/others", f"{_VISITORS}/others"
_PEOPLE = f"{_VISITORS}/people"
"""Visitors with a name, and the anonymous ones who count as persons."""


def others(numbers: Mapping[str, int]) -> dict[str, int]:
    """Give who came and is not in reach: a number that no table has, but two of them tell."""
    # with tier B first contacts count as persons, and are not in the bound once more (rule 14)
    counted = numbers[_REACH] + numbers[_UNNAMED] - numbers[apart.UPPER_BOUND.code]
    people = numbers[_VISITORS] + (numbers[_FIRST] if counted else 0)
    return {
        _OTHER_PARTICIPANTS: numbers[_PARTICIPANTS] - numbers[_SKILLS],
        _PEOPLE: people,
        _OTHER_VISITORS: people - numbers[_SERVICES],
    }


def sums(breakdowns: Sequence[Breakdown], numbers: Mapping[str, int]) -> list[Sum]:
    """Give what adds up to what, of the numbers that there are."""
    return [
        one
        for one in _sums(breakdowns)
        if {one.total, *one.parts} <= numbers.keys()
        and numbers[one.total] == sum(numbers[part] for part in one.parts)
    ]


def _sums(breakdowns: Sequence[Breakdown]) -> Iterator[Sum]:
    for each in breakdowns:
        if each.definition.code != places.REACH_BY_PLACE_AND_RESIDENCE.code:
            yield Sum(each.of, tuple(name for name, _ in named_cells(each)))
        else:
            yield from _margins(each)
    overlaps = {f"overlap_{code}": group for code, group in reach.OVERLAPS.items()}
    yield Sum(_REACH, tuple(overlaps))
    for objective, card in reach.BY_OBJECTIVE.items():
        yield Sum(card.code, tuple(code for code in overlaps if objective in overlaps[code]))
    elsewhere = name_of(places.REACH_BY_PLACE.code, places.ELSEWHERE)
    yield Sum(_REACH, (reach.REACH_SERVICES.code, elsewhere))
    for code, (_, source, groups) in persons.TARGET_GROUPS.items():
        yield Sum(code, tuple(name_of(source.code, group) for group in groups))
        yield Sum(_REACH, (f"{code}/of", name_of(source.code, UNKNOWN)))
    yield Sum(_UNNAMED, (_FIRST, _REPEAT))
    yield Sum(apart.UPPER_BOUND.code, (_REACH, _UNNAMED))  # or, with tier B in reach already,
    yield Sum(apart.UPPER_BOUND.code, (_REACH, _REPEAT))
    yield Sum(_PARTICIPANTS, (_SKILLS, _OTHER_PARTICIPANTS))
    yield Sum(_PEOPLE, (_SERVICES, _OTHER_VISITORS))
    yield Sum(_PEOPLE, (_VISITORS,))  # or, with tier B,
    yield Sum(_PEOPLE, (_VISITORS, _FIRST))
    forecast, last_week = pace.FORECAST.code, reach.NEW_PERSONS_LAST_WEEK.code
    yield Sum(f"{forecast}/new", (f"{forecast}/earlier", last_week))
    unknown = name_of(digipunt.BY_RESULT.code, UNKNOWN)
    yield Sum(digipunt.QUESTIONS.code, (f"{digipunt.SOLVED.code}/of", unknown))
    for code in (_COMPLETION, _NO_SHOW):
        yield Sum(f"{code}/of", (f"{code}/part", f"{code}/rest"))


def _margins(both: Breakdown) -> Iterator[Sum]:
    """Give the sums of a crossed table: its rows and columns stand in two other tables."""
    code = both.definition.code
    for side, margin in (("group", places.REACH_BY_PLACE), ("across", persons.RESIDENCE)):
        parts: dict[str, list[str]] = {}
        for cell in both.groups:
            name = name_of(code, cell.group, cell.across)
            parts.setdefault(getattr(cell, side), []).append(name)
        for key, names in parts.items():
            yield Sum(name_of(margin.code, key), tuple(names))


def named_cells(breakdown: Breakdown) -> list[tuple[str, int]]:
    """Give the name and the number of each cell, in their order."""
    code = breakdown.definition.code
    return [
        (name_of(code, cell.group, cell.across), int(cell.value)) for cell in breakdown.groups
    ]


def name_of(code: str, group: str, across: str = "") -> str:
    """Give the name of a cell: it begins with the code of its breakdown."""
    return f"{code}/{group}/{across}"
