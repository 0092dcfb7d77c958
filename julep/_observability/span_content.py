"""What was said, for spans: left out unless the program asks for it, since it may be secret."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, Final

from julep._codec import decode_json, encode
from julep.types._json import JsonObject, is_array, is_object, objects

VARIABLE: Final = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
_WANTED: Final = {"true", "span_only", "span_and_event"}


def captures_content() -> bool:
    """Tell whether spans should have what was said."""
    return os.environ.get(VARIABLE, "").lower() in _WANTED


def as_text(value: Any) -> str | None:
    """Return a value as JSON, since attributes hold no objects; None if it can't be sent anyway."""
    try:
        return encode(value).decode()
    except (TypeError, ValueError):
        return None


def input_messages(messages: Any) -> str | None:
    """Return the messages that a model is sent."""
    return as_text([_message(one) for one in _plain(messages)])


def output_messages(choices: Any) -> str | None:
    """Return the messages that a model answers with."""
    return as_text(
        [
            {**_message(choice.get("message")), "finish_reason": choice.get("finish_reason") or ""}
            for choice in _plain(choices)
        ]
    )


def _plain(values: Any) -> list[JsonObject]:
    text = as_text(values)
    return [] if text is None else objects(decode_json(text))


def _message(message: Any) -> JsonObject:
    told: JsonObject = message if is_object(message) else {}
    return {"role": told.get("role", ""), "parts": list(_parts(told))}


def _parts(message: JsonObject) -> Iterator[Any]:
    content, call_id = message.get("content"), message.get("tool_call_id")
    if call_id is not None:
        yield {"type": "tool_call_response", "id": call_id, "response": content}
    elif is_array(content):
        yield from map(_part, content)
    elif content:
        yield {"type": "text", "content": content}
    for call in objects(message.get("tool_calls")):
        asked = call.get("function")
        yield {"type": "tool_call", "id": call.get("id"), **(asked if is_object(asked) else {})}


def _part(part: Any) -> Any:
    """Return a part of a message; one that is not text stays as it is."""
    text = part.get("text") if is_object(part) else part
    return {"type": "text", "content": text} if isinstance(text, str) else part
