"""What becomes of an execution that was followed and did not succeed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from .base import JulepError, folded, shortened

if TYPE_CHECKING:
    from julep.types.executions import Execution
    from julep.types.runs import FailedStep


class ExecutionError(JulepError):
    """An execution that was followed did not end as it should.

    Attributes:
        execution: The execution as it was last seen; None where the error was built by hand.
    """

    default: ClassVar[str] = "the execution did not succeed"
    execution: Execution

    def __init__(self, message: str | None = None, *, execution: Execution | None = None) -> None:
        super().__init__(message or self.default)
        self.execution = cast("Execution", execution)

    def __str__(self) -> str:
        which = f"execution {self.execution.id}: " if self.execution else ""
        return folded(f"{which}{shortened(super().__str__(), 'args')}")


class ExecutionFailed(ExecutionError):
    """A step of an execution failed.

    Attributes:
        step: Which step, where the server says so.
        reason: What went wrong, in the words of the server.
    """

    default: ClassVar[str] = "it failed"

    def __init__(
        self,
        message: str | None = None,
        *,
        execution: Execution | None = None,
        step: FailedStep | None = None,
        reason: str = "",
    ) -> None:
        super().__init__(message, execution=execution)
        self.step = step
        self.reason = reason


class ExecutionCancelled(ExecutionError):
    """An execution was cancelled."""

    default: ClassVar[str] = "it was cancelled"


class ExecutionTimeout(ExecutionError, TimeoutError):
    """An execution did not end in time. It continues on the server unless `cancelled` is true.

    Attributes:
        cancelled: Whether it was cancelled for that.
    """

    default: ClassVar[str] = "it did not end in time"

    def __init__(
        self,
        message: str | None = None,
        *,
        execution: Execution | None = None,
        cancelled: bool = False,
    ) -> None:
        super().__init__(message, execution=execution)
        self.cancelled = cancelled


class ExecutionAwaitsInput(ExecutionError):
    """An execution waits for input that nobody gives. `executions.resume` gives it.

    Attributes:
        question: The output of the wait: what it asks.
    """

    default: ClassVar[str] = (
        "it waits for input: tasks.run takes answer=…, executions.resume gives it"
    )

    def __init__(
        self,
        message: str | None = None,
        *,
        execution: Execution | None = None,
        question: Any = None,
    ) -> None:
        super().__init__(message, execution=execution)
        self.question = question
