"""Strategies for types, values of them, and JSON that fits a schema."""

from __future__ import annotations

import dataclasses
import enum
import functools
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from types import NoneType, UnionType
from typing import (
    Any,
    Literal,
    NamedTuple,
    NotRequired,
    TypedDict,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)
from uuid import UUID

import attrs
from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(-1e9, 1e9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
MOMENTS = st.datetimes(
    min_value=datetime(2, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(9998, 1, 1),  # noqa: DTZ001 - the same
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]),
)

# Checkers read subscripts of these as annotations.
_forms: list[Any] = [list, tuple, frozenset, dict, Union, NotRequired, NamedTuple, TypedDict]
LIST, TUPLE, FROZENSET, DICT, UNION, NOT_REQUIRED, NAMED_TUPLE, TYPED_DICT = _forms


class Kind(NamedTuple):
    """A type, its values, and whether they can be in a set."""

    form: Any
    values: st.SearchStrategy[Any]
    hashable: bool = True

    def __repr__(self) -> str:
        """Show the type alone: strategies are long, and hypothesis shows all that they are made of."""
        return f"Kind({self.form!r})"


class Shade(enum.Enum):
    """An enum of text and a number."""

    DARK = "dark"
    LIGHT = "light"
    NONE = 0


class Level(enum.IntEnum):
    """An enum that is a number."""

    LOW = 1
    HIGH = 2


@dataclasses.dataclass
class Tree:
    """A class that refers to itself."""

    value: int
    below: list[Tree] = dataclasses.field(default_factory=list["Tree"])


SINGLE = [
    Kind(str, st.text()),
    Kind(int, st.integers()),
    Kind(float, st.floats(allow_nan=False, allow_infinity=False)),
    Kind(bool, st.booleans()),
    Kind(type(None), st.none()),
    Kind(date, st.dates()),
    Kind(datetime, MOMENTS),
    Kind(UUID, st.uuids()),
    Kind(Shade, st.sampled_from(Shade)),
    Kind(Level, st.sampled_from(Level)),
    Kind(Literal["a", 1, True], st.sampled_from(["a", 1, True])),
]
KEYS = [SINGLE[0], SINGLE[1], SINGLE[7], SINGLE[9], Kind(Literal["x", "y"], st.sampled_from("xy"))]
ANY = Kind(Any, JSON, hashable=False)
TREE = Kind(
    Tree,
    st.recursive(
        st.builds(Tree, st.integers()),
        lambda inner: st.builds(Tree, st.integers(), st.lists(inner, max_size=2)),
        max_leaves=3,
    ),
    hashable=False,
)


def _list(item: Kind) -> Kind:
    return Kind(LIST[item.form], st.lists(item.values, max_size=3), hashable=False)


def _tuple(item: Kind) -> Kind:
    return Kind(TUPLE[item.form, ...], st.lists(item.values, max_size=3).map(tuple), item.hashable)


def _set(item: Kind) -> Kind:
    if not item.hashable:
        return _list(item)
    return Kind(FROZENSET[item.form], st.frozensets(item.values, max_size=3))


def _optional(item: Kind) -> Kind:
    return Kind(item.form | None, st.none() | item.values, item.hashable)


def _places(items: Sequence[Kind]) -> Kind:
    form = TUPLE[*(item.form for item in items)]
    values = st.tuples(*(item.values for item in items))
    return Kind(form, values, all(item.hashable for item in items))


def _mapping(pair: tuple[Kind, Kind]) -> Kind:
    key, item = pair
    values = st.dictionaries(key.values, item.values, max_size=3)
    return Kind(DICT[key.form, item.form], values, hashable=False)


_made = iter(range(10**9))


def _name() -> str:
    return f"Made{next(_made)}"


def _dataclass(fields: Mapping[str, Kind]) -> Kind:
    parts = [(name, kind.form) for name, kind in fields.items()]
    return _record(dataclasses.make_dataclass(_name(), parts), fields)


