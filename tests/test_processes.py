"""Clients across forks, copies, pickles, event loops and the end of a program."""

from __future__ import annotations

import asyncio  # noqa: TID251 - several of its loops, one after the other, are what is tested
import copy
import gc
import os
import pickle
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any

import anyio
import httpx
import pytest

from julep import AsyncJulep, Julep, JulepApi, Request

from .conftest import ADA, KEY, PATIENCE, AnyClient, Face
from .wire import Connection, Seen, Wire, answering

CALLS = 30


def by_path(connection: Connection, seen: Seen) -> None:
    """Answer with the path that was asked for."""
    connection.send_json({"path": seen.target})


def wrong_answers(ask: Callable[[str], Any], name: str) -> int:
    """How many of some calls get the answer of another one."""
    paths = [f"/{name}{number}" for number in range(CALLS)]
    return sum(ask(path) != {"path": path} for path in paths)


def in_a_child(work: Callable[[], int]) -> Callable[[], int]:
    """Begin some work in a forked process; the result waits for it and gives its number."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking beside threads
        child = os.fork()
    if child == 0:
        code = 255
        try:
            code = work()
        finally:
            os._exit(code)
    return lambda: os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def client_asks(client: Julep, path: str) -> Any:
    """What a client is answered."""
    return client.send(Request("GET", path, Any))


def blocking(base_url: str, stack: ExitStack) -> Callable[[str], Any]:
    """Calls of a blocking client."""
    client = stack.enter_context(Julep(base_url=base_url, api_key=KEY, timeout=5, max_retries=0))
    return partial(client_asks, client)


def borrowed(base_url: str, stack: ExitStack) -> Callable[[str], Any]:
    """Calls of a blocking client through an HTTP client of the user's."""
    http = stack.enter_context(httpx.Client())
    client = Julep(base_url=base_url, api_key=KEY, timeout=5, max_retries=0, httpx_client=http)
    return partial(client_asks, client)


def awaiting(base_url: str, stack: ExitStack) -> Callable[[str], Any]:
    """Calls of an awaiting client, each in a loop of its own."""
    client = AsyncJulep(base_url=base_url, api_key=KEY, timeout=5, max_retries=0)

    async def ask(path: str) -> Any:
        return await client.send(Request("GET", path, Any))

    return lambda path: asyncio.run(ask(path))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.parametrize("calls", [blocking, borrowed, awaiting])
def test_a_forked_process_has_connections_of_its_own(
    calls: Callable[[str, ExitStack], Callable[[str], Any]],
) -> None:
    """Parent and child go on at once, and each gets the answers to its own questions."""
    with Wire(by_path) as server, ExitStack() as stack:
        ask = calls(server.url, stack)
        ask("/warm")
        child = in_a_child(lambda: wrong_answers(ask, "child"))
        assert wrong_answers(ask, "parent") == 0
        assert child() == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_what_a_thread_was_doing_at_a_fork_stops_no_child() -> None:
    """A lock that is held at that moment would never be given back in the child."""

    def call() -> int:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(PATIENCE)
        return wrong_answers(ask, "child")

    with Wire(by_path) as server, httpx.Client() as http:
        client = Julep(base_url=server.url, api_key=KEY, max_retries=0, httpx_client=http)
        ask = partial(client_asks, client)
        ask("/warm")
        transport: Any = http._transport
        with transport._pool._optional_thread_lock:
            child = in_a_child(call)
        assert child() == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_child_that_closes_its_client_leaves_the_parents_alone() -> None:
    """What a child inherited ends there without a word to the server."""
    with Wire(by_path) as server, Julep(base_url=server.url, api_key=KEY) as client:
        client.send(Request("GET", "/before", Any))

        def close() -> int:
            client.close()
            return 0

        assert in_a_child(close)() == 0
        client.send(Request("GET", "/after", Any))
    assert [seen.connection for seen in server.seen] == [1, 1]


def pickled(client: AnyClient) -> AnyClient:
    """A client that went through a pickle."""
    return pickle.loads(pickle.dumps(client))


