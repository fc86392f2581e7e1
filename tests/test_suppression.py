"""Small numbers are hidden, and nobody can compute them back (rule 48)."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digibank_core.suppression import HIDDEN, Sum, hidden
from tests.disclosure.solving import Puzzle

TOWNS, PLACES, AGES = "abc", "xyz", ("young", "old", "unknown")
GROUPS = [flags for flags in product((0, 1), repeat=3) if any(flags)]


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ({"a": 12, "b": 9}, {}),
        ({"a": 12, "b": 0}, {}),
        ({"a": 3, "b": 9}, {"a": "<5", "b": HIDDEN}),  # else 12 - 9 tells it
        ({"a": 3, "b": 2, "c": 9}, {"a": "<5", "b": "<5"}),  # 1 + 4, 2 + 3, 3 + 2 or 4 + 1
        ({"a": 1, "b": 1, "c": 9}, {"a": "<5", "b": "<5", "c": HIDDEN}),  # 2 is only 1 + 1
        ({"a": 4, "b": 4, "c": 9}, {"a": "<5", "b": "<5", "c": HIDDEN}),  # 8 is only 4 + 4
        ({"a": 3, "b": 20, "c": 9}, {"a": "<5", "c": HIDDEN}),  # the smallest other one
        ({"a": 3, "b": 9, "c": 0}, {"a": "<5", "b": HIDDEN}),  # 0 cannot pass for another
        ({"a": 1, "b": 5}, {"a": HIDDEN, "b": HIDDEN}),  # 6 with "<5" is only 1 + 5
    ],
)
def test_rule_48_another_number_is_hidden_where_the_total_would_tell(parts, shown):
    numbers = parts | {"total": sum(parts.values())}

    found = hidden(numbers, [Sum("total", tuple(parts))], 5, kept={"total"})

    assert found == shown


def test_rule_48_small_number_without_any_sum_is_hidden_alone():
    assert hidden({"a": 1, "b": 7, "c": 0}, [], 5) == {"a": "<5"}


def test_rule_48_small_total_is_hidden_too():
    numbers = {"total": 3, "a": 3, "b": 0}

    assert hidden(numbers, [Sum("total", ("a", "b"))], 5, kept={"total"}) == {
        "total": "<5",
        "a": "<5",
    }


def test_rule_48_two_tables_with_one_total_need_two_others():
    numbers = {"total": 20, "a": 2, "b": 18, "c": 1, "d": 19}
    sums = [Sum("total", ("a", "b")), Sum("total", ("c", "d"))]

    assert sorted(hidden(numbers, sums, 5, kept={"total"})) == ["a", "b", "c", "d"]


def test_rule_48_in_a_table_with_both_totals_four_are_hidden():
    # a row and a column each need a second one, and those two a fourth at the crossing
    numbers = {f"{row}{column}": 10 for row in "123" for column in "123"} | {"11": 2}
    sums = [Sum(f"row {row}", tuple(f"{row}{column}" for column in "123")) for row in "123"]
    sums += [Sum(f"col {column}", tuple(f"{row}{column}" for row in "123")) for column in "123"]
    numbers |= {one.total: sum(numbers[part] for part in one.parts) for one in sums}

    found = hidden(numbers, sums, 5, kept={one.total for one in sums})

    assert found["11"] == "<5"
    assert len(found) == 4


@pytest.mark.parametrize(
    ("below", "shown"), [(3, {}), (4, {"a": "<4"}), (0, {}), (10, {"a": "<10"})]
)
def test_rule_48_threshold_is_a_setting_of_at_least_three(below, shown):
    assert hidden({"a": 3}, [], below) == shown


@st.composite
def reports(draw):
    """Make the numbers and sums of a report over up to thirty persons."""
    person = st.tuples(
        st.sampled_from(PLACES),
        st.sampled_from(TOWNS),
        st.sampled_from(AGES),
        st.sampled_from(GROUPS),
    )
    persons = draw(st.lists(person, max_size=30))
    numbers, sums = Counter({"all": len(persons)}), []

    def table(name, cells, total, of):
        """Write down a table of those persons whom `of` lets in."""
        for cell in cells:
            numbers[f"{name} {cell}"] = sum(cell == of(person) for person in persons)
        sums.append(Sum(total, tuple(f"{name} {cell}" for cell in cells)))

    table("place", PLACES, "all", lambda person: person[0])
    table("town", TOWNS, "all", lambda person: person[1])
    table("age", AGES, "all", lambda person: person[2])
    table("group", GROUPS, "all", lambda person: person[3])
    for place in PLACES:
        cells = [(place, town) for town in TOWNS]
        table("both", cells, f"place {place}", lambda person: person[:2])
    for town in TOWNS:
        parts = tuple(f"both {(place, town)}" for place in PLACES)
        sums.append(Sum(f"town {town}", parts))
    for service in range(3):
        parts = tuple(f"group {group}" for group in GROUPS if group[service])
        numbers[f"service {service}"] = sum(numbers[part] for part in parts)
        sums.append(Sum(f"service {service}", parts))
    return dict(numbers), sums


def another(name, shown, numbers, sums, below):
    """Find other values that fit all that is shown, with another one for this number."""
    truth, could_be, most = dict(numbers), {}, max(numbers.values()) + 1
    relations = [(dict.fromkeys(one.parts, 1) | {one.total: -1}, 0, 0) for one in sums]
    some_are_small = any(
        0 < numbers[one] < below for one, how in shown.items() if how == HIDDEN
    )
    for one, value in numbers.items():
        if one not in shown:
            could_be[one] = (value, value)
        elif shown[one] != HIDDEN:
            could_be[one] = (1, below - 1)
        else:
            could_be[one] = (0, most)
            if not some_are_small:  # whoever knows the rules knows: none, or not small
                any_of_it = f"any {one}"
                truth[any_of_it], could_be[any_of_it] = int(value > 0), (0, 1)
                relations += [
                    ({one: 1, any_of_it: -below}, 0, None),
                    ({one: 1, any_of_it: -most}, None, 0),
                ]
    return Puzzle(truth, could_be, relations).another(name)


@settings(max_examples=100, deadline=None)
@given(report=reports(), below=st.sampled_from([3, 4, 5]))
def test_rule_48_no_hidden_number_can_be_computed_back(report, below):
    numbers, sums = report

    shown = hidden(numbers, sums, below, kept={"all"})

    assert {name for name, value in numbers.items() if 0 < value < below} <= set(shown)
    for name in shown:
        assert another(name, shown, numbers, sums, below) is not None, (name, shown, numbers)


@settings(max_examples=50, deadline=None)
@given(report=reports())
def test_rule_48_total_that_is_not_small_is_shown_as_long_as_it_can(report):
    numbers, sums = report

    shown = hidden(numbers, sums, 5, kept={"all"})

    assert "all" not in shown or numbers["all"] < 10


def test_solver_finds_what_can_be_computed_back():
    numbers = {"total": 12, "a": 3, "b": 9}

    assert another("a", {"a": "<5"}, numbers, [Sum("total", ("a", "b"))], 5) is None
