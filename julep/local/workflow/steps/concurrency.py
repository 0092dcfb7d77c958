"""Running several branches at the same time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

import anyio

from julep.local.workflow.position import Outcome

Job: TypeAlias = Callable[[], Awaitable[Outcome]]


async def gather(jobs: Sequence[Job]) -> list[Outcome]:
    """Return the outcomes of all jobs in their order, or only that of the first that returned.

    Raises:
        Exception: What the first job that failed raised; the others are cancelled.
    """
    outcomes: dict[int, Outcome] = {}
    failures: list[Exception] = []
    async with anyio.create_task_group() as tasks:

        async def work(index: int) -> None:
            try:
                outcomes[index] = await jobs[index]()
            except Exception as failure:  # noqa: BLE001 - handed to the caller below
                failures.append(failure)
            if failures or outcomes[index].returned:
                tasks.cancel_scope.cancel()

        for index in range(len(jobs)):
            tasks.start_soon(work, index)
    if failures:
        raise failures[0]
    returned = [outcome for outcome in outcomes.values() if outcome.returned]
    return returned[:1] or [outcomes[index] for index in range(len(jobs))]
