"""An execution, cancelled because nobody follows it any more."""

from __future__ import annotations

from typing import Final

from julep._engine import Engine
from julep.errors import JulepError

from .requests import changing

TIDYING: Final = 5.0
"""Seconds that cancelling an execution may take."""


async def cancel(engine: Engine, execution_id: str) -> bool:
    """Cancel an execution; tell whether that worked."""
    try:
        await engine.within(TIDYING).call(changing(execution_id, "cancelled"))
    except JulepError:
        return False
    return True
