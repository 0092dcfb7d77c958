"""What tells whether a task still does what it did: its definition, and the code of functions."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from types import CodeType
from typing import Any, Final, cast

from julep._codec import to_plain
from julep.types.tasks import Task

_LONGEST_HASH: Final = 16
"""Hexadecimal digits of a hash, which need only tell one version from others."""
_SAYS_NOTHING: Final = {
    *("id", "agent_id", "project", "version", "created_at", "updated_at", "jobs"),
    *("name", "canonical_name", "description", "metadata"),
}
"""Fields of a task that have no influence on what it does."""
_OF_STORAGE: Final = {"id", "agent_id", "task_id", "created_at", "updated_at"}
"""The same of its tools."""


def work_of(task: Task, functions: Iterable[Callable[..., Any]]) -> str:
    """Return the same text for what does the same.

    What functions call, and values from around them, are not looked at.
    """
    definition = {k: v for k, v in to_plain(task).items() if k not in _SAYS_NOTHING}
    tools = [_without_storage(tool) for tool in definition.get("tools") or ()]
    return hashed([{**definition, "tools": tools}, [*map(_program, functions)]])


def hashed(value: object) -> str:
    """Return a short hash of what JSON can hold; the order of keys makes no difference."""
    text = json.dumps(value, sort_keys=True, default=_told)
    return hashlib.sha256(text.encode()).hexdigest()[:_LONGEST_HASH]


def _without_storage(tool: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in tool.items() if key not in _OF_STORAGE}


def _program(function: Callable[..., Any]) -> list[object]:
    inner: Any = inspect.unwrap(getattr(function, "function", function))
    routine = inner if inspect.isroutine(inner) else type(inner).__call__
    defaults = [getattr(routine, name, None) for name in ("__defaults__", "__kwdefaults__")]
    return [getattr(function, "name", ""), getattr(routine, "__code__", None), defaults]


def _told(value: object) -> object:
    if isinstance(value, CodeType):
        return [value.co_code.hex(), value.co_names, value.co_varnames, *value.co_consts]
    if isinstance(value, frozenset | set):
        return sorted(map(repr, cast("Iterable[object]", value)))
    # The repr of any other object may hold its address, which is another one each time.
    is_constant = isinstance(value, bytes | complex)
    return repr(value) if is_constant else type(value).__qualname__
