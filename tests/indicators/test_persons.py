"""Merges: who counts as whom (rule 63)."""

from __future__ import annotations

import pandas as pd
import pytest

from digibank_core.indicators.deliveries import deliveries
from digibank_core.indicators.persons import roots, united
from digibank_core.indicators.reach import counted, reach

FOUR = [{"key": key} for key in "abcd"]
EACH_A_LOAN = [{"person": key} for key in "abcd"]


@pytest.fixture
def reached(frames_of, scope_of):
    """Give a function that counts the persons reached under merges."""

    def count(merges, persons=FOUR, loans=EACH_A_LOAN, **services):
        rows = deliveries(frames_of(persons, loans, merges=merges, **services))
        return reach(counted(rows, scope_of())).value

    return count


@pytest.mark.parametrize(
    ("merges", "expected"),
    [
        ([], {}),
        ([("a", "b", False)], {"b": "a"}),
        ([("a", "b", True)], {}),
        ([("a", "b", False), ("b", "c", False)], {"b": "a", "c": "a"}),
        ([("b", "c", False), ("a", "b", False), ("d", "a", False)], dict.fromkeys("abc", "d")),
        ([("a", "b", True), ("b", "a", False)], {"a": "b"}),
    ],
)
def test_rule_63_everyone_has_one_root(frames_of, merges, expected):
    assert roots(frames_of(FOUR, [], merges=merges)).to_dict() == expected


def test_rule_63_merges_in_a_circle_are_a_defect(frames_of):
    with pytest.raises(ValueError, match="circle"):
        roots(frames_of(FOUR, [], merges=[("a", "b", False), ("b", "a", False)]))


def test_rule_63_who_is_not_known_stays_unknown(frames_of):
    frames = frames_of(FOUR, [], merges=[("a", "b", False)])
    keys = pd.Series(["a", "b", None, "c"], dtype="str")

    assert united(keys, frames).fillna("-").tolist() == ["a", "a", "-", "c"]


@pytest.mark.parametrize(
    ("merges", "persons"),
    [
        ([], 4),
        ([("a", "b", False)], 3),
        ([("a", "b", False), ("b", "c", False)], 2),
        ([("a", "b", False), ("c", "d", False)], 2),
        ([("a", "b", False), ("b", "c", True)], 3),
        ([("a", "b", True), ("b", "c", False)], 3),
    ],
)
def test_rule_63_merged_persons_count_once(reached, merges, persons):
    assert reached(merges) == persons


@pytest.mark.parametrize(
    ("absorbed", "persons"),
    [({"birth_year": 2010}, 1), ({"role": "intermediair"}, 1), ({"birth_year": None}, 1)],
)
def test_rule_63_traits_of_the_kept_count_for_all_services(reached, absorbed, persons):
    two = [{"key": "a"}, {"key": "b"} | absorbed]
    loans = [{"person": "b"}]

    assert reached([], two, loans) == 0
    assert reached([("a", "b", False)], two, loans) == persons
    assert reached([("b", "a", False)], two, [{"person": "a"}]) == 0


@pytest.mark.parametrize(
    ("one", "other", "persons"),
    [("aanwezig", "afwezig", 1), ("aanwezig", "aanwezig", 1), ("afwezig", None, 0)],
)
def test_rule_63_two_marks_in_one_session_count_once(reached, one, other, persons):
    marks = [{"person": "a", "mark": one}, {"person": "b", "mark": other}]

    assert reached([("a", "b", False)], FOUR, [], marks=marks) == persons


def test_rule_63_both_records_stay_visible(frames_of):
    rows = deliveries(frames_of(FOUR, EACH_A_LOAN, merges=[("a", "b", False)]))

    assert rows["delivery"].tolist() == ["loan/1", "loan/2", "loan/3", "loan/4"]
    assert rows["person"].tolist() == ["a", "a", "c", "d"]
