"""Fifty thousand invented persons, written past services and history: for benchmarks only."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from itertools import islice

from sqlmodel import func, insert, select

from digibank_core import db
from digibank_core.models import Contact, Gender, HistoryEntry, Municipality, Person, PersonRole

PERSONS, OWN = 50_000, 5_000
"""How many there are in all, and in Digibank West."""
BATCH = 5_000
MOMENT = datetime(2024, 6, 3, 9, tzinfo=UTC)

# fmt: off
FIRST_NAMES = (
    "Agnes", "Albert", "Alice", "Amina", "An", "André", "Anna", "Annie", "Arthur", "Aziz",
    "Bart", "Bea", "Bernadette", "Bjørn", "Carine", "Cecile", "Chantal", "Christiane",
    "Daniël", "Denise", "Diane", "Dirk", "Eddy", "Elena", "Els", "Emiel", "Erik", "Etienne",
    "Fatima", "Filip", "Frank", "Freddy", "Geert", "Georges", "Germaine", "Gilbert",
    "Ginette", "Godelieve", "Greta", "Guido", "Hassan", "Hilde", "Hugo", "Ingrid", "Irena",
    "Ivan", "Jacques", "Jan", "Jean-Pierre", "Jeannine", "Johan", "Jozef", "Julia", "Karim",
    "Katrien", "Khadija", "Koen", "Kurt", "Leen", "Leona", "Liliane", "Lieve", "Linda",
    "Luc", "Lucienne", "Marc", "Marcel", "Maria", "Marie-Louise", "Marleen", "Martine",
    "Maurice", "Mehmet", "Mia", "Michel", "Mohamed", "Monique", "Myriam", "Nadia", "Nadine",
    "Nicole", "Noël", "Olena", "Özlem", "Patrick", "Paul", "Paula", "Peter", "Philippe",
    "Pierre", "Rachid", "Raf", "Rita", "Robert", "Roger", "Roland", "Rosa", "Rudy",
    "Sabine", "Samira", "Simonne", "Sofie", "Stefaan", "Svetlana", "Tom", "Veerle",
    "Walter", "Willy", "Wim", "Yasmina", "Yvonne", "Zoë",
)
PARTICLES = ("", "Van ", "Van de ", "Van den ", "Van der ", "De ", "Ver", "Vande", "D'")
STEMS = (
    "Abeele", "Acker", "Baere", "Berghe", "Blauwe", "Boeck", "Bossche", "Brabander",
    "Broucke", "Buck", "Bulcke", "Bussche", "Casteele", "Clercq", "Cock", "Coninck",
    "Cuyper", "Daele", "Decker", "Driessche", "Eecke", "Eynde", "Geest", "Gheyn", "Ginste",
    "Graeve", "Grande", "Haegen", "Haute", "Hecke", "Heede", "Heyden", "Hondt", "Hoorne",
    "Houtte", "Huys", "Jonghe", "Kerckhove", "Keyser", "Kimpe", "Laet", "Landuyt", "Leene",
    "Loo", "Maele", "Maeyer", "Meulen", "Meester", "Moere", "Moor", "Mulder", "Neste",
    "Nolf", "Oost", "Pauw", "Perre", "Plancke", "Poel", "Poorter", "Putte", "Raes", "Reu",
    "Rijcke", "Roo", "Ryck", "Schaeve", "Schepper", "Schoote", "Smet", "Soete", "Steene",
    "Sype", "Velde", "Vijver", "Vliet", "Vos", "Vyver", "Waele", "Walle", "Weghe", "Weyts",
    "Wiele", "Winter", "Witte", "Woestyne", "Wulf", "Zande",
)
OTHER_NAMES = (
    "Maertens", "Claeys", "Peeters", "Janssens", "Willems", "Mertens", "Dewulf", "Desmedt",
    "Verhaeghe", "Lambrecht", "Boudry", "Cools", "Naessens", "Pattyn", "Quintens",
    "Ryckaert", "Strubbe", "Tanghe", "Vermeersch", "Uyttenhove", "Wyffels", "Zwaenepoel",
    "Bonte", "Goethals", "Hoste", "Inghelbrecht", "Jonckheere", "El Amrani", "El Khattabi",
    "Ben Salah", "Benali", "Öztürk", "Yıldız", "Kowalski", "Wójcik", "Popescu", "Nguyen",
    "Li", "Le Fèvre", "Shevchenko", "Haidari", "Ahmadi", "Diallo", "Okafor", "Al Hassan",
    "Łukasz",
)
# fmt: on


def fill():
    """Write the persons, their contact data, and the two entries of history of each."""
    dice = random.Random(20241123)
    digibanken = ["west"] * OWN + [
        dice.choice(("noord", "brugge")) for _ in range(PERSONS - OWN)
    ]
    dice.shuffle(digibanken)
    with db.engine().begin() as connection:
        towns = connection.execute(select(Municipality.nis)).scalars().all()
        made = iter(
            [_person(dice, one, number, towns) for number, one in enumerate(digibanken)]
        )
        last = connection.execute(select(func.max(HistoryEntry.id))).scalar_one()
        while batch := list(islice(made, BATCH)):
            persons, contacts = zip(*batch, strict=True)
            connection.execute(insert(Person.__table__), persons)
            connection.execute(insert(Contact.__table__), contacts)
            entries = [_entry(last, number, key) for number, key in enumerate(_keys(persons))]
            connection.execute(insert(HistoryEntry.__table__), entries)
            last += len(entries)


def _person(dice, digibank, number, towns):
    key = f"{number:016x}"
    town = dice.choice([*towns, None])
    last_name = (
        dice.choice(OTHER_NAMES)
        if dice.random() < 0.4
        else dice.choice(PARTICLES) + dice.choice(STEMS)
    )
    person = {
        "key": key,
        "digibank": digibank,
        "birth_year": None if dice.random() < 0.05 else dice.randint(1930, 2004),
        "adult_confirmed": False,
        "role": PersonRole.PARTICIPANT,
        "gender": dice.choice(list(Gender)),
        "municipality": town,
        "outside_area": town is None and dice.random() < 0.5,
        "voided": False,
        "recorded_at": MOMENT,
        "version": 1,
    }
    contact = {
        "person": key,
        "first_name": dice.choice(FIRST_NAMES),
        "last_name": None if dice.random() < 0.02 else last_name.replace("'H", "'h"),
        "phone": f"04{dice.randrange(7000, 9900)} {dice.randrange(10_000):04}",
        "mail": None,
        "postcode": dice.choice(("8000", "8020", "8210", "8300", "8490", "8820", None)),
        "version": 1,
    }
    return person, contact


def _keys(persons):
    return [(table, person["key"]) for person in persons for table in ("contact", "person")]


def _entry(last, number, named):
    table, key = named
    return {
        "id": last + 1 + number,
        "transaction": last + 1 + number,
        "at": MOMENT,
        "login": "meting",
        "role": "",
        "reason": "meting",
        "table": table,
        "key": key,
        "after": "{}",
        "touched": "",
        "previous": "",
        "hash": "",
    }