def _attrs(fields: Mapping[str, Kind]) -> Kind:
    parts = {f"_{name}": attrs.field(type=kind.form) for name, kind in fields.items()}
    return _record(attrs.make_class(_name(), parts, class_body={"__annotations__": {}}), fields)


def _named_tuple(fields: Mapping[str, Kind]) -> Kind:
    parts = [(name, kind.form) for name, kind in fields.items()]
    return _record(NAMED_TUPLE(_name(), parts), fields)


def _typed_dict(fields: Mapping[str, Kind]) -> Kind:
    parts = {name: NOT_REQUIRED[kind.form] for name, kind in fields.items()}
    return _record(TYPED_DICT(_name(), parts), fields)


def _record(form: Any, fields: Mapping[str, Kind]) -> Kind:
    values = {name: kind.values for name, kind in fields.items()}
    return Kind(form, st.builds(form, **values), hashable=False)


def _composed(inner: st.SearchStrategy[Kind]) -> st.SearchStrategy[Kind]:
    fields = st.dictionaries(st.sampled_from("abcd"), inner, max_size=3)
    classes = [_dataclass, _attrs, _named_tuple, _typed_dict]
    return st.one_of(
        *(inner.map(make) for make in (_list, _tuple, _set, _optional)),
        st.lists(inner, max_size=3).map(_places),
        st.tuples(st.sampled_from(KEYS), inner).map(_mapping),
        *(fields.map(make) for make in classes),
    )


KINDS = st.recursive(st.sampled_from([*SINGLE, TREE, ANY]), _composed, max_leaves=5)


def either(kinds: Sequence[Kind]) -> Kind:
    """A union of types, which JSON may not tell apart."""
    return Kind(UNION[*(kind.form for kind in kinds)], st.one_of(*(kind.values for kind in kinds)))


_DEEP = 4
"""References that are followed, one in the other, before the end is looked for."""


def fitting(schema: Any, root: Any, depth: int = 0) -> st.SearchStrategy[Any]:
    """JSON that fits a schema of the keywords that we write."""
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix("#/$defs/")
        return st.deferred(lambda: fitting(root["$defs"][name], root, depth + 1))
    if "anyOf" in schema:
        arms: list[Any] = schema["anyOf"]
        arms = arms if depth < _DEEP else [arm for arm in arms if "$ref" not in arm] or arms
        return st.one_of(*(fitting(arm, root, depth) for arm in arms))
    if "enum" in schema:
        return st.sampled_from(schema["enum"]).map(_as_float_at_times)
    kind = schema.get("type")
    if isinstance(kind, list):
        return st.one_of(*(fitting({"type": one}, root, depth) for one in cast("list[str]", kind)))
    return _OF_TYPE[kind](schema, root, depth) if kind else JSON


def _as_float_at_times(value: Any) -> Any:
    return float(value) if type(value) is int and value % 2 else value


def _text(schema: Any, _root: Any, _depth: int) -> st.SearchStrategy[Any]:
    return _FORMATS[schema.get("format")]


def _array(schema: Any, root: Any, depth: int) -> st.SearchStrategy[Any]:
    if "prefixItems" in schema:
        return st.tuples(*(fitting(one, root, depth) for one in schema["prefixItems"])).map(list)
    if depth >= _DEEP and "$ref" in schema.get("items", {}):
        return st.just([])
    items = fitting(schema.get("items", {}), root, depth)
    unique = repr if schema.get("uniqueItems") else None
    return st.lists(items, max_size=schema.get("maxItems", 3), unique_by=unique)


def _object(schema: Any, root: Any, depth: int) -> st.SearchStrategy[Any]:
    properties = {
        name: fitting(one, root, depth) for name, one in schema.get("properties", {}).items()
    }
    required: list[str] = schema.get("required", [])
    known = st.fixed_dictionaries(
        {name: properties[name] for name in required},
        optional={name: properties[name] for name in properties.keys() - set(required)},
    )
    more = schema.get("additionalProperties", {})
    if more is False:
        return known
    names = _names(schema.get("propertyNames", {})).filter(lambda name: name not in properties)
    others = st.dictionaries(names, fitting(more, root, depth), max_size=2)
    return st.tuples(others, known).map(lambda pair: pair[0] | pair[1])


