"""Kernels are forks of a warm process; each is as much on its own as one that starts cold."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from digibank_core.errors import PagesOpenError, ServerFullError
from digibank_core.server import forks, kernels
from tests.server.room import cells, manager, visitor

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux")
ORPHAN = """
import asyncio, os, time
from tests.server.room import manager

async def main():
    async with manager(warm=True) as found:
        kernel = found.get_kernel(await found.start_kernel())
        print(kernel.provisioner.pid, flush=True)
        time.sleep(60)

asyncio.run(main())
"""


def parent_of(pid):
    """Give the process that started a process."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone(pid, seconds=10):
    """Tell whether a process ends within a while."""
    end = time.monotonic() + seconds
    while lives(pid) and time.monotonic() < end:
        time.sleep(0.05)
    return not lives(pid)


def warm_pid(found, kind="app"):
    return found.warm[kind]._process.pid


async def start(found, **options):
    return found.get_kernel(await found.start_kernel(**options))


@pytest.mark.parametrize("kind", ["app", "rapport"])
def test_kernel_is_a_fork_of_the_warm_process_of_its_kind(kind):
    async def act():
        async with manager(warm=True) as found:
            kernel = await start(found, kernel_name=kind)
            async with cells(kernel) as run:
                assert await run("print(1 + 1)") == "2\n"
            assert parent_of(kernel.provisioner.pid) == warm_pid(found, kind)

    asyncio.run(act())


def test_app_kernel_has_the_environment_it_was_given_and_can_show_widgets():
    async def act():
        async with manager(warm=True) as found:
            environment = {**os.environ, "HTTP_X_DIGIBANK_USER": "ann"}
            kernel = await start(found, env=environment)
            os.environ["LATER"] = "of the server"
            async with cells(kernel) as run:
                asked = "environ['HTTP_X_DIGIBANK_USER'], 'LATER' in environ"
                assert await run(f"from os import environ; print({asked})") == "ann False\n"
                targets = await run("print(*get_ipython().kernel.comm_manager.targets)")
                assert "jupyter.widget" in targets.split()
            del os.environ["LATER"]

    asyncio.run(act())


def test_kernels_do_not_draw_the_same_numbers():
    draw = (
        "import random, tempfile, numpy; print(random.random(), numpy.random.random(), "
        "tempfile.gettempdir() == tempfile.tempdir)"
    )

    async def act():
        async with manager(warm=True) as found:
            drawn = []
            for _ in range(2):
                async with cells(await start(found)) as run:
                    drawn.append((await run(draw)).split())
            assert drawn[0][0] != drawn[1][0]
            assert drawn[0][1] != drawn[1][1]

    asyncio.run(act())


def test_code_that_changes_is_in_the_next_kernel_while_open_pages_go_on():
    async def act():
        async with manager(warm=True) as found:
            before = await start(found)
            old = found.warm["app"]._process
            os.utime(forks.__file__)
            after = await start(found)
            assert parent_of(after.provisioner.pid) == warm_pid(found) != old.pid
            async with cells(before) as run:
                assert await run("print('goes on')") == "goes on\n"
            assert old.poll() is None
            await found.shutdown_kernel(before.kernel_id, now=True)
            assert old.wait(timeout=10) == 0

    asyncio.run(act())


def test_kernel_starts_as_usual_when_the_warm_process_dies_and_the_next_is_forked_again():
    async def act():
        async with manager(warm=True) as found:
            await start(found)
            os.kill(warm_pid(found), signal.SIGKILL)
            kernel = await start(found)
            assert parent_of(kernel.provisioner.pid) == os.getpid()
            async with cells(kernel) as run:
                assert await run("print(1 + 1)") == "2\n"
            assert parent_of((await start(found)).provisioner.pid) == warm_pid(found)

    asyncio.run(act())


def test_kernel_that_was_killed_is_known_to_be_gone():
    async def act():
        async with manager(warm=True) as found:
            kernel = await start(found)
            assert await kernel.is_alive()
            os.kill(kernel.provisioner.pid, signal.SIGKILL)
            assert gone(kernel.provisioner.pid)
            assert not await kernel.is_alive()

    asyncio.run(act())


def test_kernels_go_when_their_server_is_killed():
    server = subprocess.Popen(
        [sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    with server:
        kernel = int(server.stdout.readline())
        assert lives(kernel)
        server.kill()
    assert gone(kernel)


def test_visitor_and_server_have_a_limit_and_dead_kernels_do_not_count(monkeypatch):
    monkeypatch.setattr(kernels, "PER_VISITOR", 1)
    monkeypatch.setattr(kernels, "IN_TOTAL", 1)

    async def act():
        async with manager(warm=True) as found:
            kernel = await start(found)
            with pytest.raises(PagesOpenError):
                await found.make_room(visitor("rik"))
            with pytest.raises(ServerFullError):
                await found.make_room(visitor("roos"))
            os.kill(kernel.provisioner.pid, signal.SIGKILL)
            assert gone(kernel.provisioner.pid)
            await found.make_room(visitor("rik"))

    asyncio.run(act())
