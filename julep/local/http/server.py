"""A server at work: its socket, its thread, its services."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import AsyncGenerator, Callable, Collection, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar

import anyio
import anyio.from_thread
import anyio.lowlevel
import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from julep.local.errors import ApiError
from julep.local.models.completions import Model
from julep.local.models.providers import find_providers
from julep.local.routes import list_operations
from julep.local.services import Services, build_services
from julep.local.setup import Setup
from julep.local.store import holder
from julep.local.system_calls import SystemCalls

from .app import Lifespan, make_app
from .cancelled_requests import Ending
from .half_open import HalfOpen
from .other_end import watched
from .request_log import RequestLog

T = TypeVar("T")
_NAMES = ("localhost", "127.0.0.1", "[::1]")
_SECONDS_TO_END = 2
"""Seconds that answers on their way have when the server stops. Then their connections are closed."""
_SECONDS_TO_BE_CANCELLED = 1
_SECONDS_TO_KEEP = 75
_SECONDS_OF_DATE = 1


class ServerThread(threading.Thread):
    """Where a server's event loop runs."""


class Running:
    """A started server.

    Args:
        listener: The bound socket.
        app: What answers.
        services: What does the work.
        stopping: What the server sets when it stops.
    """

    def __init__(
        self, listener: socket.socket, app: ASGIApp, services: Services, stopping: anyio.Event
    ) -> None:
        self.port: int = listener.getsockname()[1]
        self._address = listener.getsockname()[0]
        self.about: dict[str, str] = {
            "model": services.model.label,
            "embeddings": services.embedder.model,
            "data": str(services.store.path or "in memory, gone when the server stops"),
        }
        self._model = services.model
        self._clock = services.timers.clock
        self._advance = services.advance
        self._path = services.store.path
        self._listener = listener
        on_end = (services.executions.changes.close, stopping.set)
        self._server = _Server(app, on_end, services.store.outage.look)
        self._thread = ServerThread(
            target=self._server.serve_until_stopped,
            args=(listener,),
            name="julep-local",
            daemon=True,
        )

    def start(self) -> None:
        """Return once requests are answered, or raise what prevents that."""
        self._thread.start()
        self._server.ready.wait()
        if self._server.failure:
            self._thread.join()
            self._listener.close()
            raise self._server.failure
        self._clock.travel = self._travel
        if self._path:
            holder.note(self._path, f"{self._address} port {self.port}")

    def model_in_words(self, seconds: float) -> str:
        """Say which model answers by default, or why none would, asking its server for so long."""
        return self._server.call(partial(_model_in_words, self._model, seconds))

    def _travel(self, seconds: float) -> None:
        self._server.call(partial(self._advance, seconds))

    def stop(self) -> None:
        """Return once the thread has ended and the data is closed."""
        self._clock.travel = None
        if self._path:
            holder.forget(self._path)
        if self._thread.is_alive():
            self._server.end()
        self._thread.join()
        self._listener.close()


class _Config(uvicorn.Config):
    def load(self) -> None:
        super().load()
        self.http_protocol_class = watched(self.http_protocol_class)

    def configure_logging(self) -> None:
        # Levels and handlers of these loggers are for the program's own servers, which share them.
        for name in ("uvicorn.error", "uvicorn.access"):
            logging.getLogger(name).addFilter(_is_logged)


def _is_logged(record: logging.LogRecord) -> bool:
    is_ours = isinstance(threading.current_thread(), ServerThread)
    return record.levelno >= logging.WARNING or not is_ours


