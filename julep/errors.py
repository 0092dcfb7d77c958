"""What the SDK raises, all of it below `JulepError`.

::

    JulepError
    ├── ConfigurationError          the client can't be built as asked (also a ValueError)
    ├── ToolError                   a function that a model called has this to say to the model
    ├── TurnLimitReached            a model goes on calling functions
    ├── OutputMismatch              an output is not of the type that was asked for
    ├── ExecutionError              an execution that was followed did not succeed
    │   ├── ExecutionFailed         a step of it failed
    │   ├── ExecutionCancelled      it was cancelled
    │   ├── ExecutionTimeout        it did not end in time (also a TimeoutError)
    │   └── ExecutionAwaitsInput    it waits for input that nobody gives
    ├── APIError                    the server answered, and not with what was asked for
    │   ├── BadRequestError         400
    │   ├── PermissionDeniedError   403
    │   │   └── AuthenticationError 401, and 403 for a key the server does not accept
    │   ├── NotFoundError           404
    │   ├── ConflictError           409
    │   ├── UnprocessableEntityError 422
    │   ├── RateLimitError          429
    │   ├── InternalServerError     500 and above
    │   └── UnexpectedResponse      2xx, with a body that is not what the API describes
    └── APIConnectionError          no answer (also an OSError)
        ├── APITimeoutError         not in time (also a TimeoutError)
        └── StreamInterrupted       a stream that broke off, or told of an error

Each can be pickled and deep-copied, and holds nothing of the HTTP library. `str(error)` is one line
that says what happened and, where that is known, what to do. Keys are never part of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

if TYPE_CHECKING:
    from .types.executions import Execution
    from .types.runs import FailedStep
    from .types.turns import Answer, Turn

__all__ = [
    "APIConnectionError",
    "APIError",
    "APIStatusError",
    "APITimeoutError",
    "ApiError",
    "AuthenticationError",
    "BadRequestError",
    "ConfigurationError",
    "ConflictError",
    "ExecutionAwaitsInput",
    "ExecutionCancelled",
    "ExecutionError",
    "ExecutionFailed",
    "ExecutionTimeout",
    "InternalServerError",
    "JulepError",
    "NotFoundError",
    "OutputMismatch",
    "PermissionDeniedError",
    "RateLimitError",
    "StreamInterrupted",
    "ToolError",
    "TurnLimitReached",
    "UnexpectedResponse",
    "UnprocessableEntityError",
]


class JulepError(Exception):
    """Anything that this library raises on purpose."""


class ConfigurationError(JulepError, ValueError):
    """A client can't be built, or used, as it was asked for."""


class ToolError(JulepError):
    """What a function raises to choose the text that the model is given as its result.

    Any other exception is told to the model by its type and message.
    """


class TurnLimitReached(JulepError):
    """A model was asked as often as `max_turns` allows, and calls functions still.

    Attributes:
        answer: Its last answer, whose calls were not made; None where the error was built by hand.
        turns: All its answers.
    """

    answer: Answer
    turns: list[Turn]

    def __init__(
        self,
        message: str = "the model calls functions still; max_turns sets how often it is asked",
        *,
        answer: Answer | None = None,
        turns: Sequence[Turn] = (),
    ) -> None:
        super().__init__(message)
        self.answer = cast("Answer", answer)
        self.turns = list(turns)


