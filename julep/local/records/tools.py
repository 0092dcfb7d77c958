"""Tools of agents and of tasks."""

from __future__ import annotations

from typing import Required, TypedDict

from julep.types._json import JsonObject

from .record import Record


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


class TaskTool(TypedDict, total=False):
    """A tool of a task, as it was sent: what is left out has its default.

    Attributes:
        inherited: Whether it is its agent's.
    """

    id: str
    name: Required[str]
    type: str | None
    description: str | None
    function: JsonObject | None
    integration: JsonObject | None
    system: JsonObject | None
    api_call: JsonObject | None
    computer_20241022: JsonObject | None
    text_editor_20241022: JsonObject | None
    bash_20241022: JsonObject | None
    inherited: bool


class Tool(ToolDefinition, Record):
    """A tool of an agent."""

    agent_id: str
