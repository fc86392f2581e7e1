"""Corrections of devices, loans and wipes (rules 25 to 27, 31 and 34).

What a device went through is one story: loans that do not overlap, with a wipe before each.
A correction may not break it where it was whole, and the state of the device follows from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, ClassVar

from sqlmodel import Session, SQLModel

from digibank_core.errors import (
    AgreementTakenError,
    ConditionMissingError,
    DeviceInUseError,
    DeviceTakenError,
    DigibankError,
    DueBeforeLentError,
    LoanOverlapError,
    NotWipedBetweenError,
    ReturnBeforeLentError,
    ReturnDayMissingError,
    WipeBeforeReturnError,
)
from digibank_core.i18n import show_date
from digibank_core.models import (
    Device,
    DeviceCorrection,
    DeviceState,
    Loan,
    LoanCorrection,
    Wipe,
    WipeRequest,
)
from digibank_core.models.typed import Typed
from digibank_core.services.checks import not_after
from digibank_core.services.corrections.base import (
    Subject,
    alike,
    is_changed,
    is_new,
    standing,
)
from digibank_core.services.lending import own_device, refuse_known_serial, require_partner


class _OfDevice(Subject):
    """A record that is part of the story of a device."""

    def around(self, record: Any, request: Any = None) -> frozenset[str]:
        """Give the device, and the one that it should have been."""
        return frozenset(one.device for one in (record, request) if one is not None)

    @contextmanager
    def consequences(self, session: Session, keys: frozenset[str]) -> Iterator[None]:
        """Refuse what breaks the story of a device; let its state follow from it."""
        known = {str(one) for code in keys for one in _problems(session, code)}
        was = {code: _state(session, code) for code in keys}
        yield
        for code in sorted(keys):
            for problem in _problems(session, code):
                if str(problem) not in known:
                    raise problem
            state = _state(session, code)
            if state is not None and state != was[code]:
                session.get_one(Device, code).state = state


class Devices(_OfDevice):
    """Devices; the code on the sticker stays."""

    model: ClassVar[type[SQLModel]] = Device
    form: ClassVar[type[Typed]] = DeviceCorrection
    day: ClassVar[str] = "received_on"

    def around(self, record: Device, request: Any = None) -> frozenset[str]:
        """Give the device itself."""
        del request
        return frozenset({record.code})

    def check(self, session: Session, record: Device, today: date) -> None:
        """Check the day and the serial number."""
        if is_new(record, "received_on"):
            not_after(today, "received_on", record.received_on)
        if is_new(record, "serial"):
            refuse_known_serial(session, record.serial, but=record.code)


class Loans(_OfDevice):
    """Loans, with their returns."""

    model: ClassVar[type[SQLModel]] = Loan
    form: ClassVar[type[Typed]] = LoanCorrection
    day: ClassVar[str] = "lent_on"

    def check(self, session: Session, record: Loan, today: date) -> None:
        """Check the device, the agreement and the days."""
        if is_new(record, "device"):
            own_device(session, record.device, record.digibank)
        if is_changed(record, "agreement") and record.agreement is not None:
            same = alike(session, Loan, agreement=record.agreement)
            if any(one is not record for one in same):
                raise AgreementTakenError
        self._check_days(record, today)

    def _check_days(self, loan: Loan, today: date) -> None:
        if is_new(loan, "lent_on"):
            not_after(today, "lent_on", loan.lent_on)
        if is_new(loan, "lent_on", "due_on") and loan.due_on < loan.lent_on:
            raise DueBeforeLentError
        if is_changed(loan, "returned_on", "condition"):
            if loan.returned_on is None and loan.condition is not None:
                raise ReturnDayMissingError
            if loan.returned_on is not None and loan.condition is None:
                raise ConditionMissingError
        if loan.returned_on is not None and is_new(loan, "lent_on", "returned_on"):
            not_after(today, "returned_on", loan.returned_on)
            if loan.returned_on < loan.lent_on:
                raise ReturnBeforeLentError(lent_on=loan.lent_on)


class Wipes(_OfDevice):
    """Wipes."""

    model: ClassVar[type[SQLModel]] = Wipe
    form: ClassVar[type[Typed]] = WipeRequest
    day: ClassVar[str] = "wiped_on"

    def check(self, session: Session, record: Wipe, today: date) -> None:
        """Check the device, the kringwinkel and the day."""
        if is_new(record, "device"):
            own_device(session, record.device, record.digibank)
        if is_changed(record, "partner"):
            require_partner(session, record.partner)
        if not is_new(record, "device", "wiped_on"):
            return
        not_after(today, "wiped_on", record.wiped_on)
        device = session.get_one(Device, record.device)
        if record.wiped_on < device.received_on:
            raise WipeBeforeReturnError(returned_on=device.received_on)
        for loan in standing(session, Loan, device=record.device):
            if loan.lent_on < record.wiped_on < (loan.returned_on or date.max):
                raise DeviceTakenError(device=record.device, days=_days(loan))


def _story(session: Session, code: str) -> tuple[Device | None, list[Loan], list[Wipe]]:
    """Give a device with its loans and wipes that stand, the loans in the order of days."""
    loans = standing(session, Loan, device=code)
    loans.sort(key=lambda loan: (loan.lent_on, loan.recorded_at, loan.id))
    return session.get(Device, code), loans, standing(session, Wipe, device=code)


def _problems(session: Session, code: str) -> Iterator[DigibankError]:
    """Give what does not fit in the story of a device."""
    device, loans, wipes = _story(session, code)
    if device is None:
        return
    if device.voided and loans:
        yield DeviceInUseError(device=code, loans=len(loans))
    last: Loan | None = None
    for loan in loans:
        if last is not None and loan.lent_on < (last.returned_on or date.max):
            yield DeviceTakenError(device=code, days=_days(last))
        elif loan.lent_on < device.received_on:
            yield LoanOverlapError(device=code, free=device.received_on)
        else:
            since = (last and last.returned_on) or device.received_on
            if not any(since <= wipe.wiped_on <= loan.lent_on for wipe in wipes):
                yield NotWipedBetweenError(device=code, since=since, lent_on=loan.lent_on)
        if last is None or _end(loan) >= _end(last):
            last = loan


def _state(session: Session, code: str) -> DeviceState | None:
    """Give the state that follows from the loans and wipes of a device (rule 25)."""
    device, loans, wipes = _story(session, code)
    if device is None:
        return None
    if any(loan.returned_on is None for loan in loans):
        return DeviceState.ON_LOAN
    # of one day the moment of recording tells which came first
    since: tuple[date, datetime] = max(
        ((_end(loan), loan.recorded_at) for loan in loans),
        default=(device.received_on, device.recorded_at),
    )
    is_wiped = any((wipe.wiped_on, wipe.recorded_at) >= since for wipe in wipes)
    return DeviceState.READY if is_wiped else DeviceState.TO_WIPE


def _end(loan: Loan) -> date:
    return loan.returned_on or date.max


def _days(loan: Loan) -> str:
    if loan.returned_on is None:
        return f"sinds {show_date(loan.lent_on)}"
    return f"van {show_date(loan.lent_on)} tot {show_date(loan.returned_on)}"
