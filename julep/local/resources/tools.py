"""Tools that an agent may call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from julep.local.clock import now
from julep.local.errors import Invalid, missing
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
from julep.local.ids import new_id
from julep.local.json_types import JsonObject, as_object, is_array, is_object
from julep.local.records import FunctionSpec, Tool, ToolDefinition
from julep.local.resources.answers import Deleted, deleted
from julep.local.resources.names import IDENTIFIER
from julep.local.store.page import read_page
from julep.local.store.store import Store
from julep.local.strictness import Strictness
from julep.local.workflow.http_checks import known_mistakes

_RESOURCES = ("agent", "user", "task", "execution", "doc", "session", "job")
_OPERATIONS = (
    "create",
    "update",
    "patch",
    "create_or_update",
    "embed",
    "change_status",
    "search",
    "chat",
    "history",
    "delete",
    "get",
    "list",
)
_SUBRESOURCES = ("tool", "doc", "execution", "transition")
_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT", "TRACE")

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
def _api_call(value: Any, loc: str, problems: Problems) -> Any:
    """What an `api_call` sends, as far as it is known before an execution fills it in."""
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


class Tools:
    """The tools of all agents.

    Args:
        store: where they are kept.
        strictness: says what is wrong with a tool.
    """

    def __init__(self, store: Store, strictness: Strictness) -> None:
        self._store = store
        self._strictness = strictness
        self._table = store.tools

    def create(self, agent_id: str, body: JsonObject) -> Tool:
        """The new tool."""
        self._need_agent(agent_id, "create")
        moment = now()
        tool: Tool = {
            "id": new_id(),
            "agent_id": agent_id,
            **self._read(body),
            "created_at": moment,
            "updated_at": moment,
        }
        with self._store.unique(_clash(tool["name"])):
            self._table.insert(tool)
        return tool

    def get(self, agent_id: str, tool_id: str, operation: str = "get") -> Tool:
        """The agent's tool of this id."""
        if (tool := self._table.get(tool_id, agent_id=agent_id)) is None:
            raise missing("Tool", operation)
        return tool

    def list(self, agent_id: str, query: Mapping[str, str]) -> JsonObject:
        """A page of the agent's tools, under `items`."""
        return {"items": self._table.page(read_page(query), agent_id=agent_id)}

    def update(self, agent_id: str, tool_id: str, body: JsonObject) -> Tool:
        """The tool, overwritten."""
        return self._save(self.get(agent_id, tool_id, "update"), body)

    def patch(self, agent_id: str, tool_id: str, body: JsonObject) -> Tool:
        """The tool with what was sent, its specification merged; the rest as it was."""
        old = self.get(agent_id, tool_id, "patch")
        changes = {name: value for name, value in body.items() if value is not None}
        kind = str(changes.get("type", old["type"]))
        kept = {"name", "type", "description", kind}
        known = {name: value for name, value in old.items() if name in kept}
        return self._save(old, _merge(known, changes))

    def delete(self, agent_id: str, tool_id: str) -> Deleted:
        """Its id and when it was deleted."""
        if not self._table.delete(id=tool_id, agent_id=agent_id):
            raise missing("Tool", "delete")
        return deleted(tool_id)

    def of_agent(self, agent_id: str) -> Sequence[Tool]:
        """All tools of an agent, oldest first."""
        return self._table.find(agent_id=agent_id)

    def problems_of_task(self, tools: Any) -> Problems:
        """What is wrong with the tools of a task, beyond what `workflow.validate` tells."""
        problems: Problems = []
        for index, tool in enumerate(tools if is_array(tools) and self._strictness.on else ()):
            TOOL(tool, f"tools[{index}]", problems)
            problems += self._strictness.tool(tool, f"tools[{index}].")
        return problems

    def _save(self, old: Tool, body: JsonObject) -> Tool:
        tool: Tool = {**old, **self._read(body), "updated_at": now()}
        with self._store.unique(_clash(tool["name"])):
            self._table.replace(tool)
        return tool

    def _read(self, body: JsonObject) -> ToolDefinition:
        tool = read_tool(body)
        if problems := self._strictness.tool(body):
            raise Invalid(problems)
        return tool

    def _need_agent(self, agent_id: str, operation: str) -> None:
        if self._store.agents.get(agent_id) is None:
            raise missing("Agent", operation)


def read_tool(body: object) -> ToolDefinition:
    """A tool as it was sent, complete and checked.

    Raises:
        Invalid: a field is missing or wrong, or the tool lacks what its type needs.
    """
    tool = TOOL.read(body)
    kind = tool["type"]
    if tool.get(kind) is None and kind not in _BARE:
        raise invalid("missing", f"Field required: a tool of type {kind} needs it", kind, body)
    if kind == "function":
        tool["function"] = function_spec(tool)
    return tool


def function_spec(tool: ToolDefinition) -> FunctionSpec:
    """A function tool's specification, with its name and description in it too."""
    spec = as_object(tool["function"])
    description = spec.get("description") or tool["description"]
    named = {"name": tool["name"], "description": description}
    # What else a task's specification has is shown as it is.
    return cast("FunctionSpec", {"parameters": None, **spec, **named})


def _merge(old: Any, new: Any) -> Any:
    if not (is_object(old) and is_object(new)):
        return new
    return {**old, **{key: _merge(old.get(key), value) for key, value in new.items()}}


def _clash(name: str) -> str:
    return f"A tool named {name} already exists for this agent"
