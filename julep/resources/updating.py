"""Changing some fields of a resource, and no others.

Servers of 2025 reset a few fields that a PATCH leaves out, and can't read a user again whose name
was left out. So those fields are read first and sent along. This is not a transaction: a
change that somebody else makes between the two requests is undone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from julep._codec import OMIT
from julep._engine import Engine
from julep._request import Request
from julep.types._model import Model

ModelT = TypeVar("ModelT", bound=Model)


async def changed(
    engine: Engine,
    fetch: Request[ModelT],
    changes: Mapping[str, Any],
    reset_by_servers: Sequence[str],
) -> ModelT:
    """Change some fields of a resource within one timeout, and return it whole.

    Args:
        engine: What sends.
        fetch: The request that fetches the resource.
        changes: The fields to change.
        reset_by_servers: The fields that some servers reset when they are not sent.
    """
    __tracebackhide__ = True
    engine = engine.within_timeout()
    given = {name: value for name, value in changes.items() if value is not OMIT}
    missing = [name for name in reset_by_servers if name not in given]
    if missing:
        before = await engine.call(fetch)
        kept = {name: getattr(before, name) for name in missing}
        given = {name: value for name, value in kept.items() if value is not None} | given
    return await engine.call(
        Request("PATCH", fetch.path, fetch.returns, body=given, otherwise=fetch)
    )
