"""Quick functions that read models, one for each class.

They are generated as those of attrs and cattrs are, and do less: what a field's type takes as it is
is looked at in place, and an instance is made by assigning its attributes. They need not say what
is wrong, since whatever they raise is found again, and told, by the thorough functions of cattrs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache, reduce
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin

import attrs

from julep.types._model import Model
from julep.types._plain import wire_name

from .mismatch import Mismatch, named
from .model_fields import declared_fields, maker, reader_of_unknown, reshapes
from .values import (
    FORMS,
    IS_ARRAY,
    VALUES,
    ByType,
    Hook,
    as_it_is,
    is_model,
    is_union,
    item_of,
    kept,
)


def _found_reader(form: Any) -> Hook:
    if hook := VALUES.get(form):
        return hook
    if is_model(form):
        return _Source(form).compiled()
    for fits, make in FORMS:
        if fits(form):
            return make(form, find_reader)
    from .second_reading import converter

    return converter().get_structure_hook(form)


find_reader: Callable[[Any], Hook] = cache(_found_reader)
"""Finds what reads a form, and makes it at the first time."""


class _Source:
    """The source of a reader, and the objects that it names."""

    def __init__(self, form: Any) -> None:
        self._model: type[Model] = get_origin(form) or form
        self._arguments = _arguments(form)
        self._fields = declared_fields(self._model)
        self._is_assigned = _is_made_by_assigning(self._model)
        self._objects: dict[str, Any] = {
            "model": self._model,
            "new": object.__new__,
            "reshape": self._model.__reshape__,
            "Mismatch": Mismatch,
            "named": named,
            "from_text": datetime.fromisoformat,
            "UTC": UTC,
        }

    def compiled(self) -> Hook:
        """Return the reader."""
        known = frozenset(wire_name(field.name) for field in self._fields)
        read_unknown = reader_of_unknown(self._model, find_reader)

        def keep(made: Model, value: Mapping[str, Any]) -> None:
            made.__keep__({n: read_unknown(item) for n, item in value.items() if n not in known})

        self._objects |= {"are_known": known.issuperset, "keep": keep}
        code = compile("\n".join(self._lines()), f"<reader of {self._model.__name__}>", "exec")
        exec(code, self._objects)  # noqa: S102 - of names of attributes alone, as attrs does it
        read: Hook = self._objects["read"]
        return read

    def _lines(self) -> Iterator[str]:
        yield "def read(value, _):"
        if bare := self._model.__bare__:
            yield f" if type(value) is list: value = {{{bare!r}: value}}"
        yield ' if type(value) is not dict: raise Mismatch("", "an object", named(value))'
        if reshapes(self._model):
            yield " value = reshape(value)"
        for field in self._fields:
            yield from self._field_lines(field)
        # Not before all fields are read: a traceback of one that isn't shows no half-made model.
        if self._is_assigned:
            yield " made = new(model)"
            yield from (f" made.{field.name} = v_{field.name}" for field in self._fields)
            yield " made._extra = None"
        else:
            yield f" made = model({self._given()})"
        yield " if not are_known(value): keep(made, value)"
        yield " return made"

    def _field_lines(self, field: attrs.Attribute[Any]) -> Iterator[str]:
        name, wire = field.name, wire_name(field.name)
        yield (
            f" v = value[{wire!r}]"
            if field.default is attrs.NOTHING
            else f" v = value.get({wire!r})"
        )
        branch = "if"
        if field.default is not attrs.NOTHING and field.default is not None:
            self._objects[f"make_{name}"] = maker(field.default)
            yield f" if v is None: v = make_{name}()"
            branch = "elif"
        form, is_optional = _without_none(_filled(field.type, self._arguments))
        for case in self._cases(name, form, is_optional=is_optional):
            yield f" {branch} {case}"
            branch = "elif"
        yield f" v_{name} = v"

    def _cases(self, name: str, form: Any, *, is_optional: bool) -> Iterator[str]:
        """Yield what happens to values that aren't taken as they are: conditions and statements."""
        hook = self._hook(f"read_{name}", form)
        if hook is as_it_is:
            return
        # Both are common, and a call would be a good part of what they cost.
        if form is datetime:
            yield "type(v) is str: v = from_text(v); v = v if v.tzinfo else v.replace(tzinfo=UTC)"
        elif kind := _kind_of_models(form):
            read = self._reading("item", name, kind, self._hook(f"item_{name}", kind))
            yield f"type(v) is list:\n  items = []\n  for v in v: items.append({read})\n  v = items"
        kinds = {kind.__name__: kind for kind in kept(hook)}
        self._objects |= kinds
        asked = ["v is not None"] * is_optional + [f"type(v) is not {kind}" for kind in kinds]
        yield f"{' and '.join(asked) or 'True'}: v = {self._reading('read', name, form, hook)}"

    def _reading(self, prefix: str, name: str, form: Any, hook: Hook) -> str:
        """Return the expression that reads a value."""
        read = f"{prefix}_{name}"
        self._objects |= {read: hook, f"form_{read}": form}
        if isinstance(hook, ByType):
            self._objects[read] = hook.hooks
            return f"{read}[type(v)](v, form_{read})"
        return f"{read}(v, form_{read})"

    def _hook(self, read: str, form: Any) -> Hook:
        if not is_model(form):
            return find_reader(form)

        def late(value: Any, kind: Any) -> Any:
            # Not before it is needed: many classes never are, and some hold themselves.
            hook = self._objects[read] = find_reader(form)
            return hook(value, kind)

        return late

    def _given(self) -> str:
        return ", ".join(f"{field.alias}=v_{field.name}" for field in self._fields)


def _is_made_by_assigning(model: type[Model]) -> bool:
    """Tell whether an instance is whole as soon as its fields are assigned."""
    has_hooks = any(
        hasattr(model, f"__attrs_{name}__") for name in ("init", "pre_init", "post_init")
    )
    return (
        "__attrs_attrs__" in vars(model)
        and not has_hooks
        and model.__new__ is object.__new__
        and model.__setattr__ is object.__setattr__
        and all(f.init and not (f.converter or f.validator) for f in attrs.fields(model))
    )


def _arguments(form: Any) -> dict[Any, Any]:
    """Return what stands for the variables of a generic class and of its bases."""
    found: dict[Any, Any] = {}
    for each in (form, *getattr(get_origin(form) or form, "__orig_bases__", ())):
        found |= zip(getattr(get_origin(each), "__parameters__", ()), get_args(each), strict=False)
    return found


def _filled(kind: Any, arguments: Mapping[Any, Any]) -> Any:
    """Return a field's type with arguments in the place of variables."""
    if isinstance(kind, TypeVar):
        return arguments.get(kind, kind)
    variables = getattr(kind, "__parameters__", ())
    return kind[tuple(arguments.get(each, each) for each in variables)] if variables else kind


def _without_none(form: Any) -> tuple[Any, bool]:
    """Return a type without None, and whether that was a part of it."""
    if not is_union(form):
        return form, False
    others = [arm for arm in get_args(form) if arm is not NoneType]
    return reduce(lambda one, other: one | other, others), len(others) < len(get_args(form))


def _kind_of_models(form: Any) -> Any:
    """Return what a form's arrays hold if that can be models; None of other forms."""
    arms = get_args(form) if is_union(form) else (form,)
    kind = next((item_of(arm) for arm in reversed(arms) if IS_ARRAY(arm)), None)
    return kind if any(map(is_model, get_args(kind) if is_union(kind) else (kind,))) else None
