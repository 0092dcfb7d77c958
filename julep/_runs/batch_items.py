"""One input of many, on its way through a task."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final, cast

import attrs

from julep._observability.spans import NO_SPAN, Span
from julep.types.runs import Done, Run

from .running import Running
from .starting import Start

SLACK: Final = 0.005
"""Seconds by which a look may be early, so that several are made at a time."""


@attrs.define(eq=False)
class Item:
    """One input on its way.

    Attributes:
        input: The input.
        start: Starts the task with it.
        position: Which of the inputs it is, from 0.
        key: What the journal knows it by, if there is one.
        running: Its execution, once that has been started.
        done: What became of it, once that is known.
        due: When the next step is worth it, by the monotonic clock.
        is_sent: Whether the start may have been sent.
        span: The span of its run.
    """

    input: Mapping[str, Any]
    start: Start
    position: int
    key: str | None = None
    running: Running | None = None
    done: Done[Any] | None = None
    due: float = 0
    is_sent: bool = False
    span: Span = NO_SPAN

    def end(self, done: Done[Any]) -> None:
        """Take what became of it."""
        self.done = done
        self.span.end(done.error)

    async def noted_after_look(self, error: Exception) -> Exception:
        """Note with an error which execution it left."""
        return error if self.running is None else await self.running.noted_after_look(error)

    @property
    def is_due(self) -> bool:
        """Whether a step is worth it."""
        return self.due <= time.monotonic() + SLACK

    @property
    def shown_id(self) -> str:
        """The execution, as a log shows it."""
        execution = self.running and self.running.execution
        return execution.id if execution else "one without a known id"


def failed(input: Any, error: Exception) -> Done[Any]:
    """Tell of an input that nothing came of."""
    return Done(input, cast("Run[Any]", None), error)
