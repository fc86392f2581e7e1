"""The page Hoe geteld?: a figure down to its rows, and from each row to its record."""

from __future__ import annotations

import base64
import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup

from digibank_core import db, receipts, reporting
from digibank_core.indicators.definition import Scope
from digibank_core.security import Actor, Role
from digibank_core.services.corrections import SUBJECTS
from digibank_core.ui import page, receipt, receipt_parts
from digibank_core.ui.figures import figure_html
from tests.conftest import on_day
from tests.lives import two_reached

DAY, TODAY = date(2024, 6, 4), date(2024, 6, 28)
TORHOUT = "31033"
SCOPE = Scope(
    digibank="west",
    period="IMPL",
    first_day=date(2022, 11, 1),
    last_day=date(2024, 12, 31),
    as_of=TODAY,
    target=1000,
)
AUDITOR = Actor(login="an", role=Role.AUDITOR, digibank=None)
EDITOR = Actor(login="eva", role=Role.EDITOR, digibank="west")


@pytest.fixture(autouse=True)
def signed_in(monkeypatch, ann):
    """Let ann be the user of the page, on a day of the story."""
    monkeypatch.setattr(page, "actor", lambda: ann)
    with on_day(TODAY):
        yield


@pytest.fixture
def world(west):
    """Two persons in four services, and a stranger."""
    return two_reached(west, on=DAY)


@pytest.fixture
def opened(world, monkeypatch):
    """Give a function that opens the page at an address; `told` shows what a mistake says."""

    def at(told=False, **asked):
        asked = {"cijfer": "reach", "periode": "IMPL", **asked}
        monkeypatch.setattr(page, "asked", lambda name: asked.get(name, ""))
        return receipt.show().data if told else receipt.ReceiptPage(page.actor())

    return at


@pytest.fixture
def progress(world, ann):
    """All that is measured in the world."""
    with db.reading() as session:
        return reporting.progress(
            session, actor=ann, digibank="west", period="IMPL", as_of=TODAY
        )


def read(widget):
    return BeautifulSoup(widget.value, "html.parser")


def facts(widget):
    card = read(widget)
    return {name.text: name.find_next_sibling("dd").text for name in card("dt")}


def test_address_says_which_figure_of_whom_and_when():
    assert receipt_parts.address("reach", SCOPE) == (
        "bon?cijfer=reach&digibank=west&periode=IMPL&stand=2024-06-28"
    )


def test_rule_61_address_keeps_group_and_day_that_is_known():
    known = replace(SCOPE, known_on=date(2024, 6, 5))

    assert receipt_parts.address("not_counted_by_reason", known, "niet aanwezig", "x&y") == (
        "bon?cijfer=not_counted_by_reason&groep=niet+aanwezig&en=x%26y&digibank=west"
        "&periode=IMPL&stand=2024-06-28&bekend=2024-06-05"
    )


def test_rule_50_card_says_how_it_was_counted(opened):
    card = opened().card

    assert read(card).h2.text == "Bereikte personen: 2 personen"
    assert "Elke persoon telt één keer." in read(card).p.text
    assert facts(card) == {
        "Telregels": "2, 3, 6, 7, 8, 9, 10, 11, 12 (versie 1)",
        "Bron": "2 bezoeken, 1 aanwezigheid, 1 uitlening",
        "Digibank": "Brugge West",
        "Periode": "01/11/2022 tot en met 31/12/2024",
        "Stand op": "28/06/2024",
        "Bekend": "nu",
        "Rijen": "4",
    }


def test_rule_50_divided_figure_says_what_by_what(opened):
    told = facts(opened(cijfer="progress_percent").card)

    assert (told["Teller"], told["Noemer"]) == ("2", "1.000")


def test_rule_48_page_with_rows_is_called_internal(opened):
    internal = read(opened().children[0])

    assert internal.find(class_="badge").text == "Intern"
    assert "Hier staan ook rijen van personen." in internal.text


