"""Kernels of visitors: each belongs to the one whose page started it."""

# mypy: disallow-subclassing-any=False, disallow-untyped-decorators=False
# Jupyter's classes and decorators are untyped for mypy (pyproject.toml).

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_core.utils import ensure_async
from jupyter_server import CallContext
from jupyter_server.auth import Authorizer
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from jupyter_server.services.kernels.kernelmanager import (
    AsyncMappingKernelManager,
    ServerKernelManager,
)
from nbformat import NotebookNode
from tornado.httputil import HTTPServerRequest
from traitlets import Bool, Dict, Instance, default

from digibank_core import db, second_user
from digibank_core.config import places, private_folder, report_environment
from digibank_core.errors import NotSignedInError, PagesOpenError, ServerFullError
from digibank_core.server import app_kernel, report_kernel
from digibank_core.server.forks import WarmProcess
from digibank_core.server.identity import Visitor
from digibank_core.server.pages import REPORTS
from digibank_core.services import apps

APP = "app"
"""Kernel of our own notebooks: `app_kernel`."""
REPORT = "rapport"
"""Kernel of what staff write: `report_kernel`, without database, key or identity."""
PER_VISITOR = 8
"""Pages that one visitor has open, in all browsers together."""
IN_TOTAL = 40
"""Pages that are open: of some 60 MB each."""
KERNEL_SPECS = Path(__file__).parent / "share/jupyter/kernels"


class VisitorKernel(ServerKernelManager):
    """One kernel and the visitor it serves."""

    visitor = Instance(Visitor, allow_none=True)
    request = Instance(HTTPServerRequest, allow_none=True)
    """The request that it was started for."""
    is_seen = Bool(False)
    """A page has reached it, however long that stayed."""
    room = Instance(Path, allow_none=True)
    """Folder of a report kernel alone; it goes when the kernel does."""
    traceback_replacement_message = "Er ging iets mis. Meld het aan de beheerder."
    """In place of a traceback; jupyter_server 2.21 looks for it here, not in its manager."""

    @default("transport")
    def _private_sockets(self) -> str:
        # any user of the machine may listen to a kernel that talks over TCP
        return "ipc" if os.name == "posix" else "tcp"

    @default("autorestart")
    def _no_autorestart(self) -> bool:
        # a new, empty kernel under the same id would swallow what the visitor saves
        return False

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart=restart)
        if self.room is not None and not restart:
            second_user.clear(self.room)
            shutil.rmtree(self.room, ignore_errors=True)

    cleanup_resources = _async_cleanup_resources


