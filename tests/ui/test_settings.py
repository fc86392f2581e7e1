"""The part Doelen en instellingen of Beheer: what a change does is told before it is saved."""

from __future__ import annotations

from datetime import date

import pytest
from bs4 import BeautifulSoup
from sqlmodel import select

from digibank_core import db
from digibank_core.models import FundingPeriod, Setting, Target
from digibank_core.security import Actor, Role
from digibank_core.ui import page
from digibank_core.ui import settings as ui
from tests.conftest import on_day

TODAY, FIRST_DAY = date(2024, 6, 28), date(2022, 11, 1)
VALUE = {
    "setting": "min_sessions",
    "value": "2",
    "starts_on": "28/06/2024",
    "source": "brief 12",
}
TARGET = {
    "period": "west/IMPL", "persons": "500", "starts_on": "28/06/2024", "source": "brief 13",
}  # fmt: skip
WEST = "Brugge West, IMPL"
CHIEF = Actor("chief", Role.ADMINISTRATOR, None)


@pytest.fixture
def desk(west, monkeypatch):
    """Open the part as an administrator, in a world with one borrower in West."""
    west.stock("BW-0001")
    west.lend("BW-0001", west.register(), on=date(2024, 3, 4))
    monkeypatch.setattr(page, "actor", lambda: CHIEF)
    with on_day(TODAY):
        yield ui.Desk()


def rows(listing):
    return listing._rows.to_dict("records")


def of_period(desk, place):
    return next(each for each in rows(desk.periods) if each["Digibank en periode"] == place)


def targets():
    """Give the targets of IMPL in West since their days."""
    with db.reading() as session:
        rows = select(Target).where(Target.period == "IMPL", Target.digibank == "west")
        return {row.starts_on: row.persons for row in session.exec(rows)}


def test_lists_show_what_holds_with_source_and_author(desk):
    [sessions] = [
        each for each in rows(desk.values) if each["Instelling"].startswith("Sessies")
    ]
    assert (sessions["Waarde"], sessions["Voor"], sessions["Stand"], sessions["Door"]) == (
        "1 les", "alle Digibanken", "geldt nu", "cli",
    )  # fmt: skip
    assert len(rows(desk.periods)) == 6
    assert [each["Vanaf personen"] for each in rows(desk.tranches)] == [
        "0", "1.001", "1.501", "1.751",
    ]  # fmt: skip


def test_change_that_touches_figures_names_them_and_is_saved_the_second_time(desk):
    form = desk.forms[ui.TARGET]

    first = form.submit(**TARGET)

    assert first.kind == "refused"
    assert "Nog niet bewaard: dit verandert" in first.text
    assert targets() == {FIRST_DAY: 1000}
    shown = BeautifulSoup(desk.effect.value, "html.parser")
    [path] = [row for row in shown.tbody("tr") if row.th.text == "Lineair pad"]
    assert [cell.text for cell in path("td")] == ["Brugge West, IMPL", "765", "383"]

    second = form.submit(**TARGET)

    assert (second.kind, targets()) == ("saved", {FIRST_DAY: 1000, TODAY: 500})
    assert desk.effect.value == ""
    assert rows(desk.changes)[0]["Wat"] == "Doel van Brugge West, IMPL"
    assert (rows(desk.changes)[0]["Van"], rows(desk.changes)[0]["Naar"]) == (
        "nieuw", "500 personen vanaf 28/06/2024",
    )  # fmt: skip
    own = [each for each in rows(desk.agreed) if each["Digibank en periode"] == WEST]
    assert [(each["Wat"], each["Waarde"], each["Stand"], each["Door"]) for each in own] == [
        ("Doel", "1.000 personen", "tot 28/06/2024", "cli"),
        ("Doel", "500 personen", "geldt nu", "chief"),
    ]
    assert of_period(desk, WEST)["Doel"] == "500"


def test_rule_17_target_of_a_day_to_come_leaves_that_of_today(desk):
    form = desk.forms[ui.TARGET]
    asked = TARGET | {"starts_on": "01/09/2024"}
    form.submit(**asked)  # the figures of that day change

    answer = form.submit(**asked)

    assert answer.kind == "saved"
    own = [each for each in rows(desk.agreed) if each["Digibank en periode"] == WEST]
    assert [each["Stand"] for each in own] == ["geldt nu", "begint later"]
    assert of_period(desk, WEST)["Doel"] == "1.000"


def test_rule_17_first_target_holds_before_its_day_too(desk):
    [verl] = [
        each for each in rows(desk.agreed) if each["Digibank en periode"] == "Brugge West, VERL"
    ]

    assert (verl["Sinds"].date(), verl["Stand"]) == (date(2025, 1, 1), "geldt nu")


