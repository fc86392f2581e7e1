"""Flow 6: the roll call by keyboard on a wide screen and by finger on a telephone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from digibank_core import clock, db, history
from digibank_core.models import (
    Attendance,
    EnrolmentRequest,
    Mark,
    NewPerson,
    NewSeries,
    TrainingSession,
)
from digibank_core.security import Actor, Role
from digibank_core.services import persons, roll, training
from tests.browser.conftest import NARROW, WIDE
from tests.browser.desk import form, history_of, open_tab
from tests.browser.test_pages import violations

ANN = Actor(login="ann", role=Role.COORDINATOR, digibank="west")
NAMES = ("Adelheid", "Baldewijn", "Cunegonde", "Diederik")


@pytest.fixture
def lesson(request):
    """A lesson of today with four persons; each test has a course of its own name."""
    title = f"Les {request.node.name.partition('[')[0][5:45]}"
    with db.transaction(ANN, "test") as session:
        planned = {"starts_at": "9.30", "ends_at": "12", "place": "bib Oostkamp"}
        series = NewSeries(
            title=title, capacity=4, first_day=clock.today(), sessions=1, **planned
        )
        course = training.add_series(session, series, actor=ANN).id
        for name in NAMES:
            newcomer = NewPerson(first_name=name, last_name="Van Nergens", birth_year=1950)
            key = persons.register(session, newcomer, actor=ANN).key
            training.enrol(session, EnrolmentRequest(course=course, person=key), actor=ANN)
        chosen = select(TrainingSession).where(TrainingSession.course == course)
        return title, session.exec(chosen).one().id


def marks(number):
    """Mark of each person on the roll, in the order of enrolment."""
    with db.reading() as session:
        return [row.mark for row in roll.roll_of(session, number, actor=ANN).rows]


def written(number):
    """Entries of history about the marks of a session."""
    with db.reading() as session:
        rows = session.exec(select(Attendance).where(Attendance.session == number)).all()
    return [entry for row in rows for entry in history_of("attendance", row.id)]


def open_roll(page, site, lesson):
    page.goto(f"{site}/vorming")
    page.get_by_role("button", name=f"Noteer {lesson[0]},").click()
    expect(page.get_by_role("heading", name=lesson[0])).to_be_focused()


def person(page, name):
    return page.get_by_role("radiogroup", name=f"{name} Van Nergens")


def tab_to(page, target):
    for _ in range(40):
        page.keyboard.press("Tab")
        if target.evaluate("node => node === document.activeElement"):
            return
    pytest.fail("the keyboard does not get there")


def test_roll_is_called_with_the_keyboard_alone(sign_in, site, lesson):
    page = sign_in("ann", WIDE)
    page.goto(f"{site}/vorming")
    choose = page.get_by_role("button", name=f"Noteer {lesson[0]},")
    expect(choose).to_be_visible()
    page.get_by_role("tab", name="Aanwezigheden").focus()
    tab_to(page, choose)
    page.keyboard.press("Enter")
    expect(page.get_by_text("4 van 4 nog niet genoteerd")).to_be_visible()

    tab_to(page, person(page, "Adelheid").get_by_label("nog niet genoteerd"))
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(person(page, "Adelheid").get_by_label("afwezig", exact=True)).to_be_checked()
    page.keyboard.press("ArrowLeft")  # a mistake, set right
    expect(person(page, "Adelheid").get_by_label("verontschuldigd")).to_be_checked()
    expect(page.get_by_text("3 van 4 nog niet genoteerd")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("heading", name=lesson[0]).focus()
    tab_to(page, page.get_by_role("button", name="Alle 3 overige aanwezig"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Bewaar de lijst")).to_be_focused()
    assert marks(lesson[1]) == [None] * 4
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Bewaard: 4 rijen.")).to_be_visible()
    assert marks(lesson[1]) == [Mark.EXCUSED, *[Mark.PRESENT] * 3]
    told = written(lesson[1])
    assert {(entry.login, entry.reason) for entry in told} == {("ann", "aanwezigheden noteren")}
    assert len(told) == 4
    assert len({entry.transaction for entry in told}) == 1

    tab_to(page, page.get_by_label("Nummer van de tekenlijst"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Vul het nummer van de tekenlijst in.")).to_be_visible()
    page.keyboard.type("L-2025-007")
    page.keyboard.press("Enter")
    expect(page.get_by_text("De lijst is volledig, nagekeken door ann.")).to_be_visible()
    expect(page.get_by_role("heading", name=lesson[0])).to_be_focused()
    with db.reading() as session:
        held = session.get(TrainingSession, lesson[1])
        assert (held.list_reference, held.complete_by) == ("L-2025-007", "ann")
        assert history.verify(session) is None
    assert violations(page) == []


def test_roll_is_called_by_finger_on_a_telephone(sign_in, site, lesson):
    page = sign_in("roger", NARROW)
    open_roll(page, site, lesson)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sizes = page.locator(".seg label").evaluate_all(
        "nodes => nodes.map((node) => [node.offsetWidth, node.offsetHeight])"
    )
    assert len(sizes) == 16
    assert all(width >= 44 and height >= 44 for width, height in sizes)

    person(page, "Baldewijn").get_by_label("afwezig", exact=True).check()
    page.get_by_role("button", name="Bewaar de lijst").click()
    expect(page.get_by_text("Bewaard: 1 rij.")).to_be_visible()
    assert marks(lesson[1]) == [None, Mark.ABSENT, None, None]
    proof = form(page, "Bewijs")
    proof.get_by_label("Nummer van de tekenlijst").fill("L-1")
    proof.get_by_role("button", name="Lijst volledig").click()
    expect(proof).to_contain_text("Nog niet genoteerd: 3.")

    person(page, "Baldewijn").get_by_label("nog niet genoteerd", exact=True).check()
    page.get_by_role("button", name="Bewaar de lijst").click()
    expect(page.get_by_text("4 van 4 nog niet genoteerd")).to_be_visible()
    expect(page.get_by_text("niet bewaard")).to_have_count(0)
    assert marks(lesson[1]) == [None] * 4
    assert ['"mark":null' in entry.after for entry in written(lesson[1])] == [False, True]
    assert violations(page) == []


def test_walk_in_is_searched_first_and_what_was_noted_stays(sign_in, site, lesson):
    with db.transaction(ANN, "test") as session:
        newcomer = NewPerson(first_name="Eleonora", last_name="Van Elders", birth_year=1960)
        persons.register(session, newcomer, actor=ANN)
    page = sign_in("ann")
    open_roll(page, site, lesson)
    page.get_by_role("button", name="Alle 4 overige aanwezig").click()
    page.get_by_role("button", name="Bewaar de lijst").click()
    expect(page.get_by_text("Bewaard: 4 rijen.")).to_be_visible()
    person(page, "Diederik").get_by_label("afwezig", exact=True).check()

    desk = form(page, "Iemand die niet op de lijst staat")
    desk.get_by_label("Naam").fill("eleon elders")
    desk.get_by_role("option").first.click()
    desk.get_by_role("button", name="Zet op de lijst").click()

    expect(desk).to_contain_text("Op de lijst gezet: Eleonora Van Elders, aanwezig.")
    expect(desk).to_contain_text("5 aanwezig voor 4 plaatsen")
    expect(page.get_by_role("radiogroup")).to_have_count(5)
    expect(person(page, "Diederik").get_by_label("afwezig", exact=True)).to_be_checked()
    expect(page.get_by_text("1 rij nog niet bewaard.")).to_be_visible()
    assert marks(lesson[1]) == [Mark.PRESENT] * 5


def test_two_who_note_one_list_are_told_what_differs(sign_in, site, lesson):
    first, second = sign_in("ann"), sign_in("roger")
    for page in (first, second):
        open_roll(page, site, lesson)
    person(first, "Adelheid").get_by_label("aanwezig", exact=True).check()
    first.get_by_role("button", name="Bewaar de lijst").click()
    expect(first.get_by_text("Bewaard: 1 rij.")).to_be_visible()
    person(second, "Adelheid").get_by_label("afwezig", exact=True).check()
    person(second, "Cunegonde").get_by_label("afwezig", exact=True).check()

    second.get_by_role("button", name="Bewaar de lijst").click()

    expect(second.get_by_role("alert").filter(has_text="wijzigde intussen 1")).to_be_visible()
    remark = "Iemand anders noteerde intussen: aanwezig. Jij koos: afwezig."
    expect(second.get_by_text(remark)).to_be_visible()
    expect(person(second, "Cunegonde").get_by_label("afwezig", exact=True)).to_be_checked()
    assert marks(lesson[1]) == [Mark.PRESENT, None, None, None]
    second.get_by_role("button", name="Bewaar de lijst").click()
    expect(second.get_by_text("Bewaard: 1 rij.")).to_be_visible()
    assert marks(lesson[1]) == [Mark.PRESENT, None, Mark.ABSENT, None]


def test_long_word_in_a_title_does_not_push_the_page_of_today_sideways(sign_in, site, lesson):
    page = sign_in("roger", NARROW)
    page.goto(site)  # it shows the first lessons, and each test makes one with a long word
    expect(page.get_by_text("Noteer wie er was")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_coordinator_plans_a_series_and_enrols(sign_in, site, lesson):
    page = sign_in("ann")
    page.goto(f"{site}/vorming")
    open_tab(page, "Nieuwe reeks")
    plan = form(page, "Nieuwe reeks")
    plan.get_by_label("Naam van de reeks").fill("Foto's bewaren")
    plan.get_by_label("Aantal plaatsen").fill("1")
    plan.get_by_label("Eerste les op").fill("7/4/2025")
    plan.get_by_label("Aantal lessen").fill("2")
    plan.get_by_label("Begint om").fill("14u")
    plan.get_by_label("Eindigt om").fill("13.00")
    plan.get_by_label("Plaats", exact=True).fill("LDC Jabbeke")
    plan.get_by_role("button", name="Maak de reeks").click()
    expect(plan).to_contain_text("De les eindigt voor ze begint. Kies een later uur.")
    plan.get_by_label("Eindigt om").fill("16.30")
    plan.get_by_role("button", name="Maak de reeks").click()
    expect(plan).to_contain_text("Gemaakt: Foto's bewaren, 2 lessen vanaf ma 07/04/2025.")

    open_tab(page, "Inschrijven")
    told = ["Ingeschreven: Adelheid", "Op de wachtlijst: Baldewijn"]
    for name, answer in zip(("Adelheid", "Baldewijn"), told, strict=True):
        desk = form(page, "Inschrijven voor een reeks")
        desk.get_by_label("Reeks").select_option(label="Foto's bewaren, vanaf 07/04/2025")
        desk.get_by_label("Naam").fill(f"{name} nergens")
        desk.locator(".listbox").get_by_role("option").first.click()
        desk.get_by_role("button", name="Schrijf in").click()
        expect(desk).to_contain_text(answer)
    assert violations(page) == []
