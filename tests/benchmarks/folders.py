"""A folder that is made documents, beside the same requests by httpx."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Final

import anyio
import httpx
from anyio.from_thread import start_blocking_portal

from julep import Agent, AsyncJulep, Julep, chunks
from julep._documents.adding import CONCURRENCY
from julep.local import LocalServer

from .table import Row
from .timing import Effort, Round, ratio

FILES: Final = 200
FIRST: Final = 1.5
SECOND: Final = 0.3
"""Seconds for all files."""
TEXT: Final = "# Page {0}\n\n" + "The words of page {0} say where things are, and when. " * 20


def rows(effort: Effort) -> Iterator[Row]:
    """Measure what a first run costs beside its requests, and how long a second one takes."""
    with ExitStack() as open_things:
        folder = Path(open_things.enter_context(tempfile.TemporaryDirectory()))
        count = min(FILES, 2 * effort.calls)
        for number in range(count):
            (folder / f"{number:03}.md").write_text(TEXT.format(number))
        server = open_things.enter_context(LocalServer())
        portal = open_things.enter_context(start_blocking_portal())
        client = open_things.enter_context(Julep(base_url=server.url, api_key=server.key))
        awaiting = AsyncJulep(base_url=server.url, api_key=server.key)
        key = {"Authorization": f"Bearer {server.key}"}
        http = open_things.enter_context(httpx.Client(base_url=server.url, headers=key))
        bodies = [_body(file) for file in folder.iterdir()]

        def add(agent: Agent) -> object:
            return client.agents.docs.add(agent, folder)

        def add_awaited(agent: Agent) -> object:
            return portal.call(awaiting.agents.docs.add, agent, folder)

        awaiting_http = httpx.AsyncClient(base_url=server.url, headers=key)
        post = partial(_post, http, bodies)

        def post_awaited(agent: Agent) -> object:
            return portal.call(_post_awaited, awaiting_http, bodies, agent)

        rounds = Effort(max(1, effort.rounds // 8), 1)
        for title, bare, subject in (
            ("blocking", post, add),
            ("awaiting", post_awaited, add_awaited),
        ):
            first = {
                "httpx": _to_new_agents(client, bare),
                "julep": _to_new_agents(client, subject),
            }
            yield ratio(f"folder of {FILES} files, {title}", first, rounds, FIRST)
        yield _second(partial(add, client.agents.create(name="Librarian")), rounds.rounds)
        portal.call(awaiting.close)
        portal.call(awaiting_http.aclose)


def _second(add: Callable[[], object], rounds: int) -> Row:
    report, times = add(), list[float]()
    for _ in range(rounds):
        start = time.perf_counter()
        report = add()
        times.append(time.perf_counter() - start)
    return Row(f"folder of {FILES} files, again", "s", min(times), SECOND, str(report))


def _to_new_agents(client: Julep, call: Callable[[Agent], object]) -> Round:
    """Rounds of a call, each with an agent that has no documents."""

    def make_calls(count: int) -> float:
        agents = [client.agents.create(name="Librarian") for _ in range(count)]
        start = time.perf_counter()
        for agent in agents:
            call(agent)
        return time.perf_counter() - start

    return make_calls


def _post(http: httpx.Client, bodies: list[dict[str, Any]], agent: Agent) -> None:
    with ThreadPoolExecutor(CONCURRENCY) as threads:
        for answer in threads.map(partial(_create, http, agent), bodies):
            answer.raise_for_status()


def _create(http: httpx.Client, agent: Agent, body: dict[str, Any]) -> httpx.Response:
    return http.post(f"/agents/{agent.id}/docs", json=body)


async def _post_awaited(
    http: httpx.AsyncClient, bodies: list[dict[str, Any]], agent: Agent
) -> None:
    todo = list(bodies)

    async def take() -> None:
        while todo:
            (await http.post(f"/agents/{agent.id}/docs", json=todo.pop())).raise_for_status()

    async with anyio.create_task_group() as group:
        for _ in range(CONCURRENCY):
            group.start_soon(take)


def _body(file: Path) -> dict[str, Any]:
    metadata = {"path": file.name, "hash": "0" * 64}
    return {"title": file.name, "content": chunks(file.read_text()), "metadata": metadata}
