"""Dutch (nl_BE) dates, numbers and money; the sentences live with their errors and models."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, localcontext

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

LOCALE = "nl_BE"


def show_date(day: date) -> str:
    """Write a day the Belgian way.

    Examples
    --------
    >>> show_date(date(2024, 11, 4))
    '04/11/2024'
    """
    return format_date(day, "dd/MM/yyyy", locale=LOCALE)


def show_day(day: date) -> str:
    """Write a day with the name of the weekday.

    Examples
    --------
    >>> show_day(date(2024, 11, 14))
    'do 14/11/2024'
    """
    return format_date(day, "EE dd/MM/yyyy", locale=LOCALE)


def show_month(day: date) -> str:
    """Write the month of a day.

    Examples
    --------
    >>> show_month(date(2024, 11, 14))
    'nov 2024'
    """
    return format_date(day, "MMM yyyy", locale=LOCALE)


def show_time(moment: time) -> str:
    """Write a time of day the Belgian way.

    Examples
    --------
    >>> show_time(time(9, 30))
    '9.30'
    """
    return f"{moment.hour}.{moment:%M}"


def show_moment(moment: datetime) -> str:
    """Write a moment: the day and the hour of its own zone.

    Examples
    --------
    >>> show_moment(datetime(2024, 11, 14, 9, 5))
    'do 14/11/2024 om 9.05 uur'
    """
    return f"{show_day(moment)} om {show_time(moment.time())} uur"


def show_hours(starts_at: time, ends_at: time) -> str:
    """Write hours the Belgian way.

    Examples
    --------
    >>> show_hours(time(9), time(11, 30))
    '9.00 tot 11.30 uur'
    """
    return f"{show_time(starts_at)} tot {show_time(ends_at)} uur"


def show_number(number: int | Decimal) -> str:
    """Write a number with a point between thousands and a decimal comma.

    Examples
    --------
    >>> show_number(1180), show_number(Decimal("939.5"))
    ('1.180', '939,5')
    """
    with localcontext(rounding=ROUND_HALF_UP):
        return format_decimal(number, locale=LOCALE)


def show_count(number: int, one: str, many: str) -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> show_count(1, "dag", "dagen"), show_count(0, "dag", "dagen")
    ('1 dag', '0 dagen')
    """
    return f"{show_number(number)} {one if number == 1 else many}"


def show_money(cents: int) -> str:
    """Write an amount of cents in euro.

    Examples
    --------
    >>> show_money(6000).replace("\N{NO-BREAK SPACE}", " ")
    '€ 60,00'
    """
    return format_currency(Decimal(cents) / 100, "EUR", locale=LOCALE)
