"""The counting rules that are dated settings: what holds, since when, in which version."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from digibank_core.errors import UnknownWhatIfError
from digibank_core.indicators import reach, rules
from digibank_core.indicators.definition import Rules
from digibank_core.indicators.deliveries import deliveries

BOTH = ("min_sessions", "count_tier_b")
COLUMNS = ["name", "digibank", "starts_on", "value", "agreement"]
FIRST = [
    ("min_sessions", "", "2022-11-01", "1", None),
    ("count_tier_b", "", "2022-11-01", "false", None),
    ("loan_days", "", "2022-11-01", "28", None),
]


def settings(*changes):
    """Write the first settings down as a frame, and what was decided since."""
    frame = pd.DataFrame([*FIRST, *changes], columns=COLUMNS)
    frame["starts_on"] = pd.to_datetime(frame["starts_on"])
    return {"setting": frame, "tranche": pd.DataFrame(columns=["period", "starts_on"])}


@pytest.fixture
def reached(frames_of, scope_of):
    """Give a function: the counted deliveries of a world under rules."""

    def count(rules_, **world):
        frames = frames_of(**{"persons": [{}], "loans": []} | world)
        scope = scope_of(rules=rules_)
        return reach.counted(deliveries(frames, scope), scope)

    return count


# A minimum of sessions


def marks(*days, person="p1", mark="aanwezig"):
    return [{"person": person, "on": day, "mark": mark} for day in days]


@pytest.mark.parametrize(("minimum", "persons"), [(1, 3), (2, 2), (3, 1), (4, 0)])
def test_rule_8_who_attended_fewer_sessions_is_not_reached(reached, minimum, persons):
    attended = [
        *marks("2024-03-04"),
        *marks("2024-03-04", "2024-03-11", person="p2"),
        *marks("2024-03-04", "2024-03-11", "2024-03-18", person="p3"),
    ]

    people = [{"key": key} for key in ("p1", "p2", "p3")]
    rows = reached(Rules(min_sessions=minimum), persons=people, marks=attended)

    assert reach.reach(rows).value == persons


def test_rule_8_only_sessions_present_make_the_minimum(reached):
    attended = marks("2024-03-04") + marks("2024-03-11", mark="verontschuldigd")

    assert reached(Rules(min_sessions=2), marks=attended).empty


def test_rule_8_a_session_of_before_the_period_does_not_help(reached):
    attended = marks("2022-10-31", "2024-03-11")

    assert reached(Rules(min_sessions=2), marks=attended).empty


def test_rule_8_a_session_of_another_stream_does_not_help(reached):
    attended = [*marks("2024-03-04"), marks("2024-03-11")[0] | {"stream": "DIGISCAN"}]

    assert reached(Rules(min_sessions=2), marks=attended).empty


def test_rule_8_person_is_reached_on_the_day_of_the_last_session_needed(reached):
    rows = reached(Rules(min_sessions=2), marks=marks("2024-03-11", "2024-03-04", "2024-03-18"))

    firsts = reach.first_services(rows)
    assert firsts["happened_on"].dt.date.tolist() == [date(2024, 3, 11)]


def test_rule_8_a_loan_counts_whatever_the_minimum_of_sessions(reached):
    rows = reached(Rules(min_sessions=2), loans=[{}], marks=marks("2024-03-04"))

    assert rows["objective"].tolist() == ["toegang"]


def test_rule_8_session_that_came_too_early_says_why(frames_of, scope_of):
    frames = frames_of([{}], [], marks=marks("2024-03-04", "2024-03-11"))

    rows = deliveries(frames, scope_of(rules=Rules(min_sessions=2)))

    assert rows["reason"].tolist() == ["nog te weinig lessen", ""]


def test_rule_63_two_marks_of_one_person_in_one_session_are_one(frames_of, scope_of):
    frames = frames_of(
        [{"key": "p1"}, {"key": "p2"}],
        [],
        marks=[*marks("2024-03-04"), *marks("2024-03-04", person="p2")],
        merges=[("p1", "p2", "False")],
    )
    frames["attendance"]["session"] = pd.Series([1, 1], dtype="Int64")

    rows = deliveries(frames, scope_of(rules=Rules(min_sessions=2)))

    assert not rows["qualifies"].any()


# Anonymous first visits


ANONYMOUS = [
    {"person": None, "first_time": "ja", "on": "2024-03-04"},
    {"person": None, "first_time": "ja", "on": "2024-03-05"},
    {"person": None, "first_time": "nee"},
    {"person": None, "first_time": "onbekend"},
    {"person": None, "first_time": "ja", "stream": "IEDEREEN_DIGITAAL"},
    {"person": None, "first_time": "ja", "results": ()},
    {"person": None, "first_time": "ja", "voided": True},
    {"person": "p1"},
]
"""Two that may count, five that never do, and a visit of somebody known."""


def test_rule_14_anonymous_visits_do_not_count(reached):
    assert reach.reach(reached(Rules(), visits=ANONYMOUS)).value == 1


def test_rule_14_by_agreement_each_first_visit_counts_as_a_person(reached):
    rows = reached(Rules(count_tier_b=True, agreement="WSE-2024-7"), visits=ANONYMOUS)

    assert reach.reach(rows).value == 3
    assert sum(figure.value for figure in reach.overlaps(rows)) == 3
    assert reach.first_services(rows)["delivery"].is_unique


# What holds on a day


@pytest.mark.parametrize(
    ("day", "minimum"), [("2025-05-31", 1), ("2025-06-01", 2), ("2030-01-01", 2)]
)
def test_rule_67_rule_holds_from_its_first_day_on(day, minimum):
    frames = settings(("min_sessions", "", "2025-06-01", "2", None))

    held = rules.rules_on(frames, "west", date.fromisoformat(day))

    assert held.min_sessions == minimum


@pytest.mark.parametrize(("digibank", "minimum"), [("west", 3), ("noord", 2)])
def test_rule_67_own_value_goes_before_a_newer_general_one(digibank, minimum):
    frames = settings(
        ("min_sessions", "west", "2024-01-01", "3", None),
        ("min_sessions", "", "2025-06-01", "2", None),
    )

    assert rules.rules_on(frames, digibank, date(2025, 7, 1)).min_sessions == minimum


def test_rule_67_what_no_setting_says_is_the_default_of_the_rule():
    assert rules.rules_on(settings(), "west", date(2020, 1, 1)) == Rules()


def test_rule_14_agreement_comes_with_the_rule():
    frames = settings(("count_tier_b", "", "2025-01-01", "true", "WSE-2024-7"))

    held = rules.rules_on(frames, "west", date(2025, 1, 1))

    assert (held.count_tier_b, held.agreement) == (True, "WSE-2024-7")


# Versions


def version(frames, scope_of, names=BOTH, **scope):
    return rules.version_of(names, frames, scope_of(**scope))


def test_rule_67_first_version_is_one(scope_of):
    assert version(settings(), scope_of) == 1


def test_rule_67_other_value_is_another_version(scope_of):
    frames = settings(("min_sessions", "", "2024-06-01", "2", None))

    assert version(frames, scope_of, as_of=date(2024, 5, 31)) == 1
    assert version(frames, scope_of, as_of=date(2024, 6, 1)) == 2


def test_rule_67_old_period_keeps_its_version(scope_of):
    frames = settings(("min_sessions", "", "2025-01-01", "2", None))

    assert version(frames, scope_of, as_of=date(2026, 1, 1)) == 1  # IMPL ended in 2024


@pytest.mark.parametrize(
    "change",
    [
        ("min_sessions", "", "2024-06-01", "1", None),
        ("loan_days", "", "2024-06-01", "21", None),
        ("min_sessions", "noord", "2024-06-01", "2", None),
    ],
    ids=["same value", "another setting", "another Digibank"],
)
def test_rule_67_what_changes_no_rule_makes_no_version(scope_of, change):
    assert version(settings(change), scope_of) == 1


def test_rule_67_general_value_that_does_not_hold_here_makes_no_version(scope_of):
    frames = settings(
        ("min_sessions", "west", "2022-11-01", "1", None),
        ("min_sessions", "", "2024-06-01", "2", None),
    )

    assert version(frames, scope_of) == 1


# What-ifs


def held():
    frame = rules.settings_on(settings(), "west", date(2024, 1, 1))
    units = {"min_sessions": "sessions", "count_tier_b": "boolean", "loan_days": "days"}
    return frame.assign(label=frame["name"], unit=frame["name"].map(units))


def test_rule_67_what_if_says_what_it_changes():
    values, label = rules.instead({"min_sessions": "2"}, held())

    assert values == {"min_sessions": "2"}
    assert label == "Wat als: min_sessions: 2 lessen in plaats van 1 les"


def test_rule_67_without_a_what_if_there_is_no_label():
    assert rules.instead({}, held()) == ({}, "")


@pytest.mark.parametrize(
    "what_if",
    [{"loan_days": "21"}, {"onbekend": "1"}, {"min_sessions": "0"}, {"count_tier_b": "2"}],
)
def test_rule_67_what_if_of_something_else_is_refused(what_if):
    with pytest.raises(UnknownWhatIfError) as refusal:
        rules.instead(what_if, held())

    assert "min_sessions, count_tier_b" in refusal.value.user_message
