"""Agents."""

from __future__ import annotations

import typing

from julep._codec import OMIT
from julep._faces import FaceT, Resource, operation
from julep._options import RequestOptions
from julep._paths import path
from julep._request import Request
from julep.resources.agents import AgentFields, Agents, replacement
from julep.types.seed import (
    AgentsAgent,
    AgentsCreateAgentRequestInstructions,
    AgentsPatchAgentRequestInstructions,
    AgentsRouteListRequestDirection,
    AgentsRouteListRequestSortBy,
    AgentsRouteListResponse,
    AgentsUpdateAgentRequestInstructions,
    ChatDefaultChatSettings,
    CommonIdentifierSafeUnicode,
    CommonLimit,
    CommonOffset,
    CommonResourceCreatedResponse,
    CommonResourceDeletedResponse,
    CommonResourceUpdatedResponse,
    CommonUuid,
)

from ._page import page


class AgentRoutes(Resource[FaceT]):
    """The documented operations on agents."""

    @operation
    def agents_route_list(
        self,
        limit: CommonLimit,
        offset: CommonOffset,
        sort_by: AgentsRouteListRequestSortBy,
        direction: AgentsRouteListRequestDirection,
        metadata_filter: str,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[AgentsRouteListResponse]:
        """Fetch one page of your agents.

        Args:
            limit: The most items in the page, 1 to 999.
            offset: How many items to skip, from 0.
            sort_by: `created_at` or `updated_at`.
            direction: `asc` or `desc`.
            metadata_filter: Text of a JSON object, sent as it is: only items whose metadata has
                these values. Servers of 2025 need a dict here, which goes out in the forms of both
                generations.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        paging = (limit, offset, sort_by, direction, metadata_filter)
        return page("/agents", AgentsRouteListResponse, paging, request_options)

    @operation
    def agents_route_create(
        self,
        name: CommonIdentifierSafeUnicode,
        about: str,
        model: str,
        instructions: AgentsCreateAgentRequestInstructions,
        metadata: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        default_settings: typing.Optional[ChatDefaultChatSettings] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceCreatedResponse]:
        """Create an agent, and get its id.

        Args:
            name: Display name, 1 to 120 characters, no digit in front.
            about: What the agent is, in a few words.
            model: Name of the language model, such as `gpt-4o`.
            instructions: What the agent is told in each session: a text, or a list of them.
            metadata: Data of your own, to be filtered by.
            default_settings: Sampling settings for chats that set none of their own.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return Agents.create(
            self,
            name=name,
            about=about,
            model=model,
            instructions=instructions,
            metadata=metadata,
            default_settings=default_settings,
        ).returning(CommonResourceCreatedResponse, request_options)

    @operation
    def agents_route_get(
        self,
        id: CommonUuid,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[AgentsAgent]:
        """Fetch one agent.

        Args:
            id: Id of the agent.
            request_options: Changes to this one call; see `RequestOptions`.

        Raises:
            NotFoundError: There is no such agent.
        """
        return Agents.get(self, id).returning(AgentsAgent, request_options)

    @operation
    def agents_route_create_or_update(
        self,
        id: CommonUuid,
        name: CommonIdentifierSafeUnicode,
        about: str,
        model: str,
        instructions: AgentsUpdateAgentRequestInstructions,
        metadata: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        default_settings: typing.Optional[ChatDefaultChatSettings] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceUpdatedResponse]:
        """Write an agent under an id of your choice: create it, or overwrite it whole.

        Args:
            id: A UUID, new or that of an existing agent.
            name: Display name, 1 to 120 characters, no digit in front.
            about: What the agent is, in a few words.
            model: Name of the language model, such as `gpt-4o`.
            instructions: What the agent is told in each session: a text, or a list of them.
            metadata: Data of your own, to be filtered by.
            default_settings: Sampling settings for chats that set none of their own.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return Agents.create_or_update(
            self,
            id,
            name=name,
            about=about,
            model=model,
            instructions=instructions,
            metadata=metadata,
            default_settings=default_settings,
        ).returning(CommonResourceUpdatedResponse, request_options)

    @operation
    def agents_route_update(
        self,
        id: CommonUuid,
        name: CommonIdentifierSafeUnicode,
        about: str,
        model: str,
        instructions: AgentsUpdateAgentRequestInstructions,
        metadata: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        default_settings: typing.Optional[ChatDefaultChatSettings] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceUpdatedResponse]:
        """Overwrite an agent: what is not given goes back to its default.

        Args:
            id: Id of the agent.
            name: Display name, 1 to 120 characters, no digit in front.
            about: What the agent is, in a few words.
            model: Name of the language model, such as `gpt-4o`.
            instructions: What the agent is told in each session: a text, or a list of them.
            metadata: Data of your own, to be filtered by.
            default_settings: Sampling settings for chats that set none of their own.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        fields = AgentFields(
            name=name,
            about=about,
            model=model,
            instructions=instructions,
            metadata=metadata,
            default_settings=default_settings,
        )
        return replacement(id, fields).returning(CommonResourceUpdatedResponse, request_options)

    @operation
    def agents_route_delete(
        self,
        id: CommonUuid,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceDeletedResponse]:
        """Delete an agent with its tools and documents.

        Args:
            id: Id of the agent.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return Agents.delete(self, id).returning(CommonResourceDeletedResponse, request_options)

    @operation
    def agents_route_patch(
        self,
        id: CommonUuid,
        metadata: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        name: typing.Optional[CommonIdentifierSafeUnicode] = OMIT,
        about: typing.Optional[str] = OMIT,
        model: typing.Optional[str] = OMIT,
        instructions: typing.Optional[AgentsPatchAgentRequestInstructions] = OMIT,
        default_settings: typing.Optional[ChatDefaultChatSettings] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceUpdatedResponse]:
        """Change some fields of an agent; `metadata` is merged with what is there.

        Servers of 2025 reset `about`, `model` and `instructions` when they are not sent.

        Args:
            id: Id of the agent.
            metadata: Data of your own, to be filtered by.
            name: Display name, 1 to 120 characters, no digit in front.
            about: What the agent is, in a few words.
            model: Name of the language model, such as `gpt-4o`.
            instructions: What the agent is told in each session: a text, or a list of them.
            default_settings: Sampling settings for chats that set none of their own.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        body = {
            "metadata": metadata,
            "name": name,
            "about": about,
            "model": model,
            "instructions": instructions,
            "default_settings": default_settings,
        }
        return Request(
            "PATCH", path("/agents/{id}", id=id), CommonResourceUpdatedResponse, body=body
        ).with_options(request_options)
