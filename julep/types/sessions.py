"""Sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal, TypeAlias

import attrs

from ._model import Model
from .docs import DocReference
from .entries import Message
from .tools import CreateTool, ToolChoice

KnownContextOverflow: TypeAlias = Literal["truncate", "adaptive"]
ContextOverflow: TypeAlias = KnownContextOverflow | str
SessionKind: TypeAlias = (
    Literal[
        "single_agent_no_user",
        "single_agent_single_user",
        "single_agent_multi_user",
        "multi_agent_no_user",
        "multi_agent_single_user",
        "multi_agent_multi_user",
    ]
    | str
)
RecallMode: TypeAlias = Literal["text", "vector", "hybrid"] | str


@attrs.define(kw_only=True)
class RecallOptions(Model):
    """How a session finds documents for its chats. What is None is left to the server.

    Attributes:
        mode: What it searches by.
        limit: Most documents, 1 to 50.
        lang: Language of the text, such as `en-US`.
        metadata_filter: Values that the documents' metadata must have.
        num_search_messages: How many of the last messages are searched with, 1 to 50.
        max_query_length: Most characters of the query, 100 to 10 000.
        include_embeddings: Whether the chunks come with their vectors.
        confidence: Least likeness, -1 to 1, for `vector` and `hybrid`.
        alpha: Weight of the meaning, 0 to 1, for `hybrid`.
        mmr_strength: How much the documents shall differ, 0 up to but not including 1.
        trigram_similarity_threshold: How alike misspelt words must be, 0 to 1.
        k_multiplier: How many more candidates are ranked than asked for.
    """

    mode: RecallMode | None = None
    limit: int | None = None
    lang: str | None = None
    metadata_filter: dict[str, Any] | None = None
    num_search_messages: int | None = None
    max_query_length: int | None = None
    include_embeddings: bool | None = None
    confidence: float | None = None
    alpha: float | None = None
    mmr_strength: float | None = None
    trigram_similarity_threshold: float | None = None
    k_multiplier: int | None = None


@attrs.define(kw_only=True)
class CreateSession(Model):
    """What a session is made from: an agent or several, and users or none.

    Attributes:
        agent: Id of the agent.
        agents: Ids of the agents, when there are several.
        user: Id of the user.
        users: Ids of the users, when there are several.
        situation: What the agent is told about the session. On servers of 2024 it is the Jinja
            template of the whole system message.
        system_template: Jinja template of the system message, instead of the agent's own.
        render_templates: Whether messages are rendered as Jinja templates.
        token_budget: Number of tokens above which `context_overflow` applies.
        context_overflow: What to do when the history outgrows the budget.
        auto_run_tools: Whether the server runs the tools that it can run.
        forward_tool_calls: Whether tool calls are passed on to the client.
        recall: Whether documents are looked up for each chat.
        recall_options: How they are looked up.
        metadata: Data attached by the developer.
    """

    __late__: ClassVar[frozenset[str]] = frozenset(
        {"system_template", "auto_run_tools", "forward_tool_calls", "recall_options"}
    )

    agent: str | None = None
    agents: list[str] | None = None
    user: str | None = None
    users: list[str] | None = None
    situation: str | None = None
    system_template: str | None = None
    render_templates: bool | None = None
    token_budget: int | None = None
    context_overflow: ContextOverflow | None = None
    auto_run_tools: bool | None = None
    forward_tool_calls: bool | None = None
    recall: bool | None = None
    recall_options: RecallOptions | None = None
    metadata: dict[str, Any] | None = None


@attrs.define(kw_only=True)
class Session(CreateSession):
    """A conversation, with its history. Few servers show its agents and users.

    Attributes:
        id: Id of the session.
        summary: Summary that the server made.
        kind: How many agents and users it has, where the server says so.
        created_at: When it was made.
        updated_at: When it last changed.
    """

    id: str
    summary: str | None = None
    kind: SessionKind | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@attrs.define(kw_only=True)
class RenderResponse(Model):
    """What a chat would send to the language model.

    Attributes:
        messages: The messages, templates rendered.
        tools: The tools offered.
        tool_choice: Which of them the model may call.
        docs: The documents recalled.
    """

    messages: list[Message]
    tools: list[CreateTool] | None = None
    tool_choice: ToolChoice | None = None
    docs: list[DocReference] = attrs.field(factory=list[DocReference])
