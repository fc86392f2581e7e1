"""One list of dependencies, in pyproject.toml; conda and both locks agree with it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
EXTRAS = PROJECT["optional-dependencies"]
LOCKED = [("requirements.lock", need) for need in PROJECT["dependencies"] + EXTRAS["build"]] + [
    ("requirements-dev.lock", need) for need in PROJECT["dependencies"] + EXTRAS["dev"]
]

each_lock = pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])


def entries(lock):
    """Give the entries of a lock, each with its hashes on one line."""
    return (ROOT / lock).read_text("utf-8").replace("\\\n", " ").splitlines()


def pins(lock):
    """Give name -> versions; a package may have more than one, each for its own Python."""
    found = {}
    for entry in entries(lock):
        need = Requirement(entry.split(" --hash=")[0].strip())
        version = re.fullmatch(r"==([^,*]+)", str(need.specifier))
        assert version, f"{entry[:60]} is not pinned to one version"
        found.setdefault(canonicalize_name(need.name), set()).add(version[1])
    return found


def test_conda_asks_for_the_same_python():
    python = next(
        need.removeprefix("python ")
        for need in CONDA["dependencies"]
        if isinstance(need, str) and need.startswith("python ")
    )

    assert SpecifierSet(python) == SpecifierSet(PROJECT["requires-python"])


def test_conda_gives_python_and_pip_and_the_lock_gives_the_rest():
    names = [need.split()[0] for need in CONDA["dependencies"] if isinstance(need, str)]
    from_pip = [need["pip"] for need in CONDA["dependencies"] if isinstance(need, dict)]

    assert names == ["python", "pip"]
    assert from_pip == [["-r requirements.lock"]]
    assert (ROOT / "requirements.lock").is_file()


def test_conda_names_the_environment_and_one_channel():
    assert CONDA["name"] == "digibank"
    assert CONDA["channels"] == ["conda-forge"]


@pytest.mark.parametrize(("lock", "need"), LOCKED, ids=lambda value: value)
def test_dependency_is_pinned_within_its_specifier(lock, need):
    need = Requirement(need)
    versions = pins(lock).get(canonicalize_name(need.name))

    assert versions
    assert all(need.specifier.contains(version) for version in versions)


@each_lock
def test_every_pin_has_its_hashes(lock):
    assert [entry for entry in entries(lock) if "--hash=sha256:" not in entry] == []


@each_lock
@pytest.mark.parametrize("address", ["://", "index-url", "find-links"])
def test_lock_names_no_address(lock, address):
    assert address not in (ROOT / lock).read_text("utf-8")


def test_both_locks_pin_the_same_versions():
    installed, developed = pins("requirements.lock"), pins("requirements-dev.lock")
    common = installed.keys() & developed.keys()

    assert {name: installed[name] for name in common} == {
        name: developed[name] for name in common
    }


def test_locks_are_made_from_the_lowest_python_on():
    lowest = re.search(r"--python-version (\S+)", (ROOT / "Makefile").read_text("utf-8"))

    assert f">={lowest[1]}" in PROJECT["requires-python"].split(",")
