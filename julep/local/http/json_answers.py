"""Answers in JSON, whose text is written while others have their turn."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import chain

import anyio.lowlevel
from starlette.responses import Response, StreamingResponse

from julep.local.json_text import to_json
from julep.local.store.rows import Rows
from julep.types._json import is_array, is_object

_AT_ONCE = 500_000
"""Bytes that are written before others have their turn. Longer answers are sent in such pieces,
so that no more than a piece of them is in memory."""
_JSON = "application/json"


def json_answer(value: object, status: int) -> Response:
    """Make an answer of one short value."""
    return Response(to_json(value).encode(), status, media_type=_JSON)


def long_json_answer(value: object, status: int) -> Response:
    """Make an answer of any length; while it is written, others are answered."""
    blocks = _blocks(pieces(value))
    start, more = next(blocks), next(blocks, None)
    if more is None:
        return Response(start, status, media_type=_JSON)
    return StreamingResponse(_in_turns(chain((start, more), blocks)), status, media_type=_JSON)


def pieces(value: object) -> Iterator[bytes]:
    """Write JSON as `to_json` does, piece by piece.

    Args:
        value: Plain JSON. It, its members, and members of the items of a list may be rows or iterators
            too: these are read on the way.
    """
    if isinstance(value, Rows):
        parts = ([b",".join(part)] for part in value.parts())
        return _joined(b"[", parts, b"]")
    if is_array(value) or isinstance(value, Iterator):
        return _joined(b"[", map(_item, value), b"]")
    if is_object(value):
        members = (
            chain([to_json(key).encode() + b":"], _member(member)) for key, member in value.items()
        )
        return _joined(b"{", members, b"}")
    return iter([to_json(value).encode()])


def _item(value: object) -> Iterable[bytes]:
    is_long = is_object(value) and any(map(_is_made_on_the_way, value.values()))
    return pieces(value) if is_long else [to_json(value).encode()]


def _member(value: object) -> Iterable[bytes]:
    is_long = is_array(value) or _is_made_on_the_way(value)
    return pieces(value) if is_long else [to_json(value).encode()]


def _is_made_on_the_way(value: object) -> bool:
    return isinstance(value, Rows | Iterator)


def _joined(opening: bytes, groups: Iterable[Iterable[bytes]], closing: bytes) -> Iterator[bytes]:
    yield opening
    for at, group in enumerate(groups):
        if at:
            yield b","
        yield from group
    yield closing


def _blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    block = bytearray()
    for piece in pieces:
        block += piece
        if len(block) > _AT_ONCE:
            yield bytes(block)
            block = bytearray()
    if block:
        yield bytes(block)


async def _in_turns(blocks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for block in blocks:
        yield block
        # To a caller who takes all at once, sending is no pause.
        await anyio.lowlevel.checkpoint()
