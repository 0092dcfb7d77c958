"""How streams go over HTTP."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import anyio
import pytest

from julep.local import errors
from julep.local.http.event_stream import event_stream
from julep.types._json import JsonObject
from tests.local.full_disk import full_disk


def _sent(items: AsyncGenerator[JsonObject]) -> list[bytes]:
    async def collect() -> list[bytes]:
        response: Any = event_stream(items)
        assert response.media_type == "text/event-stream"
        assert response.headers["Cache-Control"] == "no-store"
        return [bytes(chunk) async for chunk in response.body_iterator]

    return anyio.run(collect)


async def _items(error: Exception | None = None) -> AsyncGenerator[JsonObject]:
    yield {"a": 1}
    yield {"b": "\n"}
    if error:
        raise error


def test_each_item_is_an_event() -> None:
    """A line feed within a value is escaped: it would end the line."""
    assert _sent(_items()) == [b'data: {"a":1}\n\n', b'data: {"b":"\\n"}\n\n']


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (errors.ModelFailed("gone"), b"gone"),
        (RuntimeError("secret"), b"Internal Server Error"),
        (full_disk(), b"is full: nothing was kept"),
    ],
)
def test_a_stream_that_breaks_off_says_so(error: Exception, said: bytes) -> None:
    """The status is sent by then, so the last event is of type error; what is ours stays inside."""
    *_, last = _sent(_items(error))
    assert last.startswith(b"event: error\ndata: ")
    assert said in last
    assert b"secret" not in last
