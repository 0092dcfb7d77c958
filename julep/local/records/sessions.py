"""Sessions: who takes part, and how documents are recalled."""

from __future__ import annotations

from typing import Literal, TypedDict

from julep.types._json import JsonObject

from .docs import SearchOptions
from .record import Record


class RecallOptions(SearchOptions):
    """How a session looks for documents that matter to what is said."""

    mode: Literal["text", "vector", "hybrid"]
    num_search_messages: int
    max_query_length: int


class Participants(TypedDict):
    """Who takes part in a session.

    Attributes:
        agent: The first of the `agents`.
        user: The first of the `users`, if there are any.
    """

    agent: str
    agents: list[str]
    user: str | None
    users: list[str]


class SessionFields(TypedDict):
    """What is sent of a session, and kept as it is."""

    situation: str | None
    system_template: str | None
    render_templates: bool
    token_budget: int | None
    context_overflow: Literal["truncate", "adaptive"] | None
    auto_run_tools: bool
    forward_tool_calls: bool
    metadata: JsonObject


class NewSession(SessionFields):
    """All that is sent of a session: each side has one member or several."""

    agent: str | None
    agents: list[str] | None
    user: str | None
    users: list[str] | None
    recall_options: JsonObject | None


class CompletedSession(Participants):
    """What the server makes of the rest that is sent.

    Attributes:
        kind: Servers of 2025 have the field, and nothing in it; likewise `summary`.
    """

    recall_options: RecallOptions
    kind: None
    summary: None


class Session(SessionFields, CompletedSession, Record):
    """A conversation between agents and users."""
