"""One figure is the same wherever it is asked for: command, page or report, on any database."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest
from bs4 import BeautifulSoup
from typer.testing import CliRunner

from digibank_core import cli, clock, db, extract, report, security
from digibank_core.config import places
from digibank_core.models import BookingRequest, BudgetRequest, NewAccount, Result, VisitRequest
from digibank_core.security import Role
from digibank_core.services import accounts, budget, digipunt
from digibank_core.ui import progress
from tests.conftest import on_day

TODAY = date(2024, 6, 28)
COUNTED = {
    "reach": "3",  # Lieve, Jef and Mia; the child is no participant, and one had no name
    "reach_access": "2",  # Lieve and Jef
    "reach_skills": "0",
    "reach_services": "2",  # Lieve and Mia
    "progress_percent": "0",  # 3 of 1000, rounded down
    "expected_linear": "765.15",  # 1000 x 606 of 792 days
    "overlap_access": "1",  # Jef
    "overlap_skills": "0",
    "overlap_services": "1",  # Mia
    "overlap_access_skills": "0",
    "overlap_access_services": "1",  # Lieve
    "overlap_skills_services": "0",
    "overlap_all": "0",
    "contacts_anonymous": "1",
    "new_persons_last_week": "1",  # Mia, in the week of Monday 17 June
    "needed_pace": "38.35",  # 997 persons in the 26 weeks from 28 June to 31 December
    "budget_booked": "40000",
    "budget_use_percent": "40",
    "cost_per_person": "13333",  # 400 euro for 3 persons, in cents
    "forecast": "6",  # 3 + 1/8 person a week, in 26 whole weeks
    "forecast_low": "3",
    "forecast_high": "10",  # 3 + 1/4 x 26 = 9.5
    "contacts_first_time": "0",
    "contacts_repeat": "1",
    "reach_upper_bound": "4",
    "not_counted": "2",  # of the child, and of who had no name
    "intermediaries": "0",
    "age_to_confirm": "0",
    "minors": "1",
    "reach_of_population": "0.0",
    "reach_of_vulnerable": "0.0",
    "target_65_plus": "3",
    "target_job_seekers": "0",
    "target_isced_0_2": "0",
    "target_isced_3_4": "0",
    "target_other_language": "0",
    "target_reduced_rate": "0",
    "loans": "3",
    "loans_open": "3",
    "loans_overdue": "3",
    "wipes": "3",
    "pool_use": "27.0",  # 177 + 146 + 117 days since the loans, of 3 x 544 since 2/1/2023
    "training_participants": "0",
    "training_attendances": "0",
    "training_hours": "0.0",
    "sessions_held": "0",
    "sessions_without_list": "0",
    "training_completion": "None",
    "training_no_show": "None",
    "training_fill": "None",
    "visits": "3",
    "questions": "3",
    "digipunt_persons": "2",
    "questions_solved": "100.0",
    "hours_held": "0.0",
    "visits_per_hour": "None",
}
IN_EURO = {"budget_booked": "€ 400,00", "cost_per_person": "€ 133,33"}
"""How a report shows the amounts."""
OVERLAPS = [code for code in COUNTED if code.startswith("overlap_")]


@pytest.fixture
def world(west):
    """Loans to Lieve, Jef and a child, questions of Lieve, Mia and somebody without a name."""
    west.stock("BW-0001", "BW-0002", "BW-0003")
    lieve, jef, mia = (west.register(name) for name in ("Lieve", "Jef", "Mia"))
    child = west.register("Bo", birth_year=2015)
    for number, person in enumerate((lieve, jef, child), start=1):
        west.lend(f"BW-000{number}", person, on=date(2024, number, 4))
    for person, day in [(lieve, 5), (mia, 19), (None, 19)]:
        asked = date(2024, 6, day)
        request = VisitRequest(
            digipunt="torhout-centrum",
            visited_on=asked,
            topic="laptop",
            result=Result.SOLVED,
            person=person,
        )
        with west.at_work(asked) as session:
            digipunt.log_visit(session, request, actor=west.actor, today=asked)
    plan = {"category": "loonkosten", "amount_cents": 100_000, "source": "aanvraag"}
    cost = {"category": "loonkosten", "amount_cents": 40_000, "proof": "F-1"}
    with west.at_work(TODAY) as session:
        budget.set_line(session, BudgetRequest(period="IMPL", **plan), actor=west.actor)
        booking = BookingRequest(period="IMPL", booked_on=TODAY, **cost)
        budget.book(session, booking, actor=west.actor, today=TODAY)
    with on_day(TODAY):
        yield west


@pytest.fixture
def titles(command):
    """Give the title of each figure, by its code."""
    return {record["code"]: record["title"] for record in command}


@pytest.fixture
def command(world):
    """Give what `digibank figures` prints."""
    asked = ["figures", "--digibank", "west", "--period", "IMPL", "--json"]
    return json.loads(CliRunner().invoke(cli.app, asked).stdout)


@pytest.fixture
def page(world, monkeypatch):
    """Give the page Voortgang as a coordinator sees it."""
    administrator = security.command_line()
    with db.transaction(administrator, "account") as session:
        account = NewAccount(
            login="lotte",
            display_name="Lotte",
            role=Role.COORDINATOR,
            digibank="west",
            password="lang genoeg wachtwoord",
        )
        accounts.add_account(session, account, actor=administrator)
    monkeypatch.setenv("HTTP_X_DIGIBANK_USER", "lotte")
    return BeautifulSoup(progress.Overview().body.value, "html.parser")


@pytest.fixture
def reported(world, monkeypatch):
    """Give the report over the extract, made and read without the database."""
    moment = datetime(2024, 6, 28, 14, tzinfo=clock.BRUSSELS)
    with db.reading() as session:
        extract.renew(session, actor=world.actor, moment=moment)
    monkeypatch.setenv("DIGIBANK_EXTRACT", str(places().extract / "west"))
    monkeypatch.setenv("DIGIBANK_DATABASE_URL", "sqlite:////dev/null/nowhere.db")
    table = report.over(periode="IMPL", tot="2024-06-28").table("cijfers")
    return BeautifulSoup(table.page, "html.parser")


def test_command_gives_the_figures_that_were_counted(command):
    assert {each["code"]: str(each["value"]) for each in command} == COUNTED


def test_report_gives_the_figures_that_were_counted(titles, reported):
    shown = {row.th.text: row.td.text for row in reported.tbody("tr")}

    shown = {title: value.replace("\xa0", " ") for title, value in shown.items()}
    assert shown == {
        titles[code]: "n.v.t." if value == "None" else value
        for code, value in {**COUNTED, **IN_EURO}.items()
    }


def test_page_gives_the_figures_that_were_counted(titles, page):
    figures = {
        figure.dt.text: figure.find(class_="value").text.split()[0]
        for figure in page(class_="figure")[:4]
    }
    groups = page.find("caption", string=lambda told: told and "groepen" in told).parent

    assert figures == {
        titles["reach"]: "3",
        titles["needed_pace"]: "38,35",
        titles["forecast"]: "6",
        titles["budget_use_percent"]: "40",
    }
    assert {row.th.text: row("td")[-1].text for row in groups.tbody("tr")} == {
        titles[code]: COUNTED[code] for code in OVERLAPS
    }
    assert groups.tfoot.td.text == COUNTED["reach"]
