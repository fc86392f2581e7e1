"""Give the names a newer key while people work; safe to break off, and to do again.

Until every name is under the newest key all keys stay and open. Only then an older one can be
forgotten, and then it opens no backup of before either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import LargeBinary, bindparam, type_coerce
from sqlmodel import Session, col, select, update

from digibank_core import access, db, encryption, history, security
from digibank_core.access import Event
from digibank_core.errors import KeyNotRotatedError
from digibank_core.models import Contact
from digibank_core.models.columns import Kind

REASON = "sleutel van de namen vervangen"
BATCH = 500
"""Names that get their new key in one transaction, so that nobody at work waits long."""

_SEALED = history.columns(Contact, Kind.CONTACT)
_TABLE = Contact.__table__  # type: ignore[attr-defined]  # set by SQLModel's metaclass


def rotate() -> tuple[int, int]:
    """Make a newer key and seal every name with it; go on with one that was broken off.

    Returns
    -------
    tuple
        Number of the key, and of the contacts that are under it.

    Raises
    ------
    KeyMissingError
        The key is missing, or some name does not open; nothing is changed.
    """
    actor = security.command_line()
    with db.transaction(actor, REASON) as session:
        contacts = len(session.exec(select(Contact)).all())  # each of them opens
        newest = max(encryption.key_ids())
        if not _under_older(session, newest):
            newest = encryption.add_key()
    while older := _read_older(newest):
        for start in range(0, len(older), BATCH):
            with db.transaction(actor, REASON) as session:
                _seal_again(session, older[start : start + BATCH])
    access.note(Event.KEY_ROTATED, actor.login, hits=contacts)
    return newest, contacts


def forget_older() -> list[int]:
    """Forget every key but the newest; give their numbers.

    Raises
    ------
    KeyNotRotatedError
        A name is still under an older key.
    """
    with db.transaction(security.command_line(), REASON) as session:
        if _under_older(session, max(encryption.key_ids())):
            raise KeyNotRotatedError
        return encryption.keep_newest_key()


def contacts_by_key(session: Session) -> Counter[int]:
    """Count the contacts under each key, by its number; one under two keys counts twice."""
    return Counter(number for _, numbers in _numbers(session) for number in numbers)


def _read_older(newest: int) -> list[str]:
    with db.reading() as session:
        return _under_older(session, newest)


def _under_older(session: Session, newest: int) -> list[str]:
    return [person for person, numbers in _numbers(session) if numbers - {newest}]


def _numbers(session: Session) -> list[tuple[str, set[int]]]:
    """Give for each contact the numbers of the keys that its values are under."""
    as_stored = [type_coerce(_TABLE.c[name], LargeBinary) for name in _SEALED]
    rows = session.connection().execute(select(_TABLE.c.person, *as_stored))
    return [(person, {value[0] for value in values if value}) for person, *values in rows]


def _seal_again(session: Session, persons: Sequence[str]) -> None:
    """Write names as they are: the newest key seals them. No fact changes, so no history."""
    of_them = select(_TABLE).where(col(Contact.person).in_(persons))
    connection = session.connection()
    rows = [
        {"key": row.person, **{name: getattr(row, name) for name in _SEALED}}
        for row in connection.execute(of_them)
    ]
    if rows:
        connection.execute(update(_TABLE).where(_TABLE.c.person == bindparam("key")), rows)
