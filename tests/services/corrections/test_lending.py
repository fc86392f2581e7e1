"""Corrections of devices, loans and wipes (rules 25 to 31, 34, 61, 62 and 66)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from digibank_core.errors import (
    AgreementTakenError,
    ConditionMissingError,
    DeviceElsewhereError,
    DeviceInUseError,
    DeviceTakenError,
    DeviceVoidedError,
    DueBeforeLentError,
    FutureDateError,
    LoanOverlapError,
    NotWipedBetweenError,
    ReturnBeforeLentError,
    ReturnDayMissingError,
    SerialTakenError,
    UnknownDeviceError,
    UnknownPartnerError,
    UnknownPersonError,
    WipeBeforeReturnError,
)
from digibank_core.models import (
    Condition,
    Device,
    DeviceState,
    Loan,
    Origin,
    Person,
    Stream,
    WipeMethod,
)
from tests.couples import merge

DAY = timedelta(days=1)
IN, OUT, BACK, AGAIN = date(2024, 1, 8), date(2024, 1, 15), date(2024, 2, 5), date(2024, 3, 4)
READY, ON_LOAN, TO_WIPE = DeviceState.READY, DeviceState.ON_LOAN, DeviceState.TO_WIPE


@pytest.fixture
def lieve(west):
    return west.register("Lieve")


@pytest.fixture
def device(west):
    """BW-0001, wiped on the day it came in: wipe 1."""
    west.stock("BW-0001", on=IN)
    return "BW-0001"


@pytest.fixture
def out(west, device, lieve):
    """Loan 1, still open."""
    west.lend(device, lieve, on=OUT)
    return "loan/1"


@pytest.fixture
def two(west, out, device, lieve):
    """Loan 1 from OUT to BACK, wipe 2 on BACK, loan 2 open since AGAIN."""
    west.take_back(device, on=BACK)
    west.wipe(device, on=BACK)
    west.lend(device, lieve, on=AGAIN)
    return ["loan/1", "loan/2"]


def state(west, code="BW-0001"):
    return west.look(code).device.state


# What is corrected


def test_rule_62_loan_is_corrected_and_nothing_else_changes(mend, out):
    changed = mend.correct(out, due_on=OUT + 40 * DAY, note="zonder tas")

    assert list(changed) == ["loan/1"]
    assert set(changed[out].before) == {"due_on", "note"}
    now = mend.look(out).record
    assert (now.due_on, now.note, now.lent_on) == (OUT + 40 * DAY, "zonder tas", OUT)


def test_rule_6_what_another_stream_paid_is_corrected(mend, out):
    mend.correct(out, stream=Stream.DIGISCAN)

    assert mend.look(out).record.stream == Stream.DIGISCAN


def test_rule_61_loan_happened_on_one_day_and_was_recorded_on_another(
    west, mend, device, lieve
):
    west.lend(device, lieve, on=OUT, typed=OUT + 4 * DAY)

    shown = mend.look("loan/1")
    assert shown.happened_on == OUT
    assert shown.record.recorded_at.date() == OUT + 4 * DAY


def test_device_is_corrected_but_keeps_its_code(mend, device):
    mend.correct("device/BW-0001", model="ThinkPad T480", origin=Origin.REFURBISHED)

    now = mend.look("device/BW-0001").record
    assert (now.code, now.model, now.origin) == (device, "ThinkPad T480", Origin.REFURBISHED)


def test_wipe_is_corrected(mend, device):
    mend.correct("wipe/1", method=WipeMethod.OVERWRITE, certificate="A-12", partner=None)

    now = mend.look("wipe/1").record
    assert (now.method, now.certificate) == (WipeMethod.OVERWRITE, "A-12")


# Same rules


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"lent_on": date(2024, 6, 4), "due_on": date(2024, 7, 1)}, FutureDateError),
        ({"due_on": OUT - DAY}, DueBeforeLentError),
        ({"lent_on": IN - DAY}, LoanOverlapError),
        ({"returned_on": OUT - DAY, "condition": Condition.FINE}, ReturnBeforeLentError),
        ({"returned_on": date(2024, 6, 4), "condition": Condition.FINE}, FutureDateError),
        ({"returned_on": BACK}, ConditionMissingError),
        ({"condition": Condition.FINE}, ReturnDayMissingError),
        ({"device": "BW-0404"}, UnknownDeviceError),
        ({"person": "0000000000000000"}, UnknownPersonError),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_rule_27_correction_keeps_the_rules_of_lending(mend, out, facts, error):
    before = mend.look(out)

    with pytest.raises(error):
        mend.correct(out, **facts)

    assert mend.look(out) == before


def test_rule_49_loan_goes_to_no_device_or_person_of_another_digibank(mend, noord, out):
    noord.stock("BN-0001", on=IN)

    with pytest.raises(DeviceElsewhereError):
        mend.correct(out, device="BN-0001")
    with pytest.raises(UnknownPersonError):
        mend.correct(out, person=noord.register("Jan"))


def test_rule_63_loan_of_a_person_who_was_absorbed_goes_to_the_root(west, mend, out):
    stays, goes = west.register("Mariam"), west.register("Maryam")
    merge(west, stays, goes)

    mend.correct(out, person=goes)

    assert mend.look(out).record.person == stays


def test_rule_62_loan_goes_to_no_person_who_was_voided(west, mend, out):
    jef = west.register("Jef")
    west.correct(Person, jef, voided=True)

    with pytest.raises(UnknownPersonError):
        mend.correct(out, person=jef)


def test_agreement_of_another_loan_is_refused(mend, two):
    with pytest.raises(AgreementTakenError):
        mend.correct("loan/2", agreement="BW-2024-00001")


def test_rule_27_open_loan_cannot_reach_into_the_next_one(mend, two):
    with pytest.raises(DeviceTakenError) as refusal:
        mend.correct("loan/1", returned_on=None, condition=None)

    assert refusal.value.user_message == (
        "Toestel BW-0001 was sinds 15/01/2024 al uitgeleend. "
        "Kies andere dagen of een ander toestel, of verbeter eerst die uitlening."
    )


def test_rule_27_return_cannot_lie_after_the_next_hand_over(mend, two):
    with pytest.raises(DeviceTakenError) as refusal:
        mend.correct("loan/1", returned_on=AGAIN + DAY)

    assert "van 15/01/2024 tot 05/03/2024" in refusal.value.user_message


def test_rule_27_loan_around_a_short_one_overlaps_also_with_the_one_after_it(
    west, mend, two, device
):
    west.stock("BW-0002", on=IN)
    west.lend("BW-0002", west.register("Jef"), on=OUT - DAY)

    with pytest.raises(DeviceTakenError):
        mend.correct("loan/3", device=device)  # open, so over both others


def test_rule_26_return_after_the_wipe_leaves_the_next_loan_without_one(mend, two):
    with pytest.raises(NotWipedBetweenError) as refusal:
        mend.correct("loan/1", returned_on=BACK + DAY)

    assert "Tussen 06/02/2024 en de uitlening op 04/03/2024" in refusal.value.user_message


@pytest.mark.parametrize("day", [BACK - DAY, AGAIN + DAY], ids=["before", "after"])
def test_rule_26_wipe_between_two_loans_stays_between_them(mend, two, day):
    with pytest.raises((NotWipedBetweenError, DeviceTakenError)):
        mend.correct("wipe/2", wiped_on=day)

    mend.correct("wipe/2", wiped_on=AGAIN)


def test_rule_26_wipe_keeps_the_rules_of_wiping(mend, device):
    with pytest.raises(WipeBeforeReturnError):
        mend.correct("wipe/1", wiped_on=IN - DAY)
    with pytest.raises(FutureDateError):
        mend.correct("wipe/1", wiped_on=date(2024, 6, 4))
    with pytest.raises(UnknownPartnerError):
        mend.correct("wipe/1", partner="niemand")


def test_device_keeps_the_rules_of_taking_in(west, mend, device):
    west.take_in("BW-0002", on=IN, serial="SN-2")

    with pytest.raises(SerialTakenError):
        mend.correct("device/BW-0001", serial="SN-2")
    with pytest.raises(FutureDateError):
        mend.correct("device/BW-0001", received_on=date(2024, 6, 4))


def test_device_cannot_have_come_in_after_it_went_out(mend, out):
    with pytest.raises(LoanOverlapError):
        mend.correct("device/BW-0001", received_on=OUT + DAY)


def test_rule_66_what_was_broken_before_blocks_no_correction_of_something_else(
    west, mend, out, device
):
    west.correct(Loan, 1, due_on=OUT, agreement=None)
    west.correct(Device, device, received_on=OUT + 5 * DAY)  # after the hand-over

    mend.correct(out, note="met muis")
    mend.correct(out, lent_on=OUT - DAY)  # the story was broken, so this breaks nothing

    assert mend.look(out).record.lent_on == OUT - DAY


# The state of the device follows


def test_rule_25_return_that_was_wrong_is_taken_back_and_the_device_is_out_again(
    west, mend, out, device
):
    west.take_back(device, on=BACK)

    changed = mend.correct(out, returned_on=None, condition=None)

    assert list(changed) == ["loan/1", "device/BW-0001"]
    assert changed["device/BW-0001"].before == {"state": TO_WIPE}
    assert state(west) == ON_LOAN


def test_rule_25_return_that_was_forgotten_is_typed_in_the_loan(west, mend, out):
    mend.correct(out, returned_on=BACK, condition=Condition.DAMAGED)

    assert state(west) == TO_WIPE


def test_rule_25_loan_on_the_wrong_device_moves_and_both_states_follow(west, mend, out):
    west.stock("BW-0002", on=IN)

    mend.correct(out, device="BW-0002")

    assert (state(west), state(west, "BW-0002")) == (READY, ON_LOAN)


def test_rule_25_wipe_on_the_wrong_device_moves_and_both_states_follow(west, mend, device):
    west.take_in("BW-0002", on=IN)

    mend.correct("wipe/1", device="BW-0002")

    assert (state(west), state(west, "BW-0002")) == (TO_WIPE, READY)


def test_rule_25_wipe_of_before_the_loan_of_one_day_makes_nothing_ready(
    west, mend, device, lieve
):
    west.lend(device, lieve, on=IN)  # in, wiped, lent and back on one day
    west.take_back(device, on=IN)

    mend.correct("loan/1", note="ter plaatse gebruikt")

    assert state(west) == TO_WIPE


def test_rule_66_state_that_does_not_follow_from_the_story_stays_when_that_stays(
    west, mend, device
):
    west.correct(Device, device, state=TO_WIPE)  # though it was wiped

    mend.correct("wipe/1", certificate="A-12")

    assert state(west) == TO_WIPE


# Void and restore


def test_rule_62_voided_open_loan_brings_the_device_back_to_what_it_was(west, mend, out):
    changed = mend.void(out)

    assert (state(west), mend.look(out).record.voided) == (READY, True)
    assert changed["device/BW-0001"].before == {"state": ON_LOAN}

    mend.restore(out)
    assert (state(west), mend.look(out).record.voided) == (ON_LOAN, False)


def test_rule_62_voided_wipe_that_made_a_device_ready_leaves_it_to_be_wiped(west, mend, device):
    mend.void("wipe/1")
    assert state(west) == TO_WIPE

    mend.restore("wipe/1")
    assert state(west) == READY


def test_rule_26_wipe_before_a_loan_cannot_be_voided(mend, two):
    with pytest.raises(NotWipedBetweenError):
        mend.void("wipe/2")


def test_rule_27_voided_loan_is_not_restored_over_another(west, mend, out, device, lieve):
    west.stock("BW-0002", on=IN)
    mend.void(out)
    west.lend(device, lieve, on=OUT)

    with pytest.raises(DeviceTakenError):
        mend.restore(out)

    mend.correct(out, returned_on=OUT, condition=Condition.FINE)  # what counts not may change
    with pytest.raises(NotWipedBetweenError):
        mend.restore(out)
    mend.correct(out, device="BW-0002")
    mend.restore(out)


def test_rule_62_device_with_loans_is_not_voided(mend, out):
    with pytest.raises(DeviceInUseError) as refusal:
        mend.void("device/BW-0001")

    assert "heeft uitleningen: 1." in refusal.value.user_message


def test_rule_62_device_without_loans_is_voided_and_its_loans_are_not_restored(mend, out):
    mend.void(out)
    mend.void("device/BW-0001")

    with pytest.raises(DeviceVoidedError):
        mend.restore(out)
    mend.restore("device/BW-0001")
    mend.restore(out)
