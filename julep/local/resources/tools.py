"""Tools that an agent may call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, cast, get_args

from julep.local.errors import Invalid
from julep.local.fields import (
    Check,
    Field,
    Form,
    Problems,
    anything,
    boolean,
    described,
    identifier,
    invalid,
    mapping,
    one_of,
    optional,
    problem,
    schema_of,
    text,
)
from julep.local.records import FunctionSpec, Tool, ToolDefinition
from julep.local.store.store import Store
from julep.local.strictness import Strictness
from julep.local.workflow.http_checks import known_mistakes
from julep.types._json import JsonObject, as_object, is_array, is_object
from julep.types.tool_dicts import HttpMethod, SystemOperation, SystemResource, SystemSubresource

from .answers import Deleted, Items
from .collection import Resource, new_record, renewed
from .names import IDENTIFIER

_RESOURCES = get_args(SystemResource)
_SUBRESOURCES = get_args(SystemSubresource)
_OPERATIONS = get_args(SystemOperation)
_METHODS = get_args(HttpMethod)

_CALL_OPTIONS = (
    *("schema", "headers", "content", "data", "files", "json", "cookies", "params"),
    *("follow_redirects", "timeout", "params_schema", "secrets"),
)


def _built_in(kind: str, name: str) -> Form[JsonObject]:
    return Form[JsonObject]({"type": Field(text(), kind), "name": Field(text(), name)}, open=True)


_FUNCTION = Form[JsonObject](
    {"description": Field(anything, None), "parameters": Field(optional(mapping), None)}
)
_INTEGRATION = Form[JsonObject](
    {
        "provider": Field(text(1)),
        "method": Field(optional(text()), None),
        "setup": Field(optional(mapping), None),
        "arguments": Field(optional(mapping), None),
    },
    open=True,
)
_SYSTEM = Form[JsonObject](
    {
        "resource": Field(one_of(*_RESOURCES)),
        "operation": Field(one_of(*_OPERATIONS)),
        "resource_id": Field(optional(identifier), None),
        "subresource": Field(optional(one_of(*_SUBRESOURCES)), None),
        "arguments": Field(optional(mapping), None),
    }
)
_API_CALL_FORM = Form[JsonObject](
    {
        "method": Field(one_of(*_METHODS)),
        "url": Field(text(1)),
        **{name: Field(anything, None) for name in _CALL_OPTIONS},
        "include_response_content": Field(boolean, default=True),
    },
    open=True,
)


@described(**schema_of(_API_CALL_FORM))
def _api_call(value: object, loc: str, problems: Problems) -> object:
    """Return what an `api_call` sends, as far as it is known before an execution fills it in."""
    found: Problems = []
    result = _API_CALL_FORM(value, loc, found)
    if not found:
        for name, wrong in known_mistakes(as_object(result)):
            problem(found, "value_error", f"Value error, {name} {wrong}", f"{loc}.{name}")
    problems += found
    return result


_SPECS: Mapping[str, Check] = {
    "function": _FUNCTION,
    "integration": _INTEGRATION,
    "system": _SYSTEM,
    "api_call": _api_call,
    "computer_20241022": _built_in("computer_20241022", "computer"),
    "text_editor_20241022": _built_in("text_editor_20241022", "str_replace_editor"),
    "bash_20241022": _built_in("bash_20241022", "bash"),
}
# Servers of 2024 took these without; a function may take no parameters, the others have defaults.
_BARE = {"function", "computer_20241022", "text_editor_20241022", "bash_20241022"}

TOOL = Form[ToolDefinition](
    {
        "name": Field(IDENTIFIER),
        "type": Field(one_of(*_SPECS), "function"),
        "description": Field(optional(text()), None),
        **{kind: Field(optional(spec), None) for kind, spec in _SPECS.items()},
    }
)


class Tools(Resource[Tool]):
    """The tools of all agents.

    Args:
        store: Where they are kept.
        strictness: Says what is wrong with a tool.
    """

    kind: ClassVar[str] = "Tool"

    def __init__(self, store: Store, strictness: Strictness) -> None:
        super().__init__(store, store.tools)
        self._strictness = strictness

    def create(self, agent_id: str, body: Mapping[str, object]) -> Tool:
        """Create a tool."""
        self._need_agent(agent_id)
        return self._add({**new_record(), "agent_id": agent_id, **self._read(body)})

    def get(self, agent_id: str, tool_id: str) -> Tool:
        """Return the agent's tool of this id."""
        return self._find(tool_id, agent_id=agent_id)

    def list(self, agent_id: str, query: Mapping[str, str]) -> Items[Tool]:
        """Return a page of the agent's tools, under `items`."""
        return {"items": self._page(query, agent_id=agent_id)}

    def update(self, agent_id: str, tool_id: str, body: Mapping[str, object]) -> Tool:
        """Overwrite a tool."""
        return self._save(self._find(tool_id, "update", agent_id=agent_id), body)

    def patch(self, agent_id: str, tool_id: str, body: Mapping[str, object]) -> Tool:
        """Change what was sent of a tool, its specification merged; the rest stays as it was."""
        old = self._find(tool_id, "patch", agent_id=agent_id)
        changes = {name: value for name, value in body.items() if value is not None}
        kind = str(changes.get("type", old["type"]))
        kept = {"name", "type", "description", kind}
        known = {name: value for name, value in old.items() if name in kept}
        return self._save(old, _merged(known, changes))

    def delete(self, agent_id: str, tool_id: str) -> Deleted:
        """Delete it; return its id and when that was."""
        return self._remove(tool_id, agent_id=agent_id)

    def of_agent(self, agent_id: str) -> Sequence[Tool]:
        """Return all tools of an agent, oldest first."""
        return self._table.find(agent_id=agent_id)

    def _save(self, old: Tool, body: Mapping[str, object]) -> Tool:
        return self._replace({**old, **self._read(body), **renewed(old)})

    def _read(self, body: Mapping[str, object]) -> ToolDefinition:
        tool = read_tool(body)
        if problems := self._strictness.tool(body):
            raise Invalid(problems)
        return tool

    def _clash(self, record: Tool, operation: str) -> str:
        del operation
        return f"A tool named {record['name']} already exists for this agent"


