"""The tools of agents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict, Unpack

from julep._codec import OMIT
from julep._faces import FaceT, Resource, operation
from julep._keywords import checked, shows_keywords
from julep._pages import ListOptions, Pages
from julep._paths import Id, path
from julep._request import Request
from julep.types.common import ResourceDeleted
from julep.types.tools import FunctionDef, Tool, ToolType

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


class Tools(Resource[FaceT]):
    """The tools that an agent can call."""

    @shows_keywords
    def list(self, agent_id: Id, **options: Unpack[ListOptions]) -> Pages[FaceT, Tool]:
        """The tools of an agent. Pages are fetched as they are needed.

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
        """Give an agent a tool.

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
        return Request("POST", path(ALL, agent_id=agent_id), Tool, body=fields, written=fields)

    @operation
    def update(self, agent_id: Id, tool_id: Id, **fields: Unpack[ToolFields]) -> Request[Tool]:
        """Overwrite a tool: what is not given goes back to its default.

        Args:
            agent_id: The agent, or its id.
            tool_id: The tool, or its id.
            **fields: As for `create`; `name` and `type` are required.
        """
        body = checked(ToolFields, fields)
        where = path(ONE, agent_id=agent_id, tool_id=tool_id)
        return Request("PUT", where, Tool, body=body, written=body)

    @operation
    def patch(self, agent_id: Id, tool_id: Id, **changes: Unpack[ToolChanges]) -> Request[Tool]:
        """Change some fields of a tool.

        Args:
            agent_id: The agent, or its id.
            tool_id: The tool, or its id.
            **changes: Fields as for `create`; what is not given stays. Servers of 2024 make it a
                `function` tool again unless `type` is given.

        Returns:
            The tool. No server offers a single tool, so from one that answers with the id only it
            holds what was changed and no more.
        """
        body = checked(ToolChanges, changes)
        where = path(ONE, agent_id=agent_id, tool_id=tool_id)
        written = {"name": "", "type": "function", **body}
        return Request("PATCH", where, Tool, body=body, written=written)

    @operation
    def delete(self, agent_id: Id, tool_id: Id) -> Request[ResourceDeleted]:
        """Take a tool away from an agent.

        Args:
            agent_id: The agent, or its id.
            tool_id: The tool, or its id.
        """
        where = path(ONE, agent_id=agent_id, tool_id=tool_id)
        return Request("DELETE", where, ResourceDeleted)
