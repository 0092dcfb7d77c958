"""Calls of tools and their results in what a model is told.

Servers of models refuse messages in which a call has no result right after it, or a result no
call before it. A caller who never sends a result, or a budget that cuts between the two, must
not end a session for good.
"""

from __future__ import annotations

from collections.abc import Sequence

from julep.local.json_types import JsonObject, objects

_NONE_GIVEN = "No result was given for this call."


def without_strays(past: Sequence[JsonObject]) -> list[JsonObject]:
    """Messages without results of calls that are not among them."""
    called: set[str] = set()
    kept: list[JsonObject] = []
    for message in past:
        called.update(_calls(message))
        if message.get("tool_call_id") is None or message["tool_call_id"] in called:
            kept.append(message)
    return kept


def without_tools(past: Sequence[JsonObject]) -> list[JsonObject]:
    """Entries without calls of tools, and without their results."""
    said = [{**entry, "tool_calls": None} for entry in past if entry["role"] != "tool"]
    return [entry for entry in said if entry["content"]]


def with_results(messages: Sequence[JsonObject]) -> list[JsonObject]:
    """Messages in which all calls have results, right after them and in their order."""
    groups: list[list[JsonObject]] = []
    open_calls: dict[str, tuple[list[JsonObject], int]] = {}
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


def _calls(message: JsonObject) -> list[str]:
    return [call["id"] for call in objects(message.get("tool_calls")) if call.get("id")]


def _no_result(call_id: str) -> JsonObject:
    return {"role": "tool", "tool_call_id": call_id, "content": _NONE_GIVEN}
