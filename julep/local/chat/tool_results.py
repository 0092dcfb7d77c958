"""Calls of tools and their results in what a model is told.

Servers of models refuse messages in which a call has no result right after it, or a result no
call before it. A caller who never sends a result, or a budget that cuts between the two, must
not end a session for good.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from julep.local.records import Entry, Message

_NONE_GIVEN = "No result was given for this call."
MessageT = TypeVar("MessageT", bound=Message)


def without_strays(past: Sequence[MessageT]) -> list[MessageT]:
    """Leave out results of calls that are not among the messages."""
    called: set[str] = set()
    kept: list[MessageT] = []
    for message in past:
        called.update(_calls(message))
        result_of = message.get("tool_call_id")
        if result_of is None or result_of in called:
            kept.append(message)
    return kept


def without_tools(past: Sequence[Entry]) -> list[Entry]:
    """Leave out calls of tools, and their results."""
    said: list[Entry] = [{**entry, "tool_calls": None} for entry in past if entry["role"] != "tool"]
    return [entry for entry in said if entry["content"]]


def with_results(messages: Sequence[Message]) -> list[Message]:
    """Give all calls in messages their results, right after them and in their order."""
    groups: list[list[Message]] = []
    open_calls: dict[str, tuple[list[Message], int]] = {}
    for message in messages:
        place = open_calls.pop(message.get("tool_call_id") or "", None)
        if place:
            group, at = place
            group[at] = message
            continue
        group = [message, *map(_no_result, _calls(message))]
        groups.append(group)
        open_calls |= {id: (group, at) for at, id in enumerate(_calls(message), 1)}
    return [message for group in groups for message in group]


def _calls(message: Message) -> list[str]:
    return [str(call["id"]) for call in message.get("tool_calls") or () if call.get("id")]


def _no_result(call_id: str) -> Message:
    return {"role": "tool", "tool_call_id": call_id, "content": _NONE_GIVEN}
