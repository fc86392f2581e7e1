"""Let this process give up what it may, and what it starts with it; there is no way back.

Needs no rights. `confine` leaves it a few folders, by Landlock of the Linux kernel (5.13 and
later); processes outside become unreachable for it too (their environment, their memory).
"""

from __future__ import annotations

import ctypes
import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION, _PATH_BENEATH = 1, 1
_NO_NEW_PRIVS, _AMBIENT, _CLEAR_ALL = 38, 47, 4
_CAPABILITIES_OF_64_BITS = 0x20080522

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = (1 << bit for bit in range(4))
_READ = EXECUTE | READ_FILE | READ_DIR
_OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | 1 << 14 | 1 << 15
"""Rights that mean something for a file; 14 is to cut it short, 15 to talk to a device."""
_ALL = {1: 1 << 13, 2: 1 << 14, 3: 1 << 15, 4: 1 << 15, 5: 1 << 16}
"""By version of Landlock: one more than the sum of all rights on files."""
_TCP = 0b11
"""To listen on a port and to connect to one (version 4)."""
_SCOPES = 0b11
"""Abstract sockets and signals (version 6)."""


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("rights", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """Give the version of Landlock here; 0 where there is none."""
    if sys.platform != "linux":
        return 0
    return max(0, _call(_CREATE_RULESET, None, 0, _VERSION))


def confine(*, read: Iterable[Path], write: Iterable[Path]) -> bool:
    """Let this process read some folders, write some others, and reach nothing else.

    Parameters
    ----------
    read, write
        Folders and files; those that do not exist are passed over. What may be written may
        also be read.

    Returns
    -------
    bool
        False where the system cannot do this: then nothing is confined.
    """
    found = version()
    if not found:
        return False
    every = _ALL[min(found, 5)] - 1
    wanted = _Ruleset(
        files=every,
        network=_TCP if found >= 4 else 0,
        scoped=_SCOPES if found >= 6 else 0,
    )
    size = 24 if found >= 6 else 16 if found >= 4 else 8  # older ones refuse what is new
    rules = _need(_CREATE_RULESET, ctypes.byref(wanted), size, 0)
    try:
        for paths, rights in ((read, _READ), (write, every)):
            for path in paths:
                _allow(rules, path, rights & every)
        forgo_new_privileges()
        _need(_RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)
    return True


def forgo_new_privileges() -> None:
    """Get no rights from a program that this process starts, whatever it is marked with."""
    prctl(_NO_NEW_PRIVS, 1)


def drop_capabilities() -> None:
    """Give up each part of what root may, also what a service was given of it."""
    prctl(_AMBIENT, _CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_OF_64_BITS, 0)
    if ctypes.CDLL(None, use_errno=True).capset(header, (ctypes.c_uint32 * 6)()):
        raise OSError(ctypes.get_errno(), "capset")


def prctl(option: int, value: object) -> None:
    """Set or read something of this process; `OSError` when the system refuses."""
    value = ctypes.c_ulong(value) if isinstance(value, int) else value
    rest = (ctypes.c_ulong(0),) * 3
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, *rest):
        raise OSError(ctypes.get_errno(), f"prctl {option}")


def _allow(rules: int, path: Path, rights: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(opened).st_mode):
            rights &= _OF_FILES
        rule = _Beneath(rights=rights, folder=opened)
        _need(_ADD_RULE, rules, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(opened)


def _need(number: int, *given: object) -> int:
    answer = _call(number, *given)
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


def _call(number: int, *given: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    return int(libc.syscall(number, *given))
