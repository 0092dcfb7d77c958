"""How functions are called: when, on which threads, for how long."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from contextvars import ContextVar
from typing import Any

import anyio
import pytest

import julep as sdk
from julep import Call, ToolError
from julep.local import LocalServer

from .conftest import Face
from .desk import desk, refund


async def test_each_call_is_announced(face: Face, julep_server: LocalServer) -> None:
    """`on_call` hears of all calls of a turn on the caller's thread, before and after them."""
    at = await desk(face, julep_server)
    heard: list[tuple[str, str]] = []

    def hear(call: Call) -> None:
        assert threading.current_thread() is caller
        heard.append((call.name, call.state))

    caller = threading.current_thread()
    asked: list[dict[str, str]] = [{"order": "A"}, {}]
    calls = [*(("refund", each) for each in asked), ("nope", asked[1])]
    await at.chat(calls, "ok", tools=[refund], on_call=hear)
    starts = [("refund", "started"), ("refund", "started"), ("nope", "started")]
    assert heard == [*starts, ("refund", "done"), ("refund", "failed"), ("nope", "failed")]


async def test_a_call_can_be_refused(face: Face, julep_server: LocalServer) -> None:
    """A `ToolError` of `on_call` keeps the function from being called."""
    at = await desk(face, julep_server)
    heard: list[str] = []

    def approve(call: Call) -> None:
        heard.append(call.state)
        if call.state == "started" and call.arguments["amount"] > 100:
            raise ToolError("too much")

    calls = [("refund", {"order": "A", "amount": amount}) for amount in (5, 500)]
    answer = await at.chat(calls, "ok", tools=[refund], on_call=approve, on_tool_error="raise")
    assert at.results() == ["5 for A", "too much"]
    assert heard == ["started", "started", "done", "failed"]
    assert [call.error for call in answer.turns[0].calls] == [None, "too much"]


async def test_calls_run_at_the_same_time(face: Face, julep_server: LocalServer) -> None:
    """Each waits for the other here; results keep the order of the calls."""
    at = await desk(face, julep_server)
    both = threading.Barrier(2, timeout=5)

    def meet(name: str) -> str:
        if both.wait() == 0:
            time.sleep(0.01)
        return name

    await at.chat([("meet", {"name": name}) for name in "ab"], "ok", tools=[meet])
    assert at.results() == ["a", "b"]


async def test_calls_can_be_made_in_turn(face: Face, julep_server: LocalServer) -> None:
    """With `parallel=False` one begins when the one before has ended, and is announced then."""
    at = await desk(face, julep_server)
    heard: list[str] = []

    def hear(call: Call) -> None:
        heard.append(f"{call.arguments['order']} {call.state}")

    calls = [("refund", {"order": order}) for order in "AB"]
    await at.chat(calls, "ok", tools=[refund], parallel=False, on_call=hear)
    assert heard == ["A started", "A done", "B started", "B done"]


async def test_the_blocking_face_calls_in_turn_where_it_is_called(
    face: Face, julep_server: LocalServer
) -> None:
    """So what belongs to one thread works there; on the awaiting face the loop must stay free."""
    at = await desk(face, julep_server)
    caller = threading.current_thread()
    threads: list[bool] = []

    def where() -> None:
        threads.append(threading.current_thread() is caller)

    await at.chat([("where", {})] * 2, "ok", tools=[where], parallel=False)
    assert threads == [face.blocks] * 2


NAME: ContextVar[str] = ContextVar("NAME", default="nobody")


async def test_functions_see_the_callers_context(face: Face, julep_server: LocalServer) -> None:
    """Context variables are those of the caller on every thread."""
    at = await desk(face, julep_server)

    def who() -> str:
        return NAME.get()

    token = NAME.set("Ada")
    await at.chat([("who", {})] * 2, "ok", tools=[who])
    NAME.reset(token)
    assert at.results() == ["Ada", "Ada"]


async def test_a_function_may_run_a_loop_of_its_own(face: Face, julep_server: LocalServer) -> None:
    """On a thread of the SDK no event loop runs."""
    at = await desk(face, julep_server)

    def loops() -> str:
        async def main() -> str:
            await anyio.sleep(0.001)
            return "ran"

        return anyio.run(main)

    await at.chat([("loops", {})] * 2, "ok", tools=[loops])
    assert at.results() == ["ran", "ran"]


@pytest.mark.slow
async def test_a_chat_ends_in_time(face: Face, julep_server: LocalServer) -> None:
    """A function that runs longer is left behind and named."""
    at = await desk(face, julep_server)
    released = threading.Event()

    def slow() -> None:
        released.wait(30)

    began = time.monotonic()
    try:
        with pytest.raises(sdk.APITimeoutError, match=r"within 1\.5 s; .* running still: slow"):
            await at.chat([("slow", {})], tools=[slow], timeout=1.5)
        assert time.monotonic() - began < 10
    finally:
        released.set()
    assert (await at.chat("on we go")).text == "on we go"


