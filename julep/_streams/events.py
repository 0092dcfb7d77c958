"""What the events of a stream say, on every stream and both clients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from julep._codec import decode_json
from julep._server_errors.bodies import words_of
from julep._sse import Event
from julep.types._json import is_object

T = TypeVar("T")

_END: Final = "[DONE]"
"""What gateways that speak OpenAI's API put at the end of a stream."""


class BrokenOff(Exception):
    """A stream ends with an event that is not an item; the text says why."""


def is_end(event: Event) -> bool:
    """Tell whether an event says that the stream is complete."""
    return event.data.strip() == _END


def is_silent(event: Event) -> bool:
    """Tell whether an event says nothing: some servers keep connections alive that way."""
    return not event.data.strip() and event.name != "error"


def read_event(event: Event, make: Callable[[Any], T], *, is_cut: bool) -> T:
    """Read what an event carries.

    Args:
        event: The event.
        make: What reads its value, parsed JSON.
        is_cut: Whether the body stopped before the line that ends the event.

    Raises:
        BrokenOff: It carries an error instead, or only half of itself.
        ValueError: It is not JSON.
        Exception: Whatever `make` raises.
    """
    if event.name == "error":
        raise _told(words_of(event.data) or "an error, without a message")
    try:
        return _read_value(decode_json(event.data), make)
    except BrokenOff:
        raise
    except Exception:
        if is_cut:
            raise BrokenOff("the body stopped within an event") from None
        raise


def _read_value(value: Any, make: Callable[[Any], T]) -> T:
    try:
        item = make(value)
    except Exception:
        if words := words_of(value) if is_object(value) else "":
            raise _told(words) from None
        raise
    # The events of an execution's status have a field of that name themselves.
    if is_object(value) and value.get("error") and not hasattr(type(item), "error"):
        raise _told(words_of(value))
    return item


def _told(words: str) -> BrokenOff:
    return BrokenOff(f"the server says: {words}")
