"""Checks of loans: wiped in between, brought back, on paper (rules 8, 26 and 28)."""

from __future__ import annotations

import pandas as pd

from digibank_core.indicators.quality.findings import Known, findings, numbered, written


def not_wiped(known: Known) -> pd.DataFrame:
    """Find loans of the period before which the device was not wiped since its last loan.

    The first loan of a device is not looked at: rule 26 speaks of between two loans.
    """
    wipes = known.valid("wipe")[["device", "wiped_on"]].sort_values("wiped_on")
    loans = known.valid("loan").sort_values(["lent_on", "id"])
    before = loans.groupby("device")
    loans = loans.assign(again=before.cumcount().gt(0), back_on=before["returned_on"].shift())
    loans = pd.merge_asof(loans, wipes, left_on="lent_on", right_on="wiped_on", by="device")
    wiped = loans["wiped_on"].ge(loans["back_on"])
    found = loans[loans["again"] & ~wiped & known.inside(loans["lent_on"])]
    since = "zonder wissing na " + written(found["back_on"])
    return findings(
        numbered("loan", found["id"]),
        found["lent_on"],
        "Toestel "
        + found["device"]
        + " ging opnieuw mee "
        + since.fillna("voor het terug was")
        + ".",
        found["person"],
    )


def overdue(known: Known) -> pd.DataFrame:
    """Find open loans that are late by more days than the setting; due today is not late."""
    loans = _open(known)
    late = (known.today - loans["due_on"]).dt.days
    found = loans[late.gt(int(known.setting("overdue_alert_days")))]
    days = late[found.index].astype("str")
    return findings(
        numbered("loan", found["id"]),
        found["due_on"],
        "Toestel " + found["device"] + " is " + days + " dagen te laat.",
        found["person"],
    )


def without_agreement(known: Known) -> pd.DataFrame:
    """Find open loans without the reference of an agreement: they do not count (rule 8)."""
    loans = _open(known)
    found = loans[loans["agreement"].isna()]
    return findings(
        numbered("loan", found["id"]),
        found["lent_on"],
        "Toestel " + found["device"] + " is uit zonder nummer van een overeenkomst.",
        found["person"],
    )


def _open(known: Known) -> pd.DataFrame:
    """Loans that were out on as-of, whatever period they began in."""
    loans = known.valid("loan")
    back = loans["returned_on"].le(known.today)
    return loans[loans["lent_on"].le(known.today) & ~back]
