"""The services behind a figure, written down in full (rules 38 and 54)."""

from __future__ import annotations

from digibank_core.indicators.deliveries import judged
from digibank_core.indicators.proofs import COLUMNS, listed
from tests.indicators.conftest import write_frames

DAY = "2024-03-04"


def three():
    """One person with a lesson, a loan and a visit, all of one day."""
    return write_frames(
        [{"key": "p1"}],
        [{"person": "p1", "lent_on": DAY, "agreement": "BW-7"}],
        [{"person": "p1", "on": DAY, "list_reference": "lijst 12"}],
        [{"person": "p1", "on": DAY}],
    )


def test_rule_38_each_service_has_the_proof_of_its_kind():
    frames = three()

    rows = listed(judged(frames), frames)

    assert list(rows.columns) == COLUMNS
    assert dict(zip(rows["delivery"], rows["proof"], strict=True)) == {
        "attendance/1": "lijst 12",
        "loan/1": "BW-7",
        "visit/1": "logboek 1",
    }


def test_some_services_keep_their_order_and_what_more_is_said_of_them():
    frames = three()
    rows = judged(frames).iloc[[2, 0]].reset_index(drop=True).assign(group=["b", "a"])

    full = listed(rows, frames)

    assert full["delivery"].tolist() == ["visit/1", "attendance/1"]
    assert list(full.columns) == [*COLUMNS, "group"]
    assert full["group"].tolist() == ["b", "a"]


def test_rows_that_are_no_services_stay_as_they_are():
    frames = three()
    devices = frames["device"]

    assert listed(devices, frames) is devices
