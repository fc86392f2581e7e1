"""Desks that write at the same moment do so one after the other."""

from __future__ import annotations

from collections import Counter

from tests.concurrency.desk import DAY


def test_rule_62_four_processes_that_write_at_once_leave_one_unbroken_chain(
    open_desks, raw, broken_at
):
    before = raw.count("history")
    desks = open_desks(4)

    desks.ask(*["register 25"] * 4)
    while desks.at_work():
        assert broken_at() is None  # nor is it for who reads meanwhile

    assert set(desks.answers()) == {"registered"}
    assert broken_at() is None
    by_desk = Counter(row["login"] for row in raw.rows("SELECT login FROM history"))
    assert {by_desk[f"desk-{number}"] for number in (1, 2, 3, 4)} == {50}  # person and contact
    assert raw.count("history") == before + 200


def test_rule_27_two_desks_that_lend_one_device_at_once_lend_it_once(
    west, open_desks, raw, broken_at
):
    west.stock("BW-0001", on=DAY)
    first, second = west.register(), west.register()
    desks = open_desks(2)

    for number in range(1, 11):
        desks.ask(f"lend BW-0001 {first}", f"lend BW-0001 {second}")

        assert sorted(desks.answers()) == ["DeviceOnLoanError", "lent"]
        assert raw.count("loan") == number
        west.take_back("BW-0001", on=DAY)
        west.wipe("BW-0001", on=DAY)

    assert broken_at() is None


def test_rule_63_two_desks_that_merge_a_pair_in_opposite_directions_make_one_merge(
    west, open_desks, raw, broken_at
):
    desks = open_desks(2)

    for number in range(1, 11):
        one, other = west.register(), west.register()
        desks.ask(f"merge {one} {other}", f"merge {other} {one}")

        assert sorted(desks.answers()) == ["AlreadyMergedError", "merged"]
        assert raw.count("merge") == number

    assert broken_at() is None


def test_rule_63_three_desks_that_merge_in_a_circle_make_one_person(
    west, open_desks, raw, broken_at
):
    one, other, third = (west.register() for _ in range(3))
    desks = open_desks(3)

    desks.ask(f"merge {one} {other}", f"merge {other} {third}", f"merge {third} {one}")

    assert sorted(desks.answers()) == ["AlreadyMergedError", "merged", "merged"]
    absorbed = {row["absorbed"] for row in raw.rows("SELECT absorbed FROM merge")}
    assert len(absorbed) == 2  # so that one root is left
    assert broken_at() is None
