"""What the server answers with: pages, files, and the end of a kernel."""

# mypy: disallow-subclassing-any=False, disallow-untyped-decorators=False
# Jupyter's and Voilà's classes and decorators are untyped for mypy (pyproject.toml).

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar
from urllib.parse import urlsplit

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import allow_unauthenticated, authorized
from jupyter_server.base.handlers import FileFindHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from nbformat import NotebookNode
from tornado.ioloop import IOLoop
from tornado.web import HTTPError, authenticated
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.tornado.handler import TornadoVoilaHandler

from digibank_core.errors import CrowdedError, InstallationError, NotAllowedError
from digibank_core.server.channels import AppChannels
from digibank_core.server.identity import Visitor
from digibank_core.server.login import Login, Logout
from digibank_core.server.pages import Page, page_at
from digibank_core.server.password import ChangePassword
from digibank_core.server.screens import Screen

log = logging.getLogger(__name__)

USER_HEADER = "X-Digibank-User"
"""The kernel finds the login in `HTTP_X_DIGIBANK_USER`."""
_OUR_HEADERS = "x-digibank-"


LONG_SECONDS = 5
"""A page that is not ready by then lets another one start beside it."""
COMES_WITHIN_SECONDS = 60
"""A page that was sent but did not come to its kernel by then was left before it could."""
_turns = asyncio.Semaphore(os.cpu_count() or 1)

_HEARTBEAT = "<script>window.voila_heartbeat"
"""What Voilà sends while nothing of the page is ready, every ten seconds."""
_ENDED = """<div class="cell"><div class="notice bad" role="alert"><div>
<p class="head">Deze pagina kon niet starten</p>
<p>Laad de pagina opnieuw. Lukt het weer niet? Meld het aan de beheerder.</p>
</div></div></div></main></body></html>"""

FOR_MAKERS = "bewerken"
"""Tag of a cell of a report that tells how to change it."""


class AppPage(Screen, TornadoVoilaHandler):
    """A notebook as a page, for who may open it."""

    page: Page

    @authenticated
    async def get(self, path: str) -> None:
        """Start a kernel for the visitor and send the page while it runs."""
        found = page_at(path)
        if found is None:
            raise HTTPError(404)
        visitor: Visitor = self.current_user
        if not found.opens_for(visitor.actor):
            refusal = NotAllowedError(role=visitor.actor.role.value).user_message
            self.send_error(403, heading="Deze pagina is niet voor jouw rol", text=refusal)
            return
        self.page = found
        self._name_visitor(visitor)
        async with _in_turn():
            if not self._is_left():
                await self._send(visitor)

    async def _send(self, visitor: Visitor) -> None:
        try:
            await self.kernel_manager.make_room(visitor)
            await super().get(self.page.notebook)
        except CrowdedError as full:
            self.send_error(503, heading="Het is druk", text=full.user_message)
        except InstallationError as refusal:
            self.send_error(
                500, heading="Deze pagina gaat niet open", text=refusal.user_message
            )
        finally:
            if self._is_left():  # before its script could say farewell
                await self.kernel_manager.shut_down_request(self.request)
            else:
                IOLoop.current().call_later(
                    COMES_WITHIN_SECONDS, self.kernel_manager.shut_down_unseen, self.request
                )

    async def get_generator(self, path: str | None = None) -> AsyncIterator[str]:
        """Give the page in parts; for a kernel that is gone Voilà would wait for ever."""
        async for html in super().get_generator(path):
            if html.startswith(_HEARTBEAT) and not await self.kernel_manager.lives(
                self.request
            ):
                log.error(
                    "the kernel of %s ended before its page was ready", self.page.notebook
                )
                await self.kernel_manager.shut_down_request(self.request)
                yield _ENDED
                return
            yield html

    def _is_left(self) -> bool:
        """Tell whether the browser hung up: a reload, or somebody who would not wait."""
        return bool(self.request.connection.stream.closed())

    def _name_visitor(self, visitor: Visitor) -> None:
        """Tell the kernel who it serves; whatever the browser claims about that goes out."""
        headers = self.request.headers
        for name in list(headers):
            if name.lower().replace("_", "-").startswith(_OUR_HEADERS):
                del headers[name]
        headers[USER_HEADER] = visitor.username


