"""A task, run to its end: what executions wait for is answered on the way."""

from __future__ import annotations

import inspect
import math
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeAlias, TypedDict, cast

import attrs

from julep._codec import encode, to_plain
from julep._engine import Engine
from julep._invocation import Invocation, refused, refused_coroutine
from julep._output import Output
from julep._pages import ListOptions
from julep._toolbox import OfferedTool, OnCall, Toolbox
from julep.errors import (
    APIConnectionError,
    ExecutionAwaitsInput,
    ExecutionTimeout,
    InternalServerError,
    JulepError,
)
from julep.types._json import as_object, is_array, is_object
from julep.types.executions import FINAL_STATUSES, Execution, Transition
from julep.types.runs import Run
from julep.types.turns import Call

from .executions import Executions
from .pursuit import FIRST_PAUSE, Pursuit, UserError
from .starting import Start
from .transition_stream import OVERLAP

GivesInput: TypeAlias = Callable[[Any], Mapping[str, Any] | Awaitable[Mapping[str, Any]]]
OnTransition: TypeAlias = Callable[[Transition], object]

TIDYING: Final = 5.0
"""Seconds that cancelling an execution may take."""
UNSURE: Final = 1.0
"""Seconds for which a wait may be shown still whose answer arrived although nobody confirmed it."""


class RunOptions(TypedDict, total=False):
    """How a task is run.

    Attributes:
        metadata: Data of your own, kept with the execution; `julep_client_token` is added to it.
        timeout: Seconds for the whole, at most. None (default) sets no limit.
        cancel_on_timeout: Whether the execution is cancelled when time is over, or the run is
            interrupted. By default it goes on on the server.
        tools: Functions that answer function-tool steps, by their name.
        answer: Gives the input for any other wait, a mapping, from the wait's output. A coroutine
            function, too, on the awaiting face.
        on_transition: Is called with each transition, oldest first.
        on_call: Is called with each `Call` of a function, before and after; see `chat`.
    """

    metadata: Mapping[str, Any] | None
    timeout: float | None
    cancel_on_timeout: bool
    tools: Sequence[OfferedTool]
    answer: GivesInput | None
    on_transition: OnTransition | None
    on_call: OnCall | None


@attrs.define
class Callbacks:
    """The functions of the user's that take part in a run.

    Attributes:
        box: Those that answer function-tool steps.
        answer: Answers other waits.
        on_transition: Hears of each transition.
    """

    box: Toolbox
    answer: GivesInput | None
    on_transition: OnTransition | None

    def __attrs_post_init__(self) -> None:
        for name in ("answer", "on_transition"):
            function = getattr(self, name)
            if function is not None and not callable(function):
                raise TypeError(f"{name} must be a function, not {type(function).__name__}")
            if self.box.blocks and inspect.iscoroutinefunction(function):
                raise refused(name)


