"""Lists, sets, tuples and dicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import attrs

from julep._codec.mismatch import JSON_NAMES, Mismatch, named
from julep.types._json import is_array, is_object

from .base import Definitions, Schema, Shape
from .values import ANYTHING

_SINGLE: Schema = {"type": ["string", "number", "boolean", "null"]}


def _checked(value: Any, kind: type[Any]) -> Any:
    if type(value) is not kind:
        raise Mismatch("", JSON_NAMES[kind], named(value))
    return value


def _item(shape: Shape, value: Any, place: str) -> Any:
    try:
        return shape.read(value)
    except Mismatch as mismatch:
        raise mismatch.under(place) from None


class _Array(Shape):
    @property
    def expected(self) -> str:
        return JSON_NAMES[list]

    def suits(self, value: Any) -> bool:
        return is_array(value)


@attrs.frozen(eq=False)
class Items(_Array):
    """Any number of items of one shape, in a list or in a tuple."""

    item: Shape
    make: Callable[[Iterable[Any]], Any]

    @property
    def hashable(self) -> bool:
        return self.make is not list and self.item.hashable

    def schema(self, definitions: Definitions) -> Schema:
        items = self.item.schema(definitions)
        return {"type": "array", "items": items} if items else {"type": "array"}

    def read(self, value: Any) -> Any:
        items = enumerate(_checked(value, list))
        return self.make([_item(self.item, item, f"[{index}]") for index, item in items])


class Unique(Items):
    """The elements of a set; those that JSON repeats are there once."""

    @property
    def hashable(self) -> bool:
        return self.make is frozenset

    def schema(self, definitions: Definitions) -> Schema:
        items = dict(_SINGLE) if self.item is ANYTHING else self.item.schema(definitions)
        return {"type": "array", "items": items, "uniqueItems": True}

    def read(self, value: Any) -> Any:
        try:
            return super().read(value)
        except TypeError:
            raise Mismatch("", "an array of single values", "an array or object in it") from None


@attrs.frozen(eq=False)
class Places(_Array):
    """A tuple whose places have a shape each."""

    items: Sequence[Shape]

    @property
    def expected(self) -> str:
        return f"an array of {len(self.items)}"

    @property
    def hashable(self) -> bool:
        return all(item.hashable for item in self.items)

    def schema(self, definitions: Definitions) -> Schema:
        count = len(self.items)
        if not count:
            return {"type": "array", "maxItems": 0}
        items = [item.schema(definitions) for item in self.items]
        return {"type": "array", "prefixItems": items, "minItems": count, "maxItems": count}

    def read(self, value: Any) -> tuple[Any, ...]:
        given = _checked(value, list)
        if len(given) != len(self.items):
            raise Mismatch("", self.expected, f"one of {len(given)}")
        pairs = enumerate(zip(self.items, given, strict=True))
        return tuple(_item(shape, item, f"[{index}]") for index, (shape, item) in pairs)

    def suits(self, value: Any) -> bool:
        return is_array(value) and len(value) == len(self.items)


@attrs.frozen(eq=False)
class Mapped(Shape):
    """An object whose names are not known beforehand."""

    key: Shape | None
    item: Shape

    @property
    def rank(self) -> int:
        return 2

    @property
    def expected(self) -> str:
        return JSON_NAMES[dict]

    @property
    def hashable(self) -> bool:
        return False

    def schema(self, definitions: Definitions) -> Schema:
        schema: Schema = {"type": "object"}
        if self.key is not None:
            schema["propertyNames"] = self.key.schema(definitions)
        if items := self.item.schema(definitions):
            schema["additionalProperties"] = items
        return schema

    def read(self, value: Any) -> dict[Any, Any]:
        return {
            name if self.key is None else _item(self.key, name, f"the key {name!r}"): _item(
                self.item, item, name
            )
            for name, item in _checked(value, dict).items()
        }

    def suits(self, value: Any) -> bool:
        return is_object(value)
