"""Nothing that a server of 2024 sent is lost, and what it was sent is sent again."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from julep._codec import encode, structure
from julep.types import (
    Agent,
    Doc,
    DocSearchResponse,
    Execution,
    History,
    JobStatus,
    Listing,
    MessageChatResponse,
    ResourceCreated,
    ResourceDeleted,
    ResourceUpdated,
    Session,
    Task,
    Tool,
    TransitionListing,
    User,
)

from .recorded import exchanges, lost

# What each operation answers with, by method and path.
FORMS: dict[str, Any] = {
    r"POST /(agents|users|sessions|tasks)/[^/]+": ResourceUpdated,
    r"POST /agents/[^/]+/tasks/[^/]+": ResourceUpdated,
    r"POST /(agents|users)/[^/]+/search": DocSearchResponse,
    r"POST /sessions/[^/]+/chat": MessageChatResponse,
    r"POST /(agents|users|sessions)": ResourceCreated,
    r"POST /(agents|users|tasks)/[^/]+/(tools|docs|tasks|executions)": ResourceCreated,
    r"(PUT|PATCH) /(agents|users|sessions)/[^/]+": ResourceUpdated,
    r"(PUT|PATCH) /agents/[^/]+/tools/[^/]+": ResourceUpdated,
    r"PUT /executions/[^/]+": ResourceUpdated | None,
    r"DELETE /.*": ResourceDeleted,
    r"GET /agents": Listing[Agent],
    r"GET /agents/[^/]+": Agent,
    r"GET /agents/[^/]+/tools": Listing[Tool],
    r"GET /(agents|users)/[^/]+/docs": Listing[Doc],
    r"GET /agents/[^/]+/tasks": Listing[Task],
    r"GET /users": Listing[User],
    r"GET /users/[^/]+": User,
    r"GET /sessions": Listing[Session],
    r"GET /sessions/[^/]+": Session,
    r"GET /sessions/[^/]+/history": History,
    r"GET /docs/[^/]+": Doc,
    r"GET /tasks/[^/]+": Task,
    r"GET /tasks/[^/]+/executions": Listing[Execution],
    r"GET /executions/[^/]+": Execution,
    r"GET /executions/[^/]+/transitions": TransitionListing,
    r"GET /jobs/[^/]+": JobStatus,
}


def form_of(request: dict[str, Any]) -> Any:
    """The type that answers a request."""
    called = f"{request['method']} {request['path']}"
    (form,) = [form for pattern, form in FORMS.items() if re.fullmatch(pattern, called)][:1]
    return form


EXCHANGES = exchanges()
ANSWERED = [
    name
    for name, exchange in EXCHANGES.items()
    if exchange["response"]["status"] < 300 and "body" in exchange["response"]
]


@pytest.mark.parametrize("name", ANSWERED)
def test_nothing_that_was_recorded_is_lost(name: str) -> None:
    """Each recorded answer is read as the type of its operation, with all keys and values."""
    body = EXCHANGES[name]["response"]["body"]
    read = structure(body, form_of(EXCHANGES[name]["request"]))
    assert lost(body, read.to_dict() if read is not None else None) == []


@pytest.mark.parametrize("name", EXCHANGES)
def test_recorded_requests_are_sent_as_they_were(name: str) -> None:
    """Each recorded body is the same after encoding."""
    body = EXCHANGES[name]["request"]["body"]
    assert json.loads(encode(body)) == body


def test_loss_would_be_noticed() -> None:
    """The comparison itself sees missing keys, other values and shorter lists."""
    assert lost({"a": 1, "b": [1, 2], "c": "x"}, {"b": [1], "c": "y"}) == [".a", ".b", ".c"]
