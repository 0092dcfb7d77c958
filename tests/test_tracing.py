"""Spans for programs that have set up OpenTelemetry."""

from __future__ import annotations

import contextvars
import json
import subprocess
import sys
import threading
import types
from collections.abc import Generator
from typing import Any

import anyio
import httpx
import pytest
from opentelemetry import context, trace
from pytest_httpx import HTTPXMock

from julep import Attempt, ExecutionFailed, NotFoundError, Request
from julep.local import LocalServer

from .conftest import ADA, URL, Face
from .desk import desk, refund
from .test_chat_stream import EVENTS, body, chunk
from .test_map import ASK, DOUBLE, FIRST_FAILS, OTHERS_SLEEP, mill
from .test_usage import USAGE, answering
from .traced import Spans, spans
from .wire import HANG_UP, Connection, Seen, Wire

__all__ = ["spans"]

AT_ONCE = {"retry-after-ms": "1"}
CONTENT = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
UUID = "0b5c8a3e-55c1-4f5b-9d3e-0a5b6f7c8d9e"


def own_span(name: str) -> Any:
    """A block of the program's that has a span."""
    return trace.get_tracer("a program").start_as_current_span(name)


async def test_a_call_has_a_span(face: Face, httpx_mock: HTTPXMock, spans: Spans) -> None:
    """By the conventions for HTTP clients; the server is told which one, and no query is shown."""
    httpx_mock.add_response(json={"items": []})
    with own_span("mine"):
        docs = face.client().agents.docs.list(UUID, metadata_filter={"secret": "x"})
        await face.take(docs)

    told = spans.named("GET /api/agents/{id}/docs")
    assert (told.kind, told.status, told.parent) == ("CLIENT", "UNSET", "mine")
    assert dict(told.attributes) == {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "server.address": "julep.test",
        "server.port": 80,
        "url.full": f"{URL}/agents/{UUID}/docs",
        "url.template": "/api/agents/{id}/docs",
    }
    sent = httpx_mock.get_requests()[0].headers["traceparent"].split("-")
    assert sent[1] == f"{told.trace:032x}"


async def test_each_attempt_has_a_span(face: Face, httpx_mock: HTTPXMock, spans: Spans) -> None:
    """They are siblings, numbered from the second one on, and name their errors."""
    httpx_mock.add_response(status_code=503, headers=AT_ONCE)
    httpx_mock.add_exception(httpx.ConnectError("gone"))
    httpx_mock.add_response(json=ADA)
    with own_span("mine"):
        await face.call(face.client(max_retries=2).agents.get, UUID)

    first, second, third = (one for one in spans.all() if one.name != "mine")
    assert {one.parent for one in (first, second, third)} == {"mine"}
    assert [one.status for one in (first, second, third)] == ["ERROR", "ERROR", "UNSET"]
    assert [one.error for one in (first, second, third)] == ["503", "APIConnectionError", None]
    count = "http.request.resend_count"
    assert [one.attributes.get(count) for one in (first, second, third)] == [None, 1, 2]
    parents = [request.headers["traceparent"] for request in httpx_mock.get_requests()]
    assert len(set(parents)) == len(parents)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (f"/agents/{UUID}/tools/{UUID}", "/api/agents/{id}/tools/{id}"),
        ("/agents/models", "/api/agents/models"),
        ("/projects/home", "/api/projects/{id}"),
        ("/secrets/openai_key-2", "/api/secrets/{id}"),
    ],
)
async def test_names_of_spans_are_few(
    face: Face, httpx_mock: HTTPXMock, spans: Spans, path: str, name: str
) -> None:
    """What tells one thing from another stands in the address, and not in the name."""
    httpx_mock.add_response(json={})
    await face.call(face.client().send, Request("GET", path, Any))
    assert spans.all()[0].name == f"GET {name}"


async def test_hooks_run_within_the_span(face: Face, httpx_mock: HTTPXMock, spans: Spans) -> None:
    """What they log belongs to the attempt, and what they raise is its error."""
    httpx_mock.add_response(json=ADA)
    within: list[Any] = []

    def look(attempt: Attempt) -> None:
        within.append((trace.get_current_span().get_span_context().span_id, attempt.headers))

    await face.call(face.client(event_hooks={"request": [look]}).agents.get, UUID)
    (span_id, headers) = within[0]
    assert headers == {"traceparent": httpx_mock.get_requests()[0].headers["traceparent"]}
    assert f"{span_id:016x}" in headers["traceparent"]


