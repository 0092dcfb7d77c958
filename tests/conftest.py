"""Behaviour tests are written once, as `async def` with a `face`, and run on every face."""

from __future__ import annotations

import inspect
import os
import signal
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import anyio
import anyio.to_thread
import pytest
from hypothesis import HealthCheck, settings

from julep import AsyncJulep, Julep
from julep._faces import drive

# How fast a machine is must not fail a test, and each run of the suite tries the same.
settings.register_profile(
    "few",
    max_examples=50,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
for name, count in {"some": 300, "many": 2000}.items():
    few = settings.get_profile("few")
    settings.register_profile(name, few, max_examples=count, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "few"))

AnyClient: TypeAlias = Any
"""A client of either face: what its methods give depends on the face, so no type can say it."""

KEY = "key-1234567890"
URL = "http://julep.test/api"
ADA = {"id": "a1", "name": "Ada"}
"""An agent, as servers answer with it."""
PROXIES = {f(f"{kind}_proxy") for kind in ("http", "https", "all", "no") for f in (str, str.upper)}
PATIENCE = 10
"""Seconds to wait for what must happen, before a test fails."""
LONGEST = 120
"""Seconds that a test may take, unless it says otherwise."""


class Face:
    """One way to run a test: on the blocking or the awaiting client, in which event loop if any.

    Attributes:
        name: `sync`, `sync in a loop`, `asyncio` or `trio`.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.blocks = name.startswith("sync")
        self._clients: list[AnyClient] = []

    def client(self, kind: type[AnyClient] | None = None, **options: Any) -> AnyClient:
        """A client of this face, closed after the test."""
        make: Callable[..., AnyClient] = kind or (Julep if self.blocks else AsyncJulep)
        given: dict[str, Any] = {"api_key": KEY, "base_url": URL, "max_retries": 0, **options}
        client = make(**given)
        self._clients.append(client)
        return client

    async def call(self, method: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """What a method gives, awaited on the awaiting face."""
        result = method(*args, **kwargs)
        return await result if inspect.iscoroutine(result) else result

    async def take(self, source: Any, most: int | None = None) -> list[Any]:
        """The items of a list or a stream, in a loop that is left after `most` of them."""
        taken: list[Any] = []
        if self.blocks:
            for item in source:
                taken.append(item)
                if len(taken) == most:
                    break
        else:
            async for item in source:
                taken.append(item)
                if len(taken) == most:
                    break
        return taken

    @asynccontextmanager
    async def inside(self, manager: Any) -> AsyncGenerator[Any, None]:
        """A `with` block, or an `async with` one on the awaiting face."""
        if self.blocks:
            with manager as entered:
                yield entered
        else:
            async with manager as entered:
                yield entered

    async def wait(self, event: threading.Event) -> bool:
        """Whether an event of another thread happens; the loop, if any, goes on meanwhile."""
        if self.blocks:
            return event.wait(PATIENCE)
        return await anyio.to_thread.run_sync(event.wait, PATIENCE)

    def run(self, test: Callable[..., Coroutine[Any, Any, None]], arguments: Any) -> None:
        """Run a test to its end: without any event loop on the `sync` face."""
        if self.name == "sync":
            drive(self._closing(test(**arguments)))
        else:
            backend = "trio" if self.name == "trio" else "asyncio"
            anyio.run(self._closing, test(**arguments), backend=backend)

    async def _closing(self, test: Coroutine[Any, Any, None]) -> None:
        try:
            await test
        finally:
            for client in self._clients:
                await self.call(client.close)


@pytest.fixture(params=["sync", "sync in a loop", "asyncio", "trio"])
def face(request: pytest.FixtureRequest) -> Face:
    """Each of the ways to use a client, in turn."""
    return Face(request.param)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what the developer has set out of the tests, and proxies out of their way."""
    for name in os.environ.keys() & PROXIES:
        monkeypatch.delenv(name)
    for name in ("API_KEY", "BASE_URL", "API_URL", "ENVIRONMENT"):
        monkeypatch.delenv(f"JULEP_{name}", raising=False)


def pytest_configure() -> None:
    """Heed Ctrl-C, which tests send: what runs in the background of a shell inherits that it is ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Limit the time of every test. A setting would have the examples' tests need the plugin too."""
    is_given = config.getoption("timeout") is not None
    for item in items:
        if not is_given and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(LONGEST))


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is a coroutine function as its `face` says."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = inspect.signature(pyfuncitem.obj).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in wanted}
    face: Any = pyfuncitem.funcargs["face"]
    face.run(pyfuncitem.obj, arguments)
    return True
