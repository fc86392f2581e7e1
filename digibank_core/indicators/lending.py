"""Loans as services delivered, and how the devices of the pool are used (rules 28 and 32)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from digibank_core.indicators.definition import Definition, Figure, Scope, ratio, rows_in
from digibank_core.indicators.frames import Frames
from digibank_core.indicators.rows import by_day, chosen, is_word, references, words
from digibank_core.models import Stream

NO_AGREEMENT = "zonder overeenkomst"
Days = npt.NDArray[np.datetime64]
Places = npt.NDArray[np.intp]
Counts = npt.NDArray[np.int64]
_NEVER = np.datetime64("NaT")
_A_LIFE = 1_000_000
"""More days than any date has: devices put in one line, each with its days, stay apart."""

LOANS = Definition(
    code="loans",
    title="Uitleningen",
    unit="uitleningen",
    definition="Toestellen die in de periode meegegeven zijn, ook zonder overeenkomst.",
    rule=(6, 27),
)
LOANS_OPEN = Definition(
    code="loans_open",
    title="Lopende uitleningen",
    unit="uitleningen",
    definition="Toestellen die op de gekozen dag uitgeleend zijn, van elke financiering.",
    rule=(28,),
)
LOANS_OVERDUE = Definition(
    code="loans_overdue",
    title="Uitleningen te laat",
    unit="uitleningen",
    definition="Lopende uitleningen die voor de gekozen dag terug moesten zijn. "
    "Wie op die dag zelf moet terugbrengen, is niet te laat.",
    rule=(28,),
)
WIPES = Definition(
    code="wipes",
    title="Gegevenswissingen",
    unit="wissingen",
    definition="Toestellen waarvan in de periode de gegevens gewist zijn.",
    rule=(26,),
)
POOL_USE = Definition(
    code="pool_use",
    title="Bezetting van de toestellen",
    unit="%",
    definition="Dagen dat toestellen uitgeleend waren, gedeeld door de dagen dat ze uitgeleend "
    "of uitleenbaar waren. Dagen tussen terugname en wissing tellen niet. Een dag telt zoals "
    "het toestel er die avond aan toe is.",
    rule=(32,),
)


def loan_deliveries(frames: Frames) -> pd.DataFrame:
    """Give one row per loan, in the shape that `deliveries.judged` takes.

    A loan happens on the day of the hand-over. Without an agreement reference it does not
    count; `reason` then says so, else it is empty.
    """
    loans = frames["loan"]
    unsigned = loans["agreement"].isna().to_numpy()
    return pd.DataFrame(
        {
            "id": loans["id"],
            "person": loans["person"],
            "happened_on": loans["lent_on"],
            "place": "",
            "municipality": "",
            "stream": loans["stream"],
            "reason": words(["", NO_AGREEMENT], unsigned.astype("intp")),
            "voided": loans["voided"],
        },
        copy=False,
    )


def lending_figures(frames: Frames, scope: Scope) -> tuple[Figure, ...]:
    """Count loans, wipes and the use of the pool up to the last day that counts.

    Loans count under the own stream; what is out, and the use of devices, under any.
    """
    loans, wipes = frames["loan"], frames["wipe"]
    held = ~loans["voided"].to_numpy()
    own = is_word(loans["stream"], Stream.DIGIBANK.value)
    last = np.datetime64(scope.until)
    lent, back = loans["lent_on"].to_numpy(), loans["returned_on"].to_numpy()
    is_out = held & (lent <= last) & ~(back <= last) & scope.has_begun
    is_late = is_out & (loans["due_on"].to_numpy() < last)
    wiped = ~wipes["voided"].to_numpy() & scope.holds(wipes["wiped_on"])
    days = pool_days(frames, scope)
    return (
        rows_in(LOANS, chosen(loans, held & own & scope.holds(loans["lent_on"]), _listed)),
        rows_in(LOANS_OPEN, chosen(loans, is_out, _listed)),
        rows_in(LOANS_OVERDUE, chosen(loans, is_late, _listed)),
        rows_in(WIPES, chosen(wipes, wiped, _wipes_listed)),
        ratio(POOL_USE, int(days["on_loan"].sum()), int(days["lendable"].sum()), chosen(days)),
    )


def pool_days(frames: Frames, scope: Scope) -> pd.DataFrame:
    """Give of each device its days on loan, and its days on loan or ready for one (rule 32).

    Returns
    -------
    DataFrame
        `device`, `on_loan` and `lendable`, days of the scope. A device is lendable from its
        wipe on, until it comes back from a loan. Each day counts as its evening: a loan has
        the day of the hand-over, not that of the return.
    """
    devices = frames["device"]
    devices = devices[~devices["voided"].to_numpy()].sort_values("code", ignore_index=True)
    place = pd.Index(devices["code"])
    loan, (lent, back) = _placed(frames["loan"], place, "lent_on", "returned_on")
    wipe, (wiped,) = _placed(frames["wipe"], place, "wiped_on")
    came = _days_of(devices["received_on"])
    # a device waits from when it comes, or comes back, until it is wiped, or lent all the same
    returned, overnight = ~np.isnat(back), lent != back
    waits, since = (
        np.append(np.arange(len(place)), loan[returned]),
        np.append(came, back[returned]),
    )
    until = _first_after(
        waits, since, np.append(wipe, loan[overnight]), np.append(wiped, lent[overnight])
    )
    waiting = _within(since, until, scope)
    total = _within(came, np.full(len(came), _NEVER), scope)
    return pd.DataFrame(
        {
            "device": devices["code"],
            "on_loan": _per(loan, _within(lent, back, scope), len(place)),
            "lendable": total - _per(waits, waiting, len(place)),
        }
    )


def _placed(
    table: pd.DataFrame, place: pd.Index, *days: str
) -> tuple[Places, tuple[Days, ...]]:
    """Give the place of the device in each row that holds, and days of these rows."""
    places = place.get_indexer(table["device"])
    held = ~table["voided"].to_numpy() & (places >= 0)
    return places[held], tuple(_days_of(table[day])[held] for day in days)


def _days_of(column: pd.Series) -> Days:
    days: Days = column.to_numpy().astype("datetime64[D]")
    return days


def _first_after(place: Places, day: Days, at: Places, steps: Days) -> Days:
    """Give the first step on or after each day, of the same device, or that it never came."""
    order = np.lexsort((steps, at))
    at, steps = at[order], steps[order]
    found = np.searchsorted(_in_one_line(at, steps), _in_one_line(place, day))
    same = np.append(at, -1)[found] == place
    return np.where(same, np.append(steps, [_NEVER])[found], _NEVER)


def _in_one_line(place: Places, day: Days) -> Counts:
    """Number a day of a device so that devices come one after the other."""
    numbers: Counts = place * _A_LIFE + day.astype("int64")
    return numbers


def _within(first: Days, end: Days, scope: Scope) -> Counts:
    """Count the days of a scope from the first up to, not including, the end."""
    start, last = np.datetime64(scope.first_day), np.datetime64(scope.until)
    until = np.fmin(end, last + 1)  # without end: the last day
    return (until - np.maximum(first, start)).astype("int64").clip(min=0)


def _per(places: Places, days: Counts, devices: int) -> Counts:
    return np.bincount(places, days, minlength=devices).astype("int64")


def _listed(loans: pd.DataFrame) -> pd.DataFrame:
    columns = ["person", "device", "lent_on", "due_on", "returned_on"]
    listed = loans[columns].assign(proof=loans["agreement"].fillna(""))
    listed.insert(0, "record", references("loan", loans["id"]))
    return by_day(listed, "lent_on")


def _wipes_listed(wipes: pd.DataFrame) -> pd.DataFrame:
    listed = wipes[["device", "wiped_on"]].assign(proof=wipes["certificate"].fillna(""))
    listed.insert(0, "record", references("wipe", wipes["id"]))
    return by_day(listed, "wiped_on")
