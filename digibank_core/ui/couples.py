"""Two persons side by side, and what a merge of them would change, as HTML."""

from __future__ import annotations

import html
from collections.abc import Sequence

from digibank_core.i18n import show_count, show_date, show_month, show_number
from digibank_core.matching import Change, Limit, Limits, Matching
from digibank_core.models import FundingPeriod
from digibank_core.models.merges import Comparison, Served
from digibank_core.services.persons import PersonView
from digibank_core.ui import page
from digibank_core.ui.figures import shown

MATCHINGS = (
    ("strict", "Zonder samenvoegingen", "Elke inschrijving is een andere persoon."),
    ("decided", "Zoals beslist", "Het officiële cijfer: met de samenvoegingen die gelden."),
    (
        "loose",
        "Alle mogelijke dubbels samen",
        "Een ondergrens: in de lijst zitten ook familie en naamgenoten.",
    ),
)
COLUMNS = ("Eerste", "Tweede")
NOTHING = "niet bekend"
"""In both columns it leaves the row out."""


def comparison(views: Sequence[PersonView], found: Comparison) -> str:
    """Give a table of two columns; what is not the same says so."""
    one, other = views
    left, right = _told(one, found.one), _told(other, found.other)
    rows = "".join(
        f'<tr><th scope="row">{name}</th><td>{html.escape(left[name])}</td>'
        f"<td{_diff(left[name], right[name])}>{html.escape(right[name])}</td></tr>"
        for name in left
        if {left[name], right[name]} != {NOTHING}
    )
    heads = "".join(f'<th scope="col">{column}</th>' for column in COLUMNS)
    return (
        '<div class="scroll" tabindex="0" role="region" '
        'aria-label="Twee personen naast elkaar"><table><thead><tr><th scope="col">'
        f'<span class="sr">Gegeven</span></th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
        f"{_notes(one, other, found)}"
    )


def effects_of_merge(views: Sequence[PersonView], effects: Sequence[Sequence[Change]]) -> str:
    """Give what a merge would change, apart for who stays when that makes a difference."""
    heading = "<h3>Wat verandert als je samenvoegt</h3>"
    told = [_effect(changes) for changes in effects]
    if len(set(told)) == 1:
        return heading + told[0]
    return heading + "".join(
        f"<p>Als de {column.lower()} blijft, {html.escape(view.match.name)}:</p>{effect}"
        for column, view, effect in zip(COLUMNS, views, told, strict=True)
    )


def effect_of_withdrawal(kept: str, changes: Sequence[Change]) -> str:
    """Give what withdrawing a merge would change, and what stays where it is."""
    return (
        f"<p>Wat na het samenvoegen genoteerd is, blijft bij {html.escape(kept)}.</p>"
        f"<h3>Wat verandert als je intrekt</h3>{_effect(changes)}"
    )


def _effect(changes: Sequence[Change]) -> str:
    """Reach with its limits by period, then the other figures."""
    warnings = "".join(
        page.notice(sentence, "warn")
        for sentence in dict.fromkeys(one for each in changes for one in _warnings(each))
    )
    periods = "".join(
        f"<div><dt>Bereikt, {show_period(each.period)}</dt>"
        f"<dd>{show_number(each.before)} → {show_number(each.after)}"
        f"<small>{_step(each)}</small></dd></div>"
        for each in changes
    )
    return f'{warnings}<dl class="effect">{periods}</dl>{_others(changes)}'


def matchings(found: Sequence[Matching]) -> str:
    """Give reach under each way of counting persons, by period, with what is still to go."""
    heads = "".join(f'<th scope="col">{show_period(each.period)}</th>' for each in found)
    rows = "".join(
        f'<tr><th scope="row">{title}<br><span class="small soft">{hint}</span></th>'
        + "".join(_reached(getattr(each, name), each.limits) for each in found)
        + "</tr>"
        for name, title, hint in MATCHINGS
    )
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Bereik volgens dubbels">'
        '<table><thead><tr><th scope="col">Hoe geteld</th>'
        f"{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def show_period(period: FundingPeriod) -> str:
    """Write the months of a funding period."""
    return f"{show_month(period.first_day)} tot {show_month(period.last_day)}"


