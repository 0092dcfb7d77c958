"""Docs."""

from __future__ import annotations

import typing

from julep._codec import OMIT, to_plain
from julep._faces import FaceT, Resource, operation
from julep._options import RequestOptions
from julep._paths import path
from julep._request import Request
from julep.resources.any_docs import Docs
from julep.resources.docs import AgentDocs, UserDocs
from julep.types.seed import (
    AgentDocsRouteListRequestDirection,
    AgentDocsRouteListRequestSortBy,
    AgentDocsRouteListResponse,
    AgentsDocsSearchRouteSearchRequestBody,
    CommonIdentifierSafeUnicode,
    CommonLimit,
    CommonOffset,
    CommonResourceCreatedResponse,
    CommonResourceDeletedResponse,
    CommonUuid,
    DocsCreateDocRequestContent,
    DocsDoc,
    DocsDocSearchResponse,
    DocsEmbedQueryRequest,
    DocsEmbedQueryResponse,
    UserDocsRouteListRequestDirection,
    UserDocsRouteListRequestSortBy,
    UserDocsRouteListResponse,
    UserDocsSearchRouteSearchRequestBody,
)

from ._page import page

R = typing.TypeVar("R")


class DocRoutes(Resource[FaceT]):
    """The documented operations on documents, and embeddings."""

    @operation
    def agent_docs_route_list(
        self,
        id: CommonUuid,
        limit: CommonLimit,
        offset: CommonOffset,
        sort_by: AgentDocsRouteListRequestSortBy,
        direction: AgentDocsRouteListRequestDirection,
        metadata_filter: str,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[AgentDocsRouteListResponse]:
        """Fetch one page of an agent's documents.

        Args:
            id: Id of the agent.
            limit: The most items in the page, 1 to 999.
            offset: How many items to skip, from 0.
            sort_by: `created_at`; no server sorts documents by `updated_at`.
            direction: `asc` or `desc`.
            metadata_filter: Text of a JSON object, sent as it is: only items whose metadata has
                these values. Servers of 2025 need a dict here, which goes out in the forms of both
                generations.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        paging = (limit, offset, sort_by, direction, metadata_filter)
        return page(
            path("/agents/{id}/docs", id=id), AgentDocsRouteListResponse, paging, request_options
        )

    @operation
    def agent_docs_route_create(
        self,
        id: CommonUuid,
        title: CommonIdentifierSafeUnicode,
        content: DocsCreateDocRequestContent,
        metadata: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceCreatedResponse]:
        """Give an agent a document, and get its id and that of the job that embeds it.

        Args:
            id: Id of the agent.
            title: Up to 800 characters. It counts in searches.
            content: The text, or a list of pieces; a search finds pieces.
            metadata: Data of your own, to be filtered by.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return AgentDocs.create(
            self, id, title=title, content=content, metadata=metadata
        ).returning(CommonResourceCreatedResponse, request_options)

    @operation
    def agent_docs_route_delete(
        self,
        id: CommonUuid,
        child_id: CommonUuid,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceDeletedResponse]:
        """Delete a document of an agent.

        Args:
            id: Id of the agent.
            child_id: Id of the document.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return AgentDocs.delete(self, id, child_id).returning(
            CommonResourceDeletedResponse, request_options
        )

    @operation
    def agents_docs_search_route_search(
        self,
        id: CommonUuid,
        body: AgentsDocsSearchRouteSearchRequestBody,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[DocsDocSearchResponse]:
        """Search the documents of an agent by text, by vector, or by both.

        Args:
            id: Id of the agent.
            body: What to look for, and how; sent as the whole body, as servers want it.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return _bare(path("/agents/{id}/search", id=id), DocsDocSearchResponse, body).with_options(
            request_options
        )

    @operation
    def user_docs_route_list(
        self,
        id: CommonUuid,
        limit: CommonLimit,
        offset: CommonOffset,
        sort_by: UserDocsRouteListRequestSortBy,
        direction: UserDocsRouteListRequestDirection,
        metadata_filter: str,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[UserDocsRouteListResponse]:
        """Fetch one page of a user's documents.

        Args:
            id: Id of the user.
            limit: The most items in the page, 1 to 999.
            offset: How many items to skip, from 0.
            sort_by: `created_at`; no server sorts documents by `updated_at`.
            direction: `asc` or `desc`.
            metadata_filter: Text of a JSON object, sent as it is: only items whose metadata has
                these values. Servers of 2025 need a dict here, which goes out in the forms of both
                generations.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        paging = (limit, offset, sort_by, direction, metadata_filter)
        return page(
            path("/users/{id}/docs", id=id), UserDocsRouteListResponse, paging, request_options
        )

    @operation
    def user_docs_route_create(
        self,
        id: CommonUuid,
        title: CommonIdentifierSafeUnicode,
        content: DocsCreateDocRequestContent,
        metadata: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceCreatedResponse]:
        """Give a user a document, and get its id and that of the job that embeds it.

        Args:
            id: Id of the user.
            title: Up to 800 characters. It counts in searches.
            content: The text, or a list of pieces; a search finds pieces.
            metadata: Data of your own, to be filtered by.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return UserDocs.create(self, id, title=title, content=content, metadata=metadata).returning(
            CommonResourceCreatedResponse, request_options
        )

    @operation
    def user_docs_route_delete(
        self,
        id: CommonUuid,
        child_id: CommonUuid,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceDeletedResponse]:
        """Delete a document of a user.

        Args:
            id: Id of the user.
            child_id: Id of the document.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return UserDocs.delete(self, id, child_id).returning(
            CommonResourceDeletedResponse, request_options
        )

    @operation
    def user_docs_search_route_search(
        self,
        id: CommonUuid,
        body: UserDocsSearchRouteSearchRequestBody,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[DocsDocSearchResponse]:
        """Search the documents of a user by text, by vector, or by both.

        Args:
            id: Id of the user.
            body: What to look for, and how; sent as the whole body, as servers want it.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return _bare(path("/users/{id}/search", id=id), DocsDocSearchResponse, body).with_options(
            request_options
        )

    @operation
    def individual_docs_route_get(
        self,
        id: CommonUuid,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[DocsDoc]:
        """Fetch one document, whoever owns it.

        Args:
            id: Id of the document.
            request_options: Changes to this one call; see `RequestOptions`.

        Raises:
            NotFoundError: There is no such document.
        """
        return Docs.get(self, id).returning(DocsDoc, request_options)

    @operation
    def embed_route_embed(
        self,
        body: DocsEmbedQueryRequest,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[DocsEmbedQueryResponse]:
        """Turn text into vectors of 1024 numbers, to search with.

        Args:
            body: One text, or a list of 1 to 100; sent as the whole body, as servers want it.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return _bare("/embed", DocsEmbedQueryResponse, body).with_options(request_options)


def _bare(where: str, form: type[R], body: object) -> Request[R]:
    # As JSON, so that `additional_body_parameters` can be added to it.
    plain = to_plain(body, "body", nulls=False)
    return Request("POST", where, form, body=plain, repeatable=True, only_reads=True)
