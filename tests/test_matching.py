"""What merges do to reach, the target and the tranches (rules 15, 17, 22 and 63)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select

from digibank_core import db, matching
from digibank_core.errors import NotAllowedError
from digibank_core.matching import Limit, Limits
from digibank_core.models import FundingPeriod, Merge, Setting, Target, Tranche
from digibank_core.models.merges import Pair
from digibank_core.services import doubles
from tests.couples import DAY, attend, different, lesson, merge, reached, visit

LAST = date(2024, 12, 31)
TARGET, SECOND, THIRD = Limit(1000, False), Limit(1001, True), Limit(1501, True)


@pytest.fixture
def four(west):
    """Mariam, Maryam and two others, who each visited once: reach is 4."""
    keys = [
        west.register(first, last_name=last, birth_year=1988)
        for first, last in (
            ("Mariam", "Haidari"),
            ("Maryam", "Haidari"),
            ("Jozef", "Claeys"),
            ("Jozef", "Claes"),
        )
    ]
    for key in keys:
        visit(west, key)
    return keys


@pytest.fixture
def ask(ann):
    """Give a function that asks what records would change."""

    def changes(*records, actor=ann, as_of=LAST):
        with db.reading() as session:
            return matching.changes(session, records, actor=actor, as_of=as_of)

    return changes


@pytest.fixture
def match(ann):
    """Give a function that counts under each matching: strict, decided, loose."""

    def read(as_of=LAST):
        with db.reading() as session:
            suspects = doubles.suspects(session, actor=ann)
            found = matching.matching(session, suspects, actor=ann, as_of=as_of)
        return {one.period.code: (one.strict, one.decided, one.loose) for one in found}

    return read


def of(kept, absorbed, **more):
    return Merge(id=0, digibank="west", kept=kept, absorbed=absorbed, **more)


def set_limits(desk, *, target=3, tranches=()):
    """Let IMPL have a target and tranches that four persons can reach."""
    with desk.at_work(DAY) as session:
        session.get_one(Target, ("IMPL", "west", date(2022, 11, 1))).persons = target
        for number in tranches:
            session.add(
                Tranche(
                    period="IMPL",
                    from_persons=number,
                    starts_on=date(2022, 11, 1),
                    amount_cents=1,
                    author="test",
                    source="test",
                )
            )


# Limits


@pytest.mark.parametrize(
    ("before", "after", "passed", "left"),
    [
        (1001, 1000, (SECOND,), SECOND),
        (1000, 999, (TARGET,), TARGET),
        (1001, 999, (TARGET, SECOND), TARGET),
        (1501, 1500, (THIRD,), THIRD),
        (1500, 1499, (), THIRD),
        (1502, 1501, (), None),
        (1000, 1001, (SECOND,), THIRD),
    ],
)
def test_rule_22_limits_that_a_change_passes(before, after, passed, left):
    limits = Limits((TARGET, SECOND, THIRD))

    assert limits.between(before, after) == passed
    assert limits.next_after(after) == left


def test_rule_22_period_has_its_target_and_its_tranches(west, four, ask):
    set_limits(west, target=2, tranches=(0, 3, 2))

    [change] = ask(of(*four[:2]))

    # the base amount, from 0 persons on, is no limit
    assert change.limits.each == (Limit(2, True), Limit(2, False), Limit(3, True))


def test_rule_67_limits_are_the_tranches_that_hold_on_the_day(west, four, ask):
    set_limits(west, target=2, tranches=(3, 4))
    with west.at_work(DAY) as session:
        for number, cents, on in (
            (3, 2, date(2024, 1, 1)),  # another amount is the same limit
            (4, 0, date(2024, 1, 1)),  # ended
            (5, 1, date(2025, 1, 1)),  # of a day after the period
        ):
            session.add(
                Tranche(
                    period="IMPL",
                    from_persons=number,
                    starts_on=on,
                    amount_cents=cents,
                    author="test",
                    source="test",
                )
            )

    [change] = ask(of(*four[:2]))

    assert change.limits.each == (Limit(2, False), Limit(3, True))


def test_period_without_target_has_no_limits(west, four, ask):
    with west.at_work(DAY) as session:
        session.delete(session.get_one(Target, ("IMPL", "west", date(2022, 11, 1))))

    [change] = ask(of(*four[:2]))

    assert change.limits == Limits(())
    assert change.limits.next_after(4) is None


# The effect of one change


def test_rule_63_effect_of_a_merge_is_told_before_it_is_made(west, four, ask, raw):
    set_limits(west, target=3, tranches=(4,))

    [change] = ask(of(*four[:2]))

    assert (change.period.code, change.before, change.after) == ("IMPL", 4, 3)
    assert change.limits.between(4, 3) == (Limit(4, True),)
    # four of three is 133%, three of three is 100%; the one tranche begins at four; on the
    # last day there is nothing to foretell, and nobody came without a name
    assert [(one.definition.code, one.before, one.after) for one in change.others] == [
        ("reach_services", 4, 3),
        ("progress_percent", 133, 100),
        ("overlap_services", 4, 3),
        ("tranche_earned", 1, None),
        ("tranche_payable", 1, None),
        ("persons_to_next_tranche", None, 1),
        ("forecast", 4, 3),
        ("forecast_low", 4, 3),
        ("forecast_high", 4, 3),
        ("reach_upper_bound", 4, 3),
        ("digipunt_persons", 4, 3),
    ]
    assert raw.count("merge") == 0


def test_rule_63_effect_is_what_the_merge_then_does(west, four, ask):
    [change] = ask(of(*four[:2]))

    merge(west, *four[:2])

    assert (change.before, change.after) == (4, reached(west))


def test_rule_63_effect_of_a_withdrawal_is_told_too(west, four, ask):
    number = merge(west, *four[:2])

    with db.reading() as session:
        made = session.get_one(Merge, number)
    [change] = ask(Merge(**made.model_dump() | {"withdrawn": True}))

    assert (change.before, change.after) == (3, 4)


def test_rule_63_merge_that_would_raise_reach_is_told(west, ask):
    adult, minor = west.register(), west.register(birth_year=2010)
    visit(west, minor)

    [up], [down] = ask(of(adult, minor)), ask(of(minor, adult))

    assert (up.before, up.after) == (0, 1)
    assert (down.before, down.after) == (0, 0)


def test_rule_3_effect_is_told_for_each_active_period_that_started(west, four, ask):
    with west.at_work(DAY) as session:
        session.get_one(FundingPeriod, ("VERL", "west")).active = True
    visit(west, four[0], on=date(2025, 2, 3))

    changes = ask(of(*four[:2]), as_of=date(2025, 3, 1))

    assert [(one.period.code, one.before, one.after) for one in changes] == [
        ("IMPL", 4, 3),
        ("VERL", 1, 1),
    ]
    assert [one.period.code for one in ask(of(*four[:2]))] == ["IMPL"]


# Strict, as decided, loose


def test_reach_without_merges_as_decided_and_with_all_doubles_merged(west, four, match):
    assert match() == {"IMPL": (4, 4, 2)}  # two pairs of doubles

    merge(west, *four[:2])
    assert match() == {"IMPL": (4, 3, 2)}

    different(west, *four[2:])
    assert match() == {"IMPL": (4, 3, 3)}


def test_loose_takes_who_hangs_together_for_one(west, match):
    for year in (1949, 1950, 1951):  # the first and the last differ by a digit: all are alike
        visit(west, west.register("Jozef", last_name="Claeys", birth_year=year))

    assert match() == {"IMPL": (3, 3, 1)}


def test_loose_joins_groups_that_a_pair_connects(west, four, ann):
    chain = [Pair(four[0], four[1], 90, ""), Pair(four[2], four[3], 90, "")]
    chain.append(Pair(four[1], four[2], 80, ""))

    with db.reading() as session:
        [found] = matching.matching(session, chain, actor=ann, as_of=LAST)

    assert (found.strict, found.loose) == (4, 1)


def test_loose_keeps_who_was_registered_first(west, match):
    adult = {"last_name": "Claeys", "birth_year": None, "adult_confirmed": True}
    unconfirmed = adult | {"adult_confirmed": False}
    first = west.register("Jozef", on=date(2023, 1, 2), **adult)
    visit(west, west.register("Jozef", on=date(2023, 2, 6), **unconfirmed))
    visit(west, first)

    # alone the second does not count (rule 11), and as the first it is one person
    assert match() == {"IMPL": (1, 1, 1)}


def test_rule_8_matchings_count_under_the_rules_of_the_period(west, match):
    """With a minimum of two sessions only who attended both counts."""
    with west.at_work(DAY) as session:
        own = session.get_one(Setting, ("min_sessions", "", date(2022, 11, 1)))
        session.add(Setting(**own.model_dump() | {"digibank": "west", "value": "2"}))
    keys = [west.register("Jozef", last_name="Claeys", birth_year=1949) for _ in range(2)]
    for key in keys:
        attend(west, lesson(west)[1], key)
    assert match() == {"IMPL": (0, 0, 1)}

    merge(west, *keys)

    assert match() == {"IMPL": (0, 1, 1)}


def test_official_figure_is_that_of_progress(west, four, match):
    merge(west, *four[:2])

    [(_, decided, _)] = match().values()

    assert decided == reached(west)


def test_matching_changes_nothing(west, four, match, raw):
    match()

    assert raw.count("merge") == 0
    with db.reading() as session:
        assert session.exec(select(Merge)).all() == []


@pytest.mark.parametrize("who", ["roger", "karel"])
def test_who_sees_no_figures_sees_no_effect(request, west, four, ask, who):
    actor = request.getfixturevalue(who)

    with pytest.raises(NotAllowedError):
        ask(of(*four[:2]), actor=actor)
    with pytest.raises(NotAllowedError), db.reading() as session:
        matching.matching(session, [], actor=actor, as_of=LAST)
