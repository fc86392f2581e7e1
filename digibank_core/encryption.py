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
from digibank_core.files import sync

_NONCE = 12
_seen: dict[Path, dict[int, AESGCM]] = {}
"""Keys by file, as they were when it was looked at last: to open names fast."""


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
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(_lines({1: AESGCM.generate_key(256)}))


def add_key() -> int:
    """Make a newer key, that seals from now on; give its number. The older ones still open.

    Who calls it holds the writers' lock: of two who add a key at once, one would be lost.

    Raises
    ------
    KeyMissingError
        The key is missing or unreadable.
    """
    keys = _read(key_file())
    number = max(keys) + 1
    _write(keys | {number: AESGCM.generate_key(256)})
    return number


def keep_newest_key() -> list[int]:
    """Forget all keys but the newest; give their numbers. What they sealed is lost then."""
    keys = _read(key_file())
    newest = max(keys)
    _write({newest: keys[newest]})
    return sorted(keys.keys() - {newest})


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
        keys = _keys_of(key_file())  # another process may have made a newer one
        number = max(keys)
        nonce = os.urandom(_NONCE)
        sealed = keys[number].encrypt(nonce, value.encode(), self.place.encode())
        return bytes([number]) + nonce + sealed

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Open a text; raise `KeyMissingError` when the key is missing or another one."""
        if value is None:
            return None
        nonce, sealed = value[1 : 1 + _NONCE], value[1 + _NONCE :]
        path = key_file()
        try:
            keys = _seen.get(path) or _keys_of(path)
            key = keys[value[0]] if value[0] in keys else _keys_of(path)[value[0]]
            return key.decrypt(nonce, sealed, self.place.encode()).decode()
        except (LookupError, ValueError, InvalidTag):
            raise _KeyMissingError from None


@lru_cache(maxsize=4)
def _key_file(folder: Path) -> Path:
    return folder / "contact.key"


def _keys_of(path: Path) -> dict[int, AESGCM]:
    """Give the keys as they are in the file now, read only when it changed."""
    try:
        found = path.stat()
        _seen[path] = _keys(path, (found.st_mtime_ns, found.st_ino, found.st_size))
    except (OSError, ValueError):
        raise _KeyMissingError from None
    return _seen[path]


@lru_cache(maxsize=4)
def _keys(path: Path, _state: tuple[int, ...]) -> dict[int, AESGCM]:
    return {number: AESGCM(key) for number, key in _read(path).items()}


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


def _write(keys: dict[int, bytes]) -> None:
    """Put keys in the place of the file, which is whole at every moment."""
    path = key_file()
    half = path.with_name(f".half-{path.name}")
    handle = os.open(half, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(_lines(keys))
    sync(half)
    half.replace(path)
    sync(path.parent)


def _lines(keys: dict[int, bytes]) -> str:
    return "".join(
        f"{number} {base64.b64encode(key).decode()}\n" for number, key in keys.items()
    )
