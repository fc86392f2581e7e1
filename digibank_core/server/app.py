"""The server itself: Voilà on its own, with our routes, template and settings."""

# mypy: disallow-subclassing-any=False
# Voilà's classes are untyped for mypy (pyproject.toml).

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import logging
import os
import secrets
import shutil
from base64 import b64encode
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Any

from jupyter_core.utils import run_sync
from jupyterlab_server.config import get_federated_extensions
from tornado.ioloop import IOLoop, PeriodicCallback
from traitlets.config import Config
from voila import __version__ as voila_version
from voila.app import Voila
from voila.paths import collect_static_paths

from digibank_core import clock, db, extract, second_user, security
from digibank_core.config import places, private_folder
from digibank_core.errors import DemoNotPublicError
from digibank_core.server import handlers, kernels
from digibank_core.server.identity import SessionIdentity
from digibank_core.server.login import Throttle
from digibank_core.server.screens import NotFound, Site
from digibank_core.services import programme
from digibank_core.ui.guard import report

TEMPLATE = Path(__file__).parent / "share/jupyter/voila/templates/digibank"
ASSETS = TEMPLATE / "static"

EXTENSIONS = [
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager8",  # without this one no widget ever appears
    "anywidget",
]
"""What a page loads besides Voilà; other extensions of JupyterLab stay out."""

_HEARTBEAT = b64encode(hashlib.sha256(b"window.voila_heartbeat()").digest()).decode()
"""The only script that Voilà writes inside a page, while a slow cell runs."""

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        f"script-src 'self' blob: 'sha256-{_HEARTBEAT}'",  # anywidget imports from a blob
        "style-src 'self' 'unsafe-inline'",  # Lumino and the widgets set styles on elements
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
    "Server": "Digibank",
    "X-Content-Type-Options": "nosniff",
}

CULL_AFTER_SECONDS = 15 * 60
"""A kernel whose page is gone without a farewell stops after this time."""
RENEW_AFTER_SECONDS = 10 * 60
"""The extract for reports is at most this much older than what is in the database."""
LARGEST_REQUEST = 64 * 1024
"""In bytes. Requests hold a login at most; what widgets send goes over the websocket."""


