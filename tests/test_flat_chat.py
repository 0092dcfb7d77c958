"""The documented chat: whole answers, from servers that send them whole and from those that don't."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_httpx import HTTPXMock

from julep import EntriesInputChatMlMessage, JulepApi
from julep.errors import InternalServerError, StreamInterrupted, UnexpectedResponse
from julep.types import MessageChatResponse

from .flat_client import FACES, KEYS, URL, arguments_of, call

EACH_FACE = pytest.mark.parametrize("face", FACES)
HEAD: dict[str, Any] = {"id": "c1", "created_at": "2025-06-30T12:00:00Z", "jobs": []}
DOC = {"owner": {"id": "a", "role": "agent"}, "id": "d", "snippet": {"index": 0, "content": "x"}}
USAGE = {"completion_tokens": 2, "prompt_tokens": 3, "total_tokens": 5}


def chunk(*choices: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A piece of a streamed answer."""
    return {**HEAD, "docs": [], "usage": None, **fields, "choices": list(choices)}


def says(content: str | None, *, index: int = 0, **fields: Any) -> dict[str, Any]:
    """What a piece adds to one choice."""
    delta = {"role": "assistant", "content": content, **fields.pop("delta", {})}
    return {"index": index, "finish_reason": None, **fields, "delta": delta}


def stream(httpx_mock: HTTPXMock, *events: dict[str, Any] | str) -> None:
    """Let the server answer with these events."""
    lines = [event if isinstance(event, str) else json.dumps(event) for event in events]
    httpx_mock.add_response(
        text="".join(f"data: {line}\n\n" for line in lines),
        headers={"content-type": "text/event-stream; charset=utf-8"},
    )


def chat(face: str = "sync", **changes: Any) -> MessageChatResponse:
    """The answer to the documented example."""
    answer = call(face, "chat_route_generate", **{**arguments_of("chat_route_generate"), **changes})
    assert isinstance(answer, MessageChatResponse)
    return answer


@EACH_FACE
def test_a_streamed_answer_is_put_together(face: str, httpx_mock: HTTPXMock) -> None:
    """With `stream=True` a server that streams gives the same type as one that does not."""
    stream(
        httpx_mock,
        chunk(says("Hel"), docs=[DOC]),
        chunk(says("lo"), usage={**USAGE, "total_tokens": 4}),
        chunk(says(None, finish_reason="length"), usage=USAGE),
    )
    answer = chat(face)
    assert (answer.id, answer.text) == ("c1", "Hello")
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage is not None
    assert answer.usage.total_tokens == 5
    assert [doc.id for doc in answer.docs] == ["d"]
    assert answer.created_at is not None


def test_the_last_finish_reason_counts(httpx_mock: HTTPXMock) -> None:
    """Servers of 2025 say `stop` with every piece but the one that tells the true reason."""
    stream(
        httpx_mock,
        chunk(says("a", finish_reason="stop")),
        chunk(says("b", finish_reason="tool_calls"), usage=USAGE),
    )
    assert chat().choices[0].finish_reason == "tool_calls"


def test_several_choices_stay_apart(httpx_mock: HTTPXMock) -> None:
    """The pieces of each choice go to its own message, in the order of their indexes."""
    stream(
        httpx_mock,
        chunk(says("B", index=1), says("A")),
        chunk(says("b", index=1, finish_reason="stop")),
        chunk(says("a", finish_reason="stop")),
    )
    assert [choice.message.text for choice in chat().choices] == ["Aa", "Bb"]


def test_tool_calls_are_put_together(httpx_mock: HTTPXMock) -> None:
    """The arguments of a tool call come in pieces, its name once."""
    parts: list[dict[str, Any]] = [
        {"index": 0, "id": "t", "type": "function", "function": {"name": "f", "arguments": '{"a"'}},
        {"index": 0, "function": {"arguments": ": 1}"}},
    ]
    stream(
        httpx_mock,
        *[chunk(says(None, delta={"tool_calls": [part]})) for part in parts],
        chunk(says(None, finish_reason="tool_calls")),
    )
    (called,) = chat().tool_calls
    assert called.to_dict()["function"] == {"name": "f", "arguments": '{"a": 1}'}


