"""JupyterLab for who makes reports: the same accounts, and no kernel but that of reports."""

# mypy: disallow-subclassing-any=False, disallow-untyped-decorators=False
# Jupyter's classes and decorators are untyped for mypy (pyproject.toml).

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import ChoiceLoader, FileSystemLoader
from jupyter_server import CallContext
from jupyter_server.auth import Authorizer
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler, Template404
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupyter_server.services.sessions.sessionmanager import SessionManager
from tornado.web import HTTPError, RequestHandler
from traitlets import default
from traitlets.config import Config

from digibank_core import second_user
from digibank_core.config import places, private_folder
from digibank_core.security import Right
from digibank_core.server import app, copies, kernels
from digibank_core.server.channels import Channels
from digibank_core.server.handlers import Assets
from digibank_core.server.identity import SessionIdentity, Visitor
from digibank_core.server.login import Login, Logout, Throttle
from digibank_core.server.screens import Site

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-eval' blob:",  # it compiles the checks of its settings
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    ]
)
SETTINGS = Path(__file__).parent / "share/jupyter/lab"
"""What JupyterLab shows and what it leaves out, for all editors."""
HEADERS = {**app.HEADERS, "Content-Security-Policy": CONTENT_SECURITY_POLICY}
LARGEST_NOTEBOOK = 16 * 1024 * 1024
"""In bytes, as it is saved; charts are text, so a report takes a few hundred thousand."""
ALLOWED = frozenset({"api", "config", "contents", "events", "kernelspecs"})
"""Parts of Jupyter for every editor; of kernels and sessions only the own ones."""


class LabLogin(Login):
    """The login page, for who may make reports."""

    right = Right.EDIT_REPORTS

    def _next(self) -> str:
        """Give the report that was asked for, when that is what was asked for."""
        asked = urlsplit(self.get_argument("next", ""))
        is_own = asked.path.startswith(f"{self.base_url}lab/tree/")
        return asked.path if is_own and not asked.netloc else f"{self.base_url}lab"


class LabLogout(Logout):
    """Signing out, from the menu of JupyterLab."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Do as the button of a page does: JupyterLab's menu follows a link.

        A link on another site signs nobody out: a browser says where a request comes from.
        """
        if self.request.headers.get("Sec-Fetch-Site", "same-origin") == "cross-site":
            raise HTTPError(403)
        await self.post()


class EditorIdentity(SessionIdentity):
    """Knows editors only: JupyterLab's own page asks for a user and for no right."""

    @default("login_handler_class")
    def _login(self) -> type[Login]:
        return LabLogin

    @default("logout_handler_class")
    def _logout(self) -> type[Logout]:
        return LabLogout

    async def get_user(self, handler: RequestHandler) -> Visitor | None:
        """Give the editor behind a request; None for everyone else."""
        visitor = await super().get_user(handler)
        return visitor if visitor and visitor.actor.may(Right.EDIT_REPORTS) else None

    def identity_model(self, user: Visitor) -> dict[str, Any]:
        """Tell a page who looks at it, and never the token of the session."""
        told: dict[str, Any] = super().identity_model(user)
        return {name: told[name] for name in told if name not in {"actor", "token"}}


class EditorOnly(Authorizer):
    """Lets an editor reach the reports, the own kernels and the own sessions."""

    async def is_authorized(
        self, handler: JupyterHandler, user: Visitor, action: str, resource: str
    ) -> bool:
        """Tell whether an editor may do this."""
        if resource not in {"kernels", "sessions"}:
            return resource in ALLOWED
        kernel_id = handler.path_kwargs.get("kernel_id")
        session_id = handler.path_kwargs.get("session_id")
        if session_id is not None:
            session = await handler.session_manager.get_session(session_id=session_id)
            kernel_id = session["kernel"]["id"]
        return kernel_id is None or handler.kernel_manager.belongs_to(kernel_id, user)


class EditorKernel(kernels.VisitorKernel):
    """A kernel that starts again when a report needs too much; its page says so."""

    @default("autorestart")
    def _no_autorestart(self) -> bool:
        return True


class EditorKernels(kernels.VisitorKernels):
    """Starts report kernels, whatever a notebook asks for, and lists those of whoever asks."""

    @default("kernel_manager_class")
    def _kernel_class(self) -> str:
        return f"{EditorKernel.__module__}.{EditorKernel.__name__}"

    async def start_kernel(self, **options: Any) -> str:
        """Start a report kernel: any other would run code of staff with all that we may."""
        return await super().start_kernel(**{**options, "kernel_name": kernels.REPORT})

    def list_kernels(self) -> list[dict[str, Any]]:
        """Give the kernels of whoever makes this request."""
        return [each for each in super().list_kernels() if _owns(self, each["id"])]


class EditorSessions(SessionManager):
    """Lists the open notebooks of whoever asks."""

    async def list_sessions(self) -> list[dict[str, Any]]:
        """Give the sessions of whoever makes this request."""
        found = await super().list_sessions()
        return [each for each in found if _owns(self.kernel_manager, each["kernel"]["id"])]