class VisitorKernels(AsyncMappingKernelManager):
    """Starts kernels for visitors, and stops those that nobody looks at."""

    warm: dict[str, WarmProcess] = Dict()
    """By kind of kernel, the process from which it is forked; without one it starts cold."""

    @default("kernel_manager_class")
    def _kernel_class(self) -> str:
        return f"{VisitorKernel.__module__}.{VisitorKernel.__name__}"

    @default("default_kernel_name")
    def _app(self) -> str:
        return APP

    def warm_up(self) -> None:
        """Let processes load what kernels need, while the server goes on."""
        self.warm = {
            APP: WarmProcess(app_kernel.__name__, secret=True),
            REPORT: WarmProcess(report_kernel.__name__, secret=False),
        }
        for process in self.warm.values():
            process.start()

    def cool_down(self) -> None:
        """End the processes of `warm_up`, and the kernels that are left."""
        for process in self.warm.values():
            process.stop()

    async def make_room(self, visitor: Visitor) -> None:
        """Raise `PagesOpenError` or `ServerFullError` when there can be no kernel more."""
        for kernel_id in self.list_kernel_ids():
            if not await ensure_async(self.get_kernel(kernel_id).is_alive()):
                await ensure_async(self.shutdown_kernel(kernel_id, now=True))
        running = self.list_kernel_ids()
        if sum(self.belongs_to(kernel_id, visitor) for kernel_id in running) >= PER_VISITOR:
            raise PagesOpenError(most=PER_VISITOR)
        if len(running) >= IN_TOTAL:
            raise ServerFullError

    async def start_kernel(self, **options: Any) -> str:
        """Start a kernel for whoever makes this request.

        Raises
        ------
        NotSignedInError
            There is no request, or nobody is signed in: a kernel always has an owner.
        InstallationError
            Reports cannot run as the account that is configured for them.
        """
        handler = CallContext.get(CallContext.JUPYTER_HANDLER)
        visitor = None if handler is None else handler.current_user
        if visitor is None:
            raise NotSignedInError
        if (options.get("kernel_name") or self.default_kernel_name) == REPORT:
            own = visitor.actor.digibank  # whoever has none may read all of them
            second_user.find()  # its kernel would end at once
            options["env"] = report_environment(places().extract / (own or ""))
        kernel_id: str = await ensure_async(super().start_kernel(**options))
        kernel = self.get_kernel(kernel_id)
        kernel.visitor, kernel.request = visitor, handler.request
        return kernel_id

    def pre_start_kernel(
        self, kernel_name: str | None, kwargs: Any
    ) -> tuple[VisitorKernel, str, str]:
        """Give a report kernel a folder of its own: it must not see the sockets of others."""
        kernel, name, kernel_id = super().pre_start_kernel(kernel_name, kwargs)
        if name == REPORT:
            kernel.room = private_folder(Path(self.connection_dir) / kernel_id)
            kernel.connection_file = str(kernel.room / "kernel.json")
            if kernel.transport == "ipc":
                kernel.ip = str(kernel.room / second_user.OWN / "kernel-ipc")
        return kernel, name, kernel_id

    def belongs_to(self, kernel_id: str, visitor: Visitor) -> bool:
        """Tell whether a kernel runs and serves this user, in whatever session."""
        owner = self._owner(kernel_id)
        return owner is not None and owner.username == visitor.username

    async def shut_down_session(self, token: str) -> None:
        """Stop the kernels of a session that ends."""
        for kernel_id in self.list_kernel_ids():
            owner = self._owner(kernel_id)
            if owner is not None and owner.token == token:
                await ensure_async(self.shutdown_kernel(kernel_id))

    async def shut_down_request(self, request: HTTPServerRequest) -> None:
        """Stop the kernel that was started for a request, if there is one."""
        for kernel_id in self._started_for(request):
            await ensure_async(self.shutdown_kernel(kernel_id, now=True))

    def notify_connect(self, kernel_id: str) -> None:
        """Note that the page of a kernel has come to it."""
        super().notify_connect(kernel_id)
        if kernel_id in self:
            self.get_kernel(kernel_id).is_seen = True

    async def shut_down_unseen(self, request: HTTPServerRequest) -> None:
        """Stop the kernel that was started for a request, if its page never came to it."""
        if not any(
            self.get_kernel(kernel_id).is_seen for kernel_id in self._started_for(request)
        ):
            await self.shut_down_request(request)

    async def lives(self, request: HTTPServerRequest) -> bool:
        """Tell whether the kernel that was started for a request still runs."""
        kernels = [self.get_kernel(kernel_id) for kernel_id in self._started_for(request)]
        return any([await ensure_async(kernel.is_alive()) for kernel in kernels])

    def _started_for(self, request: HTTPServerRequest) -> list[str]:
        return [
            kernel_id
            for kernel_id in self.list_kernel_ids()
            if self.get_kernel(kernel_id).request is request
        ]

    def _owner(self, kernel_id: str) -> Visitor | None:
        owner: Visitor | None = self._kernels[kernel_id].visitor if kernel_id in self else None
        return owner


class OwnPython(KernelSpecManager):
    """Runs every notebook with the Python of this server, whatever else is installed."""

    @default("kernel_dirs")
    def _ours(self) -> list[str]:
        return [str(KERNEL_SPECS)]

    @default("ensure_native_kernel")
    def _no_other(self) -> bool:
        return False


class AppNotebooks(LargeFileManager):
    """Reads the notebooks of pages; what may run is not decided by Jupyter's own signatures."""

    def get(self, path: str, *args: Any, **options: Any) -> Any:
        """Read a notebook; where it lies decides its kernel, whatever it asks for itself."""
        folder, _, name = path.strip("/").rpartition("/")
        if folder == REPORTS:
            reports = LargeFileManager(parent=self, root_dir=str(places().reports))
            found, kernel = reports.get(name, *args, **options), REPORT
        else:
            found, kernel = {"type": "notebook", "content": self._app(name)}, APP
        found["content"]["metadata"]["kernelspec"] = {
            "name": kernel,
            "display_name": kernel,
            "language": "python",
        }
        return found

    def _app(self, notebook: str) -> NotebookNode:
        """Give the notebook of an app: what was shipped, or what was approved instead."""
        with db.reading() as session:
            content = apps.runnable(session, Path(self.root_dir), notebook).decode()
        found: NotebookNode = nbformat.reads(content, as_version=4)  # type: ignore[no-untyped-call]
        return found

    def mark_trusted_cells(self, nb: NotebookNode, path: str = "") -> None:
        """Leave Jupyter's database of signatures alone."""


class OwnerOnly(Authorizer):
    """Lets a visitor reach the own kernels, and nothing else of Jupyter."""

    def is_authorized(
        self, handler: JupyterHandler, user: Visitor, action: str, resource: str
    ) -> bool:
        """Tell whether a visitor may do this; every action on an own kernel may."""
        if resource != "kernels" or not action:
            return False
        kernel_id = handler.path_kwargs.get("kernel_id", "")
        allowed: bool = handler.kernel_manager.belongs_to(kernel_id, user)
        return allowed
