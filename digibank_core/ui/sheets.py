"""What the roll call shows of a session: its line in the list, and its sheet with names."""

from __future__ import annotations

from datetime import date

from digibank_core import clock, db
from digibank_core.i18n import show_day, show_hours
from digibank_core.models import TrainingSession
from digibank_core.models.training import RollRow, SessionCount
from digibank_core.names import fold
from digibank_core.services import persons, roll
from digibank_core.ui import page
from digibank_core.ui.roll import Choice, Line, Sheet


def choices() -> list[Choice]:
    """Give the sessions to choose from, the most pressing first."""
    today = clock.today()
    with db.reading() as session:
        found = roll.sessions_around(session, actor=page.actor(), today=today)
    found.sort(key=lambda one: _pressing(one, today))
    return [_choice(one, today) for one in found]


def _pressing(one: SessionCount, today: date) -> tuple[int, int]:
    """Sort: today, lists to finish with the newest first, what comes, what is done."""
    days = (one.session.held_on - today).days
    if one.session.cancelled or one.session.complete_by:
        return 3, -days
    return (0, 0) if days == 0 else (1, -days) if days < 0 else (2, days)


def _choice(one: SessionCount, today: date) -> Choice:
    held = one.session
    hours = show_hours(held.starts_at, held.ends_at)
    badge, story = _state(one, today)
    return Choice(
        session=held.id or 0,
        what=one.course.title,
        when=f"{show_day(held.held_on)}, {hours}, {held.place}",
        story=story,
        badge=badge,
        act="Noteer" if badge[0] in {"open", "today"} else "Bekijk",
    )


def _state(one: SessionCount, today: date) -> tuple[tuple[str, str], str]:
    held = one.session
    enrolled = f"{one.enrolled} ingeschreven."
    if held.cancelled:
        return ("none", "gaat niet door"), enrolled
    if held.complete_by:
        return ("pass", "lijst volledig"), f"{one.marked} genoteerd, {held.list_reference}."
    if held.held_on > today:
        return ("out", "komt nog"), enrolled
    kind, word = ("today", "vandaag") if held.held_on == today else ("open", "lijst niet af")
    if one.unmarked:
        return (kind, word), f"{one.unmarked} nog niet genoteerd."
    return (kind, word), "Het nummer van de tekenlijst ontbreekt."


def sheet(number: int) -> Sheet:
    """Give the sheet of a session, by name; raise `UnknownSessionError` if there is none."""
    who = page.actor()
    with db.reading() as session:
        shown = roll.roll_of(session, number, actor=who)
        names = persons.names(session, {row.person for row in shown.rows}, actor=who)
    held = shown.session
    taken = sum(row.enrolled for row in shown.rows)
    facts = [
        ("Les van", show_day(held.held_on)),
        ("Uur", show_hours(held.starts_at, held.ends_at)),
        ("Plaats", held.place),
        ("Plaatsen", f"{taken} van {shown.course.capacity} bezet"),
    ]
    lines = [_line(row, names[row.person], held) for row in shown.rows]
    return Sheet(
        session=number,
        title=shown.course.title,
        facts=tuple(facts),
        lines=tuple(sorted(lines, key=lambda line: (fold(line.name), line.person))),
        why=_why_closed(held),
        complete=held.complete_by is not None,
    )


def _line(row: RollRow, name: str, held: TrainingSession) -> Line:
    story = (
        str(row.birth_year or ""),
        "" if row.enrolled else "kwam zonder inschrijving",
        page.noted(held.held_on, row.recorded_at) if row.recorded_at else "",
    )
    return Line(
        person=row.person,
        name=name,
        detail=", ".join(filter(None, story)),
        mark="" if row.mark is None else row.mark.value,
        version=row.version,
    )


def _why_closed(held: TrainingSession) -> str:
    if held.cancelled:
        return "Deze les ging niet door."
    if held.held_on > clock.today():
        return f"Deze les is op {show_day(held.held_on)}. Noteer vanaf die dag wie er was."
    if held.complete_by:
        return (
            f"De lijst is volledig, nagekeken door {held.complete_by}. "
            f"Nummer van de tekenlijst: {held.list_reference}."
        )
    return ""
