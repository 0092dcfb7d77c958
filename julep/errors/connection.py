"""What is raised where no answer came, or no whole one."""

from __future__ import annotations

from typing import Any, ClassVar

from .base import JulepError, folded


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
        return folded(f"{where}{self.message}{tries}")


class APITimeoutError(APIConnectionError, TimeoutError):
    """The call did not end within its `timeout`."""

    default: ClassVar[str] = "no answer in time"


class StreamInterrupted(APIConnectionError):
    """A stream ended too early: it broke off, or the server reported an error in it.

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