def test_rule_54_sentence_says_that_the_rows_are_the_figure(opened):
    assert "2 personen in 4 rijen." in opened().told.value
    assert "3 rijen: elke rij telt één keer." in opened(cijfer="questions").told.value
    assert "1 rij, samen 120 minuten." in opened(cijfer="training_hours").told.value


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("questions_solved", "3 rijen, waarvan 3 opgelost."),
        ("training_completion", "1 rij, waarvan 1 afgerond."),
    ],
)
def test_rule_54_sentence_tells_what_of_the_rows_is_counted(opened, code, told):
    assert told in opened(cijfer=code).told.value


def test_rows_are_day_what_place_person_and_proof(opened):
    rows = opened().listing._rows

    assert list(rows) == ["Dag", "Wat", "Plaats", "Gemeente", "Persoon", "Bewijs"]
    assert rows["Wat"].tolist() == ["Aanwezigheid 1", "Bezoek 1", "Uitlening 1", "Bezoek 2"]
    assert rows["Bewijs"].tolist() == ["", "logboek 1", "BW-2024-00001", "logboek 2"]
    assert rows["Plaats"].tolist() == ["bib", "Bibliotheek Torhout", "", "Bibliotheek Torhout"]
    assert rows["Gemeente"].tolist() == ["", "Torhout", "", "Torhout"]


def test_rule_49_person_is_a_short_pseudonym_and_nobody_is_named(opened):
    shown = opened()

    assert shown.listing._rows["Persoon"].str.fullmatch("[0-9a-f]{8}").all()
    assert "Zwartkapoen" not in str(shown.listing._table.get_state()) + shown.card.value


def test_rule_14_stranger_is_called_anonymous(opened):
    rows = opened(cijfer="visits").listing._rows

    assert (rows["Persoon"] == "anoniem").sum() == 1


def test_group_is_a_filter_that_can_be_taken_away(opened):
    shown = opened(cijfer="reach_by_residence", groep=TORHOUT)
    told = read(shown.told)

    assert "Woonplaats: Torhout" in told.text
    assert "1 persoon in 1 rij." in told.text
    assert told.a["href"] == (
        "bon?cijfer=reach_by_residence&digibank=west&periode=IMPL&stand=2024-06-28"
    )
    assert shown.listing._rows["Woonplaats"].tolist() == ["Torhout"]
    assert opened(cijfer="reach_by_residence").told.value.count("<a") == 0


def test_who_may_correct_goes_from_each_row_to_its_record(opened):
    state = str(opened().listing._table.get_state())

    for record in ("attendance/1", "visit/1", "visit/2", "loan/1"):
        assert f"gegeven?record={record}" in state


@pytest.mark.parametrize("who", [AUDITOR, EDITOR], ids=["auditor", "rapportmaker"])
def test_who_may_not_correct_sees_the_rows_without_links(opened, monkeypatch, who):
    monkeypatch.setattr(page, "actor", lambda: who)
    shown = opened(digibank="west")

    assert "2 personen in 4 rijen." in shown.told.value
    assert "gegeven?" not in str(shown.listing._table.get_state())


def test_rows_that_are_no_record_have_dutch_headings_and_no_link(opened):
    shown = opened(cijfer="expected_linear")

    assert list(shown.listing._rows)[:4] == [
        "Periode",
        "Eerste dag",
        "Laatste dag",
        "Stand op",
    ]
    assert "gegeven?" not in str(shown.listing._table.get_state())


def test_figure_without_rows_says_so_and_has_no_files(opened):
    shown = opened(cijfer="minors")

    assert "Geen rijen" in shown.listing._empty.value
    assert shown.listing._empty in shown.listing.children
    assert shown.save not in shown.children[-1].children


