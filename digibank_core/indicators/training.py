"""Attendances as services delivered, and how lessons are followed (rules 8 and 35 to 38)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from digibank_core.indicators.definition import (
    Definition,
    Figure,
    Scope,
    persons_in,
    ratio,
    rows_in,
)
from digibank_core.indicators.frames import Frames
from digibank_core.indicators.parameters import percent
from digibank_core.indicators.persons import mistakes, united
from digibank_core.indicators.rows import (
    Rows,
    by_day,
    chosen,
    is_word,
    minutes_between,
    references,
    words,
)
from digibank_core.models import EnrolmentState, Mark, Stream

CANCELLED = "les geannuleerd"
NOT_PRESENT = "niet aanwezig"
NOT_MARKED = "nog niet genoteerd"
TOO_FEW = "nog te weinig lessen"

PARTICIPANTS = Definition(
    code="training_participants",
    title="Deelnemers aan vormingen",
    unit="personen",
    definition="Personen die in minstens één les aanwezig waren, elk één keer. Ook wie niet "
    "meetelt voor het bereik, zoals intermediairs.",
    rule=(36,),
)
ATTENDANCES = Definition(
    code="training_attendances",
    title="Aanwezigheden",
    unit="aanwezigheden",
    definition="Alle keren dat iemand in een les aanwezig was. Wie na een samenvoeging twee "
    "keer op een lijst staat, telt er één keer, met de sterkste aanduiding.",
    rule=(36, 63),
)
HOURS = Definition(
    code="training_hours",
    title="Gevolgde uren",
    unit="uren",
    definition="De uren van de les, voor elke aanwezigheid opgeteld: minuten gedeeld door 60.",
    rule=(36,),
)
SESSIONS = Definition(
    code="sessions_held",
    title="Gegeven lessen",
    unit="lessen",
    definition="Lessen in de periode die niet geannuleerd zijn.",
    rule=(36,),
)
WITHOUT_LIST = Definition(
    code="sessions_without_list",
    title="Lessen met onvoldoende bewijs",
    unit="lessen",
    definition="Gegeven lessen zonder nummer van de aanwezigheidslijst, of waarvan niemand "
    "zei dat de lijst volledig is.",
    rule=(38,),
)
COMPLETION = Definition(
    code="training_completion",
    title="Reeksen afgerond",
    unit="%",
    definition="Van wie in een reeks minstens één keer aanwezig was: het deel dat minstens "
    "{percent} % van de gegeven lessen van die reeks volgde.",
    rule=(36,),
    settings=("completion_percent",),
)
NO_SHOW = Definition(
    code="training_no_show",
    title="Niet komen opdagen",
    unit="%",
    definition="Plaatsen met de aanduiding afwezig, gedeeld door alle bevestigde plaatsen in "
    "gegeven lessen.",
    rule=(36,),
)
FILL = Definition(
    code="training_fill",
    title="Bezetting van de lessen",
    unit="%",
    definition="Bevestigde plaatsen in gegeven lessen, gedeeld door alle plaatsen.",
    rule=(36,),
)
_STRONGEST_FIRST = (Mark.PRESENT, Mark.EXCUSED, Mark.ABSENT)


def attendance_deliveries(frames: Frames) -> pd.DataFrame:
    """Give one row per mark of the roll call, in the shape that `deliveries.judged` takes.

    Only `aanwezig` in a session that was not cancelled counts; `reason` says why another
    mark does not.
    """
    marks = frames["attendance"]
    sessions, courses = frames["training_session"], frames["course"]
    session = pd.Index(sessions["id"]).get_indexer(marks["session"])
    course = pd.Index(courses["id"]).get_indexer(sessions["course"])
    gone = sessions["voided"].to_numpy() | courses["voided"].to_numpy()[course]
    mark = marks["mark"]
    against = {
        CANCELLED: sessions["cancelled"].to_numpy()[session],
        NOT_MARKED: mark.isna().to_numpy(),
        NOT_PRESENT: ~is_word(mark, Mark.PRESENT.value),
    }
    reason = np.select(list(against.values()), range(1, 1 + len(against)), default=0)
    return pd.DataFrame(
        {
            "id": marks["id"],
            "person": marks["person"],
            "happened_on": sessions["held_on"].array.take(session),
            "place": sessions["place"].array.take(session),
            "municipality": "",
            "stream": courses["stream"].array.take(course[session]),
            "reason": words(["", *against], reason),
            "voided": marks["voided"].to_numpy() | gone[session],
            "session": marks["session"],
        },
        copy=False,
    )


def too_few_sessions(rows: pd.DataFrame, first: date, last: date, minimum: int) -> pd.Series:
    """Tell of each delivery whether it is a session too early to count (rule 8).

    Of a person the sessions that count are those from the `minimum`-th on that day by day
    was attended in the period. So who has just enough is reached on the day of the last of
    them, and the figure of a day stays the same when it is measured later.

    Parameters
    ----------
    rows
        Services as `deliveries.judged` puts them together; two marks in one session are
        one (rule 63).
    """
    inside = rows["happened_on"].between(pd.Timestamp(first), pd.Timestamp(last))
    present = rows[inside & rows["session"].notna() & rows["reason"].eq("")]
    present = present.sort_values(["happened_on", "id"])
    another = ~present.duplicated(["person", "session"])
    attended = another.groupby(present["person"]).cumsum()
    early = attended.index[attended < minimum]
    return pd.Series(rows.index.isin(early), index=rows.index)


def training_figures(frames: Frames, scope: Scope) -> tuple[Figure, ...]:
    """Count participants, attendances and hours, and how full and how faithful (rule 36)."""
    sessions = _held(frames, scope)
    marks = _marks(frames, sessions)
    is_present = is_word(marks["mark"], Mark.PRESENT.value)
    present = chosen(marks, is_present)
    minutes = int(marks["minutes"].to_numpy()[is_present].sum())
    unproved = sessions["list_reference"].isna() | sessions["complete_by"].isna()
    share = percent(frames, "completion_percent", scope)
    return (
        persons_in(PARTICIPANTS, marks, is_present),
        rows_in(ATTENDANCES, present),
        ratio(HOURS, minutes, 60, present),
        rows_in(SESSIONS, chosen(sessions, told=_listed)),
        rows_in(WITHOUT_LIST, chosen(sessions, unproved.to_numpy(), _listed)),
        _completion(present, sessions, share),
        *_of_places(_enrolled(frames), sessions, marks),
    )


def _held(frames: Frames, scope: Scope) -> pd.DataFrame:
    """Give the sessions that were held in a scope, by day, with their length in minutes."""
    courses, sessions = frames["course"], frames["training_session"]
    place = pd.Index(courses["id"]).get_indexer(sessions["course"])
    own = courses["stream"].eq(Stream.DIGIBANK.value) & ~courses["voided"]
    kept = own.to_numpy()[place] & scope.holds(sessions["held_on"])
    kept &= ~sessions["voided"].to_numpy() & ~sessions["cancelled"].to_numpy()
    capacity = courses["capacity"].array.take(place)
    held = by_day(sessions.assign(capacity=capacity), "held_on", kept)
    return held.assign(minutes=minutes_between(held["starts_at"], held["ends_at"]))


def _marks(frames: Frames, sessions: pd.DataFrame) -> pd.DataFrame:
    """Give one mark per person and session held: the strongest, when two were merged (63)."""
    marks = frames["attendance"]
    person = united(marks["person"], frames)
    place = pd.Index(sessions["id"]).get_indexer(marks["session"])
    kept = (place >= 0) & marks["mark"].notna().to_numpy() & ~marks["voided"].to_numpy()
    kept &= ~mistakes(person, frames)
    rows, place = np.flatnonzero(kept), place[kept]
    strengths = [is_word(marks["mark"], mark)[kept] for mark in _STRONGEST_FIRST]
    strength = np.select(strengths, range(len(strengths)))
    who, _ = pd.factorize(person.to_numpy()[kept])
    order = np.lexsort((strength, who, place))
    who, place = who[order], place[order]
    again = (np.diff(who, prepend=-1) == 0) & (np.diff(place, prepend=-1) == 0)
    marks = marks.assign(person=person)[["id", "person", "session", "mark"]]
    marks, held = marks.take(rows[order[~again]]), sessions.take(place[~again])
    return pd.DataFrame(
        {
            "record": references("attendance", marks["id"]).array,
            "person": marks["person"].array,
            "session": marks["session"].array,
            "course": held["course"].array,
            "held_on": held["held_on"].array,
            "mark": marks["mark"].array,
            "minutes": held["minutes"].array,
            "proof": held["list_reference"].fillna("").array,
        },
        copy=False,
    )


def _completion(present: Rows, sessions: pd.DataFrame, share: int) -> Figure:
    """Tell who followed enough of the sessions held of a course that they came to."""
    attended = Counter(_course_and_person(present.frame))
    held = Counter(sessions["course"].tolist())
    followed = [
        (f"course/{course}", person, came, held[course], came * 100 >= held[course] * share)
        for (course, person), came in sorted(attended.items())
    ]
    columns = ["record", "person", "attended", "held", "completed"]
    completed = sum(enough for *_, enough in followed)
    card = replace(COMPLETION, definition=COMPLETION.definition.format(percent=share))
    rows = Rows(len(followed), lambda: pd.DataFrame(followed, columns=columns))
    return ratio(card, completed, len(followed), rows)


def _course_and_person(rows: pd.DataFrame) -> Iterable[tuple[int, str]]:
    return zip(rows["course"].tolist(), rows["person"].tolist(), strict=True)


def _enrolled(frames: Frames) -> pd.DataFrame:
    """Give who has a confirmed place in a course: `course` and `person`."""
    enrolments = frames["enrolment"]
    person = united(enrolments["person"], frames)
    confirmed = enrolments["state"].eq(EnrolmentState.CONFIRMED.value) & ~enrolments["voided"]
    confirmed &= ~mistakes(person, frames)
    return enrolments[["course"]].assign(person=person)[confirmed]


def _of_places(
    enrolled: pd.DataFrame, sessions: pd.DataFrame, marks: pd.DataFrame
) -> tuple[Figure, Figure]:
    """Measure no-show and fill: every session held has the places of its course."""
    pairs = set(_course_and_person(enrolled))
    in_course = Counter(course for course, _ in pairs)
    confirmed = [in_course[course] for course in sessions["course"].tolist()]
    places = sum(confirmed)
    missed = marks[is_word(marks["mark"], Mark.ABSENT.value)]
    absent = sum(pair in pairs for pair in _course_and_person(missed))
    capacity = int(sessions["capacity"].sum())
    seats = Rows(places, lambda: _seats(enrolled, sessions, marks))
    filled = chosen(sessions.assign(confirmed=confirmed), told=_filled)
    return ratio(NO_SHOW, absent, places, seats), ratio(FILL, places, capacity, filled)


def _seats(enrolled: pd.DataFrame, sessions: pd.DataFrame, marks: pd.DataFrame) -> pd.DataFrame:
    """Give one row per confirmed person and session held, with the mark if there is one."""
    lessons = sessions[["id", "course", "held_on"]].rename(columns={"id": "session"})
    lessons["proof"] = sessions["list_reference"].fillna("")
    seats = lessons.merge(enrolled.drop_duplicates(), on="course")
    return seats.merge(
        marks[["record", "session", "person", "mark"]], on=["session", "person"], how="left"
    )


def _listed(sessions: pd.DataFrame) -> pd.DataFrame:
    listed = sessions[["course", "held_on", "minutes", "capacity"]].assign(
        proof=sessions["list_reference"].fillna("")
    )
    listed.insert(0, "record", references("training_session", sessions["id"]))
    return listed


def _filled(sessions: pd.DataFrame) -> pd.DataFrame:
    listed = _listed(sessions)
    listed.insert(len(listed.columns) - 1, "confirmed", sessions["confirmed"])
    return listed
