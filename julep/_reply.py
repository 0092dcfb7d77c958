"""Answers as values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

EVENT_STREAM: Final = "text/event-stream"
"""The media type of streams of events."""


@attrs.frozen(slots=False)  # which takes less time to make
class Reply:
    """What came back, whichever client brought it.

    Attributes:
        status: The HTTP status.
        headers: By name, whatever the case.
        content: The body, decompressed.
        url: Where it came from, as it may be shown.
        attempts: How often the request was sent.
        was_done: Whether a server did what was asked before, and this answers the request for the
            result that a redirect led to.
        place: Where that redirect led, as it may be shown.
        was_lost: Whether it may have been done by a sending whose own answer was lost, or was a redirect
            back to the same address.
    """

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    content: bytes = attrs.field(repr=False)
    url: str
    attempts: int = 1
    was_done: bool = False
    place: str = ""
    was_lost: bool = False


def media_type(headers: Mapping[str, str]) -> str:
    """Return an answer's media type, in lower case and without parameters; empty if unknown."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()
