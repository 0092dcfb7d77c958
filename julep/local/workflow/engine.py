"""The engine: starts executions, resumes and cancels them, and goes on after a crash."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import TracebackType
from typing import Self, cast

import anyio
from anyio.abc import TaskGroup
from attrs import evolve

from julep.local.records import Task
from julep.local.sandbox.values import in_stored_order
from julep.local.unwritable import why_unwritable

from .journal import MAX_WEIGHT, Journal
from .ports import Effects, Log, Transition
from .run import Run
from .steps import HANDLERS
from .task_token import read_task_token
from .tasks import completed

_MAX_TOTAL_WEIGHT = 96_000_000
"""Bytes that the values of all executions may take; with everything else the server stays below 256 MB."""
_ALWAYS_FREE = 100_000  # bytes that each may hold whatever others do: usual executions need less
_STEPS_AT_ONCE = 4  # that begin before requests are looked at again, each of about 0.3 ms
_SECONDS_UNTIL_WRITABLE = 2  # between looks whether a full disk has room again
_logger = logging.getLogger(__name__)


class Engine:
    """Runs executions as tasks of the event loop that it was entered on.

    Leaving the engine stops them where they are, without a word in the log, as a crash would;
    the next engine on the same log goes on from there.
    """

    def __init__(self, log: Log, effects: Effects, *, max_transitions: int = 100_000) -> None:
        """Make an engine that fails executions which grow beyond `max_transitions`."""
        self._max_transitions = max_transitions
        self._log = log
        self._effects = effects
        self._runs: dict[str, Run] = {}
        self._tasks: TaskGroup
        self._turns = anyio.Semaphore(_STEPS_AT_ONCE, fast_acquire=True)

    async def __aenter__(self) -> Self:
        self._tasks = anyio.create_task_group()
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._tasks.cancel_scope.cancel()
        await self._tasks.__aexit__(kind, error, traceback)

    def recover(self) -> None:
        """Continue every execution that is not over."""
        for execution_id in self._log.unfinished():
            self.start(execution_id)

    def start(self, execution_id: str) -> None:
        """Run an execution from where its log ends; do nothing if it runs already."""
        self._run(execution_id)

    def resume(self, execution_id: str, input: object, *, task_token: str | None = None) -> bool:
        """Answer a wait: the token's one, or else the newest that is open.

        The answer is in the log when this returns; the execution goes on right after.

        Returns:
            False when there is no such wait, or it was answered before.
        """
        run = self._run(execution_id)
        if run is None:
            return False
        wait = _chosen(run.journal.open_waits(), execution_id, task_token)
        return wait is not None and run.resume(wait, input)

    def cancel(self, execution_id: str) -> bool:
        """End an execution at its innermost running step.

        Returns:
            False when there is no such execution, or it is over.
        """
        run = self._run(execution_id)
        return run is not None and run.cancel()

    def is_at_rest(self, asleep: Mapping[str, int]) -> bool:
        """Tell whether no execution goes on by itself.

        Args:
            asleep: How many steps of each execution sleep, by its id.
        """
        return all(run.is_at_rest(asleep.get(id, 0)) for id, run in self._runs.items())

    def _run(self, execution_id: str) -> Run | None:
        if (known := self._runs.get(execution_id)) is not None:
            return known
        execution = self._log.execution(execution_id)
        if execution is None:
            return None
        execution = evolve(
            execution,
            task=cast("Task", in_stored_order(completed(execution.task))),
            input=in_stored_order(execution.input),
        )
        journal = Journal(
            execution, self._log, self._effects, self._max_transitions, self._max_weight
        )
        run = Run(execution, journal, self._effects, HANDLERS, self._turns)
        if run.is_over:
            return None
        self._runs[execution_id] = run
        self._tasks.start_soon(self._drive, run)
        return run

    def _max_weight(self, wanted: int) -> int:
        # Whoever holds little goes on: those that hold more than their share end.
        if wanted <= _ALWAYS_FREE:
            return _ALWAYS_FREE
        total = sum(run.journal.weight for run in self._runs.values())
        if total <= _MAX_TOTAL_WEIGHT:
            return MAX_WEIGHT
        return max(_MAX_TOTAL_WEIGHT // len(self._runs), _ALWAYS_FREE)

    async def _drive(self, run: Run) -> None:
        try:
            await run.finish()
        except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
            self._stopped(run.execution.id, error)
        finally:
            del self._runs[run.execution.id]

    def _stopped(self, id: str, error: Exception) -> None:
        if why_unwritable(error):
            # The store tells the log, once for all.
            self._tasks.start_soon(self._start_later, id)
        else:
            _logger.error("Execution %s stopped; it goes on at the next start", id, exc_info=error)

    async def _start_later(self, id: str) -> None:
        await anyio.sleep(_SECONDS_UNTIL_WRITABLE)
        self.start(id)


def _chosen(
    waits: list[Transition], execution_id: str, task_token: str | None
) -> Transition | None:
    if task_token is None:
        return waits[-1] if waits else None
    named = read_task_token(task_token)
    return next((wait for wait in waits if named == (execution_id, wait.id)), None)
