"""Reading an answer of anyone's: never more than a limit, whatever its sender packs into it."""

from __future__ import annotations

import gzip
import io
import zlib

import anyio.to_thread
import httpx

from julep.local.workflow.ports import WorldError

_MOST_HEADER_BYTES = 64 * 1024
_MOST_CODINGS = 3
ACCEPTED = "gzip, deflate"
"""The codings that are read; the others of HTTP can't be unpacked up to a limit."""


async def read_body(response: httpx.Response, most: int) -> bytes:
    """The body, unpacked.

    Raises:
        WorldError: headers or body are too long, or the body can't be unpacked.
        httpx.HTTPError: the connection broke.
    """
    if sum(len(name) + len(value) for name, value in response.headers.raw) > _MOST_HEADER_BYTES:
        raise WorldError(f"The answer's headers are longer than {_MOST_HEADER_BYTES:,} bytes")
    raw = bytearray()
    async for piece in response.aiter_raw():
        raw += piece
        if len(raw) > most:
            raise _too_long(most)
    codings = response.headers.get("content-encoding", "").lower().split(",")
    names = [name for coding in codings if (name := coding.strip()) not in {"", "identity"}]
    if not raw or not names:
        return bytes(raw)
    # It takes a while and needs nobody: others go on meanwhile.
    return await anyio.to_thread.run_sync(_unpacked, bytes(raw), names, most)


def _unpacked(content: bytes, codings: list[str], most: int) -> bytes:
    if len(codings) > _MOST_CODINGS:
        raise WorldError(f"The answer is packed more than {_MOST_CODINGS} times over")
    for coding in reversed(codings):
        try:
            content = _unpack(content, coding, most + 1)
        except (OSError, EOFError, zlib.error):
            raise WorldError(f"The answer says that it is {coding}, and isn't") from None
        if len(content) > most:
            raise _too_long(most)
    return content


def _unpack(content: bytes, coding: str, most: int) -> bytes:
    match coding:
        case "gzip" | "x-gzip":
            return gzip.GzipFile(fileobj=io.BytesIO(content)).read(most)
        case "deflate":
            # Some send it without the two bytes that should come first.
            wrapped = content[0] & 0x0F == zlib.DEFLATED and int.from_bytes(content[:2]) % 31 == 0
            bits = zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS
            return zlib.decompressobj(bits).decompress(content, most)
        case _:
            raise WorldError(f"The answer is packed as {coding[:20]!r}; only {ACCEPTED} are read")


def _too_long(most: int) -> WorldError:
    return WorldError(
        f"The answer is longer than {most:,} bytes (max_api_call_bytes of the server lifts that)"
    )