@pytest.mark.parametrize("face", ["asyncio", "trio"], indirect=True)
async def test_a_cancelled_chat_leaves_the_session_usable(
    face: Face, julep_server: LocalServer
) -> None:
    """Cancelling stops coroutine functions and waits for no thread; open calls get a result."""
    at = await desk(face, julep_server)
    released = threading.Event()
    stopped: list[str] = []

    def stuck() -> None:
        released.wait(30)

    async def cancelled() -> None:
        scope.cancel()
        try:
            await anyio.sleep(30)
        finally:
            stopped.append("cancelled")

    with anyio.fail_after(10), anyio.CancelScope() as scope:
        await at.chat([("stuck", {}), ("cancelled", {})], tools=[stuck, cancelled])
    released.set()
    assert stopped == ["cancelled"]
    assert (await at.chat("on we go")).text == "on we go"
    assert len(at.results()) == 2


PROGRAM = """
import signal, sys, threading, time
import anyio, julep
from julep.local import LocalServer

def slow() -> None:
    time.sleep(300)

# What is started in the background by a shell ignores it.
signal.signal(signal.SIGINT, signal.default_int_handler)
interrupt = (threading.main_thread().ident, signal.SIGINT)
timers = [threading.Timer(0.5, signal.pthread_kill, interrupt)]

def hear(call):
    if sys.argv[2] == "interrupted" and timers:
        timers.pop().start()

options = {"tools": [slow], "on_call": hear}
if sys.argv[2] != "interrupted":
    options["timeout"] = 3

async def awaiting(server, session):
    async with julep.AsyncJulep(base_url=server.url, api_key=server.key) as client:
        await client.sessions.chat(session, "hi", **options)

with LocalServer() as server, julep.Julep(base_url=server.url, api_key=server.key) as client:
    session = client.sessions.create(agent=client.agents.create(name="Ada"))
    # What the first chat imports is not to count.
    client.sessions.chat(session, "hello")
    server.replies.add(tool_calls=[("slow", {}), ("slow", {})])
    try:
        if sys.argv[1] == "sync":
            client.sessions.chat(session, "hi", **options)
        else:
            anyio.run(awaiting, server, session, backend=sys.argv[1])
    except (julep.APITimeoutError, KeyboardInterrupt) as error:
        print(repr(error))
    print(client.sessions.chat(session, "on we go").text)
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sync", "asyncio", "trio"])
@pytest.mark.parametrize(
    ("how", "told"), [("late", "running still: slow, slow"), ("interrupted", "KeyboardInterrupt()")]
)
def test_a_program_ends_without_its_functions(how: str, told: str, kind: str) -> None:
    """Neither its end nor Ctrl-C waits for a function that runs, and the session goes on."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, kind, how],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert told in ran.stdout
    assert ran.stdout.endswith("on we go\n")


async def test_coroutine_functions(face: Face, julep_server: LocalServer) -> None:
    """They are awaited in the caller's loop, and refused by name where nothing is awaited."""
    at = await desk(face, julep_server)
    here = {"a": anyio.Event(), "b": anyio.Event()}

    async def meet(name: str, other: str) -> str:
        here[name].set()
        with anyio.fail_after(5):
            await here[other].wait()
        return name

    calls = [("meet", {"name": name, "other": other}) for name, other in ("ab", "ba")]
    if face.blocks:
        with pytest.raises(TypeError, match="meet is an async function"):
            await at.chat(tools=[meet])
    else:
        await at.chat(calls, "ok", tools=[meet])
        assert at.results() == ["a", "b"]


async def test_what_is_secretly_async_is_awaited_too(face: Face, julep_server: LocalServer) -> None:
    """Where that shows in the result alone, the blocking face refuses it then."""
    at = await desk(face, julep_server)

    async def later() -> str:
        return "now"

    def sneaky() -> Any:
        return later()

    if face.blocks:
        with pytest.raises(TypeError, match="sneaky is an async function"):
            await at.result_of(sneaky)
        julep_server.allow_unused()
    else:
        assert await at.result_of(sneaky) == "now"


async def test_approval_may_be_awaited(face: Face, julep_server: LocalServer) -> None:
    """`on_call` may be a coroutine function where calls are awaited."""
    at = await desk(face, julep_server)

    async def refuse(_: Call) -> None:
        await anyio.sleep(0.001)
        raise ToolError("no")

    if face.blocks:
        with pytest.raises(TypeError, match="on_call is an async function"):
            await at.chat(tools=[refund], on_call=refuse)
        return

    async def approve(call: Call) -> None:
        if call.state == "started":
            await refuse(call)

    await at.chat([("refund", {"order": "A"})], "ok", tools=[refund], on_call=approve)
    assert at.results() == ["no"]
