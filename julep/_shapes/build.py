"""From types to shapes."""

from __future__ import annotations

import inspect
from collections import abc
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from types import UnionType
from typing import (
    Any,
    Literal,
    NewType,
    TypeAlias,
    TypeVar,
    get_args,
    get_origin,
)
from typing import Union as TypingUnion

import attrs

from julep.types._plain import is_plain, to_plain

from .annotations import Unresolved, meaning_of_alias
from .base import Shape
from .classes import Declared, declared_fields, filled_in, is_record, stripped
from .containers import Items, Mapped, Places, Unique
from .docstrings import described
from .given import Given, check_schema
from .records import Field, Fields, Record
from .unions import Union
from .values import ANYTHING, NULL, VALUES, Choice, as_key
from .wrappers import Alias, Described, Pydantic

_SUPPORTED = (
    "use str, int, float, bool, None, Any, list, tuple, set, dict, Literal, an Enum, date, "
    "datetime, UUID, unions of them, dataclasses, attrs classes, TypedDict, NamedTuple or models "
    "of pydantic"
)


def shape_of(form: Any, where: str = "this type") -> Shape:
    """Find out what values of a type look like in JSON.

    Args:
        form: The type, as annotations spell it, or a JSON Schema as a dict.
        where: What errors begin with.

    Raises:
        TypeError: It is not a type that JSON can show, or a name in it can't be found.
    """
    if isinstance(form, Mapping):
        schema = to_plain(form, where)
        check_schema(schema, where)
        return Given(schema)
    return Builder().build(form, where)


@attrs.frozen
class Builder:
    """Makes shapes that belong together: each class has one, so that it can refer to itself."""

    _known: dict[Any, Shape] = attrs.field(factory=dict[Any, Shape], init=False)

    def build(self, form: Any, where: str) -> Shape:
        """Build the shape of a type; errors begin with `where`."""
        said = stripped(form)
        if said.description:
            return Described(self.build(said.form, where), said.description)
        origin = get_origin(said.form) or said.form
        build = next((build for is_meant, build in _BUILDERS if is_meant(origin)), None)
        if build is None:
            raise TypeError(f"{where}: {_name(said.form)} has no form in JSON; {_SUPPORTED}")
        return build(self, said.form, where)

    def field(self, declared: Declared, where: str, description: str = "") -> Field:
        """Build a field of a class, or a parameter; what `Annotated` says wins over a docstring."""
        said = stripped(declared.form)
        shape = self.build(said.form, where)
        if declared.default is None and not shape.suits(None):
            shape = Union([shape, NULL])  # `x: int = None` is meant to take None
        return Field(
            name=declared.name,
            wire=declared.wire,
            shape=shape,
            required=declared.required,
            default=declared.default,
            description=said.description or description,
        )

    def record(self, form: Any, where: str) -> Shape:
        if form in self._known:
            return self._known[form]
        kind = get_origin(form) or form
        summary, parts = described(_docstring(kind))
        name = "_".join(map(_name, (kind, *get_args(form))))
        self._known[form] = record = Record(kind, name, description=summary)
        record.fields = Fields(
            [
                self.field(field, f"{where}: {name}.{field.wire}", parts.get(field.name, ""))
                for field in _declared(form, where)
            ]
        )
        return record

    def alias(self, form: Any, where: str) -> Shape:
        """Build what `type Name = …` stands for."""
        if form not in self._known:
            alias = get_origin(form) or form
            self._known[form] = known = Alias(alias.__name__)
            types = dict(zip(alias.__type_params__, get_args(form), strict=False))
            try:
                meant = filled_in(meaning_of_alias(alias), types)
            except Unresolved as error:
                raise TypeError(f"{where}: {alias.__name__}: {error}") from None
            known.shape = self.build(meant, where)
        return self._known[form]

    def pydantic(self, form: Any, _where: str) -> Shape:
        return self._known.setdefault(form, Pydantic(form))

    def union(self, form: Any, where: str) -> Shape:
        return Union([self.build(member, where) for member in get_args(form)])

    def literal(self, form: Any, where: str) -> Shape:
        return _choice(get_args(form), form, where)

    def enum(self, form: Any, where: str) -> Shape:
        return _choice(list(form), form, where)

    def variable(self, form: Any, where: str) -> Shape:
        """Build a type variable that nothing was put in for."""
        if form.__constraints__:
            return Union([self.build(member, where) for member in form.__constraints__])
        return ANYTHING if form.__bound__ is None else self.build(form.__bound__, where)

    def items(self, form: Any, where: str) -> Shape:
        return Items(self._item(form, where), list)

    def unique(self, form: Any, where: str) -> Shape:
        item = self._item(form, where)
        if not item.hashable and item is not ANYTHING:  # of which a set takes what it can
            raise TypeError(f"{where}: the items of {_name(form)} can't be elements of a set")
        return Unique(
            item, frozenset if get_origin(form) is frozenset or form is frozenset else set
        )

    def tuple(self, form: Any, where: str) -> Shape:
        kinds: Sequence[Any] | None = getattr(form, "__args__", None)  # `tuple[()]` has none
        if kinds is None or kinds[1:] == (...,):
            return Items(self._item(form, where), tuple)
        return Places([self.build(kind, where) for kind in kinds])

    def mapped(self, form: Any, where: str) -> Shape:
        key, item = get_args(form) or (Any, Any)
        try:
            keys = as_key(self.build(stripped(key).form, where))
        except TypeError as error:
            raise TypeError(f"{where}: {_name(form)}: {error}") from None
        return Mapped(keys, self.build(item, where))

    def _item(self, form: Any, where: str) -> Shape:
        return self.build((get_args(form) or (Any,))[0], where)


