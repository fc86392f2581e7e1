"""The kernel of what staff write: it reads a copy of an extract, and reaches nothing else.

Its server starts it with `-P -s`, so that no file that staff may write is imported before the
process is confined. Its room is the folder of the connection file. The one folder it may write
is `own` in there, new at each start; beside it lies its copy of the extract, which stays what
it is while others make a new one.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
import warnings
from collections.abc import Iterator
from pathlib import Path

from digibank_core import confinement, second_user
from digibank_core.config import PACKAGE, places, report_environment

_SYSTEM = (
    "/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/localtime", "/etc/timezone",
    "/etc/fonts", "/dev/urandom",
)  # fmt: skip
"""Libraries, fonts and time zones; no folder in which an installation keeps its settings."""


def load() -> None:
    """Import what reports need, before this process or a fork of it is confined."""
    _leave_processes_alone()
    import ipykernel.ipkernel
    import ipykernel.kernelapp  # noqa: F401

    from digibank_core import report  # noqa: F401


def main() -> None:
    """Confine this process, then run the kernel of the connection file in the arguments."""
    at = sys.argv.index("-f") + 1
    given = Path(sys.argv[at])
    own = prepare(given.parent)
    sys.argv[at] = str(shutil.copy(given, own / given.name))
    account = second_user.find()
    if account is not None:
        second_user.become(account, second_user.hand_over(given.parent, account))
    confinement.confine(
        read=[*_python(), *map(Path, _SYSTEM), given.parent],
        write=[own, Path(os.devnull)],
    )
    _leave_processes_alone()
    from ipykernel.kernelapp import IPKernelApp

    # it offers a port to its children, and a confined process has none to offer
    warnings.filterwarnings("ignore", "Couldn't bind IOPub Pipe")
    # what was typed in a report stays in the report
    IPKernelApp.launch_instance([*sys.argv[1:], "--HistoryManager.enabled=False"])


def _leave_processes_alone() -> None:
    sys.modules["psutil"] = None  # type: ignore[assignment]  # it may not list all processes


def prepare(room: Path) -> Path:
    """Furnish a room, and let the environment name nothing else; give the folder to write in.

    Nothing of before a restart stays: a link that staff left would be followed here.
    """
    own, extract = room / second_user.OWN, room / "extract"
    second_user.clear(room)
    shutil.rmtree(extract, ignore_errors=True)
    own.mkdir(mode=0o700)
    _copy(places().extract, extract)
    for fonts in (Path.home() / ".cache" / "matplotlib").glob("fontlist-*.json"):
        shutil.copy(fonts, own)  # a list of all fonts takes seconds to make
    given = report_environment(extract)
    os.environ.clear()
    os.environ.update(given)
    homes = ("HOME", "TMPDIR", "IPYTHONDIR", "MPLCONFIGDIR", "XDG_CACHE_HOME")
    jupyter = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    os.environ.update(dict.fromkeys((*homes, *jupyter), str(own)))
    os.chdir(own)
    return own


def _copy(source: Path, target: Path) -> None:
    """Copy an extract, or each of them with the link by which a report finds it."""
    if (source / "manifest.json").is_file():
        shutil.copytree(source.resolve(), target)
        return
    target.mkdir()
    for link in sorted(source.glob("*")):
        if link.is_symlink() and (link / "manifest.json").is_file():
            whole = link.resolve()
            shutil.copytree(whole, target / whole.name)
            (target / link.name).symlink_to(whole.name)


def _python() -> Iterator[Path]:
    yield from map(Path, {sys.prefix, sys.base_prefix, *sysconfig.get_paths().values()})
    yield PACKAGE


if __name__ == "__main__":
    main()
