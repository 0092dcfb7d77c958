"""Validation in a worker process: a task may hold a lot of code, and all of it is parsed."""

from __future__ import annotations

from collections.abc import Mapping

from julep.local.json_types import JsonValue
from julep.local.sandbox.budget import LimitExceeded
from julep.local.sandbox.pool import POOL
from julep.local.workflow.issues import Issue


async def validate_apart(task: Mapping[str, JsonValue], *, strict: bool = False) -> list[Issue]:
    """Return the first issues that `validate` finds."""
    try:
        return [Issue(**fields) for fields in await POOL.run("validate", task, strict)]
    except LimitExceeded as error:
        why = f"The task takes too long to be checked: {error}"
        return [Issue(location="main", message=why, type="too_big")]
