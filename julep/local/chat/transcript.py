"""A streamed answer: each of the model's chunks as an event, and the messages they add up to."""

from __future__ import annotations

from collections.abc import Sequence

from julep.local.clock import now
from julep.local.ids import new_id
from julep.local.json_types import JsonObject, as_object, objects


class Transcript:
    """Turns chunks into events and remembers what was said.

    Attributes:
        finished: whether a reason was given for the end.

    Args:
        docs: the documents that were recalled, told with every event.
    """

    def __init__(self, docs: Sequence[JsonObject]) -> None:
        self._head = {"id": new_id(), "created_at": now(), "jobs": [], "docs": list(docs)}
        self._usage: JsonObject | None = None
        self._messages: dict[int, JsonObject] = {}
        self.finished: bool = False

    def event(self, chunk: JsonObject) -> JsonObject:
        """The event for one chunk."""
        self._usage = chunk.get("usage") or self._usage
        choices = [self._choice(choice) for choice in objects(chunk.get("choices"))]
        return {**self._head, "usage": self._usage, "choices": choices}

    def close(self) -> JsonObject | None:
        """A last event with a finish reason, if the model ended without giving one."""
        if self.finished:
            return None
        end: JsonObject = {"index": 0, "delta": {}, "finish_reason": "stop", "logprobs": None}
        return self.event({"choices": [end]})

    def messages(self) -> list[JsonObject]:
        """What was said, by choice."""
        return [self._messages[index] for index in sorted(self._messages)]

    def _choice(self, choice: JsonObject) -> JsonObject:
        delta = as_object(choice.get("delta"))
        self.finished = self.finished or bool(choice.get("finish_reason"))
        self._add(choice.get("index", 0), delta)
        return {
            "index": choice.get("index", 0),
            "delta": {**delta, "role": delta.get("role") or "assistant"},
            "finish_reason": choice.get("finish_reason"),
            "logprobs": choice.get("logprobs"),
        }

    def _add(self, index: int, delta: JsonObject) -> None:
        calls: list[JsonObject] = []
        empty: JsonObject = {"role": "assistant", "content": "", "tool_calls": calls}
        message = self._messages.setdefault(index, empty)
        message["content"] += delta.get("content") or ""
        for part in objects(delta.get("tool_calls")):
            _extend(message["tool_calls"], part)


def _extend(calls: list[JsonObject], part: JsonObject) -> None:
    # A call comes in pieces: first its id and name, then its arguments bit by bit.
    place: int = part.get("index", len(calls))
    function = as_object(part.get("function"))
    while len(calls) <= place:
        calls.append(_empty_call())
    call = calls[place]
    call["id"] = part.get("id") or call["id"]
    call["type"] = part.get("type") or call["type"]
    call["function"]["name"] += function.get("name") or ""
    call["function"]["arguments"] += function.get("arguments") or ""


def _empty_call() -> JsonObject:
    return {"id": None, "type": "function", "function": {"name": "", "arguments": ""}}
