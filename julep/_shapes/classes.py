"""The fields of attrs classes, dataclasses, TypedDicts and NamedTuples, each kind in its way."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, NamedTuple, TypeVar, cast, get_args, get_origin

import attrs

from julep.types._plain import OMIT, is_named_tuple

from .annotations import annotations_of_class

_QUALIFIERS = {"Required": True, "NotRequired": False, "ReadOnly": None, "Final": None}
"""Words around the type of a field, by name: `ReadOnly` is not in all Pythons' typing."""


class Declared(NamedTuple):
    """What a class says of one field that it is made from; `form` is the annotation."""

    name: str
    wire: str
    form: Any
    required: bool
    default: Any = OMIT


class Stripped(NamedTuple):
    """An annotation without what stands around its type."""

    form: Any
    required: bool | None
    description: str


def stripped(form: Any) -> Stripped:
    """Strip `Annotated`, `Required`, `NotRequired`, `ReadOnly` and `Final`."""
    required, description = None, ""
    while True:
        origin = get_origin(form)
        qualifier = getattr(origin, "_name", "")
        if origin is Annotated:
            form, *notes = get_args(form)
            description = description or next((n for n in notes if isinstance(n, str)), "")
        elif qualifier in _QUALIFIERS:
            (form,) = get_args(form)
            required = _QUALIFIERS[qualifier] if required is None else required
        else:
            return Stripped(form, required, description)


def is_record(kind: Any) -> bool:
    """Tell whether it is a class of named fields."""
    kinds = (attrs.has, dataclasses.is_dataclass, _is_typed_dict, is_named_tuple)
    return isinstance(kind, type) and any(is_one(kind) for is_one in kinds)


def _is_typed_dict(kind: Any) -> bool:
    # There are two makers of them, of which `typing.is_typeddict` knows one.
    return issubclass(kind, dict) and hasattr(cast("Any", kind), "__required_keys__")


def declared_fields(form: Any) -> Iterator[Declared]:
    """Return what a class, or a generic one with its types, says of the fields that it takes.

    Raises:
        Unresolved: An annotation can't be read.
        TypeError: A field has no annotation, or is given to the class and not kept.
    """
    kind = get_origin(form) or form
    types = _type_arguments(form)
    for field in _declared(kind, annotations_of_class(kind)):
        if field.form is None:
            raise TypeError(f"{kind.__name__}.{field.name} has no annotation")
        yield field._replace(form=filled_in(field.form, types))


def _declared(kind: Any, forms: Mapping[str, Any]) -> Iterator[Declared]:
    if attrs.has(kind):
        return _of_attrs(kind, forms)
    if dataclasses.is_dataclass(kind):
        return _of_dataclass(kind, forms)
    return _of_typed_dict(kind, forms) if _is_typed_dict(kind) else _of_named_tuple(kind, forms)


def _of_attrs(kind: type[attrs.AttrsInstance], forms: Mapping[str, Any]) -> Iterator[Declared]:
    for field in attrs.fields(kind):
        if field.init:
            name = field.alias or field.name
            required = field.default is attrs.NOTHING
            made = required or hasattr(field.default, "factory")
            shown = OMIT if made else field.default
            yield Declared(name, name, forms.get(field.name, field.type), required, shown)


def _of_dataclass(kind: Any, forms: Mapping[str, Any]) -> Iterator[Declared]:
    for name in kind.__dataclass_fields__.keys() - {f.name for f in dataclasses.fields(kind)}:
        if isinstance(forms[name], dataclasses.InitVar):
            raise TypeError(f"{kind.__name__}.{name} is an InitVar, which results can't show again")
    for field in dataclasses.fields(kind):
        if field.init:
            has_default = field.default is not dataclasses.MISSING
            required = not has_default and field.default_factory is dataclasses.MISSING
            shown = field.default if has_default else OMIT
            yield Declared(field.name, field.name, forms[field.name], required, shown)


def _of_typed_dict(kind: Any, forms: Mapping[str, Any]) -> Iterator[Declared]:
    for name, form in forms.items():
        # The class itself overlooks qualifiers in annotations that are text.
        said = stripped(form).required
        yield Declared(name, name, form, name in kind.__required_keys__ if said is None else said)


def _of_named_tuple(kind: Any, forms: Mapping[str, Any]) -> Iterator[Declared]:
    defaults: dict[str, Any] = kind._field_defaults
    for name in cast("tuple[str, ...]", kind._fields):
        default = defaults.get(name, OMIT)
        yield Declared(name, name, forms.get(name), name not in defaults, default)


def _type_arguments(form: Any) -> dict[Any, Any]:
    """Return what stands for the type variables of a generic class and of its bases."""
    kind: type[Any] = get_origin(form) or form
    own = dict(zip(getattr(kind, "__parameters__", ()), get_args(form), strict=False))
    inherited: dict[Any, Any] = {}
    bases: Sequence[Any] = vars(kind).get("__orig_bases__", kind.__bases__)
    for base in bases:
        if isinstance(get_origin(base) or base, type):
            inherited |= {
                variable: filled_in(meant, own) for variable, meant in _type_arguments(base).items()
            }
    return inherited | own


def filled_in(form: Any, types: Mapping[Any, Any]) -> Any:
    """Put types in for the type variables of an annotation."""
    if isinstance(form, TypeVar):
        return types.get(form, form)
    # A generic class that is not filled in is one for anything.
    variables: Sequence[Any] = () if inspect.isclass(form) else getattr(form, "__parameters__", ())
    if not types or not variables:
        return form
    return cast("Any", form)[tuple(types.get(variable, variable) for variable in variables)]
