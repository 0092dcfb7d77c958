"""Token counts without a tokenizer: near those of OpenAI's for English, an estimate elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from julep.local.json_types import JSON, is_array, is_object

TOKENIZER = "openai_tokenizer"

_PIECE = re.compile(r"[^\W\d_]+|\d{1,3}|_+|[^\w\s]+|\n+")
_LETTERS_PER_TOKEN = 7
PER_REPLY = 3
_PER_MESSAGE, _PER_NAME = 3, 1


def count_text(text: str) -> int:
    """About how many tokens a text has."""
    return sum(-(-len(piece) // _LETTERS_PER_TOKEN) for piece in _PIECE.findall(text))


def count_messages(messages: Iterable[JSON]) -> int:
    """About how many tokens a prompt of these messages has."""
    return sum(map(_count_message, messages)) + PER_REPLY


def _count_message(message: JSON) -> int:
    total = _PER_MESSAGE + count_text(message.get("role") or "")
    total += count_text(plain_text(message.get("content")))
    if name := message.get("name"):
        total += count_text(name) + _PER_NAME
    if calls := message.get("tool_calls"):
        total += count_text(json.dumps(calls))
    return total


def plain_text(content: object) -> str:
    """The text of a message's content, whatever form that has."""
    if isinstance(content, str):
        return content
    if is_array(content):
        return "\n".join(filter(None, map(plain_text, content)))
    if is_object(content):
        return plain_text(content.get("text") or content.get("content") or "")
    return ""
