"""What waits are answered with: the results of functions, or what `answer` gives."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias, cast

from julep._exchange import Transport
from julep._tools.invocation import Invocation
from julep.errors import ExecutionAwaitsInput
from julep.types.executions import Execution, Transition

from .failed_calls import FailedCalls
from .run_options import Callbacks, GivesInput
from .user_errors import UserError, called, settled
from .waits import input_of, invocations, missing_functions

Left: TypeAlias = Callable[[], float | None]
"""Tells how many seconds are left; None for no limit."""


class OutOfTime(Exception):
    """A wait had no input in time."""


class Answering:
    """Finds the inputs for the waits of one run.

    Args:
        transport: What waits.
        callbacks: The functions that take part.

    Attributes:
        failed: The calls that failed.
    """

    def __init__(self, transport: Transport, callbacks: Callbacks) -> None:
        self._transport = transport
        self._callbacks = callbacks
        self.failed: FailedCalls = FailedCalls()

    async def input_for(self, wait: Transition, now: Execution, left: Left) -> Mapping[str, Any]:
        """Return the input that a wait is to be given.

        Raises:
            OutOfTime: It was not there in time.
            ExecutionAwaitsInput: Neither a function nor `answer` is for it.
            UserError: One of them raised something.
            TypeError: `answer` gave no mapping.
        """
        __tracebackhide__ = True
        if left() == 0:
            raise OutOfTime
        box, ask = self._callbacks.box, self._callbacks.answer
        if calls := invocations(wait.output, box):
            return await self._results(wait.output, calls, left)
        missing = missing_functions(wait.output, box)
        if missing or ask is None:
            raise ExecutionAwaitsInput(missing, execution=now, question=wait.output)
        given = await self._asked(ask, wait.output, left)
        if not isinstance(given, Mapping):
            kind = type(given).__name__
            raise TypeError(f"answer gave {kind}; the input of a wait is a mapping, such as a dict")
        return cast("Mapping[str, Any]", given)

    async def _results(
        self, output: Any, calls: Sequence[Invocation], left: Left
    ) -> Mapping[str, Any]:
        __tracebackhide__ = True
        try:
            in_time = await self._callbacks.box.make(self._transport, calls, left)
        except Exception as error:  # noqa: BLE001 - raised again where the run ends
            raise UserError(error) from None
        if not in_time:
            raise OutOfTime
        self.failed.add(calls)
        return input_of(output, calls)

    async def _asked(self, ask: GivesInput, question: Any, left: Left) -> object:
        """Return what `answer` gave."""
        __tracebackhide__ = True
        given: list[object] = []

        async def asking() -> None:
            call = partial(called, ask, question)
            is_async = inspect.iscoroutinefunction(ask)
            answer = call() if is_async else await self._transport.aside(call)
            given.append(await settled("answer", answer, blocks=self._callbacks.box.blocks))

        if not await self._transport.gather([asking], left()):
            raise OutOfTime
        return given[0]
