"""HTTP: parse, call, answer."""

from __future__ import annotations

import inspect
import logging
import secrets
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Collection,
    Mapping,
)
from contextlib import AbstractAsyncContextManager
from functools import cache
from typing import TYPE_CHECKING, TypeAlias, cast
from urllib.parse import unquote

import anyio
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from julep.local import errors
from julep.local.fields import Problems, identifier
from julep.local.routes import Operation
from julep.local.sandbox.callers import CALLER, Caller, CallerGone
from julep.local.scripting import Faults
from julep.local.store.room import FREES
from julep.types._json import JsonObject, as_object

from .bodies import read_body
from .docs_page import page
from .error_answers import INTERNAL, error_answer, refused, status_and_body, unrouted
from .event_stream import event_stream
from .fault_injection import FaultyApp
from .json_answers import json_answer, long_json_answer
from .other_end import OtherEnd

if TYPE_CHECKING:
    from .openapi import Document

_Leaving: TypeAlias = Collection[Callable[[], Awaitable[object]]]
Lifespan: TypeAlias = Callable[[Starlette], AbstractAsyncContextManager[None]]

_PREFIX = "/api"
_OPEN = {"/healthz"}
_STOPS = errors.Busy("The server stops: try again when it is back")
_LEFT = errors.BadRequest(
    "Your side of the connection was closed before there was an answer: keep it open until then"
)
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_LOG = logging.getLogger("julep.local")


def make_app(
    operations: Collection[Operation],
    *,
    key: str,
    hosts: Collection[str],
    faults: Faults,
    lifespan: Lifespan,
    origins: Collection[str] = (),
    stopping: anyio.Event | None = None,
) -> ASGIApp:
    """Make the ASGI application of a server.

    Args:
        operations: What it answers.
        key: What every caller must show.
        hosts: The names it goes by; requests for other hosts are refused. None of them: any goes.
        faults: What is to go wrong with which requests.
        lifespan: What runs around it.
        origins: The web pages, by scheme, host and port, whose scripts may read the answers.
        stopping: Set when the server stops; nothing is evaluated from then on.
    """
    stopping = stopping or anyio.Event()
    routes = [
        Route(operation.path, _endpoint(operation, key, stopping), methods=[operation.method])
        for operation in operations
    ]
    routes += _description(operations)
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={HTTPException: unrouted})
    return _HostCheck(_open_to(origins, FaultyApp(app, faults)), frozenset(hosts))


def _open_to(origins: Collection[str], app: ASGIApp) -> ASGIApp:
    if not origins:
        return app
    return CORSMiddleware(
        app, allow_origins=list(origins), allow_methods=_METHODS, allow_headers=["*"]
    )


def _description(operations: Collection[Operation]) -> list[Route]:
    @cache
    def made() -> Document:
        # Few ask for it, and all would wait for it at the start.
        from .openapi import describe  # noqa: PLC0415 - as above

        return describe(operations)

    def document(_request: Request) -> Response:
        return json_answer(made(), 200)

    def read(_request: Request) -> Response:
        return HTMLResponse(page(made()))

    return [Route("/openapi.json", document), Route("/docs", read)]


class _HostCheck:
    """Refuses requests for other hosts, and tells routes where the paths of the API begin.

    A page in a browser can send requests to loopback under a name of its own; only the name in
    the Host header gives it away.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            if self._hosts and _host(scope) not in self._hosts:
                refused = error_answer(400, f"This server doesn't answer for host {_host(scope)!r}")
                await refused(scope, receive, send)
                return
            scope = {**scope, "path": _path(scope)}
            if scope["path"].startswith(f"{_PREFIX}/"):
                scope["root_path"] = _PREFIX
        await self._app(scope, receive, send)


def _endpoint(
    operation: Operation, key: str, stopping: anyio.Event
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        other_end = OtherEnd.of(request)
        try:
            if operation.path not in _OPEN:
                _authenticate(request.headers, key)
            result = await _performed(operation, request, (other_end.is_quiet.wait, stopping.wait))
            return await _answer(operation, result, other_end)
        except errors.ApiError as error:
            return refused(error)
        except (ClientDisconnect, CallerGone):
            return refused(_STOPS if stopping.is_set() else _LEFT)
        except Exception as error:  # noqa: BLE001 - the connection stays, whatever a handler does
            return _failed(operation, error)

    return endpoint


async def _performed(operation: Operation, request: Request, leaving: _Leaving) -> object:
    """Call an operation with what a request holds."""
    FREES.set(operation.method == "DELETE")
    arguments: JsonObject = {}
    ids = _ids(request.path_params)
    # The first id is that of the session, the agent or the task: what visitors don't share.
    CALLER.set(Caller(ids[0] if ids else operation.path, leaving))
    if operation.query:
        arguments["query"] = request.query_params
    if operation.body:
        arguments["body"] = await read_body(request, most=operation.most_bytes)
    result = operation.call(*ids, **arguments)
    return await result if inspect.isawaitable(result) else result


def _failed(operation: Operation, error: Exception) -> Response:
    status, body = status_and_body(error)
    if status == INTERNAL:
        _LOG.error("%s %s failed", operation.method, operation.path, exc_info=error)
    return json_answer(body, status)


def _authenticate(headers: Mapping[str, str], key: str) -> None:
    shown = [headers.get("authorization", ""), headers.get("x-auth-key", "")]
    shown += [token for scheme, _, token in map(_split_scheme, shown) if scheme == "bearer"]
    # All are compared, so that the time taken tells nothing.
    matches = [secrets.compare_digest(value.encode("latin-1"), key.encode()) for value in shown]
    if not any(matches):
        raise errors.Forbidden("Could not validate API KEY")


def _split_scheme(value: str) -> tuple[str, str, str]:
    scheme, blank, token = value.partition(" ")
    return scheme.lower(), blank, token.strip()


def _ids(parameters: Mapping[str, str]) -> list[str]:
    problems: Problems = []
    ids = [str(identifier(value, f"path.{name}", problems)) for name, value in parameters.items()]
    if problems:
        raise errors.Invalid(problems)
    return ids


async def _answer(operation: Operation, result: object, other_end: OtherEnd) -> Response:
    other_end.takes_events = inspect.isasyncgen(result)
    if other_end.takes_events:
        return await _events(cast("AsyncGenerator[JsonObject]", result), other_end)
    if operation.written:
        result = {"jobs": [], **as_object(result)}
    return await long_json_answer(result, operation.status, other_end)


async def _events(items: AsyncGenerator[JsonObject], other_end: OtherEnd) -> Response:
    if other_end.is_quiet.is_set():
        await items.aclose()
        raise CallerGone
    return event_stream(items)


def _path(scope: Scope) -> str:
    """Return the path, in which a quoted slash stays a part of its segment."""
    sent: bytes = scope.get("raw_path") or b""
    if b"%2f" not in sent.lower():
        path: str = scope["path"]
        return path
    return unquote(sent.replace(b"%2f", b"%2F").replace(b"%2F", b"%252F"))


def _host(scope: Scope) -> str:
    for header, value in scope["headers"]:
        if header == b"host":
            # What stands behind the last colon is a port, unless it's a part of an IPv6 address.
            host: str = value.decode("latin-1").lower()
            name, _, port = host.rpartition(":")
            return name if port.isdigit() else host
    return ""
