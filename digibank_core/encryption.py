"""Contact data at rest: AES-GCM with a key that lives apart from the database.

The key file `contact.key` holds one line per key, `number base64`; the last line encrypts,
every line decrypts. A value in the database is one byte for the number of its key, twelve
for the nonce, then the sealed text.
"""

from __future__ import annotations

import base64
import hmac
import os
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.types import TypeDecorator

from digibank_core.config import keys_folder, private_folder
from digibank_core.errors import KeyMissingError

_NONCE = 12


class _KeyMissingError(KeyMissingError, DontWrapMixin):
    """Passes through SQLAlchemy as it is: its own error would show the values."""


def key_file() -> Path:
    """Give the path of the contact key; it need not exist."""
    return _key_file(keys_folder())


def make_key() -> None:
    """Make the contact key of a new installation; an existing one is kept."""
    path = key_file()
    private_folder(path.parent)
    if path.exists():
        return
    line = f"1 {base64.b64encode(AESGCM.generate_key(256)).decode()}\n"
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(line)


def key_ids() -> dict[int, str]:
    """Give a mark of each key, by its number: it tells keys apart and gives nothing away.

    Raises
    ------
    KeyMissingError
        The key is missing or unreadable.
    """
    return {
        number: hmac.digest(key, b"id of a contact key", "sha256").hex()[:16]
        for number, key in _read(key_file()).items()
    }


class EncryptedText(TypeDecorator[str]):
    """A text column of which the database sees only sealed bytes.

    `place` ("contact.first_name") is sealed in, so that a value moved to another column
    no longer opens.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Seal a text with the newest key; raise `KeyMissingError` without a key."""
        if value is None:
            return None
        keys = _keys(key_file())
        number = max(keys)
        nonce = os.urandom(_NONCE)
        sealed = keys[number].encrypt(nonce, value.encode(), self.place.encode())
        return bytes([number]) + nonce + sealed

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Open a text; raise `KeyMissingError` when the key is missing or another one."""
        if value is None:
            return None
        nonce, sealed = value[1 : 1 + _NONCE], value[1 + _NONCE :]
        try:
            return (
                _keys(key_file())[value[0]].decrypt(nonce, sealed, self.place.encode()).decode()
            )
        except (LookupError, ValueError, InvalidTag):
            raise _KeyMissingError from None


@lru_cache(maxsize=4)
def _key_file(folder: Path) -> Path:
    return folder / "contact.key"


@lru_cache(maxsize=4)
def _keys(path: Path) -> dict[int, AESGCM]:
    try:
        return {number: AESGCM(key) for number, key in _read(path).items()}
    except ValueError:
        raise _KeyMissingError from None


def _read(path: Path) -> dict[int, bytes]:
    try:
        lines = path.read_text("ascii").split("\n")
        pairs = (line.split() for line in lines if line.strip())
        keys = {int(number): base64.b64decode(key) for number, key in pairs}
    except (OSError, ValueError):
        raise _KeyMissingError from None
    if not keys:
        raise _KeyMissingError
    return keys