async def test_another_server_is_not_told_of_the_trace(face: Face, spans: Spans) -> None:
    """A redirect to it takes along nothing that says who asks."""

    def elsewhere(connection: Connection, _: Seen) -> object:
        connection.send_json(ADA)
        return HANG_UP

    with Wire(elsewhere) as other:

        def redirect(connection: Connection, _: Seen) -> object:
            where = other.url.replace("127.0.0.1", "localhost").encode()
            head = b"HTTP/1.1 307 X\r\nContent-Length: 0\r\nLocation: " + where
            connection.send(head + b"/agents/a1\r\n\r\n")
            return HANG_UP

        with Wire(redirect) as wire:
            await face.call(face.client(base_url=wire.url).agents.get, UUID)
        assert "traceparent" in wire.seen[0].headers
        assert "traceparent" not in other.seen[0].headers
    assert len(spans.all()) == 1


async def test_a_chat_has_a_span(face: Face, httpx_mock: HTTPXMock, spans: Spans) -> None:
    """By the conventions for generative AI, with the request over HTTP inside."""
    answering(httpx_mock, USAGE)
    chat = face.client().sessions.chat
    await face.call(chat, UUID, "my secret", model="gpt-4o", temperature=0.5, stop=["x"])

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
        "gen_ai.response.id": "c1",
        "gen_ai.response.finish_reasons": (),
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


async def test_a_stream_is_traced_to_its_end(
    face: Face, httpx_mock: HTTPXMock, spans: Spans
) -> None:
    """The chat lasts as long as the stream does; what its reader does meanwhile is not part of it."""
    events = [chunk({"content": "Hello"}), chunk({"content": "."}, "stop", usage=USAGE)]
    httpx_mock.add_response(content=body(*events), headers=EVENTS)
    stream = face.client().sessions.chat.stream(UUID, "hi")
    await face.take(stream, 1)
    assert trace.get_current_span() is trace.INVALID_SPAN
    assert spans.tree() == [("chat", None), ("POST /api/sessions/{id}/chat", "chat")]
    assert spans.named("chat").status == "UNSET"


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


async def test_a_run_has_a_span(face: Face, julep_server: LocalServer, spans: Spans) -> None:
    """All requests of it belong to it, and what `answer` does too."""
    at = await mill(face, julep_server, ASK)
    spans.exporter.clear()

    def answer(_: Any) -> dict[str, Any]:
        with own_span("thinking"):
            return {"n": 5}

    run = await face.call(at.client.tasks.run, at.task, input={"n": 1}, answer=answer)
    told = spans.named("invoke_workflow t")
    assert (told.kind, told.status, told.parent) == ("INTERNAL", "UNSET", None)
    assert told.attributes["julep.task.id"] == at.task.id
    assert told.attributes["julep.execution.id"] == run.execution.id
    assert spans.named("thinking").parent == "invoke_workflow t"
    assert {one.parent for one in spans.all()} == {None, "invoke_workflow t"}


async def test_a_run_that_fails_says_so(
    face: Face, julep_server: LocalServer, spans: Spans
) -> None:
    """By the error that the caller gets."""
    at = await mill(face, julep_server, {"error": "no"})
    with pytest.raises(ExecutionFailed):
        await face.call(at.client.tasks.run, at.task.id, input={})
    assert spans.named("invoke_workflow").error == "ExecutionFailed"


async def test_an_answer_that_raises_is_the_error_of_its_run(
    face: Face, julep_server: LocalServer, spans: Spans
) -> None:
    """As it was raised, from `run` and from `map`."""
    at = await mill(face, julep_server, ASK)

    def answer(_: Any) -> dict[str, Any]:
        raise LookupError

    with pytest.raises(LookupError):
        await face.call(at.client.tasks.run, at.task.id, input={"n": 1}, answer=answer)
    await at.take([{"n": 1}], answer=answer, on_error="collect")
    runs = [one for one in spans.all() if one.name.startswith("invoke_workflow")]
    assert [one.error for one in runs] == ["LookupError", "LookupError"]


async def test_each_of_many_runs_has_a_span(
    face: Face, julep_server: LocalServer, spans: Spans
) -> None:
    """They belong to what the loop belongs to, and their requests to each of them."""
    at = await mill(face, julep_server, FIRST_FAILS | {"else": DOUBLE})
    spans.exporter.clear()
    with own_span("mine"):
        await at.take([{"n": n} for n in range(4)], on_error="collect")
    runs = [one for one in spans.all() if one.name == "invoke_workflow t"]
    assert [one.parent for one in runs] == ["mine"] * 4
    assert sorted(str(one.error) for one in runs) == ["ExecutionFailed", "None", "None", "None"]
    executions = {execution.id for execution in await at.executions()}
    assert {one.attributes["julep.execution.id"] for one in runs} == executions
    starts = [one for one in spans.all() if one.name == "POST /tasks/{id}/executions"]
    assert [one.parent for one in starts] == ["invoke_workflow t"] * 4