def _declared(form: Any, where: str) -> list[Declared]:
    try:
        return list(declared_fields(form))
    except Unresolved as error:
        raise TypeError(f"{where}: {_name(form)}: {error}") from None
    except TypeError as error:
        raise TypeError(f"{where}: {error}") from None


def _choice(meant: Sequence[Any], form: Any, where: str) -> Shape:
    options = [(one.value if isinstance(one, Enum) else one, one) for one in meant]
    single = (is_plain(value) and not isinstance(value, (list, dict)) for value, _ in options)
    if not options or not all(single):
        raise TypeError(f"{where}: {_name(form)} needs text, numbers, booleans or None as values")
    return Choice(options)


def _docstring(kind: type[Any]) -> str:
    """Return what somebody wrote on a class; some makers of classes write their signature there."""
    text = inspect.cleandoc(vars(kind).get("__doc__") or "")
    return "" if text.startswith(f"{kind.__name__}(") else text


def _name(form: Any) -> str:
    return form.__name__ if isinstance(form, type) else str(form).replace("typing.", "")


def _among(*origins: Any) -> Callable[[Any], bool]:
    return lambda origin: any(origin is one for one in origins)


def _is_a(kind: type[Any]) -> Callable[[Any], bool]:
    return lambda origin: isinstance(origin, kind)


def _is_enum(origin: Any) -> bool:
    return isinstance(origin, type) and issubclass(origin, Enum)


def _is_pydantic(origin: Any) -> bool:
    return isinstance(origin, type) and hasattr(origin, "__pydantic_core_schema__")


def _is_alias(origin: Any) -> bool:
    # By name, as there are two classes; asking for its value would evaluate it.
    return type(origin).__name__ == "TypeAliasType"


_Build: TypeAlias = Callable[[Builder, Any, str], Shape]

_BUILDERS: Sequence[tuple[Callable[[Any], bool], _Build]] = (
    (_among(*VALUES), lambda _self, form, _where: VALUES[form]),
    (_among(TypingUnion, UnionType), Builder.union),
    (_among(Literal), Builder.literal),
    (_among(list, abc.Sequence, abc.MutableSequence, abc.Collection, abc.Iterable), Builder.items),
    (_among(set, frozenset, abc.Set, abc.MutableSet), Builder.unique),
    (_among(tuple), Builder.tuple),
    (_among(dict, abc.Mapping, abc.MutableMapping), Builder.mapped),
    (_is_a(TypeVar), Builder.variable),
    (_is_a(NewType), lambda self, form, where: self.build(form.__supertype__, where)),
    (_is_alias, Builder.alias),
    (_is_enum, Builder.enum),
    (_is_pydantic, Builder.pydantic),
    (is_record, Builder.record),
)
"""Kinds of types, and what makes the shape of each; the first kind that a type is of counts."""
