"""The few days of which figures are published, so that no two of them differ by one person."""

from __future__ import annotations

from datetime import date, timedelta


def fixed_day(day: date, last_day: date) -> date:
    """Give the latest fixed date up to a day: the end of a quarter or of the period (rule 48).

    Examples
    --------
    >>> ends = date(2026, 7, 31)
    >>> days = (date(2026, 3, 30), date(2026, 3, 31), date(2026, 8, 9), date(2026, 10, 1))
    >>> [f"{fixed_day(day, ends):%d/%m/%Y}" for day in days]
    ['31/12/2025', '31/03/2026', '31/07/2026', '30/09/2026']
    """
    after = day + timedelta(days=1)
    quarter = after.replace(month=(after.month - 1) // 3 * 3 + 1, day=1) - timedelta(days=1)
    return max(quarter, last_day) if last_day <= day else quarter