def problems_of_tools(tools: object, strictness: Strictness) -> Problems:
    """Return what is wrong with a task's tools, beyond what `workflow.validate` tells."""
    problems: Problems = []
    for index, tool in enumerate(tools if is_array(tools) and strictness.on else ()):
        TOOL(tool, f"tools[{index}]", problems)
        problems += strictness.tool(tool, f"tools[{index}].")
    return problems


def read_tool(body: object) -> ToolDefinition:
    """Check a tool as it was sent, and complete it.

    Raises:
        Invalid: A field is missing or wrong, or the tool lacks what its type needs.
    """
    tool = TOOL.read(body)
    kind = tool["type"]
    if tool.get(kind) is None and kind not in _BARE:
        raise invalid("missing", f"Field required: a tool of type {kind} needs it", kind, body)
    if kind == "function":
        tool["function"] = function_spec(tool)
    return tool


def function_spec(tool: ToolDefinition) -> FunctionSpec:
    """Return a function tool's specification, with its name and description in it too."""
    spec = as_object(tool["function"])
    description = spec.get("description") or tool["description"]
    named = {"name": tool["name"], "description": description}
    # What else a task's specification has is shown as it is.
    return cast("FunctionSpec", {"parameters": None, **spec, **named})


def _merged(old: Mapping[str, object], new: Mapping[str, object]) -> JsonObject:
    return {**old, **{name: _within(old.get(name), value) for name, value in new.items()}}


def _within(old: object, new: object) -> object:
    return _merged(old, new) if is_object(old) and is_object(new) else new
