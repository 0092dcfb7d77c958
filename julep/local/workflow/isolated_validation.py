"""Validation in a worker process, unless a task is small and without any code to parse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from julep.local.sandbox.budget import LimitExceeded
from julep.local.sandbox.expressions import has_code
from julep.local.sandbox.pool import POOL
from julep.local.sandbox.values import is_branch
from julep.types._json import is_object

from .issues import MOST_ISSUES, Issue
from .step_kinds import STEP_KINDS
from .validation import validate

_MOST_PLAIN = 2_000  # values that are looked at in a few milliseconds
_CODE = frozenset(
    name
    for shape in STEP_KINDS.values()
    for name, each in shape.fields.items()
    if each.holds == "code"
)


async def validate_isolated(task: Mapping[str, object], *, strict: bool = False) -> list[Issue]:
    """Return the first issues that `validate` finds."""
    if not _needs_worker(task):
        return list(islice(validate(task, strict=strict), MOST_ISSUES))
    try:
        return [Issue(**fields) for fields in await POOL.run("validate", task, strict)]
    except LimitExceeded as error:
        why = f"The task takes too long to be checked: {error}"
        return [Issue(location="main", message=why, type="too_big")]


def _needs_worker(task: Mapping[str, object]) -> bool:
    parts = [*islice(_parts(task), _MOST_PLAIN + 1)]
    return len(parts) > _MOST_PLAIN or any(map(_holds_code, parts))


def _parts(value: object) -> Iterator[object]:
    yield value
    if is_object(value):
        yield from value
    if is_branch(value):
        for item in value.values() if is_object(value) else value:
            yield from _parts(item)


def _holds_code(part: object) -> bool:
    # Fields that are code need no mark of it.
    return isinstance(part, str) and (part in _CODE or has_code(part))
