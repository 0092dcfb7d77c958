"""Answers in JSON, whose text is written while others have their turn."""

from __future__ import annotations

import anyio.lowlevel
from starlette.responses import Response

from julep.local.json_text import to_json
from julep.types._json import is_array, is_object

_AT_ONCE = 500_000  # characters


def json_answer(value: object, status: int) -> Response:
    """Make an answer of one short value."""
    return _answer(to_json(value), status)


async def long_json_answer(value: object, status: int) -> Response:
    """Make an answer of any length; while long lists in it are written, others are answered."""
    return _answer(await to_json_in_turns(value), status)


def _answer(text: str, status: int) -> Response:
    return Response(text.encode(), status, media_type="application/json")


async def to_json_in_turns(value: object) -> str:
    """Write JSON as `to_json` does; while long lists in an object are written, others go on."""
    if not is_object(value):
        return to_json(value)
    members = [f"{to_json(key)}:{await _written(member)}" for key, member in value.items()]
    return f"{{{','.join(members)}}}"


async def _written(value: object) -> str:
    if not is_array(value):
        return to_json(value)
    items: list[str] = []
    unseen = 0
    for item in value:
        items.append(to_json(item))
        unseen += len(items[-1])
        if unseen > _AT_ONCE:
            await anyio.lowlevel.checkpoint()
            unseen = 0
    return f"[{','.join(items)}]"
