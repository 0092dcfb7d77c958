"""Values that expressions make: how big they are, and what of them is JSON."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Collection, Iterator
from typing import Any, TypeGuard

from .budget import InvalidExpression, LimitExceeded, budget

_MAX_SIZE = 8_000_000  # bytes of an output; a file of 3 MB as an api_call gives it, with its base64
_ITEM = 64  # bytes that a value counts for besides its text: about what Python takes for it
_BRANCH = 256  # what copying, comparing and storing one that holds others takes, in terms of text
_MAX_DEPTH = 100  # of an output: half of `json_limits.DEEPEST`, which says why
_MIN_INT, _MAX_INT = -(2**63), 2**64 - 1  # beyond it the self-hosted server's numbers are floats
_MAX_FLOAT = int(sys.float_info.max)
_VIEWS: Any = ({}.keys(), {}.values(), {}.items())
_BRANCHES: tuple[type, ...] = (dict, list, tuple, set, frozenset, *map(type, _VIEWS))


def is_dict(value: object) -> TypeGuard[dict[object, object]]:
    """Tell whether a value is a dict."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[object]]:
    """Tell whether a value is a list."""
    return isinstance(value, list)


def is_sequence(value: object) -> TypeGuard[list[object] | tuple[object, ...]]:
    """Tell whether a value is what JSON calls an array."""
    return isinstance(value, list | tuple)


def is_branch(value: object) -> TypeGuard[Collection[object]]:
    """Tell whether a value holds other values."""
    return isinstance(value, _BRANCHES)


def has_length(value: object) -> TypeGuard[Collection[object]]:
    """Tell whether a value has a length, as texts have too."""
    return hasattr(value, "__len__")


def _is_iterator(value: object) -> TypeGuard[Iterator[object]]:
    return isinstance(value, Iterator)


class NotJson(Exception):
    """A step's output that JSON can't carry; the text says what and where."""


def weigh(
    value: object, check: Callable[[object], None] | None = None, most: int = _MAX_SIZE
) -> int:
    """Return about how many bytes `value` takes when written out.

    Shared parts count each time they appear, as they do in text: that is what makes a small
    expression's result enormous. `check` is called with each part.

    Raises:
        LimitExceeded: There are more than `most`.
    """
    total = 0
    heap: list[object] = [value]
    while heap:
        item = heap.pop()
        if check:
            check(item)
        total += _ITEM + _extra(item)
        if is_branch(item):
            heap.extend(item)
        if is_dict(item):
            heap.extend(item.values())
        if total + _ITEM * len(heap) > most:
            raise LimitExceeded("The value is too big")
    return total


def hashed(value: object) -> object:
    """Return a value to be hashed or compared, which takes endless time where tuples share parts.

    Raises:
        LimitExceeded: It is a tuple, and too big.
    """
    return walked(value) if is_sequence(value) and not is_list(value) else value


def walked(value: object) -> object:
    """Return a value that an operation is about to walk through, which nothing interrupts.

    Raises:
        LimitExceeded: It is too big, or the time is over.
    """
    allowance = budget()
    allowance.look()
    weigh(value, most=min(_MAX_SIZE, allowance.size))
    return value


def with_hashed(items: object) -> Any:
    """Return what a function is given, in which each item may be hashed as `hashed` says."""
    if _is_iterator(items):
        return map(hashed, items)
    if is_branch(items) and not isinstance(items, tuple):
        for item in items:
            hashed(item)
    return hashed(items)


def indented(value: object, width: int) -> int:
    """Return how many characters of indentation `value` gets when each part has its own line.

    Raises:
        LimitExceeded: It is too big.
    """
    weigh(value)
    total = depth = 0
    level: list[object] = [value]
    while level:
        total += width * depth * len(level)
        level = [part for item in level if is_branch(item) for part in _parts(item)]
        depth += 1
    return total


def _parts(item: Collection[object]) -> Collection[object]:
    return item.values() if is_dict(item) else item


def printable(value: object) -> object:
    """Return a value that can be written as text.

    Raises:
        LimitExceeded: It is too big.
        InvalidExpression: Python would write where in memory it or a part of it is.
    """
    if not isinstance(value, str):
        weigh(value, _check_printable)
    return value


