"""JSON values in annotations, and the two questions that narrow them."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeGuard

JSON: TypeAlias = dict[str, Any]


def is_object(value: Any) -> TypeGuard[JSON]:
    """Whether this is a JSON object."""
    return isinstance(value, dict)


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """Whether this is a JSON array."""
    return isinstance(value, list)
