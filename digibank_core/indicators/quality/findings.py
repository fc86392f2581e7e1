"""What a check of the data is, and what it looks at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from digibank_core.indicators.definition import Scope
from digibank_core.indicators.deliveries import deliveries
from digibank_core.indicators.frames import Frames
from digibank_core.indicators.parameters import parameter

COLUMNS = ["record", "day", "person", "why"]
"""`record` is table/key, `person` an opaque unit or empty, `why` one Dutch sentence."""


@dataclass(frozen=True)
class Card:
    """What a check looks for, in words for who has to mend it (rule 60)."""

    code: str
    title: str
    explanation: str
    to_do: str
    rule: tuple[int, ...]


@dataclass(frozen=True)
class Check:
    """A check with what it found: a row for each record to look at."""

    card: Card
    rows: pd.DataFrame
    """Columns of `COLUMNS`, the oldest day first."""

    @property
    def count(self) -> int:
        """Number of records to look at."""
        return len(self.rows)


@dataclass(frozen=True)
class Known:
    """The facts that checks look at, and of when."""

    frames: Frames
    scope: Scope

    @cached_property
    def deliveries(self) -> pd.DataFrame:
        """Every service delivered, as all figures count them."""
        return deliveries(self.frames, self.scope)

    @cached_property
    def dated(self) -> pd.DataFrame:
        """Records of which the day can be mended: a session stands for all of its marks.

        `record`, `person`, `day`, `stream`, `what` (its Dutch name) and `recorded_at`.
        """
        marks = self.valid("attendance")
        marks = marks[marks["mark"].notna()].groupby("session")["recorded_at"].min()
        courses = self.valid("course")[["id", "stream"]].rename(columns={"id": "course"})
        sessions = self.valid("training_session").drop(columns="recorded_at")
        sessions = sessions[~sessions["cancelled"].astype("bool")].merge(courses, on="course")
        sessions = sessions.merge(marks, left_on="id", right_index=True)
        return pd.concat(
            [
                as_dated(self.valid("loan"), "loan", "lent_on", "Uitlening"),
                as_dated(self.valid("visit"), "visit", "visited_on", "Bezoek"),
                as_dated(sessions, "training_session", "held_on", "Les"),
            ],
            ignore_index=True,
        )

    @property
    def today(self) -> pd.Timestamp:
        """The day of the scope, also after its period."""
        return pd.Timestamp(self.scope.as_of)

    def valid(self, table: str) -> pd.DataFrame:
        """Give the rows of a table without those that were voided (rule 62)."""
        rows = self.frames[table]
        return rows[~rows["voided"].astype("bool")]

    def inside(self, days: pd.Series) -> pd.Series:
        """Tell which days lie in the period, up to and including as-of."""
        return days.between(pd.Timestamp(self.scope.first_day), pd.Timestamp(self.scope.until))

    def setting(self, name: str) -> str:
        """Give a setting of the Digibank on as-of, also after the period."""
        lasting = replace(self.scope, last_day=max(self.scope.last_day, self.scope.as_of))
        return parameter(self.frames, name, lasting)


def findings(
    record: pd.Series,
    day: pd.Series,
    why: pd.Series | str,
    person: pd.Series | None = None,
) -> pd.DataFrame:
    """Put what a check found in `COLUMNS`, the oldest day first."""
    rows = pd.DataFrame({"record": record, "day": day, "person": person, "why": why})
    rows = rows.astype({"record": "str", "person": "str", "why": "str"})
    return rows.sort_values(["day", "record"], ignore_index=True)


def as_dated(rows: pd.DataFrame, table: str, day: str, what: str) -> pd.DataFrame:
    """Give records in the shape of `Known.dated`; person and stream may be missing."""
    dated = pd.DataFrame(
        {
            "record": numbered(table, rows["id"]),
            "person": rows.get("person"),
            "stream": rows.get("stream"),
            "recorded_at": rows["recorded_at"],
            "day": rows[day],
            "what": what,
        }
    )
    return dated.astype({"person": "str", "stream": "str", "what": "str"})


def numbered(table: str, ids: pd.Series) -> pd.Series:
    """Give each record its name: table/key."""
    return f"{table}/" + ids.astype("str")


def written(days: pd.Series) -> pd.Series:
    """Write days the Belgian way."""
    return days.dt.strftime("%d/%m/%Y")
