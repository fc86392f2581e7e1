"""Where things live: the one place that reads environment variables and folders."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import URL, make_url

PACKAGE = Path(__file__).parent
_SHIPPED = PACKAGE / "shipped"
_ROOT = _SHIPPED if _SHIPPED.is_dir() else PACKAGE.parent
_HARMLESS = (
    "PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ",
    "JPY_PARENT_PID", "DIGIBANK_REPORT_USER",
)  # fmt: skip
"""What a program needs of the environment to start; a kernel also stops with its parent."""


@dataclass(frozen=True)
class Places:
    """Folders and addresses of one installation.

    Keys never lie under `home`, so that a backup of `home` cannot open contact data.
    """

    home: Path
    """Live data: database, extract, log (`DIGIBANK_HOME`)."""
    keys: Path
    """Contact key and cookie secret (`DIGIBANK_KEYS`)."""
    backups: Path
    """Backups (`DIGIBANK_BACKUPS`; default: beside `home`, never in it)."""
    database_url: URL
    """SQLAlchemy address (`DIGIBANK_DATABASE_URL`; default: SQLite in `home`)."""
    extract: Path
    """Extracts for reports, a folder per Digibank (`DIGIBANK_EXTRACT`; default: in `home`, or
    that of the demo when there is none)."""
    apps: Path
    """Notebooks that Voilà serves as apps."""
    reports: Path
    """Reports as they are shipped; what staff make of them lies in `written_reports`."""
    reference: Path
    """Dated facts with their sources, as csv."""

    @property
    def log(self) -> Path:
        """File to which unexpected errors are written."""
        return self.home / "log" / "digibank.log"

    @property
    def written_reports(self) -> Path:
        """Reports that staff write, and the only files that JupyterLab shows."""
        return self.home / "reports"

    @property
    def changed_apps(self) -> Path:
        """Notebooks that may take the place of shipped apps, once they are approved."""
        return self.home / "apps"

    @property
    def lab(self) -> Path:
        """What JupyterLab keeps: settings, open tabs, signatures."""
        return self.home / "lab"


def places() -> Places:
    """Read the places anew at each call: tests and commands change the environment."""
    home = _folder("DIGIBANK_HOME", _default_home())
    return Places(
        home=home,
        keys=keys_folder(),
        backups=_folder("DIGIBANK_BACKUPS", home.with_name(f"{home.name}-backups")),
        database_url=make_url(address)
        if (address := os.environ.get("DIGIBANK_DATABASE_URL"))
        else URL.create("sqlite", database=str(home / "digibank.db")),
        extract=_extract(home),
        apps=_ROOT / "apps",
        reports=_ROOT / "rapporten" if _ROOT == _SHIPPED else _ROOT / "notebooks/rapporten",
        reference=_ROOT / "reference" if _ROOT == _SHIPPED else _ROOT / "data" / "reference",
    )


def keys_folder() -> Path:
    """Give `places().keys` alone: it is asked for each value that is opened."""
    return _keys_folder(os.environ.get("DIGIBANK_KEYS"), os.environ.get("HOME"))


def report_user() -> str | None:
    """Name the account as which report kernels run (`DIGIBANK_REPORT_USER`); None: as ours."""
    return os.environ.get("DIGIBANK_REPORT_USER") or None


def report_environment(extract: Path) -> dict[str, str]:
    """Give all that code of staff may find in its environment: an extract, and no secret.

    The folders of data and keys that it names can never exist.
    """
    nowhere = f"{os.devnull}/digibank"
    return {
        **{name: os.environ[name] for name in _HARMLESS if name in os.environ},
        "DIGIBANK_EXTRACT": str(extract),
        "DIGIBANK_HOME": nowhere,
        "DIGIBANK_KEYS": nowhere,
        "PYTHONHASHSEED": "0",  # the same report gives the same bytes
    }


def private_folder(folder: Path) -> Path:
    """Make a folder that only the owner may enter (0700), unless it is there; return it."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True)
        folder.chmod(0o700)  # whatever the umask
    return folder


def _folder(variable: str, default: Path) -> Path:
    return Path(os.environ.get(variable) or default).expanduser().absolute()


@lru_cache(maxsize=4)
def _keys_folder(_named: str | None, _home: str | None) -> Path:
    return _folder("DIGIBANK_KEYS", Path.home() / ".config" / "digibank")


def _extract(home: Path) -> Path:
    own = home / "extract"
    shipped = _ROOT / "sealed" / "demo" if _ROOT == _SHIPPED else _ROOT / "data/sealed/demo"
    return _folder("DIGIBANK_EXTRACT", own if home.is_dir() else shipped)


def _default_home() -> Path:
    if _ROOT == _SHIPPED:
        return Path.home() / ".local" / "share" / "digibank"
    return _ROOT / "data" / "live"
