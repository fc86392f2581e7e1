"""An exact solver for small whole numbers: whether a number can be another than it is."""

from __future__ import annotations

from collections import defaultdict

PATIENCE = 4000


class UndecidedError(Exception):
    """The search took too long to say yes or no."""


class Puzzle:
    """Numbers that are not told, what each could be, and what holds between them.

    `could_be` has the least and the most of each. A relation is (terms, low, high): the
    terms, number to how often it counts, add up to no less than low and no more than high;
    None is no bound. The truth only says where to look first: nothing is left untried.
    """

    def __init__(self, truth, could_be, relations):
        self.truth, self.could_be, self.relations = truth, could_be, relations
        self.of = defaultdict(list)
        for place, (terms, *_) in enumerate(relations):
            assert not _off(relations[place], truth), relations[place]
            for name in terms:
                self.of[name].append(place)
        self.steps = 0

    def another(self, name):
        """Find values that all fit, with another one for this number; None if none do."""
        self.steps, (least, most) = 0, self.could_be[name]
        for ends in ((self.truth[name] + 1, most), (least, self.truth[name] - 1)):
            found = self._solved_with(self.could_be, name, ends, range(len(self.relations)))
            if found is not None:
                return found
        return None

    def _solved_with(self, could_be, name, ends, places):
        if ends[0] > ends[1]:
            return None
        narrowed = self._narrowed({**could_be, name: ends}, places)
        return None if narrowed is None else self._solved(narrowed)

    def _solved(self, could_be):
        """Take the values nearest to the truth, and repair a relation that does not hold."""
        self.steps += 1
        if self.steps > PATIENCE:
            raise UndecidedError
        now = {name: _nearest(self.truth[name], ends) for name, ends in could_be.items()}
        broken = [relation for relation in self.relations if _off(relation, now)]
        if not broken:
            return now
        relation = min(broken, key=lambda each: len(each[0]))
        free = [name for name in relation[0] if could_be[name][0] < could_be[name][1]]
        name = min(free, key=lambda each: (len(self.of[each]), each))
        least, most = could_be[name]
        aim = _nearest(now[name] - int(_off(relation, now) / relation[0][name]), (least, most))
        for ends in ((aim, aim), (least, aim - 1), (aim + 1, most)):
            found = self._solved_with(could_be, name, ends, self.of[name])
            if found is not None:
                return found
        return None

    def _narrowed(self, could_be, places):
        """Leave out the values that break a relation, whatever the others are."""
        waiting = list(places)
        while waiting:
            terms, low, high = self.relations[waiting.pop()]
            ends = {
                name: sorted(often * end for end in could_be[name])
                for name, often in terms.items()
            }
            least, most = (sum(each[side] for each in ends.values()) for side in (0, 1))
            for name, often in terms.items():
                # what is left for this one when all others are at their least or their most
                up = ends[name][1] if high is None else high - (least - ends[name][0])
                down = ends[name][0] if low is None else low - (most - ends[name][1])
                if often < 0:
                    down, up = -up, -down
                first, last = -(-down // abs(often)), up // abs(often)
                narrow = max(first, could_be[name][0]), min(last, could_be[name][1])
                if narrow[0] > narrow[1]:
                    return None
                if narrow != could_be[name]:
                    could_be[name] = narrow
                    waiting += self.of[name]
        return could_be


def _nearest(value, ends):
    return min(max(value, ends[0]), ends[1])


def _off(relation, values):
    """Give how much the terms of a relation are too much, or too little."""
    terms, low, high = relation
    told = sum(often * values[name] for name, often in terms.items())
    if low is not None and told < low:
        return told - low
    return told - high if high is not None and told > high else 0