def _names(schema: Mapping[str, Any]) -> st.SearchStrategy[str]:
    if "pattern" in schema:
        return st.from_regex(str(schema["pattern"]))
    if "enum" in schema:
        names: list[str] = schema["enum"]
        return st.sampled_from(names)
    return _FORMATS[schema.get("format")]


_MOMENT_TEXT = MOMENTS.map(datetime.isoformat) | st.sampled_from(
    ["2016-12-31T23:59:60Z", "2024-05-01t12:00:00.123456789z", "2024-05-01T12:00:00-00:00"]
)
_FORMATS: Mapping[str | None, st.SearchStrategy[str]] = {
    None: st.text(),
    "date": st.dates().map(date.isoformat),
    "date-time": _MOMENT_TEXT,
    "uuid": st.uuids().map(str) | st.uuids().map(lambda one: str(one).upper()),
}
_NUMBERS = st.integers() | st.floats(-1e300, 1e300)
_WHOLE = st.integers() | st.integers(-(2**53), 2**53).map(float)
_OF_TYPE: Mapping[str, Callable[[Any, Any, int], st.SearchStrategy[Any]]] = {
    "string": _text,
    "integer": lambda _schema, _root, _depth: _WHOLE,
    "number": lambda _schema, _root, _depth: _NUMBERS,
    "boolean": lambda _schema, _root, _depth: st.booleans(),
    "null": lambda _schema, _root, _depth: st.none(),
    "array": _array,
    "object": _object,
}


def conforms(value: Any, form: Any) -> bool:
    """Whether a value is of a type, down to its last part."""
    if form is Any:
        return True
    check = _OF_ORIGIN.get(get_origin(form))
    return check(value, get_args(form)) if check else _is_one(value, form or NoneType)


def _is_one(value: Any, kind: Any) -> bool:
    if is_typeddict(kind):
        hints = get_type_hints(kind)
        named = value.items() if _class_of(value) is dict else [("", None)]
        return all(name in hints and conforms(item, hints[name]) for name, item in named)
    parts = _parts_of(kind).items()
    return _class_of(value) is kind and all(
        conforms(getattr(value, name), part) for name, part in parts
    )


def _parts_of(kind: Any) -> Mapping[str, Any]:
    if attrs.has(kind):
        return {field.name: field.type for field in attrs.fields(kind)}
    made = dataclasses.is_dataclass(kind) or hasattr(kind, "_fields")
    return get_type_hints(kind) if made else {}


def _class_of(value: object) -> type[Any]:
    return type(value)  # without checkers narrowing it


def _is_list(value: Any, parts: Any, kind: type[Any] = list) -> bool:
    return _class_of(value) is kind and all(conforms(item, parts[0]) for item in value)


def _is_dict(value: Any, parts: Any) -> bool:
    pairs = value.items() if _class_of(value) is dict else [(None, None)]
    return all(conforms(key, parts[0]) and conforms(item, parts[1]) for key, item in pairs)


def _is_tuple(value: Any, parts: Any) -> bool:
    if parts[1:] == (...,):
        return _is_list(value, parts, tuple)
    return (
        _class_of(value) is tuple and len(value) == len(parts) and all(map(conforms, value, parts))
    )


def _is_of_union(value: Any, parts: Any) -> bool:
    return any(conforms(value, part) for part in parts)


_OF_ORIGIN: Mapping[Any, Callable[[Any, Any], bool]] = {
    Union: _is_of_union,
    UnionType: _is_of_union,
    Literal: lambda value, parts: any(
        _class_of(each) is _class_of(value) and each == value for each in parts
    ),
    list: _is_list,
    frozenset: functools.partial(_is_list, kind=frozenset),
    dict: _is_dict,
    tuple: _is_tuple,
}
