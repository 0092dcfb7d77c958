"""Many calls and many streams at once, over loopback, beside the same by httpx and json alone."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial

import anyio
import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal

from julep import AsyncJulep

from .calls import ID
from .loopback import serving
from .table import Row
from .timing import Effort, Round, ratio

AT_ONCE = 100
CALLS = 0.90
STREAMS = 1.10


def rows(effort: Effort) -> Iterator[Row]:
    """Compare calls, then streams."""
    with serving() as url, start_blocking_portal() as portal:
        http, client = httpx.AsyncClient(), AsyncJulep(base_url=url, api_key="key")
        calls = {
            "httpx": _at_once(portal, partial(_get, http, f"{url}/agents/{ID}")),
            "julep": _at_once(portal, partial(client.agents.get, ID)),
        }
        crowd = Effort(max(1, effort.rounds // 4), 10 * effort.calls)
        yield ratio("1 000 calls, 100 at once", calls, crowd, CALLS)
        streams = {
            "httpx": _at_once(portal, partial(_stream, http, f"{url}/sessions/{ID}/chat")),
            "julep": _at_once(portal, partial(_chat, client)),
        }
        some = Effort(crowd.rounds, effort.calls)
        yield ratio("100 streams of 100 events at once", streams, some, STREAMS)
        portal.call(http.aclose)
        portal.call(client.close)


async def _get(http: httpx.AsyncClient, url: str) -> object:
    return (await http.get(url, headers={"Authorization": "Bearer key"})).json()


async def _stream(http: httpx.AsyncClient, url: str) -> None:
    body = {"messages": [{"role": "user", "content": "hello"}], "stream": True}
    async with http.stream("POST", url, json=body) as response:
        async for line in response.aiter_lines():
            if line.startswith("data: "):
                json.loads(line.removeprefix("data: "))


async def _chat(client: AsyncJulep) -> None:
    async for _ in client.sessions.chat.stream(ID, "hello"):
        pass


def _at_once(portal: BlockingPortal, call: Callable[[], Awaitable[object]]) -> Round:
    return lambda count: portal.call(_crowd, call, count)


async def _crowd(call: Callable[[], Awaitable[object]], count: int) -> float:
    left = list(range(count))

    async def take() -> None:
        while left:
            left.pop()
            await call()

    start = time.process_time()
    async with anyio.create_task_group() as group:
        for _ in range(AT_ONCE):
            group.start_soon(take)
    return time.process_time() - start
