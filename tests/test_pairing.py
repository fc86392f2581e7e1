"""Pairs of a whole Digibank: the same as when everybody is compared with everybody."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digibank_core.likeness import LIKELY, namesakes_of, traits, weigh
from digibank_core.pairing import likely_pairs

FIRST = ["Jan", "Jean", "Janne", "Maria", "Marie", "Mariam", "A", "Li", "Jean-Marie", "Özlem"]
LAST = ["Claeys", "Claes", "Van den Bossche", "Vandenbossche", "Bosch", "Jan", "Ay", None]
YEARS = [None, 1949, 1950, 1959, 1994, 1977]
TOWNS = [None, "31033", "31012"]
PHONES = [None, "050 11 22 33", "+32 50 11 22 33", "0475 12 34 56"]

letters = st.text("aeijmnrs", min_size=1, max_size=7)
persons = st.builds(
    traits,
    st.sampled_from(FIRST) | letters,
    st.sampled_from(LAST) | letters,
    st.sampled_from(YEARS),
    st.sampled_from(TOWNS),
    st.sampled_from(PHONES),
)


def everybody_with_everybody(people):
    """The pairs as registration finds them, one person against all who come before."""
    pairs = [
        (earlier, found, *weigh(likeness, one, its))
        for found, one in people
        for earlier, its, likeness in namesakes_of(one, people[:found])
    ]
    return [pair for pair in pairs if pair[2] >= LIKELY]


@settings(max_examples=300, deadline=None)
@given(st.lists(persons, max_size=14))
def test_rule_16_pairs_are_those_of_comparing_everybody(drawn):
    people = list(enumerate(drawn))

    assert list(likely_pairs(people)) == everybody_with_everybody(people)


def test_rule_16_pairs_of_names_that_desks_write_are_all_found():
    drawn = [
        traits(first, last, year, "31033", None)
        for first in FIRST
        for last in LAST
        for year in (1949, 1950, 1977)
    ]
    people = list(enumerate(drawn))

    found = list(likely_pairs(people))

    assert found == everybody_with_everybody(people)
    assert len(people) < len(found) < len(list(combinations(people, 2)))  # some, not all


@pytest.mark.parametrize("people", [[], [(0, traits("Jan", None, None, None, None))]])
def test_nobody_is_a_pair_alone(people):
    assert list(likely_pairs(people)) == []
