"""What the server keeps and hands around, field by field, so that checkers know every key.

A record is JSON: what the forms of `resources` have checked, or what was stored before.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from julep.types._json import JsonObject


class Record(TypedDict):
    """What all resources have."""

    id: str
    created_at: str
    updated_at: str


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


class Tool(ToolDefinition, Record):
    """A tool of an agent."""

    agent_id: str


class AgentFields(TypedDict):
    """What is sent of an agent.

    Attributes:
        canonical_name: None is sent for one that the server chooses; an agent always has one.
    """

    name: str
    canonical_name: str | None
    about: str
    model: str
    instructions: list[str]
    default_settings: JsonObject
    default_system_template: str
    project: str | None
    metadata: JsonObject


class Agent(AgentFields, Record):
    """A model with a name, instructions and settings."""


class UserFields(TypedDict):
    """What is sent of a user."""

    name: str
    about: str
    project: str | None
    metadata: JsonObject


class User(UserFields, Record):
    """Somebody whom agents talk with."""


class ProjectFields(TypedDict):
    """What is sent of a project; `canonical_name` as with agents."""

    name: str
    canonical_name: str | None
    metadata: JsonObject


class Project(ProjectFields, Record):
    """A name that agents, users and files are grouped under."""


class FileFields(TypedDict):
    """What is sent of a file; `content` is base64."""

    name: str
    description: str
    mime_type: str | None
    content: str
    project: str | None


class File(FileFields, Record):
    """A file, with its size in bytes and its SHA-256 sum."""

    size: int
    hash: str


class SecretFields(TypedDict):
    """What is sent of a secret."""

    name: str
    value: str
    description: str | None
    metadata: JsonObject | None


class Secret(SecretFields, Record):
    """A value that tasks can use and nobody can read back."""


class TaskFields(TypedDict):
    """What is sent of a task, beside its workflows and tools; `canonical_name` as with agents."""

    name: str
    canonical_name: str | None
    description: str
    input_schema: JsonObject
    inherit_tools: bool
    metadata: JsonObject


class Task(TaskFields, Record):
    """What an agent can be told to do; each other key is a workflow.

    Attributes:
        tools: its own ones, as they were sent.
    """

    agent_id: str
    tools: list[JsonObject]


class Job(Record):
    """What goes on behind a request; `state` says how far it is."""

    name: str
    has_progress: bool
    progress: float
    state: str
    reason: str


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


class DocFields(TypedDict):
    """What is sent of a document."""

    title: str
    content: list[str]
    metadata: JsonObject
    embed_instruction: str | None


class DocDetails(TypedDict):
    """What is known of a document beside its text."""

    title: str
    metadata: JsonObject
    modality: str
    language: str
    embedding_model: str
    embedding_dimensions: int


class DocView(DocDetails):
    """A document as readers see it.

    Attributes:
        embeddings: the vectors of its pieces, if they are asked for and there are any.
        jobs: what makes them; only who creates a document is told.
    """

    id: str
    created_at: str
    content: list[str]
    embeddings: list[list[float]] | None
    jobs: NotRequired[list[str]]


class Doc(DocDetails, Record):
    """A document of an agent or a user, without its text, which `store.snippets` has.

    Attributes:
        digest: Of title and text: an owner has each document once.
    """

    owner_id: str
    owner_role: str
    agent_id: str | None
    user_id: str | None
    digest: str


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


class DocReference(TypedDict):
    """A document that a search found, with the part of it that was found."""

    id: str
    owner: DocOwner
    title: str
    metadata: JsonObject
    snippet: Piece
    snippets: list[Piece]
    distance: float | None
