"""The connections of one event loop, which end with it."""

from __future__ import annotations

import contextlib
import sys
import weakref
from collections.abc import AsyncGenerator
from types import AsyncGeneratorType
from typing import TYPE_CHECKING, Any, cast

import anyio
import anyio.lowlevel
import httpx

if TYPE_CHECKING:
    from .bodies import AwaitingBody
    from .proxies import Proxy


class LoopPools:
    """What one event loop has of a client: its pools, and streams that were left early.

    A loop that ends closes the async generators that it has begun, on asyncio and on trio. So one
    of them holds the connections: nothing else is told when a loop ends, or when a client that was
    not closed is gone.
    """

    def __init__(self) -> None:
        self.pools: dict[tuple[str, Proxy | None], httpx.AsyncHTTPTransport] = {}
        self.abandoned: list[AwaitingBody] = []
        kept = _kept(self.pools, self.abandoned)
        self._keeper = cast("AsyncGeneratorType[None, None]", kept)

    @property
    def is_over(self) -> bool:
        """Whether the loop has ended, or the client was closed in it."""
        return self._keeper.ag_frame is None

    def has_ended(self, loop: Any) -> bool:
        """Tell whether all is over, also for a loop that was closed without a word."""
        return self.is_over or (hasattr(loop, "is_closed") and loop.is_closed())

    async def begin(self) -> None:
        """Bind the connections to the running loop; nothing is waited for."""
        await anext(self._keeper)
        loop = current_loop()
        if hasattr(loop, "run_sync_soon"):
            # Where a generator is dropped, asyncio ends it without a word; trio warns of it as well.
            weakref.finalize(self, _end_soon, loop, self._keeper).atexit = False

    async def collect(self) -> None:
        """Return to the pool the connections of streams that were left early."""
        while self.abandoned:
            await self.abandoned.pop().close()

    async def close(self) -> None:
        """Close all connections."""
        await self.collect()
        await self._keeper.aclose()


def current_loop() -> object:
    """Return what stands for the running event loop, or None outside of any."""
    try:
        return anyio.lowlevel.current_token().native_token
    except RuntimeError:
        return None


def _end_soon(trio_token: Any, keeper: AsyncGeneratorType[None, None]) -> None:
    """Have a keeper end in its loop of trio's, from whatever thread."""
    # A loop that has ended has ended it, too.
    if keeper.ag_frame is not None:
        with contextlib.suppress(RuntimeError):
            trio_token.run_sync_soon(_end, trio_token, keeper)


def _end(trio_token: Any, keeper: AsyncGeneratorType[None, None]) -> None:
    trio: Any = sys.modules["trio"]
    try:
        trio.lowlevel.spawn_system_task(keeper.aclose)
    except RuntimeError:
        # The loop takes no new tasks, since it is about to end its generators: this one has to live so long.
        _end_soon(trio_token, keeper)


async def _kept(
    pools: dict[tuple[str, Proxy | None], httpx.AsyncHTTPTransport],
    abandoned: list[AwaitingBody],
) -> AsyncGenerator[None]:
    try:
        yield
    finally:
        with anyio.CancelScope(shield=True):
            # A loop that ends closes httpx's generators too, so they are left alone. Whatever goes
            # wrong now is nobody's concern any more.
            while abandoned or pools:
                last = abandoned.pop().hang_up if abandoned else pools.popitem()[1].aclose
                with contextlib.suppress(Exception):
                    await last()
