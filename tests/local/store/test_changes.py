"""Waiting for news of an execution."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio
import pytest
from anyio.lowlevel import checkpoint

from julep.local.store.changes import Changes


async def _woken(changes: Changes, *ids: str, then: Callable[[], object]) -> list[str]:
    """Which of those who wait are woken when something happens."""
    woken: list[str] = []

    async def wait(id: str) -> None:
        await changes.wait(id)
        woken.append(id)

    async with anyio.create_task_group() as tasks:
        for each in ids:
            tasks.start_soon(wait, each)
        for _ in range(5):
            await checkpoint()
        then()
        for _ in range(5):
            await checkpoint()
        tasks.cancel_scope.cancel()
    return sorted(woken)


def play(scene: Callable[[Changes], Awaitable[list[str]]]) -> list[str]:
    """What a scene gives on new changes."""

    async def run() -> list[str]:
        return await scene(Changes())

    return anyio.run(run)


@pytest.mark.parametrize(("changed", "woken"), [("a", ["a", "a"]), ("b", ["b"]), ("c", [])])
def test_everybody_who_waits_for_a_thing_is_woken(changed: str, woken: list[str]) -> None:
    """And nobody else."""
    assert play(lambda it: _woken(it, "a", "b", "a", then=lambda: it.notify(changed))) == woken


def test_at_the_end_all_are_woken() -> None:
    """And know why."""
    seen: list[bool] = []

    async def scene(changes: Changes) -> list[str]:
        seen.append(changes.closed)
        woken = await _woken(changes, "a", "b", then=changes.close)
        seen.append(changes.closed)
        return woken

    assert play(scene) == ["a", "b"]
    assert seen == [False, True]


def test_a_change_before_the_wait_is_not_waited_for() -> None:
    """Whoever waits looks first, and then for the next change."""

    async def scene(changes: Changes) -> list[str]:
        changes.notify("a")
        return await _woken(changes, "a", then=lambda: None)

    assert play(scene) == []
