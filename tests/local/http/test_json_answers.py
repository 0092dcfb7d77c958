"""Answers in JSON."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from julep.local.http.json_answers import to_json_in_turns
from julep.local.json_text import to_json
from tests.local.turns import turns_beside

_VALUES: list[Any] = [
    None,
    [1, "é"],
    {},
    {"a": []},
    {"items": [{"b": "\ud83d\ude00"}, [], None], "time": 0.5, "é": {"c": [1]}},
]


@pytest.mark.parametrize("value", _VALUES)
def test_json_is_the_same_in_one_turn_and_in_several(value: Any) -> None:
    """Only who waits for it differs."""
    assert anyio.run(to_json_in_turns, value) == to_json(value)


def test_others_are_answered_while_a_long_list_is_written() -> None:
    """A page of big items takes several turns."""
    value = {"items": ["x" * 1_000_000] * 20}
    assert turns_beside(lambda: to_json_in_turns(value)) >= 15
