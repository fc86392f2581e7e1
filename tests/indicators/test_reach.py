"""Reach, its target and its path: small worlds counted by hand, then a naive recount."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import pandas as pd
import pytest

from digibank_core import db, reporting
from digibank_core.indicators import reach
from digibank_core.indicators.deliveries import deliveries
from digibank_core.models import FundingPeriod, Loan, Person, PersonRole, Stream


@pytest.fixture
def counted(frames_of, scope_of):
    """Give a function: the counted deliveries of loans, each a dictionary."""

    def count(*loans, persons=({},), **scope):
        return reach.counted(deliveries(frames_of(persons, loans)), scope_of(**scope))

    return count


def measured(desk, period="IMPL", as_of=date(2026, 12, 31), **more):
    with db.reading() as session:
        return reporting.progress(
            session,
            actor=desk.actor,
            digibank=desk.actor.digibank,
            period=period,
            as_of=as_of,
            **more,
        )


def value(desk, code="reach", **more):
    return measured(desk, **more).figure(code).value


def reached(count):
    """Give the counted deliveries of so many persons, one each."""
    return pd.DataFrame(
        {
            "person": [f"p{number}" for number in range(count)],
            "objective": "toegang",
            "happened_on": pd.Timestamp("2024-03-04"),
        }
    )


# A world counted by hand


@pytest.fixture
def world(west, noord):
    """Ten persons of Brugge West with twelve loans, of which four persons are reached.

    1. one loan                                        reached
    2. three loans                                     reached, once
    3. lives outside the area                          reached all the same
    4. loan on the last day, 31/12/2024                reached
    5. loan on 1/1/2025                                not in IMPL
    6. intermediary                                    not
    7. born 2010                                       not
    8. no birth year, no tick                          not
    9. loan in another stream                          not
    10. loan without agreement                         not
    """
    persons = [west.register() for _ in range(2)]
    persons += [west.register(residence="buiten"), west.register(), west.register()]
    persons += [west.register(), west.register(birth_year=2010), west.register(birth_year=None)]
    persons += [west.register(), west.register()]
    codes = [f"BW-{number:04}" for number in range(1, 13)]
    west.stock(*codes)
    borrowers = [*persons, persons[1], persons[1]]
    days = [date(2024, 3, number) for number in range(1, 13)]
    days[3], days[4] = date(2024, 12, 31), date(2025, 1, 1)
    loans = [
        west.lend(*loan, on=day) for *loan, day in zip(codes, borrowers, days, strict=True)
    ]
    west.correct(Person, persons[5], role=PersonRole.INTERMEDIARY)
    west.correct(Loan, loans[8].id, stream=Stream.IEDEREEN_DIGITAAL)
    west.correct(Loan, loans[9].id, agreement=None)
    noord.stock("BN-0001")
    noord.lend("BN-0001", noord.register(), on=date(2024, 3, 1))
    return west


def test_four_of_ten_persons_are_reached(world):
    assert value(world) == 4


def test_rule_2_before_the_period_all_figures_are_there_and_nobody_is_reached(world):
    progress = measured(world, as_of=date(2022, 10, 31))

    told = [progress.figure(code).value for code in ("reach", "progress_percent", "visits")]
    assert told == [0, 0, 0]
    assert progress.figure("reach_of_vulnerable").numerator == 0


def test_rule_54_receipt_holds_the_six_loans_of_the_four(world):
    receipt = measured(world).figure("reach").receipt  # 1 + 3 + 1 + 1 loans

    assert (len(receipt), receipt["person"].nunique()) == (6, 4)


def test_what_does_not_count_is_listed_with_its_reason(world):
    assert sorted(measured(world).not_counted["reason"]) == [
        "andere financiering",
        "intermediair",
        "jonger dan 18",
        "leeftijd te bevestigen",
        "zonder overeenkomst",
    ]


def test_counted_and_not_counted_are_all_that_happened_in_the_period(world):
    progress = measured(world)

    rows = len(progress.figure("reach").receipt) + len(progress.not_counted)
    assert rows == 11  # twelve loans, one of them in 2025


def test_rule_10_other_digibank_has_its_own_person(world, noord):
    assert value(noord) == 1


def test_rule_10_helped_by_two_digibanken_is_two_persons(west, noord):
    for desk, code in ((west, "BW-0001"), (noord, "BN-0001")):
        desk.stock(code)
        desk.lend(code, desk.register("Lieve", last_name="Claeys"), on=date(2024, 3, 4))

    assert value(west) + value(noord) == 2


def test_rule_3_person_reached_before_counts_again_in_the_extension(west):
    person = west.register()
    west.stock("BW-0001", "BW-0002")
    west.lend("BW-0001", person, on=date(2024, 12, 31))
    west.lend("BW-0002", person, on=date(2025, 1, 1))

    assert (value(west), value(west, period="VERL")) == (1, 1)


def test_rule_2_first_day_may_differ_by_digibank(west, noord):
    west.correct(FundingPeriod, ("IMPL", "west"), first_day=date(2024, 1, 1))
    for desk, code in ((west, "BW-0001"), (noord, "BN-0001")):
        desk.stock(code)
        desk.lend(code, desk.register(), on=date(2023, 12, 31))

    assert (value(west), value(noord)) == (0, 1)


# Days


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        ("2022-10-31", 0),
        ("2022-11-01", 1),
        ("2024-02-29", 1),
        ("2024-12-31", 1),
        ("2025-01-01", 0),
    ],
)
def test_rule_2_both_ends_of_the_period_count(counted, day, counts):
    assert reach.reach(counted({"lent_on": day})).value == counts


@pytest.mark.parametrize(
    ("as_of", "counts"),
    [
        (date(2024, 3, 3), 0),
        (date(2024, 3, 4), 1),
        (date(2030, 1, 1), 1),
        (date(2001, 1, 1), 0),
    ],
    ids=["the day before", "the day itself", "long after", "before the period"],
)
def test_rule_7_service_counts_from_its_day_on(counted, as_of, counts):
    assert reach.reach(counted({"lent_on": "2024-03-04"}, as_of=as_of)).value == counts


def test_rule_2_as_of_after_the_period_adds_nothing(counted):
    rows = counted({"lent_on": "2025-01-01"}, as_of=date(2026, 1, 1))

    assert reach.reach(rows).value == 0


# Persons


def test_rule_9_person_with_several_services_counts_once(counted):
    rows = counted({}, {"lent_on": "2024-05-06"}, {"lent_on": "2024-05-07"})

    assert reach.reach(rows).value == 1


def test_rule_9_every_service_of_a_person_is_in_the_receipt(counted):
    rows = counted({}, {"lent_on": "2024-05-06"})

    assert len(reach.reach(rows).receipt) == 2


def test_rule_11_person_counts_from_the_first_service_as_an_adult(counted):
    rows = counted(
        {"lent_on": "2023-05-01"}, {"lent_on": "2024-05-01"}, persons=[{"birth_year": 2005}]
    )

    # 2023 - 2005 = 18 without tick: no; 2024 - 2005 = 19: yes
    assert reach.first_services(rows)["happened_on"].tolist() == [pd.Timestamp("2024-05-01")]


def test_rule_9_reach_by_objective_is_at_least_reach(counted):
    rows = counted({}, {"person": "p2"}, persons=[{}, {"key": "p2"}])

    assert reach.reach_by_objective(rows)[0].value >= reach.reach(rows).value


def test_rule_8_only_loans_give_access(counted):
    rows = counted({}, {"person": "p2"}, persons=[{}, {"key": "p2"}])
    rows.loc[1, "objective"] = "vaardigheden"

    assert reach.reach_by_objective(rows)[0].value == 1


def test_without_services_reach_is_zero(counted):
    assert reach.reach(counted()).value == 0


# Target


@pytest.mark.parametrize(
    ("persons", "target", "percent"),
    [
        (0, 1000, 0),
        (1, 1000, 0),
        (9, 1000, 0),
        (10, 1000, 1),
        (999, 1000, 99),
        (1000, 1000, 100),
        (1001, 1000, 100),
        (1009, 1000, 100),
        (1010, 1000, 101),
        (1751, 1000, 175),
        (1000, 1001, 99),
        (1001, 1001, 100),
        (1500, 1501, 99),
        (1750, 1751, 99),
        (1751, 1751, 100),
    ],
)
def test_rule_17_percentage_is_rounded_down(scope_of, persons, target, percent):
    figure = reach.progress_percent(reach.reach(reached(persons)), scope_of(target=target))

    assert figure.value == percent


@pytest.mark.parametrize("target", [None, 0], ids=["missing", "zero"])
def test_rule_17_without_target_there_is_no_percentage(scope_of, target):
    assert (
        reach.progress_percent(reach.reach(reached(5)), scope_of(target=target)).value is None
    )


def test_rule_17_percentage_says_what_was_divided(scope_of):
    figure = reach.progress_percent(reach.reach(reached(999)), scope_of())

    assert (figure.numerator, figure.denominator) == (999, 1000)


# Path

EIGHT_DAYS = {"first_day": date(2024, 1, 1), "last_day": date(2024, 1, 8)}


def path(scope_of, day, **scope):
    return reach.expected_linear(scope_of(as_of=date.fromisoformat(day), **scope)).value


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2022-10-31", "0.00"),
        ("2022-11-01", "1.26"),  # 1000 * 1 / 792 = 1.2626
        ("2023-06-20", "292.93"),  # 30 + 31 + 31 + 28 + 31 + 30 + 31 + 20 = 232 days
        ("2024-12-30", "998.74"),  # 791 days: 998.737
        ("2024-12-31", "1000.00"),  # 61 + 365 + 366 = 792 days
        ("2025-06-30", "1000.00"),
    ],
)
def test_rule_18_path_is_linear_by_day(scope_of, day, expected):
    assert path(scope_of, day) == expected


@pytest.mark.parametrize(
    ("target", "expected"),
    [(1, "0.13"), (3, "0.38"), (5, "0.63"), (7, "0.88")],  # 0.125, 0.375, 0.625, 0.875
)
def test_rule_55_path_is_rounded_half_up(scope_of, target, expected):
    assert path(scope_of, "2024-01-01", target=target, **EIGHT_DAYS) == expected


@pytest.mark.parametrize("target", [None, 0], ids=["missing", "zero"])
def test_rule_18_without_target_there_is_no_path(scope_of, target):
    assert path(scope_of, "2024-03-04", target=target) is None


def test_rule_18_period_of_one_day_is_done_on_that_day(scope_of):
    day = date(2024, 1, 1)

    assert path(scope_of, "2024-01-01", first_day=day, last_day=day) == "1000.00"


def test_rule_54_receipt_of_the_path_lets_it_be_recounted(scope_of):
    figure = reach.expected_linear(scope_of(as_of=date(2023, 6, 20)))

    [row] = figure.receipt.to_dict("records")
    assert (row["target"], row["days_gone"], row["days"]) == (1000, 232, 792)


# Growth


@pytest.fixture
def growth(counted, scope_of):
    """Give the growth of a period of four months to 10 April.

    January 2 persons, February none, March 1 (the second loan of p1 is no new person),
    April 1.
    """
    loans = [
        {"person": "p1", "lent_on": "2024-01-31"},
        {"person": "p2", "lent_on": "2024-01-01"},
        {"person": "p1", "lent_on": "2024-03-01"},
        {"person": "p3", "lent_on": "2024-03-31"},
        {"person": "p4", "lent_on": "2024-04-10"},
        {"person": "p5", "lent_on": "2024-04-11"},
    ]
    days = {
        "first_day": date(2024, 1, 1),
        "last_day": date(2024, 12, 31),
        "as_of": date(2024, 4, 10),
        "target": 366,  # one person a day
    }
    persons = [{"key": f"p{number}"} for number in range(1, 6)]
    return reach.burn_up(
        reach.first_services(counted(*loans, persons=persons, **days)), scope_of(**days)
    )


def test_rule_21_new_persons_are_those_of_the_first_service(growth):
    assert growth["new"].tolist() == [2, 0, 1, 1]


def test_rule_21_new_persons_add_up_to_reach(growth):
    assert growth["total"].tolist() == [2, 2, 3, 4]


def test_growth_is_told_at_the_end_of_each_month(growth):
    ends = [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 10)]

    assert growth["month_end"].tolist() == ends


def test_rule_18_path_stands_beside_the_growth(growth):
    # 31, 31 + 29, 31 + 29 + 31 and 31 + 29 + 31 + 10 days, a person a day
    assert growth["expected"].tolist() == [Decimal(day) for day in (31, 60, 91, 101)]


def test_growth_without_target_has_no_path(counted, scope_of):
    rows = counted({})

    assert reach.burn_up(rows, scope_of(target=None))["expected"].isna().all()


def test_growth_of_a_period_that_has_not_begun_is_empty(counted, scope_of):
    scope = {"as_of": date(2022, 10, 31)}

    assert reach.burn_up(counted({}, **scope), scope_of(**scope)).empty


def test_growth_without_services_stays_at_zero(counted, scope_of):
    growth = reach.burn_up(counted(), scope_of())

    assert (len(growth), growth["total"].max()) == (26, 0)  # 2 + 12 + 12 months


# The same counted again, naively


@pytest.fixture(params=[1, 2, 3], ids=lambda seed: f"seed {seed}")
def crowd(request, west, raw):
    """120 persons and 400 loans by dice, written past all services; give the raw database."""
    dice = random.Random(request.param)
    written = {"recorded_at": "2025-06-01 12:00:00.000000", "version": 1}
    persons = [
        {
            "key": f"p{number}",
            "digibank": dice.choice(["west", "west", "noord"]),
            "birth_year": dice.choice([None, 1950, 1980, *range(2003, 2009)]),
            "adult_confirmed": dice.random() < 0.5,
            "role": dice.choice(["deelnemer"] * 5 + ["intermediair"]),
            "gender": "x",
            "outside_area": False,
            **written,
        }
        for number in range(120)
    ]
    loans = []
    for number in range(400):
        person = dice.choice(persons)
        lent = date(2022, 10, 1) + timedelta(days=dice.randrange(900))
        loan = {
            "digibank": person["digibank"],
            "device": "BW-0001",
            "person": person["key"],
            **dict.fromkeys(("lent_on", "due_on", "returned_on"), lent.isoformat()),
            "agreement": dice.choice([None, *[f"A-{number}"] * 5]),
            "stream": dice.choice(["DIGIBANK"] * 4 + ["ANDER", "DIGISCAN"]),
            **written,
        }
        loans.append(loan)
    west.take_in("BW-0001")
    raw.insert("person", *persons)
    raw.insert("loan", *loans)
    return raw


def recounted(raw, first, last):
    """Give person -> first day that counts, with loops and sets only."""
    persons = {row["key"]: row for row in raw.rows("SELECT * FROM person")}
    days = {}
    for loan in raw.rows("SELECT * FROM loan WHERE digibank = 'west'"):
        lent_on = str(loan["lent_on"])
        if not first <= lent_on <= last:
            continue
        if loan["agreement"] is None or loan["stream"] != "DIGIBANK":
            continue
        person = persons[loan["person"]]
        if person["role"] != "deelnemer":
            continue
        if person["birth_year"] is None:
            adult = person["adult_confirmed"]
        else:
            age = int(lent_on[:4]) - person["birth_year"]
            adult = age > 18 or (age == 18 and person["adult_confirmed"])
        if adult:
            days.setdefault(person["key"], set()).add(lent_on)
    return {person: min(found) for person, found in days.items()}


@pytest.mark.parametrize("as_of", ["2022-11-01", "2023-08-15", "2024-12-31", "2025-03-31"])
def test_rule_7_naive_recount_gives_the_same_persons(crowd, west, as_of):
    again = recounted(crowd, "2022-11-01", min(as_of, "2024-12-31"))

    receipt = measured(west, as_of=date.fromisoformat(as_of)).figure("reach").receipt
    assert set(receipt["person"]) == set(again)


def test_rule_21_naive_recount_gives_the_same_growth(crowd, west):
    again = recounted(crowd, "2022-11-01", "2024-12-31")

    months = {}
    for first in again.values():
        months[first[:7]] = months.get(first[:7], 0) + 1
    growth = measured(west, as_of=date(2025, 3, 31)).burn_up
    told = {
        end.isoformat()[:7]: new
        for end, new in zip(growth["month_end"], growth["new"], strict=True)
        if new
    }
    assert told == months


def test_naive_recount_finds_persons_at_all(crowd):
    assert len(recounted(crowd, "2022-11-01", "2024-12-31")) > 20
