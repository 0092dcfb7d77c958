"""Checks made of others."""

from __future__ import annotations

from typing import Any

import pytest

from julep.local.fields.checks import anything, mapping, number, text
from julep.local.fields.combined import either, hidden, optional, or_empty, sequence, texts, values
from julep.local.fields.problems import Problems
from julep.local.fields.schema import Check, schema_of


def read(check: Check, value: Any) -> tuple[Any, list[tuple[str, str]]]:
    """What comes of a value, and where which problems are."""
    problems: Problems = []
    result = check(value, "at", problems)
    return result, [(each["loc"], each["type"]) for each in problems]


def test_null_is_taken_where_a_value_is_optional() -> None:
    """Other values are checked."""
    check = optional(text(1))
    assert read(check, None) == (None, [])
    assert read(check, "a") == ("a", [])
    assert read(check, "") == ("", [("at", "string_too_short")])
    assert schema_of(check) == {"anyOf": [{"type": "string", "minLength": 1}, {"type": "null"}]}
    assert schema_of(optional(anything)) == {}


def test_null_stands_for_an_empty_object() -> None:
    """Readers see no null there; what is sent is checked as ever."""
    check = or_empty(mapping)
    assert read(check, None) == ({}, [])
    assert read(check, {"a": 1}) == ({"a": 1}, [])
    assert read(check, 7) == (7, [("at", "dict_type")])
    assert schema_of(check) == schema_of(optional(mapping))


def test_one_text_stands_for_a_list_of_it() -> None:
    """How many a list may have doesn't matter to it."""
    check = texts(text(1, 3), 2, 3)
    assert read(check, "abc") == (["abc"], [])
    assert read(check, ["a", "b"]) == (["a", "b"], [])
    assert read(check, ["a"])[1] == [("at.list[Text]", "too_short"), ("at.Text", "string_type")]
    assert ("at.Text", "string_too_long") in read(check, "abcd")[1]
    assert schema_of(check) == schema_of(either(A=text(1, 3), B=sequence(text(1, 3), 2, 3)))


def test_what_is_hidden_stands_in_no_error() -> None:
    """Not even in part; the rest of the problem is told."""
    problems: Problems = []
    check = hidden(text(0, 3))
    check("s3cret", "at", problems)
    assert [(each["type"], each["received"]) for each in problems] == [
        ("string_too_long", "(not shown)")
    ]
    assert read(check, "abc") == ("abc", [])
    assert schema_of(check) == {"type": "string", "maxLength": 3, "writeOnly": True}


_EITHER = either(Word=text(1, 3), Words=sequence(text(1, 3)), Object=mapping)


@pytest.mark.parametrize("value", ["abc", ["a"], [], {}])
def test_one_of_several_checks_is_enough(value: Any) -> None:
    """The first one that takes a value decides what comes of it."""
    assert read(_EITHER, value) == (value, [])
    assert read(either(One=optional(number()), Two=text()), "1") == ("1", [])


@pytest.mark.parametrize(
    ("value", "loc", "kind"),
    [
        pytest.param("abcd", "at.Word", "string_too_long", id="the right type"),
        pytest.param(["a", "b", ""], "at.Words[2]", "string_too_short", id="deep inside"),
    ],
)
def test_the_closest_check_is_told_first(value: Any, loc: str, kind: str) -> None:
    """Problems of the others follow."""
    result, problems = read(_EITHER, value)
    assert result is value
    assert problems[0] == (loc, kind)
    assert {each.split("[")[0] for each, _ in problems} == {"at.Word", "at.Words", "at.Object"}


def test_every_way_has_a_schema() -> None:
    """In the order of the checks."""
    assert schema_of(either(A=text(), B=mapping)) == {
        "anyOf": [{"type": "string"}, {"type": "object"}]
    }


@pytest.mark.parametrize(
    ("value", "problems"),
    [
        (["a"], []),
        (["a", "b"], []),
        ([], [("at", "too_short")]),
        (["a", "b", "c"], [("at", "too_long")]),
        ([1, "b"], [("at[0]", "string_type")]),
        (["a", 2], [("at[1]", "string_type")]),
        ({}, [("at", "list_type")]),
        ("ab", [("at", "list_type")]),
    ],
)
def test_lists_have_a_length_and_checked_items(value: Any, problems: list[tuple[str, str]]) -> None:
    """Of one that is too long the items aren't looked at."""
    assert read(sequence(text(), 1, 2), value) == (value, problems)


def test_a_list_says_how_long_it_is() -> None:
    """Beside how long it should be."""
    problems: Problems = []
    sequence(text(), 2)(["a"], "at", problems)
    sequence(text(), 0, 1)(["a", "b"], "at", problems)
    assert [each["msg"] for each in problems] == [
        "List should have at least 2 item after validation, not 1",
        "List should have at most 1 items after validation, not 2",
    ]
    assert schema_of(sequence(text(), 2, 5)) == {
        "type": "array",
        "items": {"type": "string"},
        "minItems": 2,
        "maxItems": 5,
    }
    assert schema_of(sequence(text())) == {"type": "array", "items": {"type": "string"}}


def test_the_items_of_lists_and_objects_are_what_their_check_gives() -> None:
    """As it is with an id in another spelling."""

    def upper(value: Any, _loc: str, _problems: Problems) -> Any:
        return value.upper()

    assert read(sequence(upper), ["a", "b"]) == (["A", "B"], [])
    assert read(values(upper), {"a": "b"}) == ({"a": "B"}, [])


def test_the_values_of_objects_are_checked() -> None:
    """Under any key."""
    check = values(number())
    assert read(check, {"a": 1, "b": "x"}) == ({"a": 1, "b": "x"}, [("at.b", "float_type")])
    assert read(check, [1]) == ([1], [("at", "dict_type")])
    assert schema_of(check) == {"type": "object", "additionalProperties": {"type": "number"}}