def test_rule_22_chosen_cap_stands_in_the_lists_with_its_target(desk):
    verl = "Brugge West, VERL"
    asked = {
        "period": "west/VERL", "cap": "35000000", "starts_on": "01/03/2025", "source": "brief",
    }  # fmt: skip
    form = desk.forms[ui.CAP]
    form.submit(**asked)
    form.submit(**asked)

    own = [each for each in rows(desk.agreed) if each["Digibank en periode"] == verl]
    told = [(each["Wat"], each["Waarde"].replace("\xa0", " "), each["Stand"]) for each in own]
    assert told == [
        ("Doel", "1.000 personen", "geldt nu"),
        ("Doel", "1.000 personen", "begint later"),
        ("Plafond", "€ 350.000,00", "begint later"),
    ]
    assert of_period(desk, verl)["Hoogstens"].replace("\xa0", " ") == "€ 500.000,00"
    assert {
        each["Wat"]: each["Naar"].replace("\xa0", " ") for each in rows(desk.changes)[:2]
    } == {
        "Plafond van Brugge West, VERL": "€ 350.000,00 vanaf 01/03/2025",
        "Doel van Brugge West, VERL": "1.000 personen vanaf 01/03/2025",
    }


def test_target_that_begins_outside_the_period_says_so_at_its_day(desk):
    answer = desk.forms[ui.TARGET].submit(**TARGET | {"starts_on": "01/01/2025"})

    assert "IMPL loopt van 01/11/2022 tot en met 31/12/2024" in answer.errors["starts_on"]


def test_another_change_is_asked_about_anew(desk):
    form = desk.forms[ui.TARGET]
    form.submit(**TARGET)

    assert form.submit(**TARGET | {"persons": "600"}).kind == "refused"
    assert targets() == {FIRST_DAY: 1000}


def test_change_that_touches_no_figure_is_saved_at_once(desk):
    answer = desk.forms[ui.VALUE].submit(**VALUE)

    assert answer.kind == "saved"
    assert answer.text == "Bewaard. Er verandert geen enkel cijfer."
    states = [each["Stand"] for each in rows(desk.values) if each["Door"] == "chief"]
    assert states == ["geldt nu"]


def test_rule_14_effect_of_tier_b_needs_an_agreement_first(desk):
    answer = desk.forms[ui.VALUE].submit(**VALUE | {"setting": "count_tier_b", "value": "ja"})

    assert set(answer.errors) == {"agreement"}


def test_value_that_does_not_fit_says_so_at_the_field(desk):
    answer = desk.forms[ui.VALUE].submit(**VALUE | {"value": "veel"})

    assert "een heel getal van 1 tot 50" in answer.errors["value"]


def test_rule_2_extension_is_activated_here(desk):
    form = desk.forms[ui.PERIOD]
    desk._choose_period("Brugge West, VERL")

    answer = form.submit(active=True, source="besluit van de Vlaamse Regering")

    assert answer.kind == "saved"
    with db.reading() as session:
        active = select(FundingPeriod.digibank).where(
            FundingPeriod.code == "VERL", FundingPeriod.active
        )
        assert session.exec(active).all() == ["west"]


def test_rule_17_caps_are_offered_with_their_targets(desk):
    choices = desk.forms[ui.CAP]._fields["cap"].choices

    assert [label.replace("\xa0", " ") for _, label in choices] == [
        "€ 350.000,00, doel 1.000 personen",
        "€ 450.000,00, doel 1.001 personen",
        "€ 480.000,00, doel 1.501 personen",
        "€ 500.000,00, doel 1.751 personen",
    ]
    assert {value for value, _ in desk.forms[ui.CAP]._fields["period"].choices} == {
        "noord/VERL", "west/VERL", "brugge/VERL",
    }  # fmt: skip


def test_rule_67_new_tranche_is_told_in_the_list_of_changes(desk):
    answer = desk.forms[ui.TRANCHE].submit(
        period="VERL",
        from_persons="1001",
        amount_cents="120.000",
        starts_on="01/01/2026",
        source="brief 14",
    )

    assert answer.kind == "saved"
    newest = rows(desk.changes)[0]
    assert newest["Wat"] == "Schijf van VERL vanaf 1.001"
    assert newest["Naar"].replace("\xa0", " ") == "€ 120.000,00 vanaf 01/01/2026"
    states = [(each["Vanaf personen"], each["Stand"]) for each in rows(desk.tranches)]
    assert states[1:3] == [("1.001", "begint later"), ("1.001", "begint later")]


def test_chosen_setting_is_filled_in(desk):
    with db.reading() as session:
        label = session.get(Setting, ("loan_days", "", date(2022, 11, 1))).label

    desk._choose_setting(label)

    assert desk.forms[ui.VALUE].filled["values"]["setting"] == "loan_days"
