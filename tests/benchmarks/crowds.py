"""Many calls and many streams at once, over loopback, beside the same by httpx and json alone."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from functools import partial

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal

from julep import AsyncJulep

from .loopback import serving
from .samples import ID
from .table import Row
from .timing import Effort, Round, at_once, ratio

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
    return lambda count: portal.call(at_once, call, count)
