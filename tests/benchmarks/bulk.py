"""All of Flanders at once: rows written past models and services, without history.

The numbers follow from a seed. Devices, courses and questions are in proportion, so that every
figure has something to count.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from digibank_core import db
from digibank_core.models import (
    Attendance,
    Course,
    Device,
    Digibank,
    Digipunt,
    Enrolment,
    FundingPeriod,
    HeldBlock,
    Loan,
    Municipality,
    Person,
    Question,
    Target,
    TrainingSession,
    Visit,
    Wipe,
)

FIRST, DAYS = date(2022, 11, 1), 792
"""Days of IMPL."""
DAY = np.array([(FIRST + timedelta(days=day)).isoformat() for day in range(DAYS + 60)])
MOMENT = np.char.add(DAY, " 16:00:00.000000")
"""In UTC, as SQLite stores it."""
SHARES = {"visit": 0.60, "attendance": 0.25, "loan": 0.15}
FAST = "SET LOCAL session_replication_role = replica; SET LOCAL TimeZone = 'UTC'"
"""PostgreSQL then checks no row on its own, and takes moments as they are."""
PER_SESSION, PER_COURSE, LOAN_DAYS, CYCLE = 8, 40, 14, 20


class Bulk:
    """Writes the rows of some Digibanken in an installation with reference data only."""

    def __init__(self, digibanken, persons, deliveries, seed=1):
        self.dice = np.random.default_rng(seed)
        self.digibanken, self.persons, self.deliveries = digibanken, persons, deliveries
        self.numbers = dict.fromkeys(
            ("loan", "wipe", "course", "training_session", "enrolment"), 0
        ) | dict.fromkeys(("attendance", "held_block", "visit", "question"), 0)
        self.rows = 0

    def write(self):
        """Fill the database; give the codes of the Digibanken."""
        codes = [f"d{number:02}" for number in range(self.digibanken)]
        with db.engine().begin() as connection:
            self.cursor = connection.connection.cursor()
            if connection.dialect.name == "postgresql":
                self.cursor.execute(FAST)
            for code in codes:
                self._digibank(code, self._reference(code))
            self.cursor.execute("ANALYZE")
        return codes

    def _reference(self, code):
        self._put(
            Digibank, code=[code], name=[code], prefix=[code], lead_partner="x", source="x"
        )
        towns = [f"9{code[1:]}{number:02}" for number in range(5)]
        self._put(
            Municipality,
            nis=towns,
            name=towns,
            digibank=code,
            population=20_000,
            population_on="2020-01-01",
            source="x",
        )
        points = [f"{code}-{number}" for number in range(10)]
        where = [towns[number % 5] for number in range(10)]
        self._put(
            Digipunt,
            code=points,
            digibank=code,
            municipality=where,
            name=points,
            mobile=False,
            source="x",
        )
        days = {"first_day": DAY[0], "last_day": DAY[DAYS - 1]}
        extra = {"amount_cents": 50_000_000, "active": True, "source": "x", "author": "x"}
        self._put(FundingPeriod, code=["IMPL"], digibank=code, **days, **extra)
        self._put(
            Target,
            period=["IMPL"],
            digibank=code,
            persons=1000,
            source="x",
            author="x",
            starts_on=DAY[0],
        )
        return list(zip(points, where, strict=True))

    def _digibank(self, code, places):
        each = self.deliveries // self.digibanken
        persons = max(PER_SESSION, self.persons // self.digibanken)
        keys = self._people(code, persons, places)
        self._visits(code, int(each * SHARES["visit"]), keys, places)
        self._training(code, int(each * SHARES["attendance"]), keys)
        self._lending(code, int(each * SHARES["loan"]), keys)

    def _people(self, code, count, places):
        towns = sorted({town for _, town in places})
        keys = np.array([f"{code}{number:08x}" for number in range(count)])
        self._put(
            Person,
            key=keys,
            digibank=code,
            birth_year=self.dice.integers(1930, 2004, count),
            adult_confirmed=False,
            role=self._any(["deelnemer"] * 49 + ["intermediair"], count),
            gender=self._any(["vrouw", "vrouw", "vrouw", "man", "man", "x"], count),
            municipality=self._any(towns, count),
            outside_area=False,
            education=self._any(["ISCED 0-2", "ISCED 3-4", "ISCED 5-8"], count),
            labour_status=self._any(["werkzoekend", "werkend"], count),
            other_language=self._any([True, False], count),
            reduced_rate=self._any([True, False], count),
            recorded_at=self._moments(count),
        )
        return keys

    def _visits(self, code, count, keys, places):
        at = self.dice.integers(0, len(places), count)
        day = self.dice.integers(0, DAYS, count)
        person = self._any(keys, count).astype(object)
        person[self.dice.random(count) < 0.3] = None
        number = self._numbers("visit", count)
        self._put(
            Visit,
            id=number,
            digibank=code,
            digipunt=np.array([place for place, _ in places])[at],
            municipality=np.array([town for _, town in places])[at],
            visited_on=DAY[day],
            person=person,
            first_time=self._any(["ja", "nee", "onbekend"], count),
            language_help=False,
            helper_role="vrijwilliger",
            stream="DIGIBANK",
            recorded_at=MOMENT[day],
        )
        asked = np.concatenate([number, self.dice.choice(number, int(count * 0.3))])
        self._put(
            Question,
            id=self._numbers("question", len(asked)),
            digibank=code,
            visit=asked,
            topic=self._any(["laptop", "e-mail", "itsme-eid"], len(asked)),
            minutes="0-10",
            result=self._any(["opgelost", "opgelost", "deels", "doorverwezen"], len(asked)),
            recorded_at=MOMENT[day[(asked - number[0]).astype(int)]],
        )
        held = sorted({(place, day) for place, day in zip(at[::4], day[::4], strict=True)})
        self._put(
            HeldBlock,
            id=self._numbers("held_block", len(held)),
            digibank=code,
            digipunt=[places[place][0] for place, _ in held],
            held_on=DAY[[day for _, day in held]],
            starts_at="09:00:00.000000",
            ends_at="12:00:00.000000",
            recorded_at=MOMENT[[day for _, day in held]],
        )

    def _training(self, code, count, keys):
        courses = max(1, count // PER_COURSE)
        course = self._numbers("course", courses)
        began = self.dice.integers(0, DAYS, courses)
        common = {"digibank": code}
        self._put(
            Course,
            id=course,
            title="x",
            level="basis",
            capacity=12,
            stream="DIGIBANK",
            recorded_at=MOMENT[began],
            **common,
        )
        lessons = PER_COURSE // PER_SESSION
        session = self._numbers("training_session", courses * lessons)
        held = np.repeat(began, lessons) + np.tile(np.arange(lessons) * 7, courses)
        self._put(
            TrainingSession,
            id=session,
            course=np.repeat(course, lessons),
            kind="les",
            held_on=DAY[held],
            starts_at="09:00:00.000000",
            ends_at="12:00:00.000000",
            place="bib",
            own_device=True,
            cancelled=False,
            list_reference=np.char.add("L-", session.astype(str)),
            recorded_at=MOMENT[np.repeat(began, lessons)],
            **common,
        )
        people = np.array([self.dice.choice(keys, PER_SESSION, replace=False) for _ in course])
        self._put(
            Enrolment,
            id=self._numbers("enrolment", people.size),
            course=np.repeat(course, PER_SESSION),
            person=people.ravel(),
            state="bevestigd",
            turn=0,
            recorded_at=MOMENT[np.repeat(began, PER_SESSION)],
            **common,
        )
        who = np.repeat(people, lessons, axis=0).ravel()
        self._put(
            Attendance,
            id=self._numbers("attendance", len(who)),
            session=np.repeat(session, PER_SESSION),
            person=who,
            mark=self._any(["aanwezig"] * 8 + ["afwezig", "verontschuldigd"], len(who)),
            recorded_at=MOMENT[np.repeat(held, PER_SESSION)],
            **common,
        )

    def _lending(self, code, count, keys):
        turns = DAYS // CYCLE
        devices = max(1, count // turns)
        stickers = np.array([f"{code}-{number:05}" for number in range(devices)])
        self._put(
            Device,
            code=stickers,
            digibank=code,
            kind="laptop",
            model="x",
            origin="nieuw",
            state="te wissen",
            received_on=DAY[0],
            recorded_at=MOMENT[0],
        )
        lent = np.tile(np.arange(turns) * CYCLE + 1, devices)
        device = np.repeat(stickers, turns)
        loan = self._numbers("loan", len(lent))
        self._put(
            Loan,
            id=loan,
            digibank=code,
            device=device,
            person=self._any(keys, len(lent)),
            lent_on=DAY[lent],
            due_on=DAY[lent + LOAN_DAYS],
            returned_on=DAY[lent + LOAN_DAYS],
            agreement=[f"{code}-{number}" for number in loan],
            stream="DIGIBANK",
            recorded_at=MOMENT[lent],
        )
        wiped = np.concatenate([np.zeros(devices, dtype=int), lent + LOAN_DAYS + 2])
        self._put(
            Wipe,
            id=self._numbers("wipe", len(wiped)),
            digibank=code,
            device=np.concatenate([stickers, device]),
            wiped_on=DAY[wiped],
            method="overschrijven",
            recorded_at=MOMENT[wiped],
        )

    def _any(self, words, count):
        return self.dice.choice(np.array(words), count)

    def _moments(self, count):
        return MOMENT[self.dice.integers(0, DAYS, count)]

    def _numbers(self, table, count):
        first = self.numbers[table] + 1
        self.numbers[table] += count
        return np.arange(first, first + count)

    def _put(self, model, /, **columns):
        """Write the rows of a table; a single value stands in every row."""
        table = model.__table__
        if "voided" in table.c:
            columns["voided"] = False
        if "version" in table.c:
            columns["version"] = 1
        columns = {name: given for name, given in columns.items() if name in table.c}
        lists = [
            given.tolist() if isinstance(given, np.ndarray) else given
            for given in columns.values()
        ]
        count = max(len(given) for given in lists if isinstance(given, list))
        rows = zip(
            *(given if isinstance(given, list) else [given] * count for given in lists),
            strict=True,
        )
        names = ", ".join(f'"{name}"' for name in columns)
        self.rows += count
        if db.engine().dialect.name == "sqlite":
            marks = ", ".join("?" * len(columns))
            self.cursor.executemany(
                f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', rows
            )
            return
        with self.cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
