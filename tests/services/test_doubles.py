"""Possible doubles: who is proposed and who is not, and what two persons got (rule 16)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from digibank_core import access, db
from digibank_core.errors import AlreadyMergedError, NotAllowedError, UnknownPersonError
from digibank_core.models import Contact, Mark, Person, TrainingSession, Visit
from digibank_core.models.merges import Served
from digibank_core.services import doubles
from tests.couples import DAY, attend, different, lesson, merge, take_back, visit, withdraw

TORHOUT = "31033"
WEEK = timedelta(days=7)


@pytest.fixture
def haidari(west):
    """Mariam, Maryam a year older, and Miriam of another age: three pairs."""
    return [
        west.register(name, last_name="Haidari", birth_year=year, residence=TORHOUT)
        for name, year in (("Mariam", 1988), ("Maryam", 1987), ("Mariam", 1960))
    ]


@pytest.fixture
def proposed(ann):
    """Give a function that lists the pairs with their score, as an actor sees them."""

    def read(actor=ann):
        with db.reading() as session:
            found = doubles.suspects(session, actor=actor)
        return [({pair.one, pair.other}, pair.score) for pair in found]

    return read


@pytest.fixture
def compared(ann):
    """Give a function that compares two persons."""

    def read(one, other, actor=ann):
        with db.reading() as session:
            return doubles.compare(session, one, other, actor=actor)

    return read


def test_rule_16_pairs_come_the_likeliest_first(west, haidari, proposed):
    one, other, old = haidari

    # Mariam and Maryam: first name 10 of 12 letters, so 92; 3 off for the year
    assert proposed() == [({one, other}, 89), ({one, old}, 72)]


def test_rule_16_pair_says_why(west, haidari, ann):
    with db.reading() as session:
        pair, *_ = doubles.suspects(session, actor=ann)

    assert pair.why == "naam lijkt erop, geboortejaar scheelt 1 jaar, zelfde woonplaats"


def test_rule_16_nobody_is_merged_for_being_alike(west, haidari, proposed, raw):
    proposed()

    assert raw.count("merge") == 0


def test_rule_63_who_is_one_already_is_not_proposed(west, haidari, proposed):
    one, other, old = haidari
    number = merge(west, one, other)
    assert proposed() == [({one, old}, 72)]

    merge(west, one, old)
    assert proposed() == []

    withdraw(west, number)
    assert proposed() == [({one, other}, 89)]


def test_rule_63_absorbed_person_speaks_for_the_root(west, haidari, proposed):
    one, other, old = haidari

    merge(west, other, one)  # only Mariam of 1988 is like the one of 1960

    assert proposed() == [({other, old}, 72)]


def test_rule_64_who_was_told_apart_is_not_proposed_until_that_is_taken_back(
    west, haidari, proposed
):
    one, other, old = haidari

    different(west, other, one)
    assert proposed() == [({one, old}, 72)]

    take_back(west, one, other)
    assert proposed() == [({one, other}, 89), ({one, old}, 72)]


def test_rule_64_who_was_told_apart_from_an_absorbed_person_is_so_from_the_root(
    west, haidari, proposed
):
    one, other, old = haidari
    different(west, one, old)

    merge(west, other, one)

    assert proposed() == []


def test_rule_62_who_was_voided_is_not_proposed(west, haidari, proposed):
    west.correct(Person, haidari[0], voided=True)

    assert proposed() == []


def test_rule_65_who_was_erased_is_not_proposed_as_there_is_no_name(west, haidari, proposed):
    merge(west, haidari[1], haidari[0])
    with west.at_work(DAY) as session:
        session.delete(session.get_one(Contact, haidari[1]))

    assert proposed() == []


def test_rule_10_pairs_are_of_one_digibank(west, noord, noor, haidari, proposed):
    noord.register("Mariam", last_name="Haidari", birth_year=1988, residence=TORHOUT)

    assert len(proposed()) == 2
    assert proposed(noor) == []


def test_person_who_is_registered_after_it_is_proposed_too(west, haidari, proposed):
    assert len(proposed()) == 2

    west.register("Maryam", last_name="Haidari", birth_year=1987, residence=TORHOUT)

    # the newcomer is like Maryam (100), like Mariam of 1988 (89), and not like that of 1960
    assert [score for _, score in proposed()] == [100, 89, 89, 72]


def test_pairs_are_logged_with_their_number_and_never_a_name(west, haidari, proposed, cli):
    proposed()

    [told] = access.recent(1, actor=cli)
    assert (told["event"], told["login"], told["hits"]) == ("op dubbels gezocht", "ann", 2)


@pytest.mark.parametrize("who", ["roger", "karel", "rita", "cli"])
def test_only_a_coordinator_sees_pairs(request, west, haidari, proposed, compared, who):
    actor = request.getfixturevalue(who)

    with pytest.raises(NotAllowedError):
        proposed(actor)
    with pytest.raises(NotAllowedError):
        compared(*haidari[:2], actor)


# Side by side


def test_comparison_counts_what_each_got(west, haidari, compared):
    one, other, _ = haidari
    west.stock("BW-0001", "BW-0002")
    west.lend("BW-0001", one, on=DAY)
    west.lend("BW-0002", one, on=DAY + WEEK)
    west.take_back("BW-0001", on=DAY + WEEK)
    visit(west, other, on=DAY + 2 * WEEK)
    visit(west, other, on=DAY)

    found = compared(one, other)

    assert found.one == Served(loans=2, open_loans=1, first=DAY, last=DAY + WEEK)
    assert found.other == Served(visits=2, first=DAY, last=DAY + 2 * WEEK)
    assert (found.same_sessions, found.merged) == (0, False)


def test_comparison_counts_sessions_with_a_present_person_only(west, haidari, compared):
    one, other, _ = haidari
    numbers = [lesson(west, on=DAY + week * WEEK)[1] for week in range(3)]
    attend(west, numbers[0], one, other)
    attend(west, numbers[1], one, mark=Mark.ABSENT, on=DAY + WEEK)
    attend(west, numbers[1], other, on=DAY + WEEK)
    attend(west, numbers[2], one, on=DAY + 2 * WEEK)
    west.correct(TrainingSession, numbers[2], voided=True)

    found = compared(one, other)

    assert (found.one.sessions, found.other.sessions) == (1, 2)
    assert found.same_sessions == 2  # of the second the mark of who was there counts


def test_comparison_leaves_out_what_was_voided(west, haidari, compared):
    one, other, _ = haidari
    west.correct(Visit, visit(west, one), voided=True)

    assert compared(one, other).one == Served()


def test_rule_63_comparison_is_of_all_who_count_as_one(west, haidari, compared):
    one, other, old = haidari
    for key in haidari:
        visit(west, key)
    merge(west, one, other)

    found = compared(old, other)

    assert (found.one.visits, found.other.visits) == (1, 2)
    assert found.merged


def test_who_is_one_already_is_not_compared(west, noord, haidari, compared):
    merge(west, *haidari[:2])

    with pytest.raises(AlreadyMergedError):
        compared(*haidari[:2])
    with pytest.raises(UnknownPersonError):
        compared(haidari[0], noord.register())
