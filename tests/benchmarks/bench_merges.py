"""Doubles among fifty thousand persons: the scan of a Digibank, a merge, and its effect."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from sqlmodel import insert, select

from digibank_core import clock, db, known, matching
from digibank_core.models import Contact, Digipunt, Merge, Person, Question, Topic, Visit
from digibank_core.security import Actor, Role
from digibank_core.services import doubles, merges
from tests.benchmarks import crowd
from tests.benchmarks.measure import report, took

ANN = Actor("ann", Role.COORDINATOR, "west")
PLANTED, ROUNDS, SCANS = 50, 20, 3
DAY = datetime(2024, 9, 2, 9, tzinfo=UTC)


def test_doubles_among_fifty_thousand(database, installation):
    crowd.fill()
    planted = plant()
    serve()
    doubles._scans.clear()

    scans = took(scan_anew, SCANS)
    pairs = read(doubles.suspects)
    found = {frozenset((pair.one, pair.other)) for pair in pairs}
    assert found >= planted
    couples = iter(pairs)
    again = took(lambda: read(doubles.suspects), ROUNDS)
    compared = took(lambda: compare(next(couples)), ROUNDS)
    effects = took(lambda: effect(pairs[0]), SCANS)
    counted = took(lambda: match(pairs), SCANS)
    left = iter(planted)
    made = took(lambda: merge(*next(left)), ROUNDS)
    numbers = iter([one.number for one in read(merges.merged)])
    undone = took(lambda: withdraw(next(numbers)), ROUNDS)

    print(
        f"\n{type(database).__name__}: {crowd.PERSONS} persons, {crowd.OWN + PLANTED} in the "
        f"Digibank, {len(pairs)} pairs ({PLANTED} planted)"
    )
    report("... scan, names read and all compared", scans)
    report("... suspects after that", again)
    report("... two persons side by side", compared)
    report("... effect of a merge on all figures", effects)
    report("... strict, decided, loose", counted)
    report("... merge", made)
    report("... withdraw", undone)


def plant():
    """Register persons of the crowd once more, with a letter less; give the pairs."""
    dice, pairs, rows = random.Random(20241124), set(), []
    with db.reading() as session:
        own = select(Person, Contact).join(Contact).where(Person.digibank == "west")
        people = [pair for pair in session.exec(own).all() if pair[1].last_name is not None]
    for number, (person, contact) in enumerate(dice.sample(people, PLANTED)):
        key, name = f"d{number:015x}", contact.last_name
        cut = dice.randrange(1, len(name)) if len(name) > 5 else len(name)
        twin = contact.model_dump() | {"person": key, "last_name": name[:cut] + name[cut + 1 :]}
        rows.append((person.model_dump() | {"key": key}, twin))
        pairs.add(frozenset((person.key, key)))
    with db.engine().begin() as connection:
        for model, records in zip((Person, Contact), zip(*rows, strict=True), strict=True):
            connection.execute(insert(model.__table__), list(records))
    return pairs


def serve():
    """Let everybody of the Digibank visit a Digipunt once."""
    with db.reading() as session:
        keys = session.exec(select(Person.key).where(Person.digibank == "west")).all()
        place = session.exec(select(Digipunt).where(Digipunt.digibank == "west")).first()
        topic = session.exec(select(Topic.code)).first()
    visits = [
        Visit(
            id=number,
            digibank="west",
            digipunt=place.code,
            municipality=place.municipality,
            visited_on=DAY.date(),
            person=key,
            recorded_at=DAY,
        ).model_dump()
        for number, key in enumerate(keys, start=1)
    ]
    asked = [
        Question(
            id=visit["id"],
            digibank="west",
            visit=visit["id"],
            topic=topic,
            result="opgelost",
            recorded_at=DAY,
        ).model_dump()
        for visit in visits
    ]
    with db.engine().begin() as connection:
        connection.execute(insert(Visit.__table__), visits)
        connection.execute(insert(Question.__table__), asked)


def scan_anew():
    """Search the doubles as the first page does that asks for them."""
    doubles._scans.clear()
    known.forget()
    read(doubles.suspects)


def read(service):
    with db.reading() as session:
        return service(session, actor=ANN)


def compare(pair):
    with db.reading() as session:
        doubles.compare(session, pair.one, pair.other, actor=ANN)


def effect(pair):
    would_be = Merge(id=0, digibank="west", kept=pair.one, absorbed=pair.other)
    with db.reading() as session:
        matching.changes(session, [would_be], actor=ANN, as_of=clock.today())


def match(pairs):
    with db.reading() as session:
        matching.matching(session, pairs, actor=ANN, as_of=clock.today())


def merge(one, other):
    with db.transaction(ANN, "meting") as session:
        merges.merge(session, one, other, actor=ANN)


def withdraw(number):
    with db.transaction(ANN, "meting") as session:
        merges.withdraw(session, number, actor=ANN, version=None)
