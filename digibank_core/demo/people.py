"""The invented people of the demo database."""

from __future__ import annotations

import random
from collections.abc import Sequence

from digibank_core.models import OUTSIDE, Gender, NewPerson

# fmt: off
FIRST_NAMES = (
    "Godelieve", "Lieve", "Noël", "Fatima", "Jozef", "Maria", "Roger", "Rita", "Willy",
    "Denise", "Etienne", "Monique", "Karim", "Özlem", "Daniël", "Yvonne", "Gilbert",
    "Annie", "André", "Christiane", "Luc", "Marleen", "Hilde", "Ivan", "Olena", "Samira",
    "Dirk", "Greta", "Zoë", "Bjørn", "Paula", "Marcel", "Nadine", "Tom", "Ingrid", "Freddy",
    "Amina", "Kurt", "Sabine", "Wim",
)
LAST_NAMES = (
    "Maertens", "D'Hondt", "Claeys", "El Amrani", "Van den Bossche", "Vandenbossche",
    "De Smet", "Öztürk", "Van Hecke", "Le Fèvre", "Dewulf", "Verhaeghe", "Van de Walle",
    "Desmedt", "Lambrecht", "Vanhoutte", "De Clercq", "Ver Eecke", "Dhondt", "Boudry",
    "Cools", "Kowalski", "Naessens", "Pattyn", "Quintens", "Ryckaert", "Strubbe", "Tanghe",
    "Vermeersch", "Uyttenhove", "Wyffels", "Yildiz", "Zwaenepoel", "Bonte", "Goethals",
    "Hoste", "Inghelbrecht", "Jonckheere",
)
# fmt: on
AGES = ((19, 29), (30, 54), (55, 64), (65, 74), (75, 92))
AGE_SHARES = (9, 24, 20, 28, 19)
"""Percent of each band of `AGES`, in 2023. Source: demo figures at the end of facts.md."""


def invent(dice: random.Random, towns: Sequence[str]) -> NewPerson:
    """Invent a person who lives in one of these municipalities, or now and then elsewhere."""
    youngest, oldest = dice.choices(AGES, weights=AGE_SHARES)[0]
    return NewPerson(
        first_name=dice.choice(FIRST_NAMES),
        last_name=dice.choice(LAST_NAMES),
        birth_year=2023 - dice.randint(youngest, oldest),
        gender=dice.choices(list(Gender), weights=(57, 42, 1, 0))[0],
        residence=dice.choice([*[*towns] * 6, OUTSIDE]),
        phone=f"0470 00 {dice.randrange(100):02d} {dice.randrange(100):02d}",
    )