class Running(Pursuit):
    """Follows an execution, and answers what it waits for."""

    def __init__(
        self,
        engine: Engine,
        execution: Execution,
        timeout: float | None,
        callbacks: Callbacks,
        *,
        began: float,
        cancels: bool,
    ) -> None:
        super().__init__(engine, execution, timeout, began=began)
        self.execution: Execution | None = execution
        self._callbacks = callbacks
        self._cancels = cancels
        self._is_settled = True
        self._told = 0
        self._given: dict[str | None, Mapping[str, Any]] = {}
        self._sent: dict[str | None, float] = {}

    async def _result(self, *, until_input: bool) -> Execution | None:
        now = self._seen
        waits = now.status == "awaiting_input"
        if waits or now.status in FINAL_STATUSES or self._callbacks.on_transition:
            await self._catch_up()
            await self._tell_transitions()
        if waits:
            await self._answer(now)
            return None
        return await super()._result(until_input=until_input)

    async def _catch_up(self) -> None:
        """Read on. Parallel steps may be listed before what is known."""
        known = {one.id for one in self.transitions}
        offset = max(0, len(known) - OVERLAP)
        listed = await self._listed(ListOptions(direction="asc", offset=offset))
        self.transitions.extend(one for one in listed if one.id not in known)

    async def _tell_transitions(self) -> None:
        hear = self._callbacks.on_transition
        while hear is not None and self._told < len(self.transitions):
            transition = self.transitions[self._told]
            self._told += 1
            await self._settled("on_transition", _called(hear, transition))

    async def _answer(self, now: Execution) -> None:
        """Give an open wait its input, once."""
        wait = self._newest("wait")
        if wait is None or time.monotonic() < self._sent.get(wait.id, 0):
            return
        if wait.id not in self._given:
            self._given[wait.id] = await self._input_for(wait, now)
        body = self._given[wait.id]
        try:
            await self._budgeted.call(
                Executions.update(None, self._id, status="running", input=body)
            )
        except (APIConnectionError, InternalServerError) as failure:
            if getattr(failure, "delivered", True):
                self._sent[wait.id] = time.monotonic() + UNSURE
            raise
        self._sent[wait.id] = math.inf
        self._pause = FIRST_PAUSE

    async def _input_for(self, wait: Transition, now: Execution) -> Mapping[str, Any]:
        if invocations := _invocations(wait.output, self._callbacks.box):
            return await self._results(wait.output, invocations)
        ask = self._callbacks.answer
        if ask is None:
            raise ExecutionAwaitsInput(execution=now, question=wait.output)
        given = await self._asked(ask, wait.output)
        if not isinstance(given, Mapping):
            kind = type(given).__name__
            raise TypeError(f"answer gave {kind}; the input of a wait is a mapping, such as a dict")
        return cast("Mapping[str, Any]", given)

    async def _asked(self, ask: GivesInput, question: Any) -> object:
        if inspect.iscoroutinefunction(ask):
            return await self._settled("answer", _called(ask, question))
        call = partial(_called, ask, question)
        return await self._settled("answer", await self._engine.transport.aside(call))

    async def _settled(self, name: str, given: Any) -> Any:
        """Return what a function of the user's gave, awaited if need be."""
        if not inspect.isawaitable(given):
            return given
        if self._callbacks.box.blocks:
            raise refused_coroutine(name, given)
        try:
            return await given
        except Exception as error:  # noqa: BLE001 - raised again where the run ends
            raise UserError(error) from None

    async def _results(self, output: Any, invocations: Sequence[Invocation]) -> Mapping[str, Any]:
        transport = self._engine.transport
        try:
            in_time = await self._callbacks.box.make(
                transport, invocations, partial(getattr, self, "_left")
            )
        except Exception as error:  # noqa: BLE001 - as above
            raise UserError(error) from None
        if not in_time:
            raise await self._timed_out()
        results = [_result_of(one) for one in invocations]
        if is_array(output):
            return {str(one.call.id): it for one, it in zip(invocations, results, strict=True)}
        only = results[0]
        return only if is_object(only) else {"result": only}

    async def _timed_out(self) -> ExecutionTimeout:
        cancelled = self._cancels and await self._cancel()
        error = await super()._timed_out()
        if not cancelled:
            return error
        message = f"it did not end within {self._timeout:g} s, and was cancelled"
        return ExecutionTimeout(message, execution=self._seen, cancelled=True)

    async def _interrupted(self, interruption: BaseException) -> None:
        # A coroutine that is closed may not wait for anything.
        if not self._cancels or isinstance(interruption, GeneratorExit):
            await super()._interrupted(interruption)
        else:
            await self._engine.transport.gather([self._cancel], TIDYING, shielded=True)

    async def _cancel(self) -> bool:
        """Cancel it; tell whether that worked."""
        request = Executions.update(None, self._id, status="cancelled")
        try:
            await self._engine.within(TIDYING).call(request)
        except JulepError:
            return False
        return True


async def run_to_end(
    engine: Engine,
    start: Start,
    callbacks: Callbacks,
    output: Output | None,
    *,
    seconds: float | None,
    cancels: bool,
) -> Run[Any]:
    """Start a task, follow its execution, and read the output."""
    began = time.monotonic()
    execution = await start.send(engine.within(seconds))
    running = Running(engine, execution, seconds, callbacks, began=began, cancels=cancels)
    done = await running.follow()
    parsed = done.output if output is None else output.of_task(done.output)
    return Run(done, parsed, running.transitions, time.monotonic() - began)


def _called(function: Callable[[Any], Any], value: Any) -> Any:
    try:
        return function(value)
    except Exception as error:  # noqa: BLE001 - as above
        raise UserError(error) from None


def _invocations(output: Any, box: Toolbox) -> list[Invocation]:
    """Return the calls that a wait asks for, if functions are there for all of them."""
    asked: list[Any] = list(output) if is_array(output) else [output]
    found = [_invocation(one, box) for one in asked]
    made = [one for one in found if one is not None]
    return made if len(made) == len(asked) else []


def _invocation(asked: Any, box: Toolbox) -> Invocation | None:
    function = asked.get("function") if is_object(asked) else None
    name = function.get("name") if is_object(function) else None
    if not is_object(function) or name not in box.functions:
        return None
    arguments = function.get("arguments")
    text = arguments if isinstance(arguments, str) else encode(arguments or {}).decode()
    shown = arguments if is_object(arguments) else {}
    call_id: Any = as_object(asked).get("id")
    return box.invocation(Call(name=str(name), arguments=shown, id=call_id), text)


def _result_of(invocation: Invocation) -> Any:
    call = invocation.call
    if call.state != "done":
        return {"error": call.error}
    return to_plain(call.result, "the result", nulls=False)
