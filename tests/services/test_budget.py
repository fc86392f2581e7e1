"""The books: a budget per kind of cost, and each proof once (rules 6, 23 and 24)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from digibank_core import db, reporting
from digibank_core.errors import (
    FutureDateError,
    NotAllowedError,
    ProofBookedError,
    UnknownBookingError,
    UnknownPeriodError,
)
from digibank_core.models import (
    Booking,
    BookingRequest,
    BudgetRequest,
    Category,
    Stream,
)
from digibank_core.services import budget

DAY, TODAY = date(2024, 3, 4), date(2024, 6, 28)
COST = {
    "period": "IMPL",
    "category": Category.WAGES,
    "booked_on": DAY,
    "amount_cents": "100,00",
    "proof": "F-2024-118",
}
PLAN = {
    "period": "IMPL",
    "category": Category.WAGES,
    "amount_cents": "310.000",
    "source": "aanvraag, bijlage 2",
}


def book(desk, **told):
    with desk.at_work(TODAY) as session:
        request = BookingRequest(**COST | told)
        return budget.book(session, request, actor=desk.actor, today=TODAY)


def void(desk, booking, act=budget.void):
    with desk.at_work(TODAY, "dubbel") as session:
        return act(session, booking.id, actor=desk.actor)


def figures(desk, as_of=TODAY, known_on=None):
    with db.reading() as session:
        progress = reporting.progress(
            session,
            actor=desk.actor,
            digibank=desk.actor.own,
            period="IMPL",
            as_of=as_of,
            known_on=known_on,
        )
    codes = ("budget_booked", "budget_use_percent", "cost_per_person")
    return tuple(progress.figure(code).value for code in codes)


def test_rule_23_cost_is_booked_in_cents(west):
    booking = book(west, amount_cents="1.234,05")

    assert (booking.amount_cents, booking.stream) == (123_405, Stream.DIGIBANK)
    assert figures(west)[0] == 123_405


def test_rule_23_budget_of_a_kind_of_cost_is_corrected_with_history(west, raw):
    for amount in ("310.000", "300.000"):
        with west.at_work(TODAY) as session:
            request = BudgetRequest(**PLAN | {"amount_cents": amount})
            line = budget.set_line(session, request, actor=west.actor)

    assert (line.amount_cents, line.author) == (30_000_000, "ann")
    assert raw.count("budget_line") == 1
    told = raw.rows("SELECT before FROM history WHERE \"table\" = 'budget_line' ORDER BY id")
    assert ["31000000" in (entry["before"] or "") for entry in told] == [False, True]


def test_rule_24_figures_of_the_books(west):
    with west.at_work(TODAY) as session:
        budget.set_line(session, BudgetRequest(**PLAN), actor=west.actor)
    west.stock("BW-0001", "BW-0002")
    for code in ("BW-0001", "BW-0002"):
        west.lend(code, west.register(), on=DAY)
    book(west, amount_cents="77.500,01")

    # a quarter of 310,000 euro; half a cent more than 38,750 euro per person
    assert figures(west) == (7_750_001, 25, 3_875_001)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"booked_on": date(2022, 10, 31)}, "buiten de periode"),
        ({"stream": Stream.IEDEREEN_DIGITAAL}, "andere financiering"),
        ({}, ""),
    ],
)
def test_rule_23_cost_that_is_not_eligible_is_booked_and_says_why(west, told, reason):
    booking = book(west, **told)

    with db.reading() as session:
        assert budget.reason_of(session, booking) == reason
    assert figures(west)[0] == (0 if reason else 10_000)


@pytest.mark.parametrize(
    ("told", "spelled"),
    [
        ({}, "F-2024-118"),
        ({"stream": Stream.IEDEREEN_DIGITAAL}, " f-2024-118 "),
        ({"period": "VERL"}, "F-2024-118"),
        ({"category": Category.EXTERNAL, "amount_cents": "5"}, "f-2024-118"),
    ],
    ids=["same cost", "two streams", "two periods", "two kinds of cost"],
)
def test_rule_6_one_proof_is_booked_once_and_the_refusal_says_where(west, told, spelled):
    book(west)

    with pytest.raises(ProofBookedError) as refusal:
        book(west, **told | {"proof": spelled})

    sentence = refusal.value.user_message.replace("\xa0", " ")
    assert "loonkosten, € 100,00, van 04/03/2024, betaald door DIGIBANK" in sentence


def test_rule_6_database_refuses_one_proof_twice(west, raw):
    book(west)

    [row] = raw.rows("SELECT * FROM booking")

    with pytest.raises(IntegrityError):
        raw.insert("booking", row | {"id": 2})


def test_proof_of_another_digibank_is_another_proof(west, noord):
    book(west)

    assert book(noord).digibank == "noord"


def test_rule_62_voided_booking_counts_no_more_and_its_proof_is_free(west):
    first = book(west)
    void(west, first)
    assert figures(west)[0] == 0

    book(west, amount_cents="90")

    assert figures(west)[0] == 9000
    with pytest.raises(ProofBookedError):
        void(west, first, budget.put_back)


def test_rule_62_voided_booking_is_put_back(west):
    booking = book(west)
    void(west, booking)

    void(west, booking, budget.put_back)

    assert figures(west)[0] == 10_000


def test_rule_61_costs_are_known_from_when_they_were_booked(west):
    book(west)

    assert figures(west, known_on=date(2024, 6, 27))[0] == 0
    assert figures(west, known_on=TODAY)[0] == 10_000


def test_cost_of_a_day_to_come_is_refused(west):
    with pytest.raises(FutureDateError):
        book(west, booked_on=date(2024, 6, 29))


@pytest.mark.parametrize("model", [BookingRequest, BudgetRequest])
def test_rule_2_unknown_period_is_refused(west, model):
    act, told = (budget.set_line, PLAN) if model is BudgetRequest else (budget.book, COST)
    more = {} if model is BudgetRequest else {"today": TODAY}

    with west.at_work(TODAY) as session, pytest.raises(UnknownPeriodError):
        act(session, model(**told | {"period": "IMPL2"}), actor=west.actor, **more)


def test_rule_49_booking_of_another_digibank_is_unknown(west, noord):
    booking = book(west)

    with pytest.raises(UnknownBookingError):
        void(noord, booking)
    with db.reading() as session:
        assert budget.bookings(session, actor=noord.actor) == []


@pytest.mark.parametrize("who", ["karel", "roger", "rita", "cli"])
def test_only_coordinators_keep_the_books(request, west, who):
    actor = request.getfixturevalue(who)
    booking = book(west)
    acts = (
        lambda session: budget.book(session, BookingRequest(**COST), actor=actor, today=TODAY),
        lambda session: budget.set_line(session, BudgetRequest(**PLAN), actor=actor),
        lambda session: budget.void(session, booking.id, actor=actor),
        lambda session: budget.put_back(session, booking.id, actor=actor),
        lambda session: budget.bookings(session, actor=actor),
        lambda session: budget.lines(session, actor=actor),
    )

    for act in acts:
        with db.reading() as session, pytest.raises(NotAllowedError):
            act(session)


def test_rule_49_lines_of_the_budget_are_those_of_the_own_digibank(west, noord):
    for desk, told in ((west, {"category": Category.EXTERNAL}), (west, {}), (noord, {})):
        with desk.at_work(TODAY) as session:
            budget.set_line(session, BudgetRequest(**PLAN | told), actor=desk.actor)

    with db.reading() as session:
        own = budget.lines(session, actor=west.actor)
    assert [(line.digibank, line.category.value) for line in own] == [
        ("west", "loonkosten"),
        ("west", "externe prestaties"),
    ]


def test_books_are_listed(west):
    book(west, proof="F-1")
    void(west, book(west, proof="F-2", booked_on=TODAY))

    with db.reading() as session:
        listed = budget.bookings(session, actor=west.actor)
        assert [(each.proof, each.voided) for each in listed] == [("F-2", True), ("F-1", False)]


def test_history_of_a_booking_keeps_what_it_was_for_to_itself(west, raw):
    book(west, description="huur van de bib")

    told = raw.rows("SELECT after, touched FROM history WHERE \"table\" = 'booking'")
    assert "huur" not in told[0]["after"]
    assert told[0]["touched"] == "description"
    with db.reading() as session:
        assert session.get(Booking, 1).description == "huur van de bib"
