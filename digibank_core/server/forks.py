"""Kernels as forks of a warm process, from the side of the server.

Where that cannot be (not on Linux, the warm process fails) a kernel starts as usual.
"""

# mypy: disallow-subclassing-any=False
# Jupyter's classes are untyped for mypy (pyproject.toml).

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import LocalProvisioner

from digibank_core.config import PACKAGE, places, report_environment
from digibank_core.server.warm import RETIRE

_ANSWER_SECONDS = 30
"""A warm process that just started answers when it has loaded all."""
_LOADING = {
    "OPENBLAS_NUM_THREADS": "1",  # it would start threads, and a fork has one
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}


class Forked:
    """A kernel that another process forked, with what Jupyter asks of a `Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, alive: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._alive = alive
        os.set_blocking(alive, False)

    def poll(self) -> int | None:
        """Give 0 when it has ended, however it did; None while it lives."""
        if self.returncode is None:
            try:
                os.read(self._alive, 1)  # it never writes: this is the end of the file
            except BlockingIOError:
                return None
            os.close(self._alive)
            self.returncode = 0
        return self.returncode

    def wait(self) -> int | None:
        """Do as `poll`: Jupyter only calls this when it has ended."""
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Send a signal, when it lives."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class WarmProcess:
    """The process from which kernels of one kind are forked; a new one when code changes."""

    def __init__(self, module: str, *, secret: bool) -> None:
        self._module = module
        self._secret = secret
        self._turn = threading.Lock()
        self._control: socket.socket | None = None
        self._code: object = None
        self._answered = False
        self._failed: object = None
        """Code with which it never answered: it is not tried again."""

    def start(self) -> None:
        """Start the process, which loads while the server goes on."""
        with self._turn:
            self._begin(_code())

    def fork(self, request: dict[str, Any]) -> Forked | None:
        """Fork a kernel; None when there is no warm process and none can be made.

        Parameters
        ----------
        request
            `arguments`, `environment` and `folder` of the kernel.
        """
        with self._turn:
            code = _code()
            if code != self._code:
                self._end(RETIRE)
            if self._control is None and code != self._failed:
                self._begin(code)
            if self._control is None:
                return None
            ours, its = os.pipe()
            try:
                socket.send_fds(self._control, [json.dumps(request).encode()], [its])
                pid = self._control.recv(32)
            except OSError:
                pid = b""
            finally:
                os.close(its)
            if pid:
                self._answered = True
                return Forked(int(pid), ours)
            os.close(ours)
            if not self._answered:
                self._failed = code
            self._end()
            return None

    def stop(self) -> None:
        """End the process, and the kernels that are left."""
        with self._turn:
            self._end()

    def _begin(self, code: object) -> None:
        if sys.platform != "linux":
            return
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(_ANSWER_SECONDS)
        environment = dict(os.environ) if self._secret else report_environment(places().extract)
        with its:
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-P", "-s", "-m", "digibank_core.server.warm",
                 self._module, str(its.fileno())],
                env=environment | _LOADING,
                pass_fds=[its.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl+C is for the server, which then ends this
            )  # fmt: skip
        self._control, self._code, self._answered = ours, code, False

    def _end(self, word: bytes = b"") -> None:
        if self._control is None:
            return
        with self._control as control, suppress(OSError):  # it may have ended by itself
            if word:
                control.send(word)
        self._control = None


class ForkProvisioner(LocalProvisioner):
    """Starts a kernel as a fork of the warm process of its kind, when there is one."""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        """Start the kernel; give how to connect to it."""
        warm = self.parent.parent.warm.get(self.parent.kernel_name)
        request = {
            "arguments": cmd[cmd.index("-f") :],
            "environment": options["env"],
            "folder": str(options.get("cwd") or Path.cwd()),
        }
        forked = await asyncio.to_thread(warm.fork, request) if warm else None
        if forked is None:
            return await super().launch_kernel(cmd, **options)
        self.process, self.pid, self.pgid = forked, forked.pid, forked.pid
        return self.connection_info


def _code() -> object:
    """Give something that changes whenever a module or script of ours does."""
    files = (file for kind in ("*.py", "*.js") for file in PACKAGE.rglob(kind))
    return sorted((str(file), file.stat().st_mtime_ns) for file in files)
