"""Between JSON text and the SDK's models.

Models are read by the quick functions of `readers`. Only where they fail is the value read again, by
those of cattrs, which note where they are, so that the error can name the place.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from julep.types._plain import OMIT, is_plain, to_plain

from .mismatch import Mismatch
from .readers import find_reader

if TYPE_CHECKING:
    from typing_extensions import TypeForm

__all__ = ["OMIT", "Mismatch", "decode_json", "encode", "mismatches", "structure", "to_plain"]

T = TypeVar("T")


def structure(value: Any, form: TypeForm[T]) -> T:
    """Read parsed JSON as a model, or as whatever else the form says.

    Args:
        value: What `decode_json` gave.
        form: A model class, `Listing[Agent]`, `list[Agent]`, `Agent | None`, `Any`, and so on.

    Raises:
        Mismatch: A required field is missing, or a field has a value of another type.
    """
    read: Callable[[Any, Any], T] = find_reader(form)
    try:
        return read(value, form)
    except Exception:  # noqa: BLE001 - whatever failed, the second reading says where
        # It brings cattrs, which takes a good part of a cold start, and which most programs never need.
        from .second_reading import read as read_again

        return cast("T", read_again(value, form))


def mismatches(value: Any, form: Any) -> list[Mismatch]:
    """Find every mismatch of a value; `structure` raises the first of them."""
    from .second_reading import mismatches as noted

    return noted(value, form)


def _standard_dumps(value: Any) -> bytes:
    return _write(value).encode()


def _fast_json() -> tuple[Callable[[Any], bytes], Callable[[bytes | str], Any]]:
    """Return the writer and the reader that are tried first."""
    try:
        fast = import_module("msgspec.json")
    except ImportError:
        return _standard_dumps, _standard_loads
    return fast.encode, fast.decode


def encode(body: Any) -> bytes:
    """Return the JSON text of a request body.

    Values that are `OMIT` are left out at any depth, None is null. Besides what JSON knows, a
    body may hold models, dataclasses, enums, UUIDs, datetimes (naive ones are local time), dates,
    paths, UTF-8 bytes, tuples, sets and generators.

    Raises:
        TypeError: Something in it can't become JSON. The message names the parameter by its path.
    """
    try:
        return _dumps(body if is_plain(body) else to_plain(body, nulls=False))
    except RecursionError:
        raise TypeError("the body contains itself, or is nested too deeply for JSON") from None


def _dumps(plain: Any) -> bytes:
    try:
        return _fast_dumps(plain)
    except (TypeError, ValueError):
        # Half surrogates, which get their path here.
        return _standard_dumps(to_plain(plain))


def decode_json(content: bytes | str) -> Any:
    """Parse JSON text; bytes are UTF-8.

    Raises:
        ValueError: It is not JSON.
    """
    try:
        return _fast_loads(content)
    except Exception:  # noqa: BLE001 - of whatever library
        # What the standard library reads beyond it: NaN, half surrogates, a mark of the byte order.
        return _standard_loads(content)


def _standard_loads(content: bytes | str) -> Any:
    try:
        text = content if isinstance(content, str) else content.decode()
        value, end = _read_value(text)
        if end == len(text) or not text[end:].strip(_BLANKS):
            return value
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads(content)
    except RecursionError:
        raise ValueError("the JSON text is nested too deeply") from None


_BLANKS: Final = " \t\r\n"
_read_value: Final = json.JSONDecoder().raw_decode
# `json.dumps` with options makes an encoder for each call.
_write: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_fast_dumps, _fast_loads = _fast_json()
