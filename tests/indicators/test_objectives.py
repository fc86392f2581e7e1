"""Golden worlds over three kinds of services: each person once (rules 8, 9, 14, 20, 21)."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digibank_core.indicators import reach
from digibank_core.indicators.deliveries import deliveries
from digibank_core.indicators.digipunt import anonymous_contacts
from tests.indicators.conftest import impl, write_frames

ONLY_P1 = [{"key": "p1"}]


@pytest.fixture
def measure(frames_of, scope_of):
    """Give the counted deliveries of a world."""

    def count(persons, loans=(), marks=(), visits=(), **scope):
        frames = frames_of(persons, loans, marks, visits)
        return reach.counted(deliveries(frames), scope_of(**scope))

    return count


def values(figures):
    return {figure.definition.code: figure.value for figure in figures}


def reason(frames):
    [told] = deliveries(frames)["reason"]
    return told


def test_rule_8_presence_in_one_session_counts_as_skills(measure):
    rows = measure(ONLY_P1, marks=[{}])

    assert values(reach.reach_by_objective(rows)) == {
        "reach_access": 0,
        "reach_skills": 1,
        "reach_services": 0,
    }


@pytest.mark.parametrize(
    ("mark", "why"),
    [
        ({"mark": "verontschuldigd"}, "niet aanwezig"),
        ({"mark": "afwezig"}, "niet aanwezig"),
        ({"mark": None}, "nog niet genoteerd"),
        ({"cancelled": True}, "les geannuleerd"),
        ({"stream": "IEDEREEN_DIGITAAL"}, "andere financiering"),
    ],
    ids=["excused", "absent", "not marked", "session cancelled", "other stream"],
)
def test_rule_8_other_marks_do_not_count(frames_of, mark, why):
    assert reason(frames_of(ONLY_P1, [], [mark])) == why


@pytest.mark.parametrize(
    ("visit", "why"),
    [
        ({"results": ()}, "geen hulpvraag met resultaat"),
        ({"results": (None,)}, "geen hulpvraag met resultaat"),
        ({"person": None}, "anoniem"),
        ({"voided": True}, "ongedaan gemaakt"),
        ({"stream": "DIGISCAN"}, "andere financiering"),
    ],
    ids=["no question", "no result", "anonymous", "voided", "Digiscan"],
)
def test_rule_8_other_visits_do_not_count(frames_of, visit, why):
    assert reason(frames_of(ONLY_P1, [], [], [visit])) == why


def test_rule_8_one_question_with_a_result_is_enough(measure):
    rows = measure(ONLY_P1, visits=[{"results": (None, "doorverwezen")}])

    assert reach.reach(rows).value == 1


def test_rule_39_two_questions_in_one_visit_are_one_delivery(measure):
    assert len(measure(ONLY_P1, visits=[{"results": ("opgelost", "deels")}])) == 1


def test_rule_9_person_with_every_service_counts_once(measure):
    rows = measure(ONLY_P1, [{}, {}], [{}], [{}, {}])

    assert (reach.reach(rows).value, len(rows)) == (1, 5)
    assert values(reach.overlaps(rows))["overlap_all"] == 1


def test_rule_9_seven_groups_of_a_world_of_seven(measure):
    # p1 loan; p2 lesson; p3 visit; p4 loan + lesson; p5 loan + visit; p6 lesson + visit; p7 all
    rows = measure(
        [{"key": f"p{number}"} for number in range(1, 8)],
        [{"person": person} for person in ("p1", "p4", "p5", "p7")],
        [{"person": person} for person in ("p2", "p4", "p6", "p7")],
        [{"person": person} for person in ("p3", "p5", "p6", "p7")],
    )

    groups = values(reach.overlaps(rows))

    assert list(groups.values()) == [1] * 7
    assert values(reach.reach_by_objective(rows)) == {
        "reach_access": 4,
        "reach_skills": 4,
        "reach_services": 4,
    }
    assert reach.reach(rows).value == 7


def test_rule_14_anonymous_visits_are_contacts_apart_in_two_tiers(frames_of, scope_of):
    visits = [
        {"person": None, "first_time": "ja"},
        {"person": None, "first_time": "nee"},
        {"person": None, "first_time": "onbekend"},
        {"person": None, "first_time": "ja", "voided": True},  # counts nowhere
        {"person": None, "first_time": "ja", "results": ()},  # only asked the way
        {"person": None, "first_time": "ja", "stream": "ANDER"},
        {"person": None, "first_time": "ja", "on": "2025-01-02"},  # after the period
        {"person": "p1"},
    ]
    contacts = anonymous_contacts(frames_of(ONLY_P1, [], [], visits))

    figure = reach.contacts_anonymous(contacts, scope_of())

    assert figure.value == 3
    assert figure.receipt["tier"].value_counts().to_dict() == {"C": 2, "B": 1}


@pytest.mark.parametrize(
    ("as_of", "new"),
    [
        ("2024-03-10", 1),  # Sunday: the week of 4 to 10 March is complete
        ("2024-03-11", 1),
        ("2024-03-09", 2),  # Saturday: the last complete week is 26 February to 3 March
        ("2024-03-17", 0),
    ],
    ids=["sunday", "monday", "saturday", "week after"],
)
def test_rule_20_last_week_is_the_last_complete_one(measure, scope_of, as_of, new):
    day = date.fromisoformat(as_of)
    people = [{"key": "p1"}, {"key": "p2"}, {"key": "p3"}]
    loans = [
        {"person": "p1", "lent_on": "2024-02-26"},
        {"person": "p2", "lent_on": "2024-03-03"},
        {"person": "p3", "lent_on": "2024-03-04"},
        {"person": "p1", "lent_on": "2024-03-05"},  # not new any more
    ]

    firsts = reach.first_services(measure(people, loans, as_of=day))

    assert reach.new_persons_last_week(firsts, scope_of(as_of=day)).value == new


WORLD = st.integers(min_value=0, max_value=10_000)


def random_world(seed):
    """Twelve persons, some of whom cannot count, with thirty services of any kind."""
    dice = random.Random(seed)
    persons = [
        {
            "key": f"p{number}",
            "birth_year": dice.choice([None, 1950, 2006, 2015]),
            "adult_confirmed": dice.random() < 0.5,
            "role": dice.choice(["deelnemer"] * 4 + ["intermediair"]),
        }
        for number in range(12)
    ]
    kinds = {"loans": [], "marks": [], "visits": []}
    for _ in range(30):
        day = (date(2022, 10, 1) + timedelta(days=dice.randrange(900))).isoformat()
        person = f"p{dice.randrange(12)}"
        stream = dice.choice(["DIGIBANK"] * 3 + ["ANDER"])
        kind = dice.choice(list(kinds))
        own = {
            "loans": {"lent_on": day, "agreement": dice.choice(["A", None])},
            "marks": {"on": day, "mark": dice.choice(["aanwezig", "afwezig", None])},
            "visits": {"on": day, "results": dice.choice([(), ("deels",), (None, "opgelost")])},
        }[kind]
        kinds[kind].append({"person": person, "stream": stream} | own)
    return persons, kinds


def naive_objectives(persons, kinds, last):
    """Recount with loops and sets only: person -> objectives had, with the first day."""
    adults = {person["key"]: person for person in persons if person["role"] == "deelnemer"}
    had = {}
    for kind, objective in (
        ("loans", "toegang"),
        ("marks", "vaardigheden"),
        ("visits", "diensten"),
    ):
        for service in kinds[kind]:
            day = service.get("on") or service["lent_on"]
            person = adults.get(service["person"])
            helped = {
                "loans": service.get("agreement") is not None,
                "marks": service.get("mark") == "aanwezig",
                "visits": any(service.get("results", ())),
            }[kind]
            if person is None or not helped or service["stream"] != "DIGIBANK":
                continue
            if not "2022-11-01" <= day <= last:
                continue
            born, sure = person["birth_year"], person["adult_confirmed"]
            age = None if born is None else int(day[:4]) - born
            if (age is None and sure) or (
                age is not None and (age > 18 or (age == 18 and sure))
            ):
                had.setdefault(person["key"], []).append((objective, day))
    return had


@settings(max_examples=40, deadline=None)
@given(seed=WORLD)
def test_rule_9_any_world_agrees_with_a_naive_recount(seed):
    measured = Measured(seed)
    again = naive_objectives(measured.persons, measured.kinds, "2024-12-31")

    groups = {}
    for services in again.values():
        objectives = frozenset(objective for objective, _ in services)
        groups[objectives] = groups.get(objectives, 0) + 1
    told = values(reach.overlaps(measured.rows))

    assert reach.reach(measured.rows).value == len(again)
    assert sum(told.values()) == len(again)
    for code, group in reach.OVERLAPS.items():
        assert told[f"overlap_{code}"] == groups.get(frozenset(each.value for each in group), 0)


@settings(max_examples=40, deadline=None)
@given(seed=WORLD)
def test_rule_21_new_persons_of_all_weeks_and_months_add_up_to_reach(seed):
    measured = Measured(seed)

    by_week = reach.new_per_week(measured.firsts, measured.scope)["new"].sum()
    by_month = reach.burn_up(measured.firsts, measured.scope)["new"].sum()

    assert by_week == by_month == reach.reach(measured.rows).value


@settings(max_examples=40, deadline=None)
@given(seed=WORLD)
def test_rule_8_services_that_do_not_qualify_change_no_figure(seed):
    measured = Measured(seed)
    more = measured.kinds | {
        "loans": [*measured.kinds["loans"], {"person": "p0", "agreement": None}],
        "marks": [*measured.kinds["marks"], {"person": "p1", "mark": "afwezig"}],
        "visits": [*measured.kinds["visits"], {"person": "p2", "results": ()}],
    }

    after = Measured(seed, more)

    assert after.figures() == measured.figures()
    assert len(after.all_rows) == len(measured.all_rows) + 3


class Measured:
    """A random world and what is measured in it."""

    def __init__(self, seed, kinds=None):
        self.persons, own = random_world(seed)
        self.kinds = kinds or own
        self.scope = impl()
        frames = write_frames(self.persons, *self.kinds.values())
        self.all_rows = deliveries(frames)
        self.rows = reach.counted(self.all_rows, self.scope)
        self.firsts = reach.first_services(self.rows)

    def figures(self):
        """Give the value of every figure that counts persons."""
        told = [
            reach.reach(self.rows),
            *reach.reach_by_objective(self.rows),
            *reach.overlaps(self.rows),
            reach.new_persons_last_week(self.firsts, self.scope),
        ]
        return values(told)


def test_receipts_of_the_groups_are_the_rows_of_reach(measure):
    rows = measure(
        [{"key": "p1"}, {"key": "p2"}],
        [{"person": "p1"}],
        [{"person": "p1"}, {"person": "p2"}],
    )

    together = pd.concat(figure.receipt for figure in reach.overlaps(rows))

    assert sorted(together["delivery"]) == sorted(rows["delivery"])
