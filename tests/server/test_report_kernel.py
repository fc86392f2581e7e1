"""What code of staff reaches in a report kernel: its extract, and nothing of anybody else."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyter_server import CallContext

from digibank_core import clock, confinement, db, encryption, extract, security
from digibank_core.config import places
from digibank_core.security import Actor, Role
from digibank_core.server import kernels
from digibank_core.server.identity import Visitor

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


class Editor:
    """Someone who types cells in a report kernel."""

    def __init__(self, manager, client):
        self.manager = manager
        self.client = client

    async def run(self, code):
        """Run a cell; give what it printed."""
        printed = []

        def hear(message):
            content = message["content"]
            printed.append(content.get("text") or "\n".join(content.get("traceback", [])))

        await self.client.execute_interactive(code, output_hook=hear, timeout=60)
        return "".join(filter(None, printed))


def visitor():
    """Give an editor of Brugge West."""
    actor = Actor("rik", Role.EDITOR, "west")
    return Visitor(username="rik", actor=actor, token="een token")


async def in_a_kernel(place, job):
    """Do something with an editor whose kernel runs beside that of an app."""
    sockets = tempfile.mkdtemp(prefix="dgb-")  # the path of a socket must be short
    manager = kernels.VisitorKernels(
        connection_dir=sockets, kernel_spec_manager=kernels.OwnPython()
    )
    CallContext.set(CallContext.JUPYTER_HANDLER, SimpleNamespace(current_user=visitor()))
    app = await manager.start_kernel(kernel_name="python3")
    number = await manager.start_kernel(
        kernel_name=kernels.REPORT, env={**os.environ, "HTTP_X_DIGIBANK_USER": "rik"}
    )
    kernel = manager.get_kernel(number)
    client = kernel.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=60)
        editor = Editor(manager, client)
        editor.other = manager.get_kernel(app).connection_file
        return await job(editor)
    finally:
        client.stop_channels()
        await manager.shutdown_all(now=True)
        assert not kernel.room.exists()
        Path(sockets).rmdir()


@pytest.fixture(scope="module")
def tried(served):
    """What cells printed: of each act what it got, and what a report shows."""
    with (
        pytest.MonkeyPatch.context() as patch,
        socket.create_server(("127.0.0.1", 0)) as server,
    ):
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

        async def job(editor):
            facts = {
                "keys": served["DIGIBANK_KEYS"],
                "home": served["DIGIBANK_HOME"],
                "pid": os.getpid(),
                "port": server.getsockname()[1],
                "other": editor.other,
                "sockets": str(Path(editor.other).parent),
            }
            await editor.run(ATTEMPT)
            found = {"report": await editor.run(TOLD)}
            for name, act in ACTS.items():
                code = f"print(attempt(lambda: {act.format(**facts)}))"
                found[name] = await editor.run(code)
            printed = await editor.run("print(json.dumps(dict(os.environ)))")
            found["environ"] = json.loads(printed)
            return found

        yield asyncio.run(in_a_kernel(places().home, job))


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
