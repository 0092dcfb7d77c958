"""What models' servers send, brought into the form that the API has."""

from __future__ import annotations

from typing import Any

import pytest

from julep.local.errors import ModelFailed
from julep.local.models.normalized import (
    as_completion,
    normalized_delta,
    normalized_index,
    normalized_logprobs,
    normalized_reason,
    normalized_usage,
)
from tests.local.conftest import JSON


@pytest.mark.parametrize(
    ("sent", "index"), [(0, 0), (1, 1), (2, 2), (-1, 0), (True, 0), (1.0, 0), ("1", 0), (None, 0)]
)
def test_a_choice_without_a_place_is_the_first(sent: Any, index: int) -> None:
    """True is 1 in Python and not in JSON."""
    assert normalized_index(sent) == index
    assert type(normalized_index(sent)) is int


@pytest.mark.parametrize(
    ("sent", "reason"), [("stop", "stop"), ("", None), (None, None), (1, None)]
)
def test_a_reason_is_a_word(sent: Any, reason: str | None) -> None:
    """Or isn't said."""
    assert normalized_reason(sent) == reason


@pytest.mark.parametrize(
    ("sent", "usage"),
    [
        ({"total_tokens": 3}, {"total_tokens": 3}),
        ({"total_tokens": 3.0, "a": "3", "b": None, "c": True}, {"total_tokens": 3}),
        ({"details": {"cached": 1.9, "x": "y"}}, {"details": {"cached": 1}}),
        ({}, {}),
        (None, None),
        ([1], None),
    ],
)
def test_counts_are_whole_numbers(sent: Any, usage: Any) -> None:
    """Some servers count in floats; what is no number is left out."""
    assert normalized_usage(sent) == usage


@pytest.mark.parametrize(
    ("sent", "is_kept"),
    [
        ({"content": []}, True),
        ({"content": [{"token": "a"}], "refusal": None}, True),
        ({"content": [{"token": "a"}, None]}, False),
        ({"content": None}, False),
        ({}, False),
        ([], False),
    ],
)
def test_likelihoods_are_a_list_of_objects(sent: Any, is_kept: bool) -> None:
    """Or aren't told."""
    assert normalized_logprobs(sent) == (sent if is_kept else None)


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"content": "a", "role": "assistant"}, {"content": "a", "role": "assistant"}),
        ({"content": [{"type": "text", "text": "a"}]}, {"content": "a"}),
        ({"content": None, "refusal": 7, "name": ["x"]}, {}),
        (
            {"reasoning_content": "r", "signature": {"x": 1}},
            {"reasoning_content": "r", "signature": {"x": 1}},
        ),
        ({"role": None, "reasoning": 1}, {}),
        ({"tool_calls": []}, {}),
        ({"tool_calls": None}, {}),
        ({"tool_calls": [7]}, {}),
        (
            {
                "tool_calls": [
                    {"id": "c", "index": 1, "function": {"name": "f", "arguments": {"a": 1}}}
                ]
            },
            {
                "tool_calls": [
                    {"id": "c", "index": 1, "function": {"name": "f", "arguments": '{"a":1}'}}
                ]
            },
        ),
        (
            {"tool_calls": [{"id": 7, "type": None, "index": True, "function": "f", "x": 1}]},
            {"tool_calls": [{"x": 1}]},
        ),
        (
            {"tool_calls": [{"function": {"name": None, "arguments": None, "y": 2}}]},
            {"tool_calls": [{"function": {"y": 2}}]},
        ),
        (
            {"tool_calls": [{"function": {"name": "f", "arguments": "{"}}]},
            {"tool_calls": [{"function": {"name": "f", "arguments": "{"}}]},
        ),
    ],
)
def test_fields_of_another_type_are_left_out(sent: JSON, message: JSON) -> None:
    """What the API doesn't know stays: some servers want it back."""
    assert normalized_delta(sent) == message


def test_no_more_choices_are_read_than_anybody_asks_for() -> None:
    """Others would wait for them."""
    answer: JSON = {"choices": [{"message": {"content": "x"}}] * 1_000}
    assert len(as_completion(answer)["choices"]) == 128


def test_a_completion_is_made_whole() -> None:
    """Each choice has an index, a reason and a message with a role."""
    answer = as_completion({"id": "x", "choices": [{"message": {"content": "a"}}, 7], "usage": 1})
    message = {"role": "assistant", "content": "a"}
    choice = {"message": message, "index": 0, "finish_reason": "stop", "logprobs": None}
    assert answer == {"id": "x", "choices": [choice], "usage": None}


@pytest.mark.parametrize(
    ("said", "reason"), [(None, "tool_calls"), ("", "tool_calls"), ("length", "length")]
)
def test_calls_are_a_reason(said: str | None, reason: str) -> None:
    """Where a server gives none."""
    choice = {"message": {"tool_calls": [{"id": "c"}]}, "finish_reason": said}
    (normalized,) = as_completion({"choices": [choice]})["choices"]
    assert normalized["finish_reason"] == reason
    assert normalized["message"]["content"] is None


WITHOUT_MESSAGE: list[tuple[JSON, str]] = [
    ({}, "without any choice"),
    ({"choices": []}, "without any choice"),
    ({"choices": [1]}, "without any choice"),
    ({"choices": [{}]}, "has no message"),
    ({"choices": [{"message": "a"}]}, "has no message"),
]


@pytest.mark.parametrize(("answer", "words"), WITHOUT_MESSAGE)
def test_an_answer_without_a_message_is_a_failure(answer: JSON, words: str) -> None:
    """There is nothing to pass on."""
    with pytest.raises(ModelFailed, match=words):
        as_completion(answer)
