"""Who stands beside reach: small worlds counted by hand (rules 11 to 14)."""

from __future__ import annotations

import pytest

from digibank_core.indicators.apart import beside, by_reason
from digibank_core.indicators.deliveries import judged
from digibank_core.indicators.digipunt import anonymous_contacts
from digibank_core.indicators.reach import contacts_anonymous, counted, first_services, reach
from tests.indicators.conftest import impl, write_frames


def world(persons, loans=(), **services):
    """Measure what stands beside reach: code to figure, and the reasons."""
    frames = write_frames(persons, list(loans), **services)
    rows = judged(frames)
    kept = counted(rows, impl())
    inside = impl().holds(rows["happened_on"])
    left = rows[inside & ~rows["qualifies"]]
    contacts = contacts_anonymous(anonymous_contacts(frames), impl())
    found = {
        each.definition.code: each for each in beside(first_services(kept), left, contacts)
    }
    return found | {"reach": reach(kept)}, by_reason(left)


@pytest.fixture
def four():
    """An intermediary with two services, a child, somebody of 18, and one of 19 now."""
    persons = [
        {"key": "helper", "role": "intermediair"},
        {"key": "child", "birth_year": 2015},
        {"key": "eighteen", "birth_year": 2006},
        {"key": "nineteen", "birth_year": 2005},
    ]
    loans = [{"person": key} for key in ("helper", "helper", "child", "eighteen", "nineteen")]
    return world(persons, [*loans, {"person": "nineteen", "lent_on": "2023-03-04"}])


def test_rule_12_intermediaries_are_told_apart(four):
    figures, _ = four

    assert (figures["intermediaries"].value, len(figures["intermediaries"].receipt)) == (1, 2)


def test_rule_11_minors_and_ages_to_confirm_are_told_apart(four):
    figures, _ = four

    # who was 18 a year before being reached counts as reached, not as to be confirmed
    assert (figures["minors"].value, figures["age_to_confirm"].value) == (1, 1)
    assert figures["reach"].value == 1


def test_rule_13_household_of_who_borrows_is_not_reached():
    figures, _ = world([{"key": "borrower"}, {"key": "partner"}], [{"person": "borrower"}])

    assert figures["reach"].value == 1


def test_rule_14_three_tiers_stand_apart_and_bound_reach():
    visits = [
        {},
        {"person": None, "first_time": "ja"},
        {"person": None, "first_time": "nee"},
        {"person": None, "first_time": "onbekend"},
        {"person": None, "first_time": "ja", "results": ()},  # only asked the way
    ]
    figures, _ = world([{}], visits=visits)

    codes = ("reach", "contacts_first_time", "contacts_repeat", "reach_upper_bound")
    assert [figures[code].value for code in codes] == [1, 1, 2, 4]
    assert len(figures["reach_upper_bound"].receipt) == 4


def test_services_that_do_not_count_are_told_by_reason(four):
    figures, reasons = four

    assert dict(zip(reasons.cells["title"], reasons.cells["value"], strict=True)) == {
        "intermediair": 2,
        "jonger dan 18": 1,
        "leeftijd te bevestigen": 2,  # of who was 18, and once of who is 19 now
    }
    assert figures["not_counted"].value == reasons.cells["value"].sum() == 5
