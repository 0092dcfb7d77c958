"""Requests that a server which stops doesn't wait for any longer."""

from __future__ import annotations

import anyio
from starlette.types import ASGIApp, Receive, Scope, Send


class Ending:
    """An application whose requests may be cancelled, which only a server that stops does.

    Args:
        app: What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or end quietly: the server would print where the request was."""
        try:
            await self._app(scope, receive, send)
        except anyio.get_cancelled_exc_class():
            if scope["type"] != "http":
                raise
