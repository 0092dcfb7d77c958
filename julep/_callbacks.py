"""Users' functions that are told something: plain ones on both faces, async ones where calls are awaited."""

from __future__ import annotations

import inspect
from typing import Any


def refused(name: str) -> TypeError:
    """Say that a client which blocks can't await a function."""
    return TypeError(
        f"{name} is an async function, and this client blocks: pass a plain one, or use AsyncJulep"
    )


def refused_coroutine(name: str, given: Any) -> TypeError:
    """Say the same once the function has been called, and close the coroutine."""
    if inspect.iscoroutine(given):
        given.close()
    return refused(name)


async def settled(name: str, given: Any, *, blocks: bool) -> Any:
    """Return what a function gave, awaited if need be.

    Args:
        name: What errors call the function.
        given: What it gave.
        blocks: Whether the client blocks.

    Raises:
        TypeError: It has to be awaited, and the client blocks.
    """
    __tracebackhide__ = True
    if not inspect.isawaitable(given):
        return given
    if blocks:
        raise refused_coroutine(name, given)
    return await given
