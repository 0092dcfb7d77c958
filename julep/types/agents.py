"""Agents, and the language models that they can use."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import attrs

from ._model import Model
from .settings import ChatSettings


@attrs.define(kw_only=True)
class CreateAgent(Model):
    """What an agent is made from.

    Attributes:
        name: Display name, 1 to 255 characters (120 on servers of 2024, beginning with a letter).
        about: What the agent is, in a few words.
        model: Name of the language model.
        instructions: What the agent is told in each session. Servers of 2024 answer with a list.
        default_settings: Sampling settings for chats that don't set their own.
        metadata: Data attached by the developer.
        project: Canonical name of the project that it belongs to.
        canonical_name: Unique name, 1 to 255 letters, digits and underscores.
        default_system_template: Jinja template of the system message, for sessions without one.
    """

    __late__: ClassVar[frozenset[str]] = frozenset(
        {"project", "canonical_name", "default_system_template"}
    )

    name: str
    about: str = ""
    model: str = ""
    instructions: str | list[str] = attrs.field(factory=list[str])
    default_settings: ChatSettings | None = None
    metadata: dict[str, Any] | None = None
    project: str | None = None
    canonical_name: str | None = None
    default_system_template: str | None = attrs.field(default=None, repr=False)


@attrs.define(kw_only=True)
class Agent(CreateAgent):
    """The model, instructions and settings that sessions and tasks run with.

    Attributes:
        id: Id of the agent.
        created_at: When it was made.
        updated_at: When it last changed.
    """

    id: str
    created_at: datetime | None = None
    updated_at: datetime | None = None


@attrs.define(kw_only=True)
class ModelInfo(Model):
    """A language model that agents can use.

    Attributes:
        id: Name of the model, as `Agent.model` takes it.
    """

    id: str


@attrs.define(kw_only=True)
class ListModelsResponse(Model):
    """The language models that the server offers.

    Attributes:
        models: The models.
    """

    models: list[ModelInfo]
