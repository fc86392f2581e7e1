"""The account of this machine as which report kernels run, where one is configured.

A server that is not root needs `NEEDED` for it; a kernel keeps nothing of that. All kernels
are this one user, so the room of each has a group of its own: the others cannot enter it.
Run as a module it tries all this in a room, for `doctor`.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from digibank_core import confinement
from digibank_core.config import report_user
from digibank_core.errors import (
    ReportUserNotApartError,
    ReportUserRightsError,
    ReportUserUnknownError,
)

NEEDED = {"CAP_CHOWN": 0, "CAP_KILL": 5, "CAP_SETGID": 6, "CAP_SETUID": 7}
"""What a server must be given that is not root, and the number of each in Linux."""
OWN = "own"
"""The folder in a room that its kernel may write."""

_GROUPS = range(0x7800_0000, 0x7FFF_FFFF)
"""Above the numbers that systemd, containers and directories of accounts (SSSD) give out."""
_SET_DEATH_SIGNAL, _GET_DEATH_SIGNAL, _SET_DUMPABLE = 1, 2, 4


@dataclass(frozen=True)
class Account:
    """An account of this machine."""

    name: str
    uid: int
    gid: int


def find() -> Account | None:
    """Give the account of report kernels; None when they run as the server does.

    Raises
    ------
    ReportUserUnknownError
        No account has the configured name.
    ReportUserNotApartError
        It is root, or shares user or group with this process.
    ReportUserRightsError
        This process may not become another user.
    """
    name = report_user()
    if name is None:
        return None
    import pwd  # is not there on Windows

    try:
        entry = pwd.getpwnam(name)
    except KeyError as error:
        raise ReportUserUnknownError(name=name) from error
    groups = {os.getegid(), *os.getgroups()}
    if entry.pw_uid in {0, os.geteuid()} or entry.pw_gid in {0, *groups}:
        raise ReportUserNotApartError(name=name)
    missing = [right for right, number in NEEDED.items() if not _capabilities() >> number & 1]
    if missing:
        raise ReportUserRightsError(name=name, missing=", ".join(missing))
    return Account(name, entry.pw_uid, entry.pw_gid)


def hand_over(room: Path, account: Account) -> int:
    """Let the second user write `own` in a room and read the rest; give the room's group.

    The server gets what it needs to connect and to clean up by its own group.
    """
    group = secrets.choice(_GROUPS)
    for path in (room / "extract", *(room / "extract").rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)  # nobody else gets into the room
    own = room / OWN
    for path in own.iterdir():
        os.chown(path, account.uid, -1)
    own.chmod(0o2770)
    os.chown(own, account.uid, -1)
    for folder, entrants in ((room, group), (room.parent, account.gid)):
        os.chown(folder, -1, entrants)
        folder.chmod(0o710)
    return group


def become(account: Account, group: int) -> None:
    """Be the second user from now on, with one other group and no rights of root.

    Neither another process of this user may read its memory, nor does it outlive its parent.
    """
    parent, death_signal = os.getppid(), ctypes.c_int()
    confinement.prctl(_GET_DEATH_SIGNAL, ctypes.byref(death_signal))
    os.setgroups([group])
    os.setresgid(account.gid, account.gid, account.gid)
    os.setresuid(account.uid, account.uid, account.uid)
    confinement.drop_capabilities()
    confinement.forgo_new_privileges()
    confinement.prctl(_SET_DUMPABLE, 0)
    confinement.prctl(_SET_DEATH_SIGNAL, death_signal.value)  # was forgotten with the user
    if os.getppid() != parent:
        sys.exit("The server is gone.")
    os.umask(0o007)


def clear(room: Path) -> None:
    """Remove what a kernel wrote in its room, also what staff closed to the server."""
    own = room / OWN
    shutil.rmtree(own, ignore_errors=True)
    account = find() if own.exists() else None
    if account is not None:
        subprocess.run(  # noqa: S603
            ["chmod", "-R", "a+rwX", own],  # noqa: S607
            user=account.uid,
            group=account.gid,
            extra_groups=[room.stat().st_gid],
            stderr=subprocess.DEVNULL,
            check=False,
        )
        shutil.rmtree(own, ignore_errors=True)


def main() -> None:
    """Be the second user in a new room, print which of the given places it reads, load reports.

    Everything else than a code of 0 means that a report kernel would not start.
    """
    room, *places = map(Path, sys.argv[1:])
    own = room / OWN
    own.mkdir(parents=True)
    (room / "extract").mkdir()
    account = find()
    if account is None:
        sys.exit("DIGIBANK_REPORT_USER names nobody.")
    become(account, hand_over(room, account))
    (own / "trial").write_text("", "ascii")
    sys.stdout.write("".join(f"{place}\n" for place in places if _opens(place)))
    sys.stdout.flush()
    os.environ.update(HOME=str(own), MPLCONFIGDIR=str(own))
    needs = "import ipykernel.kernelapp, digibank_core.report"
    os.execv(sys.executable, [sys.executable, "-P", "-s", "-c", needs])  # noqa: S606


def _opens(place: Path) -> bool:
    try:
        os.close(os.open(place, os.O_RDONLY))
    except OSError:
        return False
    return True


def _capabilities() -> int:
    """Give what this process may of what root may; nothing where the system is not Linux."""
    status = Path("/proc/self/status")
    lines = status.read_text("ascii").splitlines() if status.is_file() else []
    return next((int(line.split()[1], 16) for line in lines if line.startswith("CapEff")), 0)


if __name__ == "__main__":
    main()
