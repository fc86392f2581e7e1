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
