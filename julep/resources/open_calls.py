"""Calls of tools that have no result, since a chat was broken off.

Models refuse a history in which a call has none. The embedded server fills such gaps by itself; for
others the client remembers what it left open, and looks into the history when a chat is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final
from weakref import WeakKeyDictionary

from julep._codec import to_plain
from julep._exchange import Transport
from julep.errors import APIError
from julep.types.entries import History, Message

_NO_RESULT: Final = "There is no result: the call was broken off."
_WORDS: Final = ("tool_call", "tool_use", "tool_result", "tool message", "function response")
"""What models speak of when a call has no result, in the words of OpenAI, Anthropic and Google."""

_known: WeakKeyDictionary[Transport, dict[str, Sequence[str]]] = WeakKeyDictionary()


def left_open(transport: Transport) -> dict[str, Sequence[str]]:
    """Return the ids of calls that a client and its copies left open, by session."""
    return _known.setdefault(transport, {})


def open_in(history: History) -> list[str]:
    """Return the ids of the calls in a history that have no result there."""
    called = [call.id for entry in history.entries for call in entry.tool_calls or ()]
    answered = {entry.tool_call_id for entry in history.entries}
    return [id for id in called if id is not None and id not in answered]


def is_refused_for_them(refusal: APIError) -> bool:
    """Tell whether a model may have refused a chat because calls have no result."""
    said = f"{refusal.message} {refusal.body}"
    return refusal.status >= 400 and any(word in said for word in _WORDS)


def filled(messages: Sequence[Any], ids: Iterable[str]) -> list[Any]:
    """Put results of open calls in front of messages, unless they are among them already."""
    answered = {_answered_by(message) for message in messages}
    missing = [id for id in ids if id not in answered]
    results = [Message(role="tool", tool_call_id=id, content=_NO_RESULT) for id in missing]
    return [*results, *messages]


def _answered_by(message: Any) -> str | None:
    plain: dict[str, Any] = to_plain(message)
    return plain.get("tool_call_id")
