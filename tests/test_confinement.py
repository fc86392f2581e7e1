"""A confined process reads and writes where it may, and reaches nothing else."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from digibank_core import confinement

TRY = """
import json, os, pathlib, socket, sys
from digibank_core import confinement

place = pathlib.Path(sys.argv[1])
python = [pathlib.Path(part) for part in (sys.prefix, sys.base_prefix, "/usr", "/lib")]
done = confinement.confine(read=[*python, place / "open"], write=[place / "own"])

def attempt(act):
    try:
        act()
    except OSError as error:
        return error.errno
    return 0

print(json.dumps({
    "confined": done,
    "read": attempt(lambda: (place / "open" / "a").read_text()),
    "write there": attempt(lambda: (place / "open" / "a").write_text("b")),
    "own": attempt(lambda: (place / "own" / "a").write_text("b")),
    "closed": attempt(lambda: (place / "closed" / "a").read_text()),
    "list": attempt(lambda: os.listdir(place)),
    "link": attempt(lambda: (place / "own" / "link").read_text()),
    "rename": attempt(lambda: os.rename(place / "open" / "a", place / "own" / "b")),
    "network": attempt(lambda: socket.create_connection(("127.0.0.1", int(sys.argv[2])))),
    "signal": attempt(lambda: os.kill(int(sys.argv[3]), 0)),
    "environment": attempt(lambda: open(f"/proc/{sys.argv[3]}/environ").read()),
    "child": os.system(f"cat {place}/closed/a 2>/dev/null"),
}))
"""

needs_landlock = pytest.mark.skipif(
    confinement.version() < 4, reason="NO LANDLOCK 4 IN THIS KERNEL: confinement not proved"
)


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    """What a confined process could do: 0, or the number of the error."""
    place = tmp_path_factory.mktemp("confined")
    for name in ("open", "own", "closed"):
        (place / name).mkdir()
    for name in ("open", "closed"):
        (place / name / "a").write_text("a")
    (place / "own" / "link").symlink_to(place / "closed" / "a")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        told = subprocess.run(
            [sys.executable, "-c", TRY, str(place), str(port), str(os.getpid())],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(confinement.__file__).parents[1])},
        )
    return json.loads(told.stdout)


@needs_landlock
@pytest.mark.parametrize("act", ["read", "own"])
def test_confined_process_may(tried, act):
    assert tried["confined"]
    assert tried[act] == 0


@needs_landlock
@pytest.mark.parametrize(
    "act",
    ["write there", "closed", "list", "link", "rename", "network", "environment", "child"],
)
def test_confined_process_may_not(tried, act):
    assert tried[act] != 0


@pytest.mark.skipif(confinement.version() < 6, reason="LANDLOCK 6 scopes signals: not proved")
def test_confined_process_sends_no_signal_outside(tried):
    assert tried["signal"] != 0


def test_where_the_kernel_cannot_confine_it_says_so(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")

    assert confinement.version() == 0
    assert not confinement.confine(read=[], write=[])
