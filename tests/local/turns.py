"""What others get done while something long goes on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio
import anyio.lowlevel


def turns_beside(work: Callable[[], Awaitable[object]]) -> int:
    """How many turns another task gets before some work is done."""
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await anyio.lowlevel.checkpoint()

    async def play() -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(count)
            await work()
            tasks.cancel_scope.cancel()

    anyio.run(play)
    return turns
