"""Spans of chats, and of the functions that are called in them."""

from __future__ import annotations

import json

import pytest
from opentelemetry import trace
from pytest_httpx import HTTPXMock

from julep import NotFoundError
from julep.local import LocalServer

from .conftest import Face
from .desk import desk, refund
from .test_chat_stream import EVENTS, body, chunk
from .test_usage import USAGE, answering
from .traced import Spans, own_span, spans

__all__ = ["spans"]

CONTENT = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
UUID = "0b5c8a3e-55c1-4f5b-9d3e-0a5b6f7c8d9e"


async def test_a_chat_has_a_span(face: Face, httpx_mock: HTTPXMock, spans: Spans) -> None:
    """By the conventions for generative AI, with the request over HTTP inside."""
    answering(httpx_mock, USAGE)
    chat = face.client().sessions.chat
    await face.call(
        chat,
        UUID,
        "my secret",
        model="gpt-4o",
        temperature=0.5,
        stop=["x"],
        response_format={"type": "json_object"},
    )

    assert spans.tree() == [
        ("chat gpt-4o", None),
        ("POST /api/sessions/{id}/chat", "chat gpt-4o"),
    ]
    told = spans.named("chat gpt-4o")
    assert (told.kind, told.status) == ("CLIENT", "UNSET")
    assert dict(told.attributes) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "julep",
        "gen_ai.conversation.id": UUID,
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.stop_sequences": ("x",),
        "gen_ai.output.type": "json",
        "gen_ai.response.id": "c1",
        "gen_ai.usage.input_tokens": 3,
        "gen_ai.usage.output_tokens": 2,
        "server.address": "julep.test",
        "server.port": 80,
    }


@pytest.mark.parametrize("value", ["true", "SPAN_ONLY", "span_and_event"])
async def test_content_is_told_where_it_is_asked_for(
    face: Face,
    httpx_mock: HTTPXMock,
    spans: Spans,
    monkeypatch: pytest.MonkeyPatch,
    value: str,
) -> None:
    """Under the variable that OpenTelemetry has for that."""
    monkeypatch.setenv(CONTENT, value)
    answering(httpx_mock, USAGE)
    call = {"id": "t1", "function": {"name": "f", "arguments": "{}"}}
    messages = [
        {"role": "user", "content": [{"type": "text", "text": "hi"}]},
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "t1", "content": "5"},
    ]
    await face.call(face.client().sessions.chat, UUID, messages)

    told = spans.named("chat").attributes
    assert json.loads(told["gen_ai.input.messages"]) == [
        {"role": "user", "parts": [{"type": "text", "content": "hi"}]},
        {
            "role": "assistant",
            "parts": [{"type": "tool_call", "id": "t1", "name": "f", "arguments": "{}"}],
        },
        {"role": "tool", "parts": [{"type": "tool_call_response", "id": "t1", "response": "5"}]},
    ]
    said = [{"type": "text", "content": "Hello."}]
    assert json.loads(told["gen_ai.output.messages"]) == [
        {"role": "assistant", "parts": said, "finish_reason": ""}
    ]


@pytest.mark.parametrize("most", [None, 1])
async def test_a_stream_is_traced_to_its_end(
    face: Face, httpx_mock: HTTPXMock, spans: Spans, most: int | None
) -> None:
    """The chat lasts as long as the stream does; what its reader does meanwhile is not part of it."""
    events = [chunk({"content": "Hello"}), chunk({"content": "."}, "stop", usage=USAGE)]
    httpx_mock.add_response(content=body(*events), headers=EVENTS)
    stream = face.client().sessions.chat.stream(UUID, "hi")
    await face.take(stream, most)
    assert trace.get_current_span() is trace.INVALID_SPAN
    assert spans.tree() == [("chat", None), ("POST /api/sessions/{id}/chat", "chat")]
    told = spans.named("chat")
    assert told.status == "UNSET"
    reasons, tokens = ("gen_ai.response.finish_reasons", "gen_ai.usage.output_tokens")
    ended = (told.attributes.get(reasons), told.attributes.get(tokens))
    assert ended == ((("stop",), 2) if most is None else (None, None))


async def test_a_stream_that_breaks_off_failed(
    face: Face, httpx_mock: HTTPXMock, spans: Spans
) -> None:
    """Its chat has an error, and its request, which was answered, has none."""
    httpx_mock.add_response(content=body(chunk({"content": "Hello"})), headers=EVENTS)
    with pytest.raises(Exception, match="the body stopped"):
        await face.take(face.client().sessions.chat.stream(UUID, "hi"))
    chat, request = spans.all()
    assert (chat.error, chat.status) == ("StreamInterrupted", "ERROR")
    assert (request.error, request.status) == (None, "UNSET")


async def test_a_refused_chat_failed(face: Face, httpx_mock: HTTPXMock, spans: Spans) -> None:
    """Whole or streamed, both spans say why."""
    httpx_mock.add_response(status_code=404, is_reusable=True)
    chat = face.client().sessions.chat
    with pytest.raises(NotFoundError):
        await face.call(chat, UUID, "hi")
    with pytest.raises(NotFoundError):
        await face.take(chat.stream(UUID, "hi"))
    assert [one.error for one in spans.all()] == ["NotFoundError", "404"] * 2


@pytest.mark.parametrize("streamed", [False, True])
async def test_functions_belong_to_their_agent(
    face: Face, julep_server: LocalServer, spans: Spans, streamed: bool
) -> None:
    """An agent's span holds its turns and the functions it calls, and those what they do."""
    at = await desk(face, julep_server)

    def look(order: str) -> str:
        with own_span(f"looking for {order}"):
            return order

    def fail(order: str) -> str:
        raise LookupError(f"secret {order}")

    at.script([("look", {"order": "A"}), ("fail", {"order": "B"})], "Done.")
    spans.exporter.clear()
    chat = at.client.sessions.chat
    if streamed:
        await face.take(chat.stream(at.session, "hi", tools=[look, fail]))
    else:
        await face.call(chat, at.session, "hi", tools=[look, fail])

    tree = [one for one in spans.tree() if not one[0].startswith("POST")]
    assert sorted(tree, key=str) == [
        ("chat", "invoke_agent"),
        ("chat", "invoke_agent"),
        ("execute_tool fail", "invoke_agent"),
        ("execute_tool look", "invoke_agent"),
        ("invoke_agent", None),
        ("looking for A", "execute_tool look"),
    ]
    failed, looked = spans.named("execute_tool fail"), spans.named("execute_tool look")
    assert (failed.status, failed.error, looked.status) == ("ERROR", "LookupError", "UNSET")
    assert looked.kind == spans.named("invoke_agent").kind == "INTERNAL"
    assert looked.attributes["gen_ai.tool.name"] == "look"
    assert looked.attributes["gen_ai.tool.call.id"]
    assert spans.named("invoke_agent").attributes["gen_ai.conversation.id"] == at.session.id
    assert "secret" not in str(spans.all())
    assert len({one.trace for one in spans.all()}) == 1


async def test_what_functions_give_is_content(
    face: Face, julep_server: LocalServer, spans: Spans, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Arguments and results are told where content is asked for."""
    monkeypatch.setenv(CONTENT, "true")
    at = await desk(face, julep_server)
    await at.chat([("refund", {"order": "A17"})], "Done.", tools=[refund])
    told = spans.named("execute_tool refund").attributes
    assert json.loads(told["gen_ai.tool.call.arguments"]) == {"order": "A17"}
    assert told["gen_ai.tool.call.result"] == "1 for A17"
