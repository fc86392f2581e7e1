"""Merges that can be withdrawn, and persons who were told apart (rules 15, 63 and 64)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select

from digibank_core import db
from digibank_core.errors import (
    AlreadyMergedError,
    AlreadyWithdrawnError,
    ChangedMeanwhileError,
    MergeErasedError,
    MergeVoidedError,
    NotAllowedError,
    NotToldApartError,
    ToldApartError,
    UnknownMergeError,
    UnknownPersonError,
)
from digibank_core.models import (
    Attendance,
    Contact,
    Loan,
    Mark,
    Merge,
    Person,
    PersonRole,
)
from digibank_core.services import merges
from digibank_core.services.roots import roots, together
from tests.couples import (
    DAY,
    attend,
    different,
    lesson,
    merge,
    reached,
    take_back,
    visit,
    withdraw,
)

LATER = DAY + timedelta(days=30)


@pytest.fixture
def three(west):
    """Three persons of 1950 who each visited the Digipunt once: reach is 3."""
    keys = [west.register(name) for name in ("Mariam", "Maryam", "Miriam")]
    for key in keys:
        visit(west, key)
    return keys


def root_by_key(desk):
    with db.reading() as session:
        return roots(session, desk.actor.own)


def decided(desk, read=merges.merged):
    with db.reading() as session:
        return read(session, actor=desk.actor)


def erase(desk, key):
    """Leave of a person what rule 65 leaves."""
    with desk.at_work(LATER) as session:
        session.delete(session.get_one(Contact, key))
        session.get_one(Person, key).erased_on = LATER


# Merging


def test_rule_63_merged_persons_count_once(west, three):
    one, other, _ = three

    merge(west, one, other)

    assert reached(west) == 2
    assert root_by_key(west) == {other: one}


def test_rule_63_merge_rewrites_and_removes_nothing(west, three, raw):
    before = {table: raw.rows(f"SELECT * FROM {table}") for table in ("person", "visit")}

    merge(west, three[0], three[1])

    assert before == {table: raw.rows(f"SELECT * FROM {table}") for table in before}
    assert raw.count("contact") == 3


def test_rule_15_merge_stands_in_history_with_its_reason(west, three, entries):
    merge(west, three[0], three[1], reason="de persoon zegt het zelf")

    [entry] = entries("merge")
    assert (entry.login, entry.reason) == (
        "ann",
        "personen samenvoegen: de persoon zegt het zelf",
    )


def test_rule_63_chain_has_one_root(west, three):
    first, second, third = three

    merge(west, second, third)
    merge(west, first, second)

    assert root_by_key(west) == {second: first, third: first}
    assert reached(west) == 1


def test_rule_63_merge_on_an_absorbed_person_is_made_on_its_root(west, three):
    first, second, third = three
    merge(west, first, second)

    number = merge(west, second, third)  # from a list that was read before

    with db.reading() as session:
        made = session.get_one(Merge, number)
        assert (made.kept, made.absorbed) == (first, third)
        assert together(session, first) == set(three)
    assert reached(west) == 1


def test_rule_63_absorbing_somebody_who_was_absorbed_takes_the_root_along(west, three):
    first, second, third = three
    merge(west, first, second)

    merge(west, third, second)

    assert root_by_key(west) == {first: third, second: third}


@pytest.mark.parametrize("pair", [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (0, 0)])
def test_rule_63_cycle_is_refused_as_they_are_one_already(west, three, pair):
    merge(west, three[0], three[1])
    merge(west, three[1], three[2])

    with pytest.raises(AlreadyMergedError) as refusal:
        merge(west, *(three[at] for at in pair))

    assert "Dit is al één persoon" in refusal.value.user_message
    assert reached(west) == 1


def test_rule_63_crossing_merges_end_in_one_person(west, three):
    four = west.register("Marjam")
    visit(west, four)
    merge(west, three[0], three[1])
    merge(west, three[2], four)

    merge(west, four, three[1])  # each was absorbed by somebody else: the roots are merged

    assert root_by_key(west) == {
        three[1]: three[2],
        four: three[2],
        three[0]: three[2],
    }
    assert reached(west) == 1


def test_rule_10_person_of_another_digibank_cannot_be_merged(west, noord, three):
    other = noord.register()

    for pair in ((three[0], other), (other, three[0])):
        with pytest.raises(UnknownPersonError):
            merge(west, *pair)


def test_rule_62_who_was_voided_cannot_be_merged(west, three):
    west.correct(Person, three[1], voided=True)

    with pytest.raises(MergeVoidedError):
        merge(west, three[0], three[1])


def test_rule_65_who_was_erased_cannot_be_merged_as_nobody_knows_who_it_was(west, three):
    erase(west, three[1])

    with pytest.raises(MergeErasedError):
        merge(west, three[0], three[1])
    with pytest.raises(MergeErasedError):
        merge(west, three[1], three[0])


@pytest.mark.parametrize("gone", [0, 1])
def test_rule_65_erasing_one_of_two_who_were_merged_changes_no_count(west, three, gone):
    number = merge(west, three[0], three[1])

    erase(west, three[gone])

    assert reached(west) == 2
    withdraw(west, number)
    assert reached(west) == 3


@pytest.mark.parametrize("who", ["roger", "karel", "rita", "cli"])
def test_only_a_coordinator_merges(request, west, three, who):
    actor = request.getfixturevalue(who)

    for act in (
        lambda session: merges.merge(session, *three[:2], actor=actor),
        lambda session: merges.withdraw(session, 1, actor=actor, version=None),
        lambda session: merges.different(session, *three[:2], actor=actor),
        lambda session: merges.take_back(session, *three[:2], actor=actor, version=None),
        lambda session: merges.merged(session, actor=actor),
    ):
        with pytest.raises(NotAllowedError), db.transaction(actor, "test") as session:
            act(session)


# What counts after it


def test_rule_63_traits_of_who_stays_count_for_all_services(west):
    adult, minor = west.register(), west.register(birth_year=2010)
    west.stock("BW-0001")
    west.lend("BW-0001", adult, on=DAY)
    visit(west, minor)
    assert (reached(west), reached(west, "reach_services")) == (1, 0)

    number = merge(west, adult, minor)
    assert (reached(west), reached(west, "reach_services")) == (1, 1)
    withdraw(west, number)
    merge(west, minor, adult)
    assert (reached(west), reached(west, "reach_services")) == (0, 0)


@pytest.mark.parametrize(
    ("kept", "absorbed", "reach"),
    [
        ({}, {"birth_year": None}, 1),
        ({"birth_year": None}, {}, 0),
        ({"birth_year": None, "adult_confirmed": True}, {}, 1),
        ({}, {"role": PersonRole.INTERMEDIARY}, 1),
        ({"role": PersonRole.INTERMEDIARY}, {}, 0),
    ],
    ids=["age of kept", "no age", "tick", "role of kept", "intermediary"],
)
def test_rule_63_tick_and_role_of_who_stays_decide(west, kept, absorbed, reach):
    stays, goes = west.register(**kept), west.register(**absorbed)
    visit(west, goes)

    merge(west, stays, goes)

    assert reached(west) == reach


@pytest.mark.parametrize(
    ("marks", "skilled"),
    [
        ((Mark.PRESENT, Mark.PRESENT), 1),
        ((Mark.PRESENT, Mark.ABSENT), 1),
        ((Mark.ABSENT, Mark.PRESENT), 1),
        ((Mark.ABSENT, Mark.EXCUSED), 0),
    ],
)
def test_rule_63_of_two_marks_in_one_session_the_strongest_counts_once(west, marks, skilled):
    one, other = west.register("Mariam"), west.register("Maryam")
    _, number = lesson(west)
    for key, mark in zip((one, other), marks, strict=True):
        attend(west, number, key, mark=mark)

    merge(west, one, other)

    assert reached(west, "reach_skills") == skilled
    with db.reading() as session:
        kept = {row.person: row.mark for row in session.exec(select(Attendance))}
    assert kept == {one: marks[0], other: marks[1]}  # both stay visible


def test_rule_63_two_open_loans_stay_and_each_comes_back(west):
    one, other = west.register("Mariam"), west.register("Maryam")
    west.stock("BW-0001", "BW-0002")
    west.lend("BW-0001", one, on=DAY)
    west.lend("BW-0002", other, on=DAY)

    merge(west, one, other)

    assert reached(west, "reach_access") == 1
    for code in ("BW-0001", "BW-0002"):
        west.take_back(code, on=LATER)
    assert reached(west, "reach_access") == 1


# Withdrawing


def test_rule_63_withdrawing_gives_back_what_was(west, three):
    before = west.deliveries()
    number = merge(west, three[0], three[1])
    assert not west.deliveries().equals(before)

    withdraw(west, number)

    assert west.deliveries().equals(before)
    assert reached(west) == 3


def test_rule_63_withdrawing_one_row_leaves_the_others(west, three):
    first, second, third = three
    merge(west, second, third)
    number = merge(west, first, second)

    withdraw(west, number)

    assert root_by_key(west) == {third: second}
    assert reached(west) == 2


def test_rule_63_records_made_since_stay_where_they_were_made(west, three):
    first, second, _ = three
    number = merge(west, first, second)
    west.stock("BW-0001")
    west.lend("BW-0001", second, on=LATER)  # goes to the root

    withdraw(west, number)

    with db.reading() as session:
        assert session.exec(select(Loan.person)).all() == [first]
    assert (reached(west), reached(west, "reach_access")) == (3, 1)
    rows = west.deliveries()
    assert rows[rows["objective"] == "toegang"]["person"].tolist() == [first]


def test_withdrawn_merge_can_be_made_again_the_other_way_round(west, three):
    first, second, _ = three
    withdraw(west, merge(west, first, second))

    merge(west, second, first)

    assert root_by_key(west) == {first: second}
    assert reached(west) == 2


def test_merge_that_was_withdrawn_is_not_withdrawn_again(west, three):
    number = merge(west, three[0], three[1])
    withdraw(west, number)

    with pytest.raises(AlreadyWithdrawnError) as refusal:
        withdraw(west, number)

    assert "al ingetrokken" in refusal.value.user_message


def test_merge_that_changed_since_it_was_shown_is_not_withdrawn(west, three):
    number = merge(west, three[0], three[1])

    with pytest.raises(ChangedMeanwhileError):
        withdraw(west, number, version=2)

    withdraw(west, number, version=1)


def test_rule_49_merge_of_another_digibank_is_not_withdrawn(west, noord, three):
    number = merge(west, three[0], three[1])

    for unknown in (number, 999):
        with pytest.raises(UnknownMergeError):
            withdraw(noord, unknown)


def test_rule_61_known_on_knows_merges_as_they_were(west, three):
    number = merge(west, three[0], three[1], on=date(2024, 4, 1))
    withdraw(west, number, on=date(2024, 5, 1))

    days = (date(2024, 3, 31), date(2024, 4, 1), date(2024, 4, 30), date(2024, 5, 1), None)
    assert [reached(west, known_on=day) for day in days] == [3, 2, 2, 3, 3]


# The list of what was decided


def test_decisions_tell_who_when_and_why(west, three):
    first = merge(west, three[0], three[1], reason="de naam is anders geschreven")
    merge(west, three[0], three[2])
    withdraw(west, first, on=LATER)

    newest, oldest = decided(west)

    assert (newest.one, newest.other, newest.holds) == (three[0], three[2], True)
    assert (oldest.number, oldest.holds, oldest.version) == (first, False, 2)
    assert (oldest.made.login, oldest.made.reason) == (
        "ann",
        "personen samenvoegen: de naam is anders geschreven",
    )
    assert oldest.made.at.date() == DAY
    assert oldest.undone.reason == "samenvoeging intrekken: het was een vergissing"
    assert oldest.undone.at.date() == LATER


def test_rule_49_decisions_are_of_the_own_digibank(west, noord, three):
    merge(west, three[0], three[1])
    different(west, three[0], three[2])

    assert decided(noord) == []
    assert decided(noord, merges.apart) == []


# Not the same


def test_rule_64_not_the_same_is_remembered_in_any_order(west, three):
    one, other, _ = three
    different(west, one, other)

    for pair in ((one, other), (other, one)):
        with pytest.raises(ToldApartError):
            merge(west, *pair)


def test_rule_64_not_the_same_holds_for_who_counts_as_one_of_them(west, three):
    first, second, third = three
    different(west, second, third)
    merge(west, first, second)

    with pytest.raises(ToldApartError):
        merge(west, first, third)


def test_rule_64_who_is_one_already_is_not_told_apart(west, three):
    merge(west, three[0], three[1])

    with pytest.raises(AlreadyMergedError):
        different(west, three[1], three[0])


def test_rule_64_not_the_same_can_be_taken_back_and_said_again(west, three):
    one, other, _ = three
    different(west, one, other)
    [noted] = decided(west, merges.apart)
    assert noted.made.reason == "niet dezelfde persoon: een andere reden"

    take_back(west, one, other, version=noted.version)
    assert decided(west, merges.apart) == []
    different(west, other, one)

    assert [noted.version for noted in decided(west, merges.apart)] == [3]


def test_saying_not_the_same_twice_is_as_good_as_once(west, three, entries):
    different(west, three[0], three[1])
    different(west, three[1], three[0])

    assert len(entries("different_persons")) == 1


def test_what_was_taken_back_is_not_taken_back_again(west, noord, three):
    one, other, _ = three
    with pytest.raises(NotToldApartError):
        take_back(west, one, other)
    different(west, one, other)
    with pytest.raises(NotToldApartError):
        take_back(noord, one, other)
    with pytest.raises(ChangedMeanwhileError):
        take_back(west, one, other, version=9)
    take_back(west, one, other)

    with pytest.raises(NotToldApartError):
        take_back(west, one, other)


def test_rule_64_newcomer_is_told_apart_from_all_who_were_proposed(west, roger, three):
    newcomer = west.register("Marjam")
    with db.transaction(roger, "persoon inschrijven, geen dubbel: familie") as session:
        merges.tell_newcomer_apart(session, newcomer, three[:2], actor=roger)

    pairs = [{noted.one, noted.other} for noted in decided(west, merges.apart)]
    assert sorted(map(sorted, pairs)) == sorted(
        sorted((newcomer, known)) for known in three[:2]
    )
