"""Checks of single values: what each takes, and how it says what is wrong."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from julep.local.fields.checks import (
    anything,
    boolean,
    identifier,
    mapping,
    number,
    one_of,
    text,
    web_address,
    whole_number,
)
from julep.local.fields.problems import Problems
from julep.local.fields.schema import Check, described, schema_of


def found(check: Check, value: Any) -> list[tuple[str, str]]:
    """Kind and message of each problem with a value, which is given back as it is."""
    problems: Problems = []
    assert check(value, "at", problems) is value
    assert all((each["loc"], each["received"][:3]) for each in problems)
    return [(each["type"], each["msg"]) for each in problems]


@pytest.mark.parametrize("value", [None, 0, "", [], {}])
def test_anything_is_taken(value: Any) -> None:
    """And described by an empty schema."""
    assert found(anything, value) == []
    assert schema_of(anything) == {}


@pytest.mark.parametrize("value", [True, False])
def test_a_flag_is_taken(value: bool) -> None:
    """Either."""
    assert found(boolean, value) == []


@pytest.mark.parametrize("value", [0, 1, "true", None, []])
def test_what_looks_like_a_flag_is_none(value: Any) -> None:
    """No number and no text."""
    assert found(boolean, value) == [("bool_type", "Input should be a valid boolean")]


def test_ids_are_spelt_as_usual() -> None:
    """Whichever way they come."""
    usual = "0190163d-8694-7394-8000-4f6aebec3ba9"
    for spelling in (usual, usual.upper(), usual.replace("-", ""), f"{{{usual}}}"):
        problems: Problems = []
        assert identifier(spelling, "at", problems) == usual
        assert problems == []


@pytest.mark.parametrize("value", ["", "x", 7, None, [], "0190163d-8694-7394-8000-4f6aebec3ba"])
def test_what_is_no_id_is_refused(value: Any) -> None:
    """With a hint at what one looks like."""
    assert found(identifier, value) == [("uuid_parsing", "Input should be a valid UUID")]


def test_objects_are_told_from_other_values() -> None:
    """Lists of pairs are none."""
    assert found(mapping, {}) == []
    assert found(mapping, []) == [("dict_type", "Input should be a valid dictionary")]


@pytest.mark.parametrize("value", ["ab", "abc", "abcd"])
def test_texts_have_a_length(value: str) -> None:
    """Of characters, both bounds allowed."""
    assert found(text(2, 4), value) == []


@pytest.mark.parametrize(
    ("check", "value", "kind", "message"),
    [
        (text(), 7, "string_type", "Input should be a valid string"),
        (text(1), "", "string_too_short", "String should have at least 1 character"),
        (text(2), "a", "string_too_short", "String should have at least 2 characters"),
        (text(0, 4), "abcde", "string_too_long", "String should have at most 4 characters"),
        (text(0, 0), "a", "string_too_long", "String should have at most 0 characters"),
        (text(pattern="a+"), "ab", "string_pattern_mismatch", "String should match pattern 'a+'"),
        (text(pattern="a+"), "a\n", "string_pattern_mismatch", "String should match pattern 'a+'"),
        (number(), "1", "float_type", "Input should be a valid number"),
        (number(), True, "float_type", "Input should be a valid number"),
        (number(whole=True), 1.0, "int_type", "Input should be a valid integer"),
        (number(), 10**400, "finite_number", "Input should be a finite number"),
        (number(), -(10**400), "finite_number", "Input should be a finite number"),
        (number(), float("inf"), "finite_number", "Input should be a finite number"),
        (number(1), 0.5, "greater_than_equal", "Input should be greater than or equal to 1"),
        (number(0, 0), 1, "less_than_equal", "Input should be less than or equal to 0"),
        (number(0), -1, "greater_than_equal", "Input should be greater than or equal to 0"),
        (number(below=1), 1, "less_than", "Input should be less than 1"),
        (number(below=0), 0, "less_than", "Input should be less than 0"),
        (one_of("a"), "b", "literal_error", "Input should be 'a'"),
        (one_of("a", "b"), "c", "literal_error", "Input should be 'a' or 'b'"),
        (one_of("a", "b", "c"), 1, "literal_error", "Input should be 'a', 'b' or 'c'"),
        (one_of("a"), ["a"], "literal_error", "Input should be 'a'"),
    ],
)
def test_each_problem_has_its_words(check: Check, value: Any, kind: str, message: str) -> None:
    """In those of the API, one problem for one value."""
    assert found(check, value) == [(kind, message)]


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (number(), 0),
        (number(), -1.5),
        (number(), sys.float_info.max),
        (number(), -sys.float_info.max),
        (number(whole=True), 10**400),
        (number(1, 2), 1),
        (number(1, 2), 2),
        (number(0, below=1), 0),
        (number(0, below=1), 0.999),
        (text(), ""),
        (text(pattern="a+"), "aa"),
        (one_of("a", "b"), "b"),
    ],
)
def test_bounds_are_allowed_themselves(check: Check, value: Any) -> None:
    """But for one that numbers must be below."""
    assert found(check, value) == []


@pytest.mark.parametrize(
    ("check", "schema"),
    [
        (boolean, {"type": "boolean"}),
        (identifier, {"type": "string", "format": "uuid"}),
        (text(), {"type": "string"}),
        (text(1, 5, "a"), {"type": "string", "minLength": 1, "maxLength": 5, "pattern": "^a$"}),
        (number(), {"type": "number"}),
        (number(0, 5), {"type": "number", "minimum": 0, "maximum": 5}),
        (number(0, below=1), {"type": "number", "minimum": 0, "exclusiveMaximum": 1}),
        (number(whole=True), {"type": "integer"}),
        (one_of("a", "b"), {"type": "string", "enum": ["a", "b"]}),
    ],
)
def test_each_check_has_a_schema(check: Check, schema: dict[str, Any]) -> None:
    """Without keywords that say nothing."""
    assert schema_of(check) == schema


def test_a_function_without_a_schema_takes_anything() -> None:
    """Until it is described; keywords that are None are left out."""

    def check(value: Any, _loc: str, _problems: Problems) -> Any:
        return value

    assert schema_of(check) == {}
    assert schema_of(described(type="string", maxLength=None)(check)) == {"type": "string"}


def test_whole_numbers_may_be_texts() -> None:
    """As secrets and templates give them; half ones stay wrong."""
    check = whole_number(1, 3)
    problems: Problems = []
    assert [check(value, "n", problems) for value in (1, "2", 3.0)] == [1, 2, 3]
    assert problems == []
    for value in (2.5, "x", None):
        assert found(check, value) == [("int_type", "Input should be a valid integer")]
    check("4", "n", problems)
    assert [each["type"] for each in problems] == ["less_than_equal"]
    assert schema_of(check) == schema_of(number(1, 3, whole=True))


def test_the_address_of_a_page_is_whole() -> None:
    """A host alone gets its path."""
    problems: Problems = []
    assert web_address("https://x.test", "url", problems) == "https://x.test/"
    assert web_address("https://x.test/a?b=c", "url", problems) == "https://x.test/a?b=c"
    assert problems == []
    for value in ("x.test", "", 1, "https://", "http://x:port/", None):
        assert found(web_address, value) == [("url_parsing", "Input should be a valid URL")]
