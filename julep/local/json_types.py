"""JSON values in annotations, and the two questions that narrow them."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeGuard

JsonValue: TypeAlias = Any  # whatever JSON carries
JsonObject: TypeAlias = dict[str, Any]


def is_object(value: Any) -> TypeGuard[JsonObject]:
    """Whether this is a JSON object."""
    return isinstance(value, dict)


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """Whether this is a JSON array."""
    return isinstance(value, list)


def as_object(value: Any) -> JsonObject:
    """This JSON object, or an empty one in the place of anything else."""
    return value if is_object(value) else {}


def objects(value: Any) -> list[JsonObject]:
    """The objects of this JSON array; none of anything else."""
    return [item for item in value if is_object(item)] if is_array(value) else []
