"""Chat answers, their chunks, and the history that keeps them."""

from __future__ import annotations

from typing import Any

import pytest

from julep._codec import structure
from julep.types import ChatChoice, ChunkChatResponse, History, MessageChatResponse

from .recorded import lost


def chat(choice: dict[str, Any]) -> MessageChatResponse:
    """Give a chat answer with one choice."""
    return structure({"id": "1", "choices": [{"index": 0, **choice}]}, MessageChatResponse)


CALL = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}


def test_chat_text_joins_parts() -> None:
    """The text of an answer is there for text, parts and nothing."""
    parts = [{"type": "text", "text": "a"}, {"text": "b"}, "c", {"type": "novel", "x": 1}]
    assert chat({"message": {"role": "assistant", "content": "hi"}}).text == "hi"
    assert chat({"message": {"role": "assistant", "content": parts}}).text == "abc"
    assert chat({"message": {"role": "assistant", "content": None}}).text == ""
    empty = structure({"id": "1", "choices": []}, MessageChatResponse)
    assert (empty.text, empty.message, empty.tool_calls) == ("", None, [])


def test_an_answer_tells_why_it_ends() -> None:
    """The reason of the first choice stands beside its text."""
    said = {"message": {"role": "assistant", "content": "hi"}, "finish_reason": "length"}
    assert chat(said).finish_reason == "length"
    assert structure({"id": "1", "choices": []}, MessageChatResponse).finish_reason is None


def test_a_history_is_in_order() -> None:
    """Servers give entries in any order; those of one moment stay as they came."""
    times = [("c", 3), ("a1", 1), ("b", 2), ("a2", 1)]
    entries: list[dict[str, Any]] = [
        {
            "id": name,
            "role": "user",
            "content": name,
            "source": "api_request",
            "created_at": f"2025-01-01T00:00:0{second}Z",
        }
        for name, second in times
    ]
    sent: dict[str, Any] = {"session_id": "s1", "entries": entries}
    assert [one.text for one in structure(sent, History).entries] == ["a1", "a2", "b", "c"]
    entries[0]["created_at"] = None
    assert [one.text for one in structure(sent, History).entries] == ["c", "a1", "b", "a2"]


def test_the_last_of_several_messages_is_the_message() -> None:
    """A choice with `messages` has a `message` too."""
    said = [{"role": "assistant", "content": text} for text in ("one", "two")]
    answer = chat({"messages": said})
    assert answer.text == "two"
    assert isinstance(answer.choices[0], ChatChoice)
    assert [message.text for message in answer.choices[0].messages or []] == ["one", "two"]


@pytest.mark.parametrize(
    "choice",
    [
        {"message": {"role": "assistant", "content": None, "tool_calls": [CALL]}},
        {"message": {"role": "assistant", "content": ""}, "tool_calls": [CALL]},
    ],
)
def test_tool_calls_of_both_generations_are_found(choice: dict[str, Any]) -> None:
    """Tool calls are read from the message or from the choice."""
    (call,) = chat(choice).tool_calls
    assert call.function is not None
    assert (call.id, call.function.name, call.function.arguments) == ("call_1", "f", "{}")


def test_chunks_have_the_text_that_they_add() -> None:
    """A chunk's text is its first choice's; frames without choices add none."""
    chunk = {
        "id": "1",
        "choices": [{"index": 0, "delta": {"content": "hel"}, "finish_reason": None}],
    }
    assert structure(chunk, ChunkChatResponse).text == "hel"
    assert structure({"id": "1", "choices": []}, ChunkChatResponse).text == ""


def test_entries_keep_what_is_no_message() -> None:
    """Tool results and tools in a history stay plain, text is text."""
    contents = [
        "hi",
        [{"type": "text", "text": "hi"}],
        {"id": "1", "output": {"a": 1}},
        [["hi"], CALL],
    ]
    entry = {"id": "1", "role": "user", "source": "api_request", "timestamp": 1.5}
    value = {"session_id": "1", "entries": [entry | {"content": content} for content in contents]}
    history = structure(value, History)
    assert [entry.text for entry in history.entries] == ["hi", "hi", "", ""]
    assert lost(value, history.to_dict()) == []
