"""Nothing hidden in a report can be computed back from all the rest of it (rule 48)."""

from __future__ import annotations

import importlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digibank_core import reporting
from tests.disclosure.attacker import Attacker
from tests.disclosure.solving import Puzzle
from tests.disclosure.worlds import REPORTS, group, report, unnamed

VISIT = (("bib", "opgelost"),)
LENDING = {"reach_access", "loans", "loans_open", "loans_overdue"}
BORROWERS = [group(17, loans=1), group(30, visits=VISIT), group(1, loans=1, visits=VISIT)]
"""48 persons; 18 had one loan each, so that 18 loans and one person with both tell it all."""


def found_out(whole, below=5):
    """Give the hidden numbers of a report that can have one value only."""
    attacker = Attacker(whole, reporting.without_rows(whole, below), below)
    puzzle = attacker.puzzle()
    left, told = set(attacker.asked), []
    while left:
        name = min(left)
        other = puzzle.another(name)
        if other is None:
            told.append(name)
        left -= {name, *(one for one in left if other and other[one] != puzzle.truth[one])}
    return told


def hidden_in(whole, below=5):
    """Give the codes of the figures that are hidden, and of breakdowns with a hidden cell."""
    shown = reporting.without_rows(whole, below)
    tables = {
        each.definition.code
        for each in shown.breakdowns
        if any(isinstance(cell.value, str) for cell in each.groups)
    }
    return {each.definition.code for each in shown.figures if each.hidden} | tables


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=REPORTS, below=st.sampled_from([3, 4, 5]))
def test_rule_48_no_hidden_number_of_a_report_can_be_computed_back(world, below):
    assert found_out(report(**world), below) == []


@pytest.mark.parametrize(
    "world",
    [
        {"groups": BORROWERS},
        # 20 visitors with a name, once each, and one without: 21 visits
        {"groups": [group(20, visits=VISIT)], "visits": [unnamed(1)]},
        # 4 persons were in both of 2 lessons: 8 attendances need no fewer than 4 persons
        {"groups": [group(4, marks=("aanwezig",) * 2), group(9, visits=VISIT)]},
        # 24 came to a lesson and 20 are in reach, so the other 4 are the intermediaries
        {
            "groups": [
                group(20, marks=("aanwezig",)),
                group(4, marks=("aanwezig",), role="intermediair"),
            ]
        },
        # the second Digipunt had 8 visits, of 8 persons, so one visit is left for the first
        {"groups": [group(8, visits=(("hal", "opgelost"),))], "visits": [unnamed(1)]},
    ],
)
def test_rule_48_bound_on_a_hidden_number_does_not_give_it_away(world):
    assert found_out(report(**world)) == []


def test_attacker_finds_what_a_bound_gives_away(monkeypatch):
    module = importlib.import_module("digibank_core.suppression.together")
    monkeypatch.setattr(module, "TOGETHER", ())

    # no fewer than 17 + 1 borrowers, and no more than 18 loans
    assert found_out(report(BORROWERS)) == [
        "overlap_access_services",
        "overlap_services",
        "reach_access",
    ]


def test_rule_48_with_hidden_borrowers_all_that_tells_of_loans_is_hidden():
    hidden = hidden_in(report(BORROWERS))

    assert hidden >= LENDING
    assert not hidden & {"reach", "reach_services", "visits", "questions", "visits_by_digipunt"}


def test_rule_48_where_nothing_is_small_nothing_is_hidden():
    groups = [
        group(9, loans=1),
        group(8, marks=("aanwezig",) * 2),
        group(7, visits=VISIT),
        group(6, role="intermediair", loans=1),
    ]

    assert hidden_in(report(groups, [unnamed(5), unnamed(5, first_time="ja")])) == set()


def test_rule_48_of_fewer_than_five_persons_nothing_is_told():
    shown = reporting.without_rows(report([group(4, loans=1, visits=VISIT)]), 5)

    assert shown.figure("reach").value == "<5"
    told = ("progress_percent", "needed_pace", "reach_of_population", "reach_upper_bound")
    assert all(shown.figure(code).hidden for code in (*told, "loans", "visits", "questions"))
    assert [each.groups for each in shown.breakdowns if each.groups] == []
    assert shown.burn_up.empty


def test_rule_48_months_do_not_tell_a_reach_that_is_hidden():
    # with 6 shown, 5 borrowers and "<5" visitors can only be 5 and 1
    groups = [group(5, loans=1), group(1, visits=VISIT, day="2024-08-20")]
    whole = report(groups)

    shown = reporting.without_rows(whole, 5)

    assert whole.burn_up["total"].iloc[-1] == 6
    assert shown.figure("reach").value == "verborgen"
    assert shown.burn_up.empty


@pytest.mark.parametrize(
    ("least", "found"),
    [(0, {"a": 2, "b": 4}), (3, None)],
    ids=["2 + 4 is 6 too", "a is 3 or more, and b no less than 3"],
)
def test_solver_finds_other_values_or_none(least, found):
    puzzle = Puzzle(
        {"a": 3, "b": 3},
        {"a": (least, 3), "b": (3, 9)},
        [({"a": 1, "b": 1}, 6, 6)],
    )

    assert puzzle.another("a") == found
