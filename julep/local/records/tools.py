"""Tools of agents and of tasks."""

from __future__ import annotations

from typing import NotRequired, TypedDict

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


class TaskTool(ToolDefinition):
    """A tool of a task; `inherited` ones are its agent's."""

    id: NotRequired[str]
    inherited: NotRequired[bool]


class Tool(ToolDefinition, Record):
    """A tool of an agent."""

    agent_id: str
