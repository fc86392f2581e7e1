"""Kernels without a server around them: a test starts them and types cells."""

from __future__ import annotations

import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

from jupyter_server import CallContext

from digibank_core.security import Actor, Role
from digibank_core.server import kernels
from digibank_core.server.identity import Visitor


def visitor(login="rik"):
    """Give a report maker of Brugge West."""
    actor = Actor(login, Role.EDITOR, "west")
    return Visitor(username=login, actor=actor, token=f"token of {login}")


@asynccontextmanager
async def manager(*, warm):
    """Give a manager that starts kernels for rik, cold or as forks of warm processes."""
    sockets = tempfile.mkdtemp(prefix="dgb-")  # the path of a socket must be short
    found = kernels.VisitorKernels(
        connection_dir=sockets, kernel_spec_manager=kernels.OwnPython()
    )
    CallContext.set(
        CallContext.JUPYTER_HANDLER, SimpleNamespace(current_user=visitor(), request=None)
    )
    if warm:
        found.warm_up()
    try:
        yield found
    finally:
        await found.shutdown_all(now=True)
        found.cool_down()
        Path(sockets).rmdir()


@asynccontextmanager
async def cells(kernel):
    """Give a function that runs a cell in a kernel and gives what it printed."""
    client = kernel.client()
    client.start_channels()

    async def run(code):
        printed = []

        def hear(message):
            content = message["content"]
            printed.append(content.get("text") or "\n".join(content.get("traceback", [])))

        await client.execute_interactive(code, output_hook=hear, timeout=60)
        return "".join(filter(None, printed))

    try:
        await client.wait_for_ready(timeout=60)
        yield run
    finally:
        client.stop_channels()
