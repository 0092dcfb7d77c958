"""What a check is, and the JSON Schema of what it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import attrs

from julep.types._json import JsonObject, as_object

from .problems import Problems

Check: TypeAlias = Callable[[object, str, Problems], object]


@attrs.frozen
class _Described:
    schema: JsonObject
    check: Check

    def __call__(self, value: object, loc: str, problems: Problems) -> object:
        return self.check(value, loc, problems)


def described(**schema: object) -> Callable[[Check], Check]:
    """Give a check the JSON Schema of what it accepts; keywords that are None are left out."""
    told = {name: value for name, value in schema.items() if value is not None}
    return lambda check: _Described(told, check)


def schema_of(check: Check) -> JsonObject:
    """Return the JSON Schema of what a check accepts; an empty one accepts anything."""
    return as_object(getattr(check, "schema", None))
