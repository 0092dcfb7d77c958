"""Every model gives back what it was read from."""

from __future__ import annotations

import json
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import julep.types
from julep._codec import coding, encode, structure
from julep.types import Answer, Listing, Model, control
from julep.types._plain import wire_name

from . import examples

Values = st.SearchStrategy[Any]

EXPORTED: Any = julep.types
MODELS: list[Any] = [
    kind
    for name in EXPORTED.__all__
    if isinstance(kind := getattr(EXPORTED, name), type)
    and issubclass(kind, Model)
    # Lists have an argument, and what the SDK puts together of several answers is read from none.
    and not issubclass(kind, Answer | Listing)
]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
SAID: Values = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
)
INNER = SAID | st.lists(SAID, max_size=2)
JSON: Values = INNER | st.dictionaries(TEXT, INNER, max_size=2)
MOMENTS = st.datetimes(timezones=st.just(UTC))
PLAIN: dict[Any, Values] = {
    str: TEXT,
    int: st.integers(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    NoneType: st.none(),
    Any: JSON,
    datetime: MOMENTS.map(lambda moment: moment.isoformat().replace("+00:00", "Z")),
}
UNKNOWN = st.dictionaries(TEXT.map("novel {}".format), JSON, max_size=2)
READERS: list[Callable[[bytes], Any]] = [coding._standard_loads, coding.decode_json]


def values_of(form: Any, depth: int) -> Values:
    """JSON that an annotation stands for; what is optional ends below some depth."""
    if form in PLAIN:
        return PLAIN[form]
    origin, arguments = get_origin(form) or form, get_args(form)
    if isinstance(origin, type) and issubclass(origin, Model):
        kind: Any = origin
        return objects_of(kind, depth - 1)
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin in {Union, UnionType}:
        arms = [each for each in arguments if depth > 0 or each.__module__ != control.__name__]
        return st.one_of([values_of(each, depth) for each in arms])
    if origin in {list, Sequence}:
        return st.lists(values_of(arguments[0], depth), max_size=2) if depth > 0 else st.just([])
    assert origin in {dict, Mapping}, form
    return st.dictionaries(TEXT, values_of(arguments[1] if arguments else Any, depth), max_size=2)


@cache
def objects_of(model: Any, depth: int = 2) -> Values:
    """JSON objects of a model, with fields that nobody knows."""
    hints = typing.get_type_hints(model)
    must, may = dict[str, Values](), dict[str, Values]()
    for field in attrs.fields(model):
        if field.alias == "extra":
            continue
        if field.default is attrs.NOTHING:
            must[wire_name(field.name)] = values_of(hints[field.name], depth)
        elif depth > 0:
            may[wire_name(field.name)] = values_of(hints[field.name], depth)
    return st.tuples(UNKNOWN, st.fixed_dictionaries(must, optional=may)).map(merged)


def merged(parts: tuple[dict[str, Any], dict[str, Any]]) -> Any:
    """One object of two."""
    return {**parts[0], **parts[1]}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_model_gives_back_what_it_was_read_from(model: Any) -> None:
    """By whichever reader of JSON, and with all that it doesn't know."""
    own = {wire_name(field.name) for field in attrs.fields(model)}

    @examples(10)
    @given(objects_of(model))
    def holds(value: Any) -> None:
        made: Any = structure(value, model)
        told = made.to_dict()
        assert {name: told[name] for name in value.keys() - own} == without(own, value)
        for read in READERS:
            assert structure(read(json.dumps(told).encode()), model) == made
            sent = read(encode(made))
            assert structure(sent, model).to_dict(compact=True) == made.to_dict(compact=True)
            assert encode(structure(sent, model)) == encode(made)

    holds()


def without(names: set[str], value: dict[str, Any]) -> dict[str, Any]:
    """What an object has besides."""
    return {name: value[name] for name in value.keys() - names}
