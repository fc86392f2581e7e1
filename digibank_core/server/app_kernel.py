"""The kernel of an app: a notebook of ours, with the database, in the name of one visitor."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys

from sqlalchemy.orm import configure_mappers

from digibank_core import confinement, db
from digibank_core.config import PACKAGE

_SETTINGS = ["--HistoryManager.enabled=False"]  # nobody types code here


def load() -> None:
    """Import all that the apps need; nothing is opened and nobody is known yet."""
    import ipykernel.ipkernel
    import ipykernel.kernelapp  # noqa: F401

    for module in pkgutil.iter_modules([str(PACKAGE / "ui")]):
        importlib.import_module(f"digibank_core.ui.{module.name}")
    configure_mappers()
    db.newest_revision()


def main() -> None:
    """Run the kernel of the connection file in the arguments."""
    import ipywidgets
    from ipykernel.kernelapp import IPKernelApp

    os.umask(0o077)  # who may connect to its sockets, may see what it shows
    if sys.platform == "linux" and os.geteuid():
        confinement.drop_capabilities()  # its server has some for the sake of report kernels
    kernel = IPKernelApp.instance()
    kernel.initialize([*sys.argv[1:], *_SETTINGS])
    ipywidgets.load_ipython_extension(kernel.shell)  # there was no shell when it was imported
    kernel.start()


if __name__ == "__main__":
    main()
