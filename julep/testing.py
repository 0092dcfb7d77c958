"""Test your own code against a server of its own: fixtures for pytest, known once this is installed.

`julep_server` is a fresh server in memory for each test, `julep` and `async_julep` are clients of
it. Tell the server beforehand what the model replies and what is to go wrong, and look afterwards at
what the model was asked:

    def greet(client, session, name):
        return client.sessions.chat(session, f"Greet {name}.").text


    def test_the_greeting_comes_from_the_model(julep, julep_server):
        julep_server.replies.add("Hello Ada!")
        session = julep.sessions.create(agent=julep.agents.create(name="Host"))
        assert greet(julep, session, "Ada") == "Hello Ada!"
        assert julep_server.model_calls[-1]["messages"][-1]["content"] == "Greet Ada."


    def test_a_busy_server_is_asked_again(julep, julep_server):
        julep_server.faults.add(path="/agents", status=503, headers={"Retry-After": "0"})
        assert julep.agents.list().first() is None

`replies.add` takes texts, tool calls, errors and delays; `faults.add` answers with a status, drops a
connection, cuts a stream or delays. A reply that isn't scripted is the offline echo: no test reaches
a real model. Code that makes a client of its own gets `julep_server.url` and `julep_server.key`.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from . import AsyncJulep, Julep
    from .local import LocalServer

__all__ = ["async_julep", "julep", "julep_server"]

_STOPS_AT_ONCE = 16


@pytest.fixture(scope="session")
def _stopping() -> Iterator[ThreadPoolExecutor]:  # pyright: ignore[reportUnusedFunction] - pytest uses it
    """Stop servers while the next test runs: that takes ten times as long as a start."""
    with ThreadPoolExecutor(_STOPS_AT_ONCE, "julep-stopping") as stopping:
        yield stopping


@pytest.fixture
def julep_server(_stopping: ThreadPoolExecutor) -> Iterator[LocalServer]:
    """Run a `julep.local.LocalServer` for this test alone: empty, in memory, and offline.

    `replies` and `faults` script it, `model_calls` tells what the model was asked, `url` and `key`
    are for clients that your code makes.
    """
    from .local import LocalServer  # noqa: PLC0415 - only tests that use it pay for it

    with pytest.MonkeyPatch.context() as environment:
        for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
            environment.delenv(name, raising=False)
        server = LocalServer().start()
    yield server
    _stopping.submit(server.stop)


@pytest.fixture
def julep(julep_server: LocalServer) -> Iterator[Julep]:
    """Make a blocking client of `julep_server`, closed after the test."""
    from . import Julep  # noqa: PLC0415 - as above

    with Julep(base_url=julep_server.url, api_key=julep_server.key) as client:
        yield client


@pytest.fixture
def async_julep(julep_server: LocalServer) -> AsyncJulep:
    """Make an awaiting client of `julep_server`, for tests in any event loop.

    It keeps no connection between calls, so nothing is left to close when the test's loop ends, and
    the fixture itself needs no loop: it works with pytest-asyncio, with anyio's plugin, and in a
    test that calls `asyncio.run` or `trio.run`.
    """
    from . import AsyncJulep  # noqa: PLC0415 - as above

    headers = {"Connection": "close"}
    return AsyncJulep(base_url=julep_server.url, api_key=julep_server.key, headers=headers)
