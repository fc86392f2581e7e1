"""Desks that work at the same moment, each in a process of its own."""

from __future__ import annotations

import select
import subprocess
import sys
from pathlib import Path

import pytest


class Desks:
    """Processes that wait for a line and answer with one."""

    def __init__(self, number):
        self.processes = [
            subprocess.Popen(
                [sys.executable, Path(__file__).with_name("desk.py"), f"desk-{desk}"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for desk in range(1, number + 1)
        ]
        assert set(self.answers()) == {"ready"}

    def ask(self, *lines):
        """Let each desk act on its own line, all at the same moment."""
        for process, line in zip(self.processes, lines, strict=True):
            process.stdin.write(f"{line}\n")
            process.stdin.flush()

    def at_work(self):
        """Tell whether some desk has not answered yet."""
        told = [process.stdout for process in self.processes]
        return len(select.select(told, [], [], 0)[0]) < len(told)

    def answers(self):
        """Wait for all desks; give what each says."""
        return [process.stdout.readline().strip() for process in self.processes]

    def close(self):
        """Send everybody home."""
        for process in self.processes:
            process.kill()
            process.communicate()


@pytest.fixture
def open_desks(installation):
    """Give a function that opens a number of desks at the installation."""
    opened = []

    def start(number):
        opened.append(Desks(number))
        return opened[-1]

    yield start
    for desks in opened:
        desks.close()
