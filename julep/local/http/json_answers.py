"""Answers in JSON, whose text is written while others have their turn."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import chain

import anyio.lowlevel
from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from julep.local.json_text import to_json
from julep.local.store.rows import Made, Rows, Shown, Stored, is_made_on_the_way
from julep.types._json import is_array, is_object

from .other_end import OtherEnd

_AT_ONCE = 500_000
"""Bytes that are written before others have their turn. Longer answers are sent in such pieces,
so that no more than a piece of them is in memory."""
_THERE_AT_ONCE = {str, int, float, bool, type(None), list, dict}
_PAUSE = (b"",)
_JSON = "application/json"


def json_answer(value: object, status: int) -> Response:
    """Make an answer of one short value."""
    return Response(to_json(value).encode(), status, media_type=_JSON)


async def long_json_answer(value: object, status: int, other_end: OtherEnd) -> Response:
    """Make an answer of any length; while it is written, others are answered.

    Args:
        value: Plain JSON, or what `pieces` takes.
        status: Of the answer.
        other_end: Of the connection; for who has left nothing more is looked up.

    Raises:
        ClientDisconnect: The caller left before there was anything to send.
    """
    start = bytearray()
    blocks = _blocks(pieces(value))
    for block in blocks:
        start += block
        # Whether who is quiet has left is found out by sending.
        if len(start) > _AT_ONCE or other_end.is_quiet.is_set():
            whole = _in_turns(chain([bytes(start)], blocks), other_end)
            return _InPieces(whole, status, media_type=_JSON)
        if not block:
            await anyio.lowlevel.checkpoint()
            if other_end.is_gone:
                raise ClientDisconnect
    return Response(bytes(start), status, media_type=_JSON)


class _InPieces(StreamingResponse):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # What ends when the caller has left is the iterator: Starlette would wait for that beside it.
        del scope, receive
        await self.stream_response(send)


def pieces(value: object) -> Iterator[bytes]:
    """Write JSON as `to_json` does, piece by piece.

    Args:
        value: Plain JSON, or one row. It, its members, and members of the items of a list may be rows or iterators
            too: these are read on the way.
    """
    if isinstance(value, Stored):
        return iter([value.body])
    if is_array(value) or is_made_on_the_way(value):
        return _joined(b"[", _items(value), b"]")
    if is_object(value):
        members = (
            chain([to_json(key).encode() + b":"], _member(member)) for key, member in value.items()
        )
        return _joined(b"{", members, b"}")
    return iter([to_json(value).encode()])


def _items(value: Made | list[object]) -> Iterator[Iterable[bytes]]:
    # There may be nothing in a part, for so long that others have to have their turn.
    if isinstance(value, Rows):
        for texts in value.parts():
            yield [b",".join(texts)] if texts else _PAUSE
    elif isinstance(value, Shown):
        for part in value.parts():
            yield from map(_item, part)
            yield _PAUSE
    else:
        yield from map(_item, value)


def _item(value: object) -> Iterable[bytes]:
    is_whole = not is_object(value) or _THERE_AT_ONCE.issuperset(map(type, value.values()))
    return [to_json(value).encode()] if is_whole else pieces(value)


def _member(value: object) -> Iterable[bytes]:
    is_whole = not is_array(value) and type(value) in _THERE_AT_ONCE
    return [to_json(value).encode()] if is_whole else pieces(value)


def _joined(opening: bytes, groups: Iterable[Iterable[bytes]], closing: bytes) -> Iterator[bytes]:
    before = opening
    for group in groups:
        if group is not _PAUSE:
            yield before
            before = b","
        yield from group
    yield closing if before == b"," else opening + closing


def _blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Put pieces together, and cut them, to blocks of the length that is sent; pauses are empty."""
    block = bytearray()
    for piece in pieces:
        if not piece:
            yield b""
        for at in range(0, len(piece), _AT_ONCE):
            block += piece[at : at + _AT_ONCE]
            if len(block) > _AT_ONCE:
                yield bytes(block)
                block.clear()
    if block:
        yield bytes(block)


async def _in_turns(blocks: Iterable[bytes], other_end: OtherEnd) -> AsyncIterator[bytes]:
    for block in blocks:
        if block:
            yield block
        # To a caller who takes all at once, sending is no pause.
        await anyio.lowlevel.checkpoint()
        if other_end.is_gone:
            return
