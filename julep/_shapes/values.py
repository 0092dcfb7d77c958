"""Single values: text, numbers, dates, and choices among given ones."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from types import NoneType
from typing import Any
from uuid import UUID

import attrs

from julep._codec.mismatch import JSON_NAMES, Mismatch, named
from julep.types._json import is_array, is_object

from .base import Definitions, Schema, Shape

_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d.*", re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_WHOLE = r"^-?(0|[1-9][0-9]{0,999})$"
"""A whole number as the key of an object; Python reads text of some thousand digits at most."""


@attrs.frozen(eq=False)
class Value(Shape):
    """A value without parts: `take` gives it, or raises a ValueError."""

    _schema: Schema
    _expected: str
    _take: Callable[[Any], Any]

    @property
    def expected(self) -> str:
        return self._expected

    def schema(self, definitions: Definitions) -> Schema:  # noqa: ARG002 - it has no parts
        return dict(self._schema)

    def read(self, value: Any) -> Any:
        try:
            return self._take(value)
        except (ValueError, OverflowError):
            raise Mismatch("", self._expected, named(value)) from None


class Text(Value):
    """Text of any kind, which in a union is what is left when it is nothing else."""

    @property
    def rank(self) -> int:
        return 2


class Anything(Value):
    """Any JSON value."""

    @property
    def rank(self) -> int:
        return 3

    @property
    def hashable(self) -> bool:
        return False


@attrs.frozen(eq=False)
class Choice(Shape):
    """One of some given values, told by what JSON has for them."""

    options: Sequence[tuple[Any, Any]]

    @property
    def rank(self) -> int:
        return 0

    @property
    def expected(self) -> str:
        shown = ", ".join(json.dumps(plain, ensure_ascii=False) for plain, _ in self.options)
        return f"one of {shown}" if len(self.options) > 1 else shown

    def schema(self, definitions: Definitions) -> Schema:  # noqa: ARG002 - it has no parts
        plain = [option for option, _ in self.options]
        kinds = {_JSON_TYPES[type(option)] for option in plain}
        return {"type": kinds.pop(), "enum": plain} if len(kinds) == 1 else {"enum": plain}

    def read(self, value: Any) -> Any:
        is_truth = type(value) is bool  # which Python takes for a number
        for plain, meant in self.options:
            if plain == value and (type(plain) is bool) is is_truth:
                return meant
        raise Mismatch("", self.expected, _shown(value))


_JSON_TYPES = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    NoneType: "null",
}


def _shown(value: Any) -> str:
    if is_array(value) or is_object(value):
        return named(value)
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _exactly(kind: type) -> Callable[[Any], Any]:
    def take(value: Any) -> Any:
        if type(value) is not kind:
            raise ValueError
        return value

    return take


def _whole(value: Any) -> int:
    if type(value) is float and value.is_integer():
        return int(value)  # JSON has one kind of numbers: 1.0 is whole
    return int(_exactly(int)(value))


def _number(value: Any) -> float:
    return float(value if type(value) is int else _exactly(float)(value))


def _by(pattern: re.Pattern[str], make: Callable[[str], Any]) -> Callable[[Any], Any]:
    def take(value: Any) -> Any:
        if type(value) is not str or not pattern.match(value):
            raise ValueError
        return make(value)

    return take


def _moment(text: str) -> datetime:
    text = text.upper()
    if text[16:19] == ":60":  # a leap second, which Python's clock doesn't have
        return datetime.fromisoformat(f"{text[:16]}:59{text[19:]}") + timedelta(seconds=1)
    return datetime.fromisoformat(text)


def _format(name: str) -> Schema:
    return {"type": "string", "format": name}


def _plain(kind: type) -> Value:
    return Value({"type": _JSON_TYPES[kind]}, JSON_NAMES[kind], _exactly(kind))


ANYTHING = Anything({}, "any value", lambda value: value)
NULL = _plain(NoneType)
TEXT = Text({"type": "string"}, "text", _exactly(str))
WHOLE = Value({"type": "integer"}, "a whole number", _whole)
ID = Value(_format("uuid"), "a UUID", _by(_UUID, UUID))

VALUES: dict[Any, Shape] = {
    Any: ANYTHING,
    object: ANYTHING,
    None: NULL,
    NoneType: NULL,
    str: TEXT,
    bool: _plain(bool),
    int: WHOLE,
    float: Value({"type": "number"}, "a number", _number),
    date: Value(_format("date"), "a date such as 2024-05-31", _by(_DATE, date.fromisoformat)),
    datetime: Value(
        _format("date-time"), "a time such as 2024-05-31T12:00:00Z", _by(_TIME, _moment)
    ),
    UUID: ID,
}
"""The shapes of types without parts."""

_KEYS: dict[Shape, Shape | None] = {
    TEXT: None,
    ANYTHING: None,
    WHOLE: Value({"pattern": _WHOLE}, "a whole number in text", _by(re.compile(_WHOLE), int)),
    ID: ID,
}


def as_key(shape: Shape) -> Shape | None:
    """Return how the keys of an object show such values; None for any text.

    Raises:
        TypeError: They can't be keys.
    """
    if isinstance(shape, Choice) and all(type(plain) in (str, int) for plain, _ in shape.options):
        return Choice([(str(plain), meant) for plain, meant in shape.options])
    if shape not in _KEYS:
        raise TypeError("keys of a dict must be text, whole numbers, UUIDs or choices of them")
    return _KEYS[shape]
