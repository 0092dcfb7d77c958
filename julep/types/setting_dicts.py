"""How models are asked and documents recalled, as dicts. Editors complete the keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Required, TypeAlias, TypedDict


class PlainFormatDict(TypedDict, total=False):
    """An answer of text, or of any JSON object."""

    type: Required[Literal["text", "json_object"]]
    """`text`, `json_object`, or `json_schema` with the schema beside it."""


class NamedSchemaDict(TypedDict, total=False):
    """A JSON Schema under a name."""

    name: Required[str]
    """What the answer is called."""
    schema: Required[Mapping[str, Any]]
    """The JSON Schema of the answer."""
    description: str
    """What it is, for the model."""
    strict: bool | None
    """Whether the model's maker is to hold answers to the schema."""


class SchemaFormatDict(TypedDict, total=False):
    """An answer that has to fit a JSON Schema."""

    type: Required[Literal["json_schema"]]
    """`text`, `json_object`, or `json_schema` with the schema beside it."""
    json_schema: Required[NamedSchemaDict | Mapping[str, Any]]
    """The schema, under a name."""


ResponseFormatDict: TypeAlias = PlainFormatDict | SchemaFormatDict


class ChatSettingsDict(TypedDict, total=False):
    """How a model is asked to answer; `ChatSettings` is the same as a class."""

    model: str | None
    """Name of the language model."""
    stream: bool | None
    """Whether the answer is streamed."""
    stop: Sequence[str]
    """Up to 4 texts at which the model stops."""
    seed: int | None
    """For answers that can be repeated, -1 to 1000."""
    max_tokens: int | None
    """The most tokens of the answer, at least 1."""
    logit_bias: Mapping[str, float] | None
    """From tokens to weights, -100 to 100."""
    response_format: ResponseFormatDict | Mapping[str, Any] | None
    """The form that the answer has to have."""
    agent: str | None
    """Id of the agent that answers, in a session with several."""
    temperature: float | None
    """Randomness, 0 to 5; most models want at most 2."""
    top_p: float | None
    """Share of the probability mass that is sampled from, 0 to 1."""
    min_p: float | None
    """Least probability relative to the likeliest token, 0 to 1."""
    frequency_penalty: float | None
    """Penalty on tokens by how often they came, -2 to 2."""
    presence_penalty: float | None
    """Penalty on tokens that came at all, -2 to 2."""
    repetition_penalty: float | None
    """Penalty on repetition, 0 to 2; 1 is neutral."""
    length_penalty: float | None
    """Penalty on length, 0 to 2; 1 is neutral."""


class RecallOptionsDict(TypedDict, total=False):
    """How a session finds documents for its chats; `RecallOptions` is the same as a class."""

    mode: Literal["text", "vector", "hybrid"]
    """What it searches by. Default `vector`."""
    limit: int
    """The most documents, 1 to 50."""
    lang: str
    """Language of the text, such as `en-US`."""
    metadata_filter: Mapping[str, Any]
    """Values that the documents' metadata must have."""
    num_search_messages: int
    """How many of the last messages are searched with, 1 to 50."""
    max_query_length: int
    """The most characters of the query, 100 to 10000."""
    include_embeddings: bool
    """Whether the pieces come with their vectors."""
    confidence: float
    """The least likeness, -1 to 1, for `vector` and `hybrid`."""
    alpha: float
    """Weight of the meaning, 0 to 1, for `hybrid`."""
    mmr_strength: float
    """How much the documents should differ, 0 to below 1."""
    trigram_similarity_threshold: float
    """How alike misspelt words must be, 0 to 1."""
    k_multiplier: int
    """How many more candidates are ranked than asked for."""
