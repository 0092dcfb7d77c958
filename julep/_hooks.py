"""How JSON values are read where cattrs would convert them: as they are, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from cattrs import Converter
from cattrs.errors import IterableValidationNote

from julep.types._model import Model
from julep.types._plain import wire_name

from ._mismatch import JSON_NAMES, Mismatch, named

Hook = Callable[[Any, Any], Any]


def as_it_is(value: Any, _: Any) -> Any:
    """Read anything."""
    return value


def _only(*kinds: type) -> Hook:
    def checked(value: Any, _: Any) -> Any:
        if type(value) in kinds:
            return value
        raise Mismatch("", JSON_NAMES[kinds[0]], named(value))

    return checked


def _moment(value: Any, _: Any) -> datetime:
    try:
        if type(value) is str:
            moment = datetime.fromisoformat(value)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if type(value) in (int, float):
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        raise Mismatch("", "a time", named(value)) from None
    raise Mismatch("", "a time", named(value))


_VALUES: Mapping[type, Hook] = {
    str: _only(str),
    bool: _only(bool),
    int: _only(int),
    float: _only(float, int),
    NoneType: _only(NoneType),
    datetime: _moment,
}


def _is_union(form: Any) -> bool:
    return get_origin(form) in (Union, UnionType)


def _is_form_of(*origins: Any) -> Callable[[Any], bool]:
    return lambda form: get_origin(form) in origins or form in origins


def register_values(converter: Converter) -> None:
    """Teach a converter every form but the models."""
    for kind, hook in _VALUES.items():
        converter.register_structure_hook(kind, hook)
    converter.register_structure_hook_func(lambda form: form in (Any, object), as_it_is)
    converter.register_structure_hook_func(lambda form: form is None, _VALUES[NoneType])
    converter.register_structure_hook_func(_is_form_of(Literal), _VALUES[str])
    converter.register_structure_hook_func(_is_form_of(dict, Mapping), _only(dict))
    converter.register_structure_hook_factory(_is_form_of(list, Sequence), _list_hook)
    converter.register_structure_hook_factory(_is_union, _union_hook)


def _list_hook(form: Any, converter: Converter) -> Hook:
    (kind,) = get_args(form) or (Any,)
    array = _only(list)
    if kind in (Any, object, float, int):
        return array
    read = converter.get_structure_hook(kind)

    def items(value: Any, _: Any) -> list[Any]:
        return [read(item, kind) for item in array(value, list)]

    def noted_items(value: Any, _: Any) -> list[Any]:
        return [_noted(read, item, kind, index) for index, item in enumerate(array(value, list))]

    return noted_items if converter.detailed_validation else items


def _noted(read: Hook, item: Any, kind: Any, index: int) -> Any:
    try:
        return read(item, kind)
    except Exception as error:
        error.add_note(IterableValidationNote(f"at index {index}", index, kind))
        raise


def _union_hook(form: Any, converter: Converter) -> Hook:
    arms = [arm for arm in get_args(form) if arm is not NoneType]
    if len(arms) == 1:
        return _optional(converter.get_structure_hook(arms[0]), arms[0])
    by_type = {
        _json_type(arm): converter.get_structure_hook(arm) for arm in arms if not _is_model(arm)
    }
    if None in by_type:
        return as_it_is
    if float in by_type:
        by_type.setdefault(int, by_type[float])
    models = [arm for arm in arms if _is_model(arm)]
    if models:
        by_type[dict] = _member_hook(models, by_type.get(dict), converter)
    if len(arms) < len(get_args(form)):
        by_type[NoneType] = as_it_is
    expected = " or ".join(JSON_NAMES[kind] for kind in by_type if kind)

    def read(value: Any, _: Any) -> Any:
        hook = by_type.get(value.__class__)
        if hook is None:
            raise Mismatch("", expected, named(value))
        return hook(value, form)

    return read


def _optional(hook: Hook, kind: Any) -> Hook:
    if kind in (str, bool, int):
        return _only(kind, NoneType)
    return lambda value, _: None if value is None else hook(value, kind)


def _is_model(form: Any) -> bool:
    return isinstance(form, type) and issubclass(form, Model)


def _json_type(form: Any) -> type | None:
    """Return the Python type that JSON of a form is parsed to; None if it may be any."""
    origin = get_origin(form) or form
    if origin is Literal:
        return str
    if origin in (dict, Mapping):
        return dict
    if origin in (list, Sequence):
        return list
    return None if origin in (Any, object) else origin


def _member_hook(models: list[type[Model]], mapping: Hook | None, converter: Converter) -> Hook:
    """Read an object as the member of the union that its tag or its keys name.

    What no member fits is passed through where the union has a mapping among its arms.
    """
    if len(models) == 1 and mapping is None:
        return converter.get_structure_hook(models[0])
    choose = _chooser(models)

    def read(value: Any, _: Any) -> Any:
        member = choose(value)
        if member is None:
            return value
        try:
            return converter.get_structure_hook(member)(value, member)
        except Exception:
            if mapping is None:
                raise
            return value

    return read


def _chooser(models: list[type[Model]]) -> Callable[[dict[str, Any]], type[Model] | None]:
    by_tag = {model.__tag__: model for model in models if model.__tag__}
    by_key = [(model.__key__, model) for model in models if model.__key__]
    tag = next((tag for tag, _ in by_tag), "")

    def choose(value: dict[str, Any]) -> type[Model] | None:
        named = value.get(tag)
        if named is not None:
            return by_tag.get((tag, named))
        names = set(map(wire_name, value))
        return next((model for key, model in by_key if key in names), None)

    return choose
