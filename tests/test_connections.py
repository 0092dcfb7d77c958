"""Which connections are used again, and what calls that end early leave in a pool."""

from __future__ import annotations

import asyncio  # noqa: TID251 - its own cancellation is what is tested
import contextlib
import gc
import json
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx
import pytest

from julep import APIConnectionError, AsyncJulep, JulepError

from .conftest import ADA, KEY, Face
from .wire import HANG_UP, Connection, Seen, Wire, answering

CHUNK = {
    "id": "c1",
    "created_at": "2025-01-01T00:00:00Z",
    "choices": [{"index": 0, "delta": {"content": "hi"}}],
}
SLOTS = 2
CALLS = 150


def reply(value: Any, status: str = "200 OK") -> bytes:
    """A whole answer, as bytes."""
    body = json.dumps(value).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


def http_client(face: Face) -> Any:
    """An HTTP client of the user's, for a face; to read certificates takes longer than most tests."""
    return httpx.Client(verify=False) if face.blocks else httpx.AsyncClient(verify=False)


@pytest.mark.parametrize("status", ["500 Oh", "502 Oh", "503 Oh", "599 Oh"])
@pytest.mark.parametrize("is_borrowed", [False, True])
async def test_a_connection_is_not_used_after_a_server_error(
    face: Face, status: str, *, is_borrowed: bool
) -> None:
    """Servers close it a moment later without having said so; the next create would be lost."""

    def answer(connection: Connection, seen: Seen) -> None:
        connection.send(reply(ADA, status if seen.method == "GET" else "200 OK"))

    http = http_client(face) if is_borrowed else None
    with Wire(answer) as server:
        client = face.client(base_url=server.url, httpx_client=http)
        with pytest.raises(JulepError):
            await face.call(client.agents.get, "a1")
        await face.call(client.agents.create, name="Ada")
        await face.call(client.agents.create, name="Ada")
        if http is not None:
            await face.call(http.close if face.blocks else http.aclose)
    assert [seen.connection for seen in server.seen] == [1, 2, 2]


OTHER = reply({**ADA, "id": "of-another-call"})


@pytest.mark.parametrize("surplus", [OTHER, OTHER[:20], b"\r\n", b"x"])
@pytest.mark.parametrize("is_borrowed", [False, True])
async def test_bytes_behind_an_answer_are_not_the_next_one(
    face: Face, surplus: bytes, *, is_borrowed: bool
) -> None:
    """A connection that holds more than the answer ends with it."""

    def answer(connection: Connection, seen: Seen) -> None:
        own = reply({**ADA, "id": seen.target.rpartition("/")[2]})
        connection.send(own + surplus if seen.target.endswith("first") else own)

    http = http_client(face) if is_borrowed else None
    with Wire(answer) as server:
        client = face.client(base_url=server.url, httpx_client=http)
        names = ["first", "second", "third"]
        got = [(await face.call(client.agents.get, name)).id for name in names]
        if http is not None:
            await face.call(http.close if face.blocks else http.aclose)
    assert got == names
    assert [seen.connection for seen in server.seen] == [1, 2, 2]


@asynccontextmanager
async def few_slots(base_url: str) -> AsyncGenerator[AsyncJulep]:
    """A client with room for few calls at once."""
    limits = httpx.Limits(max_connections=SLOTS)
    async with httpx.AsyncClient(limits=limits) as http:
        yield AsyncJulep(base_url=base_url, api_key=KEY, httpx_client=http, max_retries=0)


async def cancelled_by_asyncio(client: AsyncJulep, seconds: float) -> None:
    """Cancel a task, as `asyncio.timeout`, task groups and web servers do."""
    task = asyncio.ensure_future(client.agents.get("a1"))
    await asyncio.sleep(seconds)
    task.cancel()
    await asyncio.wait([task])


async def cancelled_by_anyio(client: AsyncJulep, seconds: float) -> None:
    """Leave a cancel scope."""
    with anyio.move_on_after(seconds):
        await client.agents.get("a1")


