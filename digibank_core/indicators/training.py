"""Attendances as services delivered, and how lessons are followed (rules 8 and 35 to 38)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from digibank_core.indicators.definition import (
    Definition,
    Figure,
    Scope,
    minutes_between,
    ordered,
    persons_in,
    ratio,
    references,
    rows_in,
)
from digibank_core.indicators.frames import Frames
from digibank_core.indicators.parameters import percent
from digibank_core.indicators.persons import united
from digibank_core.models import EnrolmentState, Mark, Objective, Stream

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
_STRENGTH = {Mark.PRESENT.value: 0, Mark.EXCUSED.value: 1, Mark.ABSENT.value: 2}


def attendance_deliveries(frames: Frames) -> pd.DataFrame:
    """Give one row per mark of the roll call in the shape of `deliveries.COLUMNS`.

    Only `aanwezig` in a session that was not cancelled counts; `reason` says why another
    mark does not. The proof is the reference of the attendance list (rule 38).
    """
    marks = frames["attendance"]
    sessions = frames["training_session"].set_index("id")
    held = marks.join(
        sessions[["held_on", "place", "course", "cancelled", "list_reference"]], on="session"
    )
    courses = frames["course"].set_index("id")
    held = held.join(courses["stream"], on="course")
    voided = (
        held["voided"].astype("bool")
        | held["session"].map(sessions["voided"]).eq(True)
        | held["course"].map(courses["voided"]).eq(True)
    )
    against = {
        CANCELLED: held["cancelled"].eq(True),
        NOT_MARKED: held["mark"].isna(),
        NOT_PRESENT: held["mark"].ne(Mark.PRESENT.value),
    }
    reason = np.select(list(against.values()), list(against), default="")
    return pd.DataFrame(
        {
            "delivery": references("attendance", held["id"]),
            "person": held["person"],
            "digibank": held["digibank"],
            "objective": Objective.SKILLS.value,
            "happened_on": held["held_on"],
            "recorded_at": held["recorded_at"],
            "place": held["place"],
            "stream": held["stream"],
            "reason": pd.array(reason, dtype="str"),
            "proof": held["list_reference"].fillna(""),
            "voided": voided,
            "session": held["session"],
        }
    )


def too_few_sessions(rows: pd.DataFrame, first: date, last: date, minimum: int) -> pd.Series:
    """Tell of each delivery whether it is a session too early to count (rule 8).

    Of a person the sessions that count are those from the `minimum`-th on that day by day
    was attended in the period. So who has just enough is reached on the day of the last of
    them, and the figure of a day stays the same when it is measured later.

    Parameters
    ----------
    rows
        Deliveries with `session` and `reason`; two marks in one session are one (rule 63).
    """
    inside = rows["happened_on"].between(pd.Timestamp(first), pd.Timestamp(last))
    present = rows[inside & rows["session"].notna() & rows["reason"].eq("")]
    present = present.sort_values(["happened_on", "delivery"])
    another = ~present.duplicated(["person", "session"])
    attended = another.groupby(present["person"]).cumsum()
    early = attended.index[attended < minimum]
    return pd.Series(rows.index.isin(early), index=rows.index)


def training_figures(frames: Frames, scope: Scope) -> tuple[Figure, ...]:
    """Count participants, attendances and hours, and how full and how faithful (rule 36)."""
    sessions = _held(frames, scope)
    marks = _marks(frames, sessions)
    present = marks[marks["mark"] == Mark.PRESENT.value]
    seats = _seats(frames, sessions, marks)
    minutes = int(present["minutes"].sum())
    share = percent(frames, "completion_percent", scope)
    followed = _followed(present, sessions, share)
    absent = int(seats["mark"].eq(Mark.ABSENT.value).sum())
    places = sessions.assign(confirmed=_number_of(sessions["session"], seats["session"]))
    unproved = sessions["list_reference"].isna() | sessions["complete_by"].isna()
    completion = _with_percent(COMPLETION, share)
    return (
        persons_in(PARTICIPANTS, present),
        rows_in(ATTENDANCES, present),
        ratio(HOURS, minutes, 60, present),
        rows_in(SESSIONS, _listed(sessions)),
        rows_in(WITHOUT_LIST, _listed(sessions[unproved])),
        ratio(completion, int(followed["completed"].sum()), len(followed), followed),
        ratio(NO_SHOW, absent, len(seats), seats),
        ratio(FILL, len(seats), int(places["capacity"].sum()), _listed(places, "confirmed")),
    )


def _held(frames: Frames, scope: Scope) -> pd.DataFrame:
    """Give the sessions that were held in a scope, with their course and length in minutes."""
    courses = frames["course"]
    own = courses[~courses["voided"] & courses["stream"].eq(Stream.DIGIBANK.value)]
    sessions = frames["training_session"]
    kept = ~sessions["voided"] & ~sessions["cancelled"] & scope.holds(sessions["held_on"])
    held = sessions[kept].rename(columns={"id": "session"})
    held = held.merge(
        own[["id", "capacity"]].rename(columns={"id": "course"}), on="course", how="inner"
    )
    held["minutes"] = minutes_between(held["starts_at"], held["ends_at"])
    return ordered(held, ["held_on", "session"])


def _marks(frames: Frames, sessions: pd.DataFrame) -> pd.DataFrame:
    """Give one mark per person and session held: the strongest, when two were merged (63)."""
    marks = frames["attendance"]
    known = sessions[["session", "course", "held_on", "minutes", "list_reference"]]
    marks = marks[~marks["voided"] & marks["mark"].notna()].merge(known, on="session")
    marks = marks.assign(
        person=united(marks["person"], frames),
        record=references("attendance", marks["id"]),
        strength=marks["mark"].map(_STRENGTH),
        proof=marks["list_reference"].fillna(""),
    )
    marks = _without_mistakes(marks, frames)
    marks = ordered(marks, ["held_on", "session", "person", "strength", "record"])
    marks = marks.drop_duplicates(["session", "person"])
    columns = ["record", "person", "session", "course", "held_on", "mark", "minutes", "proof"]
    return marks[columns].reset_index(drop=True)


def _seats(frames: Frames, sessions: pd.DataFrame, marks: pd.DataFrame) -> pd.DataFrame:
    """Give one row per confirmed person and session held, with the mark if there is one."""
    enrolments = frames["enrolment"]
    confirmed = enrolments["state"].eq(EnrolmentState.CONFIRMED.value) & ~enrolments["voided"]
    enrolled = enrolments.loc[confirmed, ["course", "person"]]
    enrolled = _without_mistakes(
        enrolled.assign(person=united(enrolled["person"], frames)), frames
    ).drop_duplicates()
    seats = sessions[["session", "course", "held_on"]].merge(enrolled, on="course")
    seats = seats.merge(
        marks[["record", "session", "person", "mark"]], on=["session", "person"], how="left"
    )
    return ordered(seats, ["held_on", "session", "person"])


def _followed(present: pd.DataFrame, sessions: pd.DataFrame, share: int) -> pd.DataFrame:
    """Give one row per person and course, with the sessions attended and held."""
    attended = present.groupby(["course", "person"]).size().rename("attended").reset_index()
    held = _number_of(attended["course"], sessions["course"])
    enough = attended["attended"] * 100 >= held * share
    return attended.assign(held=held, completed=enough)


def _number_of(keys: pd.Series, among: pd.Series) -> pd.Series:
    return keys.map(among.value_counts()).fillna(0).astype("int64")


def _without_mistakes(rows: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Leave out rows of persons who were voided."""
    persons = frames["person"]
    return rows[~rows["person"].isin(persons.loc[persons["voided"], "key"])]


def _listed(sessions: pd.DataFrame, *more: str) -> pd.DataFrame:
    listed = sessions[["course", "held_on", "minutes", "capacity", *more]].assign(
        proof=sessions["list_reference"].fillna("")
    )
    listed.insert(0, "record", references("training_session", sessions["session"]))
    return listed


def _with_percent(card: Definition, share: int) -> Definition:
    return replace(card, definition=card.definition.format(percent=share))
