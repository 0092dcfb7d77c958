"""A line in the log for each request, once it is answered."""

from __future__ import annotations

import logging
import time
from typing import Any, Final, cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOG: Final = logging.getLogger("julep.local.requests")


class RequestLog:
    """An application whose requests are logged, where somebody listens to that.

    A line has method, path, status and milliseconds, of a stream those until its end; the status is
    `-` where the connection went before. Queries and bodies, which may hold what is nobody's business,
    are left out.

    Args:
        app: What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, and log it."""
        if scope["type"] != "http" or not _LOG.isEnabledFor(logging.INFO):
            await self._app(scope, receive, send)
            return
        noted, began = _Noted(send), time.monotonic()
        try:
            await self._app(scope, receive, noted.send)
        finally:
            milliseconds = (time.monotonic() - began) * 1000
            path = ascii(scope["path"])[1:-1]
            _LOG.info("%s %s %s %.0f ms", scope["method"], path, noted.status, milliseconds)


class _Noted:
    """Forwards an answer, and keeps its status."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status: int | str = "-"

    @property
    def transport(self) -> Any:
        """The connection, which faults on purpose look for here: in what `send` belongs to."""
        return cast("Any", self._send).__self__.transport

    async def send(self, message: Message) -> None:
        """Send a part of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self._send(message)
