"""Sessions and their history."""

from __future__ import annotations

import typing

from julep._codec import OMIT
from julep._faces import FaceT, Resource, operation
from julep._options import RequestOptions
from julep._paths import path
from julep._request import Request
from julep.resources.history import SessionHistory
from julep.resources.sessions import Sessions
from julep.types.seed import (
    CommonLimit,
    CommonOffset,
    CommonResourceCreatedResponse,
    CommonResourceDeletedResponse,
    CommonResourceUpdatedResponse,
    CommonUuid,
    EntriesHistory,
    SessionsContextOverflowType,
    SessionsRouteListRequestDirection,
    SessionsRouteListRequestSortBy,
    SessionsRouteListResponse,
    SessionsSession,
)

from ._page import page


class SessionRoutes(Resource[FaceT]):
    """The documented operations on sessions and their history."""

    @operation
    def sessions_route_list(
        self,
        limit: CommonLimit,
        offset: CommonOffset,
        sort_by: SessionsRouteListRequestSortBy,
        direction: SessionsRouteListRequestDirection,
        metadata_filter: str,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[SessionsRouteListResponse]:
        """Fetch one page of your sessions.

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
        return page("/sessions", SessionsRouteListResponse, paging, request_options)

    @operation
    def sessions_route_create(
        self,
        situation: str,
        render_templates: bool,
        user: typing.Optional[CommonUuid] = OMIT,
        users: typing.Optional[typing.Sequence[CommonUuid]] = OMIT,
        agent: typing.Optional[CommonUuid] = OMIT,
        agents: typing.Optional[typing.Sequence[CommonUuid]] = OMIT,
        token_budget: typing.Optional[int] = OMIT,
        context_overflow: typing.Optional[SessionsContextOverflowType] = OMIT,
        metadata: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceCreatedResponse]:
        """Open a session, and get its id.

        Args:
            situation: What the conversation is about; a Jinja template.
            render_templates: Whether messages are Jinja templates.
            user: Id of the user whom it talks to.
            users: Ids of several users, instead of one.
            agent: Id of the agent that answers; servers want either this or `agents`.
            agents: Ids of several agents, instead of one.
            token_budget: Number of tokens above which `context_overflow` applies.
            context_overflow: `truncate` or `adaptive`. Self-hosted servers can't chat with it set.
            metadata: Data of your own, to be filtered by.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        body = {
            "situation": situation,
            "render_templates": render_templates,
            "user": user,
            "users": users,
            "agent": agent,
            "agents": agents,
            "token_budget": token_budget,
            "context_overflow": context_overflow,
            "metadata": metadata,
        }
        return Request("POST", "/sessions", CommonResourceCreatedResponse, body=body).with_options(
            request_options
        )

    @operation
    def sessions_route_get(
        self,
        id: CommonUuid,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[SessionsSession]:
        """Fetch one session.

        Args:
            id: Id of the session.
            request_options: Changes to this one call; see `RequestOptions`.

        Raises:
            NotFoundError: There is no such session (`BadRequestError` on servers of 2024).
        """
        return Sessions.get(self, id).returning(SessionsSession, request_options)

    @operation
    def sessions_route_create_or_update(
        self,
        id: CommonUuid,
        situation: str,
        render_templates: bool,
        user: typing.Optional[CommonUuid] = OMIT,
        users: typing.Optional[typing.Sequence[CommonUuid]] = OMIT,
        agent: typing.Optional[CommonUuid] = OMIT,
        agents: typing.Optional[typing.Sequence[CommonUuid]] = OMIT,
        token_budget: typing.Optional[int] = OMIT,
        context_overflow: typing.Optional[SessionsContextOverflowType] = OMIT,
        metadata: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceUpdatedResponse]:
        """Write a session under an id of your choice: create it, or overwrite it whole.

        Args:
            id: A UUID, new or that of an existing session.
            situation: What the conversation is about; a Jinja template.
            render_templates: Whether messages are Jinja templates.
            user: Id of the user whom it talks to.
            users: Ids of several users, instead of one.
            agent: Id of the agent that answers; servers want either this or `agents`.
            agents: Ids of several agents, instead of one.
            token_budget: Number of tokens above which `context_overflow` applies.
            context_overflow: `truncate` or `adaptive`. Self-hosted servers can't chat with it set.
            metadata: Data of your own, to be filtered by.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        body = {
            "situation": situation,
            "render_templates": render_templates,
            "user": user,
            "users": users,
            "agent": agent,
            "agents": agents,
            "token_budget": token_budget,
            "context_overflow": context_overflow,
            "metadata": metadata,
        }
        return Request(
            "POST",
            path("/sessions/{id}", id=id),
            CommonResourceUpdatedResponse,
            body=body,
            repeatable=True,
        ).with_options(request_options)

    @operation
    def sessions_route_update(
        self,
        id: CommonUuid,
        situation: str,
        render_templates: bool,
        token_budget: typing.Optional[int] = OMIT,
        context_overflow: typing.Optional[SessionsContextOverflowType] = OMIT,
        metadata: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceUpdatedResponse]:
        """Overwrite a session's settings; servers of 2024 keep what is not given.

        Args:
            id: Id of the session.
            situation: What the conversation is about; a Jinja template.
            render_templates: Whether messages are Jinja templates.
            token_budget: Number of tokens above which `context_overflow` applies.
            context_overflow: `truncate` or `adaptive`. Self-hosted servers can't chat with it set.
            metadata: Data of your own, to be filtered by.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return Sessions.reset(
            self,
            id,
            situation=situation,
            render_templates=render_templates,
            token_budget=token_budget,
            context_overflow=context_overflow,
            metadata=metadata,
        ).returning(CommonResourceUpdatedResponse, request_options)

    @operation
    def sessions_route_delete(
        self,
        id: CommonUuid,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceDeletedResponse]:
        """Delete a session and what was said in it.

        Args:
            id: Id of the session.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return Sessions.delete(self, id).returning(CommonResourceDeletedResponse, request_options)

    @operation
    def sessions_route_patch(
        self,
        id: CommonUuid,
        situation: typing.Optional[str] = OMIT,
        render_templates: typing.Optional[bool] = OMIT,
        token_budget: typing.Optional[int] = OMIT,
        context_overflow: typing.Optional[SessionsContextOverflowType] = OMIT,
        metadata: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceUpdatedResponse]:
        """Change some settings of a session; `metadata` is merged with what is there.

        Servers of 2025 reset `render_templates` when it is not sent.

        Args:
            id: Id of the session.
            situation: What the conversation is about; a Jinja template.
            render_templates: Whether messages are Jinja templates.
            token_budget: Number of tokens above which `context_overflow` applies.
            context_overflow: `truncate` or `adaptive`. Self-hosted servers can't chat with it set.
            metadata: Data of your own, to be filtered by.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        body = {
            "situation": situation,
            "render_templates": render_templates,
            "token_budget": token_budget,
            "context_overflow": context_overflow,
            "metadata": metadata,
        }
        return Request(
            "PATCH", path("/sessions/{id}", id=id), CommonResourceUpdatedResponse, body=body
        ).with_options(request_options)

    @operation
    def history_route_history(
        self,
        id: CommonUuid,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[EntriesHistory]:
        """Fetch what was said in a session, oldest first.

        Args:
            id: Id of the session.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return Request("GET", path("/sessions/{id}/history", id=id), EntriesHistory).with_options(
            request_options
        )

    @operation
    def history_route_delete(
        self,
        id: CommonUuid,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceDeletedResponse]:
        """Clear what was said in a session; self-hosted servers never offered it.

        Args:
            id: Id of the session.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return SessionHistory.delete(self, id).returning(
            CommonResourceDeletedResponse, request_options
        )