class DigibankVoila(Voila):
    """Voilà with named users, rights per page and kernels that have an owner."""

    site: Site

    def setup_template_dirs(self) -> None:
        """Use our template and no other, wherever Jupyter has more of them."""
        self.template_paths = [str(TEMPLATE)]
        self.static_paths = collect_static_paths(["voila", "nbconvert"], "lab")

    def init_settings(self) -> dict[str, Any]:
        """Add to Voilà's settings what tornado and our handlers need."""
        with db.reading() as session:
            demo = programme.is_demo(session)
        version = files_version(self.labextensions_path)
        self.site = Site(
            demo=demo,
            assets=f"{self.base_url}static/{version}",
            library=f"{self.base_url}library/{version}",
        )
        settings: dict[str, Any] = super().init_settings()
        settings.update(
            site=self.site,
            contents_manager=kernels.AppNotebooks(parent=self),
            throttle=Throttle(),
            jinja2_env=settings["voila_jinja2_env"],
            allow_unauthenticated_access=False,
            default_handler_class=NotFound,
            headers=HEADERS,
            xsrf_cookie_kwargs={"path": self.base_url, "samesite": "Lax"},
            compress_response=True,  # Voila.tornado_settings would come too late for this one
            static_immutable_cache=[self.site.assets, self.site.library],
        )
        return settings

    def init_handlers(self) -> list[Any]:
        """Give our own list of routes instead of Voilà's."""
        pages = {
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
        }
        library = [*self.static_paths, *self.labextensions_path]
        return handlers.routes(self.base_url, pages, str(ASSETS), library)

    def page_config(self, config: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Let the page load Voilà's files from addresses that change with them."""
        config["fullStaticUrl"] = config["fullLabextensionsUrl"] = self.site.library
        return config

    def listen(self) -> None:
        """Serve on this address and port or not at all, until a signal ends it."""
        # only a proxy on this machine may say who asks and whether it was over https
        believe_proxy = is_loopback(self.ip)
        self.ioloop = IOLoop.current()
        try:
            self.app.listen(
                self.port, self.ip, xheaders=believe_proxy, max_body_size=LARGEST_REQUEST
            )
            self.kernel_manager.warm_up()
            renewal = PeriodicCallback(_renew_extracts, RENEW_AFTER_SECONDS * 1000)
            renewal.start()
            self.ioloop.add_callback(_renew_extracts)
            self.ioloop.start()
        except KeyboardInterrupt:
            self.log.debug("stopped from the keyboard")
        finally:
            self.stop()

    def stop(self) -> None:
        """Stop all kernels at once: what they saved is saved, and nothing else is theirs."""
        run_sync(self.kernel_manager.shutdown_all)(now=True)
        self.kernel_manager.cool_down()
        shutil.rmtree(self.connection_dir)


def serve(address: str = "127.0.0.1", port: int = 8866) -> None:
    """Serve the apps until a signal ends it.

    Parameters
    ----------
    address
        Address of this machine to listen on.
    port
        Port to listen on; `OSError` when it is taken.

    Raises
    ------
    DemoNotPublicError
        The database has demo accounts, and others than this machine could reach it.
    NoDatabaseError
        There is no database yet.
    InstallationError
        Reports cannot run as the account that is configured for them.
    """
    refuse_public_demo(address)
    second_user.find()  # no page opens when it cannot be
    log_to(places().log)
    application(places().apps, address, port).start()


def application(apps: Path, address: str, port: int) -> DigibankVoila:
    """Make the server for a folder of apps; `start` runs it."""
    app = DigibankVoila(config=_options(apps, address, port))
    app.initialize(argv=[])
    app.voila_configuration.page_config_hook = app.page_config
    return app


def refuse_public_demo(address: str) -> bool:
    """Tell whether the database is a demo; one is never served to other machines."""
    with db.reading() as session:
        demo = programme.is_demo(session)
    if demo and not is_loopback(address):
        raise DemoNotPublicError(address=address)
    return demo


def is_loopback(address: str) -> bool:
    """Tell whether only this machine can reach an address.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return address == "localhost" or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _options(apps: Path, address: str, port: int) -> Config:
    """Give all that is not Voilà's default; there are no other options and no config files."""
    options = Config()
    options.Voila.config_file_paths = []
    options.Voila.root_dir = str(apps)
    options.Voila.ip = address
    options.Voila.port = port
    options.Voila.open_browser = False
    options.Voila.logging_config = {
        "loggers": {"DigibankVoila": {"handlers": [], "level": "WARNING", "propagate": True}}
    }
    options.Voila.cookie_secret = cookie_secret(private_folder(places().keys))
    options.Voila.identity_provider_class = SessionIdentity
    options.Voila.authorizer_class = kernels.OwnerOnly
    options.VoilaConfiguration.template = "digibank"
    options.VoilaConfiguration.allow_template_override = "NO"
    options.VoilaConfiguration.allow_theme_override = "NO"
    options.VoilaConfiguration.show_tracebacks = False
    options.VoilaConfiguration.strip_sources = True
    options.VoilaConfiguration.extension_allowlist = EXTENSIONS
    options.VoilaConfiguration.http_header_envs = [handlers.USER_HEADER]
    options.VoilaConfiguration.prelaunch_hook = handlers.prepare_notebook
    options.VoilaConfiguration.multi_kernel_manager_class = kernels.VisitorKernels
    options.VoilaConfiguration.kernel_spec_manager_class = kernels.OwnPython
    options.VoilaExecutor.iopub_timeout = 60  # a busy machine is no reason to lose an output
    options.VisitorKernels.allow_tracebacks = False
    options.VisitorKernels.cull_idle_timeout = CULL_AFTER_SECONDS
    options.VisitorKernels.cull_interval = 60
    return options


async def _renew_extracts() -> None:
    """Write extracts apart from the loop that answers visitors."""
    await asyncio.to_thread(renew_extracts)


def renew_extracts() -> None:
    """Write extracts where something changed; whatever goes wrong, the server goes on."""
    try:
        with db.reading() as session:
            extract.renew(session, actor=security.command_line(), moment=clock.now())
    except Exception as error:
        report(error)


def cookie_secret(folder: Path) -> bytes:
    """Read the secret that signs cookies; make one the first time."""
    file = folder / "cookie_secret"
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return file.read_bytes()
    with os.fdopen(handle, "wb") as opened:
        secret = secrets.token_bytes(32)
        opened.write(secret)
    return secret


def log_to(file: Path) -> None:
    """Write warnings and worse to the log and to stderr."""
    private_folder(file.parent)
    logging.basicConfig(
        level=logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        handlers=[logging.StreamHandler(), WatchedFileHandler(file, encoding="utf-8")],
    )
    # its warnings are about browsers that went away and about Jupyter's own settings
    logging.getLogger("tornado.general").setLevel(logging.ERROR)


def files_version(extension_folders: list[str]) -> str:
    """Give a short code that changes whenever a file does that browsers keep."""
    code = hashlib.sha256(voila_version.encode())
    for name, extension in sorted(get_federated_extensions(extension_folders).items()):
        code.update(f"{name} {extension['version']}".encode())
    for file in sorted(ASSETS.iterdir()):
        code.update(file.read_bytes())
    return code.hexdigest()[:12]
