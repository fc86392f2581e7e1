"""A database to practise on: invented persons, devices and loans, told on one fixed day.

Everything is written by the services, under the clock of the story, so that history and
"known on" are those of a real Digibank. The same seed gives the same figures.
"""

from __future__ import annotations

import random
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlmodel import Session, select

from digibank_core import clock, db, encryption, security
from digibank_core.config import places
from digibank_core.demo.people import invent
from digibank_core.models import (
    Condition,
    DeviceKind,
    FundingPeriod,
    LoanRequest,
    NewAccount,
    NewDevice,
    Origin,
    ReturnRequest,
    WipeMethod,
    WipeRequest,
)
from digibank_core.models.lending import SATURDAY, default_due
from digibank_core.security import Actor, Role
from digibank_core.services import accounts, lending, persons, programme

STORY_DAY = date(2025, 3, 31)
PASSWORD = "oefen-digibank"
SEED = 20250331

ACCOUNTS: tuple[tuple[str, str, str], ...] = (
    ("ann", PASSWORD, "coördinator van Brugge West"),
    ("noor", PASSWORD, "coördinator van Brugge Noord"),
    ("bram", PASSWORD, "coördinator van Brugge"),
    ("roger", PASSWORD, "digihelper in Brugge West"),
    ("karel", PASSWORD, "kringwinkel, voor Brugge West"),
    ("rita", PASSWORD, "regionaal medewerker"),
    ("beheer", PASSWORD, "beheerder"),
)
"""Login, password and who it is, as the sign-in page of a demo database shows them."""

_PLACES: dict[str, tuple[Role, str | None]] = {
    "ann": (Role.COORDINATOR, "west"),
    "noor": (Role.COORDINATOR, "noord"),
    "bram": (Role.COORDINATOR, "brugge"),
    "roger": (Role.DIGIHELPER, "west"),
    "karel": (Role.PARTNER, "west"),
    "rita": (Role.REGIONAL, None),
    "beheer": (Role.ADMINISTRATOR, None),
}

_MODELS = {
    DeviceKind.LAPTOP: ("Latitude 5400", "EliteBook 840", "ThinkPad T480"),
    DeviceKind.TABLET: ("Tab A8", "Tab M10"),
    DeviceKind.SMARTPHONE: ("Galaxy A14",),
}


@dataclass(frozen=True)
class _Shape:
    """How busy a Digibank is, after the demo figures of facts.md."""

    coordinator: str
    devices: int
    loans_a_week: float


_SHAPES = {
    "noord": _Shape("noor", devices=70, loans_a_week=3.4),
    "west": _Shape("ann", devices=60, loans_a_week=2.9),
    "brugge": _Shape("bram", devices=80, loans_a_week=3.8),
}
_OPENING = date(2023, 6, 5)


def make() -> None:
    """Make the demo database; raise `DatabaseExistsError` when there is one already."""
    dice = random.Random(SEED)
    with security.keys_from(dice), _on(date(2022, 10, 20)):
        db.create(story_day=STORY_DAY)
        encryption.make_key()
        _found()
    desks = [_Desk(digibank, shape, dice) for digibank, shape in _SHAPES.items()]
    with security.keys_from(dice):
        for desk in desks:
            desk.stock()
        day = _OPENING
        while day < STORY_DAY:  # on the day of the story the desk has yet to open
            for desk in desks:
                desk.work(day)
            day += timedelta(days=1)


def _found() -> None:
    administrator = security.command_line()
    with db.transaction(administrator, "demo: referentiegegevens") as session:
        programme.load_reference(session, places().reference, actor=administrator)
        for period in session.exec(select(FundingPeriod).where(FundingPeriod.code == "VERL")):
            period.active = True
            period.source = "fictieve instelling van de oefendatabank"
    with db.transaction(administrator, "demo: accounts") as session:
        for login, password, _ in ACCOUNTS:
            role, digibank = _PLACES[login]
            request = NewAccount(
                login=login,
                display_name=login.capitalize(),
                role=role,
                digibank=digibank,
                password=password,
            )
            accounts.add_account(session, request, actor=administrator)


