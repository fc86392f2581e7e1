"""Loans as services delivered, and how the devices of the pool are used (rules 28 and 32)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from digibank_core.indicators.definition import (
    Definition,
    Figure,
    Scope,
    ordered,
    ratio,
    references,
    rows_in,
)
from digibank_core.indicators.frames import Frames
from digibank_core.models import Objective, Stream

NO_AGREEMENT = "zonder overeenkomst"

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
    """Give one row per loan in the shape of `deliveries.COLUMNS`.

    A loan happens on the day of the hand-over. Without an agreement reference it does not
    count; `reason` then says so, else it is empty.
    """
    loans = frames["loan"]
    return pd.DataFrame(
        {
            "delivery": references("loan", loans["id"]),
            "person": loans["person"],
            "digibank": loans["digibank"],
            "objective": Objective.ACCESS.value,
            "happened_on": loans["lent_on"],
            "recorded_at": loans["recorded_at"],
            "place": "",
            "stream": loans["stream"],
            "reason": loans["agreement"].isna().map({True: NO_AGREEMENT, False: ""}),
            "proof": loans["agreement"].fillna(""),
            "voided": loans["voided"],
        }
    )


def lending_figures(frames: Frames, scope: Scope) -> tuple[Figure, ...]:
    """Count loans, wipes and the use of the pool up to the last day that counts.

    Loans count under the own stream; what is out, and the use of devices, under any.
    """
    loans = frames["loan"]
    loans = loans[~loans["voided"]]
    handed_over = scope.holds(loans["lent_on"]) & loans["stream"].eq(Stream.DIGIBANK.value)
    last = pd.Timestamp(scope.until)
    is_out = loans["lent_on"].le(last) & ~loans["returned_on"].le(last) & scope.has_begun
    is_late = is_out & loans["due_on"].lt(last)
    wipes = frames["wipe"]
    wipes = wipes[~wipes["voided"] & scope.holds(wipes["wiped_on"])]
    days = pool_days(frames, scope)
    return (
        rows_in(LOANS, _listed(loans[handed_over])),
        rows_in(LOANS_OPEN, _listed(loans[is_out])),
        rows_in(LOANS_OVERDUE, _listed(loans[is_late])),
        rows_in(WIPES, _wipes_listed(wipes)),
        ratio(POOL_USE, int(days["on_loan"].sum()), int(days["lendable"].sum()), days),
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
    devices = devices[~devices["voided"]]
    loans = frames["loan"]
    loans = loans[~loans["voided"] & loans["device"].isin(devices["code"])]
    came = devices[["code", "received_on"]].set_axis(["device", "day"], axis="columns")
    back = loans[["device", "returned_on"]].set_axis(["device", "day"], axis="columns")
    unwiped = pd.concat([came, back.dropna()], ignore_index=True).sort_values("day")
    unwiped["until"] = _first_after(unwiped, _next_steps(frames, loans))
    total = _days(came["day"], pd.Series(pd.NaT, index=came.index), scope)
    waiting = _days(unwiped["day"], unwiped["until"], scope).groupby(unwiped["device"]).sum()
    on_loan = _days(loans["lent_on"], loans["returned_on"], scope)
    on_loan = on_loan.groupby(loans["device"]).sum()
    code = came["device"]
    counted = pd.DataFrame(
        {
            "device": code,
            "on_loan": code.map(on_loan).fillna(0).astype("int64"),
            "lendable": total - code.map(waiting).fillna(0).astype("int64"),
        }
    )
    return counted.sort_values("device", ignore_index=True)


def _next_steps(frames: Frames, loans: pd.DataFrame) -> pd.DataFrame:
    """Give the days on which a device is seen not to wait for a wipe: wiped, or lent."""
    wipes = frames["wipe"]
    wiped = wipes.loc[~wipes["voided"], ["device", "wiped_on"]]
    lent = loans.loc[loans["lent_on"].ne(loans["returned_on"]), ["device", "lent_on"]]
    steps = [each.set_axis(["device", "step"], axis="columns") for each in (wiped, lent)]
    return pd.concat(steps, ignore_index=True).sort_values("step")


def _first_after(since: pd.DataFrame, steps: pd.DataFrame) -> pd.Series:
    """Give the first step on or after each day, of the same device; NaT when there is none."""
    found = pd.merge_asof(
        since, steps, left_on="day", right_on="step", by="device", direction="forward"
    )
    return found["step"].set_axis(since.index)


def _days(first: pd.Series, end: pd.Series, scope: Scope) -> pd.Series:
    """Count the days of a scope from the first up to, not including, the end."""
    start, last = np.datetime64(scope.first_day), np.datetime64(scope.until)
    since = np.maximum(first.to_numpy("datetime64[D]"), start)
    until = np.fmin(end.to_numpy("datetime64[D]"), last + 1)  # without end: the last day
    return pd.Series((until - since).astype("int64").clip(min=0), first.index)


def _listed(loans: pd.DataFrame) -> pd.DataFrame:
    columns = ["person", "device", "lent_on", "due_on", "returned_on"]
    listed = loans[columns].assign(proof=loans["agreement"].fillna(""))
    listed.insert(0, "record", references("loan", loans["id"]))
    return ordered(listed, ["lent_on", "record"])


def _wipes_listed(wipes: pd.DataFrame) -> pd.DataFrame:
    listed = wipes[["device", "wiped_on"]].copy()
    listed.insert(0, "record", references("wipe", wipes["id"]))
    return ordered(listed, ["wiped_on", "record"])
