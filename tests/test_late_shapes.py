"""What servers of 2025 send beyond those of 2024 is read into fields, with nothing lost."""

from __future__ import annotations

from typing import Any

import pytest

from julep._codec import structure
from julep.types import (
    Agent,
    ChunkChatResponse,
    Doc,
    DocSearchResponse,
    Execution,
    ExecutionStatusEvent,
    File,
    History,
    Listing,
    ListModelsResponse,
    MessageChatResponse,
    Model,
    Project,
    RenderResponse,
    Secret,
    Session,
    Task,
    Tool,
    Transition,
)

from .recorded import lost

STORED = {"id": "1", "created_at": "2025-06-30T00:00:00Z", "updated_at": "2025-06-30T00:00:00Z"}
OWNER = {"id": "2", "role": "user"}
CALL = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
ANSWER: dict[str, Any] = {
    "id": "1",
    "created_at": "2025-06-30T00:00:00Z",
    "jobs": [],
    "docs": [],
    "usage": None,
}
SAID = {"role": "assistant", "content": None, "name": None, "tool_calls": [CALL]}

SENT: list[tuple[Any, Any]] = [
    (
        Agent,
        STORED
        | {
            "name": "3D bot",
            "project": "p",
            "canonical_name": "bot",
            "default_system_template": "{{x}}",
        }
        | {"default_settings": {"temperature": 0.5, "stop": "END", "novel": {"a": 1}}},
    ),
    (
        Session,
        STORED
        | {"situation": None, "system_template": None, "auto_run_tools": False}
        | {
            "forward_tool_calls": True,
            "recall_options": {"mode": "hybrid", "alpha": 0.5, "limit": 3},
        },
    ),
    (
        Doc,
        STORED
        | {"title": "t", "content": ["a"], "embeddings": [[0.5, 1.0]], "modality": "text"}
        | {"language": "en", "embedding_model": "m", "embedding_dimensions": 2, "metadata": None},
    ),
    (
        DocSearchResponse,
        {
            "time": 0.5,
            "docs": [
                {"id": "1", "owner": OWNER, "metadata": {"a": 1}, "distance": 0}
                | {"snippet": {"index": 0, "content": "a", "embedding": [0.5]}}
            ],
        },
    ),
    (
        Tool,
        STORED
        | {"name": "t", "type": "integration", "description": "d", "function": None}
        | {"integration": {"provider": "dummy", "setup": None}, "bash_20241022": None},
    ),
    (
        Task,
        STORED
        | {
            "name": "t",
            "canonical_name": "t",
            "inherit_tools": False,
            "tools": [],
            "description": "",
        }
        | {
            "main": [
                {
                    "kind_": "prompt",
                    "label": "ask",
                    "prompt": "hi",
                    "tools": "all",
                    "settings": {"x": 1},
                }
            ]
        },
    ),
    (
        Execution,
        STORED | {"task_id": "2", "status": "awaiting_input", "input": {}, "transition_count": 3},
    ),
    (
        Transition,
        STORED
        | {"type": "step", "output": [1], "step_label": "ask", "next": None}
        | {"current": {"workflow": "main", "step": 0, "scope_id": "3"}, "execution_id": "2"},
    ),
    (
        ExecutionStatusEvent,
        {"execution_id": "1", "status": "failed", "updated_at": "2025-06-30T00:00:00Z"}
        | {"error": "e", "transition_count": 2, "metadata": {}},
    ),
    (
        MessageChatResponse,
        ANSWER
        | {
            "choices": [
                {"index": 0, "message": SAID, "finish_reason": "tool_calls", "tool_calls": None}
            ]
        },
    ),
    (
        ChunkChatResponse,
        ANSWER
        | {"choices": [{"index": 0, "finish_reason": None, "delta": SAID | {"content": "a"}}]},
    ),
    (
        History,
        {
            "session_id": "1",
            "created_at": "2025-06-30T00:00:00Z",
            "relations": [{"head": "1", "relation": "r", "tail": "2"}],
            "entries": [
                STORED
                | {"role": "tool", "content": "a", "source": "api_request", "tokenizer": "t"}
                | {"token_count": 1, "timestamp": "2025-06-30T00:00:00Z", "model": "m"}
                | {"tool_calls": None, "tool_call_id": "call_1"}
            ],
        },
    ),
    (
        RenderResponse,
        {"messages": [SAID], "docs": [], "tool_choice": "auto"}
        | {"tools": [{"name": "t", "type": "function", "function": {"parameters": {}}}]},
    ),
    (ListModelsResponse, {"models": [{"id": "gpt-4o", "owner": "x"}]}),
    (Listing[Secret], [STORED | {"name": "n", "value": "***", "description": None}]),
    (
        Listing[File],
        [STORED | {"name": "f", "content": "aGk=", "size": 2, "hash": "h", "mime_type": None}],
    ),
    (Listing[Project], {"items": [STORED | {"name": "p", "canonical_name": "p", "metadata": {}}]}),
]


@pytest.mark.parametrize(("form", "value"), SENT)
def test_answers_of_2025_are_read_whole(form: Any, value: Any) -> None:
    """Every key and value of the answer is in the model, in a declared field where it has one."""
    read = structure(value, form).to_dict()
    assert lost(value if isinstance(value, dict) else {"items": value}, read) == []


def test_declared_fields_leave_no_extra() -> None:
    """The fields that servers of 2025 added are declared and not merely kept."""
    models: list[Model] = [structure(value, form) for form, value in SENT]
    assert [dict(model.extra) for model in models] == [{}] * len(SENT)
