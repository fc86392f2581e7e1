"""Somebody who mends what was written down wrongly."""

from __future__ import annotations

from datetime import date

import pytest

from digibank_core import clock, db
from digibank_core.services import corrections

LATER = date(2024, 6, 3)


class Mender:
    """Corrections at one Digibank; each is a transaction of its own, on the day LATER."""

    def __init__(self, desk, actor=None):
        self.desk, self.actor = desk, actor or desk.actor

    def look(self, address):
        """Give a record as the page shows it."""
        with db.reading() as session:
            return corrections.view(session, address, actor=self.actor)

    def correct(self, address, *, version=None, **facts):
        """Correct facts of a record; give what changed, by address."""
        shown = self.look(address)
        request = shown.form.model_construct(**shown.values | facts)
        return self._act(corrections.correct, address, request, version=version)

    def void(self, address, *, version=None):
        """Void a record."""
        return self._act(corrections.void, address, version=version)

    def restore(self, address, *, version=None):
        """Let a voided record count again."""
        return self._act(corrections.restore, address, version=version)

    def history(self, address):
        """Give what happened to a record, the newest first."""
        with db.reading() as session:
            return corrections.history_of(session, address, actor=self.actor)

    def related(self, address):
        """Give the addresses of the records that belong to a record."""
        with db.reading() as session:
            found = corrections.related(session, address, actor=self.actor)
        return [one.address for one in found]

    def _act(self, act, address, *request, version):
        version = version or self.look(address).version
        with self.desk.at_work(LATER, "verbetering") as session:
            changed = act(
                session,
                address,
                *request,
                version=version,
                actor=self.actor,
                today=clock.today(),
            )
        return {one.address: one for one in changed}


@pytest.fixture
def mend(west):
    """Who mends at Brugge West."""
    return Mender(west)
