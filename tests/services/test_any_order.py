"""Whatever is done to persons, in any order: every figure stays right (rules 7, 61 to 65).

A plain list of who did what, kept beside the database, says what reach has to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from digibank_core import db, history, known
from digibank_core.errors import (
    AlreadyMergedError,
    AlreadyWithdrawnError,
    ErasedAlreadyError,
    MergeErasedError,
    MergeVoidedError,
    NothingChangedError,
    ToldApartError,
    UnknownPersonError,
)
from digibank_core.indicators.deliveries import deliveries
from digibank_core.measuring import measure
from digibank_core.models import ErasureReason, ErasureRequest, Mark
from digibank_core.services import corrections, doubles, erasure, roll
from tests.conftest import Desk, on_day
from tests.couples import different, lesson, merge, withdraw
from tests.lives import visit

BEFORE, LAST, DAY = date(2024, 1, 7), date(2024, 12, 31), timedelta(days=1)
GROWN_UP, CHILD = 1950, 2015
YEARS = (GROWN_UP, CHILD)


@dataclass
class Someone:
    """What is remembered of a person."""

    year: int
    voided: bool = False
    erased: bool = False


@dataclass
class Given:
    """What is remembered of a lesson or a visit."""

    person: str
    voided: bool = False


class AnyOrder:
    """Acts at one Digibank, each on a day of its own, on what numbers point to."""

    def __init__(self, desk):
        self.desk, self.day = desk, BEFORE
        self.persons, self.given, self.kept, self.apart = {}, {}, {}, []
        self.reached = {}

    def register(self, year):
        """Register somebody, grown up or not."""
        return self.act(
            lambda: self.desk.register("Lieve", birth_year=year, on=self.day),
            then=lambda key: self.persons.update({key: Someone(year)}),
        )

    def help_at_digipunt(self, key):
        """Note a visit."""
        self.serve(key, lambda: f"visit/{visit(self.desk, key, on=self.day)}")

    def teach(self, key):
        """Note somebody at a lesson."""
        self.serve(key, lambda: self._teach(key))

    def serve(self, key, note):
        """Note a service, which goes to whom the person counts as."""
        self.act(
            note,
            then=lambda address: self.given.update({address: Given(self.root(key))}),
            wrong=self.unknown(key),
        )

    def merge(self, kept, absorbed):
        """Say that two are one; the first one stays."""
        pair = self.root(absorbed), self.root(kept)
        self.act(
            lambda: merge(self.desk, kept, absorbed, on=self.day),
            then=lambda number: self.kept.update({number: pair}),
            wrong=self.unfit(kept, absorbed),
        )

    def withdraw(self, number):
        """Take a merge back, once."""
        self.act(
            lambda: withdraw(self.desk, number, on=self.day),
            then=lambda _: self.kept.pop(number),
        )
        self.act(lambda: withdraw(self.desk, number, on=self.day), wrong=AlreadyWithdrawnError)

    def merge_and_withdraw(self, kept, absorbed):
        """Merge and withdraw at once: every figure is what it was before."""
        if self.unfit(kept, absorbed):
            return
        before = self.figures()
        self.merge(kept, absorbed)
        self.withdraw(max(self.kept))
        assert changed(before, self.figures()) == {}

    def tell_apart(self, one, other):
        """Say that two are not the same."""
        pair = self.root(one), self.root(other)
        self.act(
            lambda: different(self.desk, one, other, on=self.day),
            then=lambda _: self.apart.append(pair),
            wrong=AlreadyMergedError if pair[0] == pair[1] else None,
        )

    def say_it_was_somebody_else(self, address, key):
        """Correct whose lesson or visit it was."""
        given = self.given[address]
        same = NothingChangedError if given.person in (key, self.root(key)) else None
        self.act(
            lambda: self.correct(address, person=key),
            then=lambda _: setattr(given, "person", self.root(key)),
            wrong=(given.person != key and self.unknown(key)) or same,
        )

    def correct_birth_year(self, key, year):
        """Correct when somebody was born."""
        person = self.persons[key]
        self.act(
            lambda: self.correct(f"person/{key}", birth_year=year),
            then=lambda _: setattr(person, "year", year),
            wrong=NothingChangedError if person.year == year else None,
        )

    def erase(self, key):
        """Erase somebody: no count and no breakdown changes."""
        group = [self.persons[one] for one in self.persons if self.root(one) == self.root(key)]
        is_left = any(not one.erased for one in group)
        before = self.figures()
        self.act(lambda: self._erase(key), wrong=None if is_left else ErasedAlreadyError)
        for person in group:
            person.erased = True
        assert changed(before, self.figures()) == {}

    def check(self):
        """At each moment the figure was right and still is known; the chain holds."""
        for day, persons in self.reached.items():
            assert self.count(day) == persons, f"as known on {day}"
        assert self.figures()["reach"] == self.count() == self.right()
        with db.reading() as session:
            assert history.verify(session) is None

    def begin(self):
        """Let three grown-ups and a child visit a Digipunt."""
        for year in (GROWN_UP, GROWN_UP, GROWN_UP, CHILD):
            self.help_at_digipunt(self.register(year))
        self.reached.clear()

    def act(self, do, *, then=lambda _: None, wrong=None):
        """Do something on the next day; when it is wrong it is refused and changes nothing."""
        self.day += DAY
        done = None
        if wrong:
            with pytest.raises(wrong):
                do()
        else:
            done = do()
            then(done)
        self.reached[self.day] = self.right()
        return done

    def turn(self, key, among):
        """Void a person or a service that counts, or restore one that was voided."""
        remembered = among[key]
        change = corrections.restore if remembered.voided else corrections.void
        address = f"person/{key}" if among is self.persons else key
        self.act(
            lambda: self._mend(change, address),
            then=lambda _: setattr(remembered, "voided", not remembered.voided),
        )

    def correct(self, address, **facts):
        """Correct facts of a record."""
        with db.reading() as session:
            shown = corrections.view(session, address, actor=self.desk.actor)
        self._mend(corrections.correct, address, shown.form(**shown.values | facts))

    def root(self, key):
        """Tell as whom a person counts."""
        absorbed = dict(self.kept.values())
        while key in absorbed:
            key = absorbed[key]
        return key

    def unknown(self, key):
        """Tell why nothing can be written down for somebody."""
        root = self.persons[self.root(key)]
        return UnknownPersonError if root.voided or root.erased else None

    def unfit(self, *pair):
        """Tell why two cannot be merged."""
        roots = {self.root(key) for key in pair}
        persons = [self.persons[root] for root in roots]
        if len(roots) == 1:
            return AlreadyMergedError
        if any(person.voided for person in persons):
            return MergeVoidedError
        if any(person.erased for person in persons):
            return MergeErasedError
        apart = [{self.root(key) for key in told} for told in self.apart]
        return ToldApartError if roots in apart else None

    def right(self):
        """Count by hand who is reached: each root, grown up, once."""
        roots = {self.root(given.person) for given in self.given.values() if not given.voided}
        persons = [self.persons[root] for root in roots]
        return sum(one.year == GROWN_UP and not one.voided for one in persons)

    def count(self, known_on=None):
        """Count who is reached, as it is known now or was on a day."""
        rows = deliveries(self.desk.frames(known_on))
        return rows.loc[rows["qualifies"], "person"].nunique()

    def figures(self):
        """Give every figure and every cell of a breakdown."""
        progress = measure(self.desk.frames(), "west", "IMPL", LAST)
        cells = {one.definition.code: one.cells.to_dict() for one in progress.breakdowns}
        return cells | {one.definition.code: one.value for one in progress.figures}

    def _teach(self, key):
        _, number = lesson(self.desk, on=self.day)
        with self.desk.at_work(self.day) as session:
            row = roll.walk_in(session, number, key, actor=self.desk.actor, today=self.day)
            row.mark = Mark.PRESENT
            session.flush()
            return f"attendance/{row.id}"

    def _erase(self, key):
        request = ErasureRequest(why=ErasureReason.ASKED, sure=True)
        with self.desk.at_work(self.day, "wissen op verzoek") as session:
            erasure.erase(session, key, request, actor=self.desk.actor, today=self.day)

    def _mend(self, change, address, *request):
        with db.reading() as session:
            version = corrections.view(session, address, actor=self.desk.actor).version
        with self.desk.at_work(self.day, "verbetering") as session:
            facts = {"version": version, "actor": self.desk.actor, "today": self.day}
            change(session, address, *request, **facts)


def changed(before, after):
    return {code: (before[code], after[code]) for code in before if before[code] != after[code]}


ACTS = {  # each takes two persons, and what chooses one of several
    "register": lambda world, _one, _other, of: world.register(of(YEARS)),
    "visit": lambda world, one, _other, _of: world.help_at_digipunt(one),
    "lesson": lambda world, one, _other, _of: world.teach(one),
    "merge": lambda world, one, other, _of: world.merge(one, other),
    "merge and withdraw": lambda world, one, other, _of: world.merge_and_withdraw(one, other),
    "withdraw": lambda world, _one, _other, of: world.kept and world.withdraw(of(world.kept)),
    "tell apart": lambda world, one, other, _of: world.tell_apart(one, other),
    "somebody else": lambda world, one, _other, of: world.say_it_was_somebody_else(
        of(world.given), one
    ),
    "birth year": lambda world, one, _other, of: world.correct_birth_year(one, of(YEARS)),
    "void": lambda world, _one, _other, of: world.turn(of(world.given), world.given),
    "void person": lambda world, one, _other, _of: world.turn(one, world.persons),
    "erase": lambda world, one, _other, _of: world.erase(one),
}
PAIRS = st.permutations(range(4))
SOME_ACTS = st.lists(
    st.tuples(st.sampled_from([*ACTS, "merge", "merge", "visit"]), PAIRS, st.integers(0, 11)),
    min_size=10,
    max_size=10,
)
"""What is done, with two of the first persons, and a number to choose something by."""


@settings(
    max_examples=6,
    deadline=None,
    phases=(Phase.reuse, Phase.generate),  # to shrink takes minutes, and tells little more
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=SOME_ACTS)
def test_rules_7_and_61_to_65_hold_for_any_order_of_acts(database, ann, monkeypatch, acts):
    database.installation(monkeypatch)
    known.forget()
    doubles._scans.clear()
    with on_day(LAST):
        world = AnyOrder(Desk(ann))
        world.begin()
        for name, two, number in acts:
            people = list(world.persons)
            one, other = (people[place] for place in two[:2])
            ACTS[name](world, one, other, lambda among, at=number: list(among)[at % len(among)])
        world.check()
