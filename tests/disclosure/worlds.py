"""Small worlds of groups of people who are alike and got the same services."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from digibank_core.measuring import measure
from tests.indicators.conftest import write_frames

FIRST_DAY, LAST_DAY = date(2024, 1, 1), date(2024, 12, 31)
SUNDAY = date(2024, 9, 29)
"""A day with the end of a week and of three quarters, and a forecast."""
DAYS = ("2024-03-06", "2024-08-20", "2024-09-25")
"""Before, within and at the end of the eight weeks of the forecast."""
SETTINGS = {"completion_percent": "75", "vulnerable_percent": "40", "suppress_below": "5"}
TOWNS = {"bib": "31033", "hal": "31003"}


def group(number, **more):
    """Give so many people who are alike: participants of 1950, without any service, unless."""
    return {"number": number, "day": DAYS[0], "loans": 0, "marks": (), "visits": ()} | more


def unnamed(number, **more):
    """Give so many visits without a name."""
    return {"number": number, "first_time": "nee", "at": "bib", "result": "opgelost"} | more


def report(groups=(), visits=(), *, tier_b=False, min_sessions=1, as_of=LAST_DAY):
    """Measure a world: its groups, and its visits without a name."""
    rows = {"persons": [], "loans": [], "visits": [], "attendance": [], "enrolment": []}
    for each in groups:
        for _ in range(each["number"]):
            _add(rows, each, f"p{len(rows['persons'])}")
    for each in visits:
        met = {"visited_on": DAYS[0], "person": None, "first_time": each["first_time"]}
        for _ in range(each["number"]):
            rows["visits"].append(met | _at(each["at"]) | {"result": each["result"]})
    days = ("2024-03-05", "2024-08-21")
    rows["training_session"] = [{"course": 1, "held_on": day} for day in days]
    rows["course"] = [{"capacity": 99}]
    answers = [each.pop("result") for each in rows["visits"]]
    questions = [
        {"visit": visit, "result": result or None}
        for visit, result in enumerate(answers, start=1)
        if result != "geen"
    ]
    settings = SETTINGS | {"count_tier_b": "true" if tier_b else "false"}
    settings |= {"min_sessions": str(min_sessions)}
    tables = write_frames(
        rows.pop("persons"),
        rows.pop("loans"),
        visit=rows.pop("visits"),
        question=questions,
        digipunt=[{"code": code, "municipality": town} for code, town in TOWNS.items()],
        held_block=[{"held_on": day, "digipunt": at} for at in TOWNS for day in DAYS[:1]],
        funding_period=[{"first_day": FIRST_DAY}],
        target=[{"persons": 30}],
        setting=[{"name": name, "value": value} for name, value in settings.items()],
        **rows,
    )
    return measure(tables, "west", "IMPL", as_of)


def _add(rows, each, key):
    facts = ("birth_year", "role", "municipality", "gender", "education", "outside_area")
    rows["persons"].append({"key": key} | {name: each[name] for name in facts if name in each})
    agreement = {"agreement": each["agreement"]} if "agreement" in each else {}
    for _ in range(each["loans"]):
        rows["loans"].append(
            {"person": key, "lent_on": each["day"], "due_on": "2024-09-28"} | agreement
        )
    for session, mark in enumerate(each["marks"], start=1):
        if mark:
            rows["attendance"].append({"session": session, "person": key, "mark": mark})
    if any(each["marks"]):
        rows["enrolment"].append({"course": 1, "person": key})
    for at, result in each["visits"]:
        met = {"person": key, "visited_on": each["day"], "result": result}
        rows["visits"].append(met | _at(at))


def _at(digipunt):
    return {"digipunt": digipunt, "municipality": TOWNS[digipunt]}


NUMBERS = st.sampled_from((1, 2, 3, 4, 5, 6, 8, 17))
PLACES, RESULTS = st.sampled_from(tuple(TOWNS)), ("opgelost", "deels", "", "geen")
"""A question without a result is not answered yet; a visit may be without a question."""
GROUPS = st.fixed_dictionaries(
    {
        "number": NUMBERS,
        "day": st.sampled_from(DAYS),
        "loans": st.sampled_from((0, 0, 1, 1, 2)),
        "marks": st.sampled_from(((), (), ("aanwezig",), ("aanwezig",) * 2, ("afwezig",))),
        "visits": st.lists(st.tuples(PLACES, st.sampled_from(RESULTS)), max_size=2),
        "birth_year": st.sampled_from((1950, 1950, 1990, 2012, None)),
        "role": st.sampled_from(("deelnemer",) * 4 + ("intermediair",)),
        "municipality": st.sampled_from(("31033", "31003", "31005", None)),
        "gender": st.sampled_from(("vrouw", "man")),
        "education": st.sampled_from(("ISCED 0-2", None)),
    },
    optional={"agreement": st.none()},
)
UNNAMED = st.fixed_dictionaries(
    {
        "number": NUMBERS,
        "first_time": st.sampled_from(("ja", "nee")),
        "at": PLACES,
        "result": st.sampled_from(RESULTS),
    }
)
REPORTS = st.fixed_dictionaries(
    {
        "groups": st.lists(GROUPS, max_size=5),
        "visits": st.lists(UNNAMED, max_size=2),
        "tier_b": st.sampled_from((False, False, False, True)),
        "min_sessions": st.sampled_from((1, 1, 1, 2)),
        "as_of": st.sampled_from((LAST_DAY, SUNDAY)),
    }
)
