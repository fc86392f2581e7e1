"""What code of staff reaches in a report kernel: its extract, and nothing of anybody else."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from digibank_core import clock, confinement, db, encryption, extract, security
from digibank_core.errors import ReportUserUnknownError
from tests.server.room import cells, manager

needs_landlock = pytest.mark.skipif(
    confinement.version() < 4, reason="NO LANDLOCK 4 IN THIS KERNEL: confinement not proved"
)
ATTEMPT = """
import json, os, socket, subprocess
from pathlib import Path

def attempt(act):
    try:
        return f"got {act()!r}"
    except Exception as error:
        return type(error).__name__
"""
ACTS = {
    "key": "Path({keys!r}, 'contact.key').read_bytes()",
    "database": "Path({home!r}, 'digibank.db').read_bytes()[:10]",
    "extract of another": "Path({home!r}, 'extract/noord/manifest.json').read_bytes()",
    "home": "Path({home!r}, 'mine').write_text('x')",
    "extract": "Path({home!r}, 'extract/west/data/person.csv').write_text('x')",
    "own copy of the extract": "Path(os.environ['DIGIBANK_EXTRACT'], 'x').write_text('x')",
    "environment of its server": "Path('/proc/{pid}/environ').read_bytes()",
    "network": "socket.create_connection(('127.0.0.1', {port}), 2)",
    "kernel of another": "Path({other!r}).read_text()",
    "all kernels": "os.listdir({sockets!r})",
    "child": "subprocess.check_output(['cat', {keys!r} + '/contact.key'], stderr=-3)",
}
TOLD = """
from digibank_core import report
rapport = report.over(periode="IMPL", tot="2024-12-31")
print(rapport.source.name)
print(rapport.table("cijfers").text.splitlines()[0])
print(rapport.chart("bereik").page[:4])
"""
PREPARE = """
import sys
from pathlib import Path
from digibank_core.server import report_kernel

report_kernel.prepare(Path(sys.argv[1]))
"""
SOCKETS = """
kinds = []
for number in range(1024):
    try:
        kinds.append(socket.socket(fileno=os.dup(number)).type.name)
    except OSError:
        pass
print(sorted(set(kinds)))
"""
"""Finds every socket that the process got from whoever started it."""


@pytest.fixture(scope="module")
def house(served):
    """Give the environment of a server with an extract, to this process."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in served.items():
            patch.setenv(name, value)
        patch.setenv(
            "DIGIBANK_DATABASE_URL", f"sqlite:///{served['DIGIBANK_HOME']}/digibank.db"
        )
        patch.setenv("GEHEIM", "zeer geheim")
        encryption.make_key()
        with db.reading() as session:
            extract.renew(session, actor=security.command_line(), moment=clock.now())
        db.engine().dispose()
        yield served


@pytest.fixture(scope="module", params=["cold", "forked"])
def tried(house, request):
    """What cells printed: of each act what it got, and what a report shows."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        facts = {
            "keys": house["DIGIBANK_KEYS"],
            "home": house["DIGIBANK_HOME"],
            "pid": os.getpid(),
            "port": server.getsockname()[1],
        }
        yield asyncio.run(tell(facts, warm=request.param == "forked"))


async def tell(facts, *, warm):
    """Try all acts in a report kernel that runs beside that of an app."""
    async with manager(warm=warm) as kernels:
        app = kernels.get_kernel(await kernels.start_kernel(kernel_name="app"))
        facts["other"] = app.connection_file
        facts["sockets"] = str(Path(app.connection_file).parent)
        number = await kernels.start_kernel(
            kernel_name="rapport", env={**os.environ, "HTTP_X_DIGIBANK_USER": "rik"}
        )
        kernel = kernels.get_kernel(number)
        async with cells(kernel) as run:
            await run(ATTEMPT)
            found = {"report": await run(TOLD), "sockets": await run(SOCKETS)}
            for name, act in ACTS.items():
                found[name] = await run(f"print(attempt(lambda: {act.format(**facts)}))")
            found["environ"] = json.loads(await run("print(json.dumps(dict(os.environ)))"))
            # what a process began with stays in its memory, and in that of its forks
            begun = Path(f"/proc/{kernel.provisioner.pid}/environ").read_text()
            found["begun"] = begun
        await kernels.shutdown_kernel(number, now=True)
        assert not kernel.room.exists()
        return found


def test_report_shows_a_table_and_a_chart_of_the_own_digibank(tried):
    assert tried["report"].splitlines() == ["Brugge West", "Alle cijfers", "<fig"]


@needs_landlock
@pytest.mark.parametrize("act", ACTS)
def test_report_kernel_may_not_reach(tried, act):
    assert tried[act].strip() in {"PermissionError", "CalledProcessError"}


def test_environment_names_nobody_and_no_place_that_exists(tried):
    told = tried["environ"]

    assert not [name for name in told if name.startswith("HTTP_") or "DATABASE" in name]
    assert not {"rik", "zeer geheim"} & set(told.values())
    for name in ("DIGIBANK_HOME", "DIGIBANK_KEYS"):
        assert not Path(told[name]).exists()


def test_nothing_secret_is_in_what_the_process_began_with(tried):
    assert "zeer geheim" not in tried["begun"]
    assert "DIGIBANK_DATABASE_URL" not in tried["begun"]


def test_report_kernel_has_no_socket_by_which_kernels_are_asked_for(tried):
    assert tried["sockets"].strip() == "['SOCK_STREAM']"


def test_room_of_a_kernel_that_starts_again_holds_nothing_of_before(house, tmp_path):
    fonts = tmp_path / ".cache/matplotlib/fontlist-v0.json"
    fonts.parent.mkdir(parents=True)
    fonts.write_text("lettertypes", "utf-8")
    kept = tmp_path / "van de server"
    kept.write_text("ongewijzigd", "utf-8")
    own = tmp_path / "room/own"
    own.mkdir(parents=True)
    (own / fonts.name).symlink_to(kept)  # as a report may leave it

    subprocess.run(
        [sys.executable, "-c", PREPARE, own.parent],
        env={**os.environ, "HOME": str(tmp_path)},
        check=True,
    )

    assert kept.read_text("utf-8") == "ongewijzigd"
    assert [(file.name, file.is_symlink()) for file in own.iterdir()] == [(fonts.name, False)]


@pytest.fixture
def without_second_user(house, monkeypatch):
    """Let reports run as an account that is not there."""
    monkeypatch.setenv("DIGIBANK_REPORT_USER", "bestaat-niet")


def test_report_whose_second_user_is_gone_starts_no_kernel(without_second_user):
    async def start():
        async with manager(warm=False) as kernels:
            await kernels.start_kernel(kernel_name="rapport")

    with pytest.raises(ReportUserUnknownError):
        asyncio.run(start())


def test_kernel_that_cannot_become_the_second_user_does_not_run(without_second_user, tmp_path):
    connection = tmp_path / "kernel.json"
    connection.write_text("{}", "utf-8")

    told = subprocess.run(
        [sys.executable, "-m", "digibank_core.server.report_kernel", "-f", connection],
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 1
    assert "ReportUserUnknownError" in told.stderr
