"""How deep JSON that is read may be nested, and how much may be in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Final

from julep.types._json import is_array, is_object

DEEPEST: Final = 200
"""Levels of values. Python's parser and writer recurse, and give up at about a thousand
levels, of which whoever calls them has some already. What a step puts out has half of it
(`sandbox.values`), since answers show outputs inside of other values, and callers send them back."""
MOST_CONTAINERS: Final = 100_000
MOST_VALUES: Final = 500_000
"""Of one text. Everybody waits while it is parsed, which takes up to 0.1 s for so many, and up to a second
where it is checked and stored besides."""
_CONTAINERS: Final = (dict, list)  # parsed JSON has no subclasses of them


def is_too_deep(value: object, deepest: int = DEEPEST) -> bool:
    """Tell whether JSON has more levels than it may have."""
    return next(islice(levels(value), deepest, None), None) is not None


def levels(value: object) -> Iterator[list[object]]:
    """Return the values of each level, outermost first."""
    level = [value]
    while level:
        yield level
        level = [item for each in level if type(each) in _CONTAINERS for item in _children(each)]


def _children(value: object) -> Collection[object]:
    if is_object(value):
        return value.values()
    return value if is_array(value) else ()
