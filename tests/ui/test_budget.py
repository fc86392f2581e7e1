"""The books of a Digibank: a cost, its proof, and what the subsidy does not pay."""

from __future__ import annotations

from datetime import date

import pytest
from bs4 import BeautifulSoup

from digibank_core.ui import budget as ui
from digibank_core.ui import page, progress
from tests.conftest import on_day

TODAY = date(2024, 6, 28)
COST = {
    "period": "IMPL",
    "category": "werkingskosten",
    "booked_on": "04/03/2024",
    "amount_cents": "100,00",
    "proof": "F-1",
}


@pytest.fixture
def overview(west, monkeypatch):
    """Open the page as the coordinator of West."""
    monkeypatch.setattr(page, "actor", lambda: west.actor)
    with on_day(TODAY):
        yield progress.Overview()


@pytest.fixture
def books(overview):
    return ui.books()


def rows(books):
    return books.booked._rows.to_dict("records")


def sections(overview):
    """Give the text of each card of the page, by its heading."""
    shown = BeautifulSoup(overview.body.value.replace("\xa0", " "), "html.parser")
    return {card.h2.text: card for card in shown("section")}


def test_booked_cost_stands_in_the_list_and_in_the_figures(overview, books):
    plan = {"period": "IMPL", "category": "werkingskosten", "source": "aanvraag"}
    books.forms[ui.PLAN].submit(**plan, amount_cents="1.000")

    answer = books.forms[ui.BOOK].submit(**COST)

    assert answer.text.replace("\xa0", " ") == "Geboekt: € 100,00, bewijs F-1."
    assert [row["Stand"] for row in rows(books)] == ["subsidiabel"]
    overview.refresh()
    card = sections(overview)["Budget"]
    assert [cell.text for cell in card.tfoot("td")] == ["€ 1.000,00", "€ 100,00", "€ 900,00"]
    values = [each.text for each in card(class_="value")]
    assert values == ["€ 100,00", "10 %", "n.v.t."]  # nobody is reached yet
    assert "Nog niemand bereikt" in card.text


def lines(books):
    return [
        [text.replace("\xa0", " ") for text in row.values()]
        for row in books.planned._rows.to_dict("records")
    ]


PLAN = {"period": "IMPL", "category": "werkingskosten", "source": "aanvraag, bijlage 2"}


def test_rule_23_every_kind_of_cost_has_a_line_with_its_source_and_author(books):
    books.forms[ui.PLAN].submit(**PLAN, amount_cents="1.000")

    assert lines(books) == [
        ["IMPL, loonkosten", "nog niet bepaald", "", ""],
        ["IMPL, werkingskosten", "€ 1.000,00", "aanvraag, bijlage 2", "ann"],
        ["IMPL, externe prestaties", "nog niet bepaald", "", ""],
    ]


def test_form_of_the_budget_is_filled_with_what_stands_in_the_line(books):
    form = books.forms[ui.PLAN]
    assert (form.start["period"], form.start["category"]) == ("IMPL", "loonkosten")
    form.submit(**PLAN, amount_cents="1.000")

    assert form.start == PLAN | {"amount_cents": "1.000,00"}
    books._choose_line("IMPL, loonkosten")
    assert form.filled["values"] == {
        "period": "IMPL", "category": "loonkosten", "amount_cents": "", "source": "",
    }  # fmt: skip
    books._choose_line("IMPL, werkingskosten")
    assert form.filled["values"] == PLAN | {"amount_cents": "1.000,00"}
    assert books.tabs.titles[books.tabs.selected_index] == ui.PLAN

    answer = form.submit(amount_cents="1.250,50")

    told = "Bewaard: IMPL, werkingskosten € 1.250,50, eerst € 1.000,00."
    assert answer.text.replace("\xa0", " ") == told
    assert lines(books)[1][1] == "€ 1.250,50"


def test_form_of_the_budget_opens_with_what_was_decided_before(books):
    books.forms[ui.PLAN].submit(**PLAN | {"category": "loonkosten"}, amount_cents="310.000")

    start = ui.books().forms[ui.PLAN].start
    assert (start["amount_cents"], start["source"]) == ("310.000,00", "aanvraag, bijlage 2")


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"booked_on": "31/10/2022"}, "buiten de periode"),
        ({"stream": "DIGISCAN"}, "andere financiering"),
    ],
)
def test_rule_23_cost_that_is_not_eligible_says_so_at_once(overview, books, told, reason):
    answer = books.forms[ui.BOOK].submit(**COST | told)

    assert f"Niet subsidiabel, want {reason}" in answer.text
    assert rows(books)[0]["Stand"] == f"niet subsidiabel: {reason}"
    overview.refresh()
    assert "Niet subsidiabel en niet meegeteld: € 100,00." in sections(overview)["Budget"].text


def test_rule_6_same_proof_is_refused_at_its_field(books):
    books.forms[ui.BOOK].submit(**COST)

    answer = books.forms[ui.BOOK].submit(**COST | {"stream": "DIGISCAN"})

    assert "Bewijs F-1 is al geboekt" in answer.errors["proof"]


def test_booking_is_voided_and_put_back_from_its_row(books):
    books.forms[ui.BOOK].submit(**COST)
    books._choose("1")
    assert books.tabs.titles[books.tabs.selected_index] == ui.VOID

    books.forms[ui.VOID].submit(reason="verkeerde factuur")
    assert rows(books)[0]["Stand"] == "ongedaan gemaakt"

    books._choose("1")
    assert books.tabs.titles[books.tabs.selected_index] == ui.PUT_BACK
    books.forms[ui.PUT_BACK].submit(reason="toch juist")
    assert rows(books)[0]["Stand"] == "subsidiabel"


def test_booking_is_found_by_its_proof(books):
    books.forms[ui.BOOK].submit(**COST)

    assert [option.value for option in books._search("f-1")] == ["1"]
    assert books._search("f-2") == []


def test_rule_67_what_if_on_the_page_says_that_it_is_no_official_figure(overview):
    assert "Wat als" not in overview.body.value

    overview.rules.value = "wat als 2 lessen nodig zijn"

    shown = BeautifulSoup(overview.body.value, "html.parser")
    assert "Dit is geen officieel cijfer." in shown.find(class_="notice").text
    assert shown.find(class_="what-if")
    titles = [figure.dt.text for figure in shown(class_="figure")]
    assert all(title.startswith("Wat als: ") for title in titles)
    assert "wat als, geen versie" in shown.text


def test_rule_3_page_says_that_every_period_counts_anew(overview):
    assert "Elke periode telt opnieuw" in sections(overview)["Met welke telregels?"].text
