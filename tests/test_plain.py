"""What JSON can carry, and whether one JSON value holds another."""

from __future__ import annotations

from enum import Enum
from types import SimpleNamespace
from typing import Any, NamedTuple

import attrs
import pytest

from julep.types._json import as_object, is_array, is_object, objects
from julep.types._plain import (
    OMIT,
    contains,
    is_foreign_model,
    is_named_tuple,
    is_plain,
    is_sendable,
    to_plain,
    wire_name,
)


class Spot(NamedTuple):
    """A tuple with names."""

    x: int


@attrs.define
class Own:
    """A model of a user's."""

    _x: int


@pytest.mark.parametrize(
    ("value", "part", "holds"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({"a": 1}, {}, True),
        ({"a": {"b": [1, {"c": 2}]}}, {"a": {"b": [{"c": 2}]}}, True),
        ({"a": None}, {"b": None}, False),
        ([1, 2], [2], True),
        ([1, 2], [2, 3], False),
        ([1], [], True),
        ([1], 1, False),
        ({"a": 1}, [], False),
        (1, 1.0, True),
        (1, True, False),
        (True, True, True),
        (0, False, False),
        ("1", 1, False),
        (None, None, True),
    ],
)
def test_a_value_may_hold_a_part(value: Any, part: Any, holds: bool) -> None:
    """Objects by key, lists by item; a flag is no number."""
    assert contains(value, part) is holds


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (1.5, True),
        (float("nan"), False),
        ([1, "a", None, True, {"a": [0.5]}], True),
        ([float("inf")], False),
        ({1: 2}, False),
        ({"a": object()}, False),
        ({"a": (1,)}, False),
        (Spot(1), False),
        (Enum("E", {"A": "a"}).A, False),  # type: ignore[attr-defined]  # made at run time
    ],
)
def test_what_json_takes_as_it_stands(value: Any, plain: bool) -> None:
    """Classes that only look like it are converted first."""
    assert is_plain(value) is plain


@pytest.mark.parametrize(
    ("text", "sendable"),
    [("", True), ("aé😀", True), ("a\ud7ff\ue000", True), ("a\ud800", False), ("\udfffa", False)],
)
def test_text_with_half_of_a_pair_is_not_sendable(text: str, sendable: bool) -> None:
    """UTF-8 has no form for it."""
    assert is_sendable(text) is sendable
    if not sendable:
        with pytest.raises(TypeError, match=r"^a\[0\]: text with half"):
            to_plain([text], "a")


@pytest.mark.parametrize(
    ("name", "wire"), [("if_", "if"), ("continue_", "continue"), ("name_", "name_")]
)
def test_names_that_python_reserves_have_another_in_json(name: str, wire: str) -> None:
    """All others are the same."""
    assert wire_name(name) == wire


def test_values_become_plain() -> None:
    """What is `OMIT` is left out, of lists too; errors name the place."""
    assert to_plain({"a": OMIT, "b": [1, OMIT, (2,)], 7: Own(3)}) == {"b": [1, [2]], "7": {"x": 3}}
    for value, place in (
        ({"a": [object()]}, "a[0]"),
        (object(), "the body"),
        ({True: 1}, "the body"),
    ):
        with pytest.raises(TypeError) as caught:
            to_plain(value)
        assert str(caught.value).startswith(f"{place}: ")
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(TypeError, match=r"^a: contains itself, or is nested too deeply for JSON$"):
        to_plain(endless, "a")


def test_classes_are_told_apart() -> None:
    """Models of users', and tuples with names."""
    assert is_foreign_model(Own(1))
    assert not is_foreign_model(SimpleNamespace(a=1))
    assert is_named_tuple(Spot)
    assert not is_named_tuple(tuple)


@pytest.mark.parametrize(
    ("value", "is_an_object", "is_an_array"),
    [
        ({}, True, False),
        ([], False, True),
        ((), False, False),
        ("", False, False),
        (None, False, False),
    ],
)
def test_parsed_json_is_narrowed(value: Any, is_an_object: bool, is_an_array: bool) -> None:
    """What is no object reads as an empty one."""
    assert (is_object(value), is_array(value)) == (is_an_object, is_an_array)
    assert as_object(value) == {}
    assert objects([value, {"a": 1}]) == [*([{}] if is_an_object else []), {"a": 1}]
    assert objects(value) == []
    assert as_object({"a": 1}) == {"a": 1}


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_numbers_that_json_has_no_form_for_are_refused(number: float) -> None:
    """With their place; all others are sent."""
    assert to_plain({"a": [0.5, -0.0, 1e300]}) == {"a": [0.5, 0.0, 1e300]}
    with pytest.raises(TypeError, match=r"^a\[0\]: -?(nan|inf) is no number that JSON can carry"):
        to_plain({"a": [number]})
