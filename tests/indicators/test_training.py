"""How lessons are followed: small worlds counted by hand (rules 36 and 38)."""

from __future__ import annotations

import pytest

from digibank_core.indicators.training import training_figures
from tests.indicators.conftest import impl, write_frames

PERSONS = [{"key": key} for key in "abcd"]
COURSE = [{"capacity": 4}]
LESSONS = [{"course": 1, "held_on": f"2024-03-0{day}"} for day in (4, 5, 6, 7)]
ENROLLED = [{"course": 1, "person": key} for key in "abc"]


def marks(text):
    """Read the marks of persons in sessions, as in "1a 1b- 2a?": present, absent, excused."""
    words = {"": "aanwezig", "-": "afwezig", "?": "verontschuldigd", "0": None}
    return [
        {"session": int(one[0]), "person": one[1], "mark": words[one[2:]]}
        for one in text.split()
    ]


@pytest.fixture
def figures():
    """Give a function that measures a course of four lessons: code to figure."""

    def measure(given="", *, merges=(), persons=PERSONS, share="75", **more):
        tables = {
            "course": COURSE,
            "training_session": LESSONS,
            "enrolment": ENROLLED,
            "attendance": marks(given),
            "setting": [{"name": "completion_percent", "value": share}],
        } | more
        frames = write_frames(persons, [], merges=merges, **tables)
        return {each.definition.code: each for each in training_figures(frames, impl())}

    return measure


def values(found):
    return {code.removeprefix("training_"): figure.value for code, figure in found.items()}


def test_rule_36_a_course_of_four_lessons(figures):
    # a came to all, b to 2 of 4 and was absent once, c only to the first
    found = figures("1a 2a 3a 4a 1b 2b- 3b 4b? 1c")

    assert values(found) == {
        "participants": 3,
        "attendances": 7,
        "hours": "21.0",  # lessons of 3 hours
        "sessions_held": 4,
        "sessions_without_list": 0,
        "completion": "33.3",  # a of a, b and c
        "no_show": "8.3",  # 1 of 12 places: 3 persons in 4 lessons
        "fill": "75.0",  # 12 of 16
    }


def test_rule_36_cancelled_lesson_drops_out_of_every_denominator(figures):
    lessons = [*LESSONS[:3], LESSONS[3] | {"cancelled": True}]

    found = figures("1a 2a 3a 1b 2b- 4b-", training_session=lessons)

    assert values(found) == {
        "participants": 2,
        "attendances": 4,
        "hours": "12.0",
        "sessions_held": 3,
        "sessions_without_list": 0,
        "completion": "50.0",  # a had 3 of 3, b 1 of 3
        "no_show": "11.1",  # 1 of 9
        "fill": "75.0",  # 9 of 12
    }


@pytest.mark.parametrize(
    ("share", "completed"), [("75", "50.0"), ("76", "0.0"), ("50", "100.0"), ("100", "0.0")]
)
def test_rule_36_share_to_complete_a_course_is_a_setting(figures, share, completed):
    # a had 3 of 4 lessons, which is exactly 75 %, and b 2 of 4
    assert figures("1a 2a 3a 1b 2b", share=share)["training_completion"].value == completed


def test_rule_36_who_never_came_started_no_course(figures):
    found = figures("1a 2a 3a 1b- 2b-")["training_completion"]

    assert (found.numerator, found.denominator) == (1, 1)


def test_rule_36_places_are_those_confirmed(figures):
    states = ["bevestigd", "wachtlijst", "aangevraagd", "geannuleerd"]
    enrolled = [
        {"course": 1, "person": key, "state": state}
        for key, state in zip("abcd", states, strict=True)
    ]

    found = figures("1a- 1d-", enrolment=enrolled)

    assert (found["training_fill"].numerator, found["training_fill"].denominator) == (4, 16)
    assert found["training_no_show"].numerator == 1  # d gave up the place


def test_rule_63_two_marks_of_one_person_are_the_strongest_once(figures):
    found = figures("1a- 1b 2a? 2b- 3a 3b 4a0 4b-", merges=[("a", "b", False)])

    receipt = found["training_no_show"].receipt
    assert found["training_attendances"].value == 2  # lessons 1 and 3
    assert receipt.loc[receipt["person"] == "a", "mark"].tolist() == [
        "aanwezig",
        "verontschuldigd",
        "aanwezig",
        "afwezig",
    ]
    assert found["training_fill"].numerator == 8  # a and b are one, and c


def test_rule_36_participants_count_also_who_is_not_reached(figures):
    persons = [{"key": "a", "role": "intermediair"}, {"key": "b", "birth_year": 2015}]

    assert figures("1a 1b", persons=persons)["training_participants"].value == 2


@pytest.mark.parametrize(
    "mistake",
    [
        {"persons": [{"key": "a", "voided": True}]},
        {"course": [{"capacity": 4, "voided": True}]},
        {"training_session": [{"course": 1, "voided": True}]},
        {"attendance": [{"session": 1, "person": "a", "voided": True}]},
        {"course": [{"capacity": 4, "stream": "DIGISCAN"}]},
        {"training_session": [{"course": 1, "held_on": "2025-01-01"}]},
    ],
    ids=["person", "course", "session", "mark", "other stream", "after the period"],
)
def test_rule_62_what_was_voided_or_is_of_elsewhere_is_no_attendance(figures, mistake):
    assert figures(**{"given": "1a"} | mistake)["training_attendances"].value == 0


@pytest.mark.parametrize(
    ("lesson", "unproved"),
    [
        ({}, 0),
        ({"list_reference": None}, 1),
        ({"complete_by": None}, 1),
        ({"list_reference": None, "cancelled": True}, 0),
        ({"list_reference": None, "voided": True}, 0),
    ],
    ids=["proved", "no number", "not complete", "cancelled", "voided"],
)
def test_rule_38_lesson_without_list_has_too_little_proof(figures, lesson, unproved):
    found = figures(training_session=[LESSONS[0] | lesson])["sessions_without_list"]

    assert (found.value, len(found.receipt)) == (unproved, unproved)


def test_without_lessons_there_are_no_rates(figures):
    found = figures(training_session=[], enrolment=[], course=[])

    assert [found[f"training_{code}"].value for code in ("completion", "no_show", "fill")] == [
        None,
        None,
        None,
    ]
