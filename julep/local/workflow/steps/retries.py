"""Trying again what failed for reasons that pass."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from julep.local.workflow.masking import masked
from julep.local.workflow.ports import EffectError
from julep.local.workflow.run import Run

T = TypeVar("T")
_FIRST_PAUSE = 1.0  # seconds, doubled each time, as Temporal does for servers of 2025
_LONGEST_PAUSE = 60.0
"""Seconds. What is down for long is asked once a minute, for as long as the error's `patience` says:
an hour for most, as on servers of 2025."""
_LOG = logging.getLogger("julep.local")


async def with_retries(run: Run, call: Callable[[], Awaitable[T]]) -> T:
    """Return what `call` returns, calling again after transient failures while they may pass.

    Each failure is logged: the execution itself shows nothing until it goes on.

    Raises:
        EffectError: The failure is not transient, or lasts.
    """
    started, pause = run.effects.now(), _FIRST_PAUSE
    while True:
        try:
            return await call()
        except EffectError as error:
            if not error.transient or run.effects.now() + pause > started + error.patience:
                raise
            reason = masked(" ".join(str(error).split()), run.effects.secrets())
            _LOG.warning("execution %s tries again in %g s: %s", run.execution.id, pause, reason)
        await run.effects.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
