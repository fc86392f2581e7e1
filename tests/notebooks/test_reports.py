"""Shipped reports: stored outputs that an audit can compare, and does."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "data" / "sealed" / "demo"
REPORTS = sorted((ROOT / "notebooks" / "rapporten").glob("*.ipynb"))
each_report = pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.name)
LAX = re.compile(r"NBVAL_|PYTEST_VALIDATE", re.IGNORECASE)


def faults(notebook):
    """What would let a wrong number pass, or hide one."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    found = [f"{cell.id}: is not compared" for cell in notebook.cells if is_lax(cell)]
    found += [f"{cell.id}: has no stored output" for cell in code if not cell.execution_count]
    shown = [(cell.id, output) for cell in code for output in cell.outputs]
    for name, output in shown:
        data = output.get("data", {})
        if output.output_type == "error":
            found.append(f"{name}: failed")
        if {"image/png", "image/jpeg"} & set(data):
            found.append(f"{name}: a picture that nobody compares")
        drawn = "image/svg+xml" in data or "<svg" in data.get("text/html", "")
        if drawn and data.get("text/plain", "").count("\n") < 2:
            found.append(f"{name}: a chart without its numbers")
    return found


def is_lax(cell):
    tags = cell.metadata.get("tags", [])
    return bool(LAX.search(cell.source)) or any(tag.startswith("nbval") for tag in tags)


def rerun(folder, extract):
    """Run the reports of a folder against an extract, without database or keys."""
    nowhere = {"DIGIBANK_HOME": str(folder / "no"), "DIGIBANK_KEYS": str(folder / "keys")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval",
         "--nbval-current-env", str(folder)],
        cwd=folder,
        env={**os.environ, **nowhere, "DIGIBANK_EXTRACT": str(extract)},
        capture_output=True,
        text=True,
    )  # fmt: skip


@pytest.fixture
def copy(tmp_path):
    """A new folder with the reports, and the demo extract beside it."""
    for report in REPORTS:
        shutil.copy(report, tmp_path)
    shutil.copytree(DEMO, tmp_path / "extract")
    return tmp_path


@each_report
def test_report_can_be_compared(path):
    assert faults(nbformat.read(path, as_version=4)) == []


def test_there_are_reports():
    assert REPORTS


@pytest.mark.parametrize(
    ("harm", "fault"),
    [
        (lambda cell: cell.update(outputs=[], execution_count=None), "has no stored output"),
        (lambda cell: cell.update(source=f"# NBVAL_IGNORE_OUTPUT\n{cell.source}"), "compared"),
        (lambda cell: cell.metadata.update(tags=["nbval-skip"]), "is not compared"),
        (lambda cell: cell.outputs[0].data.pop("text/plain"), "without its numbers"),
        (lambda cell: cell.outputs[0].data.update({"image/png": "x"}), "nobody compares"),
    ],
    ids=["cleared", "lax", "lax by a tag", "no numbers", "bitmap"],
)
def test_report_that_cannot_be_compared_is_refused(harm, fault):
    notebook = nbformat.read(REPORTS[0], as_version=4)
    [chart] = [cell for cell in notebook.cells if "rapport.chart" in cell.source]
    harm(chart)

    assert fault in faults(notebook)[0]


def test_rerun_in_a_new_folder_without_database_and_keys_passes(copy):
    done = rerun(copy, copy / "extract")

    assert done.returncode == 0, done.stdout[-3000:]
    assert re.search(r"\b\d+ passed", done.stdout)


def test_one_changed_number_in_the_extract_fails_the_rerun(copy):
    loans = copy / "extract" / "data" / "loan.csv"
    text = loans.read_text("utf-8")
    first = re.search(r",20\d\d-\d\d-\d\d,20", text).group()
    loans.write_text(text.replace(first, ",2026-01-01,20", 1), "utf-8")
    manifest = json.loads((copy / "extract" / "manifest.json").read_text("utf-8"))
    manifest["files"]["data/loan.csv"] = hashlib.sha256(loans.read_bytes()).hexdigest()
    (copy / "extract" / "manifest.json").write_text(json.dumps(manifest), "utf-8")

    done = rerun(copy, copy / "extract")

    assert done.returncode == 1
    assert "<td>967</td><td>personen</td>" in done.stdout  # 968 as it was made


def test_extract_that_was_tampered_with_fails_the_rerun(copy):
    with (copy / "extract" / "data" / "loan.csv").open("a", encoding="utf-8") as opened:
        opened.write("\n")

    done = rerun(copy, copy / "extract")

    assert done.returncode == 1
    assert "ExtractDamagedError" in done.stdout
