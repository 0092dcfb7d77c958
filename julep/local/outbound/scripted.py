"""The web as a test scripts it."""

from __future__ import annotations

import httpx

from julep.local.scripting import Web
from julep.local.workflow.ports import EffectError


class ScriptedTransport(httpx.AsyncBaseTransport):
    """Answers requests by the script alone.

    Args:
        web: The script.
    """

    def __init__(self, web: Web) -> None:
        self._web = web

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request.

        Raises:
            EffectError: Nothing is scripted for it.
            httpx.ConnectError: The script says so.
        """
        url = str(request.url)
        if (answer := self._web.take(request.method, url)) is None:
            raise EffectError(
                f"Nothing is scripted for {request.method} {url}, and other answers are; "
                f"script one with web.add({url!r}, json=...)"
            )
        if answer.error is not None:
            raise httpx.ConnectError(answer.error, request=request)
        body = httpx.ByteStream(answer.content)
        return httpx.Response(answer.status, headers=dict(answer.headers), stream=body)


async def note(web: Web, request: httpx.Request, json: object) -> None:
    """Have a request remembered, and the value that its body was made of, if that was JSON."""
    content = await request.aread()
    call = {
        "method": request.method,
        "url": str(request.url),
        "headers": dict(request.headers),
        "json": json if content else None,
        "text": content.decode(errors="replace"),
    }
    web.calls.note(call, len(content))
