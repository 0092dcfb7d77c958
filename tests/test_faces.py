"""One coroutine, driven on the calling thread or awaited in a loop."""

from __future__ import annotations

import inspect
from operator import attrgetter
from typing import Any, cast

import anyio
import anyio.lowlevel
import httpx
import pytest
from pytest_httpx import HTTPXMock

from julep import AsyncJulep, Julep, Request
from julep._faces import drive
from julep.resources.agents import Agents

from .conftest import ADA, KEY, URL, Face


async def test_an_operation_gives_its_result_on_every_face(
    face: Face, httpx_mock: HTTPXMock
) -> None:
    """The same method answers with the same model, awaited or not."""
    httpx_mock.add_response(json=ADA)
    agent = await face.call(face.client().agents.get, "a1")
    assert (agent.id, agent.name) == ("a1", "Ada")


async def test_a_described_request_can_be_sent(face: Face, httpx_mock: HTTPXMock) -> None:
    """`send` makes any call, and reads the answer as the request says."""
    httpx_mock.add_response(url=f"{URL}/healthz", json={"status": "ok"})
    answer = await face.call(face.client().send, Request("GET", "/healthz", dict[str, Any]))
    assert answer == {"status": "ok"}


async def test_a_description_is_what_a_method_sends(face: Face, httpx_mock: HTTPXMock) -> None:
    """The value that class access gives can be sent by a client of any face."""
    httpx_mock.add_response(method="GET", url=f"{URL}/agents/a1", json=ADA)
    described = Agents.get(None, "a1")
    assert (await face.call(face.client().send, described)).id == "a1"


def test_drive_returns_what_the_coroutine_returns() -> None:
    """A coroutine that never suspends runs to its end without a loop."""

    async def answer() -> int:
        return 42

    assert drive(answer()) == 42


def test_drive_raises_what_the_coroutine_raises() -> None:
    """An error inside comes out as it is."""

    async def fail() -> None:
        raise LookupError("inside")

    with pytest.raises(LookupError, match="inside"):
        drive(fail())


def test_drive_refuses_a_coroutine_that_suspends() -> None:
    """Waiting for anything but the transport is a fault, and the coroutine is closed."""
    closed: list[bool] = []

    async def wait() -> None:
        try:
            await _Suspension()
        finally:
            closed.append(True)

    with pytest.raises(RuntimeError, match="tried to suspend"):
        drive(wait())
    assert closed == [True]


class _Suspension:
    def __await__(self) -> Any:
        yield


def test_methods_look_like_what_they_are() -> None:
    """Awaiting methods are coroutine functions, blocking ones are not, and both have their docs."""
    blocking, awaiting = (
        Julep(api_key=KEY, base_url=URL).agents,
        AsyncJulep(api_key=KEY, base_url=URL).agents,
    )
    assert inspect.iscoroutinefunction(awaiting.create)
    assert not inspect.iscoroutinefunction(blocking.create)
    assert blocking.create.__doc__ == awaiting.create.__doc__
    assert (blocking.create.__doc__ or "").startswith("Create an agent.")
    assert str(inspect.signature(blocking.get)) == "(agent_id: 'Id') -> 'Agent'"


def test_signatures_show_each_keyword() -> None:
    """Help and notebooks see the keywords of `**fields`, required ones without a default."""
    parameters = inspect.signature(Julep(api_key=KEY, base_url=URL).agents.reset).parameters
    assert parameters["name"].default is inspect.Parameter.empty
    assert repr(parameters["about"].default) == "not given"
    assert "fields" not in parameters


def test_signatures_show_no_type_variables() -> None:
    """What a list and a stream give is told in words of the reader."""
    client = Julep(api_key=KEY, base_url=URL)
    assert inspect.signature(client.agents.list).return_annotation == "Pages[Agent]"
    assert inspect.signature(client.sessions.chat.stream).return_annotation == "ChatStream"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("sessions.chat", "Answer"),
        ("sessions.chat.parse", "ParsedAnswer[T]"),
        ("sessions.history", "History"),
        ("tasks.run", "Run[T]"),
        ("agents.tools.ensure", "Sequence[Tool]"),
    ],
)
def test_signatures_tell_what_overloads_give(name: str, told: str) -> None:
    """Not the `object` that stands behind them."""
    method = attrgetter(name)(Julep(api_key=KEY, base_url=URL))
    assert inspect.signature(method).return_annotation == told


def test_a_resource_shows_where_it_is_and_what_it_offers() -> None:
    """`repr` of a resource names its operations."""
    shown = repr(Julep(api_key=KEY, base_url=URL).agents)
    assert shown.startswith(f"<Agents at {URL}: create create_or_update delete docs ensure get")


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_the_awaiting_client_lets_other_tasks_run(backend: str, httpx_mock: HTTPXMock) -> None:
    """Two calls made at once are both under way before one ends."""
    under_way: list[str] = []

    async def meet(request: httpx.Request) -> httpx.Response:
        under_way.append(str(request.url))
        while len(under_way) < 2:
            await anyio.lowlevel.checkpoint()
        return httpx.Response(200, json=ADA)

    async def main() -> None:
        async with AsyncJulep(api_key=KEY, base_url=URL) as client, anyio.create_task_group() as tg:
            tg.start_soon(client.agents.get, "a1")
            tg.start_soon(client.agents.get, "a2")

    httpx_mock.add_callback(meet, is_reusable=True)
    anyio.run(main, backend=backend)
    assert sorted(under_way) == [f"{URL}/agents/a1", f"{URL}/agents/a2"]


def test_a_forgotten_await_is_reported() -> None:
    """A coroutine that is never awaited warns, since the awaiting side gives real coroutines."""
    calls = [AsyncJulep(api_key=KEY, base_url=URL).agents.get("a1")]
    with pytest.warns(RuntimeWarning, match="never awaited"):
        calls.clear()


def test_what_the_other_face_does_is_refused_before_anything_is_sent() -> None:
    """A forgotten `async` is an error that names it, and leaves the client as it was."""
    client = AsyncJulep(base_url="http://127.0.0.1:9", api_key="k")
    with pytest.raises(TypeError, match="async for"):
        list(cast("Any", client.agents.list()))
    with pytest.raises(TypeError, match="await"):
        cast("Any", client.agents.list()).items  # noqa: B018 - reading it is what is refused
    with pytest.raises(TypeError, match="async for"):
        list(cast("Any", client.executions.status.stream("e1")))
    with pytest.raises(TypeError, match="async with"):
        cast("Any", client.sessions.chat.stream("s1", "hi")).__enter__()
    blocking = Julep(base_url="http://127.0.0.1:9", api_key="k")
    with pytest.raises(TypeError, match="use `for`"):
        cast("Any", blocking.agents.list()).__aiter__()