def _told(view: PersonView, served: Served) -> dict[str, str]:
    match = view.match
    out = f", waarvan {served.open_loans} nog niet terug" if served.open_loans else ""
    return {
        "Naam": match.name,
        "Ook bekend als": " en ".join(match.also) or NOTHING,
        "Geboren": str(match.birth_year or NOTHING),
        "Leeftijd": view.age.value,
        "Komt als": view.role.value,
        "Gender": view.gender.value,
        "Woonplaats": match.residence,
        "Postcode": view.postcode or NOTHING,
        "Telefoon": view.phone or NOTHING,
        "E-mailadres": view.mail or NOTHING,
        "Ingeschreven": show_date(match.registered_on),
        "Uitleningen": f"{served.loans}{out}",
        "Lessen": str(served.sessions),
        "Bezoeken": str(served.visits),
        "Eerste dienst": show_date(served.first) if served.first else "nog geen",
        "Laatste dienst": show_date(served.last) if served.last else "nog geen",
    }


def _diff(left: str, right: str) -> str:
    return "" if left == right else ' class="diff"'


def _notes(one: PersonView, other: PersonView, found: Comparison) -> str:
    """Say in a sentence each what rule 63 decides for these two."""
    lessons = show_count(found.same_sessions, "les", "lessen")
    told = {
        f"In {lessons} staan ze allebei. Zo'n les telt één keer; beide rijen blijven staan.": (
            found.same_sessions
        ),
        "Ze hebben allebei nog een toestel. Beide uitleningen blijven open.": (
            found.one.open_loans and found.other.open_loans
        ),
        "Leeftijd of rol verschilt. Die van wie blijft, geldt voor alle diensten.": (
            (one.age, one.role) != (other.age, other.role)
        ),
        "Een van beide is al een samenvoeging. Je kunt elke samenvoeging apart intrekken.": (
            found.merged
        ),
    }
    rows = "".join(f"<li>{sentence}</li>" for sentence, holds in told.items() if holds)
    return f"<ul>{rows}</ul>" if rows else ""


def _warnings(change: Change) -> list[str]:
    passed = change.limits.between(change.before, change.after)
    if change.after > change.before:
        return ["Het bereik stijgt: wat apart niet meetelde, telt na het samenvoegen wel mee."]
    return [f"{_limit(one).capitalize()} is dan niet meer bereikt." for one in passed]


def _step(change: Change) -> str:
    passed = change.limits.between(change.before, change.after)
    if passed:
        verb = "niet meer" if change.after < change.before else "wel"
        return " ".join(f"{_limit(one).capitalize()} is dan {verb} bereikt." for one in passed)
    if change.before == change.after:
        return f"Er verandert niets. {_left(change.after, change.limits)}"
    return f"Er verandert geen doel of schijf. {_left(change.after, change.limits)}"


def _left(reached: int, limits: Limits) -> str:
    following = limits.next_after(reached)
    if following is None:
        return "Elk doel is bereikt." if limits.each else "Er is geen doel bepaald."
    number = show_count(following.persons - reached, "persoon", "personen")
    return f"Nog {number} tot {_limit(following)}."


def _limit(limit: Limit) -> str:
    number = show_number(limit.persons)
    return (
        f"de schijf vanaf {number} personen" if limit.is_tranche else f"het doel van {number}"
    )


def _reached(number: int, limits: Limits) -> str:
    return (
        f"<td><strong>{show_number(number)}</strong><br>"
        f'<span class="small soft">{_left(number, limits)}</span></td>'
    )


def _others(changes: Sequence[Change]) -> str:
    rows = "".join(
        f"<li>{html.escape(one.definition.title)}, {show_period(each.period)}: "
        f"{shown(one.before, one.definition.unit)} → "
        f"{shown(one.after, one.definition.unit)}</li>"
        for each in changes
        for one in each.others
    )
    if not rows:
        return '<p class="small">Geen ander cijfer verandert.</p>'
    return f"<details><summary>Welke cijfers nog veranderen</summary><ul>{rows}</ul></details>"
