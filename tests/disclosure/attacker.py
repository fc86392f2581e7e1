"""Somebody who sees a report without rows, knows every definition, and wants the rest.

What holds between the numbers is written down here once more, from the definitions on the
cards and not from what hides them.
"""

from __future__ import annotations

from collections import defaultdict

from tests.disclosure.solving import Puzzle

HIDDEN, NOT_THERE = "verborgen", "is er niet"
PERSONS = "reach"
OBJECTIVES = {"access": "toegang", "skills": "vaardigheden", "services": "diensten"}
OVERLAPS = {
    "overlap_access": ("access",),
    "overlap_skills": ("skills",),
    "overlap_services": ("services",),
    "overlap_access_skills": ("access", "skills"),
    "overlap_access_services": ("access", "services"),
    "overlap_skills_services": ("skills", "services"),
    "overlap_all": ("access", "skills", "services"),
}
TARGET_GROUPS = {
    "target_65_plus": ("reach_by_age", ("65-74", "75+")),
    "target_job_seekers": ("reach_by_labour_status", ("werkzoekend",)),
    "target_isced_0_2": ("reach_by_education", ("ISCED 0-2",)),
    "target_isced_3_4": ("reach_by_education", ("ISCED 3-4",)),
    "target_other_language": ("reach_by_other_language", ("ja",)),
    "target_reduced_rate": ("reach_by_reduced_rate", ("ja",)),
}
COUNTS = (
    PERSONS,
    *(f"reach_{objective}" for objective in OBJECTIVES),
    *OVERLAPS,
    *TARGET_GROUPS,
    *("contacts_anonymous", "contacts_first_time", "contacts_repeat", "reach_upper_bound"),
    *("new_persons_last_week", "not_counted", "intermediaries", "age_to_confirm", "minors"),
    *("loans", "loans_open", "loans_overdue"),
    *("training_participants", "training_attendances"),
    *("visits", "questions", "digipunt_persons"),
)
"""Figures that are numbers of people or of what they did: none may be found out."""
RATIOS = (
    *("training_hours", "training_completion", "training_no_show", "training_fill"),
    *("questions_solved", "visits_per_hour", "pool_use"),
)
WEEKS = {"forecast": 8, "forecast_low": 4, "forecast_high": 4}
NOT_COUNTED = {
    *("not_counted", "not_counted_by_reason", "intermediaries", "age_to_confirm", "minors")
}
TOGETHER = NOT_COUNTED | {
    *("loans", "loans_open", "loans_overdue", "training_attendances"),
    *("visits", "visits_by_digipunt", "questions", "questions_by_topic", "questions_by_result"),
}
TOGETHER_WITH = {
    "training_participants": "reach_skills",
    "digipunt_persons": "reach_services",
}
REASONS = {
    "intermediaries": "intermediair",
    "age_to_confirm": "leeftijd te bevestigen",
    "minors": "jonger dan 18",
    "contacts_repeat": "anoniem",
}


