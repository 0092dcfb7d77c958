"""From Python values to values that JSON can carry."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable, Mapping, ValuesView
from collections.abc import Set as AbstractSet
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from os import PathLike, fspath
from typing import Any, NoReturn, TypeAlias, TypeGuard, cast
from uuid import UUID

import attrs

Convert: TypeAlias = Callable[[Any, str, bool], Any]

OMIT: Any = ...
"""Stands for "not sent", where None would be sent as null."""

_WIRE_NAMES: Mapping[str, str] = {
    "continue_": "continue",
    "else_": "else",
    "if_": "if",
    "in_": "in",
    "map_": "map",
    "return_": "return",
    "set_": "set",
}
"""Names of fields that Python reserves, and what they are called in JSON."""


def wire_name(name: str) -> str:
    """What a field is called in JSON."""
    return _WIRE_NAMES.get(name, name)


_CARRIED = (str, int, bool, type(None))
_HINT = "can't be sent as JSON; pass text, numbers, booleans, None, lists or mappings"


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """Whether parsed JSON is an array."""
    return isinstance(value, list)


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether parsed JSON is an object."""
    return isinstance(value, dict)


def is_plain(value: Any) -> bool:
    """Whether JSON text can be made of `value` as it stands."""
    kind: type[Any] = value.__class__
    if kind is float:
        return math.isfinite(value)
    if kind is list:
        return all(map(is_plain, value))
    if kind is dict:
        return all(type(key) is str for key in value) and all(map(is_plain, value.values()))
    return kind in _CARRIED


def to_plain(value: Any, path: str = "", *, nulls: bool = True) -> Any:
    """Give `value` as text, numbers, booleans, None, lists and dicts with text keys.

    Args:
        value: Anything; `OMIT` inside of mappings, lists and models is left out.
        path: What to call the value in errors.
        nulls: Whether models show the optional fields that are None.

    Raises:
        TypeError: Something in it can't become JSON. The message names its path.
    """
    return _converter_for(value.__class__)(value, path, nulls)


@lru_cache(maxsize=512)
def _converter_for(kind: type[Any]) -> Convert:
    found = (convert for kinds, convert in _CONVERTERS if issubclass(kind, kinds))
    return next(found, _from_fields(kind))


def _from_fields(kind: type[Any]) -> Convert:
    """Convert models, and the user's own attrs classes and dataclasses."""
    if hasattr(kind, "__wire__"):
        return lambda value, path, nulls: _from_mapping(value.__wire__(nulls=nulls), path, nulls)
    if attrs.has(kind):
        names = [field.name for field in attrs.fields(kind)]
    elif is_dataclass(kind):
        names = [field.name for field in dataclass_fields(kind)]
    else:
        return _refuse
    return lambda value, path, nulls: _from_mapping(
        {name: getattr(value, name) for name in names}, path, nulls
    )


def _refuse(value: object, path: str, _nulls: bool) -> NoReturn:
    raise _refusal(path, f"object of type `{type(value).__name__}` {_HINT}")


def _refusal(path: str, reason: str) -> TypeError:
    return TypeError(f"{path or 'the body'}: {reason}")


def _from_text(value: str, path: str, _nulls: bool) -> str:
    text = str.__str__(value)
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise _refusal(path, "text with half of a surrogate pair can't be sent as UTF-8")
    return text


def _from_float(value: float, path: str, _nulls: bool) -> float:
    if not math.isfinite(value):
        raise _refusal(path, f"{value} is no number that JSON can carry; pass a finite one or None")
    return float(value)


def _from_bytes(value: bytes | bytearray, path: str, _nulls: bool) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise _refusal(
            path, "bytes are sent as UTF-8 text and these are not; pass base64"
        ) from error


def _from_datetime(value: datetime, _path: str, _nulls: bool) -> str:
    text = (value if value.tzinfo else value.astimezone()).isoformat()
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


def _from_mapping(value: Mapping[object, object], path: str, nulls: bool) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for key, item in value.items():
        if item is not OMIT:
            name = _key(key, path)
            plain[name] = to_plain(item, f"{path}.{name}" if path else name, nulls=nulls)
    return plain


def _key(key: object, path: str) -> str:
    if isinstance(key, Enum):
        key = key.value
    if isinstance(key, (str, int, UUID)) and not isinstance(key, bool):
        return str(key)
    raise _refusal(path, f"a mapping has the key {key!r}, and JSON has only text keys; pass text")


def _from_items(value: Iterable[object], path: str, nulls: bool) -> list[Any]:
    kept = (item for item in value if item is not OMIT)
    return [to_plain(item, f"{path}[{index}]", nulls=nulls) for index, item in enumerate(kept)]


# In this order: an Enum may be text, a bool is an int, a datetime is a date.
_CONVERTERS: tuple[tuple[type | tuple[type, ...], Convert], ...] = (
    (Enum, lambda value, path, nulls: to_plain(value.value, path, nulls=nulls)),
    (str, _from_text),
    ((bool, type(None)), lambda value, _path, _nulls: value),
    (int, lambda value, _path, _nulls: int(value)),
    (float, _from_float),
    (Mapping, _from_mapping),
    ((list, tuple, AbstractSet, ValuesView, Generator), _from_items),
    (datetime, _from_datetime),
    (date, lambda value, _path, _nulls: value.isoformat()),
    (UUID, lambda value, _path, _nulls: str(value)),
    (
        PathLike,
        lambda value, path, nulls: to_plain(
            fspath(cast("PathLike[str]", value)), path, nulls=nulls
        ),
    ),
    ((bytes, bytearray), _from_bytes),
)
