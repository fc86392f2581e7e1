"""A database to practise on: invented persons, devices and loans, told on one fixed day.

Everything is written by the services, under the clock of the story, so that history and
"known on" are those of a real Digibank. The same seed gives the same figures.
"""

from __future__ import annotations

import random
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta

from sqlmodel import select

from digibank_core import clock, db, encryption, extract, security
from digibank_core.config import places
from digibank_core.demo import asides, budget
from digibank_core.demo.desk import Desk
from digibank_core.demo.plan import FIRST_MONDAY, LAST_MONDAY, Week, draw, mondays
from digibank_core.models import Digipunt, FundingPeriod, NewAccount
from digibank_core.security import Actor, Role
from digibank_core.services import accounts, programme

STORY_DAY = date(2025, 3, 31)
PASSWORD = "oefen-digibank"
SEED = 20250331

ACCOUNTS: tuple[tuple[str, str, str], ...] = (
    ("ann", PASSWORD, "coördinator van Brugge West"),
    ("noor", PASSWORD, "coördinator van Brugge Noord"),
    ("bram", PASSWORD, "coördinator van Brugge"),
    ("roger", PASSWORD, "digihelper in Brugge West"),
    ("karel", PASSWORD, "kringwinkel, voor Brugge West"),
    ("rik", PASSWORD, "rapportmaker van Brugge West"),
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
    "rik": (Role.EDITOR, "west"),
    "rita": (Role.REGIONAL, None),
    "beheer": (Role.ADMINISTRATOR, None),
}

REACHED = {"noord": 1180, "west": 968, "brugge": 1310}
"""Persons reached in IMPL by the end of 2024, as known on the day of the story."""
COORDINATORS = {"noord": "noor", "west": "ann", "brugge": "bram"}
DEVICES = {"noord": 70, "west": 60, "brugge": 80}
DIGIPUNTEN = {"noord": 13, "west": 14, "brugge": 9}
NEW_IN_2025 = 0.12
"""Share of the reached persons that comes for the first time in the first quarter of 2025."""


def make() -> None:
    """Make the demo database; raise `DatabaseExistsError` when there is one already."""
    dice = random.Random(SEED)
    with security.keys_from(dice), _on(date(2022, 10, 20)):
        db.create(story_day=STORY_DAY)
        encryption.make_key()
        _found()
        desks = {digibank: _open(digibank, dice) for digibank in REACHED}
    with security.keys_from(dice):
        plans = {
            digibank: draw(_planned(digibank), round(reached * NEW_IN_2025), dice)
            for digibank, reached in REACHED.items()
        }
        for monday in mondays(FIRST_MONDAY, LAST_MONDAY):
            friday = monday + timedelta(days=4)
            for digibank, desk in desks.items():
                with (
                    _on(friday),
                    db.transaction(desk.actor, "demo: papieren van de week") as session,
                ):
                    desk.type_week(session, monday, plans[digibank].get(monday, Week()))
                    asides.happen(session, desk, monday)
                    budget.happen(session, desk.actor, monday)
        extract.make_secret()
    with _on(STORY_DAY), db.reading() as session:
        extract.renew(session, actor=security.command_line(), moment=clock.now())


def _planned(digibank: str) -> int:
    """Persons that the plan itself must reach: the others are asides of the story."""
    return REACHED[digibank] - asides.REACHED_BESIDE_THE_PLAN.get(digibank, 0)


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


def _open(digibank: str, dice: random.Random) -> Desk:
    """Open the desk of a Digibank: its Digipunten and its stock."""
    actor = Actor(COORDINATORS[digibank], Role.COORDINATOR, digibank)
    with db.transaction(security.command_line(), "demo: Digipunten") as session:
        towns = [
            town for town in programme.municipalities(session) if town.digibank == digibank
        ]
        known = session.exec(select(Digipunt).where(Digipunt.digibank == digibank)).all()
        places = sorted(place.code for place in known if not place.mobile)
        for number in range(len(known), DIGIPUNTEN[digibank]):
            town = towns[number % len(towns)]
            place = Digipunt(
                code=f"{digibank}-demo-{number + 1}",
                digibank=digibank,
                municipality=town.nis,
                name=f"Digipunt {town.name} {number + 1}",
                source="fictief Digipunt van de oefendatabank",
            )
            session.add(place)
            places.append(place.code)
    with db.transaction(actor, "demo: budget") as session:
        budget.plan(session, actor)
    desk = Desk(actor, dice, places, [town.nis for town in towns])
    received = FIRST_MONDAY - timedelta(days=20)
    with _on(received), db.transaction(actor, "demo: toestellen") as session:
        desk.stock(session, DEVICES[digibank], received)
    return desk


def _on(day: date) -> AbstractContextManager[None]:
    return clock.at(datetime.combine(day, time(14), clock.BRUSSELS))