class _Server(uvicorn.Server):
    def __init__(
        self,
        app: ASGIApp,
        on_end: Collection[Callable[[], object]],
        each_second: Callable[[float], object],
    ) -> None:
        self._on_end = on_end
        self._each_second = each_second
        super().__init__(
            _Config(
                app,
                ws="none",
                lifespan="on",
                timeout_graceful_shutdown=_SECONDS_TO_END + _SECONDS_TO_BE_CANCELLED,
                # Longer than clients keep a connection, so that they are the ones to close it.
                timeout_keep_alive=_SECONDS_TO_KEEP,
            )
        )
        self._ended = anyio.Event()
        self.ready = threading.Event()
        self.failure: BaseException | None = None

    async def main_loop(self) -> None:
        # Not ten looks a second at a flag, as uvicorn does: local clients would close late.
        self._token = anyio.lowlevel.current_token()
        self.ready.set()
        half_open = HalfOpen()
        while not await self.on_tick(0):
            now = time.monotonic()
            half_open.sweep(self.server_state.connections, now)
            self._each_second(now)
            with anyio.move_on_after(_SECONDS_OF_DATE):
                await self._ended.wait()

    def call(self, function: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Call an asynchronous function there, from another thread."""
        return anyio.from_thread.run(function, token=self._token)

    def end(self) -> None:
        """Ask the server to stop, from another thread."""
        self.should_exit = True
        anyio.from_thread.run_sync(self._ended.set, token=self._token)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Streams wait for news, and others for texts to be evaluated: there won't be any.
        for tell in self._on_end:
            tell()
        async with anyio.create_task_group() as meanwhile:
            meanwhile.start_soon(self._hang_up)
            await super().shutdown(sockets)
            meanwhile.cancel_scope.cancel()

    async def _hang_up(self) -> None:
        """Break off what isn't answered in time.

        Uvicorn cancels it itself, but prints a line for each answer whose connection is still there.
        """
        await anyio.sleep(_SECONDS_TO_END)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await anyio.lowlevel.checkpoint()  # now they know
        for request in list(self.server_state.tasks):
            request.cancel()

    def serve_until_stopped(self, listener: socket.socket) -> None:
        try:
            self.run(sockets=[listener])
        except BaseException as error:  # noqa: BLE001 - it is raised again where start() waits
            self.failure = error
        finally:
            if not self.ready.is_set():
                self.failure = self.failure or RuntimeError("the server didn't start")
            self.ready.set()


async def _model_in_words(model: Model, seconds: float) -> str:
    try:
        with anyio.fail_after(seconds):
            names = await model.names()
    except TimeoutError:
        return f"{model.label} (which hasn't answered within {seconds:g} seconds)"
    except ApiError as error:
        return f"{model.label} (which can't be used yet. {error})"
    if not names:
        return f"{model.label} (which lists no model: agents must name one)"
    # The echo's label begins with its one name.
    is_said = model.label.startswith(names[0])
    return model.label if is_said else f"{model.label} ({names[0]}, unless an agent names another)"


def run(setup: Setup) -> Running:
    """Run a server."""
    # Apart from the caller's event loop: locks and events that are made inside of it belong to it.
    with ThreadPoolExecutor(1, "julep-start") as apart:
        return apart.submit(_run, setup).result()


def _run(setup: Setup) -> Running:
    listener = _listen(setup.host, setup.port)
    try:
        services = build_services(setup, find_providers(setup.models))
        stopping = anyio.Event()
        running = Running(listener, _app(setup, services, stopping), services, stopping)
        running.start()
    except BaseException:
        listener.close()
        raise
    return running


def _app(setup: Setup, services: Services, stopping: anyio.Event) -> ASGIApp:
    # A server that others can reach goes by names that it doesn't know; its key protects it.
    hosts = {*_NAMES, setup.host.lower()} if setup.host in {*_NAMES, "::1"} else set[str]()
    operations = list_operations(services)
    services.effects.system_caller = SystemCalls(operations)
    app = make_app(
        operations,
        key=setup.key,
        hosts=hosts,
        faults=setup.script.faults,
        lifespan=_lifespan(services),
        origins=setup.allow_origins,
        stopping=stopping,
    )
    return RequestLog(Ending(app))


def _lifespan(services: Services) -> Lifespan:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        try:
            async with services.engine as engine:
                engine.recover()
                yield
        finally:
            await services.close()

    return lifespan


def _bind(listener: socket.socket, host: str, port: int) -> None:
    try:
        listener.bind((host, port))
    except OSError as error:
        raise OSError(
            f"can't listen on port {port} of {host} ({error.strerror}); "
            "choose another one, or 0 for one that is free"
        ) from error


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns off delays only where the protocol is named.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _bind(listener, host, port)
        # From here on connections wait instead of being refused.
        listener.listen(2048)
    except BaseException:
        listener.close()
        raise
    return listener
