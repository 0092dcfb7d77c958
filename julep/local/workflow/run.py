"""One execution on its way: what the log says of it, and the walk that goes on from there."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from itertools import zip_longest
from typing import Any, TypeAlias

import anyio
import anyio.lowlevel

from julep.local.sandbox import isolated
from julep.local.sandbox.callers import CALLER, Caller
from julep.local.sandbox.expressions import EvaluateError
from julep.local.sandbox.isolated import LazyNames
from julep.local.sandbox.values import NotJson, as_json
from julep.local.unwritable import why_unwritable
from julep.types.executions import FINAL_TRANSITIONS, KnownTransitionType

from .journal import END_KEY, Journal
from .masking import masked
from .ports import EffectError, Effects, Execution, Target, Transition
from .position import (
    MAIN,
    ExecutionOver,
    Frame,
    Outcome,
    StepContext,
    StepError,
    init_key,
)
from .scope import names_at
from .step_kinds import kind_of, step_type
from .step_records import Step
from .task_token import task_token
from .tasks import steps_of

CANCELLED = "Workflow Cancelled"
_MAX_DEPTH = 200
"""Workflows and branches inside of each other: enough for recursion over a tree, and far below
what a workflow that calls itself without end would reach before it fills the memory."""
_MAX_ACTIVE = 2_000
"""Steps at once, each with a task of the event loop: twenty times what one `parallel` may start."""
_LONGEST_SHOWN = 10_000
"""Characters of an expression that an error shows: as many as of other texts of errors."""

AnyContext: TypeAlias = StepContext[Step]
Handler: TypeAlias = Callable[["Run", StepContext[Any]], Awaitable[Outcome]]


class Run:
    """An execution in memory.

    Everything that happens goes through the journal under a key that is the same on every
    replay, so walking again from the start passes over what is done and stops where work is left.
    """

    def __init__(
        self,
        execution: Execution,
        journal: Journal,
        effects: Effects,
        handlers: Mapping[str, Handler],
        turns: anyio.Semaphore,
    ) -> None:
        self.execution = execution
        self.workflows: Mapping[str, Sequence[Step]] = steps_of(execution.task)
        self.effects = effects
        self.journal = journal
        # One at a time, so that branches that run together go on in an order that is theirs.
        self.evaluating: anyio.Lock = anyio.Lock()
        self.cancel_scope: anyio.CancelScope = anyio.CancelScope()
        self._handlers = handlers
        self._turns = turns
        self._active: dict[str, AnyContext] = {}
        self._answered: dict[str, anyio.Event] = {}

    @property
    def is_over(self) -> bool:
        """Whether the log has the execution's final transition."""
        newest = self.journal.newest
        return newest is not None and newest.type in FINAL_TRANSITIONS

    def is_at_rest(self, asleep: int) -> bool:
        """Tell whether each running step waits for input or is one of so many that sleep."""
        keys = sorted(self._active)
        innermost = [
            key
            for key, following in zip_longest(keys, keys[1:], fillvalue="")
            if not following.startswith(f"{key}.")
        ]
        return bool(keys) and len(innermost) <= asleep + len(self.journal.open_waits())

    async def finish(self) -> None:
        """Walk until the execution is over."""
        CALLER.set(Caller(self.execution.id))  # not the request that started it
        with self.cancel_scope, contextlib.suppress(ExecutionOver):
            await self.walk(self._root())

    def _root(self) -> Frame:
        begun = self.journal.oldest
        return Frame(
            key=MAIN,
            workflow=MAIN,
            steps=self.workflows[MAIN],
            scope_id=begun.current.scope_id if begun else self.effects.new_id(),
            input=self.execution.input,
        )

    async def walk(self, frame: Frame) -> Outcome:
        """Run a workflow's steps one after the other, and return what the last one gave."""
        self._begin(frame)
        outcome = Outcome(frame.input)
        for index in range(len(frame.steps)):
            outcome = await self._pass(AnyContext(frame=frame, index=index, input=outcome.output))
            if outcome.returned:
                break
        return outcome

    def _begin(self, frame: Frame) -> None:
        start = Target(workflow=frame.workflow, step=0, scope_id=frame.scope_id)
        self.journal.write(
            init_key(frame),
            "init" if frame.is_root else "init_branch",
            current=start,
            next=start,
            output=frame.input,
        )

    async def _pass(self, at: AnyContext) -> Outcome:
        # An `error` step writes its message as if it were done and then fails: a crash between the two
        # must not pass over the failure (tests/data/workflow_cases/real25_20_error_middle).
        if kind_of(at.step) != "error" and (done := self._recorded(at)) is not None:
            return done
        self._active[at.key] = at
        try:
            # Hundreds of executions that could all go on would hold requests for long.
            async with self._turns:
                await anyio.lowlevel.checkpoint()
            self._check_active()
            outcome = await self._handlers[kind_of(at.step)](self, at)
            return self.record(at, outcome)
        except ExecutionOver:
            raise
        except Exception as error:
            if why_unwritable(error):
                raise  # no fault of the step: it goes on when there is room again
            hide = partial(masked, secrets=self.effects.secrets())
            told = {name: hide(text) for name, text in _expression_of(error).items()}
            self._end(at, "error", hide(error_text(error)), **told)
            raise ExecutionOver from error
        finally:
            del self._active[at.key]

    def _check_active(self) -> None:
        # Recursion that branches is wide long before it is deep.
        if len(self._active) > _MAX_ACTIVE:
            raise StepError(f"More than {_MAX_ACTIVE} steps of the execution run at once")

    def _recorded(self, at: AnyContext) -> Outcome | None:
        if (returned := self.journal.get(at.returned_key)) is not None:
            return Outcome(returned.output, returned=True)
        done = self.journal.get(at.done_key)
        return None if done is None else Outcome(done.output)

    def record(self, at: AnyContext, outcome: Outcome) -> Outcome:
        """Write down that a step is done, and return the outcome as the log keeps it."""
        output = as_json(outcome.output)
        ends = at.is_last or outcome.returned
        self.journal.write(
            at.returned_key if outcome.returned else at.done_key,
            ("finish" if at.frame.is_root else "finish_branch") if ends else "step",
            current=at.target,
            next=None if ends else at.following,
            output=output,
            metadata={"step_type": step_type(at.step), **outcome.metadata},
            step_label=at.step["label"],
        )
        return Outcome(output, returned=outcome.returned)

    def _end(self, at: AnyContext, type: KnownTransitionType, output: str, **told: str) -> None:
        self.journal.write(
            END_KEY,
            type,
            current=at.target,
            next=at.following,
            output=output,
            metadata={"step_type": step_type(at.step), **told},
            step_label=at.step["label"],
        )

    def names(self, at: AnyContext) -> LazyNames:
        """Return the names that a step's expressions find."""
        return names_at(self.execution, self.journal.scope(at.frame.scope_id), at)

    async def evaluate(self, at: AnyContext, value: object) -> object:
        """Return a value with its expressions evaluated.

        Raises:
            EvaluateError: One of them fails.
        """
        return await self.evaluate_with(self.names(at), value)

    async def evaluate_with(self, names: LazyNames, value: object) -> object:
        """Return a value with its expressions evaluated, which find these names.

        Raises:
            EvaluateError: One of them fails.
        """
        async with self.evaluating:
            return await isolated.evaluate(value, names)

    def branch(self, at: AnyContext, name: str, step: Step, input: object) -> Frame:
        """Return the run of one step inside of another; `PAR:` in front of its name leads."""
        # Servers of 2025 put it before the names of branches that run at the same time.
        rest = name.removeprefix("PAR:")
        prefix = name[: len(name) - len(rest)]
        return self.nested(
            Frame(
                key=f"{at.key}.{rest}",
                workflow=f"{prefix}`{at.frame.workflow}`[{at.index}].{rest}",
                steps=[step],
                scope_id=at.frame.scope_id,
                input=as_json(input),
                depth=at.frame.depth + 1,
            )
        )

    def nested(self, frame: Frame) -> Frame:
        """Return the frame, unless it is inside of too many others.

        Raises:
            StepError: It is; only a workflow that calls itself without end gets there.
        """
        if frame.depth > _MAX_DEPTH:
            raise StepError(f"Workflows and branches are nested more than {_MAX_DEPTH} deep")
        return frame

    async def pause(self, at: AnyContext, number: int, output: object) -> object:
        """Wait for the client, and return the input that it resumes with."""
        id = self.effects.new_id()
        wait = self.journal.write(
            f"{at.key}:wait{number}",
            "wait",
            id=id,
            current=at.target,
            next=None,
            output=as_json(output),
            metadata={"task_token": task_token(self.execution.id, id)},
        )
        while (answer := self.journal.answer_to(wait)) is None:
            await self._answered.setdefault(wait.id, anyio.Event()).wait()
        return answer.input

    def resume(self, wait: Transition, input: object) -> bool:
        """Store a wait's answer and wake the step; False if it has one already."""
        if not self.journal.store_answer(wait, input):
            return False
        self._answered.setdefault(wait.id, anyio.Event()).set()
        return True

    def cancel(self) -> bool:
        """End the execution at its innermost running step; False when it is over."""
        if self.is_over:
            return False
        try:
            first = AnyContext(frame=self._root(), index=0, input=self.execution.input)
            innermost = next(reversed(self._active.values()), first)
            self._end(innermost, "cancelled", CANCELLED)
        except ExecutionOver:
            return False
        self.cancel_scope.cancel()
        return True


def _expression_of(error: Exception) -> dict[str, str]:
    """Return which expression failed, for the metadata: self-hosted servers tell it in a few texts only."""
    expression = error.expression if isinstance(error, EvaluateError) else None
    return {"expression": expression} if expression and len(expression) <= _LONGEST_SHOWN else {}


def error_text(error: Exception) -> str:
    """Return how an error reads in an execution's history."""
    if isinstance(error, StepError | EffectError | NotJson):
        return str(error)
    if isinstance(error, EvaluateError | AssertionError):
        return f"{type(error).__name__}: {error}"
    return f"Internal error ({type(error).__name__}): {error}"
