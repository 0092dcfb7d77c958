"""Reading a streamed completion as models' servers really send them.

They end without a word, report errors in events, answer with a page or all at once, and cut texts
between the two halves of a character.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from typing import cast

import anyio
import attrs
import httpx

from julep._sse import Event, EventDecoder
from julep.local.errors import ModelFailed
from julep.local.json_text import mended, well_formed
from julep.types._json import JsonObject, as_object, is_array, is_object, objects

from .completion_objects import Chunk, ChunkChoice, Delta, as_chunks, chunk_choice
from .normalized import (
    as_completion,
    normalized_delta,
    normalized_index,
    normalized_logprobs,
    normalized_reason,
    normalized_usage,
)
from .openai_http import Endpoint

_DONE = "[DONE]"
_BLANK = b" \t\r\n\xef\xbb\xbf"
_NO_STREAM = (b"{", b"[", b"<")
_SECONDS_TO_END = 0.2  # longer than a good server needs, too short for anybody to notice


async def read_chunks(pieces: AsyncIterator[bytes], endpoint: Endpoint) -> AsyncGenerator[Chunk]:
    """Yield the chunks of an answer, whatever its form.

    Args:
        pieces: The answer's body.
        endpoint: Whose answer it is.

    Raises:
        ModelFailed: The answer reports an error, isn't a completion, or breaks off.
    """
    start = await _start(pieces)
    if start.lstrip(_BLANK).startswith(_NO_STREAM):
        content = start + b"".join([piece async for piece in pieces])
        for piece in as_chunks(as_completion(as_object(mended(endpoint.read(content))))):
            yield piece
        return
    progress = _Progress()
    try:
        async with aclosing(_chunks(start, pieces, endpoint, progress)) as chunks:
            async for chunk in chunks:
                yield progress.take_in(chunk)
    except httpx.HTTPError:
        # Some hang up after their last word, in the middle of the body.
        if not progress.is_over():
            raise
    if not progress.is_over():
        raise ModelFailed("The model's server broke off its answer", transient=True)
    for rest in progress.rest():
        yield rest


async def _start(pieces: AsyncIterator[bytes]) -> bytes:
    """Read the body up to the first byte that shows whether it is a stream."""
    start = b""
    async for piece in pieces:
        start += piece
        if start.lstrip(_BLANK):
            break
    return start


async def _chunks(
    start: bytes, pieces: AsyncIterator[bytes], endpoint: Endpoint, progress: _Progress
) -> AsyncGenerator[JsonObject]:
    async with aclosing(_events(start, pieces)) as events:
        async for event in events:
            if event.data.strip() == _DONE:
                progress.is_done = True
                await _finish(pieces)
                return
            if chunk := _chunk(event, endpoint):
                yield chunk


async def _events(start: bytes, pieces: AsyncIterator[bytes]) -> AsyncGenerator[Event]:
    decoder = EventDecoder()
    for event in decoder.feed(start):
        yield event
    async for piece in pieces:
        for event in decoder.feed(piece):
            yield event
    for event in decoder.end():
        yield event


async def _finish(pieces: AsyncIterator[bytes]) -> None:
    # Only a body that was read to its end leaves a connection to go on with.
    with anyio.move_on_after(_SECONDS_TO_END):
        async for _ in pieces:
            pass


def _chunk(event: Event, endpoint: Endpoint) -> JsonObject | None:
    """Read the chunk that an event brings; None if it is to be passed over."""
    if event.name == "error":
        raise endpoint.failure(event.data)
    if not event.data.strip():
        return None
    chunk = endpoint.read(event.data)
    if "choices" in chunk or "usage" in chunk:
        return chunk
    if event.name:
        return None
    raise endpoint.failure(chunk)


@attrs.define
class _Choice:
    """One choice as far as it has come.

    Attributes:
        held: First halves of characters whose second halves are awaited, by where they stand.
    """

    is_over: bool = False
    held: dict[str, str] = attrs.field(factory=dict[str, str])

    def whole(self, value: object, path: str = "") -> object:
        """Return what a piece of the choice says, without a half of a character at an end."""
        if isinstance(value, str):
            return self._text(value, path)
        if is_array(value):
            return [
                self.whole(item, f"{path}[{_place(item, at)}]") for at, item in enumerate(value)
            ]
        if is_object(value):
            return {key: self.whole(item, f"{path}.{key}") for key, item in value.items()}
        return value

    def rest(self) -> str:
        """Return what stands for half of a character at the end of the text, if there is one."""
        return well_formed(self.held.pop(".content", ""))

    def _text(self, text: str, path: str) -> str:
        text = self.held.pop(path, "") + text
        if "\ud800" <= text[-1:] <= "\udbff":
            self.held[path] = text[-1]
            text = text[:-1]
        return well_formed(text)


class _Progress:
    """What is known of a stream.

    Attributes:
        is_done: Whether its server said so.
    """

    def __init__(self) -> None:
        self._choices: dict[int, _Choice] = {}
        self.is_done = False

    def take_in(self, chunk: JsonObject) -> Chunk:
        """Return a chunk in the form that all have."""
        choices = [self._choice(choice) for choice in objects(chunk.get("choices"))]
        known = {"choices": choices, "usage": normalized_usage(chunk.get("usage"))}
        return cast("Chunk", {**chunk, **known})

    def is_over(self) -> bool:
        """Tell whether the server said so, or gave a reason for the end of every choice."""
        said = self._choices.values()
        return self.is_done or (bool(said) and all(choice.is_over for choice in said))

    def rest(self) -> Iterator[Chunk]:
        """Return what is left of texts that end in half of a character."""
        for index, choice in self._choices.items():
            if rest := choice.rest():
                yield {"choices": [chunk_choice(index, {"content": rest})]}

    def _choice(self, choice: JsonObject) -> ChunkChoice:
        index = normalized_index(choice.get("index"))
        reason = normalized_reason(choice.get("finish_reason"))
        known = self._choices.setdefault(index, _Choice())
        known.is_over = known.is_over or reason is not None
        delta = cast("Delta", known.whole(normalized_delta(as_object(choice.get("delta")))))
        if reason and (rest := known.rest()):
            delta["content"] = f"{delta.get('content') or ''}{rest}"
        said = chunk_choice(index, delta, reason)
        said["logprobs"] = normalized_logprobs(choice.get("logprobs"))
        return cast("ChunkChoice", {**choice, **said})


def _place(item: object, at: int) -> object:
    """Return what names an item of a list in all pieces: the index of a tool call, or its place."""
    index = as_object(item).get("index")
    return at if index is None else index
