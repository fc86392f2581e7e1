"""A warm process: it has loaded what kernels of one kind need, and forks them.

Its server runs it as `python -m digibank_core.server.warm MODULE FD`. The file descriptor is
one end of a pair of sockets that has no address: no kernel can ask for another kernel. Each
request is JSON with a descriptor that the kernel keeps open for as long as it lives; the
answer is its process id. When the server is gone, so are this process and its kernels.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import io
import json
import os
import random
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from matplotlib.figure import Figure

RETIRE = b"retire"
"""Fork no more, and end when the last kernel does."""
LONGEST = 1 << 20
"""Bytes of a request: an environment and a few arguments."""
_DIE_WITH_PARENT = 1


def main() -> None:
    """Load a module of kernels, then fork one for each request."""
    module = importlib.import_module(sys.argv[1])
    control = socket.socket(fileno=int(sys.argv[2]))
    module.load()
    drawn = Figure()
    drawn.subplots()
    drawn.savefig(io.BytesIO(), format="svg")  # the first drawing finds the fonts
    if len(list(Path("/proc/self/task").iterdir())) != 1:
        sys.exit("A warm process has one thread: a fork would lose the others.")
    gc.collect()
    gc.freeze()  # a collection in a kernel then leaves what it shares with others alone
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the kernels that end
    serve(control, module.main)


def serve(control: socket.socket, run: Callable[[], None]) -> None:
    """Fork a kernel for each request until the server is gone or wants no more of them."""
    me = os.getpid()
    while True:
        request, given, _, _ = socket.recv_fds(control, LONGEST, 1)
        if request == RETIRE:
            control.close()
            with suppress(ChildProcessError):
                os.wait()  # for children that nobody waits for: until the last one ended
            return
        if not request:
            return
        if (kernel := os.fork()) == 0:
            control.close()
            _become(json.loads(request), run, parent=me)
        for descriptor in given:
            os.close(descriptor)
        control.send(str(kernel).encode())


def _become(request: dict[str, Any], run: Callable[[], None], *, parent: int) -> NoReturn:
    """Be a kernel with the environment and arguments that were asked for."""
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() == parent:
            os.environ.clear()
            os.environ.update(request["environment"])
            os.environ["JPY_PARENT_PID"] = str(parent)
            os.chdir(request["folder"])
            _forget_what_forks_share()
            # ipykernel looked for its parent when it was imported
            own = [f"--IPKernelApp.parent_handle={parent}"]
            sys.argv = [sys.argv[1], *request["arguments"], *own]
            run()
    except SystemExit:
        pass
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def _forget_what_forks_share() -> None:
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    tempfile.tempdir = None


if __name__ == "__main__":
    main()
