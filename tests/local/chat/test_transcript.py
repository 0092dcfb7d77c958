"""A streamed answer as events, and the messages that it adds up to."""

from __future__ import annotations

from typing import Any

import pytest

from julep.local.chat.transcript import Transcript
from julep.local.json_types import JsonObject
from julep.local.models.completion_objects import counted_usage

PROMPT = [{"role": "user", "content": "hi"}]
USAGE = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}


@pytest.fixture
def transcript() -> Transcript:
    """One that has begun."""
    return Transcript([{"id": "doc"}], PROMPT)


def chunk(
    content: str | None = None, finish: str | None = None, at: int = 0, **more: Any
) -> JsonObject:
    """A chunk with one choice."""
    delta = {key: value for key, value in {"content": content, **more}.items() if value}
    return {"choices": [{"index": at, "delta": delta, "finish_reason": finish}]}


def test_each_chunk_is_an_event(transcript: Transcript) -> None:
    """With the same id and time, the recalled documents, and the role of the assistant."""
    first = transcript.event(chunk("a"))
    second = transcript.event(chunk("b", logprobs=None))
    assert first["choices"] == [
        {
            "index": 0,
            "delta": {"content": "a", "role": "assistant"},
            "finish_reason": None,
            "logprobs": None,
            "tool_calls": None,
        }
    ]
    for name in ("id", "created_at", "docs", "jobs"):
        assert first[name] == second[name]
    assert (first["docs"], first["jobs"], first["usage"]) == ([{"id": "doc"}], [], None)
    assert first["id"] != Transcript([], []).event(chunk("a"))["id"]


def test_what_was_said_adds_up_by_choice(transcript: Transcript) -> None:
    """In the order of the choices."""
    for each in (chunk("b", at=1), chunk("a"), chunk("A"), chunk(None, at=1), chunk("B", at=1)):
        transcript.event(each)
    assert [(message["role"], message["content"]) for message in transcript.messages()] == [
        ("assistant", "aA"),
        ("assistant", "bB"),
    ]


def test_calls_of_tools_add_up(transcript: Transcript) -> None:
    """From their pieces."""
    for arguments in ('{"a"', ": 1}"):
        function = {"name": "f", "arguments": arguments}
        transcript.event(chunk(tool_calls=[{"index": 0, "id": "c", "function": function}]))
    (message,) = transcript.messages()
    (call,) = message["tool_calls"]
    assert (call["id"], call["function"]["arguments"]) == ("c", '{"a": 1}')


def test_an_event_has_a_choice_also_where_the_chunk_has_none(transcript: Transcript) -> None:
    """The last one of many servers tells the use of tokens alone; its reason is told again."""
    transcript.event(chunk("a", "length"))
    event = transcript.event({"choices": [], "usage": USAGE})
    (choice,) = event["choices"]
    assert (choice["index"], choice["finish_reason"]) == (0, "length")
    assert choice["delta"] == {"role": "assistant"}
    assert event["usage"] == USAGE
    assert transcript.event(chunk("b"))["usage"] == USAGE


def test_it_is_finished_once_a_reason_is_given(transcript: Transcript) -> None:
    """And stays so."""
    transcript.event(chunk("a"))
    assert not transcript.finished
    transcript.event(chunk("b", "stop"))
    assert transcript.finished
    transcript.event(chunk("c"))
    assert transcript.finished


def test_nothing_is_added_to_a_stream_that_told_all(transcript: Transcript) -> None:
    """A reason and the use of tokens."""
    transcript.event({**chunk("a", "stop"), "usage": USAGE})
    assert transcript.close() is None


@pytest.mark.parametrize(
    ("last", "reason", "usage"),
    [
        pytest.param(chunk("two words", "length"), "length", None, id="no use"),
        pytest.param({**chunk("two words"), "usage": USAGE}, "stop", USAGE, id="no reason"),
        pytest.param(chunk("two words"), "stop", None, id="neither"),
    ],
)
def test_what_a_stream_did_not_tell_is_added(
    transcript: Transcript, last: JsonObject, reason: str, usage: JsonObject | None
) -> None:
    """The use of tokens is counted here, from all that was said."""
    transcript.event(chunk("one ", at=1))
    transcript.event(last)
    closing = transcript.close()
    assert closing
    assert closing["choices"][0]["finish_reason"] == reason
    assert closing["usage"] == (usage or counted_usage(PROMPT, "one two words"))
    assert transcript.close() is None
