"""Calls of tools and their results in what a model is told.

Servers of models refuse messages in which a call has no result right after it, or a result no
call before it. A caller who never sends a result, or a budget that cuts between the two, must
not end a session for good.
"""

from __future__ import annotations

from collections.abc import Sequence

from julep.local.models.counted import Counted
from julep.local.records import Entry, Message

_NONE_GIVEN = "No result was given for this call."


class Told:
    """Messages as a model is told them: all calls have their results right behind them, in their order.

    Attributes:
        messages: These messages, with a stand-in for each result that has not been given.
    """

    def __init__(self) -> None:
        self.messages: Counted = Counted()
        self._open: dict[str, int] = {}
        self._called: set[str] = set()

    def copy(self) -> Told:
        """Return another one of the same messages."""
        made = Told()
        made.messages = self.messages.copy()
        made._open, made._called = {**self._open}, {*self._called}
        return made

    def add(self, message: Message) -> None:
        """Add a message; the result of a call goes to its place."""
        place = self._open.pop(message.get("tool_call_id") or "", None)
        if place is not None:
            self.messages.put(place, message)
            return
        self.messages.add(message)
        for call_id in _calls(message):
            self._called.add(call_id)
            self._open[call_id] = len(self.messages)
            self.messages.add(_no_result(call_id))

    def add_unless_stray(self, message: Message) -> None:
        """Add a message that is no result of a call that is not there."""
        result_of = message.get("tool_call_id")
        if result_of is None or result_of in self._called:
            self.add(message)


def without_tools(past: Sequence[Entry]) -> list[Entry]:
    """Leave out calls of tools, and their results."""
    said: list[Entry] = [{**entry, "tool_calls": None} for entry in past if entry["role"] != "tool"]
    return [entry for entry in said if entry["content"]]


def _calls(message: Message) -> list[str]:
    return [str(call["id"]) for call in message.get("tool_calls") or () if call.get("id")]


def _no_result(call_id: str) -> Message:
    return {"role": "tool", "tool_call_id": call_id, "content": _NONE_GIVEN}
