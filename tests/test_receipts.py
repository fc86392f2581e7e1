"""The rows behind a figure: always as many as it says, for who may see rows (rule 54)."""

from __future__ import annotations

from datetime import date

import pytest

from digibank_core import db, extract, receipts, reporting
from digibank_core.errors import NotAllowedError, UnknownPeriodError, UnknownReceiptError
from digibank_core.indicators.persons import TARGET_GROUPS
from digibank_core.measuring import measure
from digibank_core.security import Actor, Role
from tests.lives import two_reached

DAY, NEXT, TODAY = date(2024, 6, 4), date(2024, 6, 5), date(2024, 6, 28)
TORHOUT, BEERNEM = "31033", "31003"
AUDITOR = Actor(login="an", role=Role.AUDITOR, digibank=None)


@pytest.fixture
def world(west):
    """Lieve of Torhout came twice and lent, Jef of Beernem took a lesson, and a stranger."""
    return two_reached(west, on=DAY)


@pytest.fixture
def opened(world):
    """Give a function that opens a receipt of west in the first period."""

    def of(code, *groups, actor=AUDITOR, period="IMPL", digibank="west", known_on=None):
        with db.reading() as session:
            return receipts.receipt(
                session,
                code,
                *groups,
                actor=actor,
                digibank=digibank,
                period=period,
                as_of=TODAY,
                known_on=known_on,
            )

    return of


@pytest.fixture
def progress(world):
    """All that is measured in the world."""
    with db.reading() as session:
        return reporting.progress(
            session, actor=AUDITOR, digibank="west", period="IMPL", as_of=TODAY
        )


def test_rule_54_reach_of_two_persons_has_their_four_services(opened):
    receipt = opened("reach")

    assert (receipt.value, receipt.rows["person"].nunique(), len(receipt.rows)) == (2, 2, 4)
    assert receipt.rows["day"].is_monotonic_increasing
    assert sorted(receipt.rows["record"]) == ["attendance/1", "loan/1", "visit/1", "visit/2"]


def test_rule_54_group_has_the_rows_of_its_cell_and_its_title(opened):
    receipt = opened("reach_by_residence", TORHOUT)

    assert (receipt.value, len(receipt.rows)) == (1, 1)
    assert receipt.chosen == {"group": "Torhout"}
    assert receipt.rows["group"].tolist() == ["Torhout"]


def test_rule_54_rows_of_every_cell_of_every_breakdown_are_its_number(progress):
    for breakdown in progress.breakdowns:
        code = breakdown.definition.code
        for cell in breakdown.cells.itertuples():
            receipt = receipts.receipt_of(progress, code, cell.group, cell.across)
            assert len(receipt.rows) == receipt.value == cell.value, (code, cell)


def test_rule_54_receipt_of_every_figure_has_its_value_and_its_rows(progress):
    for figure in progress.figures:
        receipt = receipts.receipt_of(progress, figure.definition.code)
        assert receipt.value == figure.value
        assert len(receipt.rows) == len(figure.receipt)


def persons(rows, _reached):
    return rows["person"].nunique(), None


def number(rows, _reached):
    return len(rows), None


def amounts(rows, _reached):
    return rows["amount_cents"].sum(), None


def share(column, value):
    return lambda rows, _reached: (rows[column].eq(value).sum(), len(rows))


def sums(above, below=None, by=1):
    return lambda rows, _reached: (rows[above].sum(), rows[below].sum() if below else by)


def forecast(chosen):
    def recount(rows, reached):
        spans = [rows["new"].iloc[first : first + 4].sum() for first in range(5)]
        new, over = (rows["new"].sum(), 8) if chosen is None else (chosen(spans), 4)
        return reached * over + new * rows["weeks_left"].iloc[0], over

    return lambda rows, reached: recount(rows, reached) if len(rows) else (0, None)


RECOUNTS = {
    "progress_percent": lambda rows, _: (rows["person"].nunique(), 1000),
    "expected_linear": lambda rows, _: (1000 * rows["days_gone"].item(), rows["days"].item()),
    "needed_pace": sums("missing", "weeks_left"),
    "tranche_earned": amounts,
    "tranche_payable": amounts,
    "persons_to_next_tranche": lambda rows, reached: (rows["next_from"].item() - reached, None),
    "budget_booked": amounts,
    "budget_use_percent": amounts,
    "cost_per_person": lambda rows, reached: (rows["amount_cents"].sum(), reached),
    "reach_of_population": lambda rows, reached: (reached, rows["population"].sum()),
    "reach_of_vulnerable": lambda rows, reached: (
        reached,
        round(rows["population"].sum() * 0.4),
    ),
    "pool_use": sums("on_loan", "lendable"),
    "training_hours": sums("minutes", by=60),
    "training_completion": share("completed", True),
    "training_no_show": share("mark", "afwezig"),
    "training_fill": sums("confirmed", "capacity"),
    "questions_solved": share("result", "opgelost"),
    "hours_held": sums("minutes", by=60),
    "visits_per_hour": lambda rows, _: (60 * rows["visits"].sum(), rows["minutes"].sum()),
    "forecast": forecast(None),
    "forecast_low": forecast(min),
    "forecast_high": forecast(max),
}
"""Figures that are more than persons or rows: numerator and denominator from rows and reach."""
ELSEWHERE = {"budget_use_percent", *TARGET_GROUPS}
"""Their denominator stands in another table: the budget, or of how many it is known."""


