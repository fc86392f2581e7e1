"""Measure some Digibanken of the bulk world in a process of its own, which tells what it took.

It does what a kernel does: the modules are there, then it reads and counts.
"""

from __future__ import annotations

import gc
import json
import sys
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

from digibank_core import reporting, security

AS_OF = date(2024, 12, 31)


def main(codes, known_on):
    """Measure all figures of each; print seconds, processor seconds and the most memory."""
    gc.freeze()  # as the warm process does before it forks
    start, started = perf_counter(), process_time()
    measured = reporting.progress_of_each(
        codes,
        actor=security.command_line(),
        period="IMPL",
        as_of=AS_OF,
        known_on=known_on,
    )
    persons = sum(progress.figure("reach").value for progress in measured)
    told = {"seconds": perf_counter() - start, "processor": process_time() - started}
    print(json.dumps(told | {"persons": persons, "megabytes": _most_memory()}))


def _most_memory():
    """Megabytes that this process held at most; those of the one that started it are not in."""
    [told] = [
        line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line
    ]
    return int(told.split()[1]) / 1024


if __name__ == "__main__":
    main(sys.argv[1].split(","), date.fromisoformat(sys.argv[2]) if sys.argv[2:] else None)
