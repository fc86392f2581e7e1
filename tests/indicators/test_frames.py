"""The facts as they are now, and as they were known at the end of a day (rule 61)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta

import pandas as pd
import pytest
from sqlmodel import col, insert, select, update

from digibank_core import clock, db, history, reporting
from digibank_core.errors import UnknownPeriodError
from digibank_core.indicators import frames
from digibank_core.models import (
    Contact,
    FundingPeriod,
    HistoryEntry,
    Loan,
    NewSeries,
    Person,
    PersonRole,
    Target,
    TrainingSession,
)
from digibank_core.services import training

JANUARY, MARCH, JUNE = date(2024, 1, 8), date(2024, 3, 4), date(2024, 6, 3)
FIRST_DAY, DAY = date(2022, 11, 1), timedelta(days=1)


@pytest.fixture
def lent(west):
    """One person of 1950 with one loan of MARCH, all recorded on its day; give the loan."""
    person = west.register(on=JANUARY)
    west.stock("BW-0001", on=JANUARY)
    return west.lend("BW-0001", person, on=MARCH)


def reach(desk, known_on=None, code="reach"):
    with db.reading() as session:
        progress = reporting.progress(
            session,
            actor=desk.actor,
            digibank=desk.actor.digibank,
            period="IMPL",
            as_of=date(2024, 12, 31),
            known_on=known_on,
        )
    return progress.figure(code).value


# What is read


def test_frames_hold_facts_only(west, lent):
    read = {name for frame in west.frames().values() for name in frame.columns}

    assert not read & {"note", "version", *Contact.model_fields} - {"person"}


@pytest.mark.parametrize("known_on", [None, JUNE - DAY], ids=["now", "rewound"])
@pytest.mark.parametrize("table", ["funding_period", "target", "person", "loan"])
def test_rule_49_frames_are_of_one_digibank(west, noord, lent, table, known_on):
    noord.stock("BN-0001")
    loan = noord.lend("BN-0001", noord.register(), on=MARCH)
    noord.correct(Loan, loan.id, on=JUNE, agreement=None)
    noord.correct(Person, loan.person, on=JUNE, birth_year=1960)
    noord.correct(Target, ("IMPL", "noord", FIRST_DAY), on=JUNE, persons=2000)
    noord.correct(FundingPeriod, ("IMPL", "noord"), on=JUNE, first_day=MARCH)

    assert set(west.frames(known_on)[table]["digibank"]) == {"west"}


def test_frames_are_in_the_order_of_their_keys(west):
    for _ in range(5):
        west.register()

    assert west.frames()["person"]["key"].is_monotonic_increasing


def test_frames_without_rows_have_their_types(west):
    frame = west.frames()["loan"]

    types = frame.dtypes[["id", "lent_on", "returned_on", "recorded_at"]].astype("str")
    assert [name.split("[")[0] for name in types] == ["Int64"] + ["datetime64"] * 3


def test_open_loan_has_no_day_of_return(west, lent):
    assert west.frames()["loan"]["returned_on"].isna().tolist() == [True]


def test_moments_are_in_utc(west, lent):
    recorded = west.frames()["loan"]["recorded_at"].iloc[0]

    assert recorded == pd.Timestamp("2024-03-04T13:00Z")  # 14:00 in Brussels, in winter


@pytest.mark.parametrize("known_on", [None, JUNE], ids=["now", "rewound"])
def test_moments_are_read_to_the_microsecond(west, lent, known_on):
    moment = datetime(2024, 3, 4, 13, 0, 0, 6, tzinfo=UTC)
    with db.engine().begin() as connection:
        connection.execute(update(Loan).values(recorded_at=moment))

    assert west.frames(known_on)["loan"]["recorded_at"].tolist() == [pd.Timestamp(moment)]


@pytest.mark.parametrize("known_on", [None, JUNE], ids=["now", "rewound"])
def test_what_was_fetched_is_of_then_whatever_changes_before_it_is_made(west, lent, known_on):
    with db.reading() as session:
        make = frames.fetch(session, "west", known_on)
    west.take_back("BW-0001", on=MARCH)

    assert make()["loan"]["returned_on"].isna().tolist() == [True]
    assert west.frames(known_on)["loan"]["returned_on"].isna().tolist() == [False]


# The rewind


def test_rule_61_row_recorded_later_drops_out(west, lent):
    assert west.frames(MARCH - DAY)["loan"].empty


def test_rule_61_row_is_known_on_the_day_it_was_recorded(west, lent):
    assert len(west.frames(MARCH)["loan"]) == 1


def test_rule_61_late_entry_is_known_from_when_it_was_recorded(west):
    west.stock("BW-0001")
    west.lend("BW-0001", west.register(), on=MARCH, typed=JUNE)

    assert (reach(west, JUNE - DAY), reach(west, JUNE)) == (0, 1)


def test_rule_61_row_changed_later_returns_to_what_it_was(west, lent):
    west.correct(Loan, lent.id, on=JUNE, agreement=None)

    assert (reach(west), reach(west, JUNE - DAY)) == (0, 1)


def test_rule_61_row_changed_twice_later_returns_to_before_the_first(west, lent):
    for day, year in ((JUNE, 2010), (JUNE + DAY, 2012), (JUNE + 2 * DAY, 2014)):
        west.correct(Person, lent.person, on=day, birth_year=year)

    known = [
        west.frames(day)["person"]["birth_year"].tolist()
        for day in (JUNE - DAY, JUNE, JUNE + DAY, JUNE + 2 * DAY)
    ]
    assert known == [[1950], [2010], [2012], [2014]]


def test_rule_61_two_changes_in_one_transaction_are_rewound_as_one(west, lent):
    with west.at_work(JUNE) as session:
        person = session.get_one(Person, lent.person)
        person.birth_year = 2010
        session.flush()
        person.birth_year = 2012

    assert west.frames(JUNE - DAY)["person"]["birth_year"].tolist() == [1950]


def test_rule_61_row_that_was_removed_later_comes_back(west):
    with west.at_work(JUNE) as session:
        session.delete(session.get_one(Target, ("IMPL", "west", FIRST_DAY)))

    known = [len(west.frames(day)["target"]) for day in (JUNE - DAY, JUNE)]
    assert known == [2, 1]  # IMPL and VERL, then VERL alone


def test_rule_61_return_that_came_later_is_not_known_yet(west, lent):
    west.take_back("BW-0001", on=JUNE)

    assert west.frames(JUNE - DAY)["loan"]["returned_on"].isna().all()


def test_rule_61_target_is_rewound(west):
    west.correct(Target, ("IMPL", "west", FIRST_DAY), on=JUNE, persons=2000)

    known = [reach(west, day, "expected_linear") for day in (JUNE - DAY, JUNE)]
    assert known == ["1000.00", "2000.00"]


def test_rule_61_period_is_rewound(west, lent):
    west.correct(FundingPeriod, ("IMPL", "west"), on=JUNE, first_day=MARCH + DAY)

    assert (reach(west, JUNE - DAY), reach(west, JUNE)) == (1, 0)


def test_rule_61_role_is_rewound(west, lent):
    west.correct(Person, lent.person, on=JUNE, role=PersonRole.INTERMEDIARY)

    assert (reach(west, JUNE - DAY), reach(west, JUNE)) == (1, 0)


def test_rule_61_before_the_first_entry_nothing_is_known(west):
    with pytest.raises(UnknownPeriodError):
        reach(west, date(2022, 10, 19))


def test_rule_61_on_a_day_to_come_all_is_known(west, lent):
    assert reach(west, date(2050, 1, 1)) == reach(west)


@pytest.mark.parametrize("table", ["funding_period", "target", "person", "loan"])
def test_rule_61_rewind_gives_the_frames_of_that_day_to_the_last_type(west, lent, table):
    then = west.frames()[table]
    west.take_back("BW-0001", on=JUNE, note="zonder lader")
    west.wipe("BW-0001", on=JUNE)
    newcomer = west.register(on=JUNE, birth_year=None)
    west.lend("BW-0001", newcomer, on=JUNE)
    west.correct(Person, lent.person, on=JUNE, birth_year=None, adult_confirmed=True)
    west.correct(Loan, lent.id, on=JUNE, agreement=None)
    west.correct(Target, ("IMPL", "west", FIRST_DAY), on=JUNE, persons=2000)
    west.correct(FundingPeriod, ("VERL", "west"), on=JUNE, active=True)

    pd.testing.assert_frame_equal(west.frames(JUNE - DAY)[table], then)


def test_rule_61_rewind_gives_sessions_with_the_hours_of_that_day(west, ann):
    series = NewSeries(
        title="Smartphone voor starters",
        capacity=12,
        first_day=MARCH,
        sessions=2,
        starts_at=time(9, 30),
        ends_at=time(12),
        place="bib",
    )
    with west.at_work(JANUARY) as session:
        training.add_series(session, series, actor=ann)
    then = west.frames()["training_session"]
    for number in then["id"]:
        west.correct(TrainingSession, int(number), on=JUNE, starts_at=time(10))

    now, rewound = (west.frames(day)["training_session"] for day in (None, JUNE - DAY))
    pd.testing.assert_frame_equal(rewound, then)
    assert [set(frame["starts_at"]) for frame in (now, then)] == [{"10:00:00"}, {"09:30:00"}]


def test_rule_61_every_day_can_be_known_again(west):
    # a person and a loan a day; on the n-th day n persons were reached
    west.stock(*[f"BW-000{number}" for number in range(1, 6)])
    days = [MARCH + number * DAY for number in range(5)]
    for number, day in enumerate(days, start=1):
        west.lend(f"BW-000{number}", west.register(on=day), on=day)

    assert [reach(west, day) for day in days] == [1, 2, 3, 4, 5]


# The end of a day in Brussels


@pytest.mark.parametrize(
    ("recorded", "known_on"),
    [
        (datetime(2024, 3, 4, 22, 59, tzinfo=UTC), date(2024, 3, 4)),
        (datetime(2024, 3, 4, 23, 0, tzinfo=UTC), date(2024, 3, 5)),
        (datetime(2024, 7, 4, 21, 59, tzinfo=UTC), date(2024, 7, 4)),
        (datetime(2024, 7, 4, 22, 0, tzinfo=UTC), date(2024, 7, 5)),
        (datetime(2024, 3, 30, 22, 59, tzinfo=UTC), date(2024, 3, 30)),
        (datetime(2024, 3, 31, 21, 59, tzinfo=UTC), date(2024, 3, 31)),
        (datetime(2024, 3, 31, 22, 0, tzinfo=UTC), date(2024, 4, 1)),
        (datetime(2024, 10, 26, 21, 59, tzinfo=UTC), date(2024, 10, 26)),
        (datetime(2024, 10, 27, 22, 59, tzinfo=UTC), date(2024, 10, 27)),
        (datetime(2024, 10, 27, 23, 0, tzinfo=UTC), date(2024, 10, 28)),
        (datetime(2024, 12, 31, 23, 0, tzinfo=UTC), date(2025, 1, 1)),
    ],
    ids=[
        "winter 23:59",
        "winter 0:00",
        "summer 23:59",
        "summer 0:00",
        "eve of summer time",
        "first day of summer time 23:59",
        "first night after it",
        "eve of winter time",
        "first day of winter time 23:59",
        "first night after that",
        "new year 0:00",
    ],
)
def test_rule_61_row_is_known_from_the_day_in_brussels_on(west, recorded, known_on):
    west.register(on=recorded)

    known = [len(west.frames(day)["person"]) for day in (known_on - DAY, known_on)]
    assert known == [0, 1]


def test_rule_61_rewind_does_not_depend_on_the_story(west, lent):
    clock.tell_story(date(2030, 1, 1))

    assert len(west.frames(MARCH)["loan"]) == 1


def test_frames_name_their_tables(installation):
    with db.reading() as session:
        read = frames.load(session, "west")

    assert set(read) >= {"funding_period", "target", "person", "loan"}


def test_rule_61_image_of_before_a_column_was_added_has_its_default(west, lent):
    with db.engine().begin() as connection:
        made = col(HistoryEntry.table) == "loan"
        row = connection.execute(select(HistoryEntry).where(made)).mappings().one()
        facts = {name: it for name, it in json.loads(row["after"]).items() if name != "voided"}
        later = {"id": row["id"] + 1, "at": datetime(2024, 6, 3, tzinfo=UTC)}
        older = {"before": history.canonical(facts)}
        connection.execute(insert(HistoryEntry), [dict(row) | later | older])

    with db.reading() as session:
        known = frames.load(session, "west", MARCH)["loan"]

    assert known["voided"].tolist() == [False]
