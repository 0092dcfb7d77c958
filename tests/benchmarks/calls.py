"""One call on a mock transport, beside the same call by httpx alone."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Any, Final
from unittest.mock import patch

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal

from julep import AsyncJulep, Julep

from .samples import AGENT, HEADERS, ID, KEY
from .table import Row
from .timing import Effort, Round, awaited, blocking, ratio

BASE: Final = "http://127.0.0.1:8080/api"
OWN: Final = 0.35
OWN_AWAITING: Final = 0.4
USERS: Final = 0.8


def answer(_request: httpx.Request) -> httpx.Response:
    """What the mock transport gives for anything: like one of a network, it is still to be read."""
    return httpx.Response(200, headers=HEADERS, stream=httpx.ByteStream(AGENT))


async def answer_later(_request: httpx.Request) -> httpx.Response:
    """The same, for those who await."""
    return answer(_request)


def mocked(
    kind: type[Any], method: str, handler: Callable[..., Any]
) -> AbstractContextManager[Any]:
    """Let every client of httpx's default transport be answered by a handler."""

    def handle(_self: object, request: httpx.Request) -> Any:
        return handler(request)

    return patch.object(kind, method, handle)


def by_httpx(http: httpx.Client) -> object:
    """The call, as one writes it without an SDK."""
    return http.request(
        "GET", f"{BASE}/agents/{ID}", headers={"Authorization": f"Bearer {KEY}"}
    ).json()


async def by_async_httpx(http: httpx.AsyncClient) -> object:
    """The same, awaited."""
    headers = {"Authorization": f"Bearer {KEY}"}
    return (await http.request("GET", f"{BASE}/agents/{ID}", headers=headers)).json()


def blocking_row(work: str, http: httpx.Client, client: Any, effort: Effort, goal: float) -> Row:
    """Compare a blocking client with httpx on the same mock."""
    subjects = {
        "httpx": blocking(functools.partial(by_httpx, http)),
        "julep": blocking(functools.partial(client.agents.get, ID)),
    }
    return ratio(work, subjects, effort, goal)


def awaiting_row(
    work: str, http: httpx.AsyncClient, client: Any, effort: Effort, goal: float
) -> Row:
    """Compare an awaiting client with httpx on the same mock."""
    with start_blocking_portal() as portal:
        subjects = {
            "httpx": _awaiting(portal, functools.partial(by_async_httpx, http)),
            "julep": _awaiting(portal, functools.partial(client.agents.get, ID)),
        }
        return ratio(work, subjects, effort, goal)


def _awaiting(portal: BlockingPortal, call: Callable[[], Any]) -> Round:
    return lambda count: portal.call(awaited, call, count)


def rows(effort: Effort) -> Iterator[Row]:
    """Measure a call of each face, with clients of the SDK's own and of the user's."""
    with ExitStack() as mocks:
        mocks.enter_context(mocked(httpx.HTTPTransport, "handle_request", answer))
        mocks.enter_context(mocked(httpx.AsyncHTTPTransport, "handle_async_request", answer_later))
        own, own_async = Julep(base_url=BASE, api_key=KEY), AsyncJulep(base_url=BASE, api_key=KEY)
        yield blocking_row("call, own client, blocking", httpx.Client(), own, effort, OWN)
        yield awaiting_row(
            "call, own client, awaiting", httpx.AsyncClient(), own_async, effort, OWN_AWAITING
        )
    http = httpx.Client(transport=httpx.MockTransport(answer))
    users = Julep(base_url=BASE, api_key=KEY, httpx_client=http)
    yield blocking_row("call, user's client, blocking", http, users, effort, USERS)
    async_http = httpx.AsyncClient(transport=httpx.MockTransport(answer_later))
    async_users = AsyncJulep(base_url=BASE, api_key=KEY, httpx_client=async_http)
    yield awaiting_row("call, user's client, awaiting", async_http, async_users, effort, USERS)
