"""An execution, cancelled because nobody follows it any more."""

from __future__ import annotations

from typing import Final

from julep._engine import Engine
from julep.errors import JulepError

from .executions import Executions

TIDYING: Final = 5.0
"""Seconds that cancelling an execution may take."""


async def cancel(engine: Engine, execution_id: str) -> bool:
    """Cancel an execution; tell whether that worked."""
    request = Executions.update(None, execution_id, status="cancelled")
    try:
        await engine.within(TIDYING).call(request)
    except JulepError:
        return False
    return True
