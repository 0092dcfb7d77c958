"""What does not fit a JSON Schema, and schemas that make no sense."""

from __future__ import annotations

from typing import Any

import pytest

from julep.local.sandbox.budget import Budget, LimitExceeded, spending
from julep.local.sandbox.json_schema import SCHEMA_OF_SCHEMAS, first_problem

_SCHEMA: Any = {
    "type": "object",
    "properties": {"n": {"type": "integer"}, "s": {"pattern": "^(a+)+$"}},
    "patternProperties": {"^x_": {"type": "boolean"}},
    "required": ["n"],
}


@pytest.mark.parametrize(
    ("input", "problem"),
    [
        ({"n": 1, "s": "aa", "x_1": True}, None),
        ({}, "'n' is a required property"),
        ({"n": "1"}, "n: '1' is not of type 'integer'"),
        ({"n": 1, "x_1": 1}, "x_1: 1 is not of type 'boolean'"),
        ({"n": 1, "s": "a" * 50 + "b"}, f"s: '{'a' * 50}b' does not match '^(a+)+$'"),
    ],
)
def test_inputs_are_checked_against_the_schema(input: Any, problem: str | None) -> None:
    """The first thing that does not fit is told with its place; patterns always end."""
    assert first_problem(_SCHEMA, input) == problem


@pytest.mark.parametrize(("levels", "is_refused"), [(99, False), (101, True)])
def test_a_schema_has_a_depth_of_our_own(levels: int, is_refused: bool) -> None:
    """It doesn't depend on how much of Python's stack the library and its caller use."""
    schema: Any = {}
    for _ in range(levels - 1):
        schema = {"not": schema}
    for told in (first_problem(schema, 1), first_problem(SCHEMA_OF_SCHEMAS, schema)):
        assert ("more than 100 levels" in (told or "")) is is_refused


@pytest.mark.parametrize(
    "schema", [{"$ref": "http://127.0.0.1:9/schema"}, {"properties": {"n": {"pattern": "(?=a)"}}}]
)
def test_schemas_never_reach_the_network(schema: Any) -> None:
    """A reference to elsewhere, or a pattern that can't be kept linear, is told as such."""
    problem = first_problem(schema, {"n": "a"})
    assert problem is not None
    assert problem.startswith("the schema can't be used: ")


def test_a_schema_of_many_cases_has_a_budget() -> None:
    """The clock is looked at while a value is checked."""
    schema: Any = {"anyOf": [{"properties": {"n": {"const": n}}} for n in range(5000)]}
    assert "not valid" in str(first_problem(schema, {"n": "a"}))
    with spending(Budget(seconds=-1.0)), pytest.raises(LimitExceeded, match="too long"):
        first_problem(schema, {"n": "a"})


@pytest.mark.parametrize("schema", [{"type": "strange"}, {"properties": 3}, 7, [1]])
def test_a_schema_must_be_one(schema: Any) -> None:
    """What is no JSON Schema is told with the reason."""
    assert first_problem(SCHEMA_OF_SCHEMAS, schema)
