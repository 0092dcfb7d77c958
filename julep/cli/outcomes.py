"""What becomes of a run, however it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from julep.errors import (
    BadRequestError,
    ExecutionAwaitsInput,
    ExecutionCancelled,
    ExecutionFailed,
    ExecutionTimeout,
    JulepError,
    UnprocessableEntityError,
)

from .answers import NoAnswer, Unanswered
from .failures import (
    FAILED,
    INTERRUPTED,
    NEEDS_INPUT,
    TIMED_OUT,
    USAGE,
    WRONG_USE,
    tell,
    words,
)

if TYPE_CHECKING:
    from julep.types import Execution

_ENDS: Final[tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str, int], ...]] = (
    (ExecutionFailed, "failed", FAILED),
    (ExecutionCancelled, "cancelled", FAILED),
    (ExecutionTimeout, "timed_out", TIMED_OUT),
    (ExecutionAwaitsInput, "awaiting_input", NEEDS_INPUT),
    (Unanswered, "awaiting_input", NEEDS_INPUT),
    (NoAnswer, "awaiting_input", USAGE),
    (KeyboardInterrupt, "interrupted", INTERRUPTED),
    (WRONG_USE, "error", USAGE),
    ((BadRequestError, UnprocessableEntityError), "error", USAGE),
    ((JulepError, OSError), "error", FAILED),
)
"""Which error is which end, and its exit status."""
ENDING: Final = (JulepError, OSError, TypeError, ValueError, KeyboardInterrupt)
"""What ends a run with an outcome."""


@attrs.frozen(kw_only=True)
class Outcome:
    """What a run came to, as programs are told it.

    Attributes:
        status: How it ended, or why it isn't followed any more.
        exit_status: What the command ends with.
        execution_id: The execution, where one was started.
        task_id: Its task.
        output: What it gave.
        error: What went wrong, in words.
        question: What it waits for.
        seconds: How long it took.
    """

    status: str
    exit_status: int = 0
    execution_id: str | None = None
    task_id: str | None = None
    output: Any = None
    error: str | None = None
    question: Any = None
    seconds: float = 0.0

    def tell_error(self) -> None:
        """Say what went wrong, if anything did."""
        if self.error:
            # A terminal has written ^C where the line was.
            before = "\n" if self.status == "interrupted" else ""
            tell(f"{before}julep: {self.error}")

    def plain(self) -> dict[str, Any]:
        """Return it as an object of JSON."""
        told = attrs.asdict(self, recurse=False)
        del told["exit_status"]
        return told


def ended_by(error: BaseException) -> Outcome:
    """Return the outcome that an error means."""
    status, exit_status = next(end[1:] for end in _ENDS if isinstance(error, end[0]))
    execution: Execution | None = getattr(error, "execution", None)
    return Outcome(
        status=status,
        exit_status=exit_status,
        execution_id=execution.id if execution else None,
        error="interrupted" if status == "interrupted" else words(error),
        question=getattr(error, "question", None),
    )