class Attacker:
    """One report as it is, as it is shown, and what can be known of the difference."""

    def __init__(self, whole, shown, below):
        self.whole, self.below = whole, below
        self.truth, self.label = {}, {}
        self._read_figures(shown.figures)
        self._read_cells(shown.breakdowns)
        self.asked = [
            name
            for name, label in self.label.items()
            if label not in (None, NOT_THERE)
            and name.partition("/")[0] not in RATIOS
            and not name.endswith(("/of", "/new"))
            and not self._is_no_secret(name)
        ]
        self.relations = []
        self._sums()
        self._bounds()
        self._guesses()

    def puzzle(self):
        """Give what is not told as a puzzle."""
        could_be = {
            name: self._could_be(name)
            for name, label in self.label.items()
            if label is not None
        }
        relations = []
        for terms, low, high in self.relations:
            if not terms.keys() <= self.truth.keys():
                continue  # it is about groups that are not there
            told = sum(
                often * self.truth[one] for one, often in terms.items() if one not in could_be
            )
            rest = {one: often for one, often in terms.items() if one in could_be and often}
            if rest:
                low, high = (end if end is None else end - told for end in (low, high))
                relations.append((rest, low, high))
        return Puzzle({name: self.truth[name] for name in could_be}, could_be, relations)

    def _read_figures(self, figures):
        told = {figure.definition.code: figure for figure in figures}
        for figure in self.whole.figures:
            code = figure.definition.code
            shown = told[code]
            label = shown.value if shown.hidden else None
            if code in COUNTS:
                self._note(code, figure.numerator, label)
            if code in RATIOS or code in TARGET_GROUPS:
                gone = shown.denominator != figure.denominator
                self._note(f"{code}/of", figure.denominator, HIDDEN if gone else None)
            if code in RATIOS:
                self._note(f"{code}/part", figure.numerator, HIDDEN if label else None)
            if code in WEEKS:
                self._note_weeks(code, figure, label)

    def _note_weeks(self, code, figure, label):
        left = self.whole.scope.weeks_left
        reach = self.whole.figure(PERSONS).numerator
        if figure.value is not None:
            new = 0 if not left else (figure.numerator - WEEKS[code] * reach) // left
            told = label is None and left
            self._note(f"{code}/new", new, None if told else HIDDEN)

    def _read_cells(self, breakdowns):
        told = {each.definition.code: each for each in breakdowns}
        for each in self.whole.breakdowns:
            code = each.definition.code
            if code not in told or not (told[code].groups or code in NOT_COUNTED):
                continue
            labels = {cell[:4]: cell.value for cell in told[code].groups}
            for cell in each.groups:
                label = labels.get(cell[:4], NOT_THERE)
                name = f"{code}/{cell.group}/{cell.across}"
                self._note(name, cell.value, label if isinstance(label, str) else None)
        self.cells = defaultdict(list)
        for name in self.truth:
            if name.count("/") == 2:
                self.cells[name.partition("/")[0]].append(name)

    def _note(self, name, value, label):
        self.truth[name], self.label[name] = value or 0, label

    def _could_be(self, name):
        """Give the values of a number that the words in its place leave open.

        Whoever knows how numbers are hidden knows more. What is hidden because it is counted
        from the same services is not 0. What is hidden as a second number is not small
        either, unless small ones were hidden without a word; nobody is told whether that is
        so, and the attacker guesses right.
        """
        label, most = self.label[name], 2 * max(self.truth.values()) + self.below
        if label not in (HIDDEN, NOT_THERE):
            return 1, self.below - 1
        if self._is_together(name) and not self.label[PERSONS] and label != NOT_THERE:
            return 1, most
        if label == NOT_THERE or self.label[PERSONS] or name not in self.asked:
            return 0, most
        second = [one for one in self.asked if self.label[one] == HIDDEN]
        silent = any(
            0 < self.truth[one] < self.below and not self._is_together(one) for one in second
        )
        return (0 if silent else self.below), most

    def _is_no_secret(self, name):
        """Tell of what does not count, all of which is hidden at once, that it is not small."""
        return name.partition("/")[0] in NOT_COUNTED and self.truth[name] >= self.below

    def _is_together(self, name):
        code = name.partition("/")[0]
        return code in TOGETHER or bool(self.label.get(TOGETHER_WITH.get(code)))

    def _equal(self, whole, *parts, also=0):
        self._between(whole, parts, also, also)

    def _at_least(self, whole, *parts):
        self._between(whole, parts, 0, None)

    def _between(self, whole, parts, low, high):
        """Say that a number less its parts lies in between."""
        terms = defaultdict(int, {whole: 1})
        for part in parts:
            terms[part] -= 1
        self.relations.append((dict(terms), low, high))

    def _sums(self):
        for each in self.whole.breakdowns:
            if each.definition.code in self.cells:
                self._equal(each.of, *self.cells[each.definition.code])
        for margin, side in (("reach_by_place", 1), ("reach_by_residence", 2)):
            for name in self.cells[margin]:
                key = name.split("/")[1]
                both = self.cells["reach_by_place_and_residence"]
                self._equal(name, *(one for one in both if one.split("/")[side] == key))
        self._equal(PERSONS, *OVERLAPS)
        for objective in OBJECTIVES:
            groups = (code for code, of in OVERLAPS.items() if objective in of)
            self._equal(f"reach_{objective}", *groups)
        self._equal(PERSONS, "reach_services", "reach_by_place/elders/")
        for code, (breakdown, groups) in TARGET_GROUPS.items():
            self._equal(code, *(f"{breakdown}/{group}/" for group in groups))
            self._equal(PERSONS, f"{code}/of", f"{breakdown}/onbekend/")
        self._equal("contacts_anonymous", "contacts_first_time", "contacts_repeat")
        unnamed = "contacts_repeat" if self._tier_b else "contacts_anonymous"
        self._equal("reach_upper_bound", PERSONS, unnamed)
        self._equal("questions_solved/part", "questions_by_result/opgelost/")
        self._equal("questions", "questions_solved/of", "questions_by_result/onbekend/")
        self._equal("training_fill/part", "training_no_show/of")

    @property
    def _tier_b(self):
        return self.whole.scope.rules.count_tier_b

    def _reason(self, words):
        """Give the number of services with a reason against them, when there are any."""
        name = f"not_counted_by_reason/{words}/"
        return [name] if name in self.truth else []

    def _bounds(self):
        named = ["contacts_first_time"] if self._tier_b else []
        self._at_least("loans", "reach_access")
        self._at_least("loans_open", "loans_overdue")
        self._at_least("training_participants", "reach_skills")
        self._at_least("training_completion/of", "training_participants")
        self._at_least("training_attendances", "training_completion/of")
        self._at_least("training_completion/of", "training_completion/part")
        self._at_least("training_no_show/of", "training_no_show/part")
        self._at_least("training_fill/of", "training_fill/part")
        self._at_least("visits", "digipunt_persons", "contacts_anonymous")
        self.relations += [
            ({"digipunt_persons": 1, "reach_services": -1, **dict.fromkeys(named, 1)}, 0, None),
            (
                {
                    "questions_solved/of": 1,
                    "reach_services": -1,
                    "contacts_anonymous": -1,
                    **dict.fromkeys(named, 1),
                },
                0,
                None,
            ),
        ]
        sessions = self.whole.figure("sessions_held").numerator
        self.relations.append(
            ({"training_participants": sessions, "training_attendances": -1}, 0, None)
        )
        self._of_who_does_not_count(named)
        for code, reason in REASONS.items():
            for name in self._reason(reason):
                self._at_least(name, code)
                self.relations.append(({name: 1}, 1, None))
        self._at_least("questions", "questions_solved/of")
        self._of_places()
        self._of_weeks()

    def _of_who_does_not_count(self, named):
        """Who came and is not in reach is an intermediary, too young, or had no help."""
        out = dict.fromkeys(("intermediaries", "age_to_confirm", "minors"), 1)
        helpless = dict.fromkeys(self._reason("geen hulpvraag met resultaat"), 1)
        if self.whole.scope.rules.min_sessions == 1:
            terms = {"training_participants": -1, "reach_skills": 1}
            self.relations.append((terms | out, 0, None))
        terms = {"digipunt_persons": -1, "reach_services": 1, **dict.fromkeys(named, -1)}
        self.relations.append((terms | out | helpless, 0, None))

    def _of_places(self):
        """Each town of these worlds has one Digipunt, and who was helped there came there."""
        towns = {"31033": "bib", "31003": "hal"}
        if self._tier_b:
            return
        for town, digipunt in towns.items():
            if f"reach_by_place/{town}/" in self.truth:
                name = f"visits_by_digipunt/{digipunt}/"
                self._at_least(name, f"reach_by_place/{town}/")
                self.relations.append(({f"reach_by_place/{town}/": 1}, 1, None))

    def _of_weeks(self):
        last = "new_persons_last_week"
        self._at_least(PERSONS, last)
        if "forecast/new" in self.truth and self.whole.scope.weeks_left:
            self._at_least(PERSONS, "forecast/new")
            self._at_least("forecast/new", last)
            self._at_least("forecast_high/new", last)
            self.relations += [
                ({"forecast/new": 1, "forecast_low/new": -2}, 0, None),
                ({"forecast_high/new": 2, "forecast/new": -1}, 0, None),
            ]

    def _guesses(self):
        """Add what need not be so, but is in a world where all is of this subsidy."""
        against = [
            name
            for words in ("niet aanwezig", "nog niet genoteerd")
            for name in self._reason(words)
        ]
        named = {"contacts_first_time": 1} if self._tier_b else {}
        services = {"loans": 1, "training_attendances": 1, "visits": 1}
        counted = dict.fromkeys((f"reach_{one}" for one in OBJECTIVES), -1)
        days = self.whole.scope.days_gone
        guesses = [
            {"loans": 1, "loans_open": -1},
            {"loans": days, "pool_use/part": -1},
            {"training_hours/part": 1, "training_attendances": -180},
            {"training_hours/part": -1, "training_attendances": 180},
            services | counted | named | {"not_counted": -1} | dict.fromkeys(against, 1),
            {"loans": 1, "reach_access": -1}
            | dict.fromkeys(self._reason("zonder overeenkomst"), -1),
            {"visits": 1, "reach_services": -1, "contacts_anonymous": -1}
            | named
            | dict.fromkeys(self._reason("geen hulpvraag met resultaat"), -1),
        ]
        for terms in guesses:
            if sum(often * self.truth[name] for name, often in terms.items()) >= 0:
                self.relations.append((terms, 0, None))
