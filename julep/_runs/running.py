"""A task, run to its end: what executions wait for is answered on the way."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any, Final

from julep._engine import Engine
from julep._observability.spans import Span
from julep._pages import ListOptions
from julep._retry import is_unclear, may_pass
from julep.errors import (
    APIConnectionError,
    APIError,
    BadRequestError,
    ExecutionTimeout,
    JulepError,
    NotFoundError,
    OutputMismatch,
    UnexpectedResponse,
)
from julep.types.executions import FINAL_STATUSES, Execution, ExecutionStatus, Transition
from julep.types.runs import Run

from .answering import Answering, OutOfTime
from .cancelling import TIDYING, cancel
from .follower import FIRST_PAUSE, Follower
from .requests import OVERLAP
from .run_options import RunSetup
from .starting import Start
from .step_usage import StepUsage
from .user_errors import called, settled
from .waits import open_waits, resumption

UNSURE: Final = 1.0
"""Seconds for which a wait may be shown still that was answered, by us or by others."""


class Running(Follower):
    """Follows an execution, and answers what it waits for."""

    def __init__(
        self,
        engine: Engine,
        execution: Execution,
        setup: RunSetup,
        *,
        began: float,
        is_settled: bool = True,
    ) -> None:
        super().__init__(engine, execution, setup.seconds, began=began)
        self.execution: Execution | None = execution
        self._began = began
        self._setup = setup
        self._callbacks = setup.callbacks
        self._answering = Answering(engine.transport, setup.callbacks)
        self._tokens = StepUsage(engine.transport)
        self._is_settled = is_settled
        self._told = 0
        # Of waits by their ids: the inputs, until when these are not sent again, and what was refused.
        self._given: dict[str | None, Mapping[str, Any]] = {}
        self._sent: dict[str | None, float] = {}
        self._refused: set[str | None] = set()

    async def step(self, *, until_input: bool = False) -> Execution | None:
        """Look, as any follower does; what ended while it was being cancelled has not run late."""
        __tracebackhide__ = True
        try:
            return await super().step(until_input=until_input)
        except ExecutionTimeout:
            if not self._setup.cancels or await self.state_at_last() not in ("succeeded", "failed"):
                raise
        return await self._result(until_input=until_input)

    async def state_at_last(self) -> ExecutionStatus | None:
        """Return its status after it was to be cancelled, if the server tells."""
        try:
            await self._look()
        except JulepError:
            return None
        return self._seen.status

    @property
    def _listens(self) -> bool:
        # Transitions are to be heard of soon, and a stream tells of the status alone.
        return super()._listens and self._callbacks.on_transition is None

    async def _result(self, *, until_input: bool) -> Execution | None:
        __tracebackhide__ = True
        now = self._seen
        waits = now.status == "awaiting_input"
        if waits or now.status in FINAL_STATUSES or self._callbacks.on_transition:
            try:
                await self._catch_up()
            except UnexpectedResponse:
                if now.status != "failed":
                    raise
            await self._tell_transitions()
        if waits:
            if self._has_settled():
                await self._answer(now)
            return None
        return await super()._result(until_input=until_input)

    async def _catch_up(self) -> None:
        """Read on. Parallel steps may be listed before what is known."""
        known = {one.id for one in self.transitions}
        offset = max(0, len(known) - OVERLAP)
        listed = await self._listed(ListOptions(direction="asc", offset=offset))
        new = [one for one in listed if one.id not in known]
        self._tokens.add(new)
        self.transitions.extend(new)

    async def _tell_transitions(self) -> None:
        hear = self._callbacks.on_transition
        while hear is not None and self._told < len(self.transitions):
            transition = self.transitions[self._told]
            self._told += 1
            given = called(hear, transition)
            await settled("on_transition", given, blocks=self._callbacks.box.blocks)

    async def _answer(self, now: Execution) -> None:
        """Give each open wait its input, once."""
        __tracebackhide__ = True
        for wait in open_waits(self.transitions):
            until = self._sent.get(wait.id, 0)
            if time.monotonic() < until:
                # No news come of an answer that was lost, so only looks can tell.
                self._only_looks = self._only_looks or until < math.inf
                continue
            if wait.id not in self._given:
                self._setup.progress.clear()
                self._given[wait.id] = await self._input_for(wait, now)
                self._tokens.leave_out(self._given[wait.id])
            await self._resume(wait, self._given[wait.id])
            self._pause, self._only_looks = FIRST_PAUSE, True

    async def _input_for(self, wait: Transition, now: Execution) -> Mapping[str, Any]:
        __tracebackhide__ = True
        try:
            return await self._answering.input_for(wait, now, lambda: self._left)
        except OutOfTime:
            raise await self._timed_out() from None

    async def _resume(self, wait: Transition, input: Mapping[str, Any]) -> None:
        try:
            await self._budgeted.call(resumption(self._id, wait, input))
        except (NotFoundError, BadRequestError):
            if wait.id in self._refused:
                raise
            # It is open no more, by us or by others: what the execution does next counts. A server
            # that goes on showing it is asked once more.
            if wait.id not in self._sent:
                self._refused.add(wait.id)
                self._sent[wait.id] = time.monotonic() + UNSURE
                return
        except (APIConnectionError, APIError) as failure:
            is_first = wait.id not in self._sent
            if is_unclear(failure) or (may_pass(failure) and isinstance(failure, APIError)):
                self._sent[wait.id] = time.monotonic() + UNSURE
            # What can't be read, or was sent elsewhere, shows in what the execution does next.
            if may_pass(failure) or not (is_first and is_unclear(failure)):
                raise
            return
        self._sent[wait.id] = math.inf

    def noted(self, error: Exception) -> Exception:
        """Note with an error which functions failed before, too."""
        self._answering.failed.note_with(error)
        return super().noted(error)

    async def to_end(self) -> Run[Any]:
        """Follow it, and return what became of it."""
        __tracebackhide__ = True
        done = await self.follow()
        try:
            return self.result(done)
        except OutputMismatch as error:
            self.noted(error)
            raise

    def result(self, done: Execution) -> Run[Any]:
        """Return what became of it, once it has succeeded.

        Raises:
            OutputMismatch: The output is not of the type that it should be.
        """
        parsed = self._setup.parsed(done)
        return Run(done, parsed, self.transitions, time.monotonic() - self._began)

    async def _timed_out(self) -> ExecutionTimeout:
        cancelled = self._setup.cancels and await self.cancel()
        error = await super()._timed_out()
        if not cancelled:
            return error
        message = f"it did not end within {self._timeout:g} s, and was cancelled"
        return ExecutionTimeout(message, execution=self._seen, cancelled=True)

    async def _interrupted(self, interruption: BaseException) -> None:
        # A coroutine that is closed may not wait for anything.
        if not self._setup.cancels or isinstance(interruption, GeneratorExit):
            await super()._interrupted(interruption)
        else:
            await self._engine.transport.gather([self.cancel], TIDYING, shielded=True)

    def show_progress(self) -> None:
        """Tell how far it is, where somebody wants to know."""
        now = self._seen
        count = f", transition {now.transition_count}" if now.transition_count else ""
        self._setup.progress.show(f"{now.status}{count}")

    async def cancel(self) -> bool:
        """Cancel it; tell whether that worked."""
        return await cancel(self._engine, self._id)


async def begin(engine: Engine, start: Start, setup: RunSetup, span: Span) -> Running:
    """Start a task, and have its execution followed."""
    __tracebackhide__ = True
    began = time.monotonic()
    limited = engine.within(setup.seconds)
    await setup.callbacks.box.list_tools(limited.transport, limited.left)
    execution = await start.send(limited)
    span.set({"julep.execution.id": execution.id})
    return Running(engine, execution, setup, began=began)


async def follow_to_end(engine: Engine, execution: Execution, setup: RunSetup) -> Run[Any]:
    """Follow an execution that was started before, and read the output."""
    __tracebackhide__ = True
    began = time.monotonic()
    limited = engine.within(setup.seconds)
    with setup.progress, setup.span() as span:
        span.set({"julep.execution.id": execution.id})
        await setup.callbacks.box.list_tools(limited.transport, limited.left)
        # Somebody may have answered it a moment ago.
        running = Running(engine, execution, setup, began=began, is_settled=False)
        try:
            return await running.to_end()
        finally:
            running.show_progress()


async def run_to_end(engine: Engine, start: Start, setup: RunSetup) -> Run[Any]:
    """Start a task, follow its execution, and read the output."""
    __tracebackhide__ = True
    with setup.progress as progress, setup.span() as span:
        progress.show("starting")
        running = await begin(engine, start, setup, span)
        try:
            return await running.to_end()
        finally:
            running.show_progress()
