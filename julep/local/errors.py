"""What a resource answers when it can't do what was asked; the app turns it into a status and a body."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class Problem(TypedDict):
    """One thing that is wrong with a request.

    Attributes:
        loc: Where, such as `recall_options.limit` or `tools[0].name`.
        received: What was sent, as text of a readable length.
        fix: What to do about it, where that can be said for all of its type.
    """

    type: str
    msg: str
    loc: str
    received: str
    fix: NotRequired[str]
    example: NotRequired[str]


class ApiError(Exception):
    """A request that is answered with an error; its text is what the caller reads."""


class BadRequest(ApiError):
    """The request is well formed and makes no sense."""


class Forbidden(ApiError):
    """The key is missing or wrong."""


class NotFound(ApiError):
    """What was named isn't there."""


class Conflict(ApiError):
    """It would clash with what is there."""


class TooLarge(ApiError):
    """The body is bigger or deeper than this server reads."""


class TooSlow(ApiError):
    """The body doesn't arrive."""


class Busy(ApiError):
    """There is too much to do just now; the same request may be answered later."""


class ModelRefused(ApiError):
    """The language model's server says that the request is wrong."""


class ModelFailed(ApiError):
    """The language model's server failed or wasn't reached.

    Args:
        message: What happened.
        transient: Asking again may help.
    """

    def __init__(self, message: str, *, transient: bool = False) -> None:
        super().__init__(message)
        self.transient = transient


class PromptTooBig(ApiError):
    """The messages don't fit into the session's token budget."""


class Invalid(ApiError):
    """Fields of the request are missing or have the wrong type or size.

    Args:
        details: What is wrong.
    """

    def __init__(self, details: list[Problem]) -> None:
        super().__init__("Validation error")
        self.details = details

    def in_words(self) -> str:
        """Return everything in one line, for readers who get no details."""
        listed = (f"{each['loc']}: {each['msg']}" for each in self.details)
        return f"{self}: {'; '.join(listed)}"


def missing(kind: str, operation: str = "get") -> NotFound:
    """Make the error for a resource that isn't there, such as "Agent not found during get"."""
    return NotFound(f"{kind} not found during {operation}")