async def test_runs_that_are_given_up_are_told(
    face: Face, julep_server: LocalServer, spans: Spans
) -> None:
    """Their spans end with the loop."""
    at = await mill(face, julep_server, OTHERS_SLEEP)
    async with face.inside(at.map([{"n": 1}, {"n": 0}], ordered=False)) as runs:
        await face.take(runs, 1)
    ended = [one for one in spans.all() if one.name == "invoke_workflow t"]
    assert [one.status for one in ended] == ["UNSET", "UNSET"]


async def test_tasks_side_by_side_keep_their_spans_apart(
    face: Face, httpx_mock: HTTPXMock, spans: Spans
) -> None:
    """Each request belongs to what its own task, or thread, is in."""
    httpx_mock.add_response(json=ADA, is_reusable=True)
    client = face.client()

    def call(name: str) -> None:
        with own_span(name):
            client.agents.get(name)

    async def acall(name: str) -> None:
        with own_span(name):
            await client.agents.get(name)

    names = [f"{n}{UUID[1:]}" for n in range(3)]
    if face.blocks:
        threads = [threading.Thread(target=call, args=[name]) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    else:
        async with anyio.create_task_group() as group:
            for name in names:
                group.start_soon(acall, name)
    gets = [one for one in spans.all() if one.name.startswith("GET")]
    assert sorted(one.attributes["url.full"] for one in gets) == sorted(
        f"{URL}/agents/{one.parent}" for one in gets
    )


async def test_a_cancelled_call_failed(face: Face, spans: Spans) -> None:
    """Nobody knows what became of it, and its span ends with it."""
    if face.blocks:
        return

    def answer(connection: Connection, _: Seen) -> object:
        connection.wait_for_hang_up()
        return HANG_UP

    with Wire(answer) as wire, anyio.move_on_after(0.1):
        await face.client(base_url=wire.url).agents.get(UUID)
    assert spans.all()[0].error in {"CancelledError", "Cancelled"}
    assert trace.get_current_span() is trace.INVALID_SPAN


async def test_a_call_that_is_dropped_ends_quietly(
    face: Face, spans: Spans, caplog: pytest.LogCaptureFixture
) -> None:
    """A coroutine may be closed under any context, and can't wait for hooks then."""
    if face.blocks:
        return
    client = face.client(httpx_client=httpx.AsyncClient(transport=Silence()))
    for given in ({}, {"error": [never]}):
        call = client.with_options(event_hooks=given).agents.get(UUID)
        contextvars.copy_context().run(call.send, None)
        call.close()
    assert [(one.status, one.error) for one in spans.all()] == [("UNSET", None)] * 2
    assert caplog.messages == []


@types.coroutine
def suspended() -> Generator[None]:
    """Wait for nothing that ever comes."""
    yield


async def never(_: Attempt) -> None:
    """A hook that waits."""
    await suspended()


class Silence(httpx.AsyncBaseTransport):
    """A server that doesn't answer."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Wait."""
        await suspended()
        return httpx.Response(200, request=request)


@pytest.mark.parametrize(
    "key", ["_SUPPRESS_INSTRUMENTATION_KEY", "_SUPPRESS_HTTP_INSTRUMENTATION_KEY"]
)
async def test_instrumentations_keep_out_of_each_others_way(
    face: Face, httpx_mock: HTTPXMock, spans: Spans, key: str
) -> None:
    """Where a program wants no spans, or has them made by others, there are none of ours."""
    seen: list[Any] = []

    def answer(_: httpx.Request) -> httpx.Response:
        seen.append(context.get_value(context._SUPPRESS_HTTP_INSTRUMENTATION_KEY))
        return httpx.Response(200, json=ADA)

    httpx_mock.add_callback(answer, is_reusable=True)
    client = face.client()
    await face.call(client.agents.get, UUID)
    token = context.attach(context.set_value(getattr(context, key), True))
    try:
        await face.call(client.agents.get, UUID)
    finally:
        context.detach(token)
    assert len(spans.all()) == 1
    assert seen[0] is True


NOT_SET_UP = """
import sys
{before}
import julep
with julep.Julep(base_url="http://127.0.0.1:9", max_retries=0) as client:
    try:
        client.agents.get("a1")
    except julep.APIConnectionError:
        pass
print("julep._tracing.otel" in sys.modules, "opentelemetry.trace" in sys.modules)
"""


@pytest.mark.parametrize(
    ("before", "loaded"),
    [
        ("", "False False"),
        ("sys.modules['opentelemetry'] = None", "False False"),
        ("import opentelemetry.trace", "False True"),
    ],
)
def test_who_does_not_trace_loads_nothing(before: str, loaded: str) -> None:
    """OpenTelemetry is never imported by the SDK, nor missed; its API alone sets nothing up."""
    code = NOT_SET_UP.format(before=before)
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stdout.strip() == loaded
