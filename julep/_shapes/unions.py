"""Unions: which member a JSON value is read as.

Every member that fits is tried. The one is taken that keeps most: whose value, written as JSON
again, has the names and the kinds of numbers that were given. So `{"x": 1, "y": 2}` is no `Point1D`
where there is a `Point2D`, whichever stands first. Where that decides nothing, the narrower type is
meant, a date rather than text, and else the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import attrs

from julep._codec.mismatch import Mismatch, named
from julep.types._json import is_array, is_object
from julep.types._plain import to_plain

from .base import FOUND, Definitions, Schema, Shape
from .values import NULL


def _by_rank(union: Union) -> Sequence[Shape]:
    return sorted(union.members, key=lambda member: member.rank)


@attrs.frozen(eq=False)
class Union(Shape):
    """One of several shapes."""

    members: Sequence[Shape]
    _narrow_first: Sequence[Shape] = attrs.field(
        init=False, default=attrs.Factory(_by_rank, takes_self=True)
    )

    @property
    def expected(self) -> str:
        return " or ".join(dict.fromkeys(member.expected for member in self.members))

    @property
    def hashable(self) -> bool:
        return all(member.hashable for member in self.members)

    def schema(self, definitions: Definitions) -> Schema:
        return {"anyOf": [member.schema(definitions) for member in self.members]}

    def read(self, value: Any) -> Any:
        suiting = [member for member in self._narrow_first if member.suits(value)]
        if len(suiting) == 1:
            return suiting[0].read(value)
        known = FOUND.get({})
        key = id(self), id(value)
        if key not in known:
            known[key] = self._best(suiting, value)
        return known[key][1] if known[key] is not None else self._refuse(value)

    def _best(self, suiting: Sequence[Shape], value: Any) -> tuple[int, Any] | None:
        best: tuple[int, Any] | None = None
        for member in suiting:
            found = _attempt(member, value)
            if found is not None and (best is None or found[0] < best[0]):
                best = found
            if best is not None and not best[0]:
                break  # nothing is lost, and what follows is not narrower
        return best

    def suits(self, value: Any) -> bool:
        return any(member.suits(value) for member in self.members)

    def _refuse(self, value: Any) -> Any:
        others = [member for member in self.members if member is not NULL]
        if len(others) == 1:
            return others[0].read(value)  # which says what is wrong, and where
        raise Mismatch("", self.expected, named(value))


def _attempt(shape: Shape, value: Any) -> tuple[int, Any] | None:
    """Return how much is lost if the value is read like this, and what it is read as."""
    try:
        result = shape.read(value)
    except Mismatch:
        return None
    try:
        return _lost(value, to_plain(result)), result
    except TypeError:
        return 0, result  # the class has something of its own that JSON can't show


def _lost(given: Any, kept: Any) -> int:
    """Count the names that only one of two JSON values has, and the numbers of another kind."""
    if is_object(given) and is_object(kept):
        common = given.keys() & kept.keys()
        different = len(given.keys() ^ kept.keys())
        return different + sum(_lost(given[name], kept[name]) for name in common)
    if is_array(given) and is_array(kept):
        return sum(map(_lost, given, kept))
    return int(type(given) is not type(cast("object", kept)))
