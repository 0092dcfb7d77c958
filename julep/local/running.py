"""A server at work: its socket, its thread, its services."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from julep.local.app import Lifespan, make_app
from julep.local.models import EchoModel, Model, OpenAIModel
from julep.local.routes import operations
from julep.local.services import Services, wire

_OPENAI = "https://api.openai.com/v1"
_NAMES = ("localhost", "127.0.0.1", "[::1]")
_SECONDS_TO_END = 2


class Running:
    """A started server.

    Args:
        listener: the bound socket.
        app: what answers.
        about: what it uses, for people.
    """

    def __init__(self, listener: socket.socket, app: ASGIApp, about: dict[str, str]) -> None:
        self.port: int = listener.getsockname()[1]
        self.about = about
        self._listener = listener
        self._server = _Server(app)
        self._thread = threading.Thread(
            target=self._server.serve_until_stopped,
            args=(listener,),
            name="julep-local",
            daemon=True,
        )

    def start(self) -> None:
        """Return when requests are answered, or raise what keeps them from it."""
        self._thread.start()
        self._server.ready.wait()
        if self._server.failure:
            self._thread.join()
            self._listener.close()
            raise self._server.failure

    def stop(self) -> None:
        """Return when the thread has ended and the data is closed."""
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()


class _Server(uvicorn.Server):
    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                ws="none",
                lifespan="on",
                timeout_graceful_shutdown=_SECONDS_TO_END,
            )
        )
        self.ready = threading.Event()
        self.failure: BaseException | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    def serve_until_stopped(self, listener: socket.socket) -> None:
        try:
            self.run(sockets=[listener])
        except BaseException as error:  # noqa: BLE001 - it is raised again where start() waits
            self.failure = error
        finally:
            if not self.ready.is_set():
                self.failure = self.failure or RuntimeError("the server didn't start")
            self.ready.set()


def run(
    path: Path | None,
    *,
    host: str,
    port: int,
    key: str,
    openai_base_url: str | None,
    openai_api_key: str | None,
) -> Running:
    """A running server."""
    listener = _listen(host, port)
    try:
        services = wire(path, _model(openai_base_url, openai_api_key))
        about = {
            "model": services.model.label,
            "embeddings": services.embedder.model,
            "data": str(path or "in memory, gone when the server stops"),
        }
        hosts = {*_NAMES, host.lower()} if host in {*_NAMES, "::1"} else set[str]()
        app = make_app(operations(services), key, hosts, _lifespan(services))
        running = Running(listener, app, about)
        running.start()
    except BaseException:
        listener.close()
        raise
    return running


def _lifespan(services: Services) -> Lifespan:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            await services.close()

    return lifespan


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns off delays only where the protocol is named.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        # From here on connections wait instead of being refused.
        listener.listen(2048)
    except BaseException:
        listener.close()
        raise
    return listener


def _model(base_url: str | None, key: str | None) -> Model:
    key = key or os.environ.get("OPENAI_API_KEY")
    base_url = base_url or os.environ.get("OPENAI_BASE_URL") or (_OPENAI if key else None)
    return OpenAIModel(base_url, key) if base_url else EchoModel()
