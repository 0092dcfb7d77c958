"""Bodies as they were before the server compressed them, and never larger than is allowed."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Final, TypeAlias

Unpack: TypeAlias = Callable[[bytes], bytes]
"""Takes the next bytes of a body and gives what they stand for."""

_GZIP_MAGIC: Final = b"\x1f\x8b"
_GZIP: Final = zlib.MAX_WBITS | 16
_BARE: Final = -zlib.MAX_WBITS
"""Some servers send deflate without the header that belongs to it."""


class TooLargeError(Exception):
    """A body is larger than `max_response_bytes`."""


def unpacker(codings: str, most: int) -> Unpack | None:
    """Find out how to undo a `Content-Encoding`; None when one of its codings is not known here.

    Args:
        codings: The value of the header.
        most: How many bytes may come of one piece.
    """
    names = [name.strip().lower() for name in codings.split(",")]
    undo: Unpack = bytes
    for name in names:
        if name in {"", "identity"}:
            continue
        if name not in {"gzip", "x-gzip", "deflate"}:
            return None
        # What was applied last comes off first.
        undo = _after(undo, _Inflation(name == "deflate", most).feed)
    return undo


def _after(last: Unpack, first: Unpack) -> Unpack:
    return lambda data: last(first(data))


class _Inflation:
    """Undoes gzip of any number of members, or deflate in either form."""

    def __init__(self, is_deflate: bool, most: int) -> None:
        self._is_deflate = is_deflate
        self._most = most
        self._stream: zlib._Decompress | None = None

    def feed(self, data: bytes) -> bytes:
        """Return what some more bytes stand for."""
        pieces: list[bytes] = []
        room = self._most
        while data:
            if self._stream is None:
                self._stream = self._begin(data)
            piece = self._stream.decompress(data, room + 1)
            pieces.append(piece)
            room -= len(piece)
            if room < 0:
                raise TooLargeError(f"one piece unpacks to more than {self._most} bytes")
            data = self._rest(self._stream)
        return b"".join(pieces)

    def _begin(self, data: bytes) -> zlib._Decompress:
        if not self._is_deflate:
            return zlib.decompressobj(_GZIP)
        try:
            zlib.decompressobj().decompress(data, 1)
        except zlib.error:
            return zlib.decompressobj(_BARE)
        return zlib.decompressobj()

    def _rest(self, stream: zlib._Decompress) -> bytes:
        if not stream.eof:
            return stream.unconsumed_tail
        rest = stream.unused_data
        if self._is_deflate or not rest.startswith(_GZIP_MAGIC[: len(rest)]):
            return b""  # padding, which gzip leaves out too
        self._stream = None
        return rest
