"""The tools that a prompt step shows to the model."""

from __future__ import annotations

from typing import cast

from julep.local.records import TaskTool
from julep.local.workflow.position import StepContext
from julep.local.workflow.run import Run
from julep.local.workflow.step_records import PromptStep
from julep.local.workflow.toolset import ResolvedTool, Toolset
from julep.types._json import JsonObject, as_object

_ANYTHING: JsonObject = {"type": "object", "properties": {}}


async def tools_of_prompt(
    run: Run, at: StepContext[PromptStep]
) -> dict[str, tuple[ResolvedTool, JsonObject]]:
    """Return the step's tools by name, each with the form that models take."""
    toolset = Toolset(run)
    tools = at.step["tools"]
    if tools == "all":
        chosen = await toolset.all()
    else:
        chosen = [await _chosen(toolset, entry) for entry in tools]
    return {tool.name: (tool, _offer(tool)) for tool in chosen}


async def _chosen(toolset: Toolset, entry: JsonObject) -> ResolvedTool:
    reference = entry.get("ref")
    if reference is None:
        return await toolset.tool(cast("TaskTool", entry))
    named = as_object(reference)
    if id := named.get("id"):
        return await toolset.with_id(str(id))
    return await toolset.find(str(named["name"]))


def _offer(tool: ResolvedTool) -> JsonObject:
    schema = "schema" if tool.type == "api_call" else "parameters"
    function = {
        "name": tool.name,
        "description": tool.description or "",
        "parameters": tool.definition.get(schema) or dict(_ANYTHING),
    }
    return {"type": "function", "function": function}
