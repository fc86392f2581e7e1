"""The database to practise on: one story on one day, the same each time it is made."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from digibank_core import clock, db, demo, history, reporting
from digibank_core.errors import DatabaseExistsError
from digibank_core.indicators import frames
from digibank_core.models import Account, Contact, Device, DeviceState, HistoryEntry, Loan, Wipe
from digibank_core.models.lending import SATURDAY
from digibank_core.services import accounts, programme


@pytest.fixture(scope="session")
def made_twice(demo_makers):
    """Give what two processes told of the first weeks of the demo that each of them made."""
    return [json.loads(demo_makers[part].told()) for part in ("weeks", "weeks again")]


@pytest.fixture
def made(demo_place, monkeypatch):
    """Point to the demo database; tests only read it."""
    monkeypatch.setenv("DIGIBANK_HOME", str(demo_place / "home"))
    monkeypatch.setenv("DIGIBANK_KEYS", str(demo_place / "keys"))
    monkeypatch.delenv("DIGIBANK_DATABASE_URL", raising=False)


@pytest.fixture
def session(made):
    with db.reading() as opened:
        yield opened


@pytest.mark.parametrize("part", ["figures", "receipt", "names", "chain"])
def test_demo_is_the_same_each_time_it_is_made_on_any_database(made_twice, part):
    first, second = made_twice

    assert first[part] == second[part]


def test_demo_is_not_made_over_another_database(made):
    with pytest.raises(DatabaseExistsError):
        demo.make()


def test_refused_demo_leaves_the_clock_alone(made):
    before = clock.now()

    with pytest.raises(DatabaseExistsError):
        demo.make()

    assert clock.now() - before < timedelta(minutes=1)


def test_today_is_the_day_of_the_story(session):
    assert clock.today() == date(2025, 3, 31)


def test_database_knows_that_it_is_a_demo(session):
    assert programme.is_demo(session)


def test_chain_of_the_demo_is_unbroken(session):
    assert history.verify(session) is None


def test_nothing_was_recorded_after_the_day_of_the_story(session):
    last = session.exec(select(func.max(HistoryEntry.at))).one()

    assert last < clock.end_of_day(demo.STORY_DAY)


def test_everything_was_recorded_on_the_day_it_happened_or_later(session):
    early = select(Loan).where(func.date(Loan.recorded_at) < Loan.lent_on)

    assert session.exec(early).all() == []


@pytest.mark.parametrize("state", DeviceState)
@pytest.mark.parametrize("digibank", ["noord", "west", "brugge"])
def test_every_digibank_has_devices_in_every_state(session, digibank, state):
    found = select(Device).where(Device.digibank == digibank, Device.state == state)

    assert session.exec(found).all()


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ("due today", lambda late: late == 0),
        ("late by 1 to 7 days", lambda late: 1 <= late <= 7),
        ("late by 8 days or more", lambda late: late >= 8),
        ("not due yet", lambda late: late < 0),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_flow_4_overdue_list_has_something_to_show(session, wanted, fits):
    is_open = select(Loan.due_on).where(col(Loan.returned_on).is_(None))

    late = [(demo.STORY_DAY - due).days for due in session.exec(is_open)]
    assert [days for days in late if fits(days)], wanted


def test_state_of_every_device_agrees_with_its_loans(session):
    out = select(Loan.device).where(col(Loan.returned_on).is_(None))
    on_loan = select(Device.code).where(Device.state == DeviceState.ON_LOAN)

    assert set(session.exec(out)) == set(session.exec(on_loan))


def test_rule_26_there_is_a_wipe_between_any_two_loans(session):
    missing = []
    wipes = {}
    for wipe in session.exec(select(Wipe)):
        wipes.setdefault(wipe.device, []).append(wipe.wiped_on)
    ends = {}
    for loan in session.exec(select(Loan).order_by(Loan.device, Loan.lent_on)):
        end = ends.get(loan.device, date(2023, 1, 1))
        if not any(end <= day <= loan.lent_on for day in wipes.get(loan.device, [])):
            missing.append(loan.id)
        ends[loan.device] = loan.returned_on
    assert missing == []


def test_desk_is_closed_in_weekends(session):
    days = session.exec(select(Loan.lent_on)).all()

    assert [day for day in days if day.weekday() >= SATURDAY] == []


@pytest.mark.parametrize("account", demo.ACCOUNTS, ids=[login for login, *_ in demo.ACCOUNTS])
def test_every_demo_account_signs_in(session, account):
    login, password, _ = account

    assert accounts.check_password(session, login, password).login == login


def test_there_are_no_other_accounts(session):
    logins = session.exec(select(Account.login)).all()

    assert set(logins) == {login for login, *_ in demo.ACCOUNTS}


def test_extension_is_active_as_a_fictional_setting(session):
    extension = programme.period(session, "VERL", "west")

    assert (extension.active, "fictie" in extension.source) == (True, True)


@pytest.mark.parametrize("digibank", ["noord", "west", "brugge"])
@pytest.mark.parametrize("period", ["IMPL", "VERL"])
def test_every_digibank_reached_somebody(session, cli, digibank, period):
    progress = reporting.progress(
        session, actor=cli, digibank=digibank, period=period, as_of=demo.STORY_DAY
    )

    assert 0 < progress.figure("reach").value == progress.burn_up["total"].iloc[-1]


def test_rule_61_less_was_known_earlier(session):
    now, then = (
        len(frames.load(session, "west", known_on)["loan"])
        for known_on in (None, date(2024, 6, 30))
    )

    assert 0 < then < now


def test_no_invented_number_can_be_rung(session):
    phones = session.exec(select(Contact.phone)).all()

    assert {phone[:7] for phone in phones if phone} == {"0470 00"}


def test_shipped_extract_is_what_the_demo_gives(demo_place):
    made = (demo_place / "home" / "extract" / "west").resolve()
    shipped = Path(__file__).parents[2] / "data" / "sealed" / "demo"
    names = {path.relative_to(made) for path in made.rglob("*") if path.is_file()}

    assert names == {path.relative_to(shipped) for path in shipped.rglob("*") if path.is_file()}
    assert [
        name for name in names if (made / name).read_bytes() != (shipped / name).read_bytes()
    ] == []
