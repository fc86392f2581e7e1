"""The log of the Digipunten: small worlds counted by hand (rules 39 and 41 to 43)."""

from __future__ import annotations

import pytest

from digibank_core.indicators.digipunt import digipunt_breakdowns, digipunt_figures, logged
from tests.indicators.conftest import impl, write_frames

TWO = [{"code": "bib"}, {"code": "ldc", "name": "LDC"}]


@pytest.fixture
def figures():
    """Give a function that measures the log: code to figure."""

    def measure(visits=(), *, persons=({},), merges=(), **more):
        frames = write_frames(list(persons), [], visits=visits, merges=merges, **more)
        log = logged(frames, impl())
        return {each.definition.code: each for each in digipunt_figures(log, frames, impl())}

    return measure


@pytest.fixture
def cells():
    """Give a function: the cells of a breakdown of the log, title to number."""

    def measure(code, visits=(), **more):
        frames = write_frames([{}], [], visits=visits, digipunt=TWO, **more)
        every = digipunt_breakdowns(logged(frames, impl()), frames)
        [found] = [each for each in every if each.definition.code == code]
        return dict(zip(found.cells["title"], found.cells["value"], strict=True))

    return measure


def test_rule_39_visits_questions_and_persons_are_three_numbers(figures):
    visits = [
        {"results": ("opgelost", "deels")},
        {"results": ("opgelost",)},
        {"person": None, "results": ("opgelost", "opgelost", None)},
        {"person": None, "results": ()},  # only asked the way
    ]
    found = figures(visits)

    counted = [found[code].value for code in ("visits", "questions", "digipunt_persons")]
    assert counted == [4, 6, 1]


def test_rule_63_merged_visitors_are_one_person(figures):
    persons = [{"key": "a"}, {"key": "b"}]
    visits = [{"person": "a"}, {"person": "b"}]

    assert figures(visits, persons=persons)["digipunt_persons"].value == 2
    merged = figures(visits, persons=persons, merges=[("a", "b", False)])
    assert (merged["digipunt_persons"].value, merged["visits"].value) == (1, 2)


@pytest.mark.parametrize(
    "other", [{"voided": True}, {"stream": "DIGISCAN"}, {"on": "2025-01-01"}]
)
def test_rule_62_voided_and_other_visits_count_nowhere(figures, other):
    found = figures([{}, other])

    assert (found["visits"].value, found["questions"].value) == (1, 1)


def test_rule_62_visit_of_a_voided_person_counts_nowhere(figures):
    assert figures([{}], persons=[{"voided": True}])["visits"].value == 0


def test_rule_41_rate_is_over_the_questions_with_a_result(figures):
    visits = [{"results": ("opgelost", "opgelost", "deels", "niet opgelost", None, None)}]

    solved = figures(visits)["questions_solved"]

    assert (solved.numerator, solved.denominator, solved.value) == (2, 4, "50.0")


def test_rule_41_without_a_result_there_is_no_rate(figures):
    assert figures([{"results": (None,)}])["questions_solved"].value is None


def test_rule_41_results_and_unknown_ones_add_up_to_the_questions(cells):
    visits = [{"results": ("opgelost", "deels", "buiten opdracht", None)}]

    assert cells("questions_by_result", visits) == {
        "opgelost": 1,
        "deels": 1,
        "doorverwezen": 0,
        "niet opgelost": 0,
        "buiten opdracht": 1,
        "onbekend": 1,
    }


def test_rule_43_topics_are_of_questions_not_of_visits(cells):
    # one visit about two things: the shares are 2 of 3 and 1 of 3, not 2 of 1
    questions = [{"visit": 1, "topic": topic} for topic in ("laptop", "e-mail", "laptop")]

    assert cells("questions_by_topic", [{}], question=questions) == {"E-mail": 1, "Laptop": 2}


def test_rule_42_block_without_visits_is_data(figures):
    # 3 hours with 2 visits, and 2 hours with none
    blocks = [
        {"held_on": "2024-03-06"},
        {"held_on": "2024-03-07", "starts_at": "14:00:00", "ends_at": "16:00:00"},
    ]
    found = figures([{}, {}], held_block=blocks)

    assert found["hours_held"].value == "5.0"
    assert found["visits_per_hour"].value == "0.4"  # 2 visits in 5 hours
    assert found["visits_per_hour"].receipt[["minutes", "visits"]].to_numpy().tolist() == [
        [180, 2],
        [120, 0],
    ]


def test_rule_42_day_without_a_block_is_missing_and_not_zero(figures):
    visits = [{}, {"on": "2024-03-11"}]  # nobody wrote down that it was open on the 11th

    found = figures(visits, held_block=[{"held_on": "2024-03-06"}])

    assert found["visits_per_hour"].value == "0.3"  # 1 in 3 hours


def test_rule_42_visits_belong_to_the_hours_of_their_own_digipunt(figures):
    visits = [{"digipunt": "ldc"}, {"digipunt": "bib"}]

    found = figures(visits, digipunt=TWO, held_block=[{"held_on": "2024-03-06"}])

    assert found["visits_per_hour"].value == "0.3"


def test_rule_42_two_blocks_on_one_day_count_their_visits_once(figures):
    blocks = [
        {"held_on": "2024-03-06"},
        {"held_on": "2024-03-06", "starts_at": "14:00:00", "ends_at": "17:00:00"},
    ]

    assert figures([{}, {}, {}], held_block=blocks)["visits_per_hour"].value == "0.5"


@pytest.mark.parametrize("blocks", [[], [{"held_on": "2024-03-06", "voided": True}]])
def test_rule_42_without_hours_there_are_no_visits_per_hour(figures, blocks):
    found = figures([{}], held_block=blocks)

    assert (found["visits_per_hour"].value, found["hours_held"].value) == (None, "0.0")


def test_visits_are_told_by_digipunt(cells):
    visits = [{"digipunt": "ldc"}, {"digipunt": "ldc", "person": None}]

    assert cells("visits_by_digipunt", visits) == {"Bib": 0, "LDC": 2}
