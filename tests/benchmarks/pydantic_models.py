"""Pages of the API as models of pydantic, to be compared with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")


class Kept(BaseModel):
    """A model that keeps unknown fields, as those of the SDK do."""

    model_config = ConfigDict(extra="allow")


class Page(Kept, Generic[T]):
    """One page of a list."""

    items: list[T]


class Settings(Kept):
    """How a language model is asked to answer."""

    model: str | None = None
    stream: bool | None = None
    stop: str | list[str] | None = None
    seed: int | None = None
    max_tokens: int | None = None
    logit_bias: dict[str, Any] | None = None
    response_format: dict[str, Any] | None = None
    agent: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    repetition_penalty: float | None = None
    length_penalty: float | None = None
    min_p: float | None = None


class Agent(Kept):
    """An agent."""

    id: str
    name: str
    about: str = ""
    model: str = ""
    instructions: str | list[str] = Field(default_factory=list)
    default_settings: Settings | None = None
    metadata: dict[str, Any] | None = None
    project: str | None = None
    canonical_name: str | None = None
    default_system_template: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class TextPart(Kept):
    """Text within a message."""

    type: Literal["text"]
    text: str


class ImagePart(Kept):
    """An image within a message."""

    type: Literal["image_url"]
    image_url: dict[str, Any]


class Entry(Kept):
    """An entry of a history."""

    id: str
    role: str
    content: (
        str
        | list[Annotated[TextPart | ImagePart, Field(discriminator="type")]]
        | dict[str, Any]
        | None
    )
    source: str
    name: str | None = None
    tokenizer: str | None = None
    token_count: int | None = None
    timestamp: datetime | None = None
    model: str | None = None
    tool_calls: list[dict[str, Any]] | None = None
    tool_call_id: str | None = None
    created_at: datetime | None = None


class Target(Kept):
    """A place in a workflow."""

    workflow: str
    step: int
    scope_id: str | None = None


class Transition(Kept):
    """One step of an execution, taken."""

    type: str
    output: Any
    id: str | None = None
    execution_id: str | None = None
    current: Target | None = None
    next: Target | None = None
    step_label: str | None = None
    metadata: dict[str, Any] | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


PAGES: Final[Mapping[str, type[BaseModel]]] = {
    "agents": Page[Agent],
    "entries": Page[Entry],
    "transitions": Page[Transition],
}
"""Pages by what is on them."""