async def out_of_time(client: AsyncJulep, seconds: float) -> None:
    """Run out of the call's own time."""
    with contextlib.suppress(APIConnectionError):
        await client.with_options(timeout=seconds).agents.get("a1")


WAYS = [
    ("asyncio", cancelled_by_asyncio),
    ("asyncio", cancelled_by_anyio),
    ("trio", cancelled_by_anyio),
    ("asyncio", out_of_time),
    ("trio", out_of_time),
]


@pytest.mark.parametrize(("backend", "end"), WAYS)
def test_calls_that_end_early_leave_no_place_taken(
    backend: str, end: Callable[[AsyncJulep, float], Any]
) -> None:
    """After calls that ended anywhere, as many can be made at once as before."""
    chance = random.Random(1)

    async def main() -> None:
        async with few_slots(server.url) as client:
            for _ in range(CALLS // 5):
                async with anyio.create_task_group() as group:
                    for _ in range(5):
                        group.start_soon(end, client, chance.random() * 0.006)
            patient = client.with_options(timeout=5)
            async with anyio.create_task_group() as group:
                for _ in range(SLOTS):
                    group.start_soon(patient.agents.get, "a1")

    # Half of the calls find no connection to use again: connecting can be cancelled too.
    closing, keeping = answering(ADA, "200 OK\r\nConnection: close"), answering(ADA)

    def answer(connection: Connection, seen: Seen) -> object:
        return (closing if chance.random() < 0.5 else keeping)(connection, seen)

    with Wire(answer) as server:
        anyio.run(main, backend=backend)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_stream_left_early_gives_its_place_to_who_waits(backend: str) -> None:
    """A call that waits for the only place gets it as soon as a loop is left."""

    def answer(connection: Connection, seen: Seen) -> object:
        if seen.target.endswith("/chat"):
            connection.begin_stream(json.dumps(CHUNK))
            connection.wait_for_hang_up()
            return HANG_UP
        return answering(ADA)(connection, seen)

    async def main() -> None:
        limits = httpx.Limits(max_connections=1)
        async with httpx.AsyncClient(limits=limits) as http, anyio.create_task_group() as group:
            client = AsyncJulep(base_url=server.url, api_key=KEY, httpx_client=http, timeout=5)
            async for _ in client.sessions.chat.stream("s1", "hi"):
                group.start_soon(client.agents.get, "a1")
                await anyio.sleep(0.05)
                break

    with Wire(answer) as server:
        anyio.run(main, backend=backend)


LOOPS: dict[str, tuple[str, dict[str, Any]]] = {
    "asyncio": ("asyncio", {}),
    "uvloop": ("asyncio", {"use_uvloop": True}),
    "trio": ("trio", {}),
}


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("is_borrowed", [False, True])
def test_streams_left_early_end_with_their_loop_in_silence(
    loop: str, caplog: pytest.LogCaptureFixture, *, is_borrowed: bool
) -> None:
    """Nothing is said of connections that no later call has given back."""

    def answer(connection: Connection, _: Seen) -> object:
        connection.begin_stream(json.dumps(CHUNK))
        connection.wait_for_hang_up()
        return HANG_UP

    async def main() -> None:
        async with httpx.AsyncClient() as http:
            given = http if is_borrowed else None
            client = AsyncJulep(base_url=server.url, api_key=KEY, httpx_client=given)
            kept.append(client)
            for _ in range(3):
                async for _ in client.sessions.chat.stream("s1", "hi"):
                    break

    kept: list[AsyncJulep] = []
    backend, options = LOOPS[loop]
    with Wire(answer) as server:
        anyio.run(main, backend=backend, backend_options=options)
    gc.collect()
    assert [record for record in caplog.records if record.name == "asyncio"] == []


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_error_comes_out_as_itself(backend: str) -> None:
    """Neither cancellation nor a time limit wraps it into a group."""

    async def main() -> None:
        async with AsyncJulep(base_url="http://nowhere.invalid", api_key=KEY) as client:
            with anyio.fail_after(10), pytest.raises(APIConnectionError):
                await client.with_options(max_retries=0).agents.get("a1")

    anyio.run(main, backend=backend)
