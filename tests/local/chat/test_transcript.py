"""A streamed answer as events, and the messages that it adds up to."""

from __future__ import annotations

from typing import Any

import pytest

from julep.local.chat.transcript import Transcript
from julep.local.models.completion_objects import counted_usage

PROMPT: Any = [{"role": "user", "content": "hi"}]
DOCS: Any = [{"id": "doc"}]
USAGE = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}


@pytest.fixture
def transcript() -> Transcript:
    """One that has begun."""
    return Transcript(DOCS, PROMPT)


def chunk(content: str | None = None, finish: str | None = None, at: int = 0, **more: Any) -> Any:
    """A chunk with one choice."""
    delta = {key: value for key, value in {"content": content, **more}.items() if value}
    choice = {"index": at, "delta": delta, "finish_reason": finish, "logprobs": None}
    return {"choices": [choice]}


def sent(transcript: Transcript, chunk: Any) -> Any:
    """The event for a chunk."""
    return transcript.event(chunk)


def test_each_chunk_is_an_event(transcript: Transcript) -> None:
    """With the same id and time, the recalled documents, and the role of the assistant."""
    first = sent(transcript, chunk("a"))
    second = sent(transcript, chunk("b"))
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
    assert first["id"] != sent(Transcript([], []), chunk("a"))["id"]


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
    messages: Any = transcript.messages()
    ((call,),) = [message["tool_calls"] for message in messages]
    assert (call["id"], call["function"]["arguments"]) == ("c", '{"a": 1}')


def test_an_event_has_a_choice_also_where_the_chunk_has_none(transcript: Transcript) -> None:
    """The last one of many servers tells the use of tokens alone; its reason is told again."""
    transcript.event(chunk("a", "length"))
    event = sent(transcript, {"choices": [], "usage": USAGE})
    (choice,) = event["choices"]
    assert (choice["index"], choice["finish_reason"]) == (0, "length")
    assert choice["delta"] == {"role": "assistant"}
    assert event["usage"] == USAGE
    assert sent(transcript, chunk("b"))["usage"] == USAGE


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
    sent(transcript, {**chunk("a", "stop"), "usage": USAGE})
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
    transcript: Transcript, last: Any, reason: str, usage: Any
) -> None:
    """The use of tokens is counted here, from all that was said."""
    transcript.event(chunk("one ", at=1))
    transcript.event(last)
    closing: Any = transcript.close()
    assert closing["choices"][0]["finish_reason"] == reason
    assert closing["usage"] == (usage or counted_usage(PROMPT, "one two words"))
    assert transcript.close() is None
