"""From Python values to values that JSON can carry."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable, Mapping, ValuesView
from collections.abc import Set as AbstractSet
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from os import PathLike, fspath
from typing import Any, NoReturn, TypeAlias, cast
from uuid import UUID

import attrs

from ._json import is_array, is_object

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
    """Return what a field is called in JSON."""
    return _WIRE_NAMES.get(name, name)


_CARRIED = (str, int, bool, type(None))
HALF_A_PAIR = "text with half of a surrogate pair can't be sent as UTF-8"
_HINT = "can't be sent as JSON; pass text, numbers, booleans, None, lists or mappings"


def is_foreign_model(value: object) -> bool:
    """Tell whether a value is a model of the caller's own: a dataclass, or of attrs or pydantic."""
    kind: type[Any] = type(value)
    is_own = hasattr(kind, "__wire__")
    return not is_own and (attrs.has(kind) or is_dataclass(kind) or _has_method(kind, "model_dump"))


def contains(value: Any, part: Any) -> bool:
    """Tell whether parsed JSON holds a part: objects by key, lists by item, all else if equal."""
    if is_object(value) and is_object(part):
        return all(key in value and contains(value[key], item) for key, item in part.items())
    if is_array(value) and is_array(part):
        return all(any(contains(item, each) for item in value) for each in part)
    # True is 1 in Python and not in JSON.
    return isinstance(value, bool) == isinstance(part, bool) and bool(value == part)


def is_plain(value: Any) -> bool:
    """Tell whether JSON text can be made of `value` as it stands."""
    kind: type[Any] = value.__class__
    if kind is float:
        return math.isfinite(value)
    if kind is list:
        return all(map(is_plain, value))
    if kind is dict:
        return all(type(key) is str for key in value) and all(map(is_plain, value.values()))
    return kind in _CARRIED


def is_named_tuple(kind: type[Any]) -> bool:
    """Tell whether it is a class of tuples whose places have names."""
    return issubclass(kind, tuple) and hasattr(cast("Any", kind), "_fields")


def to_plain(value: Any, path: str = "", *, nulls: bool = True) -> Any:
    """Return `value` as text, numbers, booleans, None, lists and dicts with text keys.

    Args:
        value: Anything; `OMIT` inside of mappings, lists and models is left out.
        path: What to call the value in errors.
        nulls: Whether models show the optional fields that are None.

    Raises:
        TypeError: Something in it can't become JSON. The message names its path.
    """
    try:
        return _converter_for(value.__class__)(value, path, nulls)
    except RecursionError:
        part = path.partition(".")[0].partition("[")[0]
        raise _refusal(part, "contains itself, or is nested too deeply for JSON") from None


@lru_cache(maxsize=512)
def _converter_for(kind: type[Any]) -> Convert:
    if is_named_tuple(kind):
        return _from_attributes({name: name for name in kind._fields})
    found = (convert for kinds, convert in _CONVERTERS if issubclass(kind, kinds))
    return next(found, _from_fields(kind))


def _from_fields(kind: type[Any]) -> Convert:
    """Convert models, the user's own classes, and what other libraries call models and arrays."""
    if hasattr(kind, "__wire__"):
        return lambda value, path, nulls: _from_mapping(value.__wire__(nulls=nulls), path, nulls)
    if _has_method(kind, "model_dump"):
        # pydantic reads by the alias; others need not know one.
        aliases = {"by_alias": True} if hasattr(kind, "__pydantic_core_schema__") else {}
        return _from_method("model_dump", mode="json", **aliases)
    if attrs.has(kind):
        return _from_attributes({f.alias or f.name: f.name for f in attrs.fields(kind)})
    if is_dataclass(kind):
        return _from_attributes({field.name: field.name for field in dataclass_fields(kind)})
    method = next((name for name in _TO_PYTHON if _has_method(kind, name)), None)
    return _from_method(method) if method else _refuse


def _has_method(kind: type[Any], name: str) -> bool:
    return callable(getattr(kind, name, None))


def _from_attributes(names: Mapping[str, str]) -> Convert:
    """Convert an object by what its attributes are called in JSON."""
    return lambda value, path, nulls: _from_mapping(
        {wire: getattr(value, name) for wire, name in names.items()}, path, nulls
    )


def _from_method(method: str, **arguments: Any) -> Convert:
    def convert(value: object, path: str, nulls: bool) -> Any:
        if getattr(getattr(value, "dtype", None), "kind", None) in _NUMPY_TIMES:
            raise _refusal(
                path, "numpy's times have no zone, and may become bare numbers; pass datetimes"
            )
        try:
            given = getattr(value, method)(**arguments)
        except Exception as error:
            reason = f"`{method}` of type `{type(value).__name__}` failed: {error}"
            raise _refusal(path, reason) from error
        # A number that is wider than Python's gives itself.
        return (
            _refuse(value, path, nulls)
            if type(given) is type(value)
            else to_plain(given, path, nulls=nulls)
        )

    return convert


def _refuse(value: object, path: str, _nulls: bool) -> NoReturn:
    raise _refusal(path, f"object of type `{type(value).__name__}` {_HINT}")


def _refusal(path: str, reason: str) -> TypeError:
    return TypeError(f"{path or 'the body'}: {reason}")


def is_sendable(text: str) -> bool:
    """Tell whether text can be UTF-8: it can't with half of a surrogate pair."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def _from_text(value: str, path: str, _nulls: bool) -> str:
    text = str.__str__(value)
    if not is_sendable(text):
        raise _refusal(path, HALF_A_PAIR)
    return text


def _from_float(value: float, path: str, _nulls: bool) -> float:
    if not math.isfinite(value):
        raise _refusal(path, f"{value} is no number that JSON can carry; pass a finite one or None")
    return float(value)


def _from_bytes(value: bytes | bytearray | memoryview, path: str, _nulls: bool) -> str:
    try:
        return bytes(value).decode()
    except UnicodeDecodeError as error:
        raise _refusal(
            path, "bytes are sent as UTF-8 text and these are not; pass base64"
        ) from error


def _from_decimal(value: Decimal, path: str, _nulls: bool) -> NoReturn:
    hint = "JSON's numbers are binary on most servers; pass float(…), or str(…) to keep all digits"
    raise _refusal(path, f"{value} is a Decimal, and {hint}")


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
    elif _has_method(type(key), "item"):
        key = cast("Any", key).item()  # a number of numpy's
    if not isinstance(key, (str, int, UUID)) or isinstance(key, bool):
        raise _refusal(
            path, f"a mapping has the key {key!r}, and JSON has only text keys; pass text"
        )
    if not is_sendable(name := str(key)):
        raise _refusal(path, f"a mapping has the key {name!r}, and {HALF_A_PAIR}")
    return name


def _from_items(value: Iterable[object], path: str, nulls: bool) -> list[Any]:
    kept = (item for item in value if item is not OMIT)
    return [to_plain(item, f"{path}[{index}]", nulls=nulls) for index, item in enumerate(kept)]


_TO_PYTHON = ("tolist", "item")
"""What makes Python's lists and numbers of the arrays and numbers of numpy and its kin."""

_NUMPY_TIMES = ("M", "m")

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
    ((bytes, bytearray, memoryview), _from_bytes),
    (Decimal, _from_decimal),
)
