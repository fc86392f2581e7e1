"""Confine this process to a few folders, by Landlock of the Linux kernel (5.13 and later).

Needs no rights: a process may always give up its own. What it gives up it cannot take back,
nor can what it starts; processes outside become unreachable for it too (their environment,
their memory).
"""

from __future__ import annotations

import ctypes
import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION, _PATH_BENEATH, _NO_NEW_PRIVS = 1, 1, 38

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
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "no_new_privs")
        _need(_RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)
    return True


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
