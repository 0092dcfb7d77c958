"""Bodies of answers, put together as they arrive."""

from __future__ import annotations

import httpx

from julep._exchange import Outgoing, too_large
from julep.errors import APIError, UnexpectedResponse, error_class

from .unpacking import TooLargeError, Unpack, unpacker


class Intake:
    """The body of an answer, while it arrives."""

    def __init__(self, response: httpx.Response, outgoing: Outgoing) -> None:
        self._response = response
        self._outgoing = outgoing
        self._pieces: list[bytes] = []
        self._room = outgoing.max_response_bytes
        # As bytes, since httpx decodes all headers where it is asked for one of them.
        headers = {name.lower(): value for name, value in response.headers.raw}
        self._is_coded = b"content-encoding" in headers
        declared = headers.get(b"content-length", b"")
        if declared.isdigit() and float(declared) > self._room:
            raise self._too_large()

    def add(self, piece: bytes) -> None:
        """Take some more of it, as it came over the wire."""
        self._room -= len(piece)
        if self._room < 0:
            raise self._too_large()
        self._pieces.append(piece)

    def whole(self) -> bytes:
        """Return all of it, as it was before it was compressed."""
        content = kept(self._response, b"".join(self._pieces))
        if not self._is_coded:
            return content
        headers = self._response.headers
        unpack = unpacker(headers["content-encoding"], self._outgoing.max_response_bytes)
        if unpack is None:
            return httpx.Response(200, headers=headers, content=content).content
        try:
            return unpack(content)
        except TooLargeError:
            raise self._too_large() from None

    def _too_large(self) -> APIError:
        status = self._response.status_code
        kind = UnexpectedResponse if status < 300 else error_class(status)
        return kind(
            status,
            message=too_large("the answer", self._outgoing.max_response_bytes),
            method=self._outgoing.method,
            url=self._outgoing.shown_url,
        )


def kept(response: httpx.Response, body: bytes) -> bytes:
    """Return the body of a response that was read, which is its stream from now on.

    A client of the user's lets a response and its stream hold each other. Both would wait for the
    collector of garbage, which takes a tenth of the time of a call.
    """
    response.stream = httpx.ByteStream(body)
    return body


def stream_unpacker(response: httpx.Response, outgoing: Outgoing) -> Unpack | None:
    """Find out how to undo the compression of a stream; None leaves it to httpx."""
    return unpacker(response.headers.get("content-encoding", ""), outgoing.max_response_bytes)
