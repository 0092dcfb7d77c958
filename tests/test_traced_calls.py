"""Spans of calls, for programs that have set up OpenTelemetry."""

from __future__ import annotations

import contextvars
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

from julep import Attempt, Request

from .conftest import ADA, URL, Face
from .traced import Spans, own_span, spans
from .wire import HANG_UP, Connection, Seen, Wire

__all__ = ["spans"]

AT_ONCE = {"retry-after-ms": "1"}
UUID = "0b5c8a3e-55c1-4f5b-9d3e-0a5b6f7c8d9e"


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
print("julep._observability.otel" in sys.modules, "opentelemetry.trace" in sys.modules)
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
