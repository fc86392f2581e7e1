"""The house rules of the lending desk (rules 25 to 34, flows 1, 2 and 5)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from digibank_core import clock, db
from digibank_core.errors import (
    ChangedMeanwhileError,
    CodeTakenError,
    DeviceElsewhereError,
    DeviceNotOnLoanError,
    DeviceNotReadyError,
    DeviceNotWipedError,
    DeviceOnLoanError,
    DeviceVoidedError,
    DigibankError,
    DueBeforeLentError,
    FutureDateError,
    LoanOverlapError,
    NotAllowedError,
    ReturnBeforeLentError,
    RuleError,
    UnknownDeviceError,
    UnknownPartnerError,
    UnknownPersonError,
    WipeBeforeReturnError,
)
from digibank_core.models import (
    Condition,
    Device,
    DeviceKind,
    DeviceState,
    Loan,
    LoanRequest,
    NewDevice,
    Origin,
    Person,
    ReturnRequest,
    Wipe,
    WipeMethod,
    WipeRequest,
)
from digibank_core.models.lending import NEXT_STATES, LoanView, default_due
from digibank_core.services import lending

IN = date(2024, 1, 8)
OUT = date(2024, 3, 4)
DUE = date(2024, 4, 2)
BACK = date(2024, 3, 20)
DAY = timedelta(days=1)


@pytest.fixture
def lieve(west):
    return west.register("Lieve", on=IN)


@pytest.fixture
def ready(west):
    """BW-0001 came in and was wiped on the day IN."""
    west.stock("BW-0001", on=IN)
    return "BW-0001"


@pytest.fixture
def out(west, ready, lieve):
    """BW-0001 is out since OUT, due on DUE."""
    west.lend(ready, lieve, on=OUT, due=DUE)
    return ready


@pytest.fixture
def back(west, out):
    """BW-0001 came back on BACK and is not wiped."""
    west.take_back(out, on=BACK)
    return out


def state(west, code="BW-0001"):
    return west.look(code).device.state


# In stock


def test_rule_25_new_device_is_to_be_wiped_first(west):
    west.take_in("BW-0001")

    assert state(west) == DeviceState.TO_WIPE


def test_device_belongs_to_the_digibank_of_who_takes_it_in(west):
    assert west.take_in("BW-0001").digibank == "west"


def test_device_that_comes_in_tomorrow_is_refused(west, ann):
    request = NewDevice(
        device="BW-0001",
        kind=DeviceKind.LAPTOP,
        model="Latitude 5400",
        origin=Origin.NEW,
        received_on=IN + DAY,
    )

    with pytest.raises(FutureDateError) as refusal, west.at_work(IN) as session:
        lending.add_device(session, request, actor=ann, today=IN)

    assert refusal.value.field == "received_on"


def test_code_that_another_device_carries_is_refused(west, ready):
    with pytest.raises(CodeTakenError):
        west.take_in("BW-0001")


def test_code_that_a_device_of_another_digibank_carries_is_refused(noord, west, ready):
    with pytest.raises(CodeTakenError):
        noord.take_in("BW-0001")


def test_rule_34_serial_number_that_another_device_carries_is_refused(west):
    west.take_in("BW-0001", serial="SN-1")

    with pytest.raises(RuleError) as refusal:
        west.take_in("BW-0002", serial="SN-1")

    assert refusal.value.field == "serial"


def test_rule_34_devices_without_serial_number_are_no_namesakes(west):
    west.take_in("BW-0001", serial=None)

    assert west.take_in("BW-0002", serial=None).serial is None


def test_devices_to_wipe_are_listed_by_code(west, ann, out):
    west.take_in("BW-0003")
    west.take_in("BW-0002")

    with db.reading() as session:
        waiting = lending.devices_to_wipe(session, actor=ann)

    assert [device.code for device in waiting] == ["BW-0002", "BW-0003"]


def test_rule_49_stock_of_another_digibank_is_not_listed(west, noor, out):
    west.take_in("BW-0002")

    with db.reading() as session:
        seen = [
            *lending.devices_to_wipe(session, actor=noor),
            *lending.open_loans(session, actor=noor),
        ]

    assert seen == []


# Lending


def test_loan_is_open_from_the_hand_over(west, ready, lieve):
    loan = west.lend(ready, lieve, on=OUT, due=DUE)

    assert (loan.lent_on, loan.due_on, loan.returned_on) == (OUT, DUE, None)


def test_device_that_was_lent_is_on_loan(west, out):
    assert state(west) == DeviceState.ON_LOAN


def test_loan_is_of_the_own_digibank_and_stream(west, ready, lieve):
    loan = west.lend(ready, lieve, on=OUT)

    assert (loan.digibank, loan.stream) == ("west", "DIGIBANK")


def test_rule_8_loan_gets_an_agreement_reference(west, ready, lieve):
    assert west.lend(ready, lieve, on=OUT).agreement == "BW-2024-00001"


def test_agreements_are_numbered_on(west, lieve):
    west.stock("BW-0001", "BW-0002", "BW-0003", on=IN)
    for code in ("BW-0001", "BW-0002"):
        west.lend(code, lieve, on=OUT)

    assert west.lend("BW-0003", lieve, on=OUT).agreement == "BW-2024-00003"


def test_agreements_are_numbered_by_year_of_the_hand_over(west, lieve):
    west.stock("BW-0001", "BW-0002", on=IN)
    west.lend("BW-0001", lieve, on=date(2024, 12, 31))

    loan = west.lend("BW-0002", lieve, on=date(2025, 1, 2))

    assert loan.agreement == "BW-2025-00001"


def test_agreements_are_numbered_by_digibank(west, noord, ready, lieve):
    west.lend(ready, lieve, on=OUT)
    noord.stock("BN-0001", on=IN)

    loan = noord.lend("BN-0001", noord.register(on=IN), on=OUT)

    assert loan.agreement == "BN-2024-00001"


def test_late_entry_gets_the_next_number_of_its_year(west, lieve):
    west.stock("BW-0001", "BW-0002", on=IN)
    west.lend("BW-0001", lieve, on=date(2025, 1, 2))

    loan = west.lend("BW-0002", lieve, on=OUT, typed=date(2025, 1, 3))

    assert loan.agreement == "BW-2024-00001"


def test_rule_61_loan_knows_when_it_happened_and_when_it_was_recorded(west, ready, lieve):
    loan = west.lend(ready, lieve, on=OUT, typed=BACK)

    assert (loan.lent_on, loan.recorded_at.date()) == (OUT, BACK)


def test_one_person_may_have_several_devices(west, lieve):
    west.stock("BW-0001", "BW-0002", on=IN)

    for code in ("BW-0001", "BW-0002"):
        west.lend(code, lieve, on=OUT)

    with db.reading() as session:
        assert len(lending.open_loans(session, actor=west.actor)) == 2


@pytest.mark.parametrize("code", ["BW-0404", "BW-000", "BW-00011"])
def test_code_must_be_exact(west, ready, lieve, code):
    with pytest.raises(UnknownDeviceError):
        west.lend(code, lieve, on=OUT)


def test_code_may_be_typed_in_small_letters_with_spaces(west, ready, lieve):
    assert west.lend(" bw-0001 ", lieve, on=OUT).device == "BW-0001"


def test_device_of_another_digibank_is_refused_and_says_which(noord, ready, west):
    person = noord.register(on=IN)

    with pytest.raises(DeviceElsewhereError) as refusal:
        noord.lend(ready, person, on=OUT)

    assert "Digibank Brugge West" in refusal.value.user_message


def test_rule_10_person_of_another_digibank_is_unknown_here(west, noord, ready):
    person = noord.register(on=IN)

    with pytest.raises(UnknownPersonError):
        west.lend(ready, person, on=OUT)


def test_person_nobody_registered_is_unknown(west, ready):
    with pytest.raises(UnknownPersonError):
        west.lend(ready, "0123456789abcdef", on=OUT)


def test_rule_27_device_on_loan_is_refused(west, out):
    with pytest.raises(DeviceOnLoanError) as refusal:
        west.lend(out, west.register(on=IN), on=OUT)

    assert "BW-0001 is uitgeleend sinds 04/03/2024" in refusal.value.user_message


def test_rule_26_device_that_was_never_wiped_stays_in(west, lieve):
    west.take_in("BW-0001", on=IN)

    with pytest.raises(DeviceNotWipedError):
        west.lend("BW-0001", lieve, on=OUT)


def test_rule_26_device_that_was_not_wiped_since_its_return_stays_in(west, back, lieve):
    with pytest.raises(DeviceNotWipedError):
        west.lend(back, lieve, on=BACK)


def test_rule_26_device_goes_out_on_the_day_of_its_wipe(west, back, lieve):
    west.wipe(back, on=BACK + 2 * DAY)

    assert west.lend(back, lieve, on=BACK + 2 * DAY).returned_on is None


def test_rule_26_device_does_not_go_out_before_its_wipe(west, back, lieve):
    west.wipe(back, on=BACK + 2 * DAY)

    with pytest.raises(LoanOverlapError) as refusal:
        west.lend(back, lieve, on=BACK + DAY, typed=BACK + 3 * DAY)

    assert "22/03/2024" in refusal.value.user_message  # 20 March + 2 days


def test_rule_27_late_entry_does_not_overlap_an_earlier_loan(west, back, lieve):
    west.wipe(back, on=BACK)

    with pytest.raises(LoanOverlapError):
        west.lend(back, lieve, on=BACK - DAY, typed=BACK + DAY)


def test_device_does_not_go_out_before_it_came_in(west, lieve):
    west.stock("BW-0001", on=IN)

    with pytest.raises(LoanOverlapError):
        west.lend("BW-0001", lieve, on=IN - DAY, typed=IN)


def test_loan_lasts_at_least_no_day(west, ready, lieve):
    assert west.lend(ready, lieve, on=OUT, due=OUT).due_on == OUT


def test_rule_27_due_before_the_hand_over_is_refused(west, ready, lieve):
    with pytest.raises(DueBeforeLentError):
        west.lend(ready, lieve, on=OUT, due=OUT - DAY)


def test_hand_over_tomorrow_is_refused(west, ready, lieve):
    with pytest.raises(FutureDateError) as refusal:
        west.lend(ready, lieve, on=OUT + DAY, typed=OUT)

    assert refusal.value.field == "lent_on"


def test_refused_loan_leaves_everything_as_it_was(west, raw, out):
    before = raw.rows("SELECT * FROM device"), raw.rows("SELECT * FROM loan")

    with pytest.raises(DeviceOnLoanError):
        west.lend(out, west.register(on=IN), on=OUT)

    assert (raw.rows("SELECT * FROM device"), raw.rows("SELECT * FROM loan")) == before


def test_same_device_twice_in_one_form_is_refused(west, ready, lieve):
    request = LoanRequest(device=ready, person=lieve, lent_on=OUT, due_on=DUE)

    with pytest.raises(DeviceOnLoanError), west.at_work(OUT) as session:
        for _ in range(2):
            lending.lend(session, request, actor=west.actor, today=OUT)


# Return


def test_return_closes_the_loan(west, out):
    loan = west.take_back(out, on=BACK, condition=Condition.DAMAGED)

    assert (loan.returned_on, loan.condition) == (BACK, Condition.DAMAGED)


def test_rule_26_device_that_came_back_is_to_be_wiped(west, back):
    assert state(west) == DeviceState.TO_WIPE


def test_device_may_come_back_on_the_day_it_went_out(west, out):
    assert west.take_back(out, on=OUT).returned_on == OUT


def test_return_of_earlier_may_be_written_down_later(west, out):
    loan = west.take_back(out, on=BACK, typed=DUE)

    assert loan.returned_on == BACK


def test_return_needs_no_borrower(west, out, lieve):
    assert west.take_back(out, on=BACK).person == lieve


def test_rule_27_return_before_the_hand_over_is_refused(west, out):
    with pytest.raises(ReturnBeforeLentError) as refusal:
        west.take_back(out, on=OUT - DAY, typed=BACK)

    assert "04/03/2024" in refusal.value.user_message


def test_return_tomorrow_is_refused(west, out):
    with pytest.raises(FutureDateError) as refusal:
        west.take_back(out, on=BACK + DAY, typed=BACK)

    assert refusal.value.field == "returned_on"


def test_return_of_a_device_nobody_has_is_refused(west, ready):
    with pytest.raises(DeviceNotOnLoanError):
        west.take_back(ready, on=BACK)


def test_second_return_is_refused(west, back):
    with pytest.raises(DeviceNotOnLoanError):
        west.take_back(back, on=BACK)


def test_return_of_an_unknown_device_is_refused(west, out):
    with pytest.raises(UnknownDeviceError):
        west.take_back("BW-0404", on=BACK)


def test_device_is_not_taken_back_by_another_digibank(noord, out):
    with pytest.raises(DeviceElsewhereError):
        noord.take_back(out, on=BACK)


def test_return_of_what_someone_changed_meanwhile_is_refused(west, out):
    shown = west.look(out).loan.version
    west.correct(Loan, west.look(out).loan.id, due_on=DUE + DAY)

    with pytest.raises(ChangedMeanwhileError):
        west.take_back(out, on=BACK, version=shown)


def test_return_of_what_was_on_the_screen_is_accepted(west, out):
    shown = west.look(out).loan.version

    assert west.take_back(out, on=BACK, version=shown).returned_on == BACK


def test_note_of_the_return_stands_beside_that_of_the_loan(west, ready, lieve):
    west.lend(ready, lieve, on=OUT, note="met muis")

    loan = west.take_back(ready, on=BACK, note="zonder muis")

    assert (loan.note, loan.return_note) == ("met muis", "zonder muis")


def test_return_without_note_leaves_that_of_the_loan(west, ready, lieve):
    west.lend(ready, lieve, on=OUT, note="met muis")

    assert west.take_back(ready, on=BACK).note == "met muis"


def test_two_longest_notes_fit_their_columns(west, ready, lieve):
    # a database that holds to the length of a column would refuse the return
    west.lend(ready, lieve, on=OUT, note="a" * 500)

    loan = west.take_back(ready, on=BACK, note="b" * 500)

    columns = Loan.__table__.c
    assert len(loan.note) <= columns.note.type.length
    assert len(loan.return_note) <= columns.return_note.type.length


def test_rule_66_rule_that_came_later_does_not_block_a_return(west, out, raw):
    # an older program let the loan last five years and have no agreement
    raw.run("UPDATE loan SET due_on = '2029-03-04', agreement = NULL")

    assert west.take_back(out, on=BACK).returned_on == BACK


# Wipe


def test_rule_25_wiped_device_is_ready(west, back):
    west.wipe(back, on=BACK)

    assert state(west) == DeviceState.READY


def test_rule_26_wipe_says_how_when_and_by_whom(west, back):
    wipe = west.wipe(back, on=BACK, partner="kringwinkel-torhout", certificate="A-17")

    assert (wipe.wiped_on, wipe.method, wipe.partner, wipe.certificate) == (
        BACK,
        WipeMethod.RESET,
        "kringwinkel-torhout",
        "A-17",
    )


def test_rule_26_wipe_before_the_return_is_refused(west, back):
    with pytest.raises(WipeBeforeReturnError) as refusal:
        west.wipe(back, on=BACK - DAY, typed=BACK)

    assert "20/03/2024" in refusal.value.user_message


def test_wipe_before_the_device_came_in_is_refused(west):
    west.take_in("BW-0001", on=IN)

    with pytest.raises(WipeBeforeReturnError):
        west.wipe("BW-0001", on=IN - DAY, typed=IN)


def test_wipe_tomorrow_is_refused(west, back):
    with pytest.raises(FutureDateError) as refusal:
        west.wipe(back, on=BACK + DAY, typed=BACK)

    assert refusal.value.field == "wiped_on"


def test_rule_25_device_on_loan_is_not_wiped(west, out):
    with pytest.raises(DeviceNotReadyError) as refusal:
        west.wipe(out, on=BACK)

    assert "BW-0001 is nu uitgeleend" in refusal.value.user_message


def test_rule_25_device_that_is_ready_is_not_wiped_again(west, ready):
    with pytest.raises(DeviceNotReadyError):
        west.wipe(ready, on=BACK)


def test_unknown_partner_is_refused(west, back):
    with pytest.raises(UnknownPartnerError):
        west.wipe(back, on=BACK, partner="niemand")


def test_wipe_of_what_someone_changed_meanwhile_is_refused(west, back):
    shown = west.look(back).device.version
    west.correct(Device, back, model="Latitude 5410")

    with pytest.raises(ChangedMeanwhileError):
        west.wipe(back, on=BACK, version=shown)


def test_rule_25_device_goes_round_and_no_other_way():
    steps = {(old.value, new.value) for old, all_new in NEXT_STATES.items() for new in all_new}

    assert steps == {
        ("te wissen", "uitleenbaar"),
        ("uitleenbaar", "uitgeleend"),
        ("uitgeleend", "te wissen"),
    }


# What the desk sees


def test_view_shows_the_open_loan(west, out, lieve):
    assert west.look(out).loan.person == lieve


def test_view_of_a_device_that_is_in_shows_no_loan(west, back):
    assert west.look(back).loan is None


def test_view_shows_the_last_wipe(west, back):
    west.wipe(back, on=BACK)

    assert west.look(back).wipe.wiped_on == BACK


def test_view_needs_the_exact_code(west, ready):
    with pytest.raises(UnknownDeviceError):
        west.look("bw-0001")


def test_loan_that_is_due_first_stands_on_top(west, lieve):
    west.stock("BW-0001", "BW-0002", "BW-0003", on=IN)
    west.lend("BW-0001", lieve, on=OUT, due=DUE + DAY)
    west.lend("BW-0003", lieve, on=OUT, due=DUE)
    west.lend("BW-0002", lieve, on=OUT, due=DUE)

    with db.reading() as session:
        listed = lending.open_loans(session, actor=west.actor)

    assert [loan.device for loan, _ in listed] == ["BW-0002", "BW-0003", "BW-0001"]


def test_loan_that_ended_is_not_listed(west, back):
    with db.reading() as session:
        assert lending.open_loans(session, actor=west.actor) == []


def test_partner_never_learns_who_borrowed(karel, ready, west):
    person = west.register("Zwartkapoen", on=IN)
    west.lend(ready, person, on=OUT, note="voor Zwartkapoen")

    with db.reading() as session:
        seen = [
            lending.view_device(session, ready, actor=karel),
            *lending.open_loans(session, actor=karel),
        ]

    assert not any(word in repr(seen) for word in (person, "Zwartkapoen"))


def test_partner_sees_that_a_device_is_on_loan(karel, out):
    with db.reading() as session:
        view = lending.view_device(session, out, actor=karel)

    assert view.device.state == DeviceState.ON_LOAN


def shown(*, due_on, returned_on=None):
    return LoanView(
        id=1,
        device="BW-0001",
        lent_on=OUT,
        due_on=due_on,
        returned_on=returned_on,
        agreement="BW-2024-00001",
        version=1,
        recorded_at=datetime.combine(OUT, time(14), clock.BRUSSELS),
        person=None,
        note=None,
    )


@pytest.mark.parametrize(
    ("due", "on", "late"),
    [
        (DUE, DUE - DAY, 0),
        (DUE, DUE, 0),
        (DUE, DUE + DAY, 1),
        (DUE, DUE + 31 * DAY, 31),
    ],
    ids=["before", "due today", "a day late", "a month late"],
)
def test_rule_28_due_today_is_not_late(due, on, late):
    assert shown(due_on=due).days_late(on) == late


def test_rule_28_loan_that_ended_is_not_late():
    ended = shown(due_on=DUE, returned_on=DUE + 5 * DAY)

    assert ended.days_late(DUE + 10 * DAY) == 0


def test_rule_28_loan_was_late_until_it_came_back():
    ended = shown(due_on=DUE, returned_on=DUE + 5 * DAY)

    assert ended.days_late(DUE + 3 * DAY) == 3


@pytest.mark.parametrize(
    ("lent_on", "days", "due"),
    [
        (date(2024, 3, 4), 28, date(2024, 4, 1)),
        (date(2024, 3, 2), 28, date(2024, 4, 1)),
        (date(2024, 3, 3), 28, date(2024, 4, 1)),
        (date(2024, 3, 8), 28, date(2024, 4, 5)),
        (date(2024, 2, 1), 28, date(2024, 2, 29)),
    ],
    ids=["Monday", "Saturday", "Sunday", "Friday", "leap day"],
)
def test_due_day_never_falls_in_a_weekend(lent_on, days, due):
    assert default_due(lent_on, days) == due


# Rights


def acts(device, person):
    """Every act at the desk, as a function of session and actor."""
    new = NewDevice(
        device="BW-0099",
        kind=DeviceKind.TABLET,
        model="Tab A8",
        origin=Origin.NEW,
        received_on=IN,
    )
    out = LoanRequest(device=device, person=person, lent_on=OUT, due_on=DUE)
    back = ReturnRequest(device=device, returned_on=BACK, condition=Condition.FINE)
    wipe = WipeRequest(device=device, wiped_on=BACK, method=WipeMethod.RESET)
    today = {"today": BACK}
    return {
        "add_device": lambda s, a: lending.add_device(s, new, actor=a, **today),
        "lend": lambda s, a: lending.lend(s, out, actor=a, **today),
        "take_back": lambda s, a: lending.take_back(s, back, actor=a, **today),
        "wipe": lambda s, a: lending.wipe(s, wipe, actor=a, **today),
        "view_device": lambda s, a: lending.view_device(s, device, actor=a),
        "open_loans": lambda s, a: lending.open_loans(s, actor=a),
        "devices_to_wipe": lambda s, a: lending.devices_to_wipe(s, actor=a),
    }


EVERYTHING = [
    "add_device",
    "lend",
    "take_back",
    "wipe",
    "view_device",
    "open_loans",
    "devices_to_wipe",
]


@pytest.mark.parametrize(
    ("who", "act"),
    [
        ("karel", "lend"),
        ("karel", "take_back"),
        *[("roger", act) for act in EVERYTHING],
        *[("rita", act) for act in EVERYTHING],
        *[("cli", act) for act in EVERYTHING],
    ],
)
def test_act_that_the_role_does_not_permit_is_refused(request, west, ready, lieve, who, act):
    actor = request.getfixturevalue(who)

    with pytest.raises(NotAllowedError), west.at_work(BACK) as session:
        acts(ready, lieve)[act](session, actor)


@pytest.mark.parametrize("act", ["view_device", "open_loans", "devices_to_wipe", "add_device"])
def test_partner_may_keep_the_stock(karel, west, ready, lieve, act):
    with west.at_work(BACK) as session:
        acts(ready, lieve)[act](session, karel)  # raises nothing


def test_partner_may_wipe(karel, west, back, lieve):
    with west.at_work(BACK) as session:
        wipe = acts(back, lieve)["wipe"](session, karel)

    assert wipe.device == back


def test_error_of_the_desk_belongs_to_a_field(west, ready, lieve):
    with pytest.raises(DigibankError) as refusal:
        west.lend(ready, lieve, on=OUT, due=OUT - DAY)

    assert refusal.value.field in LoanRequest.model_fields


# Mistakes


def test_rule_62_voided_loan_is_not_out_and_bars_no_new_one(west, ann, out, lieve):
    west.correct(Loan, 1, voided=True)
    west.correct(Device, out, state=DeviceState.READY)

    with db.reading() as session:
        assert lending.open_loans(session, actor=ann) == []
    assert west.look(out).loan is None
    again = west.lend(out, lieve, on=OUT)
    assert again.agreement == "BW-2024-00002"  # a reference is never used twice


def test_rule_62_voided_return_is_no_last_return(west, back):
    west.correct(Loan, 1, voided=True)

    assert west.wipe(back, on=IN + DAY).wiped_on == IN + DAY  # before BACK


def test_rule_62_voided_wipe_is_no_last_wipe(west, ready):
    west.correct(Wipe, 1, voided=True)

    assert west.look(ready).wipe is None


def test_rule_62_voided_device_is_neither_lent_nor_listed_nor_taken_in_again(west, ann, lieve):
    west.take_in("BW-0009", on=IN)
    west.correct(Device, "BW-0009", voided=True)

    with db.reading() as session:
        assert lending.devices_to_wipe(session, actor=ann) == []
    for act in (
        lambda: west.look("BW-0009"),
        lambda: west.wipe("BW-0009", on=IN),
        lambda: west.take_in("BW-0009", on=IN),
    ):
        with pytest.raises(DeviceVoidedError):
            act()


def test_rule_62_nothing_is_lent_to_a_voided_person(west, ready, lieve):
    west.correct(Person, lieve, voided=True)

    with pytest.raises(UnknownPersonError):
        west.lend(ready, lieve, on=OUT)
