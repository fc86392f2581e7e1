"""Users of this machine for tests that root runs: a server of one, reports of another."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from digibank_core.config import PACKAGE

as_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="NOT ROOT: that reports run as a second user is not proved"
)
SERVER, REPORTS = "daemon", "nobody"
"""Accounts that every Linux has: of a server that is not root, and of report kernels."""
RIGHTS = "+chown,+kill,+setgid,+setuid"
BIND = """
set -e
tree=$1; closed=$2; shift 2
mount -t tmpfs -o mode=755 tree "$tree"
while [ "$1" != -- ]; do
    mkdir -p "$tree$1"
    mount --bind "$1" "$tree$1"
    shift
done
shift
for folder in $closed; do mount --rbind "$tree$folder" "$folder"; done
exec "$@"
"""
"""Puts over a folder that others may not enter one that they may, with a few places of it."""


def ordinary(*, rights=""):
    """Give the command before another that runs it as the user of a server."""
    given = ["--inh-caps", rights, "--ambient-caps", rights] if rights else []
    return ["setpriv", "--reuid", SERVER, "--regid", SERVER, "--clear-groups", *given]


def with_open_program(folder):
    """Give the command before another that lets every user read Python and this program.

    Where that is so already it is no command. Root's own Python lies in a closed folder on
    many machines; what a process sees there changes for that process alone.
    """
    places = [Path(sys.base_prefix), Path(sys.prefix), PACKAGE.parent]
    closed = {above for place in places if (above := _closed_above(place))}
    if not closed:
        return []
    within = [str(place) for place in places if _closed_above(place)]
    listed = " ".join(map(str, closed))
    return ["unshare", "--mount", "sh", "-c", BIND, "sh", str(folder), listed, *within, "--"]


def _closed_above(place):
    """Give the highest folder above a place that others may not enter."""
    above = (folder for folder in reversed(place.parents) if not folder.stat().st_mode & 0o001)
    return next(above, None)