@pytest.mark.parametrize("face", FACES)
def test_a_stream_that_breaks_off_is_an_error(face: str, httpx_mock: HTTPXMock) -> None:
    """Half an answer is never passed for a whole one; the error holds what came."""
    stream(httpx_mock, chunk(says("Hel")))
    with pytest.raises(StreamInterrupted) as broken:
        chat(face)
    assert broken.value.partial.text == "Hel"
    assert broken.value.url == f"{URL}/sessions/id/chat"


def test_a_stream_without_events_is_an_error(httpx_mock: HTTPXMock) -> None:
    """An empty stream is a broken one, and nothing had come."""
    stream(httpx_mock)
    with pytest.raises(StreamInterrupted) as broken:
        chat()
    assert broken.value.partial is None


@pytest.mark.parametrize("event", ["{broken", '{"choices": 1}', "[1]"])
def test_an_event_of_another_form_is_an_error(event: str, httpx_mock: HTTPXMock) -> None:
    """What is not a piece of an answer is refused, and the error shows it."""
    stream(httpx_mock, chunk(says("a")), event)
    with pytest.raises(UnexpectedResponse, match="an event of the stream") as refused:
        chat()
    assert event in str(refused.value.body)


@EACH_FACE
def test_an_error_within_a_stream_is_told(face: str, httpx_mock: HTTPXMock) -> None:
    """In the server's words, without the key that they may repeat, and with what had come."""
    stream(
        httpx_mock,
        chunk(says("a")),
        f'{{"error": {{"message": "no model for {KEYS["api_key"]}"}}}}',
    )
    with pytest.raises(StreamInterrupted, match=r"the server says: no model for \*\*\*") as broken:
        chat(face)
    assert broken.value.partial.text == "a"


def test_silence_and_the_mark_of_an_end_are_no_pieces(httpx_mock: HTTPXMock) -> None:
    """What keeps connections alive, and what other APIs put at the end."""
    stream(httpx_mock, "", chunk(says("a")), "", "[DONE]")
    assert chat().text == "a"
    head = {"content-type": "text/event-stream"}
    httpx_mock.add_response(
        text=f"data: {json.dumps(chunk(says('b')))}\n\ndata: [DONE]", headers=head
    )
    assert chat().text == "b"


def test_an_answer_cut_within_an_event_is_an_error(httpx_mock: HTTPXMock) -> None:
    """Half an event is a sign of an early end, not of an answer that makes no sense."""
    head = {"content-type": "Text/Event-Stream"}
    httpx_mock.add_response(text=f"data: {json.dumps(chunk(says('a')))}\n\ndata: {{", headers=head)
    with pytest.raises(StreamInterrupted, match="within an event"):
        chat()


def test_a_streamed_error_is_still_an_error(httpx_mock: HTTPXMock) -> None:
    """The status comes before the body, whatever type the body claims to have."""
    httpx_mock.add_response(
        status_code=500, text="Internal Server Error", headers={"content-type": "text/event-stream"}
    )
    with pytest.raises(InternalServerError):
        chat()


def test_a_chat_needs_a_message() -> None:
    """No message is an error before anything is sent."""
    with pytest.raises(ValueError, match="messages is empty"):
        chat(messages=[])


def test_settings_go_out_by_their_names(httpx_mock: HTTPXMock) -> None:
    """What is given is sent, null included, and nothing else."""
    httpx_mock.add_response(json={**HEAD, "choices": []})
    client = JulepApi(base_url=URL, **KEYS)
    message = EntriesInputChatMlMessage(role="user", content="hi")
    client.chat_route_generate(
        "id",
        False,
        True,
        False,
        False,
        [message],
        "gpt-4o",
        ["."],
        seed=None,
        logit_bias={"7": -100},
        min_p=0.1,
        request_options={"additional_headers": {"X-Custom-Api-Key": "k"}},
    )
    sent = httpx_mock.get_requests()[0]
    assert json.loads(sent.content) == {
        "remember": False,
        "recall": True,
        "save": False,
        "stream": False,
        "messages": [{"role": "user", "content": "hi"}],
        "model": "gpt-4o",
        "stop": ["."],
        "seed": None,
        "logit_bias": {"7": -100},
        "min_p": 0.1,
    }
    assert sent.headers["x-custom-api-key"] == "k"
