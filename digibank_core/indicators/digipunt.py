"""Visits to Digipunten as services delivered, anonymous contacts, and the log (39 to 43)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from digibank_core.indicators.definition import (
    UNKNOWN,
    Breakdown,
    Definition,
    Figure,
    Scope,
    minutes_between,
    ordered,
    persons_in,
    ratio,
    references,
    rows_in,
    taken_apart,
)
from digibank_core.indicators.frames import Frames
from digibank_core.indicators.persons import united
from digibank_core.models import FirstTime, Objective, Result, Stream

ANONYMOUS = "anoniem"
NO_HELP = "geen hulpvraag met resultaat"
Log = tuple[pd.DataFrame, pd.DataFrame]
"""Visits, and their questions."""
FIRST_TIMERS, OTHERS = "B", "C"
"""Tiers of anonymous contacts; identified persons are tier A (rule 14)."""

VISITS = Definition(
    code="visits",
    title="Bezoeken aan Digipunten",
    unit="bezoeken",
    definition="Alle bezoeken in het logboek, met of zonder naam. Eén persoon kan vaker komen.",
    rule=(39,),
)
QUESTIONS = Definition(
    code="questions",
    title="Hulpvragen",
    unit="hulpvragen",
    definition="Alle vragen van die bezoeken. Eén bezoek kan meer vragen hebben.",
    rule=(39,),
)
PERSONS = Definition(
    code="digipunt_persons",
    title="Personen met naam in Digipunten",
    unit="personen",
    definition="Personen met naam die minstens één keer kwamen, elk één keer. Ook wie niet "
    "meetelt voor het bereik.",
    rule=(39,),
)
SOLVED = Definition(
    code="questions_solved",
    title="Hulpvragen opgelost",
    unit="%",
    definition="Opgeloste hulpvragen, gedeeld door de hulpvragen waarvan het resultaat "
    "bekend is.",
    rule=(41,),
)
HOURS_HELD = Definition(
    code="hours_held",
    title="Uren open",
    unit="uren",
    definition="Uren van de blokken die als gehouden genoteerd zijn: minuten gedeeld door 60.",
    rule=(42,),
)
VISITS_PER_HOUR = Definition(
    code="visits_per_hour",
    title="Bezoeken per open uur",
    unit="bezoeken per uur",
    definition="Bezoeken op dagen waarop een gehouden blok genoteerd is, maal 60, gedeeld "
    "door de minuten van die blokken. Een blok zonder bezoeken telt mee; een dag zonder "
    "genoteerd blok niet.",
    rule=(42,),
)
BY_TOPIC = Definition(
    code="questions_by_topic",
    title="Hulpvragen volgens onderwerp",
    unit="hulpvragen",
    definition="Hulpvragen volgens onderwerp. Aandelen zijn van de hulpvragen, niet van de "
    "bezoeken.",
    rule=(43,),
)
BY_RESULT = Definition(
    code="questions_by_result",
    title="Hulpvragen volgens resultaat",
    unit="hulpvragen",
    definition="Hulpvragen volgens wat eruit kwam. Aandelen zijn van de vragen waarvan het "
    "resultaat bekend is.",
    rule=(41,),
)
VISITS_BY_DIGIPUNT = Definition(
    code="visits_by_digipunt",
    title="Bezoeken volgens Digipunt",
    unit="bezoeken",
    definition="Bezoeken volgens het Digipunt, met of zonder naam.",
    rule=(39,),
)


def visit_deliveries(frames: Frames) -> pd.DataFrame:
    """Give one row per visit in the shape of `deliveries.COLUMNS`, anonymous ones too.

    A visit counts with at least one question whose result was recorded (rule 8). The proof
    is the number of the visit in the log.
    """
    visits = frames["visit"]
    reason = np.select(
        [visits["person"].isna(), ~_helped(frames)], [ANONYMOUS, NO_HELP], default=""
    )
    return pd.DataFrame(
        {
            "delivery": references("visit", visits["id"]),
            "person": visits["person"],
            "digibank": visits["digibank"],
            "objective": Objective.SERVICES.value,
            "happened_on": visits["visited_on"],
            "recorded_at": visits["recorded_at"],
            "place": visits["digipunt"],
            "stream": visits["stream"],
            "reason": pd.array(reason, dtype="str"),
            "proof": [f"logboek {number}" for number in visits["id"].tolist()],
            "voided": visits["voided"],
        }
    )


def anonymous_contacts(frames: Frames) -> pd.DataFrame:
    """Give the anonymous visits that had help, with their tier (rule 14).

    Returns
    -------
    DataFrame
        `delivery`, `happened_on`, `place`, `stream` and `tier`: B for a first time at this
        Digibank, C for a repeat or unknown.
    """
    visits = frames["visit"]
    chosen = visits[visits["person"].isna() & _helped(frames) & ~visits["voided"]]
    return pd.DataFrame(
        {
            "delivery": references("visit", chosen["id"]),
            "happened_on": chosen["visited_on"],
            "place": chosen["digipunt"],
            "stream": chosen["stream"],
            "tier": chosen["first_time"]
            .eq(FirstTime.YES.value)
            .map({True: FIRST_TIMERS, False: OTHERS}),
        }
    ).reset_index(drop=True)


def digipunt_figures(log: Log, frames: Frames, scope: Scope) -> tuple[Figure, ...]:
    """Count visits, questions and persons: three different numbers (rules 39, 41 and 42).

    Parameters
    ----------
    log
        As from `logged`.
    """
    visits, questions = log
    blocks = _blocks(frames, scope, visits)
    closed = questions[questions["result"].notna()]
    solved = int(closed["result"].eq(Result.SOLVED.value).sum())
    minutes = int(blocks["minutes"].sum())
    return (
        rows_in(VISITS, visits),
        rows_in(QUESTIONS, questions),
        persons_in(PERSONS, visits[visits["person"].notna()]),
        ratio(SOLVED, solved, len(closed), closed),
        ratio(HOURS_HELD, minutes, 60, blocks),
        ratio(VISITS_PER_HOUR, 60 * int(blocks["visits"].sum()), minutes, blocks),
    )


def digipunt_breakdowns(log: Log, frames: Frames) -> tuple[Breakdown, ...]:
    """Take visits and questions, as from `logged`, apart (rules 39, 41 and 43)."""
    visits, questions = log
    topics = frames["topic"].sort_values("position")
    results = [result.value for result in Result]
    return (
        taken_apart(
            BY_TOPIC,
            QUESTIONS.code,
            questions.assign(group=questions["topic"]),
            dict(zip(topics["code"], topics["label"], strict=True)),
        ),
        taken_apart(
            BY_RESULT,
            QUESTIONS.code,
            questions.assign(group=questions["result"].fillna(UNKNOWN)),
            {word: word for word in [*results, UNKNOWN]},
        ),
        taken_apart(
            VISITS_BY_DIGIPUNT,
            VISITS.code,
            visits.assign(group=visits["digipunt"]),
            names(frames),
        ),
    )


def logged(frames: Frames, scope: Scope) -> Log:
    """Give the visits of a scope under the own stream, and their questions."""
    visits = frames["visit"]
    persons = frames["person"]
    person = united(visits["person"], frames)
    mistaken = person.isin(persons.loc[persons["voided"], "key"])
    own = scope.holds(visits["visited_on"]) & visits["stream"].eq(Stream.DIGIBANK.value)
    chosen = visits.assign(person=person)[own & ~visits["voided"] & ~mistaken]
    columns = ["id", "person", "digipunt", "municipality", "visited_on", "first_time"]
    chosen = ordered(chosen[columns], ["visited_on", "id"])
    asked = frames["question"]
    asked = asked[~asked["voided"] & asked["visit"].isin(chosen["id"])]
    return _recorded(chosen, "visit"), _recorded(
        asked[["id", "visit", "topic", "minutes", "result", "referred_to"]], "question"
    )


def _recorded(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    named = rows.drop(columns="id")
    named.insert(0, "record", references(table, rows["id"]))
    return named.reset_index(drop=True)


def _blocks(frames: Frames, scope: Scope, visits: pd.DataFrame) -> pd.DataFrame:
    """Give the minutes held and the visits of each Digipunt on each day with a block."""
    blocks = frames["held_block"]
    blocks = blocks[~blocks["voided"] & scope.holds(blocks["held_on"])]
    minutes = minutes_between(blocks["starts_at"], blocks["ends_at"])
    keys = ["held_on", "digipunt"]
    days = blocks.assign(minutes=minutes).groupby(keys)["minutes"].sum().reset_index()
    came = visits.groupby(["visited_on", "digipunt"]).size().rename("visits")
    days = days.join(came.rename_axis(keys), on=keys)
    return days.assign(visits=days["visits"].fillna(0).astype("int64"))


def names(frames: Frames) -> dict[str, str]:
    """Give the names of the own Digipunten by their code, in their order."""
    places = frames["digipunt"].sort_values("name")
    return dict(zip(places["code"], places["name"], strict=True))


def _helped(frames: Frames) -> pd.Series:
    """Tell of each visit whether it has a question with a result."""
    questions = frames["question"]
    answered = questions["result"].notna() & ~questions["voided"]
    return frames["visit"]["id"].isin(questions.loc[answered, "visit"])
