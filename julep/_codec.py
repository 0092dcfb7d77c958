"""Between JSON text and the SDK's models.

Two converters share their hooks for values. The quick one reads models by functions of our own,
generated for each class when it is first met. Only when it fails does the other one read again, by
functions that cattrs generates, noting where it is, so that the error can name the place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast, get_origin

import attrs
from cattrs import Converter
from cattrs.errors import AttributeValidationNote, BaseValidationError, IterableValidationNote
from cattrs.gen import make_dict_structure_fn, override

from julep.types._model import Model
from julep.types._plain import OMIT, is_plain, to_plain, wire_name

from ._hooks import Hook, is_model, register_values
from ._mismatch import NOTHING, Mismatch, named
from ._readers import declared_fields, make_reader, maker, reshapes

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
    read: Callable[[Any, Any], T] = _hook(form)
    try:
        return read(value, form)
    except Exception:  # noqa: BLE001 - whatever failed, the second reading says where
        return cast("T", _read_noting(value, form))


def _read_noting(value: Any, form: Any) -> Any:
    try:
        return _noting().structure(value, form)
    except Exception as noted:  # noqa: BLE001 - it is told in other words
        raise next(_mismatches(noted)) from None


def mismatches(value: Any, form: Any) -> list[Mismatch]:
    """Find all that `structure` has against a value, of which it tells the first."""
    try:
        _noting().structure(value, form)
    except Exception as noted:  # noqa: BLE001 - as above
        return list(_mismatches(noted))
    return []


@cache
def _quick() -> Converter:
    return _converter(detailed=False)


@cache
def _noting() -> Converter:
    return _converter(detailed=True)


def _found_hook(form: Any) -> Hook:
    return _quick().get_structure_hook(form)


_hook: Callable[[Any], Hook] = cache(_found_hook)


def _converter(*, detailed: bool) -> Converter:
    converter = Converter(detailed_validation=detailed)
    register_values(converter)
    make = _noting_hook if detailed else _quick_hook
    converter.register_structure_hook_factory(is_model, make)
    return converter


def _quick_hook(form: Any, converter: Converter) -> Hook:
    return make_reader(form, converter, _reader_of_unknown(get_origin(form) or form, converter))


def _noting_hook(form: Any, converter: Converter) -> Hook:
    model: type[Model] = get_origin(form) or form
    members = declared_fields(model)
    known = frozenset(wire_name(field.name) for field in members)
    overrides = {field.name: _override(field, converter) for field in members}
    declared = make_dict_structure_fn(form, converter, _extra=override(omit=True), **overrides)
    reshape = model.__reshape__ if reshapes(model) else None
    bare = model.__bare__
    unknown = _reader_of_unknown(model, converter)

    def read(value: Any, _: Any) -> Any:
        fields: dict[str, Any] = {bare: value} if bare and type(value) is list else value
        if type(fields) is not dict:
            raise Mismatch("", "an object", named(fields))
        if reshape is not None:
            fields = reshape(fields)
        result = declared(fields, form)
        if not fields.keys() <= known:
            result.__keep__({n: unknown(item) for n, item in fields.items() if n not in known})
        return result

    return read


def _reader_of_unknown(model: type[Model], converter: Converter) -> Callable[[Any], Any]:
    if model.__extra_form__ is None:
        return lambda value: value
    hook = converter.get_structure_hook(model.__extra_form__)

    def read(value: Any) -> Any:
        try:
            return hook(value, model.__extra_form__)
        except (KeyError, Mismatch):
            return value

    return read


def _override(field: attrs.Attribute[Any], converter: Converter) -> Any:
    """Read null as the default where a field has one and can't be None."""
    rename = wire_name(field.name)
    if field.default in (attrs.NOTHING, None):
        return override(rename=rename)
    hook = converter.get_structure_hook(field.type)
    make = maker(field.default)
    return override(
        rename=rename,
        struct_hook=lambda value, kind: make() if value is None else hook(value, kind),
    )


def _mismatches(noted: Exception, path: str = "") -> Iterator[Mismatch]:
    path += "".join(map(_place, reversed(getattr(noted, "__notes__", []))))
    if isinstance(noted, BaseValidationError):
        for one in noted.exceptions:
            yield from _mismatches(one, path)
    else:
        yield _told(noted, path.removeprefix("."))


def _told(noted: Exception, path: str) -> Mismatch:
    if isinstance(noted, KeyError):
        return Mismatch(path, "a value", NOTHING)
    if isinstance(noted, Mismatch):
        return noted.under(path)
    return Mismatch(path, "another value", repr(noted))


def _place(note: Any) -> str:
    if isinstance(note, AttributeValidationNote):
        return f".{wire_name(note.name)}"
    return f"[{note.index}]" if isinstance(note, IterableValidationNote) else ""


def _standard_dumps(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


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
_fast_dumps, _fast_loads = _fast_json()
