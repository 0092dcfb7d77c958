"""What it costs to read pages of JSON and chunks of a chat as models."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from julep._codec import decode_json, structure
from julep.types import Agent, ChunkChatResponse, Entry, Listing, Transition

from .events import TEXTS, parse
from .table import Row
from .timing import Effort, blocking, ratio

ITEMS: Final = 1000
STRUCTURED: Final = 1.1
CHUNKS: Final = 1.8
TIMES: Final = {
    "created_at": "2025-01-01T09:00:00.123456Z",
    "updated_at": "2025-01-02T10:30:00.654321Z",
}


def agent(number: int) -> Mapping[str, Any]:
    """An agent as servers of 2025 send it."""
    return TIMES | {
        "id": f"0192f0c1-5a52-7a3e-8f51-{number:012x}",
        "name": f"Agent {number}",
        "canonical_name": f"agent_{number}",
        "project": "default",
        "about": "Answers questions about orders and returns.",
        "model": "gpt-4o",
        "instructions": ["Be brief.", "Ask when something is unclear."],
        "metadata": {"team": "support", "tier": number % 3},
        "default_settings": {"temperature": 0.7, "top_p": 1.0, "max_tokens": 500, "stop": []},
        "default_system_template": "You are {{agent.name}}. {{agent.about}}",
    }


def entry(number: int) -> Mapping[str, Any]:
    """An entry of a history."""
    text = f"What became of order {number}? It should have come on Monday."
    return {
        "id": f"0192f0c1-5a52-7a3e-8f51-{number:012x}",
        "created_at": TIMES["created_at"],
        "role": "user" if number % 2 else "assistant",
        "name": None,
        "content": [{"type": "text", "text": text}],
        "source": "api_request",
        "tokenizer": "cl100k_base",
        "token_count": 17,
        "timestamp": 1735722000.123 + number,
        "model": "gpt-4o",
        "tool_calls": None,
        "tool_call_id": None,
    }


def transition(number: int) -> Mapping[str, Any]:
    """A step that an execution has taken."""
    place = {"workflow": "main", "scope_id": "0192f0c1-5a52-7a3e-8f51-2b1c37f6a002"}
    return TIMES | {
        "id": f"0192f0c1-5a52-7a3e-8f51-{number:012x}",
        "execution_id": "0192f0c1-5a52-7a3e-8f51-2b1c37f6a001",
        "type": "step",
        "output": {"answer": f"word {number}", "score": 0.5},
        "current": place | {"step": number % 5},
        "next": place | {"step": number % 5 + 1},
        "step_label": None,
        "metadata": {},
    }


PAGES: Final[Mapping[str, tuple[Callable[[int], Mapping[str, Any]], Any]]] = {
    "agents": (agent, Listing[Agent]),
    "entries": (entry, Listing[Entry]),
    "transitions": (transition, Listing[Transition]),
}


def page(make: Callable[[int], Mapping[str, Any]]) -> bytes:
    """The JSON of a page."""
    return json.dumps({"items": [make(number) for number in range(ITEMS)]}).encode()


def read(text: bytes | str, form: Any) -> object:
    """Read JSON text as a model."""
    return structure(decode_json(text), form)


def chunks() -> list[object]:
    """The chunks of a chat as models."""
    return [read(text, ChunkChatResponse) for text in TEXTS]


def rows(effort: Effort) -> Iterator[Row]:
    """Measure pages and chunks, beside their JSON."""
    effort = Effort(effort.rounds, max(1, effort.calls // 20))
    for name, (make, form) in PAGES.items():
        text = page(make)
        subjects = {
            "json": blocking(functools.partial(json.loads, text)),
            "julep": blocking(functools.partial(structure, json.loads(text), form)),
        }
        yield ratio(f"{ITEMS} {name}, structured", subjects, effort, STRUCTURED)
    subjects = {
        "json": blocking(parse),
        "julep": blocking(chunks),
    }
    yield ratio(f"{len(TEXTS)} chunks of a chat, as models", subjects, effort, CHUNKS)
