"""Copies of the shipped reports, for staff to change."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from digibank_core.server.kernels import REPORT

_SHIPPED = ".meegeleverd.json"
"""Hash of each report as it was shipped last; hidden from who makes reports."""


def lay_out(shipped: Path, written: Path) -> None:
    """Copy reports that are not there yet; what staff made of one is never overwritten.

    A newer one that is shipped lies beside the older one, under a name of its own.
    """
    record = written / _SHIPPED
    known = json.loads(record.read_text("utf-8")) if record.is_file() else {}
    for report in sorted(shipped.glob("*.ipynb")):
        text = report.read_text("utf-8")
        code = hashlib.sha256(text.encode()).hexdigest()
        if known.get(report.name) == code:
            continue
        place = written / report.name
        if place.exists():
            place = written / f"{report.stem}-nieuw-{code[:6]}.ipynb"
        if not place.exists():
            place.write_text(_for_staff(text), "utf-8")
        known[report.name] = code
    record.write_text(json.dumps(known, indent=1), "utf-8")


def _for_staff(text: str) -> str:
    """Give a notebook that asks for the kernel of reports."""
    notebook = json.loads(text)
    notebook["metadata"]["kernelspec"] = {
        "name": REPORT,
        "display_name": "Rapport",
        "language": "python",
    }
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
