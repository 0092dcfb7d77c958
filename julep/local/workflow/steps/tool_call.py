"""The tool step, and how tools of each type are called."""

from __future__ import annotations

import secrets
from typing import cast
from uuid import UUID

from julep.local.sandbox.values import as_json
from julep.local.workflow.ports import EffectError, SystemCall
from julep.local.workflow.position import Outcome, StepContext, StepError
from julep.local.workflow.run import Run
from julep.local.workflow.step_records import ToolCallStep
from julep.local.workflow.toolset import ResolvedTool, Toolset
from julep.types._json import JsonObject, as_object, is_array, is_object

from .api_call import api_call
from .retries import with_retries

_CALL_ID_BYTES = 12  # 24 digits, as in the ids that models give


async def tool_call(run: Run, at: StepContext[ToolCallStep]) -> Outcome:
    """Return the tool's result; a function tool's result is what the client resumes with."""
    tool = await Toolset(run).find(at.step["tool"])
    written = at.step["arguments"]
    arguments = written and await run.evaluate(at, written)
    if tool.type == "function":
        return Outcome(await run.pause(at, 0, _function_call(tool, arguments)))
    return Outcome(await call_tool(run, tool, arguments))


async def call_tool(run: Run, tool: ResolvedTool, arguments: object) -> object:
    """Return the result of a tool that the server calls itself.

    Raises:
        StepError: There is no way to call such a tool here.
        EffectError: The call failed.
    """
    given = as_object(_with_ids_as_text(arguments))
    match tool.type:
        case "integration":
            return await _integration(run, tool.definition, arguments)
        case "system":
            return await _system(run, tool.definition, given)
        case "api_call":
            return await api_call(run, tool.definition, given)
        case _:
            raise StepError(f"Tools of type {tool.type} are not supported in tasks")


def _with_ids_as_text(value: object) -> object:
    # `execution.id` is not text, and the API takes it as it is.
    if is_object(value):
        return {name: _with_ids_as_text(item) for name, item in value.items()}
    if is_array(value):
        return [_with_ids_as_text(item) for item in value]
    return str(value) if isinstance(value, UUID) else value


async def _integration(run: Run, definition: JsonObject, arguments: object) -> object:
    provider = definition.get("provider", "dummy")
    if is_object(arguments):
        arguments = {**as_object(definition.get("arguments")), **arguments}
    if provider == "dummy":
        return arguments
    used = {name: as_json(definition.get(name)) for name in ("provider", "method")}
    used["setup"] = as_json(_without_sets(as_object(definition.get("setup"))))
    given = as_json(_with_ids_as_text(arguments))
    try:
        return await with_retries(run, lambda: run.effects.integration(run.execution, used, given))
    except EffectError as error:
        name = ".".join(str(part) for part in (provider, used["method"]) if part)
        raise StepError(f"Error in executing {name}: {error}") from error


def _without_sets(setup: JsonObject) -> JsonObject:
    """Take `$ {secrets.KEY}`, which is a set, for the text in it: people take braces for a template's."""
    return {
        name: next(iter(cast("set[object]", value)))
        if isinstance(value, set | frozenset) and len(cast("set[object]", value)) == 1
        else value
        for name, value in setup.items()
    }


async def _system(run: Run, definition: JsonObject, arguments: JsonObject) -> object:
    if not {"resource", "operation"} <= definition.keys():
        raise StepError("A system tool needs a resource and an operation")
    resource, subject = str(definition["resource"]), definition.get("resource_id")
    preset = {f"{resource}_id": subject} if subject else {}
    within = definition.get("subresource")
    call = SystemCall(
        resource=resource,
        subresource=None if within is None else str(within),
        operation=str(definition["operation"]),
        arguments={**preset, **as_object(definition.get("arguments")), **arguments},
    )
    return await with_retries(run, lambda: run.effects.system(run.execution, call))


def _function_call(tool: ResolvedTool, arguments: object) -> object:
    return {
        "function": {"name": tool.name, "arguments": arguments},
        "id": f"call_{secrets.token_hex(_CALL_ID_BYTES)}",
        "type": "function",
    }
