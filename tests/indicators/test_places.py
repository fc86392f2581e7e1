"""Reach by place of service beside residence: a small world counted by hand (rules 4, 5)."""

from __future__ import annotations

import pytest

from digibank_core.indicators.deliveries import deliveries
from digibank_core.indicators.persons import known_of
from digibank_core.indicators.places import reach_by_place
from digibank_core.indicators.reach import counted, first_services
from tests.indicators.conftest import impl, write_frames

DIGIPUNTEN = [
    {"code": "bib", "name": "Bib"},
    {"code": "bus", "name": "Digibus", "mobile": True},
]


@pytest.fixture
def found():
    """Give the three breakdowns of a world of four persons.

    a lives in Beernem, was lent a device, then came to the bib in Torhout and to the bus.
    b lives in Brugge and came to the bus when it stood in Beernem.
    c lives in Torhout and only borrowed. d is unknown, came to the bib, asked the way only
    to the bus before.
    """
    persons = [
        {"key": "a", "municipality": "31003"},
        {"key": "b", "municipality": "31005"},
        {"key": "c", "municipality": "31033"},
        {"key": "d"},
    ]
    visits = [
        {"person": "a", "on": "2024-04-01"},
        {"person": "a", "on": "2024-05-01", "digipunt": "bus", "municipality": "31003"},
        {"person": "b", "digipunt": "bus", "municipality": "31003"},
        {"person": "d", "on": "2024-03-01", "digipunt": "bus", "municipality": "31003"}
        | {"results": ()},
        {"person": "d"},
    ]
    loans = [{"person": "a"}, {"person": "c"}]
    frames = write_frames(persons, loans, visits=visits, digipunt=DIGIPUNTEN)
    rows = counted(deliveries(frames), impl())
    firsts = first_services(rows)
    return reach_by_place(rows, firsts, known_of(firsts["person"], frames), frames, impl())


def cells(breakdown):
    return dict(zip(breakdown.cells["title"], breakdown.cells["value"], strict=True))


def test_rule_4_person_belongs_to_the_digipunt_of_the_first_help(found):
    assert cells(found[0]) == {"Bib": 2, "Digibus": 1, "alleen uitleen of vorming": 1}


def test_rule_5_place_of_a_mobile_digipunt_is_its_stop(found):
    assert cells(found[1]) == {"Beernem": 1, "Torhout": 2, "alleen uitleen of vorming": 1}


def test_rule_4_place_of_service_stands_beside_residence(found):
    crossed = found[2].cells
    told = crossed[crossed["value"] > 0][["title", "across_title", "value"]]

    assert sorted(map(tuple, told.to_numpy().tolist())) == [
        ("Beernem", "Brugge", 1),
        ("Torhout", "Beernem", 1),
        ("Torhout", "onbekend", 1),
        ("alleen uitleen of vorming", "Torhout", 1),
    ]


def test_rule_4_each_adds_up_to_reach(found):
    assert [int(each.cells["value"].sum()) for each in found] == [4, 4, 4]
    assert [each.receipt["person"].nunique() for each in found] == [4, 4, 4]


def test_without_services_there_are_only_zeros():
    frames = write_frames([], [], digipunt=DIGIPUNTEN)
    rows = counted(deliveries(frames), impl())

    firsts = first_services(rows)
    found = reach_by_place(rows, firsts, known_of(firsts["person"], frames), frames, impl())

    assert [int(each.cells["value"].sum()) for each in found] == [0, 0, 0]
