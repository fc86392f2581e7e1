"""Small worlds for all tests: an empty installation, its people, and a desk that is at work.

Every test of an installation runs twice, with a real database of its own: on SQLite and on
PostgreSQL. One that is about one of them says so: `pytest.mark.only("sqlite")`.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path

import pytest
from sqlmodel import col, select, text

from digibank_core import clock, db, history, known, security
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
from digibank_core.services import doubles, lending, persons
from tests.databases import (
    DATABASES,
    Postgresql,
    Sqlite,
    point_to,
    postgresql_server,
    scratch,
)

OPENED = date(2022, 10, 20)
"""Day on which the reference data were recorded; before it nothing is known."""


SLOW = ("notebooks", "server", "demo", "browser")
"""Folders that come last, in this order: the demo is made while the first of them run."""
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
    """The database as anybody with a SQL tool sees it: no services, no models."""

    @contextmanager
    def opened(self):
        """Connect, and commit at the end."""
        with db.engine().begin() as connection:
            yield connection

    def rows(self, statement, **values):
        """Give the rows of a query."""
        with self.opened() as connection:
            found = connection.execute(text(statement), values)
            return [dict(row) for row in found.mappings()]

    def run(self, statement, **values):
        """Run a statement and commit it."""
        with self.opened() as connection:
            connection.execute(text(statement), values)

    def insert(self, table, *rows):
        """Write rows, each a dictionary; all have the same columns."""
        marks = ", ".join(f":{column}" for column in rows[0])
        with self.opened() as connection:
            connection.execute(
                text(f"INSERT INTO {table} ({', '.join(rows[0])}) VALUES ({marks})"), rows
            )

    def count(self, table):
        """Count the rows of a table."""
        return self.rows(f'SELECT count(*) AS n FROM "{table}"')[0]["n"]

    def drop_triggers(self):
        """Take away what protects history, as the owner of the database can."""
        if db.engine().dialect.name == "postgresql":
            self.run("DROP FUNCTION history_is_append_only CASCADE")
            return
        for trigger in self.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            self.run(f"DROP TRIGGER {trigger['name']}")


class Maker:
    """Another process that makes a database while the tests go on."""

    def __init__(self, folder, program, seed, address):
        self.folder = folder
        with pytest.MonkeyPatch.context() as patch:
            point_to(patch, folder, address)
            patch.setenv("PYTHONHASHSEED", seed)
            self.process = subprocess.Popen(
                [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
            )

    def told(self):
        """Wait until it is done; give what it printed."""
        printed, _ = self.process.communicate()
        assert self.process.returncode == 0
        return printed


@pytest.fixture(autouse=True)
def real_day():
    """Tell no story before or after a test."""
    clock.tell_story(None)
    yield
    clock.tell_story(None)


def pytest_generate_tests(metafunc):
    """Let a test that touches a database run on both, unless it is about one of them."""
    if "database" in metafunc.fixturenames:
        only = metafunc.definition.get_closest_marker("only")
        metafunc.parametrize("database", only.args if only else DATABASES, indirect=True)


def pytest_terminal_summary(terminalreporter):
    """Tell how many tests ran on each database."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    ran = Counter(dict(report.user_properties).get("database") for report in reports)
    if ran.keys() & DATABASES.keys():
        told = ", ".join(f"{ran[name]} tests on {title}" for name, title in DATABASES.items())
        terminalreporter.write_line(f"databases: {told}")


@pytest.fixture
def database(request):
    """Give the database that this test runs on."""
    request.node.user_properties.append(("database", request.param))
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def sqlite():
    """Give SQLite, with the file that others are copied from."""
    with scratch() as folder:
        with on_day(OPENED):
            made = Sqlite(folder)
        yield made


@pytest.fixture(scope="session")
def postgresql():
    """Give PostgreSQL, with the database that others are copied from."""
    with postgresql_server() as server, scratch() as folder:
        with on_day(OPENED):
            made = Postgresql(folder, server)
        yield made
        made.close()


@pytest.fixture(scope="session", autouse=True)
def demo_makers(request, tmp_path_factory):
    """Let other processes make the demo from the first test on, when a test asks for it.

    Its first weeks are made twice, on each database, by processes that hash differently.
    """
    programs = {
        "demo": (DEMO, "0", "sqlite"),
        "weeks": (FIRST_WEEKS, "1", "sqlite"),
        "weeks again": (FIRST_WEEKS, "2", "postgresql"),
    }
    asked = {name for item in request.session.items for name in item.fixturenames}
    if "made_twice" not in asked:
        programs = {"demo": programs["demo"]} if "demo_place" in asked else {}
    makers = {
        part: Maker(
            tmp_path_factory.mktemp("demo"),
            program,
            seed,
            request.getfixturevalue(database).new("demo"),
        )
        for part, (program, seed, database) in programs.items()
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
def nowhere(database, tmp_path, monkeypatch):
    """Point to folders and a database that nobody made yet; give the folder of both."""
    point_to(monkeypatch, tmp_path, database.new("nothing"))
    engine = db.engine()
    yield tmp_path
    engine.dispose()
    db._story.cache_clear()


@pytest.fixture
def installation(database, monkeypatch):
    """Give an empty installation to a test; the folder holds home and keys.

    What a process remembers of the names of an installation is forgotten after it.
    """
    yield database.installation(monkeypatch)
    known.forget()
    doubles._scans.clear()


@pytest.fixture
def raw(installation):
    """Give the database of the installation, past services and models."""
    return Raw()


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
