"""Programs that end by a kill -9 half-way, as when the power fails."""

from __future__ import annotations

import signal
import subprocess
import sys

KILLED = """
import importlib, os, signal, sys

module, name, turn = sys.argv[1], sys.argv[2], int(sys.argv[3])
owner = importlib.import_module(module)
if "." in name:
    kind, name = name.split(".")
    owner = getattr(owner, kind)
real, turns = getattr(owner, name), []

def kill_or_go_on(*given, **named):
    turns.append(name)
    if len(turns) == turn:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*given, **named)

setattr(owner, name, kill_or_go_on)
"""


def kill_at(where, turn, program, *words):
    """Run a program that is killed at the nth call of "module:function"."""
    module, name = where.split(":")
    given = [module, name, str(turn), *map(str, words)]
    run = subprocess.run([sys.executable, "-c", KILLED + program, *given], check=False)
    assert run.returncode == -signal.SIGKILL
