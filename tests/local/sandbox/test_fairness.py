"""That long evaluations leave room for what else a server does."""

from itertools import count

import anyio
import anyio.lowlevel
import pytest

from julep.local.sandbox.fairness import Pace
from tests.local.workflow.driver import run


def _clock(monkeypatch: pytest.MonkeyPatch, step: float) -> None:
    ticks = count()
    monkeypatch.setattr("julep.local.sandbox.fairness.perf_counter", lambda: next(ticks) * step)


def _played(workers: int) -> str:
    events: list[str] = []

    async def work(pace: Pace) -> None:
        await anyio.lowlevel.checkpoint()
        async with pace:
            events.append("w")

    async def others(scope: anyio.CancelScope) -> None:
        while events.count("w") < workers:
            await anyio.lowlevel.checkpoint()
            events.append(".")
        scope.cancel()

    async def main() -> None:
        pace = Pace()
        async with anyio.create_task_group() as tasks:
            for _ in range(workers):
                tasks.start_soon(work, pace)
            tasks.start_soon(others, tasks.cancel_scope)

    anyio.run(main)
    return "".join(events)


def test_others_come_in_between_long_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """After work that took long, the event loop turns before the next one begins."""
    _clock(monkeypatch, 1.0)
    assert "ww" not in _played(5)


def test_short_work_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as all of it is quick, everybody who is ready goes on in the same round."""
    _clock(monkeypatch, 0.0)
    assert "wwwww" in _played(5)


def test_steps_of_several_branches_keep_the_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Branches that all take long come to their end, in order."""
    _clock(monkeypatch, 1.0)
    told = run([{"over": "$ [1, 2, 3]", "map": {"evaluate": {"x": "$ _"}}}])
    assert told.output == [{"x": 1}, {"x": 2}, {"x": 3}]
