"""What the server keeps and hands around, field by field, so that checkers know every key.

A record is JSON: what the forms of `resources` have checked, or what was stored before.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from julep.types._json import JsonObject


class Record(TypedDict):
    """What all that is stored has."""

    id: str


class FunctionCall(TypedDict):
    """A function that a model calls; the arguments are JSON text, or an object from some servers."""

    name: str
    arguments: NotRequired[object]


class ToolCall(TypedDict):
    """A call of a tool that a model asks for."""

    id: str
    type: str
    function: FunctionCall


class Message(TypedDict):
    """Something said, as the chat completions API has it.

    Attributes:
        content: Text, a list of parts, or null.
        tool_calls: The calls that it makes, each with `id`, `type` and `function`.
        tool_call_id: The call whose result it is.
    """

    role: str
    content: object
    name: NotRequired[str | None]
    tool_calls: NotRequired[list[JsonObject] | None]
    tool_call_id: NotRequired[str | None]
    refusal: NotRequired[str | None]


class Entry(Message):
    """A message that a session's history keeps.

    Attributes:
        summary_id: The entry that stands in its place since the history was summed up.
        source: `api_request`, `api_response` or `summarizer`.
    """

    id: str
    session_id: str
    source: str
    model: str
    tokenizer: str
    token_count: int
    created_at: str
    timestamp: str
    summary_id: NotRequired[str]


class FunctionSpec(TypedDict):
    """What a function is called, what it is for, and the JSON Schema of its arguments."""

    name: str
    description: str | None
    parameters: JsonObject | None


class ToolDefinition(TypedDict):
    """A tool: the field that `type` names says how it is called."""

    name: str
    type: str
    description: str | None
    function: FunctionSpec | None
    integration: JsonObject | None
    system: JsonObject | None
    api_call: JsonObject | None
    computer_20241022: JsonObject | None
    text_editor_20241022: JsonObject | None
    bash_20241022: JsonObject | None


class TaskTool(ToolDefinition):
    """A tool of a task; `inherited` ones are its agent's."""

    id: NotRequired[str]
    inherited: NotRequired[bool]


class Tool(ToolDefinition):
    """A tool of an agent."""

    id: str
    agent_id: str
    created_at: str
    updated_at: str


class Agent(Record):
    """A model with a name, instructions and settings."""

    name: str
    canonical_name: str
    about: str
    model: str
    instructions: list[str]
    default_settings: JsonObject
    default_system_template: str
    project: str | None
    metadata: JsonObject
    created_at: str
    updated_at: str


class User(Record):
    """Somebody whom agents talk with."""

    name: str
    about: str
    project: str | None
    metadata: JsonObject
    created_at: str
    updated_at: str


class SearchOptions(TypedDict):
    """How documents are searched. What its kind of search doesn't read, a record may lack.

    Attributes:
        trigram_similarity_threshold: Read by searches with a text.
        confidence: Read by searches with a vector, as is `mmr_strength`.
        alpha: Read by searches with both, as is `k_multiplier`.
    """

    limit: int
    lang: str
    metadata_filter: JsonObject
    include_embeddings: bool
    trigram_similarity_threshold: float | None
    confidence: float
    mmr_strength: float
    alpha: float
    k_multiplier: int


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


class Session(Record, Participants):
    """A conversation between agents and users.

    Attributes:
        kind: Servers of 2025 have the field, and nothing in it; likewise `summary`.
    """

    situation: str | None
    system_template: str | None
    render_templates: bool
    token_budget: int | None
    context_overflow: Literal["truncate", "adaptive"] | None
    auto_run_tools: bool
    forward_tool_calls: bool
    recall_options: RecallOptions
    kind: None
    summary: None
    metadata: JsonObject
    created_at: str
    updated_at: str


class Doc(Record):
    """A document of an agent or a user, without its text, which `store.snippets` has.

    Attributes:
        digest: Of title and text: an owner has each document once.
    """

    title: str
    metadata: JsonObject
    modality: str
    language: str
    embedding_model: str
    embedding_dimensions: int
    owner_id: str
    owner_role: str
    agent_id: NotRequired[str]
    user_id: NotRequired[str]
    digest: str
    created_at: str
    updated_at: str


class Piece(TypedDict):
    """A part of a document that a search found.

    Attributes:
        embedding: Its vector, if the search asks for it; not there in the older form.
    """

    index: int
    content: str
    embedding: NotRequired[list[float] | None]


class DocOwner(TypedDict):
    """Whose a document is, `agent` or `user`."""

    id: str
    role: str


class DocReference(Record):
    """A document that a search found, with the part of it that was found."""

    owner: DocOwner
    title: str
    metadata: JsonObject
    snippet: Piece
    snippets: list[Piece]
    distance: float | None
