"""The only source of now and today.

A demo database tells a story on a fixed day: `tell_story` sets that day, with the real
time of day. `at` sets the whole moment; the demo loader uses it per transaction, so that
recorded times are those of the story.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from digibank_core.errors import DayFormError

BRUSSELS = ZoneInfo("Europe/Brussels")

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)
_story_day: list[date | None] = [None]  # one per process: kernels and server open one database


def now() -> datetime:
    """Give this moment, in UTC."""
    fixed = _moment.get()
    if fixed is not None:
        return fixed
    if _story_day[0] is None:
        return wall()
    time_of_day = wall().astimezone(BRUSSELS).time()
    return datetime.combine(_story_day[0], time_of_day, BRUSSELS).astimezone(UTC)


def wall() -> datetime:
    """Give the real moment, in UTC, whatever story is told: for sessions that must end."""
    return datetime.now(UTC)


def today() -> date:
    """Give this day in Brussels."""
    return now().astimezone(BRUSSELS).date()


def day_in(text: str) -> date:
    """Read a day written as year-month-day; raise `DayFormError`."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise DayFormError(day=text) from error


def brussels(moment: datetime) -> datetime:
    """Give a moment by the clock of Brussels."""
    return moment.astimezone(BRUSSELS)


def tell_story(day: date | None) -> None:
    """Let every `today` be the story's day; None brings the real day back."""
    _story_day[0] = day


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let it be this moment (with its zone) inside the block."""
    token = _moment.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moment.reset(token)


def end_of_day(day: date) -> datetime:
    """Give the first moment after a day in Brussels, in UTC (rule 61).

    Examples
    --------
    >>> end_of_day(date(2025, 1, 15)).isoformat()
    '2025-01-15T23:00:00+00:00'
    """
    return datetime.combine(day + timedelta(days=1), time(), BRUSSELS).astimezone(UTC)
