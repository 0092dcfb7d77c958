"""Counting tokens."""

from __future__ import annotations

import pytest

from julep.local.models.token_count import count_messages, count_text, plain_text
from julep.local.records import Message
from tests.local.conftest import JSON


@pytest.mark.parametrize("text", ["word ", "some words, of any kind; ", "中文 ", "1234 "])
def test_long_texts_have_as_many_tokens_as_their_parts(text: str) -> None:
    """Texts that are too long to be counted whole are estimated, within one per cent."""
    repeated = 1_000_000 // len(text)
    exact = count_text(text * 100) * repeated / 100
    assert count_text(text * repeated) == pytest.approx(exact, rel=0.01)


def test_the_parts_that_are_counted_are_spread_over_the_text() -> None:
    """A beginning of another kind doesn't decide."""
    text = "a" * 700_000 + ". " * 350_000
    assert count_text(text) == pytest.approx(450_000, rel=0.1)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("  ", 0),
        ("word", 1),
        ("seventy", 1),
        ("seventies", 2),
        ("two words.", 3),
        ("123", 1),
        ("1234", 2),
        ("snake_case", 3),
        ("a\nb", 3),
        ("?!?!?!?!", 2),
        ("中文", 1),
    ],
)
def test_tokens_are_words_numbers_and_marks(text: str, count: int) -> None:
    """Of at most seven letters, three digits or seven marks."""
    assert count_text(text) == count


def test_texts_are_counted_whole_up_to_a_length() -> None:
    """The same with one character less, at the length, and beyond."""
    assert [count_text("a " * half) for half in (49_999, 50_000, 50_010)] == [
        *(49_999, 50_000),
        pytest.approx(50_010, rel=0.01),
    ]


_USER: Message = {"role": "user", "content": "word"}
_CALLS: list[JSON] = [{"id": "c", "function": {"name": "f", "arguments": "{}"}}]


@pytest.mark.parametrize(
    ("messages", "count"),
    [
        ([], 3),
        ([_USER], 3 + 3 + 2),
        ([_USER, _USER], 3 + 2 * (3 + 2)),
        ([{**_USER, "name": "joe"}], 3 + 3 + 2 + (1 + 1)),
        ([{**_USER, "name": None}], 3 + 3 + 2),
        ([{"role": "user", "content": None}], 3 + 3 + 1),
    ],
)
def test_a_prompt_costs_more_than_its_texts(messages: list[Message], count: int) -> None:
    """Three for the reply, three for each message, one for a name, beside roles and names."""
    assert count_messages(messages) == count


def test_calls_of_tools_cost_what_they_say() -> None:
    """Their arguments go to the model too."""
    assert count_messages([{**_USER, "tool_calls": _CALLS}]) > count_messages([_USER]) + 5


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("a", "a"),
        (None, ""),
        (7, ""),
        (
            [{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": "u"}}, "b"],
            "a\nb",
        ),
        ({"type": "tool_result", "content": [{"text": "a"}]}, "a"),
        ({"text": "", "content": "b"}, "b"),
    ],
)
def test_the_text_of_a_content(content: object, text: str) -> None:
    """Whatever form it has; parts without text are left out."""
    assert plain_text(content) == text
