"""Faults on purpose, around the application."""

from __future__ import annotations

from typing import Any

import anyio
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from julep.local.scripting import Fault, Faults


class FaultyApp:
    """An application some of whose requests go wrong.

    Args:
        app: What answers the others.
        faults: What goes wrong with which.
    """

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or do to it what the next fault for it says."""
        fault = None
        if scope["type"] == "http" and self._faults:
            fault = self._faults.take(scope["method"], _path(scope))
        if fault is None:
            await self._app(scope, receive, send)
            return
        await anyio.sleep(fault.delay)
        if fault.drop == "before":
            await _drop(receive, send)
        elif fault.drop == "after":
            await self._app(scope, receive, _nowhere)
            await _drop(receive, send)
        elif fault.status is not None:
            await _answer(fault)(scope, receive, send)
        else:
            cut = _Cut(self._faults, fault, send) if fault.cuts else send
            await self._app(scope, receive, cut)


class _Cut:
    """Forwards the first pieces of an answer, and closes the connection where more come."""

    def __init__(self, faults: Faults, fault: Fault, send: Send) -> None:
        self._faults = faults
        self._fault = fault
        self._left = fault.cut_after or 0
        self._is_cut = False
        self._send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.body":
            if self._left:
                self._left -= 1
            elif self._is_cut or self._faults.cut(self._fault):
                self._is_cut = True
                _connection(self._send).close()
                return
        await self._send(message)


def _answer(fault: Fault) -> JSONResponse:
    status = fault.status or 500
    error = {"message": "Fault on purpose", "code": f"http_{status}", "type": "http_error"}
    return JSONResponse({"error": error}, status, headers=dict(fault.headers))


async def _nowhere(message: Message) -> None:
    """Swallow what is sent here."""


async def _drop(receive: Receive, send: Send) -> None:
    _connection(send).close()
    # The server takes a silent end for an error until it has seen the connection go.
    while (await receive())["type"] != "http.disconnect":
        pass


def _connection(send: Any) -> Any:
    # ASGI can't close a connection. uvicorn's `send` belongs to an object that has it.
    return send.__self__.transport


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))