@asynccontextmanager
async def _in_turn() -> AsyncIterator[None]:
    """Let as many pages start at once as there are processors: all are ready sooner.

    A page that takes long makes room for the next one.
    """
    await _turns.acquire()
    over = asyncio.get_running_loop().call_later(LONG_SECONDS, _turns.release)
    try:
        yield
    finally:
        if over.when() > asyncio.get_running_loop().time():
            over.cancel()
            _turns.release()


def prepare_notebook(handler: AppPage, notebook: NotebookNode, cwd: str) -> None:
    """Make a page of a notebook that was read: Voilà's prelaunch hook.

    The template gets the frame of the request. What a report tells those who change it is
    left out.
    """
    del cwd
    notebook.cells = [
        cell for cell in notebook.cells if FOR_MAKERS not in cell.metadata.get("tags", [])
    ]
    notebook.metadata["frame"] = handler.frame(handler.page.label, handler.page)


class Assets(Screen, FileFindHandler):
    """Our own style, script and icon: the login page needs them, so everyone may have them."""

    _static_paths: ClassVar[dict[str, str]] = {}  # each class its own, for each its own folders


class Library(Screen, FileFindHandler):
    """The files of Voilà and its widgets, for who is signed in."""

    _static_paths: ClassVar[dict[str, str]] = {}

    async def prepare(self) -> None:
        """Refuse the anonymous; a script has no use for a login page."""
        await super().prepare(_redirect_to_login=False)

    async def get(self, path: str, include_body: bool = True) -> None:
        """Send a file; unlike its base this is not open to the anonymous."""
        await super().get(path, include_body)

    async def head(self, path: str) -> None:
        """Send the headers of a file; unlike its base this is not open to the anonymous."""
        await super().get(path, include_body=False)


class OwnKernel(KernelHandler):
    """Tells a page about its kernel."""

    @authenticated
    @authorized
    async def get(self, kernel_id: str) -> None:
        """Answer 410 for a kernel whose process is gone: Jupyter would still call it idle."""
        if not await ensure_async(self.kernel_manager.get_kernel(kernel_id).is_alive()):
            raise HTTPError(410)
        await super().get(kernel_id)


class Shutdown(VoilaShutdownKernelHandler):
    """Stops the kernel of a page that is left; only its owner may."""

    def check_xsrf_cookie(self) -> None:
        """Accept the page's own farewell: a beacon cannot carry the XSRF header.

        A browser always says where a beacon comes from, and the cookie of the session goes
        along with requests of this site only.
        """
        origin = urlsplit(self.request.headers.get("Origin", ""))
        if origin.netloc != self.request.host:
            raise HTTPError(403)

    @allow_unauthenticated
    async def post(self, kernel_id: str) -> None:
        """Stop the kernel; a page may say farewell twice, or just after signing out."""
        visitor: Visitor | None = self.current_user
        if kernel_id not in self.kernel_manager:
            self.set_status(204)
        elif visitor is not None and self.kernel_manager.belongs_to(kernel_id, visitor):
            await super().post(kernel_id)
        else:
            raise HTTPError(403)


def routes(base: str, pages: dict[str, Any], assets: str, library: list[str]) -> list[Any]:
    """Give every address that this server knows; all others are `NotFound`.

    Voilà's own list is left out on purpose: its tree, contents, files, themes and templates
    are ways to what is not a page, and the next release may bring more of them.

    Parameters
    ----------
    base
        Address of the server, ending in a slash.
    pages
        What Voilà's page handler is made with.
    assets, library
        Folders of our own files, and of those of Voilà and its widgets.
    """
    kernel = r"(?P<kernel_id>[0-9a-f-]{36})"
    return [
        (base + "login", Login),
        (base + "logout", Logout),
        (base + "wachtwoord", ChangePassword),
        (base + f"api/kernels/{kernel}", OwnKernel),
        (base + f"api/kernels/{kernel}/channels", AppChannels),
        (base + f"voila/api/shutdown/{kernel}", Shutdown),
        (base + r"static/[0-9a-f]+/(.*)", Assets, {"path": assets}),
        (base + r"library/[0-9a-f]+/(.*)", Library, {"path": library}),
        (base + r"(\w*)", AppPage, pages),
    ]
