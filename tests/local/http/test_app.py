"""What callers are told when a handler fails in a way that nobody foresaw."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import nullcontext
from typing import Any

import anyio
import httpx
import pytest

from julep._sse import EventDecoder
from julep.local.http.app import make_app
from julep.local.http.routes import Operation
from julep.local.scripting import Faults


def _answer(call: Any) -> httpx.Response:
    """The answer of a server with this one operation."""
    app = make_app(
        [Operation("GET", "/x", call, None)],
        key="k",
        hosts=(),
        faults=Faults(),
        lifespan=lambda _app: nullcontext(),
    )

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return await client.get("/x", headers={"X-Auth-Key": "k"})

    return anyio.run(ask)


async def _broken() -> AsyncGenerator[dict[str, Any]]:
    yield {"a": 1}
    raise ZeroDivisionError


def test_a_failing_handler_is_an_internal_error(caplog: pytest.LogCaptureFixture) -> None:
    """The caller is told no more than that; the log has the reason."""
    answer = _answer(lambda: 1 / 0)
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "http_500")
    assert "ZeroDivisionError" in caplog.text


def test_a_failing_stream_ends_in_an_error_event(caplog: pytest.LogCaptureFixture) -> None:
    """What was sent stays; the last event says that there won't be more."""
    answer = _answer(_broken)
    decoder = EventDecoder()
    events = [*decoder.feed(answer.content), *decoder.end()]
    assert [(event.name, event.data[:9]) for event in events] == [
        ("", '{"a":1}'),
        ("error", '{"error":'),
    ]
    assert "ZeroDivisionError" in caplog.text
