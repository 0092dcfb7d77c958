"""A streamed answer: each of the model's chunks as an event, and the messages they add up to."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from julep.local.clock import now
from julep.local.ids import new_id
from julep.local.models.completion_objects import (
    Chunk,
    ChunkChoice,
    Delta,
    chunk_choice,
    counted_usage,
)
from julep.local.records import DocReference, Message
from julep.types._json import JsonObject
from julep.types._tool_calls import ToolCallPieces


class Transcript:
    """Turns chunks into events and remembers what was said.

    Args:
        docs: The documents that were recalled, told with every event.
        prompt: What the model was asked with.
    """

    def __init__(self, docs: Sequence[DocReference], prompt: list[Message]) -> None:
        self._head: JsonObject = {
            "id": new_id(),
            "created_at": now(),
            "jobs": [],
            "docs": list(docs),
        }
        self._prompt = prompt
        self._usage: JsonObject | None = None
        self._said: dict[int, _Said] = {}
        self._reason: str | None = None

    @property
    def finished(self) -> bool:
        """Whether a reason was given for the end."""
        return self._reason is not None

    def event(self, chunk: Chunk) -> JsonObject:
        """Return the event for one chunk; each has a choice, even one with the usage alone."""
        self._usage = chunk.get("usage") or self._usage
        choices = [self._choice(choice) for choice in chunk["choices"]]
        return {**self._head, "usage": self._usage, "choices": choices or [self._nothing()]}

    def close(self) -> JsonObject | None:
        """Return a last event, if the model has not reported its use of tokens or why it ended.

        As on self-hosted servers the use is always told, since its absence means that a model broke off.
        """
        if self.finished and self._usage:
            return None
        text = "".join(piece for said in self._said.values() for piece in said.texts)
        usage = self._usage or counted_usage(self._prompt, text)
        return self.event(
            {"choices": [chunk_choice(0, {}, self._reason or "stop")], "usage": usage}
        )

    def messages(self) -> list[Message]:
        """Return what was said, by choice."""
        return [self._said[index].message() for index in sorted(self._said)]

    def _choice(self, choice: ChunkChoice) -> JsonObject:
        self._reason = choice["finish_reason"] or self._reason
        self._add(choice["index"], choice["delta"])
        return _shown(choice)

    def _nothing(self) -> JsonObject:
        return _shown(chunk_choice(0, {}, self._reason))

    def _add(self, index: int, delta: Delta) -> None:
        said = self._said.setdefault(index, _Said())
        said.texts.append(delta.get("content") or "")
        said.calls.add(delta.get("tool_calls") or ())


@attrs.define
class _Said:
    """What one choice has said so far."""

    texts: list[str] = attrs.field(factory=list[str])
    calls: ToolCallPieces = attrs.field(factory=ToolCallPieces)

    def message(self) -> Message:
        """Return what was said as a message."""
        text, calls = "".join(self.texts), self.calls.as_dicts()
        return {"role": "assistant", "content": text, "tool_calls": calls}


def _shown(choice: ChunkChoice) -> JsonObject:
    delta = choice["delta"]
    return {
        "index": choice["index"],
        "delta": {**delta, "role": delta.get("role") or "assistant"},
        "finish_reason": choice["finish_reason"],
        "logprobs": choice["logprobs"],
        "tool_calls": None,
    }
