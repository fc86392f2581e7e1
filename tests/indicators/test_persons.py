"""Merges: who counts as whom (rule 63); and reach by what is known of the persons (44)."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from digibank_core.indicators.deliveries import deliveries
from digibank_core.indicators.persons import (
    by_trait,
    known_of,
    of_population,
    roots,
    target_groups,
    united,
)
from digibank_core.indicators.reach import counted, first_services, reach
from tests.indicators.conftest import impl, write_frames

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
    assert roots(frames_of(FOUR, [], merges=merges)) == expected


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


# Reach by what is known of the persons


@pytest.fixture
def cells():
    """Give a function: the cells of a breakdown of reached persons, title to number."""

    def measure(code, persons, *, loans=None, merges=(), **scope):
        keyed = [{"key": f"p{number}"} | person for number, person in enumerate(persons)]
        lent = loans or [{"person": person["key"]} for person in keyed]
        frames = write_frames(keyed, lent, merges=merges)
        chosen = impl(**scope)
        firsts = first_services(counted(deliveries(frames), chosen))
        known = known_of(firsts["person"], frames)
        found = {each.definition.code: each for each in by_trait(firsts, known, frames, chosen)}
        table = found[f"reach_by_{code}"].cells
        return dict(zip(table["title"], table["value"], strict=True))

    return measure


def test_rule_4_residence_has_own_towns_first_then_others_then_outside_and_unknown(cells):
    persons = [
        {"municipality": "31033"},
        {"municipality": "31005"},
        {"outside_area": True},
        {},
        {},
    ]

    assert list(cells("residence", persons).items()) == [
        ("Beernem", 0),
        ("Torhout", 1),
        ("Brugge", 1),
        ("buiten het werkingsgebied", 1),
        ("onbekend", 2),
    ]


@pytest.mark.parametrize(
    ("birth_year", "band"),
    [
        (2005, "18-29"),
        (1995, "18-29"),
        (1994, "30-54"),
        (1970, "30-54"),
        (1969, "55-64"),
        (1960, "55-64"),
        (1959, "65-74"),
        (1950, "65-74"),
        (1949, "75+"),
        (None, "onbekend"),
    ],
)
def test_rule_44_age_is_the_year_of_the_last_day_minus_the_birth_year(cells, birth_year, band):
    # as of 31/12/2024
    told = cells("age", [{"birth_year": birth_year, "adult_confirmed": True}])

    assert {title for title, persons in told.items() if persons} == {band}


@pytest.mark.parametrize(("year", "band"), [(2023, "55-64"), (2024, "65-74"), (2030, "65-74")])
def test_rule_44_age_is_that_of_as_of_but_not_of_after_the_period(cells, year, band):
    # born in 1959: 64 in 2023, 65 in 2024, when the period ends
    loans = [{"person": "p0", "lent_on": "2023-03-01"}]

    told = cells("age", [{"birth_year": 1959}], loans=loans, as_of=date(year, 3, 4))

    assert told[band] == 1


@pytest.mark.parametrize(
    ("code", "answers", "told"),
    [
        (
            "gender",
            ["vrouw", "vrouw", "man", "x", "zegt het liever niet"],
            {"vrouw": 2, "man": 1, "x": 1, "onbekend": 1},
        ),
        (
            "education",
            ["ISCED 0-2", "ISCED 5-8", "zegt het liever niet", None],
            {"ISCED 0-2": 1, "ISCED 3-4": 0, "ISCED 5-8": 1, "onbekend": 2},
        ),
        (
            "labour_status",
            ["werkzoekend", None],
            {
                "werkend": 0,
                "werkzoekend": 1,
                "inactief of gepensioneerd": 0,
                "student": 0,
                "onbekend": 1,
            },
        ),
        ("other_language", [True, False, None, None], {"ja": 1, "nee": 1, "onbekend": 2}),
        ("reduced_rate", [True, True, None], {"ja": 2, "nee": 0, "onbekend": 1}),
    ],
)
def test_rule_44_who_was_not_asked_or_did_not_say_is_unknown(cells, code, answers, told):
    # to prefer not to say is an answer that tells nothing
    assert cells(code, [{code: answer} for answer in answers]) == told


def test_rule_63_traits_are_those_of_the_kept_person(cells):
    persons = [{"gender": "man"}, {"gender": "vrouw"}]

    told = cells("gender", persons, merges=[("p0", "p1", False)])

    assert told == {"vrouw": 0, "man": 1, "x": 0, "onbekend": 0}


def test_rule_44_target_groups_tell_of_how_many_it_is_known():
    # a: 75, seeks work, ISCED 0-2; b: 40, works, ISCED 3-4, another language; c: nothing known
    persons = [
        {
            "key": "a",
            "birth_year": 1949,
            "labour_status": "werkzoekend",
            "education": "ISCED 0-2",
        },
        {"key": "b", "birth_year": 1984, "labour_status": "werkend", "education": "ISCED 3-4"}
        | {"other_language": True, "reduced_rate": False},
        {"key": "c", "birth_year": None, "adult_confirmed": True},
    ]
    frames = write_frames(persons, [{"person": key} for key in "abc"])
    firsts = first_services(counted(deliveries(frames), impl()))
    known = known_of(firsts["person"], frames)

    found = target_groups(by_trait(firsts, known, frames, impl()))

    assert {each.definition.code: (each.value, each.denominator) for each in found} == {
        "target_65_plus": (1, 2),
        "target_job_seekers": (1, 2),
        "target_isced_0_2": (1, 2),
        "target_isced_3_4": (1, 2),
        "target_other_language": (1, 1),
        "target_reduced_rate": (0, 1),
    }
    assert [len(each.receipt) for each in found] == [each.value for each in found]


def test_rule_44_reach_beside_the_population_is_an_estimate_of_a_year():
    frames = write_frames([{}], [])

    of_all, of_vulnerable = of_population(600, frames, impl())

    # Torhout and Beernem have 20,000 each; of 40,000 are 40 % vulnerable
    assert (of_all.numerator, of_all.denominator, of_all.value) == (600, 40_000, "1.5")
    assert (of_vulnerable.denominator, of_vulnerable.value) == (16_000, "3.8")  # 3.75
    assert "Schatting" in of_all.definition.definition
    assert "40 % van de inwoners van het werkingsgebied in 2020" in (
        of_vulnerable.definition.definition
    )
    assert of_all.receipt["population"].sum() == of_all.denominator


def test_rule_15_figures_follow_a_merge_and_its_withdrawal(reached):
    assert [reached(merges) for merges in ([], [("a", "b", False)], [("a", "b", True)])] == [
        4,
        3,
        4,
    ]