def made_again_from_their_rows(progress):
    """Tell of each figure what its rows make, and what it says."""
    reached = progress.figure("reach").value
    for figure in progress.figures:
        code, unit = figure.definition.code, figure.definition.unit
        recount = RECOUNTS.get(code, persons if unit == "personen" else number)
        rows = receipts.receipt_of(progress, code).rows
        denominator = None if code in ELSEWHERE else figure.denominator
        yield code, recount(rows, reached), (figure.numerator, denominator)


def test_rule_54_every_figure_is_made_again_from_its_rows_alone(progress):
    for code, found, told in made_again_from_their_rows(progress):
        assert found == told, code


@pytest.mark.parametrize(
    ("period", "day"), [("IMPL", date(2024, 6, 30)), ("VERL", date(2025, 3, 31))]
)
def test_rule_54_every_figure_of_the_demo_is_made_again_from_its_rows_alone(root, period, day):
    tables = extract.read(root / "data" / "sealed" / "demo").tables

    for code, found, told in made_again_from_their_rows(measure(tables, "west", period, day)):
        assert found == told, code


def test_rule_50_every_row_of_a_service_has_its_record_and_its_proof(progress):
    for figure in progress.figures:
        rows = receipts.receipt_of(progress, figure.definition.code).rows
        if "record" in rows:
            services = rows["record"].str.match("loan|visit|question|attendance")
            assert not services.any() or rows["proof"].notna().all(), figure.definition.code


def test_two_groups_meet_in_the_cell_of_both(opened):
    code = "reach_by_place_and_residence"

    assert opened(code, TORHOUT).value == 1
    assert opened(code, "", BEERNEM).chosen == {"across": "Beernem"}
    assert opened(code, TORHOUT, BEERNEM).value == 0
    assert len(opened(code, "elders", BEERNEM).rows) == 1


def test_place_and_topic_are_told_by_name_and_not_by_code(opened):
    questions = opened("questions").rows

    assert set(questions["place"]) == {"Bibliotheek Torhout"}
    assert set(questions["topic"]) == {"E-mail"}


def test_question_has_day_and_person_of_its_visit(opened):
    questions = opened("questions").rows

    assert [day.date() for day in questions["day"]] == [DAY, DAY, NEXT]
    assert questions["person"].notna().sum() == 2


def test_row_of_a_device_is_its_record(opened):
    assert opened("pool_use").rows["record"].tolist() == ["device/BW-0001"]


def test_rule_61_receipt_of_an_earlier_day_leaves_out_what_was_noted_later(opened):
    assert opened("reach", known_on=DAY).value == 2
    assert len(opened("reach", known_on=DAY).rows) == 2


@pytest.mark.parametrize("role", [Role.REGIONAL, Role.DIGIHELPER, Role.PARTNER])
def test_rule_49_who_may_not_see_rows_gets_no_receipt(opened, role):
    with pytest.raises(NotAllowedError):
        opened("reach", actor=Actor(login="x", role=role, digibank="west"))


def test_rule_49_rows_of_another_digibank_are_refused(opened, ann):
    with pytest.raises(NotAllowedError):
        opened("reach", actor=ann, digibank="noord")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("bereik",), "cijfer bereik"),
        (("",), "cijfer "),
        (("reach", TORHOUT), "groep 31033 van reach"),
        (("reach", "", TORHOUT), "groep 31033 van reach"),
        (("reach_by_residence", "99999"), "groep 99999 van reach_by_residence"),
        (("reach_by_place", "elders", TORHOUT), "groep 31033 van reach_by_place"),
    ],
)
def test_figure_or_group_that_does_not_exist_is_refused(opened, asked, told):
    with pytest.raises(UnknownReceiptError) as refused:
        opened(*asked)

    assert refused.value.user_message.startswith(f"Van {told} is er geen bon.")


def test_period_that_does_not_exist_is_refused(opened):
    with pytest.raises(UnknownPeriodError):
        opened("reach", period="2024")
