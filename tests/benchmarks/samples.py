"""What the servers of the benchmarks answer. It needs nothing, since other SDKs' Pythons read it too."""

from __future__ import annotations

import json
from typing import Any, Final

KEY: Final = "key"
ID: Final = "0192f0c1-5a52-7a3e-8f51-2b1c37f6a001"
AGENT: Final = json.dumps(
    {
        "id": ID,
        "name": "Librarian",
        "canonical_name": "librarian_1",
        "about": "Answers questions about the library.",
        "model": "gpt-4o",
        "instructions": ["Answer briefly.", "Answer from the documents."],
        "default_settings": {"temperature": 0.7, "top_p": 1.0},
        "metadata": {"team": "library", "floor": 3},
        "project": "default",
        "created_at": "2025-01-01T09:00:00.123456Z",
        "updated_at": "2025-01-01T09:00:00.123456Z",
    }
).encode()
"""Also taken for a model of OpenAI's and for an assistant of LangGraph's: none of them insists."""
HEADERS: Final = [
    (b"content-type", b"application/json"),
    (b"content-length", str(len(AGENT)).encode()),
]


def event(number: int) -> str:
    """An event of a chat, as Julep's servers send it; OpenAI's client reads it too."""
    delta = {"role": "assistant", "content": f" word{number}"}
    choice = {"index": 0, "delta": delta, "finish_reason": "stop", "logprobs": None}
    return _event(
        {
            "id": ID,
            "created_at": "2025-01-01T09:00:00Z",
            "jobs": [],
            "docs": [],
            "usage": None,
            "choices": [choice],
        }
    )


def named_event(number: int) -> str:
    """The same as Anthropic's servers send it."""
    delta = {"type": "text_delta", "text": f" word{number}"}
    data = _event({"type": "content_block_delta", "index": 0, "delta": delta})
    return f"event: content_block_delta\n{data}"


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data)}\n\n"
