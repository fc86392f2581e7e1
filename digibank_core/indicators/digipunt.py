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
    persons_in,
    ratio,
    rows_in,
    taken_apart,
)
from digibank_core.indicators.frames import Frames
from digibank_core.indicators.persons import mistakes, united
from digibank_core.indicators.rows import (
    Mask,
    by_day,
    chosen,
    is_word,
    minutes_between,
    references,
    words,
)
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
    """Give one row per visit, anonymous or not, in the shape that `deliveries.judged` takes.

    A visit counts with at least one question whose result was recorded (rule 8).
    """
    visits = frames["visit"]
    is_anonymous = visits["person"].isna().to_numpy()
    reason = np.where(is_anonymous, 1, np.where(_helped(frames), 0, 2))
    return pd.DataFrame(
        {
            "id": visits["id"],
            "person": visits["person"],
            "happened_on": visits["visited_on"],
            "place": visits["digipunt"],
            "municipality": visits["municipality"],
            "stream": visits["stream"],
            "reason": words(["", ANONYMOUS, NO_HELP], reason),
            "voided": visits["voided"],
        },
        copy=False,
    )


def anonymous_contacts(frames: Frames) -> pd.DataFrame:
    """Give the anonymous visits that had help, with their tier (rule 14).

    Returns
    -------
    DataFrame
        `id`, `objective`, `happened_on`, `place`, `stream` and `tier`: B for a first time at
        this Digibank, C for a repeat or unknown.
    """
    visits = frames["visit"]
    kept = visits["person"].isna().to_numpy() & ~visits["voided"].to_numpy()
    columns = ["id", "visited_on", "digipunt", "stream", "first_time"]
    visits = visits[columns][kept & _helped(frames)]
    is_first = is_word(visits["first_time"], FirstTime.YES.value)
    return pd.DataFrame(
        {
            "id": visits["id"],
            "objective": Objective.SERVICES.value,
            "happened_on": visits["visited_on"],
            "place": visits["digipunt"],
            "stream": visits["stream"],
            "tier": words([OTHERS, FIRST_TIMERS], is_first.astype("intp")),
        }
    ).reset_index(drop=True)


def in_the_log(visits: pd.Series) -> list[str]:
    """Give the proof of each visit, by its number: its line in the log."""
    return [f"logboek {number}" for number in visits.tolist()]


def digipunt_figures(log: Log, frames: Frames, scope: Scope) -> tuple[Figure, ...]:
    """Count visits, questions and persons: three different numbers (rules 39, 41 and 42).

    Parameters
    ----------
    log
        As from `logged`.
    """
    visits, questions = log
    blocks = _held(frames, scope)
    days = _by_day(blocks, visits)
    result = questions["result"]
    is_closed = result.notna().to_numpy()
    solved = int(np.count_nonzero(is_word(result, Result.SOLVED.value)))
    minutes = int(blocks["minutes"].sum())
    closed = chosen(questions, is_closed, _questions_listed)
    return (
        rows_in(VISITS, chosen(visits, told=_visits_listed)),
        rows_in(QUESTIONS, chosen(questions, told=_questions_listed)),
        persons_in(PERSONS, visits, visits["person"].notna().to_numpy(), _visits_listed),
        ratio(SOLVED, solved, len(closed), closed),
        ratio(HOURS_HELD, minutes, 60, chosen(blocks, told=_blocks_listed)),
        ratio(VISITS_PER_HOUR, 60 * int(days["visits"].sum()), minutes, chosen(days)),
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
            chosen(questions, told=_questions_listed),
            questions["topic"].tolist(),
            dict(zip(topics["code"], topics["label"], strict=True)),
        ),
        taken_apart(
            BY_RESULT,
            QUESTIONS.code,
            chosen(questions, told=_questions_listed),
            questions["result"].fillna(UNKNOWN).tolist(),
            {word: word for word in [*results, UNKNOWN]},
        ),
        taken_apart(
            VISITS_BY_DIGIPUNT,
            VISITS.code,
            chosen(visits, told=_visits_listed),
            visits["digipunt"].tolist(),
            names(frames),
        ),
    )


def logged(frames: Frames, scope: Scope) -> Log:
    """Give the visits of a scope under the own stream, by day, and their questions."""
    visits, asked = frames["visit"], frames["question"]
    person = united(visits["person"], frames)
    kept = scope.holds(visits["visited_on"]) & ~visits["voided"].to_numpy()
    kept &= is_word(visits["stream"], Stream.DIGIBANK.value)
    kept &= ~mistakes(person, frames)
    columns = ["id", "person", "digipunt", "municipality", "visited_on", "first_time"]
    visits = by_day(visits.assign(person=person)[columns], "visited_on", kept)
    of_these = asked["visit"].isin(visits["id"]).to_numpy()
    return visits, asked[of_these & ~asked["voided"].to_numpy()]


def _visits_listed(visits: pd.DataFrame) -> pd.DataFrame:
    columns = ["person", "digipunt", "municipality", "visited_on", "first_time"]
    return _recorded(visits, "visit", columns).assign(proof=in_the_log(visits["id"]))


def _questions_listed(questions: pd.DataFrame) -> pd.DataFrame:
    columns = ["visit", "topic", "minutes", "result", "referred_to"]
    proof = in_the_log(questions["visit"])
    return _recorded(questions, "question", columns).assign(proof=proof)


def _recorded(rows: pd.DataFrame, table: str, columns: list[str]) -> pd.DataFrame:
    named = rows[columns].copy()
    named.insert(0, "record", references(table, rows["id"]))
    return named


def _held(frames: Frames, scope: Scope) -> pd.DataFrame:
    """Give the blocks that were held in a scope, with their minutes."""
    blocks = frames["held_block"]
    blocks = blocks[~blocks["voided"].to_numpy() & scope.holds(blocks["held_on"])]
    return blocks.assign(minutes=minutes_between(blocks["starts_at"], blocks["ends_at"]))


def _blocks_listed(blocks: pd.DataFrame) -> pd.DataFrame:
    listed = _recorded(blocks, "held_block", ["held_on", "digipunt", "minutes"])
    return by_day(listed, "held_on")


def _by_day(blocks: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    """Give the minutes held and the visits of each Digipunt on each day with a block."""
    places = np.append(blocks["digipunt"].to_numpy(), visits["digipunt"].to_numpy())
    place, _ = pd.factorize(places, sort=True)
    day = np.append(blocks["held_on"].to_numpy(), visits["visited_on"].to_numpy())
    day = day.astype("datetime64[D]").astype("int64")
    pairs = day * (1 + place.max(initial=0)) + place
    known, first, turn = np.unique(pairs[: len(blocks)], return_index=True, return_inverse=True)
    came = pairs[len(blocks) :]
    came = came[np.isin(came, known)]
    days = blocks[["held_on", "digipunt"]].take(first)
    return days.assign(
        minutes=np.bincount(turn, blocks["minutes"], len(known)).astype("int64"),
        visits=np.bincount(np.searchsorted(known, came), minlength=len(known)),
    )


def names(frames: Frames) -> dict[str, str]:
    """Give the names of the own Digipunten by their code, in their order."""
    places = frames["digipunt"].sort_values("name")
    return dict(zip(places["code"], places["name"], strict=True))


def _helped(frames: Frames) -> Mask:
    """Tell of each visit whether it has a question with a result."""
    questions = frames["question"]
    answered = questions["result"].notna().to_numpy() & ~questions["voided"].to_numpy()
    helped: Mask = frames["visit"]["id"].isin(questions["visit"][answered]).to_numpy()
    return helped