@dataclass
class _Desk:
    """One Digibank at work: who comes, what goes out, what comes back."""

    digibank: str
    shape: _Shape
    dice: random.Random
    ready: list[str] = field(default_factory=list)
    to_wipe: dict[str, date] = field(default_factory=dict)
    out: dict[str, tuple[date, str]] = field(default_factory=dict)
    known: list[str] = field(default_factory=list)

    @property
    def actor(self) -> Actor:
        return Actor(self.shape.coordinator, Role.COORDINATOR, self.digibank)

    def stock(self) -> None:
        """Take in and wipe the devices before the desk opens."""
        received = _OPENING - timedelta(days=20)
        with _on(received), db.transaction(self.actor, "demo: toestellen") as session:
            owner = programme.digibank(session, self.digibank)
            kinds = self.dice.choices(
                list(DeviceKind), weights=(75, 20, 5), k=self.shape.devices
            )
            for number, kind in enumerate(kinds, start=1):
                request = NewDevice(
                    device=f"{owner.prefix}-{number:04d}",
                    kind=kind,
                    model=self.dice.choice(_MODELS[kind]),
                    serial=f"DEMO-{owner.prefix}-{number:05d}",
                    origin=self.dice.choices(list(Origin), weights=(30, 25, 45))[0],
                    received_on=received,
                )
                lending.add_device(session, request, actor=self.actor, today=received)
                self.to_wipe[request.device] = received + timedelta(
                    days=self.dice.randint(2, 9)
                )

    def work(self, day: date) -> None:
        """Do what happens at the desk on a day: nothing in weekends, less in summer."""
        if day.weekday() >= SATURDAY:
            return
        back = [code for code, (planned, _) in self.out.items() if planned <= day]
        clean = [code for code, planned in self.to_wipe.items() if planned <= day]
        quiet = 0.5 if day.month in (7, 8) else 1.0
        visitors = sum(
            self.dice.random() < self.shape.loans_a_week * quiet / 15 for _ in range(3)
        )
        if not (back or clean or visitors):
            return
        with _on(day), db.transaction(self.actor, "demo: dag aan de balie") as session:
            for code in back:
                self._take_back(session, code, day)
            for code in clean:
                self._wipe(session, code, day)
            for _ in range(min(visitors, len(self.ready))):
                self._lend(session, day)

    def _take_back(self, session: Session, code: str, day: date) -> None:
        condition = self.dice.choices(list(Condition), weights=(94, 3, 3))[0]
        request = ReturnRequest(device=code, returned_on=day, condition=condition)
        lending.take_back(session, request, actor=self.actor, today=day)
        del self.out[code]
        self.to_wipe[code] = day + timedelta(days=self.dice.randint(2, 12))

    def _wipe(self, session: Session, code: str, day: date) -> None:
        request = WipeRequest(
            device=code, wiped_on=day, method=self.dice.choice(list(WipeMethod))
        )
        lending.wipe(session, request, actor=self.actor, today=day)
        del self.to_wipe[code]
        self.ready.append(code)

    def _lend(self, session: Session, day: date) -> None:
        code = self.ready.pop(self.dice.randrange(len(self.ready)))
        borrowers = {person for _, person in self.out.values()}
        returning = [key for key in self.known if key not in borrowers]
        if returning and self.dice.random() < 0.2:
            person = self.dice.choice(returning)
        else:
            person = self._register(session)
        due = default_due(day, 28)
        request = LoanRequest(device=code, person=person, lent_on=day, due_on=due)
        lending.lend(session, request, actor=self.actor, today=day)
        slip = self.dice.choices((-9, 0, 9, 60), weights=(35, 47, 12, 6))[0]
        self.out[code] = (due + timedelta(days=slip + self.dice.randint(-2, 0)), person)

    def _register(self, session: Session) -> str:
        towns = [
            town.nis
            for town in programme.municipalities(session)
            if town.digibank == self.digibank
        ]
        request = invent(self.dice, towns)
        key = persons.register(session, request, actor=self.actor).key
        self.known.append(key)
        return key


def _on(day: date) -> AbstractContextManager[None]:
    return clock.at(datetime.combine(day, time(14), clock.BRUSSELS))
