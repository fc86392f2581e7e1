"""Change what is dated: settings, targets, periods, caps and tranches (rules 2, 17, 22, 67).

A setting, a tranche, a target or a cap gets a new row from a day on, so that earlier days and
old periods keep theirs; the same day again is a correction, as any change of a period is. All
leave history. `proposed` gives the records without saving them, so that their effect on the
figures can be told first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlmodel import Session, SQLModel, col, select

from digibank_core.errors import (
    AgreementMissingError,
    CarryOverError,
    DayOutsidePeriodError,
    PeriodDaysError,
    SettingValueError,
    UnknownCapError,
    UnknownPeriodError,
    UnknownSettingError,
)
from digibank_core.models import (
    Cap,
    CapRequest,
    DatedRequest,
    FundingPeriod,
    HistoryEntry,
    PeriodRequest,
    Setting,
    SettingRequest,
    Target,
    TargetRequest,
    Tranche,
    TrancheRequest,
)
from digibank_core.models.programme import caps
from digibank_core.models.settings import YES, read_value, wanted
from digibank_core.security import Actor, Right

CHANGE = "instelling of doel wijzigen"
DATED = ("setting", "target", "cap", "funding_period", "tranche")
"""Tables of which this page tells the history."""


class Dated(NamedTuple):
    """All that is dated, as the page shows it."""

    settings: Sequence[Setting]
    periods: Sequence[FundingPeriod]
    targets: Sequence[Target]
    caps: Sequence[Cap]
    tranches: Sequence[Tranche]
    changes: Sequence[HistoryEntry]
    """The newest first."""


def dated(session: Session, *, actor: Actor, most: int) -> Dated:
    """Give all that is dated, with at most so many changes."""
    actor.require(Right.KEEP_REFERENCE)
    changes = (
        select(HistoryEntry)
        .where(col(HistoryEntry.table).in_(DATED))
        .order_by(col(HistoryEntry.id).desc())
        .limit(most)
    )
    return Dated(
        sorted(
            session.exec(select(Setting)),
            key=lambda row: (row.label, row.digibank, row.starts_on),
        ),
        sorted(
            session.exec(select(FundingPeriod)), key=lambda row: (row.first_day, row.digibank)
        ),
        sorted(session.exec(select(Target)), key=_by_place),
        sorted(session.exec(select(Cap)), key=_by_place),
        sorted(
            session.exec(select(Tranche)),
            key=lambda row: (row.period, row.from_persons, row.starts_on),
        ),
        session.exec(changes).all(),
    )


def proposed(session: Session, request: DatedRequest, *, actor: Actor) -> list[SQLModel]:
    """Give the records as they would be after a change, without saving them.

    Raises
    ------
    UnknownSettingError, UnknownPeriodError, UnknownCapError
        There is no such setting, period or cap.
    SettingValueError, CarryOverError, AgreementMissingError, PeriodDaysError
        The value does not fit (rules 2, 3 and 14).
    DayOutsidePeriodError
        A target or a cap would begin on a day that never counts.
    """
    actor.require(Right.KEEP_REFERENCE)
    match request:
        case SettingRequest():
            return [_setting(session, request, actor)]
        case TargetRequest():
            return [_target(session, request, actor)]
        case PeriodRequest():
            return [_period(session, request, actor)]
        case CapRequest():
            return _cap(session, request, actor)
        case TrancheRequest():
            return [_tranche(request, actor)]


def change(session: Session, request: DatedRequest, *, actor: Actor) -> list[SQLModel]:
    """Save a change; raises what `proposed` raises."""
    actor.require(Right.KEEP_REFERENCE)
    saved = [session.merge(record) for record in proposed(session, request, actor=actor)]
    session.flush()
    return saved


def tranches_of(session: Session, period: str, *, actor: Actor) -> dict[int, int]:
    """Give the newest tranches of a period: from so many persons, so many cents."""
    actor.require(Right.KEEP_REFERENCE)
    rows = session.exec(select(Tranche).where(Tranche.period == period))
    newest = {row.from_persons: row for row in sorted(rows, key=lambda row: row.starts_on)}
    found = {number: newest[number].amount_cents for number in sorted(newest)}
    return {number: cents for number, cents in found.items() if cents}


def _setting(session: Session, request: SettingRequest, actor: Actor) -> Setting:
    known = session.exec(select(Setting).where(Setting.name == request.setting)).first()
    if known is None:
        raise UnknownSettingError(name=request.setting, on=request.starts_on)
    value = read_value(known.unit, request.value)
    if value is None:
        raise SettingValueError(wanted=wanted(known.unit))
    if known.name == "carry_over" and value == YES:
        raise CarryOverError
    counts_anonymous = known.name == "count_tier_b" and value == YES
    if counts_anonymous and not request.agreement:
        raise AgreementMissingError
    return Setting(
        name=known.name,
        digibank=request.digibank or "",
        starts_on=request.starts_on,
        value=value,
        unit=known.unit,
        label=known.label,
        author=actor.login,
        source=request.source,
        agreement=request.agreement if counts_anonymous else None,
    )


def _target(session: Session, request: TargetRequest, actor: Actor) -> Target:
    period = _found(session, request.period)
    key = (period.code, period.digibank, request.starts_on)
    within = period.first_day <= request.starts_on <= period.last_day
    if not within and session.get(Target, key) is None:
        raise DayOutsidePeriodError(
            period=period.code, first_day=period.first_day, last_day=period.last_day
        )
    return Target(
        period=period.code,
        digibank=period.digibank,
        persons=request.persons,
        starts_on=request.starts_on,
        author=actor.login,
        source=request.source,
    )


def _period(session: Session, request: PeriodRequest, actor: Actor) -> FundingPeriod:
    if request.last_day < request.first_day:
        raise PeriodDaysError
    days = request.model_dump(include={"first_day", "last_day", "active", "source"})
    known = _found(session, request.period)
    return FundingPeriod(**known.model_dump() | days | {"author": actor.login})


def _cap(session: Session, request: CapRequest, actor: Actor) -> list[SQLModel]:
    period = _found(session, request.period)
    known = caps(tranches_of(session, period.code, actor=actor))
    cents = int(request.cap) if request.cap.isdecimal() else 0
    if cents not in known:
        raise UnknownCapError(period=period.code)
    told = request.model_dump(include={"period", "starts_on", "source"})
    target = _target(session, TargetRequest(persons=known[cents], **told), actor)
    key = target.model_dump(exclude={"persons"})
    return [Cap(amount_cents=cents, **key), target]


def _tranche(request: TrancheRequest, actor: Actor) -> Tranche:
    return Tranche(**request.model_dump(), author=actor.login)


def _by_place(row: Target | Cap) -> tuple[str, str, date]:
    return row.period, row.digibank, row.starts_on


def _found(session: Session, place: str) -> FundingPeriod:
    """Give a period by its Digibank and its code, as in west/IMPL."""
    digibank, _, code = place.partition("/")
    found = session.get(FundingPeriod, (code, digibank))
    if found is None:
        raise UnknownPeriodError(period=code, digibank=digibank)
    return found
