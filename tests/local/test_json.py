"""JSON values and their text."""

from __future__ import annotations

from typing import Any

import pytest

from julep.local.json_text import is_well_formed, mended, to_json, well_formed
from julep.types._json import as_object, is_array, is_object, objects


@pytest.mark.parametrize(
    ("text", "formed"),
    [
        ("", ""),
        ("abc", "abc"),
        ("é中😀", "é中😀"),
        ("\ud83d\ude00", "😀"),
        ("a\ud83d", "a\ufffd"),
        ("\ude00a", "\ufffda"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
    ],
)
def test_text_is_made_such_that_it_can_be_sent(text: str, formed: str) -> None:
    """Halves of a character that stand together are one; others are replaced."""
    assert well_formed(text) == formed
    assert to_json([text]) == f'["{formed}"]'
    assert mended({text: [text]}) == {formed: [formed]}
    assert is_well_formed({"k": [text]}) is (text == formed)
    assert is_well_formed({text: 1}) is (text == formed)


def test_what_is_well_formed_already_stays_itself() -> None:
    """No copy is made."""
    value = {"é": [1, None, True, 0.5]}
    assert mended(value) is value
    assert to_json(value) == '{"é":[1,null,true,0.5]}'


@pytest.mark.parametrize(
    ("value", "is_obj", "is_arr"),
    [
        ({}, True, False),
        ([], False, True),
        ((), False, False),
        ("", False, False),
        (None, False, False),
    ],
)
def test_two_questions_narrow_values(value: Any, is_obj: bool, is_arr: bool) -> None:
    """Only what JSON has is an object or an array."""
    assert (is_object(value), is_array(value)) == (is_obj, is_arr)
    assert as_object(value) == {}


def test_what_is_no_object_is_left_out() -> None:
    """As what other people's servers send may hold anything."""
    assert as_object({"a": 1}) == {"a": 1}
    several: list[object] = [{"a": 1}, 7, None, [], {}]
    assert objects(several) == [{"a": 1}, {}]
    assert objects({"a": {}}) == objects(None) == objects("ab") == []
