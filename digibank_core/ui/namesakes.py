"""What tells namesakes apart on the screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from digibank_core.i18n import show_date
from digibank_core.services.persons import Match


def tell_apart(match: Match) -> str:
    """Give the birth year and the town of somebody, on one line."""
    return ", ".join(filter(None, (str(match.birth_year or ""), match.residence)))


def tell_each_apart(matches: Sequence[Match]) -> dict[str, str]:
    """Give for each match, by key, what tells it from the others, on one line."""
    told = Counter((match.name, tell_apart(match)) for match in matches)
    details = {}
    for match in matches:
        parts = [tell_apart(match)]
        if told[match.name, parts[0]] > 1:
            parts.append(f"ingeschreven op {show_date(match.registered_on)}")
        if match.also:
            parts.append(f"ook bekend als {' en '.join(match.also)}")
        details[match.person] = ", ".join([*parts, *(["lijkt erop"] if match.near else [])])
    return details
