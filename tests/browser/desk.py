"""What browser tests do at the desk, and what they read from the database beside it."""

from __future__ import annotations

from contextlib import suppress

import psutil
from sqlmodel import col, select

from digibank_core import db
from digibank_core.models import Device, HistoryEntry, Loan


def first_device(state, digibank="west"):
    """Code of a device in a state, as the desk would take it from the shelf."""
    with db.reading() as session:
        found = select(Device.code).where(Device.state == state, Device.digibank == digibank)
        return session.exec(found.order_by(col(Device.code))).first()


def loans_of(code):
    with db.reading() as session:
        return session.exec(
            select(Loan).where(Loan.device == code).order_by(col(Loan.id))
        ).all()


def open_loans(digibank="west"):
    """Number of devices that are out."""
    with db.reading() as session:
        is_open = col(Loan.returned_on).is_(None)
        return len(session.exec(select(Loan).where(is_open, Loan.digibank == digibank)).all())


def history_of(table, key):
    with db.reading() as session:
        found = select(HistoryEntry).where(
            HistoryEntry.table == table, HistoryEntry.key == str(key)
        )
        return session.exec(found.order_by(col(HistoryEntry.id))).all()


def count_of(model):
    with db.reading() as session:
        return len(session.exec(select(model)).all())


def kernels_running():
    """Give the processes that the warm processes of the server forked."""
    found = {}
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # it may end meanwhile
            found[process.pid] = (process.ppid(), process.cmdline())
    warm = {pid for pid, (_, words) in found.items() if "digibank_core.server.warm" in words}
    return {pid for pid, (parent, _) in found.items() if parent in warm}


def form(page, title):
    """The form with this heading, brought to the front."""
    return page.get_by_role("form", name=title)


def open_tab(page, title):
    page.get_by_role("tab", name=title, exact=True).click()


def scan(desk, code):
    field = desk.get_by_label("Toestelcode")
    field.fill(code)
    field.press("Enter")
