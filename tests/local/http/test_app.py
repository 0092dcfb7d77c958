"""What callers are told when a handler fails in a way that nobody foresaw."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import nullcontext
from typing import Any

import anyio
import attrs
import httpx
import pytest
from starlette.types import ASGIApp

from julep._sse import EventDecoder
from julep.local.errors import Busy
from julep.local.http.app import make_app
from julep.local.http.other_end import OtherEnd
from julep.local.records import User
from julep.local.routes import Operation
from julep.local.sandbox import isolated
from julep.local.sandbox.callers import CallerGone
from julep.local.scripting import Faults
from julep.local.store.page import Page
from julep.local.store.store import Store
from tests.local.records import some

_SLOW = "{% for a in range(999999) %}{% for b in range(999999) %}{% endfor %}{% endfor %}"


def _app(call: Any) -> ASGIApp:
    """A server's application with this one operation."""
    return make_app(
        [Operation("GET", "/x", call, None)],
        key="k",
        hosts=(),
        faults=Faults(),
        lifespan=lambda _app: nullcontext(),
    )


def _answer(call: Any) -> httpx.Response:
    """The answer of a server with this one operation."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(_app(call))
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


def test_too_much_to_do_is_told_with_a_time() -> None:
    """Clients repeat what is answered so."""

    def refuse() -> None:
        raise Busy("Try again later")

    answer = _answer(refuse)
    assert (answer.status_code, answer.json()["error"]["message"]) == (503, "Try again later")
    assert int(answer.headers["Retry-After"]) > 0


async def _ask_and_leave(call: Any) -> None:
    other_end = OtherEnd()

    async def leave() -> None:
        other_end.is_quiet.set()

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(_message: Any) -> None:
        other_end.is_gone = True  # it shows only now

    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/x", "root_path": ""}
    scope |= {"headers": [(b"x-auth-key", b"k")], "query_string": b""}
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(leave)
        await _app(call)({**scope, "state": {"julep.other_end": other_end}}, receive, send)


def test_who_hangs_up_has_nothing_looked_up(store: Store) -> None:
    """A filter that looks for what passes ends at a pause."""
    for number in range(9):
        store.users.insert(some(User, id=f"{number}", about="x" * 600_000))
    looked_at: list[bytes] = []

    def wanted(body: bytes) -> bool:
        looked_at.append(body)
        return False

    rows = attrs.evolve(store.users.page(Page()), wanted=wanted)
    anyio.run(_ask_and_leave, lambda: {"items": rows})
    assert len(looked_at) == 2


def test_who_hangs_up_has_nothing_evaluated() -> None:
    """A caller who leaves is noticed while workers do what was asked."""
    outcomes: list[BaseException] = []

    async def evaluate() -> None:
        try:
            await isolated.render([_SLOW], {})
        except BaseException as error:
            outcomes.append(error)
            raise

    anyio.run(_ask_and_leave, evaluate)
    assert [type(each) for each in outcomes] == [CallerGone]
