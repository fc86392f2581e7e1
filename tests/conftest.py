"""Small worlds for all tests: an empty installation, its people, and a desk that is at work.

Every test has a real SQLite file of its own: a copy of one that is made once per run.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from digibank_core import clock, db, encryption, history, security
from digibank_core.config import places
from digibank_core.indicators import frames
from digibank_core.indicators.deliveries import deliveries
from digibank_core.models import (
    Condition,
    DeviceKind,
    HistoryEntry,
    LoanRequest,
    NewDevice,
    NewPerson,
    Origin,
    ReturnRequest,
    WipeMethod,
    WipeRequest,
)
from digibank_core.models.lending import default_due
from digibank_core.security import Actor, Role
from digibank_core.services import lending, persons, programme

OPENED = date(2022, 10, 20)
"""Day on which the reference data were recorded; before it nothing is known."""


SLOW = ("demo", "notebooks", "server", "browser")
"""Folders that come last, in this order."""
DEMO = "from digibank_core import demo; demo.make()"
FIRST_WEEKS = """
import json
from datetime import date
from sqlmodel import func, select
from digibank_core import db, reporting, security
from digibank_core.demo import story
from digibank_core.models import Contact, HistoryEntry
story.STORY_DAY = date(2023, 6, 16)
story.make()
with db.reading() as session:
    progress = reporting.progress(
        session,
        actor=security.command_line(),
        digibank="west",
        period="IMPL",
        as_of=story.STORY_DAY,
    )
    people = session.exec(select(Contact).order_by(Contact.person)).all()
    last = session.get_one(HistoryEntry, session.exec(select(func.max(HistoryEntry.id))).one())
