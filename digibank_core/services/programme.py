"""Reference data: load it with its sources, and read what holds on a day."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from digibank_core.errors import (
    UnknownDigibankError,
    UnknownPeriodError,
    UnknownSettingError,
)
from digibank_core.models import (
    Digibank,
    Digipunt,
    FundingPeriod,
    Installation,
    Municipality,
    OpeningBlock,
    Partner,
    Postcode,
    Setting,
    Target,
    Topic,
    Tranche,
)
from digibank_core.names import by_name
from digibank_core.security import Actor, Right

REFERENCE: tuple[tuple[str, type[SQLModel]], ...] = (
    ("digibanken", Digibank),
    ("municipalities", Municipality),
    ("postcodes", Postcode),
    ("periods", FundingPeriod),
    ("targets", Target),
    ("tranches", Tranche),
    ("partners", Partner),
    ("settings", Setting),
    ("digipunten", Digipunt),
    ("opening_blocks", OpeningBlock),
    ("topics", Topic),
)
"""Files of `data/reference` and their tables, in an order that keeps references whole."""


def load_reference(session: Session, folder: Path, *, actor: Actor) -> int:
    """Put the reference data of a folder in an empty database; give the number of rows."""
    actor.require(Right.KEEP_REFERENCE)
    count = 0
    for name, model in REFERENCE:
        for position, row in enumerate(_rows(folder / f"{name}.csv"), start=1):
            if "author" in model.model_fields:
                row["author"] = actor.login
            if model is Topic:
                row["position"] = position
            session.add(_typed(model, row))
            count += 1
        session.flush()  # later files refer to these rows
    return count


def is_demo(session: Session) -> bool:
    """Tell whether this is a demo database: invented persons, a story clock."""
    installation = session.get(Installation, 1)
    return installation is not None and installation.story_day is not None


def digibank(session: Session, code: str) -> Digibank:
    """Give a Digibank by its code; raise `UnknownDigibankError`."""
    found = session.get(Digibank, code)
    if found is None:
        raise UnknownDigibankError(digibank=code)
    return found


def digibanken(session: Session) -> Sequence[Digibank]:
    """Give all Digibanken, in the order of their names."""
    return by_name(session.exec(select(Digibank)))


def municipalities(session: Session) -> Sequence[Municipality]:
    """Give the municipalities of the region, in the order of their names."""
    return by_name(session.exec(select(Municipality)))


def reuse_shops(session: Session) -> Sequence[Partner]:
    """Give the kringwinkels, in the order of their names."""
    return by_name(session.exec(select(Partner).where(Partner.role == "kringwinkel")))


def period(session: Session, code: str, digibank: str) -> FundingPeriod:
    """Give a funding period of a Digibank; raise `UnknownPeriodError` (rule 2)."""
    found = session.get(FundingPeriod, (code, digibank))
    if found is None:
        raise UnknownPeriodError(period=code, digibank=digibank)
    return found


def periods(session: Session, digibank: str) -> Sequence[FundingPeriod]:
    """Give the active funding periods of a Digibank, the first one first."""
    active = select(FundingPeriod).where(
        FundingPeriod.digibank == digibank, FundingPeriod.active
    )
    return session.exec(active.order_by(col(FundingPeriod.first_day))).all()


def setting(session: Session, name: str, *, digibank: str, on: date) -> str:
    """Give the value of a setting in a Digibank on a day.

    The Digibank's own value goes before the general one; of each the latest `starts_on`
    up to that day holds. Raise `UnknownSettingError` when there is none.
    """
    found = session.exec(
        select(Setting.value)
        .where(
            Setting.name == name,
            col(Setting.digibank).in_(["", digibank]),
            Setting.starts_on <= on,
        )
        .order_by((col(Setting.digibank) == digibank).desc(), col(Setting.starts_on).desc())
    ).first()
    if found is None:
        raise UnknownSettingError(name=name, on=on)
    return found


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _typed(model: type[SQLModel], row: dict[str, Any]) -> SQLModel:
    """Turn the texts of a csv row into the types of the columns; empty means absent."""
    empty_is_absent = {
        name: None if value == "" and not model.model_fields[name].is_required() else value
        for name, value in row.items()
    }
    return model.model_validate(empty_is_absent)
