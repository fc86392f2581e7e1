"""One Digibank of the demo story at work: each Friday the papers of the week are typed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from sqlmodel import Session, col, select

from digibank_core.demo.people import invent
from digibank_core.demo.plan import COURSE_WEEKS, LAST_MONDAY, WEEK, Week
from digibank_core.models import (
    Condition,
    DeviceKind,
    EnrolmentRequest,
    FirstTime,
    ListProof,
    LoanRequest,
    Mark,
    NewDevice,
    NewPerson,
    NewSeries,
    Origin,
    QuestionRequest,
    Result,
    ReturnRequest,
    TrainingSession,
    VisitRequest,
    WipeMethod,
    WipeRequest,
)
from digibank_core.models.lending import default_due
from digibank_core.models.training import RowMark
from digibank_core.security import Actor
from digibank_core.services import digipunt, lending, persons, programme, roll, training

MODELS = {
    DeviceKind.LAPTOP: ("Latitude 5400", "EliteBook 840", "ThinkPad T480"),
    DeviceKind.TABLET: ("Tab A8", "Tab M10"),
    DeviceKind.SMARTPHONE: ("Galaxy A14",),
}
COURSES = (
    "Smartphone voor starters",
    "Veilig online bankieren",
    "Eerste stappen met de laptop",
    "itsme en Mijn Burgerprofiel",
)
TOPICS = {
    "itsme-eid": 17,
    "smartphone-tablet": 15,
    "burgerprofiel-premies": 12,
    "e-mail": 10,
    "apps-tickets": 9,
    "belastingen": 8,
    "bankieren": 7,
    "privacy-phishing": 7,
    "laptop": 6,
    "gezondheid": 4,
    "foto-opslag": 3,
    "ander": 2,
}
"""Percent of the questions by topic (facts.md, topic mix)."""
DUE_LATELY, DUE_TODAY = date(2025, 2, 24), date(2025, 3, 3)
"""Weeks of loans that are still out: a few days late, and due on the day of the story."""


@dataclass
class Desk:
    """What a Digibank has and whom it knows, week after week."""

    actor: Actor
    dice: random.Random
    places: list[str]
    towns: list[str]
    known: dict[int, str] = field(default_factory=dict)
    """Number in the plan to the key of the person."""
    ready: list[str] = field(default_factory=list)
    to_wipe: dict[str, date] = field(default_factory=dict)
    out: dict[str, date] = field(default_factory=dict)
    waiting: list[int] = field(default_factory=list)
    running: list[tuple[int, date]] = field(default_factory=list)
    """Sessions whose roll is still to be typed, with their day."""
    first_meetings: set[int] = field(default_factory=set)

    def stock(self, session: Session, devices: int, received: date) -> None:
        """Take in the devices, to be wiped in the first week."""
        owner = programme.digibank(session, self.actor.own)
        kinds = self.dice.choices(list(DeviceKind), weights=(75, 20, 5), k=devices)
        for number, kind in enumerate(kinds, start=1):
            request = NewDevice(
                device=f"{owner.prefix}-{number:04d}",
                kind=kind,
                model=self.dice.choice(MODELS[kind]),
                serial=f"DEMO-{owner.prefix}-{number:05d}",
                origin=self.dice.choices(list(Origin), weights=(30, 25, 45))[0],
                received_on=received,
            )
            lending.add_device(session, request, actor=self.actor, today=received)
            self.to_wipe[request.device] = received

    def type_week(self, session: Session, monday: date, week: Week) -> None:
        """Type what happened from Monday to Friday."""
        friday = monday + timedelta(days=4)
        _held = [  # as long as these are held, the session need not read them again
            *digipunt.topics(session),
            *digipunt.digipunten(session, actor=self.actor),
            *programme.municipalities(session),
        ]
        self.waiting += week.loans
        self._type_loans(session, monday, friday)
        for number in week.visits:
            self.log_visit(session, self._person(session, number), monday, friday)
        for _ in range(week.anonymous):
            self.log_visit(session, None, monday, friday)
        for people in week.courses:
            self._start_course(session, people, monday)
        if monday != LAST_MONDAY:  # these lists are still to be finished
            for number, _ in [one for one in self.running if one[1] <= friday]:
                self._mark(session, number, friday)
            self.running = [one for one in self.running if one[1] > friday]

    def register(self, session: Session, request: NewPerson) -> str:
        """Register a person; give the key."""
        return persons.register(session, request, actor=self.actor).key

    def meetings(self, session: Session, course: int) -> Sequence[TrainingSession]:
        """Give the sessions of a course, the first one first."""
        own = select(TrainingSession).where(TrainingSession.course == course)
        return session.exec(own.order_by(col(TrainingSession.held_on))).all()

    def log_visit(
        self, session: Session, person: str | None, monday: date, today: date
    ) -> int | None:
        """Log a visit with one question, or now and then two; give its number."""
        topics = self.dice.choices(list(TOPICS), weights=list(TOPICS.values()), k=2)
        results = self.dice.choices(list(Result), weights=(68, 13, 12, 5, 2), k=2)
        first_time = FirstTime.UNKNOWN
        if person is None:
            first_time = self.dice.choices(list(FirstTime), weights=(27, 45, 28))[0]
        earlier = []
        if self.dice.random() < 0.3:
            earlier = [QuestionRequest(topic=topics[1], result=results[1])]
        request = VisitRequest(
            digipunt=self.dice.choice(self.places),
            visited_on=monday + timedelta(days=self.dice.randrange(5)),
            topic=topics[0],
            result=results[0],
            earlier=earlier,
            person=person,
            first_time=first_time,
        )
        return digipunt.log_visit(session, request, actor=self.actor, today=today).id

    def _type_loans(self, session: Session, monday: date, friday: date) -> None:
        for code in [code for code, day in self.out.items() if day <= friday]:
            self._take_back(session, code, monday, friday)
        if monday < LAST_MONDAY - WEEK:  # what came back since still waits for it
            for code in [code for code, day in self.to_wipe.items() if day <= friday]:
                self._wipe(session, code, friday)
        for number in [self.waiting.pop(0) for _ in self.waiting[: len(self.ready)]]:
            self._lend(session, number, monday, friday)

    def _person(self, session: Session, number: int) -> str:
        if number not in self.known:
            self.known[number] = self.register(session, invent(self.dice, self.towns))
        return self.known[number]

    def _take_back(self, session: Session, code: str, monday: date, friday: date) -> None:
        day = max(self.out.pop(code), monday)
        condition = self.dice.choices(list(Condition), weights=(94, 3, 3))[0]
        request = ReturnRequest(device=code, returned_on=day, condition=condition)
        lending.take_back(session, request, actor=self.actor, today=friday)
        self.to_wipe[code] = day + timedelta(days=self.dice.randint(3, 12))

    def _wipe(self, session: Session, code: str, friday: date) -> None:
        day = self.to_wipe.pop(code)
        request = WipeRequest(
            device=code, wiped_on=day, method=self.dice.choice(list(WipeMethod))
        )
        lending.wipe(session, request, actor=self.actor, today=friday)
        self.ready.append(code)

    def _lend(self, session: Session, number: int, monday: date, friday: date) -> None:
        code = self.ready.pop(self.dice.randrange(len(self.ready)))
        due = monday + 4 * WEEK if monday == DUE_TODAY else default_due(friday, 28)
        request = LoanRequest(
            device=code, person=self._person(session, number), lent_on=friday, due_on=due
        )
        lending.lend(session, request, actor=self.actor, today=friday)
        slip = self.dice.choices((-9, 0, 9, 60), weights=(35, 47, 12, 6))[0]
        back = due + timedelta(days=slip + self.dice.randint(-2, 0))
        self.out[code] = due + WEEK if monday in (DUE_LATELY, DUE_TODAY) else back

    def _start_course(self, session: Session, people: list[int], monday: date) -> None:
        starts_at = self.dice.choice((time(9), time(13, 30)))
        day = monday + timedelta(days=self.dice.randrange(5))
        request = NewSeries(
            title=self.dice.choice(COURSES),
            capacity=12,
            first_day=day,
            sessions=COURSE_WEEKS,
            starts_at=starts_at,
            ends_at=time(starts_at.hour + 3, starts_at.minute),
            place=self.dice.choice(("bib", "Sociaal Huis", "lokaal dienstencentrum")),
        )
        course = training.add_series(session, request, actor=self.actor)
        for number in people:
            person = self._person(session, number)
            asked = EnrolmentRequest(course=course.id or 0, person=person)
            training.enrol(session, asked, actor=self.actor)
        meetings = self.meetings(session, course.id or 0)
        self.running += [(meeting.id or 0, meeting.held_on) for meeting in meetings]
        self.first_meetings.add(meetings[0].id or 0)

    def _mark(self, session: Session, number: int, friday: date) -> None:
        listed = roll.roll_of(session, number, actor=self.actor)
        first = number in self.first_meetings  # who never came was never reached
        marks = [
            RowMark(row.person, Mark.PRESENT if first else self._any_mark())
            for row in listed.rows
        ]
        roll.mark_attendance(session, number, marks, actor=self.actor, today=friday)
        proof = ListProof(reference=f"L-{friday.year}-{number:04d}")
        roll.complete_list(session, number, proof, actor=self.actor, today=friday)

    def _any_mark(self) -> Mark:
        return self.dice.choices(list(Mark), weights=(80, 7, 13))[0]
