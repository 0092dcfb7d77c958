"""Completions and chunks that are made here."""

from __future__ import annotations

import time
from typing import Any

import pytest

from julep.local.models.completion_objects import as_chunks, completion, counted_usage
from julep.local.models.token_count import count_messages

MESSAGES: Any = [{"role": "user", "content": "hi"}]
CALLS: Any = [{"id": "a", "type": "function"}, {"id": "b", "type": "function"}]


def made(request: Any, content: str | None, calls: Any = None) -> Any:
    """A completion, of which a test may ask anything."""
    return completion(request, content, calls)


def test_a_completion_stands_around_a_message() -> None:
    """With an id of its own, the model that was asked for, and the use of tokens."""
    before = int(time.time())
    whole = made({"model": "m", "messages": MESSAGES}, "two words")
    assert whole["id"].startswith("chatcmpl-")
    assert before <= whole["created"] <= before + 60
    assert (whole["object"], whole["model"]) == ("chat.completion", "m")
    message = {"role": "assistant", "content": "two words"}
    choice = {"index": 0, "finish_reason": "stop", "logprobs": None, "message": message}
    assert whole["choices"] == [choice]
    prompt = count_messages(MESSAGES)
    assert whole["usage"] == {
        "prompt_tokens": prompt,
        "completion_tokens": 2,
        "total_tokens": prompt + 2,
    }


@pytest.mark.parametrize(("calls", "reason"), [(CALLS, "tool_calls"), ([], "stop"), (None, "stop")])
def test_a_completion_of_calls_ends_with_them(calls: Any, reason: str) -> None:
    """Its content is null unless it is given."""
    (choice,) = made({"messages": []}, None, calls)["choices"]
    assert choice["finish_reason"] == reason
    assert choice["message"]["content"] is None
    assert choice["message"].get("tool_calls", calls) == calls


@pytest.mark.parametrize(("asked", "count"), [({}, 1), ({"n": None}, 1), ({"n": 3}, 3)])
def test_as_many_choices_as_are_asked_for(asked: Any, count: int) -> None:
    """Each with its index; without a model the echo's name."""
    whole = made({"messages": [], **asked}, "a")
    assert [choice["index"] for choice in whole["choices"]] == list(range(count))
    assert whole["model"] == "echo"


def test_tokens_are_counted_where_nobody_told() -> None:
    """Of the prompt and of the answer."""
    assert counted_usage([], "") == {
        "prompt_tokens": 3,
        "completion_tokens": 0,
        "total_tokens": 3,
    }


def test_chunks_go_word_by_word_and_call_by_call() -> None:
    """First the role, last the reason, and then the use of tokens alone."""
    whole = made({"messages": MESSAGES, "n": 2}, "a  b", CALLS)
    chunks: Any = as_chunks(whole)
    deltas = [
        {"role": "assistant", "content": ""},
        {"content": "a"},
        {"content": " "},
        {"content": " b"},
        {"tool_calls": [{"index": 0, **CALLS[0]}]},
        {"tool_calls": [{"index": 1, **CALLS[1]}]},
        {},
    ]
    choices = [choice for chunk in chunks for choice in chunk["choices"]]
    assert [(choice["index"], choice["delta"]) for choice in choices] == [
        (index, delta) for index in (0, 1) for delta in deltas
    ]
    ends = [choice["finish_reason"] for choice in choices]
    assert ends == [*[None] * 6, "tool_calls"] * 2
    assert all(choice["logprobs"] is None for choice in choices)
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert {chunk["id"] for chunk in chunks} == {whole["id"]}
    assert [chunk["usage"] for chunk in chunks] == [*[None] * 14, whole["usage"]]
    assert chunks[-1]["choices"] == []
