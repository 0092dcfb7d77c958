"""The tools of agents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict, TypeVar, Unpack

import attrs

from julep._codec import OMIT, decode_json, encode, to_plain
from julep._faces import FaceT, Resource, operation, workflow
from julep._keywords import checked, shows_keywords
from julep._pages import ListOptions, Pages
from julep._paths import Id, id_of, path
from julep._request import Request
from julep.types._json import is_object
from julep.types.common import ResourceDeleted
from julep.types.tools import FunctionDef, Tool, ToolType

R = TypeVar("R")

ALL = "/agents/{agent_id}/tools"
ONE = "/agents/{agent_id}/tools/{tool_id}"


class ToolDetails(TypedDict, total=False):
    """What a tool has besides its name and type; `Tools.create` says what each means."""

    description: str | None
    function: FunctionDef | Mapping[str, Any] | None
    integration: Any
    system: Any
    api_call: Any
    computer_20241022: Any
    text_editor_20241022: Any
    bash_20241022: Any


class ToolFields(ToolDetails):
    """A whole tool."""

    name: str
    type: ToolType


class ToolChanges(ToolDetails, total=False):
    """Some fields of a tool."""

    name: str
    type: ToolType


@attrs.frozen
class ToolWrite(Request[R]):
    """A write of a tool, which servers of 2025 answer with the tool but for its definition."""

    def _complete(self, value: Any) -> Any:
        value = super()._complete(value)
        kind = value.get("type") if is_object(value) else None
        if self.written is None or not isinstance(kind, str) or value.get(kind) is not None:
            return value
        return {**value, kind: decode_json(encode(self.written)).get(kind)}


class Tools(Resource[FaceT]):
    """The tools that an agent can call."""

    @shows_keywords
    def list(self, agent_id: Id, **options: Unpack[ListOptions]) -> Pages[FaceT, Tool]:
        """List the tools of an agent. Pages are fetched as they are needed.

        Args:
            agent_id: The agent, or its id.
            **options: `limit` (most items in all), `page_size`, `offset`, `sort_by`, `direction`;
                no server filters tools by metadata.
        """
        return Pages(self, path(ALL, agent_id=agent_id), Tool, options)

    @operation
    def create(
        self,
        agent_id: Id,
        *,
        name: str,
        type: ToolType = "function",
        description: str | None = OMIT,
        function: FunctionDef | Mapping[str, Any] | None = OMIT,
        integration: Any = OMIT,
        system: Any = OMIT,
        api_call: Any = OMIT,
        computer_20241022: Any = OMIT,
        text_editor_20241022: Any = OMIT,
        bash_20241022: Any = OMIT,
    ) -> Request[Tool]:
        """Add a tool to an agent.

        Args:
            agent_id: The agent, or its id.
            name: A Python identifier of at most 40 characters, unique for the agent.
            type: What kind of tool it is; its definition goes under the argument of that name.
                Servers of 2024 can keep `function` tools only.
            description: What it does, for the model. Servers of 2024 read it from `function`.
            function: `{"description": …, "parameters": <JSON Schema>}`; your program runs it.
            integration: `{"provider": …, "method": …, "setup": …}`; the server runs it.
            system: `{"resource": …, "operation": …}`; the server calls itself.
            api_call: `{"method": …, "url": …, "headers": …}`; the server calls an HTTP API.
            computer_20241022: A screen for models that use one.
            text_editor_20241022: An editor for models that use one.
            bash_20241022: A shell for models that use one.

        Returns:
            The tool as written.
        """
        fields = {
            "name": name,
            "type": type,
            "description": description,
            "function": function,
            "integration": integration,
            "system": system,
            "api_call": api_call,
            "computer_20241022": computer_20241022,
            "text_editor_20241022": text_editor_20241022,
            "bash_20241022": bash_20241022,
        }
        fields = _named(checked(ToolFields, fields))
        return Request("POST", path(ALL, agent_id=agent_id), Tool, body=fields, written=fields)

    @workflow
    async def update(self, agent_id: Id, tool_id: Id, **changes: Unpack[ToolChanges]) -> Tool:
        """Change some fields of a tool; what is not given stays. Its definition is merged.

        Not atomic: no server offers a single tool, and those of 2025 forget a definition that is
        not sent, so it is read from the list first and sent along, within one `timeout`.

        Args:
            agent_id: The agent, or its id.
            tool_id: The tool, or its id.
            **changes: Fields as for `create`. Another `type` needs its definition.

        Returns:
            The whole tool.

        Raises:
            NotFoundError: There is no such tool (`InternalServerError` on servers of 2024).
        """
        given = checked(ToolChanges, changes)
        where = path(ONE, agent_id=agent_id, tool_id=tool_id)
        engine = self._engine.within(self._engine.options.timeout)
        tools = await Tools(self._face, engine).list(agent_id)._collect()  # noqa: SLF001 - a part of Pages
        before = next((tool for tool in tools if tool.id == id_of("tool_id", tool_id)), None)
        body = _merged(before, given)
        written: dict[str, Any] = {} if before is None else to_plain(before)
        return await engine.call(
            ToolWrite("PATCH", where, Tool, body=body, written={**written, **body})
        )

    @operation
    def reset(self, agent_id: Id, tool_id: Id, **fields: Unpack[ToolFields]) -> Request[Tool]:
        """Overwrite a tool: what is not given goes back to its default.

        Args:
            agent_id: The agent, or its id.
            tool_id: The tool, or its id.
            **fields: As for `create`; `name` and `type` are required.
        """
        body = _named(checked(ToolFields, fields))
        where = path(ONE, agent_id=agent_id, tool_id=tool_id)
        return ToolWrite("PUT", where, Tool, body=body, written=body)

    @operation
    def delete(self, agent_id: Id, tool_id: Id) -> Request[ResourceDeleted]:
        """Delete a tool of an agent.

        Args:
            agent_id: The agent, or its id.
            tool_id: The tool, or its id.
        """
        where = path(ONE, agent_id=agent_id, tool_id=tool_id)
        return Request("DELETE", where, ResourceDeleted)


def _merged(before: Tool | None, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes, with type, name and definition of the tool that they change."""
    given = {name: value for name, value in changes.items() if value is not OMIT}
    if before is None:
        return given
    kind = given.setdefault("type", before.type)
    given.setdefault("name", before.name)
    definition = to_plain(getattr(before, kind, None), nulls=False)
    changed = to_plain(given.get(kind), nulls=False)
    if is_object(definition):
        kept = {name: value for name, value in definition.items() if value is not None}
        given[kind] = {**kept, **changed} if is_object(changed) else changed or kept
    return _named(given)


def _named(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Put a tool's name into its function too: servers of 2024 tell models that one."""
    function = fields.get("function")
    if fields.get("type") != "function" or function is OMIT or function is None:
        return dict(fields)
    definition = to_plain(function, "function", nulls=False)
    if not is_object(definition) or definition.get("name") == fields["name"]:
        return dict(fields)
    return {**fields, "function": {**definition, "name": fields["name"]}}
