"""JSON Schemas of users' own, to which answers and outputs are held."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from julep._codec.mismatch import Mismatch
from julep._output import Output
from julep._shapes import Shape, read, schema_of, shape_of

from .schemas import JSON, KINDS, Kind, fitting
from .servers import Json
from .test_chat_parse import said

PRICE: Json = {
    "type": "object",
    "properties": {
        "amount": {"type": "number", "minimum": 0, "exclusiveMaximum": 100},
        "currency": {"enum": ["EUR", "CHF"]},
        "tags": {"type": "array", "items": {"type": "string", "maxLength": 3}, "maxItems": 2},
        "next": {"$ref": "#"},
        "pair": {"prefixItems": [{"const": 1}], "items": {"type": ["string", "null"]}},
        "code": {"pattern": "^[a-z]+$", "minLength": 2},
        "letter": {"pattern": r"\p{L}"},
    },
    "required": ["amount"],
    "additionalProperties": False,
}
LIST: Json = {
    "anyOf": [{"type": "array", "items": {"$ref": "#"}}, {"$ref": "#/$defs/leaf"}],
    "$defs": {"leaf": {"type": "integer"}},
}
MISFITS: list[tuple[Json, Any, str, str]] = [
    (PRICE, {}, "amount", "expected a value, got nothing"),
    (PRICE, {"amount": True}, "amount", "expected a number, got true or false"),
    (PRICE, {"amount": -1}, "amount", "expected a number from 0, got -1"),
    (PRICE, {"amount": 100}, "amount", "expected a number below 100, got 100"),
    (PRICE, {"amount": 1, "currency": "USD"}, "currency", 'one of "EUR", "CHF", got "USD"'),
    (PRICE, {"amount": 1, "tags": ["a", "long"]}, "tags[1]", "at most 3 characters, got 4"),
    (PRICE, {"amount": 1, "tags": ["a", "b", "c"]}, "tags", "at most 2 items, got 3"),
    (PRICE, {"amount": 1, "next": {"amount": ""}}, "next.amount", "a number, got text"),
    (PRICE, {"amount": 1, "pair": [1, "a", 5]}, "pair[2]", "text or null, got a whole number"),
    (PRICE, {"amount": 1, "pair": [True]}, "pair[0]", "expected 1, got true"),
    (PRICE, {"amount": 1, "code": "A1"}, "code", "text that matches ^[a-z]+$"),
    (PRICE, {"amount": 1, "more": 1}, "more", "got an unknown name"),
    (PRICE, [], "", "expected an object, got an array"),
    (LIST, [1, [2, "3"]], "[1][1]", "expected"),
    ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, "the name 'ab'", "at most 1 characters"),
    ({"properties": {"a": False}}, {"a": 1}, "a", "expected nothing"),
]


@pytest.mark.parametrize(("schema", "value", "path", "fault"), MISFITS, ids=str)
def test_what_does_not_fit_is_told(schema: Json, value: Any, path: str, fault: str) -> None:
    """Where, what belongs there and what is there."""
    with pytest.raises(Mismatch) as told:
        read(shape_of(schema), value)
    assert (told.value.path, fault in str(told.value)) == (path, True)


def test_what_fits_is_taken_as_it_is() -> None:
    """Patterns of other languages and unknown keywords hold nobody to anything."""
    value = {"amount": 1, "next": {"amount": 2.5}, "code": "ab", "letter": "5", "pair": [1.0, None]}
    assert read(shape_of(PRICE), value) is value
    assert read(shape_of(LIST), [1, [2]]) == [1, [2]]
    assert read(shape_of({"type": "string", "format": "date", "$ref": "other.json"}), "x") == "x"


NO_SCHEMAS: list[tuple[Json, str]] = [
    ({"type": "str"}, "output.type: 'str' is no type of JSON; use string, boolean"),
    ({"type": 5}, "output.type can't be a whole number"),
    ({"properties": {"a": {"required": True}}}, "output.properties.a.required can't be true or"),
    ({"anyOf": [{"items": {"type": ["null", "none"]}}]}, r"output.anyOf\[0\].items.type: 'none'"),
    ({"properties": {"a": "string"}}, "output.properties.a must be a JSON Schema, not text"),
    (
        {"additionalProperties": {"minimum": "1"}},
        "output.additionalProperties.minimum can't be text",
    ),
]


@pytest.mark.parametrize(("schema", "fault"), NO_SCHEMAS)
def test_what_is_no_schema_is_refused(schema: Json, fault: str) -> None:
    """Where it is given, by the place in it."""
    with pytest.raises(TypeError, match=fault):
        Output(schema)


def test_a_schema_is_moved_with_its_references() -> None:
    """What is no object stands within one, and refers to itself there."""
    output = Output(LIST)
    schema = output.format["json_schema"]["schema"]
    Draft202012Validator.check_schema(schema)
    assert _fits(schema, {"value": [1, [2]]})
    assert not _fits(schema, {"value": [1, ["2"]]})
    assert output.of_answer(said('{"value": [1, [2]]}')) == [1, [2]]
    assert output.of_answer(said("[1]")) == [1]


def _fits(schema: Any, value: Any) -> bool:
    validator: Any = Draft202012Validator(schema)
    return bool(validator.is_valid(value))


def _is_read(shape: Shape, value: Any) -> bool:
    try:
        read(shape, value)
    except Mismatch:
        return False
    return True


@pytest.mark.slow
@settings(deadline=None)
@given(st.data(), KINDS)
def test_values_are_judged_as_by_others(data: st.DataObject, kind: Kind) -> None:
    """A validator of JSON Schema takes and refuses the same."""
    schema = schema_of(shape_of(kind.form))
    value = data.draw(fitting(schema, schema) | JSON)
    # Uniqueness is not looked at.
    schema = _without(schema, "uniqueItems")
    assert _is_read(shape_of(schema), value) is _fits(schema, value)


def _without(schema: Any, keyword: str) -> Any:
    if isinstance(schema, list):
        return [_without(part, keyword) for part in schema]  # pyright: ignore[reportUnknownVariableType] - JSON
    if not isinstance(schema, dict):
        return schema
    return {name: _without(part, keyword) for name, part in schema.items() if name != keyword}  # pyright: ignore[reportUnknownVariableType] - JSON
