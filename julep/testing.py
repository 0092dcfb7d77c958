"""Test your own code against a server of its own: fixtures for pytest, known once this is installed.

`julep_server` is a fresh server in memory for each test, `julep` and `async_julep` are clients of
it. Tell the server beforehand what the model and others reply and what is to go wrong, and look
afterwards at what they were asked:

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


    def test_a_reminder_comes_after_an_hour(julep, julep_server):
        julep_server.integrations.add("email", "send", result={"success": True})
        email = {"name": "email", "type": "integration", "integration": {"provider": "email"}}
        steps = [{"sleep": {"hours": 1}}, {"tool": "email", "arguments": {"to": "$ _.to"}}]
        task = julep.tasks.create(
            julep.agents.create(name="Host"), name="Remind", main=steps, tools=[email]
        )
        execution = julep.executions.create(task, input={"to": "ada@example.com"})
        julep_server.clock.advance(3600)
        assert julep_server.integration_calls[-1]["arguments"] == {"to": "ada@example.com"}
        assert julep.executions.get(execution).output == {"success": True}

- `replies.add("one", "two")` takes texts, tool calls and functions of the messages; errors, delays, and
  pauses within streams. A reply that isn't scripted is the offline echo: no test reaches a real model.
- `integrations.add("brave", "search", result=…)` and `web.add(url=…, json=…)` answer the tools of
  tasks, in order, the last one again and again. Once something is scripted on `web`, nothing else is
  reached; `integration_calls` and `web_calls` tell what was asked.
- `clock.advance(seconds)` ends what sleeps so long, and returns when the tasks have gone on.
- `faults.add` answers with a status, drops a connection, cuts a stream or delays.

What was scripted and never used fails the test, unless it calls `julep_server.allow_unused()`. A server
for a module or a session comes from `serve`:

    from julep.testing import serve


    @pytest.fixture(scope="module")
    def library_server():
        with serve() as server:
            yield server

Code that makes a client of its own gets `julep_server.url` and `julep_server.key`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

try:
    import pytest
except ModuleNotFoundError as _missing:
    raise ImportError(
        "julep.testing needs pytest; install it with: python -m pip install pytest"
    ) from _missing

if TYPE_CHECKING:
    from . import AsyncJulep, Julep
    from .local import LocalServer

__all__ = ["async_julep", "julep", "julep_server", "serve"]

_STOPS_AT_ONCE = 16
"""Servers that may be stopping while tests run: more than can start in the time that a stop takes."""
_PASSED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def _stopping() -> Iterator[ThreadPoolExecutor]:
    """Stop servers while the next test runs: that takes ten times as long as a start."""
    with ThreadPoolExecutor(_STOPS_AT_ONCE, "julep-stopping") as stopping:
        yield stopping


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Remember whether a test passed: only then what it left unused is worth a word."""
    if call.when == "call":
        item.stash[_PASSED] = call.excinfo is None


@pytest.fixture
def julep_server(
    request: pytest.FixtureRequest, _stopping: ThreadPoolExecutor
) -> Iterator[LocalServer]:
    """Run a `julep.local.LocalServer` for this test alone: empty, in memory, and offline.

    `replies`, `integrations`, `web`, `clock` and `faults` script it; `model_calls`,
    `integration_calls` and `web_calls` tell what was asked; `url` and `key` are for clients that your
    code makes. What was scripted and never used fails the test, unless it calls `allow_unused`.
    """
    server = _offline()
    try:
        yield server
        if request.node.stash.get(_PASSED, False):
            server.assert_used()
    finally:
        _stopping.submit(server.stop)


@contextmanager
def serve(**server_options: Any) -> Generator[LocalServer]:
    """Serve many tests with one server, offline; for a fixture of yours.

    Args:
        **server_options: The arguments of `julep.local.LocalServer`.

    Yields:
        The running server. What is scripted and never used passes: `assert_used` tells.
    """
    server = _offline(**server_options)
    try:
        yield server
    finally:
        server.stop()


def _offline(**server_options: Any) -> LocalServer:
    from .local import LocalServer  # noqa: PLC0415 - only tests that use it pay for it

    with pytest.MonkeyPatch.context() as environment:
        for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
            environment.delenv(name, raising=False)
        return LocalServer(**server_options).start()


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
