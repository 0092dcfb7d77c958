"""Chunks of a body that have arrived already, taken at once.

Servers send each event of a stream as a chunk of its own, and httpcore gives each of them by itself,
through five generators, although one read of the socket often brings many. The name with an underscore
belongs to httpcore; where it is not there, chunks come one by one.
"""

from __future__ import annotations

import re
from typing import Any, Final

import httpx

from .connections import connection_of

_NEXT: Final = re.compile(rb"\r\n([1-9a-fA-F][0-9a-fA-F]{0,7})\r\n")
"""The end of one chunk, and the size of another. The last chunk has no bytes, and is httpcore's to see:
it gives the connection back then."""


class Arrived:
    """What has arrived of a body beyond the piece that was given last.

    Args:
        response: The answer, from one of the SDK's own pools.
    """

    def __init__(self, response: httpx.Response) -> None:
        is_chunked = (
            response.http_version == "HTTP/1.1"
            and response.headers.get("transfer-encoding", "").lower() == "chunked"
        )
        connection = connection_of(response) if is_chunked else None
        self._protocol: Any = getattr(connection, "_h11_state", None)

    def take(self) -> list[bytes]:
        """Return the chunks that have arrived whole; there may be none."""
        if self._protocol is None:
            return []
        chunks: list[bytes] = []
        data, place = self._protocol.trailing_data[0], 0
        while size := _NEXT.match(data, place):
            place = size.end() + int(size[1], 16)
            if place > len(data):
                break
            chunks.append(bytes(self._protocol.next_event().data))
        return chunks
