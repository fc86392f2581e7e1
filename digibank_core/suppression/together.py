"""What is hidden together, as one number is a bound on another (rule 48).

Sums are not all that tells. Who sees 20 loans knows that no more than 20 persons had one, and
who sees 20 visits and 17 visitors with a name that no more than 3 were without. Whether such
a bound gives a number away hangs on numbers that are hidden themselves, so it is not weighed:
where a number of persons is hidden, all that is counted from the same services is hidden too,
whatever it is, and no bound is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

from digibank_core.indicators import apart, digipunt, lending, pace, places, reach, training
from digibank_core.suppression.hiding import HIDDEN

_ACCESS, _SKILLS, _SERVICES = (card.code for card in reach.BY_OBJECTIVE.values())
_LOANS = lending.LOANS.code
_LENDING = frozenset(
    card.code
    for card in (
        lending.LOANS,
        lending.LOANS_OPEN,
        lending.LOANS_OVERDUE,
        lending.WIPES,
        lending.POOL_USE,
    )
)
_PARTICIPANTS = training.PARTICIPANTS.code
_FOLLOWED = frozenset(
    card.code for card in (training.ATTENDANCES, training.HOURS, training.COMPLETION)
)
_SEATS = frozenset({training.NO_SHOW.code, training.FILL.code})
_VISITORS, _UNNAMED = digipunt.PERSONS.code, reach.CONTACTS_ANONYMOUS.code
_LOGGED = frozenset({digipunt.VISITS.code, digipunt.VISITS_BY_DIGIPUNT.code})
_VISITS = _LOGGED | {digipunt.VISITS_PER_HOUR.code}
_QUESTIONS = frozenset(
    card.code
    for card in (digipunt.QUESTIONS, digipunt.SOLVED, digipunt.BY_TOPIC, digipunt.BY_RESULT)
)
_FORECASTS = frozenset(
    card.code for card in (pace.FORECAST, pace.FORECAST_LOW, pace.FORECAST_HIGH)
)
_APART = frozenset(
    card.code
    for card in (
        apart.NOT_COUNTED,
        apart.BY_REASON,
        apart.INTERMEDIARIES,
        apart.AGE_TO_CONFIRM,
        apart.MINORS,
    )
)
TOGETHER: tuple[tuple[Set[str], Set[str]], ...] = (
    ({_ACCESS, _LOANS}, _LENDING),
    ({_SKILLS}, {_PARTICIPANTS} | _FOLLOWED | _SEATS),
    ({_PARTICIPANTS} | _FOLLOWED, _FOLLOWED),
    (_SEATS, _SEATS),
    ({_SERVICES}, {_VISITORS} | _VISITS | _QUESTIONS),
    # a town has few Digipunten, so visits to one are a bound on who was helped there
    ({_VISITORS, _UNNAMED, places.REACH_BY_PLACE.code, *_LOGGED}, _VISITS),
    ({_UNNAMED, digipunt.QUESTIONS.code, digipunt.SOLVED.code}, _QUESTIONS),
    (_FORECASTS, _FORECASTS),
    # all services together are those that count and those that do not
    ({_LOANS, training.ATTENDANCES.code, digipunt.VISITS.code} | _APART, _APART),
)
"""If anything of the first is hidden, all of the second is; in an order that ends in one go."""


def together(instead: Mapping[str, str]) -> tuple[frozenset[str], dict[str, str]]:
    """Give the codes of which all that is not 0 is hidden, and the names hidden beside these.

    Parameters
    ----------
    instead
        As from `hidden`; a name begins with the code of its figure or breakdown.

    Returns
    -------
    tuple
        Codes, and what is shown instead of each name. Of what is hidden together "<5" is not
        said either: added up, that is a bound again.
    """
    hit, codes = {_code(name) for name in instead}, set[str]()
    for ones, others in TOGETHER:
        if ones & (hit | codes):
            codes |= others
    return frozenset(codes), {
        name: HIDDEN if _code(name) in codes else shown for name, shown in instead.items()
    }


def _code(name: str) -> str:
    return name.partition("/")[0]