@pytest.mark.parametrize("is_used", [False, True])
@pytest.mark.parametrize("way", [copy.deepcopy, pickled])
async def test_a_client_can_be_copied_and_pickled(
    face: Face, way: Callable[[AnyClient], AnyClient], *, is_used: bool
) -> None:
    """The copy has the same options and connections of its own, before a call and after one."""
    with Wire(answering(ADA)) as server:
        client = face.client(base_url=server.url, timeout=5, headers={"X-Team": "t"})
        if is_used:
            await face.call(client.agents.get, "a1")
        other = way(client)
        await face.call(client.close)
        assert (await face.call(other.agents.get, "a1")).name == "Ada"
        await face.call(other.close)
    assert other._engine.options == client._engine.options
    assert server.seen[-1].headers["X-Team"] == "t"


def test_the_documented_client_and_resources_can_be_copied() -> None:
    """Whatever holds a client can be deep-copied with it."""
    flat = JulepApi(base_url="http://x", auth_key="a", api_key=KEY)
    assert copy.deepcopy({"flat": flat, "agents": flat.agents})["agents"] is not flat.agents


def test_a_copy_shares_the_http_client_of_the_user() -> None:
    """It can't be copied, and it can't be pickled, which is said."""
    http = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=ADA)))
    client = Julep(base_url="http://x", api_key=KEY, httpx_client=http)
    assert copy.deepcopy(client).agents.get("a1").name == "Ada"
    with pytest.raises(TypeError, match="with an httpx_client can't be pickled"):
        pickle.dumps(client)


def test_a_copy_keeps_an_embedded_server_alive() -> None:
    """A deep copy works when the original is gone."""
    other = copy.deepcopy(Julep.local())
    gc.collect()
    assert other.agents.list().to_list() == []


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_loop_that_ends_closes_its_connections(backend: str) -> None:
    """One client in several loops leaves nothing open in any of them, closed or not."""

    async def call() -> str:
        return (await client.agents.get("a1")).name

    with Wire(answering(ADA)) as server:
        client = AsyncJulep(api_key=KEY, base_url=server.url)
        names = [anyio.run(call, backend=backend) for _ in range(3)]
        names.append(anyio.run(call, backend="asyncio"))
        anyio.run(client.close, backend=backend)
    gc.collect()
    assert names == ["Ada"] * 4
    assert [seen.connection for seen in server.seen] == [1, 2, 3, 4]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_client_that_is_dropped_closes_its_connections(backend: str) -> None:
    """They end silently, while the loop goes on as well as with the loop."""

    def answer(connection: Connection, _: Seen) -> None:
        connection.send_json(ADA)
        connection.wait_for_hang_up()

    async def main() -> None:
        for _ in range(3):
            server.hung_up.clear()
            await AsyncJulep(api_key=KEY, base_url=server.url).agents.get("a1")
            gc.collect()
            assert await anyio.to_thread.run_sync(server.hung_up.wait, 10)
        await AsyncJulep(api_key=KEY, base_url=server.url).agents.get("a1")

    with Wire(answer) as server:
        anyio.run(main, backend=backend)
    gc.collect()


PROGRAM = """
import sys, warnings
from julep import Julep
client = Julep(base_url=sys.argv[1], api_key="k")
client.agents.get("a1")
"""
ENDINGS = [
    "sys.excepthook = lambda *it: print(it)",
    "warnings.showwarning = lambda *it: None",
    "import builtins; builtins.kept = client",
    "import copy\ntry: Julep(base_url='nothing')\nexcept ValueError: pass",
]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_program_that_keeps_its_client_ends_silently(ending: str) -> None:
    """Whoever still refers to a client when the interpreter ends, nothing is printed."""
    with Wire(answering(ADA)) as server:
        ran = subprocess.run(
            [sys.executable, "-X", "dev", "-c", PROGRAM + ending, server.url],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    assert (ran.stdout, ran.stderr) == ("", "")
