"""Reading the error bodies of both server generations into the same fields."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, cast

from julep._codec import decode_json
from julep._reply import EVENT_STREAM, media_type
from julep._retry import retry_after
from julep.errors import APIError, AuthenticationError, error_class
from julep.types._json import is_array, is_object

from .faults import read_fault, that_matter
from .hints import hint_for

if TYPE_CHECKING:
    from julep._reply import Reply

Json = dict[str, Any]

_STATUS_IN_FRONT = "0123456789: "
_LONGEST_PRINTED = 100_000
"""Characters of a message that are looked at for something printed as Python."""


def describe_error(reply: Reply, method: str, missing: str = "") -> APIError:
    """Return the exception for an answer that is not a success.

    Args:
        reply: The answer.
        method: The HTTP method of the request.
        missing: What to say when the server does not know the operation.
    """
    body = _parsed(reply.content)
    code, message, details = _read(body)
    status = reply.status
    message = message.removeprefix(f"{status}: ") or f"HTTP status {status}, without a message"
    kind = AuthenticationError if _is_key_refused(status, message) else error_class(status)
    error = kind(
        status,
        body,
        message=message,
        code=code or ("validation_error" if details else f"http_{status}"),
        details=details,
        hint=_missing_hint(status, body, details, missing)
        or hint_for(status, f"{method} {reply.url}", message),
        method=method,
        url=reply.url,
        request_id=reply.headers.get("x-request-id"),
        retry_after=retry_after(reply.headers),
    )
    error.attempts = reply.attempts
    return error


def hint_for_page(reply: Reply) -> str:
    """Guess what happened when a success is not JSON."""
    kind = media_type(reply.headers)
    start = reply.content[:200].lstrip().lower()
    if kind == "text/html" or start.startswith((b"<!doctype", b"<html")):
        return (
            f"{reply.url} answered with a web page. Does base_url point at the API, or is /api "
            "missing at its end?"
        )
    if kind == EVENT_STREAM:
        return f"{reply.url} answered with a stream; use the method that streams"
    if not reply.content:
        return f"{reply.url} answered with an empty body; something between may have cut it"
    return f"{reply.url} answered with broken JSON ({kind or 'no content type'})"


def words_of(body: Any) -> str:
    """Return what an error's body says in words, be it text or a parsed value; empty if nothing."""
    _, message, _ = _read(_parsed(body.encode(errors="replace")) if isinstance(body, str) else body)
    return message


def _parsed(content: bytes) -> Any:
    try:
        return decode_json(content)
    except ValueError:
        return content.decode(errors="replace")


def _read(body: Any) -> tuple[str | None, str, list[Json]]:
    """Read code, message and details, whatever a server may have sent."""
    try:
        return _read_known(body)
    except Exception:  # noqa: BLE001 - a strange error body must not hide the error itself
        return None, "", []


def _read_known(body: Any) -> tuple[str | None, str, list[Json]]:
    if not is_object(body):
        return None, "" if body is None else _first_line(str(body)), []
    inner: Any = body.get("error")
    source = inner if is_object(inner) else body
    message: Any = source.get("message") or source.get("detail") or inner or ""
    printed = _unprinted(message)
    details = _details(source.get("details") or printed)
    if is_object(printed) and printed.get("message"):
        message = printed["message"]
    code: Any = source.get("code")
    return (str(code) if code else None), _summary(details) or str(message), details


def _first_line(text: str) -> str:
    # A web page or a stack trace would bury the one thing worth reading.
    line = next((line for line in text.splitlines() if line.strip()), "")
    return line if not line.lstrip().startswith("<") else "an HTML page"


def _unprinted(message: Any) -> Any:
    """Read what a server printed as Python: faults of a request, issues of a task."""
    printed = message.lstrip(_STATUS_IN_FRONT) if isinstance(message, str) else ""
    if not printed.startswith(("[", "{")) or len(printed) > _LONGEST_PRINTED:
        return message
    try:
        return ast.literal_eval(printed)
    except Exception:  # noqa: BLE001 - unhashable keys, depth, bad syntax: then it is only text
        return message


def _details(value: Any) -> list[Json]:
    found = (value.get("issues") or value.get("details")) if is_object(value) else value
    faults = found if is_array(found) else []
    return [_detail(fault) for fault in faults if is_object(fault)]


def _detail(fault: Json) -> Json:
    where: Any = fault.get("loc", fault.get("location", ""))
    if isinstance(where, list | tuple):
        parts = [str(part) for part in cast("list[Any]", where)]
        where = ".".join(parts[1:] if parts[:1] == ["body"] else parts)
    return {"msg": fault.get("message", "not valid"), **fault, "loc": where}


def _summary(details: list[Json]) -> str:
    return "; ".join(dict.fromkeys(str(fault) for fault in that_matter(map(read_fault, details))))


def _is_key_refused(status: int, message: str) -> bool:
    return status == 401 or (status == 403 and "api key" in message.lower())


def _missing_hint(status: int, body: Any, details: list[Json], missing: str) -> str | None:
    """Say what to do about an operation that the server has no route for."""
    # An old server takes the `models` of `/agents/models` for an id.
    is_misread = status == 422 and any(str(one["loc"]).startswith("path.") for one in details)
    if is_misread or status == 405:
        return missing or None
    if status == 404 and is_object(body) and "detail" in body:
        return missing or "the server has no such route: is /api missing or doubled in base_url?"
    return None
