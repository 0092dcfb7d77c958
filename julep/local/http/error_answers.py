"""Answers to requests that failed: the one place that knows their statuses and bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from julep.local import errors
from julep.local.store.bounded import took_too_long
from julep.local.unwritable import why_unwritable
from julep.types._json import JsonObject

from .json_answers import json_answer

_STATUSES: Mapping[type[errors.ApiError], tuple[int, str | None]] = {
    errors.BadRequest: (400, None),
    errors.Forbidden: (403, None),
    errors.NotFound: (404, None),
    errors.TooSlow: (408, None),
    errors.Conflict: (409, None),
    errors.TooLarge: (413, None),
    errors.Busy: (503, None),
    errors.PromptTooBig: (400, "prompt_too_big"),
    errors.ModelRefused: (400, "llm_bad_request"),
    errors.ModelFailed: (502, "llm_api_error"),
}
_MORE: Mapping[str, JsonObject] = {
    "llm_bad_request": {
        "type": "LLMServiceBadRequest",
        "fix": "change what the model's server refused in the request",
    },
    "llm_api_error": {
        "type": "LLMServiceError",
        "fix": "see that the model's server runs and takes the key, then try again",
    },
}
INTERNAL: Final = 500
"""The status of what is this server's own fault, and nobody else's business."""
_SECONDS_UNTIL_FREE = 2  # what a few of the longest evaluations take


def refused(error: errors.ApiError) -> Response:
    """Answer that a request was refused, and when it is worth another try."""
    status, body = status_and_body(error)
    response = json_answer(body, status)
    if isinstance(error, errors.Busy):
        response.headers["Retry-After"] = str(_SECONDS_UNTIL_FREE)
    return response


def status_and_body(error: Exception) -> tuple[int, JsonObject]:
    """Return status and body of the answer to a request that failed, whatever failed it."""
    if isinstance(error, errors.Invalid):
        content = {"message": str(error), "code": "validation_error", "details": error.details}
        return 422, {"error": content}
    if isinstance(error, errors.ApiError):
        status, code = _STATUSES[type(error)]
        return status, error_body(status, str(error), code)
    if reason := why_unwritable(error):
        return 507, error_body(507, reason)
    if took_too_long(error):
        return 400, error_body(400, "This takes too long to look up: ask for less at once")
    return INTERNAL, error_body(INTERNAL, "Internal Server Error")


def error_answer(status: int, message: str) -> Response:
    """Answer with an error of HTTP itself."""
    return json_answer(error_body(status, message), status)


def error_body(status: int, message: str, code: str | None = None) -> JsonObject:
    """Return the body of an error; without a code it is one of HTTP itself."""
    more = {"type": "http_error"} if code is None else _MORE.get(code, {})
    return {"error": {"message": message, "code": code or f"http_{status}", **more}}


async def unrouted(_request: Request, error: Exception) -> Response:
    """Answer a path or a method that the server does not have, as Starlette words it."""
    assert isinstance(error, HTTPException)
    response = json_answer({"detail": error.detail}, error.status_code)
    response.headers.update(error.headers or {})
    return response