def test_rule_61_card_says_what_was_known_when(opened):
    shown = opened(stand="2024-06-20", bekend="2024-06-04")

    assert facts(shown.card)["Bekend"] == "tot en met 04/06/2024"
    assert facts(shown.card)["Stand op"] == "20/06/2024"
    assert "2 personen in 2 rijen." in shown.told.value


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"cijfer": "bereik"}, "Van cijfer bereik is er geen bon."),
        ({"groep": TORHOUT}, "Van groep 31033 van reach is er geen bon."),
        ({"stand": "gisteren"}, "gisteren is geen dag."),
        ({"bekend": "2024-02-30"}, "2024-02-30 is geen dag."),
        ({"stand": "2024-06-29"}, "29/06/2024 moet nog komen."),
        ({"periode": "X"}, "Periode X bestaat niet"),
        ({"digibank": "noord"}, "Met jouw rol (coördinator) kan dit niet."),
        ({"cijfer": "<b>"}, "Van cijfer &lt;b&gt; is er geen bon."),
    ],
)
def test_what_does_not_exist_is_told_in_one_sentence(opened, asked, told):
    shown = opened(told=True, **asked)

    assert told in shown
    assert "<table" not in shown


def test_rule_49_who_may_not_see_rows_is_told_so(opened, monkeypatch, rita):
    monkeypatch.setattr(page, "actor", lambda: rita)

    assert "Met jouw rol (regionaal) kan dit niet." in opened(told=True, digibank="west")


def test_browser_gets_the_first_rows_and_the_file_has_all(opened, monkeypatch):
    monkeypatch.setattr(receipt, "MOST_ROWS", 3)
    shown = opened()

    assert "Hieronder staan de eerste 3. In het bestand staan ze alle." in shown.told.value
    assert len(shown.listing._rows) == 3
    assert shown.files.value == ""

    shown.save.click()
    link = read(shown.files).a
    held = base64.b64decode(link["href"].partition("base64,")[2]).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(held), delimiter=";"))

    assert link["download"] == "reach-west-IMPL-2024-06-28-intern.csv"
    assert rows[0] == ["Dag", "Wat", "Plaats", "Gemeente", "Persoon", "Bewijs"]
    assert len(rows) == 5
    assert len(rows[1][4]) == 16, "whole, so that persons can be counted again"


def test_every_column_of_every_receipt_has_a_dutch_heading(progress):
    known = receipt_parts.HEADINGS.keys() | receipt_parts.LEFT_OUT | {"group", "across"}

    for each in (*progress.figures, *progress.breakdowns):
        found = receipts.receipt_of(progress, each.definition.code)
        assert set(found.rows) <= known


def test_every_breakdown_says_what_its_groups_are(progress):
    codes = [each.definition.code for each in progress.breakdowns]

    assert list(receipt_parts.GROUPS) == codes


def test_every_record_that_is_counted_is_called_by_a_dutch_word(progress):
    found = [
        receipts.receipt_of(progress, each.definition.code).rows
        for each in (*progress.figures, *progress.breakdowns)
    ]
    records = {record for rows in found if "record" in rows for record in rows["record"]}
    tables = {record.partition("/")[0] for record in records if isinstance(record, str)}

    assert tables <= receipt_parts.KINDS.keys()
    assert receipt_parts.KINDS.keys() - {"booking"} <= SUBJECTS.keys()


def test_how_counted_leads_to_the_rows_for_who_may_see_them(progress):
    reach = progress.figure("reach")
    link = BeautifulSoup(figure_html(reach, "", SCOPE), "html.parser").a

    assert link.text == "Toon de 4 rijen: Bereikte personen"
    assert link["href"] == receipt_parts.address("reach", SCOPE)
    assert "<a" not in figure_html(reach, "", SCOPE, with_rows=False)
    assert "<a" not in figure_html(progress.figure("minors"), "", SCOPE)


def test_rule_67_what_if_leads_to_no_rows(progress):
    reach = progress.figure("reach")
    other = replace(reach, definition=replace(reach.definition, rule_version=0))

    assert "<a" not in figure_html(other, "", SCOPE)
