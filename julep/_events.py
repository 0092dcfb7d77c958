"""What the events of a stream say, on every stream and both clients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from ._codec import decode_json
from ._error_bodies import words_of
from ._sse import Event
from .types._plain import is_object

T = TypeVar("T")

_END: Final = "[DONE]"
"""What gateways that speak OpenAI's API put at the end of a stream."""


class ServerFault(Exception):
    """The server tells of an error within a stream; the text is what it says."""


def is_end(event: Event) -> bool:
    """Whether an event says that the stream is complete."""
    return event.data.strip() == _END


def is_silent(event: Event) -> bool:
    """Whether an event says nothing: some servers keep connections alive that way."""
    return not event.data.strip() and event.name != "error"


def read_event(event: Event, make: Callable[[Any], T]) -> T:
    """Read what an event carries.

    Args:
        event: The event.
        make: What reads its value, parsed JSON.

    Raises:
        ServerFault: It carries an error instead.
        ValueError: It is not JSON.
        Exception: Whatever `make` raises.
    """
    if event.name == "error":
        raise ServerFault(words_of(event.data) or "an error, without a message")
    value = decode_json(event.data)
    try:
        item = make(value)
    except Exception:
        if words := words_of(value) if is_object(value) else "":
            raise ServerFault(words) from None
        raise
    # The events of an execution's status have a field of that name themselves.
    if is_object(value) and value.get("error") and not hasattr(type(item), "error"):
        raise ServerFault(words_of(value))
    return item
