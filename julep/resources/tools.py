"""The tools of agents."""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine, Iterable, Mapping, Sequence
from typing import Any, Unpack
from typing import overload as variant

from julep._codec import OMIT
from julep._faces import Async, FaceT, Resource, Sync, as_face, operation, workflow
from julep._keywords import checked, shows_keywords
from julep._pages import ListOptions, Pages
from julep._paths import Id, id_of, path
from julep._request import Request
from julep._tools.toolbox import OfferedTool
from julep.types.common import ResourceDeleted
from julep.types.tool_dicts import (
    ApiCallDict,
    BuiltInDict,
    ComputerDict,
    FunctionDict,
    IntegrationDict,
    SystemDict,
)
from julep.types.tools import FunctionDef, KnownToolType, Tool

from .ensured_tools import tools_of, wanted_tools
from .tool_writes import ALL, ONE, ToolChanges, ToolFields, change, creation, overwriting


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
        __tracebackhide__ = True
        return Pages(self, path(ALL, agent_id=agent_id), Tool, options)

    @operation
    def create(
        self,
        agent_id: Id,
        *,
        name: str,
        type: KnownToolType = "function",
        description: str | None = OMIT,
        function: FunctionDict | FunctionDef | Mapping[str, Any] | None = OMIT,
        integration: IntegrationDict | Mapping[str, Any] | None = OMIT,
        system: SystemDict | Mapping[str, Any] | None = OMIT,
        api_call: ApiCallDict | Mapping[str, Any] | None = OMIT,
        computer_20241022: ComputerDict | Mapping[str, Any] | None = OMIT,
        text_editor_20241022: BuiltInDict | Mapping[str, Any] | None = OMIT,
        bash_20241022: BuiltInDict | Mapping[str, Any] | None = OMIT,
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
        return creation(agent_id, fields)

    @variant
    def ensure(self: Tools[Sync], agent_id: Id, tools: Iterable[OfferedTool]) -> Sequence[Tool]: ...
    @variant
    def ensure(
        self: Tools[Async], agent_id: Id, tools: Iterable[OfferedTool]
    ) -> Coroutine[Any, Any, Sequence[Tool]]: ...
    @shows_keywords
    def ensure(
        self: Tools[Any], agent_id: Id, tools: Iterable[OfferedTool]
    ) -> Sequence[Tool] | Awaitable[Sequence[Tool]]:
        """Make sure that an agent has these tools, each under its name and as given here.

        Call it as often as you like: what is as it should be is not written again. Others of the
        agent's tools stay. Each tool is logged at INFO as created, changed or unchanged.

        Args:
            agent_id: The agent, or its id.
            tools: Functions, and dicts or `CreateTool` with the arguments of `create`. Functions
                are described to models; to have them called, pass them to `chat` or `tasks.run`.

        Returns:
            The tools as the agent has them, in the order of `tools`.

        Raises:
            TypeError: One is not a tool, or a function that no model can call. Nothing was sent.
            ValueError: One has no name, or two have the same. Nothing was sent.
        """
        wanted = wanted_tools(tools)
        return as_face(self._face, tools_of(self._engine, agent_id, wanted))

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
        __tracebackhide__ = True
        given, tool = checked(ToolChanges, changes), id_of("tool_id", tool_id)
        engine = self._engine.within_timeout()
        tools = await Tools(Async(), engine).list(agent_id).to_list()
        before = next((each for each in tools if each.id == tool), None)
        return await engine.call(change(agent_id, tool_id, before, given))

    @operation
    def reset(self, agent_id: Id, tool_id: Id, **fields: Unpack[ToolFields]) -> Request[Tool]:
        """Overwrite a tool: what is not given goes back to its default.

        Args:
            agent_id: The agent, or its id.
            tool_id: The tool, or its id.
            **fields: As for `create`; `name` and `type` are required.
        """
        return overwriting(agent_id, tool_id, fields)

    @operation
    def delete(self, agent_id: Id, tool_id: Id) -> Request[ResourceDeleted]:
        """Delete a tool of an agent.

        Args:
            agent_id: The agent, or its id.
            tool_id: The tool, or its id.
        """
        where = path(ONE, agent_id=agent_id, tool_id=tool_id)
        return Request("DELETE", where, ResourceDeleted)
