"""The tools that a prompt step shows to the model."""

from __future__ import annotations

from collections.abc import Mapping

from julep.local.json_types import JsonValue
from julep.local.workflow.position import StepContext
from julep.local.workflow.run import Run
from julep.local.workflow.toolset import Tool, Toolset

_ANYTHING: Mapping[str, JsonValue] = {"type": "object", "properties": {}}


async def tools_of_prompt(run: Run, at: StepContext) -> dict[str, tuple[Tool, JsonValue]]:
    """Returns the step's tools by name, each with the form that models take."""
    toolset = Toolset(run)
    if at.step["tools"] == "all":
        chosen = await toolset.all()
    else:
        chosen = [await _chosen(toolset, entry) for entry in at.step["tools"]]
    return {tool.name: (tool, _offer(tool)) for tool in chosen}


async def _chosen(toolset: Toolset, entry: Mapping[str, JsonValue]) -> Tool:
    reference = entry.get("ref")
    if reference is None:
        return await toolset.tool(entry)
    if reference.get("id"):
        return await toolset.with_id(reference["id"])
    return await toolset.find(reference["name"])


def _offer(tool: Tool) -> JsonValue:
    schema = "schema" if tool.type == "api_call" else "parameters"
    function = {
        "name": tool.name,
        "description": tool.description or "",
        "parameters": tool.definition.get(schema) or dict(_ANYTHING),
    }
    return {"type": "function", "function": function}
