"""The websocket between a page and its kernel: open for as long as the session lasts."""

# mypy: disallow-subclassing-any=False
# Jupyter's and Voilà's classes are untyped for mypy (pyproject.toml).

from __future__ import annotations

import asyncio
import math
import time

from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from digibank_core.server.identity import Visitor, find_visitor

CHECK_EVERY_SECONDS = 5
"""Asked at every message, the database would answer a fast typist letter by letter."""


class Channels(KernelWebsocketHandler):
    """Lets messages of a page through, and counts them as use of its session."""

    _checked = -math.inf

    async def on_message(self, ws_message: str | bytes) -> None:
        """Pass a message to the kernel; stop the pages of a session that ended."""
        visitor: Visitor = self.current_user
        if time.monotonic() - self._checked > CHECK_EVERY_SECONDS:
            self._checked = time.monotonic()
            if await asyncio.to_thread(find_visitor, visitor.token, used=True) is None:
                await self.kernel_manager.shut_down_session(visitor.token)
                self.close()
                return
        if self.connection is not None:  # the page may have gone meanwhile
            super().on_message(ws_message)


class AppChannels(Channels, VoilaKernelWebsocketHandler):
    """The websocket of an app, which does not tell what the kernel runs."""
