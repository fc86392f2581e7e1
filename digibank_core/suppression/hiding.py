"""Small numbers hidden, and others with them, so that none can be computed back (rule 48).

A number below the threshold is shown as "<5". That is not enough where sums are known: each
hidden number therefore has a **way out**, a change of hidden numbers alone, this one among
them, after which every sum still holds and every number still looks as it is shown. Whoever
sees the report can then not tell the true numbers from the changed ones. Where there is no
way out, more is hidden.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

SMALLEST_THRESHOLD = 3
"""Below it, "smaller than" would leave one value only."""
HIDDEN = "verborgen"
"""How a number is shown that is hidden to protect another one."""
Steps = tuple[tuple[str, int], ...]
"""Names, each with a step of one up or down."""
_NEW, _LONGEST, _PATIENCE = 1000, 60, 2_000


@dataclass(frozen=True)
class Sum:
    """A number of the report that others add up to, by their names."""

    total: str
    parts: tuple[str, ...]


def hidden(
    numbers: Mapping[str, int], sums: Sequence[Sum], below: int, *, kept: Collection[str] = ()
) -> dict[str, str]:
    """Choose which numbers of one report to hide.

    Parameters
    ----------
    numbers
        Every number of the report by its name, none negative.
    sums
        What adds up to what, over all tables; also sums of which not all are shown.
    below
        Numbers from 1 up to this one are small; it is 3 or more.
    kept
        Names to show, unless small, as long as something else can be hidden instead.

    Returns
    -------
    dict
        Name to what is shown instead: "<5" or `HIDDEN`.
    """
    report = _Report(numbers, sums, max(below, SMALLEST_THRESHOLD), frozenset(kept))
    for name in sorted(report.small, key=lambda one: (numbers[one], one)):
        report.protect(name)
    return {
        name: f"<{report.below}" if name in report.small else HIDDEN
        for name in sorted(report.small | report.others | report.blank)
    }


@dataclass
class _Report:
    numbers: Mapping[str, int]
    sums: Sequence[Sum]
    below: int
    kept: frozenset[str]
    small: set[str] = field(default_factory=set)
    """Shown as smaller than the threshold, so known to be 1 or more."""
    others: set[str] = field(default_factory=set)
    """Hidden too, and known not to be small."""
    blank: set[str] = field(default_factory=set)
    """Hidden with all around it, whatever it is, so that nothing is known of it."""
    safe: set[str] = field(default_factory=set)
    """Hidden numbers that have a way out."""
    sums_of: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """Name to the sums it is in, with -1 for a total."""

    def __post_init__(self) -> None:
        self.small |= {name for name, it in self.numbers.items() if 0 < it < self.below}
        for place, one in enumerate(self.sums):
            self.sums_of.setdefault(one.total, []).append((place, -1))
            for part in one.parts:
                self.sums_of.setdefault(part, []).append((place, 1))

    def protect(self, name: str) -> None:
        """Hide what is needed to give a number a way out; at the worst all around it."""
        waiting = [name]
        while waiting:
            asked = waiting.pop()
            if asked in self.safe:
                continue
            change = self._way_out(asked)
            if change is None:
                waiting += [asked, *self._hide_around(asked)]
                continue
            self.others |= set(change) - self.small - self.blank
            self.safe |= set(change)

    def _way_out(self, name: str) -> dict[str, int] | None:
        """Find the change that hides least: names to a step of one up or down."""
        turn = count()
        queue: list[tuple[int, int, Steps]] = [
            (self._cost(name), next(turn), ((name, step),))
            for step in (1, -1)
            if self._may(name, step)
        ]
        tried: set[frozenset[tuple[str, int]]] = set()
        for _ in range(_PATIENCE):
            if not queue:
                return None
            cost, _, steps = heapq.heappop(queue)
            wrong = self._wrong_sum(steps)
            if wrong is None:
                return dict(steps)
            if len(steps) < _LONGEST:
                for more in self._repairs(*wrong, taken=dict(steps)):
                    further = (*steps, more)
                    if frozenset(further) not in tried:
                        tried.add(frozenset(further))
                        found = (cost + self._cost(more[0]), next(turn), further)
                        heapq.heappush(queue, found)
        return None

    def _wrong_sum(self, steps: Steps) -> tuple[int, int] | None:
        """Give the first sum that these steps break, and by how much."""
        off: dict[int, int] = {}
        for name, step in steps:
            for place, sign in self._places(name):
                off[place] = off.get(place, 0) + sign * step
        return next(((place, by) for place, by in sorted(off.items()) if by), None)

    def _repairs(
        self, place: int, by: int, *, taken: Mapping[str, int]
    ) -> Iterator[tuple[str, int]]:
        one = self.sums[place]
        for name, sign in ((one.total, -1), *((part, 1) for part in one.parts)):
            step = -sign if by > 0 else sign
            if name not in taken and self._may(name, step):
                yield name, step

    def _may(self, name: str, step: int) -> bool:
        """Tell whether a number looks the same after a step."""
        after = self.numbers[name] + step
        if name in self.blank:
            return after >= 0
        if name in self.small:
            return 0 < after < self.below
        if name in self._shown():
            return False
        return self.numbers[name] >= self.below and after >= self.below

    def _cost(self, name: str) -> int:
        """Weigh a number: a large one is worth more, a hidden one nothing."""
        if name in self.small | self.others | self.blank:
            return 1
        return _NEW + self.numbers[name]

    def _hide_around(self, name: str) -> list[str]:
        """Hide all that is summed together with a number, and when asked again, further on."""
        around = {name}.union(*(self.sums[place].parts for place, _ in self._places(name)))
        if name in self.blank:
            around = self._further({name})
        more = sorted(around - self.blank - (set() if name in self.blank else self._shown()))
        if not more:  # all that hangs together is hidden: nothing is left to compute with
            self.safe |= around
            return []
        self.blank |= set(more)
        self.small -= self.blank
        self.others -= self.blank
        return more

    def _further(self, names: set[str]) -> set[str]:
        """Give what stands in one sum with numbers that hang together and are all blank."""
        while names <= self.blank:
            sums = [self.sums[place] for name in names for place, _ in self._places(name)]
            further = names.union(*({one.total, *one.parts} for one in sums))
            if further == names:
                break
            names = further
        return names

    def _shown(self) -> frozenset[str]:
        return self.kept - self.small - self.others

    def _places(self, name: str) -> Sequence[tuple[int, int]]:
        return self.sums_of.get(name, ())
