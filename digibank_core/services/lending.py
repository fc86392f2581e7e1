"""Lend devices, take them back, wipe them (rules 25 to 29)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date

from sqlmodel import Session, and_, col, func, select

from digibank_core.errors import (
    CodeTakenError,
    DeviceElsewhereError,
    DeviceNotOnLoanError,
    DeviceNotReadyError,
    DeviceNotWipedError,
    DeviceOnLoanError,
    DeviceVoidedError,
    DueBeforeLentError,
    LoanOverlapError,
    ReturnBeforeLentError,
    SerialTakenError,
    UnknownDeviceError,
    UnknownPartnerError,
    WipeBeforeReturnError,
)
from digibank_core.models import (
    Device,
    DeviceState,
    Digibank,
    Loan,
    LoanRequest,
    NewDevice,
    Partner,
    ReturnRequest,
    Wipe,
    WipeRequest,
)
from digibank_core.models.lending import NEXT_STATES, DeviceView, LoanView
from digibank_core.security import Actor, Right
from digibank_core.services.checks import not_after, own_person, same_version
from digibank_core.services.roots import roots

IS_OPEN = and_(col(Loan.returned_on).is_(None), ~col(Loan.voided))


def add_device(session: Session, request: NewDevice, *, actor: Actor, today: date) -> Device:
    """Take a device into the stock of the own Digibank; it is to be wiped first (rule 25)."""
    actor.require(Right.KEEP_STOCK, actor.own)
    not_after(today, "received_on", request.received_on)
    known = session.get(Device, request.device)
    if known is not None and known.voided:
        raise DeviceVoidedError(device=known.code)
    if known is not None:
        raise CodeTakenError(device=known.code)
    refuse_known_serial(session, request.serial)
    device = Device(
        code=request.device,
        digibank=actor.own,
        kind=request.kind,
        model=request.model,
        serial=request.serial,
        origin=request.origin,
        received_on=request.received_on,
    )
    session.add(device)
    session.flush()
    return device


def lend(session: Session, request: LoanRequest, *, actor: Actor, today: date) -> Loan:
    """Hand a device over to a person, with a new agreement reference.

    Parameters
    ----------
    session
        Open transaction; it is flushed, not committed.
    request
        Device, person, day of the hand-over, due day, note.
    actor
        Needs `Right.LEND` in the Digibank of the device.
    today
        No hand-over may lie after this day.

    Returns
    -------
    Loan
        The open loan with its id and its agreement, as in BW-2024-00012.

    Raises
    ------
    UnknownDeviceError, DeviceElsewhereError, DeviceVoidedError, UnknownPersonError
        The code or the key is not of this Digibank, or of a mistake.
    DeviceOnLoanError, DeviceNotWipedError
        The device is not ready (rules 25 to 27).
    FutureDateError, DueBeforeLentError, LoanOverlapError
        The days do not fit (rule 27).
    """
    actor.require(Right.LEND, actor.own)
    device = own_device(session, request.device, actor.own)
    person = own_person(session, request.person, actor.own)
    _require_ready(session, device)
    not_after(today, "lent_on", request.lent_on)
    if request.due_on < request.lent_on:
        raise DueBeforeLentError
    free = _free_from(session, device)
    if request.lent_on < free:
        raise LoanOverlapError(device=device.code, free=free)

    loan = Loan(
        digibank=actor.own,
        device=device.code,
        person=person.key,
        lent_on=request.lent_on,
        due_on=request.due_on,
        agreement=_next_agreement(session, actor.own, request.lent_on.year),
        note=request.note,
    )
    session.add(loan)
    _move(device, DeviceState.ON_LOAN)
    session.flush()  # gives the loan its id and lets the database check its rules
    return loan


def take_back(session: Session, request: ReturnRequest, *, actor: Actor, today: date) -> Loan:
    """Close the open loan of a device, which is then to be wiped (rule 26).

    Raises
    ------
    DeviceNotOnLoanError
        Nobody has the device.
    ChangedMeanwhileError
        The loan has another version than `request.version`.
    ReturnBeforeLentError, FutureDateError
        The day does not fit (rule 27).
    """
    actor.require(Right.LEND, actor.own)
    device = own_device(session, request.device, actor.own)
    loan = _open_loan(session, device.code)
    if loan is None:
        raise DeviceNotOnLoanError(device=device.code)
    same_version(request.version, loan.version)
    not_after(today, "returned_on", request.returned_on)
    if request.returned_on < loan.lent_on:
        raise ReturnBeforeLentError(lent_on=loan.lent_on)
    loan.returned_on = request.returned_on
    loan.condition = request.condition
    loan.return_note = request.note
    _move(device, DeviceState.TO_WIPE)
    session.flush()
    return loan


def wipe(session: Session, request: WipeRequest, *, actor: Actor, today: date) -> Wipe:
    """Record that a device was wiped, which makes it ready for the next loan (rule 26).

    Raises
    ------
    DeviceNotReadyError
        The device is not waiting for a wipe (rule 25).
    WipeBeforeReturnError, FutureDateError
        The day does not fit.
    """
    actor.require(Right.KEEP_STOCK, actor.own)
    device = own_device(session, request.device, actor.own)
    same_version(request.version, device.version)
    not_after(today, "wiped_on", request.wiped_on)
    if device.state != DeviceState.TO_WIPE:
        raise DeviceNotReadyError(device=device.code, state=device.state.value)
    came_in = _last_return(session, device.code) or device.received_on
    if request.wiped_on < came_in:
        raise WipeBeforeReturnError(returned_on=came_in)
    require_partner(session, request.partner)
    record = Wipe(
        digibank=actor.own,
        device=device.code,
        wiped_on=request.wiped_on,
        method=request.method,
        partner=request.partner,
        certificate=request.certificate,
    )
    session.add(record)
    _move(device, DeviceState.READY)
    session.flush()
    return record


def view_device(session: Session, code: str, *, actor: Actor) -> DeviceView:
    """Give a device of the own Digibank with its open loan and last wipe.

    Raises
    ------
    UnknownDeviceError, DeviceElsewhereError, DeviceVoidedError
        No device has exactly this code, another Digibank has it, or it is a mistake.
    """
    actor.require(Right.SEE_STOCK, actor.own)
    device = own_device(session, code, actor.own)
    loan = _open_loan(session, code)
    wipes = select(Wipe).where(Wipe.device == code, ~col(Wipe.voided))
    last_wipe = session.exec(wipes.order_by(col(Wipe.id).desc()).limit(1)).first()
    shown = None if loan is None else _loan_view(loan, actor, roots(session, actor.own))
    return DeviceView(device=device, loan=shown, wipe=last_wipe)


def open_loans(session: Session, *, actor: Actor) -> list[tuple[LoanView, Device]]:
    """Give what is out in the own Digibank, the loan that is due first on top."""
    actor.require(Right.SEE_STOCK, actor.own)
    found = session.exec(
        select(Loan, Device)
        .join(Device, col(Device.code) == Loan.device)
        .where(Loan.digibank == actor.own, IS_OPEN)
    ).all()
    root = roots(session, actor.own)
    shown = [(_loan_view(loan, actor, root), device) for loan, device in found]
    return sorted(shown, key=lambda row: (row[0].due_on, row[0].device))


def devices_to_wipe(session: Session, *, actor: Actor) -> Sequence[Device]:
    """Give the devices of the own Digibank that wait for a wipe, by code."""
    actor.require(Right.SEE_STOCK, actor.own)
    waiting = select(Device).where(
        Device.digibank == actor.own,
        Device.state == DeviceState.TO_WIPE,
        ~col(Device.voided),
    )
    return sorted(session.exec(waiting), key=lambda device: device.code)


def refuse_known_serial(session: Session, serial: str | None, *, but: str = "") -> None:
    """Raise `SerialTakenError` when another device than `but` has the number (rule 34)."""
    namesake = select(Device).where(Device.serial == serial, Device.code != but)
    if serial is not None and session.exec(namesake).first() is not None:
        raise SerialTakenError


def require_partner(session: Session, code: str | None) -> None:
    """Raise `UnknownPartnerError` for a code that no partner has."""
    if code is not None and session.get(Partner, code) is None:
        raise UnknownPartnerError(partner=code)


def own_device(session: Session, code: str, digibank: str) -> Device:
    """Give a device of a Digibank that was not voided."""
    device = session.get(Device, code)
    if device is None:
        raise UnknownDeviceError(device=code)
    if device.digibank != digibank:
        owner = session.get_one(Digibank, device.digibank)
        raise DeviceElsewhereError(device=code, digibank=owner.name)
    if device.voided:
        raise DeviceVoidedError(device=code)
    return device


def _open_loan(session: Session, code: str) -> Loan | None:
    return session.exec(select(Loan).where(Loan.device == code, IS_OPEN)).first()


def _loan_view(loan: Loan, actor: Actor, root: Mapping[str, str]) -> LoanView:
    """Show a loan as one of the root, who is found by any name (rule 63)."""
    shown = loan.model_dump(include={field.name for field in fields(LoanView)})
    shown["person"] = root.get(loan.person, loan.person)
    if not actor.may(Right.FIND_PERSON, loan.digibank):
        shown |= {"person": None, "note": None}
    return LoanView(**shown)


def _require_ready(session: Session, device: Device) -> None:
    loan = _open_loan(session, device.code)
    if loan is not None:
        raise DeviceOnLoanError(device=device.code, since=loan.lent_on)
    if device.state == DeviceState.TO_WIPE:
        raise DeviceNotWipedError(device=device.code)


def _free_from(session: Session, device: Device) -> date:
    """First day on which the device could go out: after its last return and wipe."""
    wipes = select(func.max(Wipe.wiped_on)).where(Wipe.device == device.code, ~col(Wipe.voided))
    wiped = session.exec(wipes).one()
    days = (device.received_on, _last_return(session, device.code), wiped)
    return max(day for day in days if day is not None)


def _last_return(session: Session, code: str) -> date | None:
    days = select(func.max(Loan.returned_on)).where(Loan.device == code, ~col(Loan.voided))
    return session.exec(days).one()


def _next_agreement(session: Session, digibank: str, year: int) -> str:
    owner = session.get_one(Digibank, digibank)
    start = f"{owner.prefix}-{year}-"
    given = select(func.max(Loan.agreement)).where(col(Loan.agreement).startswith(start))
    last = session.exec(given).one()
    return f"{start}{int(last.removeprefix(start)) + 1 if last else 1:05d}"


def _move(device: Device, state: DeviceState) -> None:
    if state not in NEXT_STATES[device.state]:
        raise DeviceNotReadyError(device=device.code, state=device.state.value)
    device.state = state
