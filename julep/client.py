"""The clients: `Julep` blocks, `AsyncJulep` is awaited, and both have the same resources."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self

from julep._client.base import BaseClient

from ._exchange import Transport
from ._faces import Async, Sync, drive

if TYPE_CHECKING:
    import httpx

__all__ = [
    "AsyncClient",
    "AsyncJulep",
    "AsyncJulepApi",
    "BaseClient",
    "Client",
    "Julep",
    "JulepApi",
]


class Julep(BaseClient[Sync, "httpx.Client"]):
    """The blocking client. Safe to share between threads; works inside a running event loop too.

    A call holds up the loop that it is made in. Under `JULEP_DEBUG=1` the first one warns of that. Use
    this as a context manager, or call `close` when done.
    """

    _face_kind = Sync

    @classmethod
    def _transport(cls, http: httpx.Client | None, *, is_direct: bool = False) -> Transport:
        from julep._transport.blocking import BlockingTransport

        return BlockingTransport(http, is_direct=is_direct)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections, and stop the embedded server if there is one."""
        drive(self._engine.transport.close())
        if self._stop_server is not None:
            self._stop_server()


class AsyncJulep(BaseClient[Async, "httpx.AsyncClient"]):
    """The awaiting client, for asyncio and trio. One client serves several event loops.

    Use it as an async context manager, or await `close` when done.
    """

    _face_kind = Async

    @classmethod
    def _transport(cls, http: httpx.AsyncClient | None, *, is_direct: bool = False) -> Transport:
        from julep._transport.awaiting import AwaitingTransport

        return AwaitingTransport(http, is_direct=is_direct)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections, and stop the embedded server if there is one."""
        await self._engine.transport.close()
        if self._stop_server is not None:
            self._stop_server()

    async def aclose(self) -> None:
        """Close, under the name that `contextlib.aclosing` asks for."""
        await self.close()


Client = Julep
AsyncClient = AsyncJulep

if TYPE_CHECKING:
    from ._flat import AsyncJulepApi, JulepApi
else:

    def __getattr__(name: str) -> object:
        # The documented client stands on this one, so it can't be imported before it.
        if name in {"AsyncJulepApi", "JulepApi"}:
            from . import _flat

            return getattr(_flat, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
