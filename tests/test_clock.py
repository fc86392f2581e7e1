"""There is one clock; it knows Brussels, and it can tell a story."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from digibank_core import clock

NEW_YEAR_IN_BRUSSELS = datetime(2024, 12, 31, 23, 30, tzinfo=UTC)  # 00:30 on 1 January there


def test_now_is_in_utc():
    assert clock.now().utcoffset() == timedelta(0)


def test_now_is_the_real_moment_when_no_story_is_told():
    before = datetime.now(UTC)

    assert before <= clock.now() <= datetime.now(UTC)


def test_today_is_the_day_in_brussels():
    with clock.at(NEW_YEAR_IN_BRUSSELS):
        assert clock.today() == date(2025, 1, 1)


def test_story_sets_the_day():
    clock.tell_story(date(2025, 3, 31))

    assert clock.today() == date(2025, 3, 31)


def test_story_keeps_the_real_time_of_day():
    clock.tell_story(date(2025, 3, 31))

    told = clock.now().astimezone(clock.BRUSSELS).replace(tzinfo=None)
    real = clock.wall().astimezone(clock.BRUSSELS).replace(tzinfo=None)
    gap = abs(timedelta(hours=told.hour - real.hour, minutes=told.minute - real.minute))
    assert gap <= timedelta(minutes=1) or gap >= timedelta(hours=23)  # midnight may pass


def test_story_does_not_move_the_wall_clock():
    clock.tell_story(date(2001, 1, 1))

    assert clock.wall().year > 2001


def test_story_ends():
    clock.tell_story(date(2001, 1, 1))
    clock.tell_story(None)

    assert clock.today().year > 2001


def test_moment_goes_before_the_story():
    clock.tell_story(date(2025, 3, 31))

    with clock.at(NEW_YEAR_IN_BRUSSELS):
        assert clock.now() == NEW_YEAR_IN_BRUSSELS


def test_moment_ends_with_its_block_after_an_error_too():
    with pytest.raises(ZeroDivisionError), clock.at(datetime(2001, 1, 1, tzinfo=UTC)):
        _ = 1 // 0

    assert clock.today().year > 2001


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2025, 1, 15), "2025-01-15T23:00"),
        (date(2024, 7, 15), "2024-07-15T22:00"),
        (date(2025, 3, 29), "2025-03-29T23:00"),
        (date(2025, 3, 30), "2025-03-30T22:00"),
        (date(2024, 10, 26), "2024-10-26T22:00"),
        (date(2024, 10, 27), "2024-10-27T23:00"),
        (date(2024, 12, 31), "2024-12-31T23:00"),
    ],
    ids=[
        "winter",
        "summer",
        "before the clock goes forward",
        "day of 23 hours",
        "before the clock goes back",
        "day of 25 hours",
        "new year",
    ],
)
def test_rule_61_day_ends_at_midnight_in_brussels(day, end):
    assert clock.end_of_day(day) == datetime.fromisoformat(f"{end}+00:00")
