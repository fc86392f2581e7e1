"""What holds of every correction: whose it is, which version, and what history tells."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import SQLModel

from digibank_core import db, effects
from digibank_core.errors import (
    NotAllowedError,
    NothingChangedError,
    RecordChangedError,
    UnknownRecordError,
)
from digibank_core.models import Device, Loan
from digibank_core.services import corrections
from tests.services.corrections.conftest import LATER, Mender

OUT = date(2024, 1, 15)
ELSEWHERE = {"account", "digibank", "digipunt", "funding_period", "merge", "municipality"}


@pytest.fixture
def lieve(west):
    return west.register("Lieve", last_name="Maes")


@pytest.fixture
def out(west, lieve):
    """Loan 1 of BW-0001 to Lieve."""
    west.stock("BW-0001", on=OUT)
    west.lend("BW-0001", lieve, on=OUT)
    return "loan/1"


def test_rule_62_every_record_that_can_be_voided_can_be_corrected():
    voidable = {table.name for table in SQLModel.metadata.sorted_tables if "voided" in table.c}

    # that two people are not the same is taken back on the page of duplicates (rule 64), and
    # a cost is voided where it was booked
    assert set(corrections.SUBJECTS) == voidable - {"different_persons", "booking"}


@pytest.mark.parametrize("table", sorted(corrections.SUBJECTS))
def test_form_asks_nothing_that_is_no_value_of_the_record(table, west):
    subject = corrections.SUBJECTS[table]

    asked = set(subject.form.model_fields) - {"version"}
    told = set(subject.model.model_fields) | {"stop", "residence"}
    if table == "person":
        told |= set(corrections.persons.CONTACT)
    assert asked <= told


# Whose it is


@pytest.mark.parametrize(
    "address",
    [
        "", "loan", "loan/", "loan/2", "loan/x", "loan/-1", "loan/1/2", "loan/²", "loan/1 ",
        "loan/01", "person/\x00",
        "loan/99999999999999999999", "device/BW-0404", "person/0", "account/ann", "history/1",
        "setting/loan_days", "contact/0", "/", "LOAN/1", "loan/1;drop", "questioN/1",
    ],
)  # fmt: skip
def test_address_of_no_record_is_said_to_be_none(mend, out, address):
    with pytest.raises(UnknownRecordError):
        mend.look(address)


def test_rule_49_record_of_another_digibank_is_as_unknown_as_none(noord, out, lieve):
    other = Mender(noord)

    for address in (out, f"person/{lieve}", "device/BW-0001", "wipe/1"):
        with pytest.raises(UnknownRecordError):
            other.look(address)
        for act in (other.void, other.restore):
            with pytest.raises(UnknownRecordError):
                act(address, version="1")


@pytest.mark.parametrize("who", ["karel", "roger", "rita", "cli"])
def test_only_a_coordinator_corrects(request, west, mend, out, who):
    version = mend.look(out).version
    other = Mender(west, request.getfixturevalue(who))

    for act in (other.look, other.history, other.related):
        with pytest.raises(NotAllowedError):
            act(out)
    for act in (other.void, other.restore):
        with pytest.raises(NotAllowedError):
            act(out, version=version)


# Which version


def test_record_that_somebody_else_changed_meanwhile_is_left_as_it_is(west, mend, out):
    shown = mend.look(out).version
    mend.correct(out, note="eerst")

    for act in (mend.correct, mend.void, mend.restore):
        with pytest.raises(RecordChangedError):
            act(out, version=shown)
    assert mend.look(out).record.note == "eerst"


def test_correction_that_changes_nothing_is_refused(mend, out, entries):
    before = len(entries("loan"))

    with pytest.raises(NothingChangedError):
        mend.correct(out)
    with pytest.raises(NothingChangedError):
        mend.restore(out)
    assert len(entries("loan")) == before


# Before it is saved


def test_rehearsed_correction_tells_what_would_change_and_changes_nothing(
    west, ann, mend, out, entries
):
    shown, before = mend.look(out), len(entries("loan"))

    with db.rehearsal(ann) as session:
        [change, *more] = corrections.void(
            session, out, version=shown.version, actor=ann, today=LATER
        )

    assert (change.address, change.before, change.record.voided) == (
        out,
        {"voided": False},
        True,
    )
    assert [one.address for one in more] == ["device/BW-0001"]
    assert mend.look(out) == shown
    assert len(entries("loan")) == before


def test_figures_that_a_correction_touches_are_told_by_what_it_changes(west, ann, mend, out):
    with db.rehearsal(ann) as session:
        changed = corrections.void(
            session, out, version=mend.look(out).version, actor=ann, today=LATER
        )
    with db.reading() as session:
        records = [one.record for one in changed]
        found = effects.of_records(session, records, actor=ann, as_of=LATER)

    reach = {(one.before, one.after) for one in found if one.definition.code == "reach"}
    assert reach == {(1, 0)}


# What history tells


def test_rule_52_history_tells_who_changed_what_when_and_why(west, mend, out, lieve):
    mend.correct(out, due_on=date(2024, 3, 1), note="zonder tas")
    mend.void(out)

    voided, corrected, made = mend.history(out)
    assert (made.is_first, made.reason, made.who) == (True, "aan de balie", "ann")
    assert made.facts == {}
    assert corrected.facts == {"due_on": ("2024-02-12", "2024-03-01")}  # OUT and 28 days
    assert corrected.touched == ("note",)
    assert (corrected.reason, corrected.at.date()) == ("verbetering", LATER)
    assert voided.facts == {"voided": (False, True)}


def test_rule_46_history_of_a_person_tells_that_a_name_changed_and_not_which(mend, lieve):
    mend.correct(f"person/{lieve}", first_name="Godelieve", birth_year=1949)

    changed, made = mend.history(f"person/{lieve}")
    assert changed.facts == {"birth_year": (1950, 1949)}
    assert changed.touched == ("first_name",)
    assert (made.is_first, made.touched) == (True, ())
    assert "Godelieve" not in repr(mend.history(f"person/{lieve}"))


def test_history_of_before_a_column_was_added_tells_no_change_of_it(raw, mend, out):
    raw.drop_triggers()
    for image in ("before", "after"):
        change = f"UPDATE history SET {image} = replace({image}, :fact, :other)"
        raw.run(change, fact='"voided":false', other='"old":1')

    mend.correct(out, due_on=date(2024, 3, 1))

    assert [set(one.facts) for one in mend.history(out)] == [{"due_on"}, set()]


def test_corrections_keep_the_chain_of_history(mend, out, broken_at):
    mend.correct(out, due_on=date(2024, 3, 1))
    mend.void(out)
    mend.restore(out)

    assert broken_at() is None


# What belongs to it


def test_records_that_belong_to_a_record_are_named(west, mend, out, lieve):
    assert mend.related(out) == ["device/BW-0001", f"person/{lieve}"]
    assert mend.related("device/BW-0001") == ["wipe/1", "loan/1"]
    assert mend.related(f"person/{lieve}") == ["loan/1"]


def test_address_of_a_record_is_its_table_and_key():
    assert corrections.address_of(Loan(id=7)) == "loan/7"
    assert corrections.address_of(Device(code="BW-1")) == "device/BW-1"
