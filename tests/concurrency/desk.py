"""A desk in a process of its own: for each line that it hears it acts, and says one back."""

from __future__ import annotations

import sys
from datetime import date

from digibank_core import db
from digibank_core.errors import DigibankError
from digibank_core.models import LoanRequest, NewPerson
from digibank_core.security import Actor, Role
from digibank_core.services import lending, merges, persons

DAY = date(2024, 3, 4)


def register(actor, times):
    """Register persons, each in a transaction of its own."""
    for _ in range(int(times)):
        with db.transaction(actor, "druk aan de balie") as session:
            persons.register(session, NewPerson(first_name="Lieve"), actor=actor)
    return "registered"


def lend(actor, device, person):
    """Lend a device, or say which error forbids it."""
    request = LoanRequest(device=device, person=person, lent_on=DAY, due_on=DAY)
    try:
        with db.transaction(actor, "druk aan de balie") as session:
            lending.lend(session, request, actor=actor, today=DAY)
    except DigibankError as error:
        return type(error).__name__
    return "lent"


def merge(actor, kept, absorbed):
    """Merge two persons, or say which error forbids it."""
    try:
        with db.transaction(actor, "druk aan de balie") as session:
            merges.merge(session, kept, absorbed, actor=actor)
    except DigibankError as error:
        return type(error).__name__
    return "merged"


if __name__ == "__main__":
    desk = Actor(sys.argv[1], Role.COORDINATOR, "west")
    print("ready", flush=True)
    for line in sys.stdin:
        act, *details = line.split()
        acts = {"register": register, "lend": lend, "merge": merge}
        print(acts[act](desk, *details), flush=True)
