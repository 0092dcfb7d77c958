"""`JULEP_DEBUG=1`: blocking calls that hold up an event loop are told of."""

from __future__ import annotations

import anyio
import anyio.to_thread
import pytest
from pytest_httpx import HTTPXMock

from julep import AsyncJulep, BlockingCallWarning, Julep

from .conftest import ADA, KEY, URL

BACKENDS = pytest.mark.parametrize("backend", ["asyncio", "trio"])


@pytest.fixture(autouse=True)
def _answers(httpx_mock: HTTPXMock) -> None:
    """Every call that is sent is answered."""
    httpx_mock.add_response(json=ADA, is_reusable=True, is_optional=True)


def ask(client: Julep) -> None:
    """Make a call that blocks."""
    client.agents.get("a1")


@BACKENDS
def test_a_call_in_a_loop_warns_once(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one of a client and its copies, at the line that made it."""
    monkeypatch.setenv("JULEP_DEBUG", "1")

    async def main() -> None:
        with Julep(api_key=KEY, base_url=URL) as client:
            ask(client)
            ask(client.with_options(timeout=3))

    with pytest.warns(BlockingCallWarning, match="use AsyncJulep") as told:
        anyio.run(main, backend=backend)
    (warning,) = told
    assert (warning.filename, warning.lineno) == (__file__, ask.__code__.co_firstlineno + 2)


def test_it_can_be_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where warnings are, as in tests, the call fails before anything is sent."""
    monkeypatch.setenv("JULEP_DEBUG", "1")

    async def main() -> None:
        with Julep(api_key=KEY, base_url=URL) as client:
            ask(client)

    with pytest.raises(BlockingCallWarning):
        anyio.run(main)


@BACKENDS
def test_calls_that_hold_up_nothing_are_silent(
    backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not on threads, outside of loops, or on the awaiting face; all warnings are errors here."""
    monkeypatch.setenv("JULEP_DEBUG", "1")

    async def main() -> None:
        await anyio.to_thread.run_sync(ask, client)
        async with AsyncJulep(api_key=KEY, base_url=URL) as awaiting:
            await awaiting.agents.get("a1")

    with Julep(api_key=KEY, base_url=URL) as client:
        ask(client)
        anyio.run(main, backend=backend)


@pytest.mark.parametrize("value", [None, "", "0"])
def test_nobody_is_warned_unasked(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call may block a loop on purpose, as in notebooks."""
    monkeypatch.delenv("JULEP_DEBUG", raising=False)
    if value is not None:
        monkeypatch.setenv("JULEP_DEBUG", value)

    async def main() -> None:
        with Julep(api_key=KEY, base_url=URL) as client:
            ask(client)

    anyio.run(main)