print(json.dumps({
    "figures": [reporting.as_record(figure) for figure in progress.figures],
    "receipt": progress.figure("reach").receipt.to_csv(),
    "names": [[p.person, p.first_name, p.last_name, p.phone] for p in people],
    "chain": [last.id, last.hash],
}))
"""


def pytest_collection_modifyitems(items):
    """Run the fast tests first."""

    def turn(item):
        folder = item.path.relative_to(item.config.rootpath).parts[1]
        return SLOW.index(folder) if folder in SLOW else -1

    items.sort(key=turn)


@contextmanager
def on_day(day, hour=14):
    """Let it be an hour of a day in Brussels; a moment with its zone is taken as it is."""
    moment = day if isinstance(day, datetime) else datetime.combine(day, time(hour))
    with clock.at(moment if moment.tzinfo else moment.replace(tzinfo=clock.BRUSSELS)):
        yield


class Desk:
    """One Digibank at work; each act is a transaction of its own, on the day it happened.

    `typed` is the day or moment on which it is recorded, when that is later (rule 61).
    """

    def __init__(self, actor):
        self.actor = actor

    @contextmanager
    def at_work(self, day, reason="aan de balie"):
        """Open a transaction on a day."""
        with on_day(day), db.transaction(self.actor, reason) as session:
            yield session

    def register(self, first_name="Lieve", *, on=date(2023, 1, 2), **answers):
        """Register a person of 1950, unless told otherwise; give the key."""
        answers = {"birth_year": 1950, **answers}
        with self.at_work(on) as session:
            request = NewPerson(first_name=first_name, **answers)
            return persons.register(session, request, actor=self.actor).key

    def take_in(self, code, *, on=date(2023, 1, 2), serial=None):
        """Take a laptop into the stock."""
        with self.at_work(on) as session:
            return self._take_in(session, code, on, serial)

    def wipe(self, code, *, on, typed=None, **more):
        """Wipe a device."""
        with self.at_work(typed or on) as session:
            return self._wipe(session, code, on, **more)

    def stock(self, *codes, on=date(2023, 1, 2)):
        """Take in laptops and wipe them, so that they can go out from that day on."""
        with self.at_work(on) as session:
            for code in codes:
                self._take_in(session, code, on)
                self._wipe(session, code, on)

    def _take_in(self, session, code, on, serial=None):
        request = NewDevice(
            device=code,
            kind=DeviceKind.LAPTOP,
            model="Latitude 5400",
            serial=serial,
            origin=Origin.DONATED,
            received_on=on,
        )
        return lending.add_device(session, request, actor=self.actor, today=clock.today())

    def _wipe(self, session, code, on, **more):
        request = WipeRequest(device=code, wiped_on=on, method=WipeMethod.RESET, **more)
        return lending.wipe(session, request, actor=self.actor, today=clock.today())

    def lend(self, code, person, *, on, due=None, typed=None, **more):
        """Lend a device, for four weeks unless told otherwise."""
        due = due or default_due(on, 28)
        request = LoanRequest(device=code, person=person, lent_on=on, due_on=due, **more)
        with self.at_work(typed or on) as session:
            return lending.lend(session, request, actor=self.actor, today=clock.today())

    def take_back(self, code, *, on, typed=None, condition=Condition.FINE, **more):
        """Take a device back."""
        request = ReturnRequest(device=code, returned_on=on, condition=condition, **more)
        with self.at_work(typed or on) as session:
            return lending.take_back(session, request, actor=self.actor, today=clock.today())

    def correct(self, model, key, /, *, on=date(2024, 6, 3), **facts):
        """Correct facts of a record."""
        with self.at_work(on, "verbetering") as session:
            record = session.get_one(model, key)
            for name, value in facts.items():
                setattr(record, name, value)

    def look(self, code):
        """Give the view of a device."""
        with db.reading() as session:
            return lending.view_device(session, code, actor=self.actor)

    def find(self, query):
        """Search a person."""
        with db.reading() as session:
            return persons.search(session, query, actor=self.actor)

    def frames(self, known_on=None):
        """Read the frames of the own Digibank."""
        with db.reading() as session:
            return frames.load(session, self.actor.digibank, known_on)

    def deliveries(self, known_on=None):
        """Measure the deliveries of the own Digibank."""
        return deliveries(self.frames(known_on))


class Raw:
    """The database file as anybody with a SQLite tool sees it: no services, no models."""

    def __init__(self, path):
        self.path = path

    @contextmanager
    def opened(self):
        """Connect, commit at the end, and close."""
        connection = sqlite3.connect(self.path)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        try:
            with connection:
                yield connection
        finally:
            connection.close()

    def rows(self, statement, *values):
        """Give the rows of a query."""
        with self.opened() as connection:
            return [dict(row) for row in connection.execute(statement, values)]

    def run(self, statement, *values):
        """Run a statement and commit it."""
        with self.opened() as connection:
            connection.execute(statement, values)

    def count(self, table):
        """Count the rows of a table."""
        return self.rows(f'SELECT count(*) AS n FROM "{table}"')[0]["n"]


class Maker:
    """Another process that makes a database while the tests go on."""

    def __init__(self, folder, program, seed):
        self.folder = folder
        places = {"DIGIBANK_HOME": str(folder / "home"), "DIGIBANK_KEYS": str(folder / "keys")}
        environment = {**os.environ, **places, "PYTHONHASHSEED": seed}
        environment.pop("DIGIBANK_DATABASE_URL", None)
        self.process = subprocess.Popen(
            [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True
        )

    def told(self):
        """Wait until it is done; give what it printed."""
        printed, _ = self.process.communicate()
        assert self.process.returncode == 0
        return printed


def _point_to(patch, folder):
    patch.setenv("DIGIBANK_HOME", str(folder / "home"))
    patch.setenv("DIGIBANK_KEYS", str(folder / "keys"))
    patch.delenv("DIGIBANK_BACKUPS", raising=False)
    patch.delenv("DIGIBANK_DATABASE_URL", raising=False)


@pytest.fixture(autouse=True)
def real_day():
    """Tell no story before or after a test."""
    clock.tell_story(None)
    yield
    clock.tell_story(None)


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """Make an empty installation once: tables, reference data, contact key."""
    folder = tmp_path_factory.mktemp("template")
    administrator = security.command_line()
    with pytest.MonkeyPatch.context() as patch:
        _point_to(patch, folder)
        with on_day(OPENED):
            db.create()
            encryption.make_key()
            with db.transaction(administrator, "installatie") as session:
                programme.load_reference(session, places().reference, actor=administrator)
        db.engine().dispose()  # the write-ahead log goes into the file
    return folder


@pytest.fixture(scope="session", autouse=True)
def demo_makers(request, tmp_path_factory):
    """Let other processes make the demo from the first test on, when a test asks for it.

    Its first weeks are made twice, by processes that hash differently.
    """
    programs = {
        "demo": (DEMO, "0"),
        "weeks": (FIRST_WEEKS, "1"),
        "weeks again": (FIRST_WEEKS, "2"),
    }
    asked = {name for item in request.session.items for name in item.fixturenames}
    if "made_twice" not in asked:
        programs = {"demo": programs["demo"]} if "demo_place" in asked else {}
    makers = {
        part: Maker(tmp_path_factory.mktemp("demo"), *program)
        for part, program in programs.items()
    }
    yield makers
    for maker in makers.values():
        maker.process.kill()  # does nothing when it is done
        maker.process.wait()


@pytest.fixture(scope="session")
def demo_place(demo_makers):
    """Give the folder of the demo database, once it is made; tests only read it."""
    demo_makers["demo"].told()
    return demo_makers["demo"].folder


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """Point to folders that do not exist yet; give the folder they will be in."""
    _point_to(monkeypatch, tmp_path)
    engine = db.engine()
    yield tmp_path
    engine.dispose()


@pytest.fixture(scope="session")
def one_place(tmp_path_factory):
    """Give the place where one installation after the other stands."""
    return tmp_path_factory.mktemp("installation")


@pytest.fixture
def installation(one_place, template, monkeypatch):
    """Give an empty installation to a test; the folder holds home and keys.

    All stand in one place, so that SQLAlchemy compiles each statement once per run, not
    once per test; so the names that a process remembers of a place are forgotten here.
    """
    _copy(template, one_place)
    _point_to(monkeypatch, one_place)
    engine = db.engine()
    if not event.contains(engine, "connect", _hurry):
        event.listen(engine, "connect", _hurry)
    yield one_place
    engine.dispose()
    persons._index.clear()


def _copy(template, place):
    """Let a place hold what the template holds, and nothing else."""
    for path in sorted(place.rglob("*"), reverse=True):
        if not (template / path.relative_to(place)).exists():
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    shutil.copytree(template, place, dirs_exist_ok=True)


def _hurry(connection, _record):
    """Do not wait for the disk: a test need not survive a power cut."""
    connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture
def raw(installation):
    """Give the database file of the installation."""
    return Raw(installation / "home" / "digibank.db")


@pytest.fixture
def rewrite(raw):
    """Give a function that changes what a process reads once of a database, by SQL."""

    def run(statement):
        raw.run(statement)
        db._story.cache_clear()

    yield run
    db._story.cache_clear()


@pytest.fixture
def ann():
    """Coordinator of Brugge West."""
    return Actor(login="ann", role=Role.COORDINATOR, digibank="west")


@pytest.fixture
def noor():
    """Coordinator of Brugge Noord."""
    return Actor(login="noor", role=Role.COORDINATOR, digibank="noord")


@pytest.fixture
def karel():
    """Partner of the kringwinkel, for Brugge West."""
    return Actor(login="karel", role=Role.PARTNER, digibank="west")


@pytest.fixture
def roger():
    """Digihelper in Brugge West."""
    return Actor(login="roger", role=Role.DIGIHELPER, digibank="west")


@pytest.fixture
def rita():
    """Staff of the region."""
    return Actor(login="rita", role=Role.REGIONAL, digibank=None)


@pytest.fixture
def cli():
    """Actor of the command line: an administrator."""
    return security.command_line()


@pytest.fixture
def west(installation, ann):
    """Desk of Brugge West."""
    return Desk(ann)


@pytest.fixture
def noord(installation, noor):
    """Desk of Brugge Noord."""
    return Desk(noor)


@pytest.fixture
def entries(installation):
    """Give a function that reads the history of a table, oldest entry first."""

    def read(table):
        with db.reading() as session:
            chosen = select(HistoryEntry).where(HistoryEntry.table == table)
            return session.exec(chosen.order_by(col(HistoryEntry.id))).all()

    return read


@pytest.fixture
def broken_at(installation):
    """Give a function that walks the chain: id of the first entry that does not fit."""

    def walk():
        with db.reading() as session:
            return history.verify(session)

    return walk


@pytest.fixture
def root():
    """Give the folder of the repository."""
    return Path(__file__).parents[1]
