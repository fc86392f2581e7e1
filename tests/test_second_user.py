"""A process that becomes the second user keeps nothing of what its server may.

Nothing is confined by Landlock here: this is what the second user does alone.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from digibank_core import second_user
from digibank_core.errors import ReportUserNotApartError, ReportUserUnknownError
from digibank_core.server import app, lab
from tests.users import REPORTS, RIGHTS, SERVER, as_root, ordinary, with_open_program

BECOME = """
import ctypes, json, os, sys
from pathlib import Path
from digibank_core import confinement, second_user

rooms = Path(sys.argv[1])
a, b = rooms / "a", rooms / "b"
server = os.getgid()
confinement.prctl(1, 15)
account = second_user.find()
group, other = [second_user.hand_over(room, account) for room in (a, b)]
second_user.become(account, group)

def attempt(act):
    try:
        act()
    except OSError as error:
        return type(error).__name__
    return "done"

signal = ctypes.c_int()
confinement.prctl(2, ctypes.byref(signal))
(a / "own/map").mkdir()
print(json.dumps({
    "status": Path("/proc/self/status").read_text(),
    "signal": signal.value,
    "groups": [os.getgroups() == [group], group != other],
    "made": [(a / "own/map").stat().st_gid == server, (a / "own/map").stat().st_mode & 0o777],
    "own": attempt(lambda: (a / "own/x").write_text("x")),
    "extract": attempt(lambda: (a / "extract/map/x").read_text()),
    "change extract": attempt(lambda: (a / "extract/map/x").write_text("y")),
    "remove extract": attempt(lambda: (a / "extract/map/x").unlink()),
    "connection file": attempt(lambda: (a / "kernel.json").read_text()),
    "beside own": attempt(lambda: (a / "x").write_text("x")),
    "another room": attempt(lambda: (b / "own/kernel.json").read_text()),
    "all rooms": attempt(lambda: os.listdir(rooms)),
    "own memory, as another of this user would": attempt(lambda: open("/proc/self/mem")),
    "own environment": attempt(lambda: Path("/proc/self/environ").read_text()),
    "give away": attempt(lambda: os.chown(a / "own/x", 0, -1)),
    "user of the server": attempt(lambda: os.setresuid(-1, int(sys.argv[2]), -1)),
    "group of the server": attempt(lambda: os.setgroups([server])),
    "signal to the server": attempt(lambda: os.kill(int(sys.argv[3]), 0)),
}))
"""
MAY = ["own", "extract"]
MAY_NOT = [
    "change extract", "remove extract", "connection file", "beside own", "another room",
    "all rooms", "own memory, as another of this user would", "own environment", "give away",
    "user of the server", "group of the server", "signal to the server",
]  # fmt: skip


def furnish(rooms):
    """Make two rooms of kernels, with all that only the server may read."""
    for name in ("a", "b"):
        for folder in ("own", "extract/map"):
            (rooms / name / folder).mkdir(parents=True, mode=0o700)
        for file in ("kernel.json", "own/kernel.json", "extract/map/x"):
            (rooms / name / file).write_text("x")
            (rooms / name / file).chmod(0o600)


def run(before, script, *words):
    """Run a script by a command, with reports for the second user."""
    return subprocess.run(
        [*before, sys.executable, "-c", script, *map(str, words)],
        env={**os.environ, "DIGIBANK_REPORT_USER": REPORTS},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def open_program(tmp_path_factory):
    """Give the command that lets every user read the program."""
    return with_open_program(tmp_path_factory.mktemp("tree"))


@pytest.fixture(scope="module", params=["root", "ordinary"])
def tried(request, open_program):
    """What a process of the second user could do, started by root and by who is not."""
    rooms = Path(tempfile.mkdtemp())
    furnish(rooms)
    before, server = open_program, 0
    if request.param == "ordinary":
        before = [*open_program, *ordinary(rights=RIGHTS)]
        subprocess.run(["chown", "-R", f"{SERVER}:{SERVER}", rooms], check=True)
        server = rooms.stat().st_uid
    told = run(before, BECOME, rooms, server, os.getpid())
    assert told.returncode == 0, told.stderr
    yield json.loads(told.stdout)
    shutil.rmtree(rooms)


@as_root
@pytest.mark.parametrize("act", MAY)
def test_second_user_may(tried, act):
    assert tried[act] == "done"


@as_root
@pytest.mark.parametrize("act", MAY_NOT)
def test_second_user_may_not(tried, act):
    assert tried[act] == "PermissionError"


@as_root
def test_process_of_the_second_user_keeps_no_rights_and_gets_none(tried):
    lines = (line.split(":", 1) for line in tried["status"].splitlines())
    told = {name: value.strip() for name, value in lines}

    for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert int(told[name], 16) == 0
    assert told["NoNewPrivs"] == "1"
    assert len(set(told["Uid"].split())) == len(set(told["Gid"].split())) == 1


@as_root
def test_process_of_the_second_user_still_hears_that_its_parent_ended(tried):
    assert tried["signal"] == signal.SIGTERM


@as_root
def test_each_kernel_has_one_group_that_is_its_own(tried):
    assert tried["groups"] == [True, True]


@as_root
def test_server_reaches_what_the_second_user_makes_by_its_group(tried):
    assert tried["made"] == [True, 0o770]


CLEAR = """
import sys
from pathlib import Path
from digibank_core import second_user

