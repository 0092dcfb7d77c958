"""What a server answers instead of what was asked for: one class for each status."""

from __future__ import annotations

from typing import Any

from .base import JulepError, folded, shortened


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
        maybe_done: Whether a write may have been done all the same, by whichever attempt; False for reads.
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
    maybe_done: bool
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
        self.maybe_done = False

    @property
    def status_code(self) -> int:
        """The HTTP status, under the name that the flat client documents."""
        return self.status

    def __str__(self) -> str:
        where = f" {self.method} {self.url}" if self.method and self.url else ""
        tries = f" [{self.attempts} attempts]" if self.attempts > 1 else ""
        hint = f" ({self.hint})" if self.hint else ""
        return folded(f"{self.status}{where}: {shortened(self.message, 'message')}{hint}{tries}")

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
    """A success without the result that the API describes.

    Its body is a web page, broken JSON or lacks a field; or a redirect led to something else.
    """


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
    """Return the class for an HTTP status."""
    return _BY_STATUS.get(status, InternalServerError if status >= 500 else APIError)
