"""Trying again what failed for reasons that pass."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from julep.local.workflow.ports import WorldError
from julep.local.workflow.run import Run

T = TypeVar("T")
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_PATIENCE = 3_600.0


async def with_retries(run: Run, call: Callable[[], Awaitable[T]]) -> T:
    """Returns what `call` returns, calling again after transient failures, for up to an hour.

    Raises:
        WorldError: The failure is not transient, or lasts.
    """
    give_up, pause = run.world.now() + _PATIENCE, _FIRST_PAUSE
    while True:
        try:
            return await call()
        except WorldError as error:
            if not error.transient or run.world.now() + pause > give_up:
                raise
        await run.world.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