second_user.clear(Path(sys.argv[1]))
"""
CLOSE = """
import os, sys
from pathlib import Path
from digibank_core import second_user

room, account = Path(sys.argv[1]), second_user.find()
second_user.become(account, second_user.hand_over(room, account))
os.chdir(room / "own")
Path("dicht/diep").mkdir(parents=True)
os.chown("dicht", -1, account.gid)
os.chmod("dicht", 0)
os.symlink(sys.argv[2], "koppeling")
os.chmod(".", 0)
"""


@as_root
def test_server_that_is_not_root_removes_what_a_report_closed_and_follows_no_link(
    open_program,
):
    rooms = Path(tempfile.mkdtemp())
    furnish(rooms)
    kept = rooms / "b"
    subprocess.run(["chown", "-R", f"{SERVER}:{SERVER}", rooms], check=True)
    server = [*open_program, *ordinary(rights=RIGHTS)]
    assert run(server, CLOSE, rooms / "a", kept).returncode == 0

    assert run(server, CLEAR, rooms / "a").returncode == 0

    assert sorted(path.name for path in (rooms / "a").iterdir()) == ["extract", "kernel.json"]
    assert (kept / "own/kernel.json").read_text() == "x"
    assert kept.stat().st_mode & 0o777 == 0o755
    shutil.rmtree(rooms)


@as_root
def test_process_that_may_not_become_the_second_user_stops(open_program):
    script = "from digibank_core import second_user as s\n"
    script += "s.become(s.Account('nobody', 65534, 65534), 65534)\nprint('verder')"

    told = run([*open_program, *ordinary()], script)

    assert told.returncode == 1
    assert told.stdout == ""
    assert "PermissionError" in told.stderr


FIND = """
from digibank_core import errors, second_user
try:
    second_user.find()
except errors.InstallationError as error:
    print(error.user_message)
"""


@as_root
@pytest.mark.parametrize(
    ("rights", "missing"),
    [
        ("", "CAP_CHOWN, CAP_KILL, CAP_SETGID, CAP_SETUID"),
        ("+chown,+setgid,+setuid", "CAP_KILL"),
        ("+kill,+setgid,+setuid", "CAP_CHOWN"),
    ],
)
def test_server_that_lacks_a_right_hears_which(open_program, rights, missing):
    told = run([*open_program, *ordinary(rights=rights)], FIND)

    assert f"mist {missing}." in told.stdout


@as_root
def test_account_with_the_group_of_the_server_is_refused(open_program):
    group = str(pwd.getpwnam(REPORTS).pw_gid)

    told = run([*open_program, "setpriv", "--regid", group, "--clear-groups"], FIND)

    assert "de groep van de server" in told.stdout.replace("de gebruiker of ", "")


def test_without_the_setting_there_is_no_second_user(monkeypatch):
    monkeypatch.delenv("DIGIBANK_REPORT_USER", raising=False)
    assert second_user.find() is None
    monkeypatch.setenv("DIGIBANK_REPORT_USER", "")
    assert second_user.find() is None


def test_account_that_does_not_exist_is_refused(monkeypatch):
    monkeypatch.setenv("DIGIBANK_REPORT_USER", "bestaat-niet")

    with pytest.raises(ReportUserUnknownError, match="bestaat-niet"):
        second_user.find()


def test_root_is_no_second_user(monkeypatch):
    monkeypatch.setenv("DIGIBANK_REPORT_USER", "root")

    with pytest.raises(ReportUserNotApartError):
        second_user.find()


@pytest.mark.parametrize("serve", [app.serve, lab.serve], ids=["apps", "lab"])
def test_no_server_starts_whose_reports_would_not(installation, monkeypatch, serve):
    monkeypatch.setenv("DIGIBANK_REPORT_USER", "bestaat-niet")

    with pytest.raises(ReportUserUnknownError):
        serve()
