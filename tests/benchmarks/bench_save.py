"""Saves: from the click to committed and shown, one user, in a real browser.

Beside each stands a refused save of the same form: the same round trip, nothing written.
"""

from __future__ import annotations

from datetime import time

from sqlmodel import col, select

from digibank_core import clock, db
from digibank_core.models import Device, DeviceState, EnrolmentRequest, NewPerson, NewSeries
from digibank_core.security import Actor, Role
from digibank_core.services import persons, training
from tests.benchmarks.measure import click, report
from tests.browser.desk import form, open_tab, scan

ROUNDS, ROWS = 20, 30
ANN = Actor("ann", Role.COORDINATOR, "west")


def test_loan_and_return(sign_in, site):
    with db.reading() as session:
        ready = select(Device.code).where(
            Device.state == DeviceState.READY, Device.digibank == "west"
        )
        codes = session.exec(ready.order_by(col(Device.code)).limit(ROUNDS)).all()
    page = sign_in("ann")
    page.goto(f"{site}/uitleen")
    refused, lent, returned = [], [], []
    for code in codes:
        lend = form(page, "Toestel uitlenen")
        button = lend.get_by_role("button", name="Uitlenen")
        scan(lend, code)
        lend.get_by_text(f"{code}, ").wait_for()
        refused.append(click(button, "Kies een lener."))
        lend.get_by_label("Lener").fill("maer")
        lend.get_by_role("option").first.click()
        lent.append(click(button, f"Uitgeleend: {code}"))

        open_tab(page, "Terugnemen")
        back = form(page, "Toestel terugnemen")
        scan(back, code)
        back.get_by_text(f"{code}, ").wait_for()
        back.get_by_label("in orde").check()
        button = back.get_by_role("button", name="Terugnemen")
        returned.append(click(button, f"Teruggenomen: {code}"))
        open_tab(page, "Uitlenen")

    print()
    report("lend, refused (comparison)", refused)
    report("lend", lent)
    report("take back", returned)


def test_digipunt_entry(sign_in, site):
    page = sign_in("roger")
    page.goto(f"{site}/digipunt")
    log = form(page, "Vraag noteren")
    button = log.get_by_role("button", name="Bewaar", exact=True)
    refused, saved = [], []
    topics = ["E-mail", "Laptop", "Smartschool", "Videobellen"] * (ROUNDS // 4)
    for topic in topics:
        refused.append(click(button, "Kies een onderwerp."))
        log.locator(".tile", has_text=topic).click()
        saved.append(click(button, f"Bewaard: {topic}"))
        log.get_by_text(f"Bewaard: {topic}").wait_for()

    print()
    report("Digipunt entry, refused (comparison)", refused)
    report("Digipunt entry", saved)


def test_roll_of_thirty_rows(sign_in, site):
    with db.transaction(ANN, "meting") as session:
        series = NewSeries(
            title="Meting",
            capacity=ROWS,
            first_day=clock.today(),
            sessions=1,
            starts_at=time(9),
            ends_at=time(12),
            place="bib",
        )
        course = training.add_series(session, series, actor=ANN).id
        for number in range(ROWS):
            newcomer = NewPerson(first_name="Meting", birth_year=1930 + number)
            key = persons.register(session, newcomer, actor=ANN).key
            training.enrol(session, EnrolmentRequest(course=course, person=key), actor=ANN)
    page = sign_in("ann")
    page.goto(f"{site}/vorming")
    page.get_by_role("button", name="Noteer Meting,").click()
    save = page.get_by_role("button", name="Bewaar de lijst")
    save.wait_for()
    nothing, saved = [], []
    for turn in range(ROUNDS):
        mark = ("aanwezig", "afwezig")[turn % 2]
        page.evaluate(
            "(mark) => document.querySelectorAll('.seg').forEach("
            "(row) => row.querySelector(`input[value=${mark}]`).click())",
            mark,
        )
        saved.append(click(save, f"Bewaard: {ROWS} rijen", ".bar"))
        nothing.append(click(save, "Alles was al bewaard.", ".bar"))

    print()
    report("roll of 30 rows, nothing changed (comparison)", nothing)
    report("roll of 30 rows", saved)
