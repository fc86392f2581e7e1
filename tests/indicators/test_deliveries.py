"""One row per service delivered, and why a row does not count (rules 6, 8, 11 and 12)."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from digibank_core.indicators.deliveries import deliveries
from digibank_core.indicators.proofs import COLUMNS
from digibank_core.models import Loan, Person, PersonRole, Stream

DAY = date(2024, 3, 4)


def only(rows):
    assert len(rows) == 1
    return rows.iloc[0]


def test_loan_is_a_delivery_in_full(west):
    person = west.register()
    west.stock("BW-0001")
    west.lend("BW-0001", person, on=DAY, typed=date(2024, 3, 8))

    assert only(west.deliveries()).to_dict() == {
        "delivery": "loan/1",
        "person": person,
        "digibank": "west",
        "objective": "toegang",
        "happened_on": pd.Timestamp("2024-03-04"),
        "recorded_at": pd.Timestamp("2024-03-08T13:00Z"),  # 14:00 in Brussels, in winter
        "place": "",
        "municipality": "",
        "stream": "DIGIBANK",
        "qualifies": True,
        "reason": "",
        "proof": "BW-2024-00001",
    }


def test_without_loans_there_is_no_delivery(west):
    west.register()
    west.stock("BW-0001")  # in stock, wiped, but nobody borrowed

    rows = west.deliveries()
    assert (list(rows.columns), len(rows)) == (COLUMNS, 0)


def test_without_anything_there_is_no_delivery(frames_of):
    rows = deliveries(frames_of([], []))

    assert (list(rows.columns), len(rows)) == (COLUMNS, 0)


def test_loan_that_ended_stays_a_delivery(west):
    west.stock("BW-0001")
    west.lend("BW-0001", west.register(), on=DAY)
    west.take_back("BW-0001", on=DAY)

    assert only(west.deliveries())["qualifies"]


def test_rule_10_deliveries_of_another_digibank_are_not_there(west, noord):
    west.stock("BW-0001")
    west.lend("BW-0001", west.register(), on=DAY)

    assert noord.deliveries().empty


def test_rule_8_service_happens_on_the_day_of_the_hand_over(west):
    west.stock("BW-0001")
    west.lend("BW-0001", west.register(), on=DAY, due=date(2024, 12, 31))

    assert only(west.deliveries())["happened_on"].date() == DAY


def test_rule_8_loan_without_agreement_does_not_count(west):
    west.stock("BW-0001")
    loan = west.lend("BW-0001", west.register(), on=DAY)
    west.correct(Loan, loan.id, agreement=None)

    row = only(west.deliveries())
    assert (row["qualifies"], row["reason"], row["proof"]) == (
        False,
        "zonder overeenkomst",
        "",
    )


@pytest.mark.parametrize("stream", Stream)
def test_rule_6_only_one_stream_counts(west, stream):
    west.stock("BW-0001")
    loan = west.lend("BW-0001", west.register(), on=DAY)
    west.correct(Loan, loan.id, stream=stream)

    assert only(west.deliveries())["qualifies"] == (stream == Stream.DIGIBANK)


def test_rule_12_intermediary_does_not_count(west):
    west.stock("BW-0001")
    person = west.register()
    west.lend("BW-0001", person, on=DAY)
    west.correct(Person, person, role=PersonRole.INTERMEDIARY)

    assert only(west.deliveries())["reason"] == "intermediair"


@pytest.mark.parametrize(
    ("birth_year", "confirmed", "reason"),
    [
        (2005, False, ""),
        (2005, True, ""),
        (2006, False, "leeftijd te bevestigen"),
        (2006, True, ""),
        (2007, False, "jonger dan 18"),
        (2007, True, "jonger dan 18"),
        (2024, False, "jonger dan 18"),
        (2025, False, "jonger dan 18"),
        (None, False, "leeftijd te bevestigen"),
        (None, True, ""),
        (1924, False, ""),
    ],
    ids=[
        "19",
        "19 with tick",
        "18 without tick",
        "18 with tick",
        "17",
        "17 with tick",
        "just born",
        "not born yet",
        "unknown without tick",
        "unknown with tick",
        "100",
    ],
)
def test_rule_11_only_adults_count(frames_of, birth_year, confirmed, reason):
    person = {"birth_year": birth_year, "adult_confirmed": confirmed}

    row = only(deliveries(frames_of([person], [{"lent_on": "2024-03-04"}])))

    assert (row["reason"], row["qualifies"]) == (reason, reason == "")


def test_rule_11_age_is_that_of_the_year_of_the_service(frames_of):
    loans = [{"lent_on": day} for day in ("2023-12-31", "2024-01-01", "2025-01-01")]

    rows = deliveries(frames_of([{"birth_year": 2006}], loans))

    # 2023 - 2006 = 17, 2024 - 2006 = 18, 2025 - 2006 = 19
    assert rows["reason"].tolist() == ["jonger dan 18", "leeftijd te bevestigen", ""]


def test_rule_11_unknown_birth_year_of_one_does_not_touch_another(frames_of):
    persons = [{"key": "p1", "birth_year": None}, {"key": "p2", "birth_year": 1950}]
    loans = [{"person": "p1"}, {"person": "p2"}]

    assert deliveries(frames_of(persons, loans))["qualifies"].tolist() == [False, True]


def test_rule_7_unknown_person_does_not_count(frames_of):
    row = only(deliveries(frames_of([], [{"person": "p1"}])))

    assert row["reason"] == "persoon onbekend"


VOIDED = {"voided": True}


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"loans": [VOIDED]}, "ongedaan gemaakt"),
        ({"loans": [], "marks": [VOIDED]}, "ongedaan gemaakt"),
        ({"loans": [], "visits": [VOIDED]}, "ongedaan gemaakt"),
        ({"persons": [VOIDED]}, "persoon ongedaan gemaakt"),
        ({"loans": [VOIDED | {"agreement": None}]}, "ongedaan gemaakt"),
        ({"persons": [VOIDED], "loans": [VOIDED]}, "ongedaan gemaakt"),
    ],
)
def test_rule_62_voided_records_do_not_count(frames_of, given, reason):
    row = only(deliveries(frames_of(**{"persons": [{}], "loans": [{}]} | given)))

    assert (row["qualifies"], row["reason"]) == (False, reason)


@pytest.mark.parametrize("table", ["training_session", "course"])
def test_rule_62_marks_of_a_voided_session_or_course_do_not_count(frames_of, table):
    frames = frames_of([{}], [], marks=[{}])
    frames[table]["voided"] = True

    assert only(deliveries(frames))["reason"] == "ongedaan gemaakt"


def test_rule_62_visit_without_its_voided_question_has_no_help(frames_of):
    frames = frames_of([{}], [], visits=[{"results": ("opgelost", "deels")}])
    frames["question"].loc[0, "voided"] = True
    assert only(deliveries(frames))["qualifies"]

    frames["question"]["voided"] = True
    assert only(deliveries(frames))["reason"] == "geen hulpvraag met resultaat"


def test_of_several_reasons_one_is_told(frames_of):
    person = {"birth_year": 2020, "role": "intermediair"}
    loan = {"agreement": None, "stream": "ANDER"}

    assert only(deliveries(frames_of([person], [loan])))["reason"] == "zonder overeenkomst"


@pytest.mark.parametrize(
    ("person", "loan", "reason"),
    [
        ({"role": "intermediair"}, {"stream": "ANDER"}, "andere financiering"),
        ({"role": "intermediair", "birth_year": 2020}, {}, "intermediair"),
        ({"key": "p2"}, {"stream": "ANDER"}, "andere financiering"),
    ],
)
def test_reason_told_is_the_first_in_the_order_of_the_rules(frames_of, person, loan, reason):
    assert only(deliveries(frames_of([person], [loan])))["reason"] == reason


def test_deliveries_come_by_day(frames_of):
    loans = [{"lent_on": day} for day in ("2024-03-05", "2024-03-04", "2024-03-06")]

    rows = deliveries(frames_of([{}], loans))

    assert rows["delivery"].tolist() == ["loan/2", "loan/1", "loan/3"]


def test_measuring_does_not_touch_the_frames(frames_of):
    frames = frames_of([{}], [{}])
    before = {name: frame.copy() for name, frame in frames.items()}

    deliveries(frames)

    for name, frame in frames.items():
        pd.testing.assert_frame_equal(frame, before[name])
