"""The page Nakijken: what is to be looked at, with names for who may see them, and links."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import parse_qsl

import pytest
from bs4 import BeautifulSoup
from sqlmodel import select

from digibank_core.access import Event
from digibank_core.models import Contact, FirstTime, FundingPeriod, Result, VisitRequest
from digibank_core.services import digipunt
from digibank_core.ui import digipunt as counter
from digibank_core.ui import page, quality
from tests.conftest import on_day

TODAY = date(2024, 6, 28)
MONDAY = date(2024, 6, 3)
"""The Digipunt of the tests is open on Tuesdays only."""


@pytest.fixture(autouse=True)
def signed_in(monkeypatch, ann):
    """Let ann be the user of the page, on a day of the story."""
    monkeypatch.setattr(page, "actor", lambda: ann)
    with on_day(TODAY):
        yield


@pytest.fixture
def noted(monkeypatch):
    """Names that were read, as the log of access is told."""
    read = []
    monkeypatch.setattr(
        "digibank_core.access.note",
        lambda event, login, **told: read.append((event, login, told["hits"])),
    )
    return read


@pytest.fixture
def world(west):
    """Two persons without residence, of whom one visited on a day that was closed."""
    for number, name in enumerate(("Lieve", "Jef"), start=1):
        person = west.register(name, last_name="Claeys" if number == 1 else "Maes")
        visit(west, person, date(2024, 6, 4) if number == 1 else MONDAY)
    visit(west, None, MONDAY)
    return west


def visit(desk, person, day):
    request = VisitRequest(
        digipunt="torhout-centrum",
        visited_on=day,
        topic="laptop",
        result=Result.SOLVED,
        person=person,
        first_time=FirstTime.UNKNOWN,
    )
    with desk.at_work(day) as session:
        digipunt.log_visit(session, request, actor=desk.actor, today=day)


@pytest.fixture
def opened(monkeypatch):
    """Give a function that opens the page at an address."""

    def at(**asked):
        monkeypatch.setattr(page, "asked", lambda name: asked.get(name, ""))
        return quality.Overview(page.actor())

    return at


def read(widget):
    return BeautifulSoup(widget.value, "html.parser")


def rows_of(overview):
    """Rows of the list of the chosen check, as a browser gets them."""
    [card] = overview.chosen.children
    listing = card.children[1]
    return listing.children[0].df


def test_rule_60_every_check_is_listed_what_is_wrong_first(world, opened):
    rows = read(opened().list)(class_="what")

    titles = [row.text for row in rows]
    assert titles[:3] == [
        "Digipunt was dicht",
        "Digipunt open, niets genoteerd",
        "Woonplaats onbekend",
    ]
    assert len(titles) == 14


def test_rule_48_page_with_rows_is_called_internal(west, opened):
    assert read(opened().children[0]).find(class_="badge").text == "Intern"


def test_rule_60_check_tells_its_count_and_links_to_its_rows(world, opened):
    closed = read(opened().list)("li")[0]

    assert closed.find(class_="badge").text == "2 punten"
    assert closed.a["href"] == "nakijken?wat=closed&periode=IMPL"
    assert closed.a.text == "Bekijk: Digipunt was dicht"


def test_rule_60_zero_is_told_to_be_in_order(west, opened):
    shown = read(opened().list)

    assert {badge.text for badge in shown(class_="badge")} == {"in orde"}
    assert shown("a") == []
    assert shown.find(class_="count").text == "0 punten"


def test_rule_60_rows_have_a_day_a_name_a_reason_and_a_link_to_mend(world, opened):
    rows = rows_of(opened(wat="closed", periode="IMPL"))

    assert {"Dag", "Naam", "Waarom", "Verbeteren"} <= set(rows)
    assert rows["Dag"].tolist() == ["03/06/2024", "03/06/2024"]
    assert rows["Naam"].tolist() == ["Jef Maes", "anoniem"]
    assert rows["Waarom"].tolist() == ["'t Centrum is op maandag niet open."] * 2
    links = [BeautifulSoup(cell, "html.parser").a for cell in rows["Verbeteren"]]
    assert [link["href"] for link in links] == [
        "gegeven?record=visit/2",
        "gegeven?record=visit/3",
    ]
    assert links[0].text == "Bekijk: 03/06/2024, 't Centrum is op maandag niet open."


def test_name_with_a_sign_of_markup_is_shown_as_text(world, opened):
    key = world.find("Lieve")[0].person
    with world.at_work(TODAY) as session:
        session.get_one(Contact, key).last_name = "<b>Claeys"

    rows = rows_of(opened(wat="without_residence", periode="IMPL"))

    assert rows["Naam"].tolist() == ["Jef Maes", "Lieve &lt;b&gt;Claeys"]
    assert "<b>" not in "".join(rows["Verbeteren"])


def test_rule_46_names_are_read_only_for_rows_that_are_shown(world, opened, noted):
    opened()
    assert noted == []

    opened(wat="without_list", periode="IMPL")
    assert noted == []

    opened(wat="without_residence", periode="IMPL")
    assert noted == [(Event.NAMES, "ann", 2)]


def test_check_in_order_says_so(west, opened):
    [card] = opened(wat="closed", periode="IMPL").chosen.children

    assert "Alles is in orde" in card.children[1].children[0].value


def test_long_list_is_cut_and_says_so(world, opened, monkeypatch):
    monkeypatch.setattr(quality, "MOST_ROWS", 1)

    overview = opened(wat="closed", periode="IMPL")

    assert len(rows_of(overview)) == 1
    assert "Hieronder staan de eerste 1 van 2." in overview.chosen.children[0].children[0].value


@pytest.mark.parametrize(
    "asked", [{"wat": "x"}, {"periode": "x"}, {"week": "x"}, {"wat": "jump", "week": "x"}]
)
def test_address_that_is_made_up_shows_no_error(world, opened, asked):
    assert "Wat kijk je na?" in opened(**asked).list.value


def test_other_period_is_checked_again(world, opened):
    overview = opened(wat="closed")

    overview.period.value = "IMPL"

    assert "Van 01/11/2022 tot en met 28/06/2024." in overview.list.value


def test_digibank_without_a_period_says_so(west, opened):
    with west.at_work(TODAY) as session:
        for each in session.exec(select(FundingPeriod)):
            each.active = False

    assert "Er loopt geen periode" in opened().list.value


def test_rule_60_jump_leads_to_the_services_of_its_week(west, opened):
    person = west.register(residence="31033")
    for week, many in enumerate([1] * 8 + [4]):
        for _ in range(many):
            visit(west, person, date(2024, 4, 2) + week * timedelta(days=7))
    [week] = rows_of(opened(wat="jump", periode="IMPL"))["Verbeteren"]

    address = BeautifulSoup(week, "html.parser").a["href"]
    rows = rows_of(opened(wat="jump", periode="IMPL", week="2024-05-27"))

    assert address == "nakijken?wat=jump&periode=IMPL&week=2024-05-27"
    assert rows["Dag"].tolist() == ["28/05/2024"] * 4
    assert rows["Waarom"].tolist() == ["diensten"] * 4
    links = [BeautifulSoup(cell, "html.parser").a["href"] for cell in rows["Verbeteren"]]
    assert sorted(links) == [f"gegeven?record=visit/{number}" for number in (10, 11, 12, 9)]


def test_rule_16_number_of_possible_doubles_leads_to_their_tab(west, ann):
    for name in ("Bossche", "Bosche"):
        west.register("Jozef", last_name=f"Van den {name}", birth_year=1949)

    shown = read(quality.doubles())

    assert shown.find(class_="badge").text == "1 paar"
    assert shown.a["href"] == "personen?doe=dubbels"
    assert "Jozef" not in shown.text


def test_rule_16_without_doubles_it_is_in_order(west):
    west.register()

    assert read(quality.doubles()).find(class_="badge").text == "in orde"


def test_rule_42_day_without_a_word_leads_to_its_hours(world, opened, monkeypatch):
    cell = rows_of(opened(wat="without_a_word", periode="IMPL"))["Verbeteren"].iloc[0]
    address = BeautifulSoup(cell, "html.parser").a["href"]
    assert address == "digipunt?doe=openingsuren&plaats=torhout-centrum&dag=2024-06-11"
    asked = dict(parse_qsl(address.partition("?")[2]))
    monkeypatch.setattr(page, "asked", lambda name: asked.get(name, ""))

    desk = counter.Counter()
    answer = desk.forms["Openingsuren"].submit()

    assert desk.tabs.titles[desk.tabs.selected_index] == "Openingsuren"
    assert answer.text == "Bewaard: open op di 11/06/2024, van 15.00 tot 18.00 uur."


@pytest.mark.parametrize("day", ["", "x", "2024-06-31"])
def test_address_with_another_day_shows_the_hours_of_today(world, monkeypatch, day):
    asked = {"doe": "openingsuren", "plaats": "torhout-centrum", "dag": day}
    monkeypatch.setattr(page, "asked", asked.get)

    desk = counter.Counter()

    assert desk.tabs.titles[desk.tabs.selected_index] == "Openingsuren"