def serve(address: str = "127.0.0.1", port: int = 8867) -> None:
    """Serve JupyterLab until a signal ends it.

    Raises
    ------
    DemoNotPublicError
        The database has demo accounts, and others than this machine could reach it.
    NoDatabaseError
        There is no database yet.
    InstallationError
        Reports cannot run as the account that is configured for them.
    OSError
        The port is taken.
    """
    demo = app.refuse_public_demo(address)
    second_user.find()  # no kernel starts when it cannot be
    with socket.create_server((address, port)):
        pass  # Jupyter would end the process without a sentence
    app.log_to(places().log)
    copies.lay_out(places().reports, private_folder(places().written_reports))
    app.renew_extracts()
    runtime = tempfile.mkdtemp(prefix="digibank-")
    _forget_the_user(places().lab, runtime)
    try:
        application(address, port, demo=demo).start()
    finally:
        shutil.rmtree(runtime, ignore_errors=True)


def application(address: str, port: int, *, demo: bool) -> ServerApp:
    """Make the server; `start` runs it."""
    style = f"/digibank/{app.files_version([])}"
    options = _options(address, port, Site(demo=demo, assets=style, library=""))
    server = ServerApp(config=options, jpserver_extensions={"jupyterlab": True})
    server.initialize(argv=[], find_extensions=False, starter_extension="lab")
    screens = server.web_app.settings["jinja2_env"]
    screens.loader = ChoiceLoader([FileSystemLoader(app.TEMPLATE), screens.loader])
    own = [
        (r"/digibank/[0-9a-f]+/(.*)", Assets, {"path": str(app.ASSETS)}),
        (r"/api/kernels/(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)/channels", Channels),
        (r"/lab/api/licenses/.*", Template404),  # JupyterLab's own would never answer
    ]
    server.web_app.add_handlers(".*$", own)
    rules = server.web_app.default_router.rules
    rules.insert(0, rules.pop(-2))  # tornado adds at the end, after those of JupyterLab
    return server


def _options(address: str, port: int, site: Site) -> Config:
    """Give all that is not Jupyter's default; there are no other options."""
    options = Config()
    options.ServerApp.ip = address
    options.ServerApp.port = port
    options.ServerApp.port_retries = 0
    options.ServerApp.open_browser = False
    options.ServerApp.answer_yes = True
    options.ServerApp.log_level = "WARN"
    options.ServerApp.root_dir = str(places().written_reports)
    options.ServerApp.allow_root = True  # confined all the same
    options.ServerApp.allow_unauthenticated_access = False
    options.ServerApp.allow_remote_access = True  # a proxy keeps the name that browsers ask
    options.ServerApp.trust_xheaders = app.is_loopback(address)
    options.ServerApp.max_body_size = LARGEST_NOTEBOOK
    options.ServerApp.terminals_enabled = False
    options.ServerApp.quit_button = False
    options.ServerApp.cookie_secret = app.cookie_secret(private_folder(places().keys))
    options.ServerApp.identity_provider_class = EditorIdentity
    options.ServerApp.authorizer_class = EditorOnly
    options.ServerApp.contents_manager_class = AsyncLargeFileManager
    options.ServerApp.kernel_manager_class = EditorKernels
    options.ServerApp.kernel_spec_manager_class = kernels.OwnPython
    options.OwnPython.allowed_kernelspecs = {kernels.REPORT}
    options.ServerApp.session_manager_class = EditorSessions
    options.ServerApp.tornado_settings = {
        "site": site,
        "throttle": Throttle(),
        "headers": HEADERS,
        "mathjax_url": "/static/none.js",  # the default is of another host, and not needed
        "xsrf_cookie_kwargs": {"path": "/", "samesite": "Lax"},
    }
    options.EditorIdentity.token = ""
    options.FileContentsManager.delete_to_trash = False  # the trash is that of the server
    options.EditorKernels.default_kernel_name = kernels.REPORT
    options.EditorKernels.cull_idle_timeout = 4 * app.CULL_AFTER_SECONDS
    options.LabApp.extension_manager = "readonly"
    options.LabApp.news_url = None
    options.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
    options.LabApp.labextensions_path = []
    options.LabApp.app_settings_dir = str(SETTINGS)
    options.LabApp.user_settings_dir = str(places().lab / "settings")
    options.LabApp.workspaces_dir = str(places().lab / "workspaces")
    return options


def _forget_the_user(kept: Path, runtime: str) -> None:
    """Keep Jupyter away from the settings and files of whoever starts this."""
    os.environ["JUPYTER_NO_CONFIG"] = "1"
    os.environ["JUPYTER_RUNTIME_DIR"] = runtime
    os.environ["JUPYTER_DATA_DIR"] = str(private_folder(kept))


def _owns(manager: kernels.VisitorKernels, kernel_id: str) -> bool:
    handler = CallContext.get(CallContext.JUPYTER_HANDLER)
    visitor = None if handler is None else handler.current_user
    if visitor is None:
        raise HTTPError(403)
    return manager.belongs_to(kernel_id, visitor)
