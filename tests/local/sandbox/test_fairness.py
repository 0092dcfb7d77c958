"""Whose turn it is to have text evaluated, and what becomes of it when the caller goes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from functools import partial
from typing import Any, TypeAlias

import anyio
import anyio.lowlevel
import pytest

from julep.local.errors import Busy
from julep.local.sandbox import isolated
from julep.local.sandbox.callers import CALLER, Caller, CallerGone
from julep.local.sandbox.fairness import FairQueue
from julep.local.sandbox.pool import Pool
from julep.local.workflow import validate_isolated

Run: TypeAlias = Callable[[Callable[[], Awaitable[None]]], None]
_SLOW = "{% for i in range(10**6) %}{% for j in range(10**6) %}{% endfor %}{% endfor %}"


@pytest.fixture(params=["asyncio", "trio"])
def run(request: pytest.FixtureRequest) -> Run:
    """Runs an async function on each kind of event loop."""
    return lambda main: anyio.run(main, backend=request.param)


async def _never() -> None:
    await anyio.sleep_forever()


def _served(queue: FairQueue, names: str, leaving: Collection[int] = ()) -> Any:
    """The order in which jobs are done that came in this one while another was done."""
    served: list[str] = []

    async def job(name: str, number: int, scope: anyio.CancelScope) -> None:
        with scope:
            async with queue.turn(Caller(name)):
                served.append(f"{name}{number}")

    async def main() -> None:
        scopes = [anyio.CancelScope() for _ in names]
        async with anyio.create_task_group() as tasks, queue.turn(Caller("first")):
            for number, name in enumerate(names):
                tasks.start_soon(job, name, number, scopes[number])
                await anyio.wait_all_tasks_blocked()
            for number in leaving:
                scopes[number].cancel()
            await anyio.wait_all_tasks_blocked()

    return main, served


def test_callers_take_turns(run: Run) -> None:
    """Who comes after many jobs of another waits for one of them, not for all."""
    main, served = _served(FairQueue(1, 100), "aaaabca")
    run(main)
    assert served == ["a0", "b4", "c5", "a1", "a2", "a3", "a6"]


def test_who_goes_leaves_the_queue(run: Run) -> None:
    """The turns of those who went are the others'."""
    queue = FairQueue(1, 100)
    main, served = _served(queue, "abab", leaving={0, 1})
    run(main)
    assert (served, queue.waiting) == (["a2", "b3"], 0)


def test_so_many_run_at_once(run: Run) -> None:
    """As many as were allowed, and all of them in the end."""
    queue, counts = FairQueue(3, 100), [0]
    most: list[int] = []

    async def job(name: str) -> None:
        async with queue.turn(Caller(name)):
            counts[0] += 1
            most.append(counts[0])
            await anyio.lowlevel.checkpoint()
            counts[0] -= 1

    async def main() -> None:
        async with anyio.create_task_group() as tasks:
            for number in range(20):
                tasks.start_soon(job, str(number % 7))

    run(main)
    assert (len(most), max(most)) == (20, 3)


def test_the_queue_is_bounded(run: Run) -> None:
    """One caller fills a quarter of it, all together the whole; the patient are not counted out."""
    queue = FairQueue(1, 8)
    refused: list[str] = []

    async def job(caller: Caller) -> None:
        try:
            async with queue.turn(caller):
                pass
        except Busy:
            refused.append(caller.name)

    async def main() -> None:
        async with anyio.create_task_group() as tasks, queue.turn(Caller("first")):
            for name in "aaabbcccddef":
                tasks.start_soon(job, Caller(name, [_never]))
                await anyio.wait_all_tasks_blocked()
            tasks.start_soon(job, Caller("patient"))
            await anyio.wait_all_tasks_blocked()
            assert (refused, queue.waiting) == (["a", "c", "e", "f"], 9)

    run(main)


def test_the_job_of_a_caller_who_leaves_ends(run: Run) -> None:
    """Neither it nor those that wait behind it go on."""
    left = anyio.Event()
    ended: list[type[Exception]] = []

    async def ask() -> None:
        CALLER.set(Caller("visitor", [left.wait]))
        try:
            await isolated.render([_SLOW], {})
        except Exception as error:  # noqa: BLE001 - which one it is, is told below
            ended.append(type(error))

    async def main() -> None:
        nonlocal left
        left = anyio.Event()
        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(ask)
            await anyio.sleep(0.05)
            left.set()
        assert await isolated.render(["{{ 1 + 1 }}"], {}) == ["2"]

    run(main)
    assert ended == [CallerGone] * 20


def test_nobody_waits_for_a_worker_to_start_who_has_left(run: Run) -> None:
    """On a busy machine that takes seconds, while jobs themselves are over sooner than they are watched."""

    async def gone() -> None:
        pass

    async def main() -> None:
        CALLER.set(Caller("visitor", [gone]))
        pool = Pool()
        try:
            with pytest.raises(CallerGone):
                await pool.run("evaluate", "$ 1", {})
        finally:
            pool.close()

    run(main)


def test_errors_come_as_they_are_to_callers_who_may_leave(run: Run) -> None:
    """Watching for a caller's leaving wraps nothing."""

    async def fail() -> None:
        raise ZeroDivisionError

    async def main() -> None:
        with pytest.raises(ZeroDivisionError):
            await Caller("visitor", [_never]).unless_gone(fail)
        await Caller("visitor", [_never]).unless_gone(partial(anyio.sleep, 0))

    run(main)


def test_what_holds_no_code_waits_for_nobody(run: Run) -> None:
    """Plain messages and tasks of plain text need no worker."""

    async def gone() -> None:
        pass

    async def slow() -> None:
        await isolated.render([_SLOW], {})

    async def main() -> None:
        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(slow)
            await anyio.wait_all_tasks_blocked()
            CALLER.set(Caller("visitor", [gone]))  # waiting would raise that they have gone
            assert await isolated.render(["plain", "100 %"], {"a": 1}) == ["plain", "100 %"]
            assert (
                await validate_isolated({"main": [{"evaluate": {"x": "plain"}}]}, strict=True) == []
            )
            with pytest.raises(CallerGone):
                await validate_isolated({"main": [{"evaluate": {"x": "$ 1"}}]})
            tasks.cancel_scope.cancel()

    run(main)
