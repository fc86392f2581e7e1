"""Kernels of visitors: each belongs to the one whose page started it."""

# mypy: disallow-subclassing-any=False, disallow-untyped-decorators=False
# Jupyter's classes and decorators are untyped for mypy (pyproject.toml).

from __future__ import annotations

import os
from typing import Any

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
from traitlets import Instance, default

from digibank_core.errors import NotSignedInError
from digibank_core.server.identity import Visitor


class VisitorKernel(ServerKernelManager):
    """One kernel and the visitor it serves."""

    visitor = Instance(Visitor, allow_none=True)
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


class VisitorKernels(AsyncMappingKernelManager):
    """Starts kernels for visitors, and stops those that nobody looks at."""

    @default("kernel_manager_class")
    def _kernel_class(self) -> str:
        return f"{VisitorKernel.__module__}.{VisitorKernel.__name__}"

    async def start_kernel(self, **options: Any) -> str:
        """Start a kernel for whoever makes this request.

        Raises
        ------
        NotSignedInError
            There is no request, or nobody is signed in: a kernel always has an owner.
        """
        handler = CallContext.get(CallContext.JUPYTER_HANDLER)
        visitor = None if handler is None else handler.current_user
        if visitor is None:
            raise NotSignedInError
        kernel_id: str = await ensure_async(super().start_kernel(**options))
        self.get_kernel(kernel_id).visitor = visitor
        return kernel_id

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

    def _owner(self, kernel_id: str) -> Visitor | None:
        owner: Visitor | None = self._kernels[kernel_id].visitor if kernel_id in self else None
        return owner


class OwnPython(KernelSpecManager):
    """Runs every notebook with the Python of this server, whatever else is installed."""

    @default("kernel_dirs")
    def _none(self) -> list[str]:
        return []


class AppNotebooks(LargeFileManager):
    """Reads the notebooks of apps; what may run is not decided by Jupyter's own signatures."""

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
