"""A chat in which the model calls two functions, beside the same requests and calls by hand."""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Final

from anyio.from_thread import BlockingPortal, start_blocking_portal

import julep
from julep import Answer, AsyncJulep, Julep, Session, tool_schema
from julep.local import LocalServer

from .table import Row
from .timing import Effort, Round, ratio

BLOCKING: Final = 1.10
COROUTINES: Final = 1.10
PLAIN: Final = 1.15


def stock(sku: str) -> int:
    """Say how many there are."""
    return len(sku)


@julep.tool(name="stock")
async def stock_later(sku: str) -> int:
    """Say how many there are."""
    return stock(sku)


TOOL: Final = {
    "name": "stock",
    "type": "function",
    "description": stock.__doc__,
    "function": {"name": "stock", "parameters": tool_schema(stock)},
}


def results(answer: Answer) -> list[dict[str, Any]]:
    """Make the calls of an answer by hand."""
    return [
        {
            "role": "tool",
            "tool_call_id": call.id,
            "content": json.dumps(stock(**json.loads(call.function.arguments or ""))),
        }
        for call in answer.tool_calls
        if call.function
    ]


def by_hand(client: Julep, session: Session) -> None:
    """The two requests, and what is between them."""
    chat = client.sessions.chat
    answer = chat(session, "How many?", tools=[TOOL])
    chat(session, results(answer), tools=[TOOL])


async def by_hand_awaited(client: AsyncJulep, session: Session) -> None:
    """The same, awaited."""
    chat = client.sessions.chat
    answer = await chat(session, "How many?", tools=[TOOL])
    await chat(session, results(answer), tools=[TOOL])


def with_tools(client: Any, session: Session, function: Callable[..., Any]) -> Any:
    """The same in one call, on either face."""
    return client.sessions.chat(session, "How many?", tools=[function])


def rows(effort: Effort) -> Iterator[Row]:
    """Compare functions of each kind with the same calls by hand."""
    with ExitStack() as open_things:
        server = open_things.enter_context(LocalServer())
        portal = open_things.enter_context(start_blocking_portal())
        client = open_things.enter_context(Julep(base_url=server.url, api_key=server.key))
        awaiting = AsyncJulep(base_url=server.url, api_key=server.key)
        chats = Chats(server, client, portal)
        effort = Effort(effort.rounds, max(1, effort.calls // 5))
        hand = chats.blocking(functools.partial(by_hand, client))
        tools = chats.blocking(lambda session: with_tools(client, session, stock))
        yield ratio("tool calls, blocking", {"hand": hand, "julep": tools}, effort, BLOCKING)
        for title, function, goal in (
            ("tool calls, coroutine functions", stock_later, COROUTINES),
            ("tool calls, functions, awaited", stock, PLAIN),
        ):
            hand = chats.awaiting(functools.partial(by_hand_awaited, awaiting))
            tools = chats.awaiting(functools.partial(with_tools, awaiting, function=function))
            yield ratio(title, {"hand": hand, "julep": tools}, effort, goal)
        portal.call(awaiting.close)


class Chats:
    """Rounds of chats, each in a session of its own, so that no history grows long."""

    def __init__(self, server: LocalServer, client: Julep, portal: BlockingPortal) -> None:
        self._server = server
        self._client = client
        self._portal = portal
        self._agent = client.agents.create(name="Clerk")

    def _session(self, count: int) -> Session:
        for _ in range(count):
            self._server.replies.add(tool_calls=[("stock", {"sku": sku}) for sku in ("a", "bc")])
            self._server.replies.add("Three in all.")
        return self._client.sessions.create(agent=self._agent)

    def blocking(self, chat: Callable[[Session], object]) -> Round:
        """Rounds of a chat that blocks."""

        def make_calls(count: int) -> float:
            session = self._session(count)
            start = time.process_time()
            for _ in range(count):
                chat(session)
            return time.process_time() - start

        return make_calls

    def awaiting(self, chat: Callable[[Session], Any]) -> Round:
        """Rounds of a chat that is awaited."""

        async def make(session: Session, count: int) -> float:
            start = time.process_time()
            for _ in range(count):
                await chat(session)
            return time.process_time() - start

        return lambda count: self._portal.call(make, self._session(count), count)
