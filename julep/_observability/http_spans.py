"""Spans of requests, by OpenTelemetry's conventions for HTTP clients: one for each attempt."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

from .event_hooks import Attempt
from .spans import NO_SPAN, Span, begun, is_traced

_ID: Final = re.compile(r"(?<=/projects/)[^/]+|(?<=/)(?![a-z_]+(?:/|$)|v\d+(?:/|$))[^/]+")
"""Parts of paths that name a single thing: names of spans must be few. Projects are called by words."""
_METHODS: Final = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def attempt_span(attempt: Attempt) -> Span:
    """Begin the span of an attempt, and put its context into the headers that are sent."""
    if not is_traced():
        return NO_SPAN
    template = _ID.sub("{id}", urlsplit(attempt.url).path)
    method = attempt.method if attempt.method in _METHODS else "_OTHER"
    attributes = {
        "http.request.method": method,
        **server_of(attempt.url),
        "url.full": attempt.url,
        "url.template": template,
        "http.request.resend_count": attempt.number - 1 or None,
    }
    shown = method if method in _METHODS else "HTTP"
    span = begun(f"{shown} {template}", "client", attributes, is_http=True)
    span.inject(attempt.headers)
    return span


def tell_status(span: Span, status: int) -> None:
    """Add the status of the answer; one from 400 on makes the span an error."""
    span.set({"http.response.status_code": status})
    if status >= 400:
        span.fail(str(status))


def server_of(url: str) -> dict[str, Any]:
    """Return the attributes that say where a request goes."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return {"server.address": parts.hostname, "server.port": port}
