"""Reading an answer of anyone's: never more than a limit, whatever its sender packs into it."""

from __future__ import annotations

import zlib

import anyio.lowlevel
import anyio.to_thread
import httpx

from julep.local.workflow.ports import EffectError

_MOST_HEADER_BYTES = 64 * 1024  # they become part of the step's output
_MOST_CODINGS = 3  # each may make a thousandfold of the one before
_MOST_PARTS = 1_000  # of a gzip file, each of which may be empty
_MOST_PIECES = 50_000  # of a body: a byte at a time keeps the loop busy for nothing
ACCEPTED = "gzip, deflate"
"""The codings that are read; the others of HTTP can't be unpacked up to a limit."""


async def read_body(response: httpx.Response, most: int) -> bytes:
    """Return the body, unpacked.

    Raises:
        EffectError: Headers or body are too long, or the body can't be unpacked.
        httpx.HTTPError: The connection broke.
    """
    if sum(len(name) + len(value) for name, value in response.headers.raw) > _MOST_HEADER_BYTES:
        raise EffectError(f"The answer's headers are longer than {_MOST_HEADER_BYTES:,} bytes")
    raw = await _raw(response, most)
    codings = response.headers.get("content-encoding", "").lower().split(",")
    names = [name for coding in codings if (name := coding.strip()) not in {"", "identity"}]
    if not raw or not names:
        return raw
    # It takes a while and needs nobody: others go on meanwhile.
    return await anyio.to_thread.run_sync(_unpacked, raw, names, most)


async def _raw(response: httpx.Response, most: int) -> bytes:
    raw, pieces = bytearray(), 0
    async for piece in response.aiter_raw():
        raw += piece
        pieces += 1
        if len(raw) > most:
            raise _too_long(most)
        if pieces > _MOST_PIECES:
            raise EffectError(f"The answer comes in more than {_MOST_PIECES:,} pieces")
        # Thousands of pieces may have arrived together, and others are to go on between them.
        await anyio.lowlevel.checkpoint()
    return bytes(raw)


def _unpacked(content: bytes, codings: list[str], most: int) -> bytes:
    if len(codings) > _MOST_CODINGS:
        raise EffectError(f"The answer is packed more than {_MOST_CODINGS} times over")
    for coding in reversed(codings):
        try:
            content = content and _unpack(content, coding, most + 1)
        except (EOFError, zlib.error):
            raise EffectError(f"The answer says that it is {coding}, and isn't") from None
        if len(content) > most:
            raise _too_long(most)
    return content


def _unpack(content: bytes, coding: str, most: int) -> bytes:
    match coding:
        case "gzip" | "x-gzip":
            return _inflate(content, 16 + zlib.MAX_WBITS, most)
        case "deflate":
            # Some send it without the two bytes that should come first.
            wrapped = content[0] & 0x0F == zlib.DEFLATED and int.from_bytes(content[:2]) % 31 == 0
            return _inflate(content, zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS, most)
        case _:
            raise EffectError(f"The answer is packed as {coding[:20]!r}; only {ACCEPTED} are read")


def _inflate(content: bytes, bits: int, most: int) -> bytes:
    """Unpack one part after the other, up to so many bytes of what they hold."""
    result = bytearray()
    for _ in range(_MOST_PARTS):
        unpacker = zlib.decompressobj(bits)
        result += unpacker.decompress(content, most - len(result))
        content = unpacker.unused_data.lstrip(b"\0")
        if len(result) >= most or (unpacker.eof and not content):
            return bytes(result)
        if not unpacker.eof:
            raise EOFError
    raise EffectError(f"The answer is packed in more than {_MOST_PARTS:,} parts")


def _too_long(most: int) -> EffectError:
    return EffectError(
        f"The answer is longer than {most:,} bytes (max_api_call_bytes of the server lifts that)"
    )
