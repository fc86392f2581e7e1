"""Erasing a person: name and contact go, every count stays (rules 44 to 49, 63 and 65)."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError
from sqlmodel import select

from digibank_core import access, db, erasures, reporting
from digibank_core.erasures import Erasure
from digibank_core.errors import (
    ErasedAlreadyError,
    ErasureListError,
    HasOpenLoanError,
    NotAllowedError,
    UnknownPersonError,
)
from digibank_core.mentions import Mention
from digibank_core.models import (
    Contact,
    ErasureReason,
    ErasureRequest,
    Merge,
    Person,
)
from digibank_core.models.columns import Kind
from digibank_core.models.erasure import Forgotten
from digibank_core.services import erasure, forgetting, roll
from tests.conftest import on_day
from tests.lives import attend, enrol, merge, visit

DAY, BACK, LATER = date(2024, 3, 4), date(2024, 3, 20), date(2024, 6, 3)
RARE = "Zwartkapoen"


@pytest.fixture
def lieve(west):
    """Somebody with a loan that ended, a lesson and a visit, each with the name in a note."""
    key = west.register("Lieve", last_name=RARE, phone="0475 12 34 56", postcode="8820")
    west.stock("BW-0001", "BW-0002")
    west.lend("BW-0001", key, on=DAY, note="komt met de zus")
    west.take_back("BW-0001", on=BACK, note=f"{RARE} bracht de lader later")
    attend(west, key, on=DAY)
    visit(west, key, on=DAY, note="Lieve komt terug")
    return key


def erase(desk, key, *, on=LATER, actor=None, **answers):
    request = ErasureRequest(**{"why": ErasureReason.ASKED, "sure": True, **answers})
    with on_day(on), db.transaction(actor or desk.actor, "wissen op verzoek") as session:
        return erasure.erase(session, key, request, actor=actor or desk.actor, today=on)


def footprint(desk, key, actor=None):
    with db.reading() as session:
        return erasure.footprint(session, key, actor=actor or desk.actor)


def replay(cli, *listed):
    with on_day(date(2024, 7, 1)), db.transaction(cli, "opnieuw") as session:
        return erasure.replay(session, listed or erasures.listed(), actor=cli)


def one(model, key):
    with db.reading() as session:
        return session.get(model, key)


def notes(raw):
    told = [
        *raw.rows("SELECT note FROM loan"),
        *raw.rows("SELECT return_note AS note FROM loan"),
    ]
    told += raw.rows("SELECT note FROM visit")
    return sorted(row["note"] for row in told if row["note"])


def figures(actor, digibank="west"):
    """All figures of both periods with the rows behind them, also as known before."""
    told = []
    with db.reading() as session:
        for period in ("IMPL", "VERL"):
            for known_on in (None, DAY, LATER):
                progress = reporting.progress(
                    session,
                    actor=actor,
                    digibank=digibank,
                    period=period,
                    as_of=date(2024, 12, 31),
                    known_on=known_on,
                )
                told += [reporting.as_record(figure) for figure in progress.figures]
                told += [figure.receipt.to_csv() for figure in progress.figures]
                told += [progress.burn_up.to_csv(), progress.not_counted.to_csv()]
    return told


# What goes


def test_rule_65_contact_is_destroyed_and_the_day_is_kept(west, lieve):
    assert erase(west, lieve) == Forgotten(contacts=1, texts=3)

    assert one(Contact, lieve) is None
    assert one(Person, lieve).erased_on == LATER
    assert west.find(RARE) == []


def test_rule_65_every_text_on_the_own_records_goes(west, lieve, raw):
    erase(west, lieve)

    assert notes(raw) == []  # one of them held no name, yet it was about this person


def test_rule_65_text_of_others_goes_when_it_holds_the_full_name_or_the_phone(west, lieve, raw):
    other = west.register("Marie", last_name="Claeys")
    visit(west, other, on=DAY, note="kwam met lieve zwartkapoen")
    visit(west, None, on=DAY, note="Lieve hielp mee")
    visit(west, None, on=DAY, note="de laptop van Claeys")
    raw.run("UPDATE visit SET note = '0475/123456' WHERE note = 'Lieve hielp mee'")

    erase(west, lieve)

    assert notes(raw) == ["de laptop van Claeys"]


@pytest.mark.parametrize(("ticked", "left"), [(True, []), (False, [f"buur van {RARE}"])])
def test_rule_65_text_of_others_with_the_last_name_alone_goes_when_asked(
    west, lieve, raw, ticked, left
):
    visit(west, None, on=DAY, note=f"buur van {RARE}")

    erase(west, lieve, surname_too=ticked)

    assert notes(raw) == left


def test_rule_49_texts_of_another_digibank_stay(west, noord, lieve, raw):
    key = noord.register("Lieve", last_name=RARE)
    noord.stock("BN-0001")
    noord.lend("BN-0001", key, on=DAY, note=f"Lieve {RARE}")

    erase(west, lieve)

    assert notes(raw) == [f"Lieve {RARE}"]
    assert one(Contact, key).last_name == RARE


# What stays


def test_rule_65_no_figure_row_or_breakdown_changes(west, lieve, ann):
    west.register("Marie")
    before = figures(ann)

    erase(west, lieve)

    assert figures(ann) == before
    assert (
        "bereikte personen" in str(before).casefold() or before
    )  # there is something to compare


def test_rule_44_traits_and_records_of_the_unit_stay(west, lieve, raw):
    before = raw.rows("SELECT key, birth_year, gender, municipality, role FROM person")
    counts = {table: raw.count(table) for table in ("loan", "attendance", "visit", "question")}

    erase(west, lieve)

    assert raw.rows("SELECT key, birth_year, gender, municipality, role FROM person") == before
    assert {table: raw.count(table) for table in counts} == counts


def test_rule_65_history_says_that_it_went_and_never_what(west, lieve, entries, raw, broken_at):
    erase(west, lieve)

    [gone] = [entry for entry in entries("contact") if entry.after is None]
    assert (gone.key, gone.login, gone.reason) == (lieve, "ann", "wissen op verzoek")
    assert [entry.touched for entry in entries("loan")][-1] == "note,return_note"
    assert RARE not in str(raw.rows("SELECT * FROM history"))
    assert broken_at() is None


# What is refused


def test_rule_65_person_with_a_device_is_not_erased(west, lieve, raw):
    west.lend("BW-0002", lieve, on=LATER)

    with pytest.raises(HasOpenLoanError) as refusal:
        erase(west, lieve)

    assert "BW-0002" in refusal.value.user_message
    assert one(Contact, lieve).last_name == RARE
    assert one(Person, lieve).erased_on is None
    assert erasures.listed() == []


def test_rule_62_voided_loan_is_no_open_loan(west, lieve, raw):
    loan = west.lend("BW-0002", lieve, on=LATER)
    raw.run("UPDATE loan SET voided = (1 = 1) WHERE id = :id", id=loan.id)

    assert erase(west, lieve).contacts == 1


def test_erased_person_is_not_erased_twice(west, lieve):
    erase(west, lieve)

    with pytest.raises(ErasedAlreadyError):
        erase(west, lieve)

    assert len(erasures.listed()) == 1


@pytest.mark.parametrize("who", ["roger", "karel", "rita", "cli"])
def test_only_a_coordinator_erases_and_sees_what_would_go(west, lieve, request, who):
    actor = request.getfixturevalue(who)

    with pytest.raises(NotAllowedError):
        erase(west, lieve, actor=actor)
    with pytest.raises(NotAllowedError):
        footprint(west, lieve, actor=actor)


def test_rule_49_person_of_another_digibank_is_unknown(west, lieve, noor):
    with pytest.raises(UnknownPersonError):
        erase(west, lieve, actor=noor)
    with pytest.raises(UnknownPersonError):
        footprint(west, lieve, actor=noor)


def test_who_is_not_sure_is_told_to_read_first():
    with pytest.raises(ValidationError) as refusal:
        ErasureRequest(why=ErasureReason.ASKED)

    assert refusal.value.errors()[0]["msg"] == "Lees wat verdwijnt en vink dit aan."


def test_nothing_is_erased_when_the_list_cannot_be_written(west, lieve):
    erasures.list_file().mkdir()

    with pytest.raises(ErasureListError):
        erase(west, lieve)

    assert one(Contact, lieve).last_name == RARE


# Merged persons


@pytest.fixture
def double(west, lieve):
    """The same human being, registered twice more: a chain of merges."""
    middle, last = west.register("Lief", last_name=RARE), west.register("Lieve", last_name="Zw")
    merge(west, lieve, middle, on=LATER)
    merge(west, middle, last, on=LATER)
    return middle, last


@pytest.mark.parametrize("chosen", [0, 1, 2])
def test_rule_63_all_registrations_of_one_human_being_go_whichever_was_chosen(
    west, lieve, double, ann, chosen
):
    before = figures(ann)

    erase(west, (lieve, *double)[chosen])

    assert [one(Contact, key) for key in (lieve, *double)] == [None] * 3
    assert {one.person for one in erasures.listed()} == {lieve, *double}
    assert figures(ann) == before


def test_rule_63_device_of_a_merged_registration_refuses_too(west, lieve, double):
    west.lend("BW-0002", double[1], on=LATER)

    with pytest.raises(HasOpenLoanError):
        erase(west, lieve)


def test_rule_63_who_was_split_off_again_stays(west, lieve, double):
    with west.at_work(LATER) as session:
        session.exec(select(Merge).where(Merge.kept == lieve)).one().withdrawn = True

    erase(west, lieve)

    assert one(Contact, double[0]).first_name == "Lief"


def test_rule_63_erased_registration_in_a_group_stops_nobody(west, lieve):
    erase(west, lieve)
    again = west.register("Lieve", last_name=RARE)
    merge(west, again, lieve, on=LATER)

    assert erase(west, again, on=date(2024, 8, 1)).contacts == 1
    assert one(Person, lieve).erased_on == LATER
    assert one(Person, again).erased_on == date(2024, 8, 1)


# What is shown before


def test_footprint_names_what_goes_what_stays_and_what_stops_it(west, lieve, double):
    visit(west, None, on=DAY, note=f"buur van {RARE}")
    visit(west, None, on=DAY, note="Lieve zwaait")
    west.lend("BW-0002", lieve, on=LATER)

    found = footprint(west, lieve)

    assert sorted(found.names) == [f"Lief {RARE}", "Lieve Zw", f"Lieve {RARE}"]
    assert [(text.text, text.own) for text in found.texts] == [
        (f"{RARE} bracht de lader later", True),
        ("Lieve komt terug", True),
        ("komt met de zus", True),
        (f"buur van {RARE}", False),
    ]
    assert found.texts[-1].mention == Mention.LAST
    assert found.kept == {"loan": 2, "enrolment": 1, "attendance": 1, "visit": 1}
    assert found.devices == ("BW-0002",)


def test_footprint_is_noted_without_a_name(west, lieve, cli):
    footprint(west, lieve)

    assert access.recent(1, actor=cli)[0]["event"] == "contactgegevens gelezen"


def test_looking_changes_nothing(west, lieve, raw):
    before = raw.count("history")

    footprint(west, lieve)

    assert raw.count("history") == before


# The list, and the replay


def test_rule_65_list_holds_the_key_and_the_day(west, lieve):
    erase(west, lieve, surname_too=True)

    assert erasures.listed() == [Erasure(person=lieve, on=LATER, surname_too=True)]


def test_rule_65_crash_before_the_database_kept_it_leaves_it_to_the_replay(
    west, lieve, cli, raw
):
    with pytest.raises(RuntimeError), west.at_work(LATER) as session:
        request = ErasureRequest(why=ErasureReason.ASKED, sure=True)
        erasure.erase(session, lieve, request, actor=west.actor, today=LATER)
        raise RuntimeError("the power fails")
    assert one(Contact, lieve) is not None

    assert replay(cli) == Forgotten(contacts=1, texts=3)

    assert one(Person, lieve).erased_on == LATER
    assert notes(raw) == []


def test_rule_65_replay_is_done_once_however_often_it_is_asked(west, lieve, cli, raw):
    erase(west, lieve)
    before = raw.count("history")

    assert replay(cli) == replay(cli) == Forgotten(0, 0)

    assert raw.count("history") == before


def test_rule_65_replay_passes_over_who_is_not_in_this_database(west, lieve, cli):
    assert replay(cli, Erasure(person="0" * 16, on=DAY)) == Forgotten(0, 0)
    assert one(Contact, lieve) is not None


def test_rule_65_replay_is_not_stopped_by_a_loan_that_is_open_in_an_older_state(
    west, lieve, cli
):
    west.lend("BW-0002", lieve, on=LATER)

    replay(cli, Erasure(person=lieve, on=LATER))

    assert one(Contact, lieve) is None
    assert west.take_back("BW-0002", on=date(2024, 7, 2)).returned_on == date(2024, 7, 2)


def test_rule_65_replay_searches_as_far_as_was_decided(west, lieve, cli, raw):
    visit(west, None, on=DAY, note=f"buur van {RARE}")

    replay(cli, Erasure(person=lieve, on=LATER, surname_too=True))

    assert notes(raw) == []


def test_rule_65_replay_without_the_key_destroys_what_it_cannot_open(
    west, lieve, cli, raw, tmp_path, monkeypatch
):
    visit(west, None, on=DAY, note=f"Lieve {RARE}")
    monkeypatch.setenv("DIGIBANK_KEYS", str(tmp_path))

    done = replay(cli, Erasure(person=lieve, on=LATER))

    assert done == Forgotten(contacts=1, texts=3, searched=False)
    assert raw.count("contact") == 0
    assert notes(raw) == [f"Lieve {RARE}"]


def test_who_was_erased_here_and_is_missing_from_the_list_is_found(west, lieve, cli):
    erase(west, lieve)

    with db.reading() as session:
        missing = erasure.unlisted(session, [], actor=cli)
        assert erasure.unlisted(session, erasures.listed(), actor=cli) == []

    assert missing == [Erasure(person=lieve, on=LATER)]


def test_only_an_administrator_replays(west, ann, rita):
    for actor in (ann, rita):
        with pytest.raises(NotAllowedError), db.transaction(actor, "opnieuw") as session:
            erasure.replay(session, [], actor=actor)


# New records of who is erased


def test_rule_65_nothing_new_is_written_of_an_erased_person(west, lieve, ann):
    [lesson] = enrol(west, west.register("Marie"), on=DAY)
    erase(west, lieve)

    with pytest.raises(UnknownPersonError):
        west.lend("BW-0002", lieve, on=LATER)
    with pytest.raises(UnknownPersonError):
        visit(west, lieve, on=LATER)
    with pytest.raises(UnknownPersonError):
        enrol(west, lieve, on=LATER)
    with pytest.raises(UnknownPersonError), west.at_work(LATER) as session:
        roll.walk_in(session, lesson, lieve, actor=ann, today=LATER)


# Tables of later


def test_every_text_that_staff_write_may_be_emptied_and_is_searched():
    for model in forgetting.text_models():
        columns = [c for c in model.__table__.columns if c.info["kind"] == Kind.TEXT]
        assert all(column.nullable for column in columns)
        assert "digibank" in model.model_fields
