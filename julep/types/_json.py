"""Parsed JSON in annotations, and the questions that narrow it.

A value that may be anything is an `object`: a checker then asks what it is before it is used.
"""

from __future__ import annotations

import math
from typing import NoReturn, TypeAlias, TypeGuard

JsonObject: TypeAlias = dict[str, object]


def is_object(value: object) -> TypeGuard[JsonObject]:
    """Tell whether parsed JSON is an object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[object]]:
    """Tell whether parsed JSON is an array."""
    return isinstance(value, list)


def as_object(value: object) -> JsonObject:
    """Return a JSON object, or an empty one in the place of anything else."""
    return value if is_object(value) else {}


def as_array(value: object) -> list[object]:
    """Return this JSON array, or an empty one in the place of anything else."""
    return value if is_array(value) else []


def objects(value: object) -> list[JsonObject]:
    """Return the objects of a JSON array; none of anything else."""
    return [item for item in value if is_object(item)] if is_array(value) else []


def refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and the infinities, which Python's parser takes and JSON does not have."""
    raise ValueError(f"{name} is no JSON value")


def finite(number: str) -> float:
    """Read a number, and refuse one that is too great for a float."""
    if (value := finite_or_null(number)) is None:
        raise ValueError(f"{number[:20]} is too great for a number")
    return value


def finite_or_null(number: str) -> float | None:
    """Read a number; one that is too great for a float is null."""
    value = float(number)
    return value if math.isfinite(value) else None
