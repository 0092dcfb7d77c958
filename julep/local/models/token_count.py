"""Token counts without a tokenizer: near those of OpenAI's for English, an estimate elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from julep.local.records import Message
from julep.types._json import is_array, is_object

TOKENIZER = "openai_tokenizer"

_PIECE = re.compile(r"[^\W\d_]{1,7}|\d{1,3}|_{1,7}|[^\w\s]{1,7}|\n{1,7}")
# What OpenAI says of its chat format: tokens that begin a reply, each message, and a name.
PER_REPLY = 3
# Of longer texts some parts are counted and stand for the rest: they are estimates anyway.
_COUNTED = 100_000
_PARTS = 20
_PER_MESSAGE, _PER_NAME = 3, 1


def count_text(text: str) -> int:
    """Estimate how many tokens a text has."""
    if len(text) <= _COUNTED:
        return len(_PIECE.findall(text))
    length, step = _COUNTED // _PARTS, len(text) // _PARTS
    parts = (text[start : start + length] for start in range(0, step * _PARTS, step))
    return sum(len(_PIECE.findall(part)) for part in parts) * len(text) // _COUNTED


def count_messages(messages: Iterable[Message]) -> int:
    """Estimate how many tokens a prompt of these messages has."""
    total, texts = PER_REPLY, list[str]()
    for message in messages:
        total += _PER_MESSAGE
        texts += (message["role"], plain_text(message.get("content")))
        if name := message.get("name"):
            total += _PER_NAME
            texts.append(name)
        if calls := message.get("tool_calls"):
            texts.append(json.dumps(calls))
    return total + count_text(" ".join(texts))


def plain_text(content: object) -> str:
    """Return the text of a message's content, whatever form that has.

    Each part has lines of its own: words of two parts are not to grow together where they are counted
    and searched for. What people read of an answer joins its parts as they are (`types.entries`).
    """
    if isinstance(content, str):
        return content
    if is_array(content):
        return "\n".join(filter(None, map(plain_text, content)))
    if is_object(content):
        return plain_text(content.get("text") or content.get("content") or "")
    return ""
