"""Parts of a receipt: its address, its rows in Dutch words, and what they add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

import pandas as pd

from digibank_core.i18n import show_count, show_money, show_number
from digibank_core.indicators.definition import Scope
from digibank_core.receipts import Receipt

PAGE = "bon"
KINDS = {
    "loan": ("uitlening", "uitleningen"),
    "attendance": ("aanwezigheid", "aanwezigheden"),
    "visit": ("bezoek", "bezoeken"),
    "question": ("hulpvraag", "hulpvragen"),
    "wipe": ("wissing", "wissingen"),
    "training_session": ("les", "lessen"),
    "device": ("toestel", "toestellen"),
    "booking": ("boeking", "boekingen"),
    "course": ("reeks", "reeksen"),
    "held_block": ("openingsuren", "openingsuren"),
}
"""What a record of each table is called: one, and more."""
GROUPS = {
    "reach_by_residence": ("Woonplaats",),
    "reach_by_age": ("Leeftijd",),
    "reach_by_gender": ("Gender",),
    "reach_by_education": ("Opleiding",),
    "reach_by_labour_status": ("Werk",),
    "reach_by_other_language": ("Andere taal nodig",),
    "reach_by_reduced_rate": ("Kansentarief gezien",),
    "reach_by_digipunt": ("Digipunt",),
    "reach_by_place": ("Gemeente van het Digipunt",),
    "reach_by_place_and_residence": ("Gemeente van het Digipunt", "Woonplaats"),
    "not_counted_by_reason": ("Waarom niet",),
    "questions_by_topic": ("Onderwerp",),
    "questions_by_result": ("Resultaat",),
    "visits_by_digipunt": ("Digipunt",),
}
"""What the groups of a breakdown are, and those across."""
HEADINGS = {
    "monday": "Week van",
    "day": "Dag",
    "record": "Wat",
    "device": "Toestel",
    "due_on": "Terug op",
    "returned_on": "Teruggebracht op",
    "topic": "Onderwerp",
    "minutes": "Minuten",
    "result": "Resultaat",
    "referred_to": "Doorverwezen naar",
    "visit": "Bezoek",
    "category": "Soort kost",
    "amount_cents": "Bedrag in euro",
    "course": "Reeks",
    "session": "Les",
    "name": "Gemeente",
    "population": "Inwoners",
    "population_on": "Inwoners op",
    "place": "Plaats",
    "municipality": "Gemeente",
    "visits": "Bezoeken",
    "on_loan": "Dagen uitgeleend",
    "lendable": "Dagen uitgeleend of klaar",
    "capacity": "Plaatsen",
    "confirmed": "Bevestigd",
    "person": "Persoon",
    "mark": "Aanduiding",
    "attended": "Lessen gevolgd",
    "held": "Lessen gegeven",
    "completed": "Afgerond",
    "first_time": "Eerste keer",
    "tier": "Groep (regel 14)",
    "period": "Periode",
    "first_day": "Eerste dag",
    "last_day": "Laatste dag",
    "as_of": "Stand op",
    "days_gone": "Dagen voorbij",
    "days": "Dagen",
    "target": "Doel",
    "reached": "Bereikt",
    "missing": "Ontbreekt",
    "weeks_left": "Volle weken over",
    "target_reached_on": "Doel bereikt op",
    "from_persons": "Vanaf personen",
    "next_from": "Volgende schijf vanaf",
    "new": "Nieuwe personen",
    "reason": "Waarom niet",
    "proof": "Bewijs",
}
"""Columns of receipts in the order to show them; an empty one is left out."""
LEFT_OUT = {"digibank", "objective", "recorded_at", "stream", "qualifies", "nis"}
"""Columns that are the same in every row, or that another column says."""
ADDED = {
    "new": ("nieuwe persoon", "nieuwe personen"),
    "visits": ("bezoek", "bezoeken"),
    "minutes": ("minuut", "minuten"),
    "population": ("inwoner", "inwoners"),
    "on_loan": ("dag uitgeleend", "dagen uitgeleend"),
    "lendable": ("dag uitgeleend of klaar", "dagen uitgeleend of klaar"),
    "confirmed": ("bevestigde plaats", "bevestigde plaatsen"),
    "capacity": ("plaats", "plaatsen"),
}
"""Columns of numbers that make the figure when they are added up."""
COMPUTED_WITH = {"new", "visits"}
"""Of these, the sum is not the figure but what it is computed from."""
COUNTED = {
    "questions_solved": ("result", "opgelost", "opgelost"),
    "training_completion": ("completed", True, "afgerond"),
    "training_no_show": ("mark", "afwezig", "afwezig"),
}
"""Shares of their rows: the column and the value that count, and the word for it."""
ANONYMOUS = "anoniem"
SHORT = 8
"""Signs of a pseudonym that are shown: enough to tell persons apart on a screen."""


def address(code: str, scope: Scope, group: str = "", across: str = "") -> str:
    """Give the address of the receipt of a figure, or of one cell of a breakdown.

    It stands for the same question on every day: `stand` and `bekend` say of when it is.
    """
    asked = {
        "cijfer": code,
        "groep": group,
        "en": across,
        "digibank": scope.digibank,
        "periode": scope.period,
        "stand": scope.as_of.isoformat(),
        "bekend": "" if scope.known_on is None else scope.known_on.isoformat(),
    }
    return f"{PAGE}?{urlencode({name: told for name, told in asked.items() if told})}"


def as_table(receipt: Receipt) -> pd.DataFrame:
    """Give the rows with Dutch headings: persons by their whole pseudonym, days as days."""
    rows = receipt.rows
    groups = {name: heading for name, heading in names(receipt).items() if name in rows}
    headings = {
        name: heading
        for name, heading in HEADINGS.items()
        if name in rows and heading not in groups.values()
    } | groups
    table = pd.DataFrame({headings[name]: _in_words(name, rows[name]) for name in headings})
    return table.loc[:, [not _is_empty(table[heading]) for heading in table]]


def as_shown(table: pd.DataFrame) -> pd.DataFrame:
    """Give a table of rows as a screen has it: short pseudonyms, euro, nothing for empty."""
    person, money = HEADINGS["person"], HEADINGS["amount_cents"]
    shown = {}
    for heading, column in table.items():
        told = column
        if heading == person:
            told = column.str.slice(0, SHORT)
        elif heading == money:
            told = column.map(lambda euro: show_money(int(euro * 100)))
        is_day = pd.api.types.is_datetime64_any_dtype(told)
        shown[heading] = told if is_day else told.astype("object").where(told.notna(), "")
    return pd.DataFrame(shown)


def names(receipt: Receipt) -> Mapping[str, str]:
    """Say what the `group` of a row is, and what its `across`."""
    told = GROUPS.get(receipt.card.code, ("Groep",))
    return dict(zip(("group", "across"), told, strict=False))


def total(receipt: Receipt) -> str:
    """Say in one sentence what the rows add up to: the figure (rule 54)."""
    rows = receipt.rows
    number = show_count(len(rows), "rij", "rijen")
    if receipt.card.code in COUNTED:
        name, counted, word = COUNTED[receipt.card.code]
        return f"{number}, waarvan {show_number(int(rows[name].eq(counted).sum()))} {word}."
    if "person" in rows and rows["person"].nunique() == receipt.numerator:
        persons = show_count(rows["person"].nunique(), "persoon", "personen")
        return f"{persons} in {number}."
    if "amount_cents" in rows:
        return f"{number}, samen {show_money(int(rows['amount_cents'].sum()))}."
    if len(rows) == receipt.numerator:
        return f"{number}: elke rij telt één keer."
    of_figure = (receipt.numerator, receipt.denominator)
    sums = {name: int(rows[name].sum()) for name in ADDED if _is_number(rows, name)}
    told = [
        show_count(added, *ADDED[name])
        for name, added in sums.items()
        if added in of_figure or name in COMPUTED_WITH
    ]
    return f"{number}, samen {' en '.join(told)}." if told else f"{number}."


def sources(rows: pd.DataFrame) -> str:
    """Say which records the rows are, and how many of each (rule 50)."""
    if "record" not in rows:
        return "berekend uit de gegevens"
    kinds = Counter(record.partition("/")[0] for record in rows["record"].dropna())
    told = (show_count(number, *KINDS[kind]) for kind, number in kinds.most_common())
    return ", ".join(told) or "geen gegevens"


def _in_words(name: str, column: pd.Series) -> pd.Series:
    if name == "record":
        return column.map(_record, na_action="ignore")
    if name == "person":
        known = column.notna() & ~column.str.contains("/", na=False)
        return column.where(known, ANONYMOUS)
    if name == "amount_cents":
        return column.map(lambda cents: Decimal(int(cents)) / 100)
    if column.dtype == "bool":
        return column.map({True: "ja", False: "nee"})
    if column.dtype == "object" and any(isinstance(value, date) for value in column):
        return pd.to_datetime(column)
    return column


def _record(record: str) -> str:
    table, _, key = record.partition("/")
    return f"{KINDS[table][0].capitalize()} {key}"


def _is_empty(column: pd.Series) -> bool:
    return bool(column.isna().all() or column.eq("").all())


def _is_number(rows: pd.DataFrame, name: str) -> bool:
    return name in rows and pd.api.types.is_numeric_dtype(rows[name])
