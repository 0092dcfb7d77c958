"""Answers as values."""

from __future__ import annotations

from collections.abc import Mapping

import attrs


@attrs.frozen
class Reply:
    """What came back, whichever client brought it.

    Attributes:
        status: The HTTP status.
        headers: By name, whatever the case.
        content: The body, decompressed.
        url: Where it came from, as it may be shown.
        attempts: How often the request was sent.
    """

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    content: bytes = attrs.field(repr=False)
    url: str
    attempts: int = 1
