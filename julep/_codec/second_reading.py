"""The second reading of what the quick readers refuse: by cattrs, which notes where a fault is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, get_origin

import attrs
from cattrs import Converter
from cattrs.errors import AttributeValidationNote, BaseValidationError, IterableValidationNote
from cattrs.gen import make_dict_structure_fn, override

from julep.types._model import Model
from julep.types._plain import wire_name

from .mismatch import NOTHING, Mismatch, named
from .model_fields import declared_fields, maker, reader_of_unknown, reshapes
from .values import ARRAY, FORMS, IS_ARRAY, VALUES, Find, Hook, is_model, item_of, list_hook


def read(value: Any, form: Any) -> Any:
    """Read parsed JSON as the form says.

    Raises:
        Mismatch: It doesn't fit; the first place where it doesn't.
    """
    try:
        return converter().structure(value, form)
    except Exception as noted:  # noqa: BLE001 - it is told in other words
        raise next(_mismatches(noted)) from None


def mismatches(value: Any, form: Any) -> list[Mismatch]:
    """Find all places where a value doesn't fit."""
    try:
        converter().structure(value, form)
    except Exception as noted:  # noqa: BLE001 - as above
        return list(_mismatches(noted))
    return []


@cache
def converter() -> Converter:
    """Return the converter that knows all forms; it is made once."""
    made = Converter()
    for kind, hook in VALUES.items():
        made.register_structure_hook(kind, hook)
    others = [*FORMS, (IS_ARRAY, _list_hook), (is_model, _model_hook)]
    for fits, make in others:
        made.register_structure_hook_factory(fits, _factory(make, made))
    return made


def _factory(make: Callable[[Any, Find], Hook], made: Converter) -> Callable[[Any], Hook]:
    return lambda form: make(form, made.get_structure_hook)


def _list_hook(form: Any, find: Find) -> Hook:
    if list_hook(form, find) is ARRAY:
        return ARRAY
    kind = item_of(form)

    def items(value: Any, _: Any) -> list[Any]:
        read = find(kind)
        return [_noted(read, item, kind, index) for index, item in enumerate(ARRAY(value, list))]

    return items


def _noted(read: Hook, item: Any, kind: Any, index: int) -> Any:
    try:
        return read(item, kind)
    except Exception as error:
        error.add_note(IterableValidationNote(f"at index {index}", index, kind))
        raise


def _model_hook(form: Any, find: Find) -> Hook:
    model: type[Model] = get_origin(form) or form
    members = declared_fields(model)
    known = frozenset(wire_name(field.name) for field in members)
    overrides = {field.name: _override(field, find) for field in members}
    declared = make_dict_structure_fn(form, converter(), _extra=override(omit=True), **overrides)
    reshape = model.__reshape__ if reshapes(model) else None
    bare = model.__bare__
    unknown = reader_of_unknown(model, find)

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


def _override(field: attrs.Attribute[Any], find: Find) -> Any:
    """Read null as the default where a field has one and can't be None."""
    rename = wire_name(field.name)
    if field.default in (attrs.NOTHING, None):
        return override(rename=rename)
    hook = find(field.type)
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
