"""Tools."""

from __future__ import annotations

import typing

from julep._codec import OMIT
from julep._faces import FaceT, Resource, operation
from julep._options import RequestOptions
from julep._paths import path
from julep._request import Request
from julep.resources.tools import Tools
from julep.types.seed import (
    AgentsCreateAgentRequestInstructions,
    AgentToolsRouteListRequestDirection,
    AgentToolsRouteListRequestSortBy,
    AgentToolsRouteListResponse,
    ChatDefaultChatSettings,
    CommonIdentifierSafeUnicode,
    CommonLimit,
    CommonOffset,
    CommonResourceCreatedResponse,
    CommonResourceDeletedResponse,
    CommonResourceUpdatedResponse,
    CommonUuid,
    CommonValidPythonIdentifier,
    ToolsFunctionDef,
    ToolsToolType,
)

from ._page import page


class ToolRoutes(Resource[FaceT]):
    """The documented operations on the tools of agents."""

    @operation
    def agent_tools_route_list(
        self,
        id: CommonUuid,
        limit: CommonLimit,
        offset: CommonOffset,
        sort_by: AgentToolsRouteListRequestSortBy,
        direction: AgentToolsRouteListRequestDirection,
        metadata_filter: str,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[AgentToolsRouteListResponse]:
        """Fetch one page of an agent's tools.

        Args:
            id: Id of the agent.
            limit: The most items in the page, 1 to 999.
            offset: How many items to skip, from 0.
            sort_by: `created_at` or `updated_at`.
            direction: `asc` or `desc`.
            metadata_filter: Sent as it is; no server filters tools by it.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        paging = (limit, offset, sort_by, direction, metadata_filter)
        return page(
            path("/agents/{id}/tools", id=id), AgentToolsRouteListResponse, paging, request_options
        )

    @operation
    def agent_tools_route_create(
        self,
        id: CommonUuid,
        name: CommonIdentifierSafeUnicode,
        about: str,
        model: str,
        instructions: AgentsCreateAgentRequestInstructions,
        metadata: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        default_settings: typing.Optional[ChatDefaultChatSettings] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceCreatedResponse]:
        """Send an agent's fields to its tools, as the document has it.

        `client.agents.tools.create` is what makes a tool. Here its fields have to come with
        `request_options={"additional_body_parameters": {"type": "function", "function": {…}}}`.

        Args:
            id: Id of the agent.
            name: Becomes the tool's name.
            about: What the agent is, in a few words.
            model: Name of the language model, such as `gpt-4o`.
            instructions: What the agent is told in each session: a text, or a list of them.
            metadata: Data of your own, to be filtered by.
            default_settings: Sampling settings for chats that set none of their own.
            request_options: Changes to this one call; see `RequestOptions`.

        Raises:
            UnprocessableEntityError: The fields of a tool are missing, on self-hosted servers.
        """
        body = {
            "name": name,
            "about": about,
            "model": model,
            "instructions": instructions,
            "metadata": metadata,
            "default_settings": default_settings,
        }
        return Request(
            "POST", path("/agents/{id}/tools", id=id), CommonResourceCreatedResponse, body=body
        ).with_options(request_options)

    @operation
    def agent_tools_route_update(
        self,
        id: CommonUuid,
        child_id: CommonUuid,
        type: ToolsToolType,
        name: CommonValidPythonIdentifier,
        function: typing.Optional[ToolsFunctionDef] = OMIT,
        integration: typing.Optional[typing.Any] = OMIT,
        system: typing.Optional[typing.Any] = OMIT,
        api_call: typing.Optional[typing.Any] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceUpdatedResponse]:
        """Overwrite a tool: what is not given goes back to its default.

        Args:
            id: Id of the agent.
            child_id: Id of the tool.
            type: What kind of tool it is. Servers of 2024 keep `function` tools only.
            name: A Python identifier of at most 40 characters, unique for the agent.
            function: What a `function` tool does, and its parameters as JSON Schema.
            integration: Provider, method and setup of an `integration` tool.
            system: Resource and operation of a `system` tool.
            api_call: Method, URL and headers of an `api_call` tool.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return Tools.reset(
            self,
            id,
            child_id,
            type=type,
            name=name,
            function=function,
            integration=integration,
            system=system,
            api_call=api_call,
        ).returning(CommonResourceUpdatedResponse, request_options)

    @operation
    def agent_tools_route_delete(
        self,
        id: CommonUuid,
        child_id: CommonUuid,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceDeletedResponse]:
        """Delete a tool of an agent.

        Args:
            id: Id of the agent.
            child_id: Id of the tool.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return Tools.delete(self, id, child_id).returning(
            CommonResourceDeletedResponse, request_options
        )

    @operation
    def agent_tools_route_patch(
        self,
        id: CommonUuid,
        child_id: CommonUuid,
        type: typing.Optional[ToolsToolType] = OMIT,
        name: typing.Optional[CommonValidPythonIdentifier] = OMIT,
        function: typing.Optional[ToolsFunctionDef] = OMIT,
        integration: typing.Optional[typing.Any] = OMIT,
        system: typing.Optional[typing.Any] = OMIT,
        api_call: typing.Optional[typing.Any] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceUpdatedResponse]:
        """Change some fields of a tool; servers of 2025 forget a definition that is not sent.

        Args:
            id: Id of the agent.
            child_id: Id of the tool.
            type: What kind of tool it is. Servers of 2024 make it a `function` unless this is
                given.
            name: A Python identifier of at most 40 characters, unique for the agent.
            function: What a `function` tool does, and its parameters as JSON Schema.
            integration: Provider, method and setup of an `integration` tool.
            system: Resource and operation of a `system` tool.
            api_call: Method, URL and headers of an `api_call` tool.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        body = {
            "type": type,
            "name": name,
            "function": function,
            "integration": integration,
            "system": system,
            "api_call": api_call,
        }
        return Request(
            "PATCH",
            path("/agents/{id}/tools/{child_id}", id=id, child_id=child_id),
            CommonResourceUpdatedResponse,
            body=body,
        ).with_options(request_options)
