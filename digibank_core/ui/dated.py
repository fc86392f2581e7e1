"""Rows of the lists of what is dated: what holds, what is to come and what was replaced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pandas as pd

from digibank_core.i18n import show_count, show_date, show_money, show_number
from digibank_core.models import Cap, FundingPeriod, Setting, Target, Tranche
from digibank_core.models.programme import begun
from digibank_core.models.settings import show_value
from digibank_core.services.settings import Dated

Row = dict[str, object]
Place = Callable[[str, str], str]
"""Gives the words for a Digibank and a period."""
HOLDS, TO_COME = "geldt nu", "begint later"


def settings(dated: Dated, place: Place, today: date) -> list[Row]:
    """Give a row for each value that a setting has, had or will have."""
    return [
        {
            "Instelling": row.label,
            "Waarde": show_value(row.unit, row.value),
            "Voor": place(row.digibank, ""),
            "Sinds": pd.Timestamp(row.starts_on),
            "Stand": _state(row.starts_on, _starts(dated.settings, row), today),
            "Bron": row.source + (f" (akkoord {row.agreement})" if row.agreement else ""),
            "Door": row.author,
        }
        for row in dated.settings
    ]


def periods(dated: Dated, place: Place, today: date) -> list[Row]:
    """Give a row for each period of a Digibank, with the target and the cap of today."""
    return [
        {
            "Digibank en periode": place(row.digibank, row.code),
            "Van": pd.Timestamp(row.first_day),
            "Tot en met": pd.Timestamp(row.last_day),
            "Stand": "actief" if row.active else "niet actief",
            "Doel": show_number(target.persons) if target else "geen",
            "Hoogstens": show_money(cap.amount_cents if cap else row.amount_cents),
            "Bron": row.source,
            "Door": row.author,
        }
        for row in dated.periods
        for target, cap in [(target_of(dated, row, today), _cap_of(dated, row, today))]
    ]


def agreed(dated: Dated, place: Place, today: date) -> list[Row]:
    """Give a row for each target and each cap, the first of a period first."""
    days = {(row.code, row.digibank): _counted(row, today) for row in dated.periods}
    rows: list[Target | Cap] = [*dated.targets, *dated.caps]
    return [
        {
            "Digibank en periode": place(row.digibank, row.period),
            "Wat": "Doel" if isinstance(row, Target) else "Plafond",
            "Waarde": _agreed_value(row),
            "Sinds": pd.Timestamp(row.starts_on),
            "Stand": _agreed_state(dated, row, days.get((row.period, row.digibank), today)),
            "Bron": row.source,
            "Door": row.author,
        }
        for row in sorted(rows, key=lambda row: (row.period, row.digibank, row.starts_on))
    ]


def tranches(dated: Dated, today: date) -> list[Row]:
    """Give a row for each amount that a tranche has, had or will have."""
    return [
        {
            "Periode": row.period,
            "Vanaf personen": show_number(row.from_persons),
            "Bedrag": show_money(row.amount_cents),
            "Sinds": pd.Timestamp(row.starts_on),
            "Stand": _state(row.starts_on, _starts(dated.tranches, row), today),
            "Bron": row.source,
            "Door": row.author,
        }
        for row in dated.tranches
    ]


def target_of(dated: Dated, period: FundingPeriod, today: date) -> Target | None:
    """Give the target of a period that counts today; None without any."""
    known = {row.starts_on: row for row in dated.targets if _is_of(row, period)}
    held = begun(known, _counted(period, today)) or min(known, default=None)
    return None if held is None else known[held]


def _cap_of(dated: Dated, period: FundingPeriod, today: date) -> Cap | None:
    known = {row.starts_on: row for row in dated.caps if _is_of(row, period)}
    held = begun(known, _counted(period, today))
    return None if held is None else known[held]


def _counted(period: FundingPeriod, today: date) -> date:
    """Give the day of which targets and caps count: today, within the period."""
    return max(period.first_day, min(today, period.last_day))


def _is_of(row: Target | Cap, period: FundingPeriod) -> bool:
    return (row.period, row.digibank) == (period.code, period.digibank)


def _agreed_value(row: Target | Cap) -> str:
    if isinstance(row, Target):
        return show_count(row.persons, "persoon", "personen")
    return show_money(row.amount_cents)


def _agreed_state(dated: Dated, row: Target | Cap, day: date) -> str:
    if isinstance(row, Target):
        starts = _starts(dated.targets, row)
        first = row.starts_on == min(starts)  # it holds on the days before it too
        return _state(min(day, row.starts_on) if first else row.starts_on, starts, day)
    return _state(row.starts_on, _starts(dated.caps, row), day)


def _starts(
    rows: Sequence[Setting] | Sequence[Target] | Sequence[Cap] | Sequence[Tranche],
    row: Setting | Target | Cap | Tranche,
) -> list[date]:
    """Give the days since which each row of the same thing holds."""
    return [each.starts_on for each in rows if _thing(each) == _thing(row)]


def _thing(row: Setting | Target | Cap | Tranche) -> tuple[object, object]:
    if isinstance(row, Setting):
        return row.name, row.digibank
    if isinstance(row, Tranche):
        return row.period, row.from_persons
    return row.period, row.digibank


def _state(start: date, starts: Sequence[date], today: date) -> str:
    """Say whether a row holds today, is to come or was replaced, and then until when."""
    later = min((each for each in starts if each > start), default=None)
    if start > today:
        return TO_COME
    if later is not None and later <= today:
        return f"tot {show_date(later)}"
    return HOLDS
