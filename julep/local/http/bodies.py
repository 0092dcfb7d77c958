"""Request bodies: JSON, or YAML where a task is sent, within limits."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator

import anyio
from anyio import to_thread
from starlette.requests import Request

from julep._yaml import MOST_VALUES as MOST_IN_YAML
from julep.local.errors import Invalid, TooLarge, TooSlow
from julep.local.fields import invalid
from julep.local.json_limits import DEEPEST, MOST_CONTAINERS, MOST_VALUES, is_too_deep, levels
from julep.local.json_text import is_well_formed
from julep.local.sandbox.budget import LimitExceeded
from julep.local.sandbox.isolated import load_yaml
from julep.types._json import JsonObject, finite, is_object, refuse_constant

_MOST_SILENCE = 30.0
_LONG = 200_000
"""Bytes that are parsed in about a millisecond, many times what it takes to ask a thread."""
_TEXT = re.compile(rb'"[^"]*"?')
_YAML = {"application/x-yaml", "application/yaml", "text/yaml"}


async def read_body(request: Request, *, most: int, silence: float = _MOST_SILENCE) -> JsonObject:
    """Read and parse the body; an empty one is an empty object.

    Args:
        request: The request.
        most: How many bytes it may have.
        silence: For how many seconds nothing may arrive.

    Raises:
        Invalid: It isn't JSON, or isn't an object.
        TooLarge: It is too long, too deeply nested, or holds too many values.
        TooSlow: It doesn't arrive.
    """
    content = await _read(request, most, silence)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in _YAML:
        value = await _parse_yaml(content)
    elif _is_blank(content) or _is_json(kind):
        value = await _parsed(content)
    else:
        raise _no_object(bytes(content), f"; its Content-Type is {kind}, send application/json")
    if not is_object(value):
        raise _no_object(value)
    return value


async def _parsed(content: bytearray) -> object:
    # A thread gives others their turn between the passes over a long text.
    return await to_thread.run_sync(_parse, content) if len(content) > _LONG else _parse(content)


async def _read(request: Request, most: int, silence: float) -> bytearray:
    if int(request.headers.get("content-length") or 0) > most:
        raise _too_long(most)
    content = bytearray()
    pieces = request.stream()
    while (piece := await _next(pieces, silence)) is not None:
        content += piece
        if len(content) > most:
            raise _too_long(most)
    return content


def _too_long(most: int) -> TooLarge:
    return TooLarge(f"The body is longer than the {most:,} bytes that may be sent here")


async def _next(pieces: AsyncIterator[bytes], silence: float) -> bytes | None:
    try:
        with anyio.fail_after(silence):
            return await anext(pieces, None)
    except TimeoutError:
        raise TooSlow(f"Nothing of the body arrived for {silence:g} seconds") from None


def _parse(content: bytearray) -> object:
    if _is_blank(content):
        return {}
    if _is_too_much(content):
        raise TooLarge(
            f"The body holds more than {MOST_CONTAINERS:,} lists, objects and fields, or "
            f"{MOST_VALUES:,} values: send less at once"
        )
    value = _decode(content)
    # Brackets are counted first: a body with few of them can't be deep.
    if content.count(b"[") + content.count(b"{") > DEEPEST and is_too_deep(value):
        raise _too_deep()
    # Half of a surrogate pair is text to the parser, and to nobody after it.
    if b"\\u" in content and not is_well_formed(value):
        raise _not_unicode()
    return value


def _decode(content: bytearray) -> object:
    try:
        return json.loads(content, parse_constant=refuse_constant, parse_float=finite)
    except UnicodeError:
        raise _not_unicode() from None
    except json.JSONDecodeError as error:
        raise _invalid("json_invalid", f"JSON decode error: {error}", f"[{error.pos}]") from None
    except ValueError as error:
        raise _invalid("json_invalid", f"JSON decode error: {error}") from None
    except RecursionError:
        raise _too_deep() from None


def _is_blank(content: bytearray) -> bool:
    return not content or content.isspace()


def _is_too_much(content: bytearray) -> bool:
    """Tell whether JSON has more values than may be held, without making them."""
    if not _has_many(content):
        return False
    # Now without its texts, which may hold any number of brackets.
    unescaped = content.replace(rb"\\", b"").replace(rb"\"", b"")
    return _has_many(_TEXT.sub(b"", unescaped))


def _has_many(content: bytes | bytearray) -> bool:
    parts = sum(map(content.count, (b"[", b"{", b":")))
    return parts > MOST_CONTAINERS or content.count(b",") > MOST_VALUES


async def _parse_yaml(content: bytes | bytearray) -> object:
    try:
        value = await load_yaml(content.decode())
    except ValueError as error:
        raise _invalid("yaml_invalid", f"YAML decode error: {error}") from None
    except LimitExceeded as error:
        raise TooLarge(f"The body is too much to read: {error}") from None
    # Aliases make a short text stand for a huge value.
    _check_size(value)
    try:
        plain = json.loads(json.dumps(value, allow_nan=False, default=str))
    except (TypeError, ValueError) as error:
        raise _invalid("yaml_invalid", f"YAML holds what JSON can't: {error}") from None
    if not is_well_formed(plain):
        raise _not_unicode()
    return plain


def _check_size(value: object) -> None:
    count = 0
    for depth, level in enumerate(levels(value)):
        count += len(level)
        if depth == DEEPEST:
            raise _too_deep()
        if count > MOST_IN_YAML:
            raise TooLarge(f"The body stands for more than {MOST_IN_YAML:,} values")


def _not_unicode() -> Invalid:
    return _invalid("json_invalid", "JSON decode error: the text isn't valid Unicode")


def _too_deep() -> TooLarge:
    return TooLarge(f"The body is nested more than {DEEPEST} levels deep")


def _is_json(kind: str) -> bool:
    # As servers do it, who read a body without a type as JSON.
    return kind in {"", "application/json"} or (
        kind.startswith("application/") and kind.endswith("+json")
    )


def _no_object(received: object, more: str = "") -> Invalid:
    message = f"Input should be a valid dictionary: send a JSON object{more}"
    return invalid("model_attributes_type", message, "body", received)


def _invalid(kind: str, message: str, loc: str = "body") -> Invalid:
    return invalid(kind, message, loc, "")
