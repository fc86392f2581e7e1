"""What a figure rests on: all its rows, or those of one group, for who may see rows (54)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlmodel import Session

from digibank_core import reporting
from digibank_core.errors import UnknownFigureError, UnknownReceiptError
from digibank_core.indicators.definition import Breakdown, Definition, Scope
from digibank_core.indicators.rows import references
from digibank_core.reporting import Progress
from digibank_core.security import Actor, Right

_DAYS = ("happened_on", "lent_on", "wiped_on", "held_on", "visited_on", "booked_on")
_ONE_NAME = {
    **dict.fromkeys(_DAYS, "day"),
    "delivery": "record",
    "booking": "record",
    "digipunt": "place",
}
"""Columns that say the same of other records, with the one name they get here."""
_WORDS = {
    "place": "visits_by_digipunt",
    "municipality": "reach_by_residence",
    "topic": "questions_by_topic",
}
"""Columns that hold codes, with the breakdown that has their titles."""


@dataclass(frozen=True)
class Receipt:
    """A figure or a cell of a breakdown, with the rows that were counted (rules 50 and 54)."""

    card: Definition
    scope: Scope
    value: int | str | None
    numerator: int | None
    denominator: int | None
    note: str
    chosen: Mapping[str, str]
    """Title of the `group` and of the `across` that were chosen; empty for all rows."""
    rows: pd.DataFrame
    """By day. `record` (table/key), `day`, `place` and `person` are called so in every one;
    rows that are made of several records have no `record`."""


def receipt(  # noqa: PLR0913  # one question, asked by name
    session: Session,
    code: str,
    group: str = "",
    across: str = "",
    *,
    actor: Actor,
    digibank: str,
    period: str,
    as_of: date,
    known_on: date | None = None,
) -> Receipt:
    """Give the receipt of a figure or a breakdown, or of one group of a breakdown.

    Parameters
    ----------
    group, across
        Codes of the cell, as in `Breakdown.cells`; empty for all of them.
    as_of, known_on
        As of `reporting.progress`.

    Raises
    ------
    NotAllowedError
        The actor may not see the rows of this Digibank.
    UnknownReceiptError
        There is no such figure or breakdown, or it has no such group.
    UnknownDigibankError, UnknownPeriodError
        As `reporting.progress`.
    """
    actor.require(Right.SEE_ROWS, digibank)
    progress = reporting.progress(
        session,
        actor=actor,
        digibank=digibank,
        period=period,
        as_of=as_of,
        known_on=known_on,
    )
    return receipt_of(progress, code, group, across)


def receipt_of(progress: Progress, code: str, group: str = "", across: str = "") -> Receipt:
    """Give the receipt of a figure or a breakdown that was measured; errors as `receipt`."""
    try:
        measured = progress.measured(code)
    except UnknownFigureError as error:
        raise UnknownReceiptError(what=f"cijfer {code}") from error
    if isinstance(measured, Breakdown):
        return _of_breakdown(progress, measured, group, across)
    if group or across:
        raise UnknownReceiptError(what=f"groep {group or across} van {code}")
    return Receipt(
        card=measured.definition,
        scope=progress.scope,
        value=measured.value,
        numerator=measured.numerator,
        denominator=measured.denominator,
        note=measured.note,
        chosen={},
        rows=_told(measured.receipt, progress),
    )


def _of_breakdown(progress: Progress, whole: Breakdown, group: str, across: str) -> Receipt:
    cells, rows, chosen = whole.cells, whole.receipt, {}
    if not cells["across"].any():
        rows = rows.drop(columns="across", errors="ignore")
    for column, code in (("group", group), ("across", across)):
        if not code:
            continue
        titles = _titles(cells, column)
        if code not in titles:
            raise UnknownReceiptError(what=f"groep {code} van {whole.definition.code}")
        chosen[column] = titles[code]
        cells, rows = cells[cells[column] == code], rows[rows[column] == code]
    value = int(cells["value"].sum())
    told = rows.assign(
        **{
            column: rows[column].replace(_titles(whole.cells, column))
            for column in ("group", "across")
            if column in rows
        }
    )
    return Receipt(
        card=whole.definition,
        scope=progress.scope,
        value=value,
        numerator=value,
        denominator=None,
        note="",
        chosen=chosen,
        rows=_told(told, progress),
    )


def _told(rows: pd.DataFrame, progress: Progress) -> pd.DataFrame:
    """Give rows with one name for what is the same, words for codes, by day."""
    if "visit" in rows:
        visits = progress.rows("visits").set_index("record")
        asked = visits[["visited_on", "digipunt", "person"]].reindex(
            references("visit", rows["visit"])
        )
        rows = rows.assign(**{name: asked[name].array for name in asked})
    told = rows.rename(columns=_ONE_NAME)
    if "device" in told and "record" not in told:
        told = told.assign(record="device/" + told["device"]).drop(columns="device")
    for column, breakdown in _WORDS.items():
        if column in told:
            titles = _titles(progress.breakdown(breakdown).cells, "group")
            told[column] = told[column].replace(titles)
    if "day" in told:
        told = told.sort_values("day", kind="stable")
    return told.reset_index(drop=True)


def _titles(cells: pd.DataFrame, column: str) -> Mapping[str, str]:
    title = "title" if column == "group" else "across_title"
    return dict(zip(cells[column], cells[title], strict=True))