class OutputMismatch(JulepError):
    """An output can't be read as the type that was asked for.

    Attributes:
        text: The output as text.
        path: Where in it, such as `items[3].price`; empty for the whole.
    """

    def __init__(
        self,
        message: str = "the output is not of the type that was asked for",
        *,
        text: str = "",
        path: str = "",
    ) -> None:
        super().__init__(message)
        self.text = text
        self.path = path


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
        return one_line(f"{which}{super().__str__()}")


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
    """An execution did not end in time. It goes on on the server unless `cancelled` is true.

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
    """An execution waits for input, and nobody gives it. `executions.resume` does.

    Attributes:
        question: The output of the wait: what it asks.
    """

    default: ClassVar[str] = "it waits for input; executions.resume gives it"

    def __init__(
        self,
        message: str | None = None,
        *,
        execution: Execution | None = None,
        question: Any = None,
    ) -> None:
        super().__init__(message, execution=execution)
        self.question = question


class APIError(JulepError):
    """The server answered with an error.

    Attributes:
        status: The HTTP status; 0 when an error was built by hand without one.
        code: The server's own word for the error, such as `http_404` or `validation_error`.
        message: What the server said, without the status that old servers put in front.
        details: What is wrong with which field, a list of `{"type", "loc", "msg", ...}`; `loc` is
            dotted text.
        hint: What to do about it, where that is known.
        method: The HTTP method of the request.
        url: Where the request went, without query and credentials.
        request_id: The `x-request-id` of the answer, if it had one.
        attempts: How often the request was sent.
        retry_after: How many seconds the server asked to wait, if it did.
        body: The answer's body: parsed JSON, or text when it was not JSON.
    """

    status: int
    code: str | None
    message: str
    details: list[dict[str, Any]]
    hint: str | None
    method: str | None
    url: str | None
    request_id: str | None
    attempts: int
    retry_after: float | None
    body: Any

    def __init__(
        self,
        status_code: int | None = None,
        body: Any = None,
        *,
        message: str = "",
        code: str | None = None,
        details: list[dict[str, Any]] | None = None,
        hint: str | None = None,
        method: str | None = None,
        url: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        # The two positional arguments are what pickle calls the class with; the rest is in __dict__.
        super().__init__(status_code, body)
        self.status = status_code or 0
        self.body = body
        self.message = message or (str(body) if body is not None else "no message")
        self.code = code
        self.details = details or []
        self.hint = hint
        self.method = method
        self.url = url
        self.request_id = request_id
        self.attempts = 1
        self.retry_after = retry_after

    @property
    def status_code(self) -> int:
        """The HTTP status, under the name that the flat client documents."""
        return self.status

    def __str__(self) -> str:
        where = f" {self.method} {self.url}" if self.method and self.url else ""
        tries = f" [{self.attempts} attempts]" if self.attempts > 1 else ""
        hint = f" ({self.hint})" if self.hint else ""
        return one_line(f"{self.status}{where}: {self.message}{hint}{tries}")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


APIStatusError = APIError
"""The same class, under the name that the official SDK's 2.x line gives it."""
ApiError = APIError
"""The same class, under the name that the flat client documents."""


class BadRequestError(APIError):
    """400: the server can't do what was asked; old servers also say so for what does not exist."""


class PermissionDeniedError(APIError):
    """403: not allowed."""


class AuthenticationError(PermissionDeniedError):
    """The server does not accept the key: 401, or 403 as Julep servers say it."""


class NotFoundError(APIError):
    """404: there is no such thing, or no such route on this server."""


class ConflictError(APIError):
    """409: it exists already, or what it refers to does not. Trying again does not help."""


class UnprocessableEntityError(APIError):
    """422: the request is not of the form the API wants; `details` says where."""


class RateLimitError(APIError):
    """429: too many requests; `retry_after` says how long to wait, if the server said so."""


class InternalServerError(APIError):
    """500 and above: the server failed, or the model behind it did."""


class UnexpectedResponse(APIError):
    """A success whose body is not what the API describes: a web page, broken JSON, a missing field."""


class APIConnectionError(JulepError, OSError):
    """No answer: the server could not be reached, or the connection broke.

    Attributes:
        method: The HTTP method of the request.
        url: Where the request went, without query and credentials.
        attempts: How often the request was sent.
        delivered: Whether the server may have seen the request. When it is False, nothing has
            happened there.
    """

    default: ClassVar[str] = "no answer from the server"

    def __init__(
        self,
        message: str | None = None,
        *,
        method: str | None = None,
        url: str | None = None,
        delivered: bool = True,
    ) -> None:
        super().__init__(message or self.default)
        self.message: str = message or self.default
        self.method = method
        self.url = url
        self.attempts = 1
        self.delivered = delivered

    def __str__(self) -> str:
        where = f"{self.method} {self.url}: " if self.method and self.url else ""
        tries = f" [{self.attempts} attempts]" if self.attempts > 1 else ""
        return one_line(f"{where}{self.message}{tries}")


class APITimeoutError(APIConnectionError, TimeoutError):
    """The call did not end within its `timeout`."""

    default: ClassVar[str] = "no answer in time"


class StreamInterrupted(APIConnectionError):
    """A stream ended before its end: it broke off, or the server told of an error within it.

    Attributes:
        partial: What had arrived: the message so far for a chat, the last item for other streams,
            None when nothing had.
    """

    default: ClassVar[str] = "the stream ended early"
    partial: Any

    def __init__(
        self,
        message: str | None = None,
        *,
        method: str | None = None,
        url: str | None = None,
        partial: Any = None,
    ) -> None:
        super().__init__(message, method=method, url=url)
        self.partial = partial


def one_line(text: str) -> str:
    """Fold white space, so that an error is one line in a log."""
    return " ".join(text.split())


_BY_STATUS: dict[int, type[APIError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}


def error_class(status: int) -> type[APIError]:
    """The class for an HTTP status."""
    return _BY_STATUS.get(status, InternalServerError if status >= 500 else APIError)
