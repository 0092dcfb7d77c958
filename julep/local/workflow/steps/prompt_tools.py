"""The tools that a prompt step shows to the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from julep.local.json_types import JsonValue
from julep.local.workflow.position import Moment
from julep.local.workflow.run import Run
from julep.local.workflow.toolset import Tool, Toolset

_ANYTHING: Mapping[str, JsonValue] = {"type": "object", "properties": {}}


def offered_tools(run: Run, at: Moment) -> dict[str, tuple[Tool, JsonValue]]:
    """Returns the step's tools by name, each with the form that models take."""
    toolset = Toolset(run.execution, run.world.secrets)
    chosen = toolset if at.step["tools"] == "all" else _chosen(toolset, at.step["tools"])
    return {tool.name: (tool, _offer(tool)) for tool in chosen}


def _chosen(toolset: Toolset, tools: list[Mapping[str, JsonValue]]) -> Iterator[Tool]:
    for entry in tools:
        reference = entry.get("ref")
        if reference is None:
            yield toolset.tool(entry)
        elif reference.get("id"):
            yield toolset.with_id(reference["id"])
        else:
            yield toolset.find(reference["name"])


def _offer(tool: Tool) -> JsonValue:
    schema = "schema" if tool.type == "api_call" else "parameters"
    function = {
        "name": tool.name,
        "description": tool.description or "",
        "parameters": tool.definition.get(schema) or dict(_ANYTHING),
    }
    return {"type": "function", "function": function}
