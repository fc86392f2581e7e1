"""The house rules of courses, enrolments and the roll call (rules 35 to 38, flow 6)."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from digibank_core import clock, db
from digibank_core.errors import (
    AlreadyEnrolledError,
    AlreadyOnListError,
    ChangedMeanwhileError,
    CourseFullError,
    EnrolmentStepError,
    ListCompleteError,
    NotAllowedError,
    NotOnListError,
    PersonTwiceError,
    RowsChangedError,
    SessionCancelledError,
    SessionHoursError,
    SessionMarkedError,
    SessionToComeError,
    UnknownCourseError,
    UnknownEnrolmentError,
    UnknownPersonError,
    UnknownSessionError,
    UnmarkedRowsError,
)
from digibank_core.models import (
    Attendance,
    Course,
    Enrolment,
    EnrolmentChange,
    EnrolmentRequest,
    EnrolmentState,
    ListProof,
    Mark,
    NewAccount,
    NewCourse,
    NewSeries,
    NewSession,
    SessionKind,
    TrainingSession,
)
from digibank_core.models.training import RowMark
from digibank_core.services import accounts, roll, training

FIRST = date(2024, 3, 4)
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
CANCELLED, CONFIRMED, WAITING = (
    EnrolmentState.CANCELLED,
    EnrolmentState.CONFIRMED,
    EnrolmentState.WAITING,
)
PRESENT, EXCUSED, ABSENT = Mark.PRESENT, Mark.EXCUSED, Mark.ABSENT


class Classroom:
    """Trainings of one Digibank; each act is a transaction of its own."""

    def __init__(self, desk):
        self.desk, self.actor = desk, desk.actor

    def series(self, *, capacity=12, sessions=2, first=FIRST):
        """Make a course and its sessions; give its number."""
        request = NewSeries(
            title="Smartphone voor starters",
            capacity=capacity,
            first_day=first,
            sessions=sessions,
            starts_at="9.30",
            ends_at="12u",
            place="bib Oostkamp",
        )
        with self.desk.at_work(min(first, FIRST)) as session:
            return training.add_series(session, request, actor=self.actor).id

    def sessions(self, course):
        """Numbers of the sessions of a course, by day."""
        with db.reading() as session:
            found = select(TrainingSession).where(TrainingSession.course == course)
            return [one.id for one in sorted(session.exec(found), key=lambda one: one.held_on)]

    def enrol(self, course, person):
        """Enrol; give the state."""
        with self.desk.at_work(FIRST) as session:
            request = EnrolmentRequest(course=course, person=person)
            return training.enrol(session, request, actor=self.actor).state

    def change(self, course, person, state, version=None):
        """Change an enrolment; give the person who got the free place."""
        request = EnrolmentChange(course=course, person=person, state=state, version=version)
        with self.desk.at_work(FIRST) as session:
            moved_up = training.change_enrolment(session, request, actor=self.actor)
            return moved_up and moved_up.person

    def states(self, course):
        """State of each person of a course, in the order in which they came."""
        with db.reading() as session:
            of_course = select(Enrolment).where(Enrolment.course == course)
            found = session.exec(of_course.order_by(col(Enrolment.id)))
            return {one.person: one.state for one in found}

    def mark(self, number, marks, *, on=FIRST, shown=None):
        """Save marks by person, as of the versions that were shown."""
        shown = shown or {}
        rows = [RowMark(person, mark, shown.get(person)) for person, mark in marks.items()]
        with self.desk.at_work(on) as session:
            return roll.mark_attendance(
                session, number, rows, actor=self.actor, today=clock.today()
            )

    def walk_in(self, number, person, *, on=FIRST):
        """Put a walk-in on the roll."""
        with self.desk.at_work(on) as session:
            return roll.walk_in(session, number, person, actor=self.actor, today=clock.today())

    def complete(self, number, reference="L-2024-118", *, on=FIRST):
        """Declare a roll complete."""
        with self.desk.at_work(on) as session:
            proof = ListProof(reference=reference)
            return roll.complete_list(
                session, number, proof, actor=self.actor, today=clock.today()
            )

    def reopen(self, number):
        """Open a complete roll again."""
        with self.desk.at_work(FIRST) as session:
            return roll.reopen_list(session, number, actor=self.actor)

    def cancel(self, number):
        """Cancel a session."""
        with self.desk.at_work(FIRST) as session:
            return training.cancel_session(session, number, actor=self.actor)

    def roll(self, number):
        """Give the roll."""
        with db.reading() as session:
            return roll.roll_of(session, number, actor=self.actor)

    def marks(self, number):
        """Mark of each person on the roll."""
        return {row.person: row.mark for row in self.roll(number).rows}

    def versions(self, number):
        """Version of each row of the roll."""
        return {row.person: row.version for row in self.roll(number).rows}

    def around(self, today=FIRST):
        """Give the sessions of these days."""
        with db.reading() as session:
            return roll.sessions_around(session, actor=self.actor, today=today)


@pytest.fixture
def room(west, cli):
    """Trainings of Brugge West; ann has an account, as only she can sign for a list."""
    account = NewAccount(
        login="ann",
        display_name="Ann",
        role=west.actor.role,
        digibank="west",
        password="een lange zin als wachtwoord",
    )
    with db.transaction(cli, "account") as session:
        accounts.add_account(session, account, actor=cli)
    return Classroom(west)


@pytest.fixture
def people(west):
    """Keys of three persons, in the order in which they ask for a place."""
    return [west.register(name) for name in ("Noël", "Lieve", "Rita")]


@pytest.fixture
def course(room, people):
    """A course of two sessions, with the three persons."""
    number = room.series()
    for person in people:
        room.enrol(number, person)
    return number


@pytest.fixture
def lesson(room, course):
    """The session on the day FIRST."""
    return room.sessions(course)[0]


# Courses and sessions


def test_rule_35_series_has_a_session_every_week(room, raw):
    course = room.series(sessions=3)

    held = raw.rows(
        "SELECT held_on FROM training_session WHERE course = :course ORDER BY held_on",
        course=course,
    )
    assert [str(row["held_on"]) for row in held] == ["2024-03-04", "2024-03-11", "2024-03-18"]


def test_rule_37_session_keeps_what_was_planned(west, room, ann):
    with west.at_work(FIRST) as session:
        course = training.add_course(
            session, NewCourse(title="itsme", capacity=8, level="gevorderd"), actor=ann
        )
        meeting = training.add_session(
            session,
            NewSession(
                course=course.id,
                kind="oefenmoment",
                held_on="11/3/24",
                starts_at="14",
                ends_at="15:30",
                place="LDC Jabbeke",
                teacher="Mediawijs",
                own_device=False,
            ),
            actor=ann,
        )

    assert (meeting.held_on, meeting.starts_at) == (date(2024, 3, 11), time(14))
    assert (meeting.kind, meeting.teacher) == (SessionKind.PRACTICE, "Mediawijs")
    assert (course.level.value, meeting.own_device) == ("gevorderd", False)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("9.30", time(9, 30)),
        ("9:30", time(9, 30)),
        ("9u30", time(9, 30)),
        ("09H30", time(9, 30)),
        (" 14 uur ", time(14)),
        ("14u", time(14)),
        ("0.00", time(0)),
    ],
)
def test_time_is_read_as_people_type_it(typed, read):
    assert a_session(starts_at=typed).starts_at == read


@pytest.mark.parametrize("typed", ["", "half tien", "25.00", "9.60", "9.5", "٩.٣٠", "9.30.10"])
def test_time_that_is_none_is_refused_with_an_example(typed):
    with pytest.raises(ValidationError) as refusal:
        a_session(starts_at=typed)

    assert refusal.value.errors()[0]["msg"] == "Schrijf het uur als 9.30 of 14.00."


def a_session(**typed):
    given = {"course": 1, "held_on": FIRST, "starts_at": "9", "ends_at": "10", "place": "bib"}
    return NewSession(**given | typed)


@pytest.mark.parametrize("ends_at", ["9.30", "8.00"])
def test_session_that_ends_before_it_begins_is_refused(west, room, ann, ends_at):
    course = room.series()
    request = a_session(course=course, starts_at="9.30", ends_at=ends_at)

    with pytest.raises(SessionHoursError), west.at_work(FIRST) as session:
        training.add_session(session, request, actor=ann)


def test_session_that_ends_before_it_begins_is_refused_by_the_database_too(room, lesson, raw):
    with pytest.raises(IntegrityError, match="hours"):
        raw.run("UPDATE training_session SET ends_at = '08:00:00' WHERE id = :id", id=lesson)


def test_rule_49_course_of_another_digibank_is_unknown(noord, room, course, noor, people):
    other = noord.register("Godelieve")

    with pytest.raises(UnknownCourseError), noord.at_work(FIRST) as session:
        training.enrol(session, EnrolmentRequest(course=course, person=other), actor=noor)


def test_digihelper_teaches_but_does_not_plan(west, room, roger):
    with pytest.raises(NotAllowedError), west.at_work(FIRST) as session:
        training.add_course(session, NewCourse(title="itsme", capacity=8), actor=roger)


def test_kringwinkel_sees_no_roll(room, lesson, karel):
    with pytest.raises(NotAllowedError), db.reading() as session:
        roll.roll_of(session, lesson, actor=karel)


def test_courses_that_ended_long_ago_take_nobody_any_more(room, course, ann):
    def offered(today):
        with db.reading() as session:
            found = training.courses(session, actor=ann, today=today)
            return [(one.id, first) for one, first in found]

    assert offered(FIRST + WEEK) == [(course, FIRST)]
    assert offered(FIRST + 10 * WEEK) == []


# Enrolments


def test_rule_35_full_course_has_a_waiting_list(room, people):
    course = room.series(capacity=1)

    assert [room.enrol(course, person) for person in people] == [CONFIRMED, WAITING, WAITING]


def test_rule_35_cancelled_place_goes_to_who_waits_longest(room, people, entries):
    course = room.series(capacity=1)
    for person in people:
        room.enrol(course, person)

    moved_up = room.change(course, people[0], CANCELLED)

    assert moved_up == people[1]
    assert list(room.states(course).values()) == [CANCELLED, CONFIRMED, WAITING]
    [given_up, got] = entries("enrolment")[-2:]
    assert given_up.transaction == got.transaction


def test_rule_35_who_cancels_and_asks_again_joins_the_end_of_the_line(room, people):
    course = room.series(capacity=1)
    for person in people:
        room.enrol(course, person)
    room.change(course, people[1], CANCELLED)
    room.enrol(course, people[1])

    assert room.change(course, people[0], CANCELLED) == people[2]


def test_waiting_person_who_gives_up_frees_no_place(room, people):
    course = room.series(capacity=1)
    for person in people:
        room.enrol(course, person)

    assert room.change(course, people[1], CANCELLED) is None
    assert room.states(course)[people[2]] == WAITING


def test_person_twice_in_a_course_is_refused(room, course, people):
    with pytest.raises(AlreadyEnrolledError) as refusal:
        room.enrol(course, people[0])

    assert "bevestigd" in refusal.value.user_message


def test_nobody_is_confirmed_above_the_capacity(room, people):
    course = room.series(capacity=1)
    for person in people:
        room.enrol(course, person)

    with pytest.raises(CourseFullError):
        room.change(course, people[1], CONFIRMED)


def test_cancelled_enrolment_does_not_come_back_by_itself(room, course, people):
    room.change(course, people[0], CANCELLED)

    with pytest.raises(EnrolmentStepError):
        room.change(course, people[0], CONFIRMED)


def test_change_of_who_never_enrolled_is_refused(room, course, west):
    with pytest.raises(UnknownEnrolmentError):
        room.change(course, west.register("Piet"), CANCELLED)


def test_enrolment_that_changed_meanwhile_is_refused(room, course, people):
    with pytest.raises(ChangedMeanwhileError):
        room.change(course, people[0], CANCELLED, version=9)


def test_rule_49_person_of_another_digibank_is_refused(room, course, lesson, noord):
    stranger = noord.register("Godelieve")

    with pytest.raises(UnknownPersonError):
        room.enrol(course, stranger)
    with pytest.raises(UnknownPersonError):
        room.walk_in(lesson, stranger)


# The roll


def test_rule_35_attendance_is_never_derived_from_enrolment(room, lesson, people, raw):
    assert room.marks(lesson) == dict.fromkeys(people)
    assert raw.count("attendance") == 0


def test_rule_35_marks_are_saved_as_one_whole_and_the_rest_stays_unmarked(
    room, lesson, people, entries
):
    changed = room.mark(lesson, {people[0]: PRESENT, people[1]: EXCUSED})

    assert changed == 2
    assert room.marks(lesson) == {people[0]: PRESENT, people[1]: EXCUSED, people[2]: None}
    assert room.roll(lesson).unmarked == 1
    assert len({entry.transaction for entry in entries("attendance")}) == 1


def test_list_of_nobody_present_differs_from_a_list_of_nobody_marked(room, course, people):
    first, second = room.sessions(course)
    room.mark(first, dict.fromkeys(people, ABSENT))

    counts = {one.session.id: (one.marked, one.unmarked) for one in room.around(FIRST)}
    assert counts == {first: (3, 0), second: (0, 3)}


def test_mark_taken_back_is_empty_again_and_history_knows(room, lesson, people, entries):
    room.mark(lesson, {people[0]: ABSENT})
    room.mark(lesson, {people[0]: None})

    assert room.marks(lesson)[people[0]] is None
    told = [entry.after for entry in entries("attendance")]
    assert '"mark":"afwezig"' in told[0]
    assert '"mark":null' in told[1]


def test_mark_that_was_there_already_writes_nothing(room, lesson, people, entries):
    room.mark(lesson, {people[0]: PRESENT})

    assert room.mark(lesson, {people[0]: PRESENT, people[1]: None}) == 0
    assert len(entries("attendance")) == 1


def test_paper_list_is_entered_a_week_later(room, lesson, people, entries):
    room.mark(lesson, {people[0]: PRESENT}, on=FIRST + WEEK)

    assert room.marks(lesson)[people[0]] == PRESENT
    assert entries("attendance")[0].at.date() == FIRST + WEEK


def test_person_twice_in_one_save_is_refused(west, room, lesson, people, ann):
    rows = [RowMark(people[0], PRESENT), RowMark(people[0], ABSENT)]

    with pytest.raises(PersonTwiceError), west.at_work(FIRST) as session:
        roll.mark_attendance(session, lesson, rows, actor=ann, today=FIRST)


def test_person_who_is_not_on_the_list_gets_no_mark(room, lesson, west, people):
    with pytest.raises(NotOnListError):
        room.mark(lesson, {people[0]: PRESENT, west.register("Piet"): PRESENT})

    assert room.marks(lesson)[people[0]] is None


def test_person_who_left_the_course_keeps_the_marks_of_before(room, course, people):
    first, second = room.sessions(course)
    room.mark(first, {people[0]: PRESENT})
    room.change(course, people[0], CANCELLED)

    assert room.marks(first)[people[0]] == PRESENT
    assert people[0] not in room.marks(second)


def test_session_to_come_has_no_marks(room, lesson, people):
    with pytest.raises(SessionToComeError) as refusal:
        room.mark(lesson, {people[0]: PRESENT}, on=FIRST - DAY)

    assert "04/03/2024" in refusal.value.user_message


def test_rule_49_session_of_another_digibank_is_unknown(noord, room, lesson, noor):
    with pytest.raises(UnknownSessionError), db.reading() as session:
        roll.roll_of(session, lesson, actor=noor)


# Two at one list


def test_rows_that_someone_else_changed_are_refused_and_nothing_is_saved(
    room, lesson, people, entries
):
    shown = room.versions(lesson)
    room.mark(lesson, {people[0]: ABSENT, people[1]: EXCUSED})
    before = len(entries("attendance"))

    with pytest.raises(RowsChangedError) as refusal:
        room.mark(lesson, dict.fromkeys(people, PRESENT), shown=shown)

    assert refusal.value.details == {"rows": 2}
    assert "2 van jouw rijen" in refusal.value.user_message
    assert room.marks(lesson) == {people[0]: ABSENT, people[1]: EXCUSED, people[2]: None}
    assert len(entries("attendance")) == before


def test_two_who_note_the_same_do_not_stand_in_each_others_way(room, lesson, people):
    shown = room.versions(lesson)
    room.mark(lesson, {people[0]: PRESENT})

    assert room.mark(lesson, dict.fromkeys(people, PRESENT), shown=shown) == 2


def test_two_who_share_a_list_both_save_their_own_rows(room, lesson, people):
    shown = room.versions(lesson)
    room.mark(lesson, {people[0]: PRESENT}, shown=shown)
    room.mark(lesson, {people[1]: ABSENT}, shown=shown)

    assert list(room.marks(lesson).values()) == [PRESENT, ABSENT, None]


# Walk-ins


def test_walk_in_is_on_the_list_and_present(room, lesson, west):
    piet = west.register("Piet")
    room.walk_in(lesson, piet)

    [row] = [row for row in room.roll(lesson).rows if row.person == piet]
    assert (row.enrolled, row.mark) == (False, PRESENT)


def test_walk_in_with_only_a_first_name_and_no_birth_year(room, lesson, west):
    room.walk_in(lesson, west.register("Piet", birth_year=None))

    assert room.roll(lesson).rows[-1].birth_year is None


def test_walk_in_above_the_capacity_is_allowed(room, people, west):
    course = room.series(capacity=1)
    [number, _] = room.sessions(course)
    room.enrol(course, people[0])
    room.walk_in(number, people[1])
    room.mark(number, {people[0]: PRESENT})

    assert list(room.marks(number).values()) == [PRESENT, PRESENT]


def test_who_waits_for_a_place_can_walk_in(room, people):
    course = room.series(capacity=1)
    room.enrol(course, people[0])
    room.enrol(course, people[1])
    [number, _] = room.sessions(course)

    room.walk_in(number, people[1])

    assert room.marks(number) == {people[0]: None, people[1]: PRESENT}


def test_walk_in_who_is_on_the_list_already_is_refused(room, lesson, people, west):
    piet = west.register("Piet")
    room.walk_in(lesson, piet)

    for person in (people[0], piet):
        with pytest.raises(AlreadyOnListError):
            room.walk_in(lesson, person)


def test_walk_in_by_mistake_leaves_the_list_and_can_come_back(room, lesson, west, entries):
    piet = west.register("Piet")
    room.walk_in(lesson, piet)
    room.mark(lesson, {piet: None})
    assert piet not in room.marks(lesson)

    room.walk_in(lesson, piet)

    assert room.marks(lesson)[piet] == PRESENT
    assert len(entries("attendance")) == 3


def test_rule_11_minor_may_attend(room, lesson, west):
    room.walk_in(lesson, west.register("Zoë", birth_year=2012))

    assert room.roll(lesson).rows[-1].mark == PRESENT


# Proof


def test_rule_38_list_is_completed_by_a_named_user_with_a_reference(room, lesson, people):
    room.mark(lesson, dict.fromkeys(people, PRESENT))
    done = room.complete(lesson)

    assert (done.list_reference, done.complete_by) == ("L-2024-118", "ann")


def test_rule_38_list_without_reference_is_refused():
    with pytest.raises(ValidationError):
        ListProof(reference="  ")


def test_rule_38_list_with_unmarked_rows_is_not_complete(room, lesson, people):
    room.mark(lesson, {people[0]: PRESENT})

    with pytest.raises(UnmarkedRowsError) as refusal:
        room.complete(lesson)

    assert "Nog niet genoteerd: 2." in refusal.value.user_message


def test_rule_38_complete_list_takes_no_marks_until_it_is_opened_again(
    room, lesson, people, west
):
    room.mark(lesson, dict.fromkeys(people, PRESENT))
    room.complete(lesson)
    with pytest.raises(ListCompleteError):
        room.mark(lesson, {people[0]: ABSENT})
    with pytest.raises(ListCompleteError):
        room.walk_in(lesson, west.register("Piet"))
    with pytest.raises(ListCompleteError):
        room.complete(lesson)

    again = room.reopen(lesson)

    assert (again.complete_by, again.list_reference) == (None, "L-2024-118")
    assert room.marks(lesson) == dict.fromkeys(people, PRESENT)  # not one is lost
    room.mark(lesson, {people[0]: ABSENT})
    assert room.marks(lesson)[people[0]] == ABSENT


def test_who_enrols_after_a_list_was_complete_is_not_on_it(room, course, lesson, people, west):
    room.mark(lesson, dict.fromkeys(people, PRESENT))
    room.complete(lesson)
    room.enrol(course, west.register("Piet"))

    assert list(room.marks(lesson)) == people
    assert [one.unmarked for one in room.around()] == [0, 4]


def test_list_that_is_complete_on_a_day_to_come_is_refused(room, lesson):
    with pytest.raises(SessionToComeError):
        room.complete(lesson, on=FIRST - DAY)


# Cancelled sessions


def test_rule_36_cancelled_session_takes_no_marks_and_keeps_its_history(
    room, lesson, people, entries
):
    room.cancel(lesson)

    with pytest.raises(SessionCancelledError):
        room.mark(lesson, {people[0]: PRESENT})
    with pytest.raises(SessionCancelledError):
        room.complete(lesson)
    with pytest.raises(SessionCancelledError):
        room.cancel(lesson)
    told = [entry for entry in entries("training_session") if entry.key == str(lesson)]
    assert ['"cancelled":true' in entry.after for entry in told] == [False, True]


def test_rule_36_session_at_which_people_were_noted_took_place(room, lesson, people):
    room.mark(lesson, {people[0]: PRESENT})

    with pytest.raises(SessionMarkedError):
        room.cancel(lesson)


# The list of sessions


def test_sessions_of_these_days_are_listed_with_their_counts(room, lesson, people, west):
    room.mark(lesson, {people[0]: PRESENT})
    room.walk_in(lesson, west.register("Piet"))

    told = [(one.enrolled, one.marked, one.unmarked) for one in room.around()]

    assert told == [(3, 2, 2), (3, 0, 3)]


@pytest.mark.parametrize(
    ("days", "seen"),
    [(-15, 0), (-14, 1), (0, 1), (92, 1), (93, 0)],
    ids=["too far ahead", "two weeks ahead", "today", "still to finish", "long ago"],
)
def test_sessions_far_from_today_are_left_out(room, days, seen):
    room.series(sessions=1)

    assert len(room.around(FIRST + timedelta(days=days))) == seen


def test_complete_list_leaves_the_list_of_sessions_after_two_weeks(room, lesson, people):
    room.mark(lesson, dict.fromkeys(people, PRESENT))
    room.complete(lesson)

    assert lesson in [one.session.id for one in room.around(FIRST + 14 * DAY)]
    assert lesson not in [one.session.id for one in room.around(FIRST + 15 * DAY)]


def test_rule_49_sessions_of_another_digibank_are_not_listed(room, lesson, noor):
    with db.reading() as session:
        assert roll.sessions_around(session, actor=noor, today=FIRST) == []


def test_roll_of_thirty_asks_no_more_of_the_database_than_a_roll_of_one(room, west):
    def asked(size):
        course = room.series(capacity=30)
        people = [west.register("Lieve") for _ in range(size)]
        for person in people:
            room.enrol(course, person)
        [number, _] = room.sessions(course)
        seen = []

        def hear(*told):
            seen.append(told[2])

        event.listen(db.engine(), "before_cursor_execute", hear)
        room.mark(number, dict.fromkeys(people, PRESENT))
        event.remove(db.engine(), "before_cursor_execute", hear)
        return sum(statement.startswith("SELECT") for statement in seen)

    assert asked(30) == asked(1)


def test_attendance_twice_is_refused_by_the_database_too(room, lesson, people, west):
    room.mark(lesson, {people[0]: PRESENT})

    with pytest.raises(IntegrityError), west.at_work(FIRST) as session:
        session.add(Attendance(digibank="west", session=lesson, person=people[0]))


# Mistakes


def void(west, model, key):
    west.correct(model, key, voided=True)


def row_of(model, **facts):
    with db.reading() as session:
        return session.exec(select(model).filter_by(**facts)).one()


def test_rule_62_voided_course_has_no_places_and_no_sessions(west, room, ann, course, lesson):
    void(west, Course, course)

    assert room.around() == []
    with pytest.raises(UnknownSessionError):
        room.roll(lesson)
    with pytest.raises(UnknownCourseError):
        room.enrol(course, west.register("Jef"))
    with db.reading() as session:
        assert training.courses(session, actor=ann, today=FIRST) == []


def test_rule_62_voided_session_has_no_roll_and_is_not_the_first_day(
    west, room, ann, course, lesson
):
    void(west, TrainingSession, lesson)

    assert [one.session.id for one in room.around()] == [room.sessions(course)[1]]
    with pytest.raises(UnknownSessionError):
        room.roll(lesson)
    with pytest.raises(UnknownSessionError):
        room.cancel(lesson)
    with db.reading() as session:
        [(_, first)] = training.courses(session, actor=ann, today=FIRST)
    assert first == FIRST + WEEK


def test_rule_62_voided_enrolment_leaves_its_place_and_the_roll(west, room, people):
    course = room.series(capacity=1)
    room.enrol(course, people[0])
    void(west, Enrolment, 1)

    assert room.enrol(course, people[1]) == CONFIRMED
    assert list(room.marks(room.sessions(course)[0])) == [people[1]]
    assert room.around()[0].enrolled == 1
    with pytest.raises(UnknownEnrolmentError):
        room.change(course, people[0], CANCELLED)


def test_rule_62_who_enrols_again_after_a_void_has_the_same_row_and_the_last_turn(
    west, room, course, people
):
    void(west, Enrolment, row_of(Enrolment, person=people[0]).id)
    room.enrol(course, people[0])

    again = row_of(Enrolment, person=people[0])
    assert (again.voided, again.state, again.turn) == (False, CONFIRMED, 4)  # after three


def test_rule_62_voided_mark_is_none_and_is_noted_again_in_the_same_row(
    west, room, lesson, people
):
    room.mark(lesson, {people[0]: PRESENT})
    void(west, Attendance, 1)

    assert room.marks(lesson)[people[0]] is None
    assert room.around()[0].marked == 0
    room.mark(lesson, {people[0]: ABSENT})
    again = row_of(Attendance, person=people[0])
    assert (again.id, again.voided, again.mark) == (1, False, ABSENT)


def test_rule_62_session_with_voided_marks_only_can_be_cancelled(west, room, lesson, people):
    room.mark(lesson, {people[0]: PRESENT})
    void(west, Attendance, 1)

    assert room.cancel(lesson).cancelled


def test_rule_62_voided_walk_in_walks_in_again_in_the_same_row(west, room, lesson):
    jef = west.register("Jef")
    room.walk_in(lesson, jef)
    void(west, Attendance, 1)

    assert jef not in room.marks(lesson)
    assert room.walk_in(lesson, jef).id == 1


def test_rule_61_row_of_a_roll_tells_when_it_was_noted(room, lesson, people):
    later = FIRST + 5 * DAY
    room.mark(lesson, {people[0]: PRESENT}, on=later)

    told = {row.person: row.recorded_at for row in room.roll(lesson).rows}
    assert told[people[0]].date() == later
    assert told[people[1]] is None
