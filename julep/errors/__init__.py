"""What the SDK raises, all of it below `JulepError`.

::

    JulepError
    ├── ConfigurationError          the client can't be built as asked (also a ValueError)
    ├── ToolError                   a function that a model called has this to say to the model
    ├── TurnLimitReached            a model keeps calling functions
    ├── OutputMismatch              an output is not of the type that was asked for
    ├── TaskFileError               a file holds no task that can be used (also a ValueError)
    ├── ExecutionError              an execution that was followed did not succeed
    │   ├── ExecutionFailed         a step of it failed
    │   ├── ExecutionCancelled      it was cancelled
    │   ├── ExecutionTimeout        it did not end in time (also a TimeoutError)
    │   └── ExecutionAwaitsInput    it waits for input that nobody gives
    ├── APIError                    the server answered, and not with what was asked for
    │   ├── BadRequestError         400
    │   │   └── InputMismatch       the same, told before an input is sent (also a ValueError)
    │   ├── PermissionDeniedError   403
    │   │   └── AuthenticationError 401, and 403 for a key the server does not accept
    │   ├── NotFoundError           404
    │   ├── ConflictError           409
    │   ├── UnprocessableEntityError 422
    │   ├── RateLimitError          429
    │   ├── InternalServerError     500 and above
    │   └── UnexpectedResponse      2xx, or a redirect, without the result that the API describes
    └── APIConnectionError          no answer (also an OSError)
        ├── APITimeoutError         not in time (also a TimeoutError)
        └── StreamInterrupted       a stream that broke off, or reported an error

    UserWarning
    └── BlockingCallWarning         a blocking client holds up an event loop (JULEP_DEBUG=1)

Each can be pickled and deep-copied, and holds nothing of the HTTP library. `str(error)` is one line
that says what happened and, where that is known, what to do. Keys are never part of it.
"""

from __future__ import annotations

from .api import (
    APIError,
    ApiError,
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    InternalServerError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    UnexpectedResponse,
    UnprocessableEntityError,
)
from .api import error_class as error_class
from .base import BlockingCallWarning, ConfigurationError, JulepError
from .chat import OutputMismatch, ToolError, TurnLimitReached
from .connection import APIConnectionError, APITimeoutError, StreamInterrupted
from .executions import (
    ExecutionAwaitsInput,
    ExecutionCancelled,
    ExecutionError,
    ExecutionFailed,
    ExecutionTimeout,
)
from .task_files import InputMismatch, TaskFileError

__all__ = [
    "APIConnectionError",
    "APIError",
    "APIStatusError",
    "APITimeoutError",
    "ApiError",
    "AuthenticationError",
    "BadRequestError",
    "BlockingCallWarning",
    "ConfigurationError",
    "ConflictError",
    "ExecutionAwaitsInput",
    "ExecutionCancelled",
    "ExecutionError",
    "ExecutionFailed",
    "ExecutionTimeout",
    "InputMismatch",
    "InternalServerError",
    "JulepError",
    "NotFoundError",
    "OutputMismatch",
    "PermissionDeniedError",
    "RateLimitError",
    "StreamInterrupted",
    "TaskFileError",
    "ToolError",
    "TurnLimitReached",
    "UnexpectedResponse",
    "UnprocessableEntityError",
]

# Tracebacks and pickles name the place that users import from, whichever file a class stands in.
for _name in __all__:
    globals()[_name].__module__ = __name__
