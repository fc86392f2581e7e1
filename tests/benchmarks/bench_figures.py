"""Figures of one Digibank over the demo database, now and as known a year ago."""

from __future__ import annotations

from datetime import date

from digibank_core import clock, db, reporting, security
from digibank_core.demo import STORY_DAY
from tests.benchmarks.measure import report, took

ROUNDS = 9


def test_figures_of_one_digibank(site):
    clock.tell_story(STORY_DAY)

    def measure(known_on=None):
        with db.reading() as session:
            reporting.progress(
                session,
                actor=security.command_line(),
                digibank="brugge",
                period="IMPL",
                as_of=STORY_DAY,
                known_on=known_on,
            )

    print()
    report("all figures of Digibank Brugge", took(measure, ROUNDS))
    report("... as known one year ago", took(lambda: measure(date(2024, 3, 31)), ROUNDS))


def test_checks_of_one_digibank(site):
    clock.tell_story(STORY_DAY)

    def check():
        with db.reading() as session:
            reporting.quality(
                session,
                actor=security.command_line(),
                digibank="west",
                period="IMPL",
                as_of=STORY_DAY,
            )

    print()
    report("all checks of Digibank Brugge West", took(check, ROUNDS))