def _check_printable(item: object) -> None:
    kind = item.__class__
    if kind.__repr__ is object.__repr__ or isinstance(item, Iterator):
        raise InvalidExpression(f"A {kind.__name__} can't be written as text; a list can")


def _extra(item: object) -> int:
    if isinstance(item, str | bytes):
        return len(item)
    if is_branch(item):
        return _BRANCH - _ITEM
    return item.bit_length() // 3 if isinstance(item, int) else 0


def as_json(value: object) -> object:
    """Return a copy of `value` as JSON has it: tuples are lists, keys are text.

    Raises:
        NotJson: Something in it has no JSON form, or it is too big or too deep.
    """
    return _copied(check_size(value), "output", 0)


def check_size(value: object) -> object:
    """Return a value unless it is too big to be an output.

    Raises:
        NotJson: It is.
    """
    try:
        weigh(value)
    except LimitExceeded as error:
        raise _too_big() from error
    return value


class Collected:
    """The outputs of a loop so far; as a whole they are an output, and bounded like one."""

    def __init__(self) -> None:
        self.values: list[object] = []
        self._weight = weigh(self.values)

    def add(self, value: object) -> None:
        """Take one more.

        Raises:
            NotJson: All together are too big to be an output.
        """
        self._weight += weigh(value)
        if self._weight > _MAX_SIZE:
            raise _too_big()
        self.values.append(value)


def _too_big() -> NotJson:
    return NotJson(f"The output is too big to be kept: more than {_MAX_SIZE} bytes")


def _copied(value: object, path: str, depth: int) -> object:
    if depth > _MAX_DEPTH:
        raise NotJson(f"The output is nested more than {_MAX_DEPTH} levels deep")
    if is_dict(value):
        return {
            _key(key, path): _copied(item, f"{path}.{key}", depth + 1)
            for key, item in value.items()
        }
    if is_sequence(value):
        return [_copied(item, f"{path}[{i}]", depth + 1) for i, item in enumerate(value)]
    return _scalar(value, path)


def _key(key: object, path: str) -> str:
    if isinstance(key, bool) or key is None:
        return {True: "true", False: "false", None: "null"}[key]
    if isinstance(key, str | int | float):
        return str(_scalar(key, path))
    raise NotJson(f"The key {type(key).__name__} in {path} is not JSON: use text")


def _scalar(value: object, path: str) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and _MIN_INT <= value <= _MAX_INT:
        return int(value)
    if isinstance(value, int) and abs(value) <= _MAX_FLOAT:
        return float(value)
    if isinstance(value, float) and math.isfinite(value):
        return float(value)
    if isinstance(value, str) and (value.isascii() or _encodable(value)):
        return str(value)
    if isinstance(value, str):
        raise NotJson(
            f"{path} is not JSON: it has half of a surrogate pair, which is no character; leave it "
            "out, for example with .encode('utf-8', 'ignore').decode()"
        )
    raise NotJson(
        f"{path} is not JSON-serialisable ({type(value).__name__}): "
        + _PROBABLY.get(type(value).__name__, _CONVERT)
    )


def method_hint(name: str) -> str:
    """Say how to read an object's field that has the name of a method."""
    return f"'{name}' is a method of objects; for a field of that name write _['{name}']"


_CONVERT = "turn it into text, a number, a list or a dict, for example with str(…) or list(…)"
_PROBABLY = {
    # It may have come from a worker, as something opaque with that name.
    "Function": f"it is a function that is not called. For example, {method_hint('items')}",
    "set": f"{_CONVERT}; text with placeholders is written $ f'…'",
}


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def clone(value: object) -> object:
    """Return a copy of a JSON value, down to its leaves."""
    if is_dict(value):
        return {key: clone(item) for key, item in value.items()}
    if is_sequence(value):
        return [clone(item) for item in value]
    return value


def in_stored_order(value: object) -> object:
    """Return a copy of a JSON value whose objects' keys are in the hosted database's order.

    That is by their length in bytes, then by the bytes; expressions see it in `str(_)`
    (tests/data/workflow_cases/real25_58_key_order).
    """
    if is_dict(value):
        return {key: in_stored_order(value[key]) for key in sorted(value, key=_place_of_key)}
    if is_sequence(value):
        return [in_stored_order(item) for item in value]
    return value


def _place_of_key(key: object) -> tuple[int, bytes]:
    encoded = str(key).encode()
    return len(encoded), encoded
