"""Users."""

from __future__ import annotations

import typing

from julep._codec import OMIT
from julep._faces import FaceT, Resource, operation
from julep._options import RequestOptions
from julep._paths import path
from julep._request import Request
from julep.resources.users import Users
from julep.types.seed import (
    CommonIdentifierSafeUnicode,
    CommonLimit,
    CommonOffset,
    CommonResourceCreatedResponse,
    CommonResourceDeletedResponse,
    CommonResourceUpdatedResponse,
    CommonUuid,
    UsersRouteListRequestDirection,
    UsersRouteListRequestSortBy,
    UsersRouteListResponse,
    UsersUser,
)

from ._page import page


class UserRoutes(Resource[FaceT]):
    """The documented operations on users."""

    @operation
    def users_route_list(
        self,
        limit: CommonLimit,
        offset: CommonOffset,
        sort_by: UsersRouteListRequestSortBy,
        direction: UsersRouteListRequestDirection,
        metadata_filter: str,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[UsersRouteListResponse]:
        """Fetch one page of your users.

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
        return page("/users", UsersRouteListResponse, paging, request_options)

    @operation
    def users_route_create(
        self,
        name: CommonIdentifierSafeUnicode,
        about: str,
        metadata: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceCreatedResponse]:
        """Create a user, and get the id.

        Args:
            name: 1 to 120 characters, no digit in front.
            about: Who they are, in a few words; agents are told.
            metadata: Data of your own, to be filtered by.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return Users.create(self, name=name, about=about, metadata=metadata).returning(
            CommonResourceCreatedResponse, request_options
        )

    @operation
    def users_route_get(
        self,
        id: CommonUuid,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[UsersUser]:
        """Fetch one user.

        Args:
            id: Id of the user.
            request_options: Changes to this one call; see `RequestOptions`.

        Raises:
            NotFoundError: There is no such user.
        """
        return Users.get(self, id).returning(UsersUser, request_options)

    @operation
    def users_route_create_or_update(
        self,
        id: CommonUuid,
        name: CommonIdentifierSafeUnicode,
        about: str,
        metadata: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceUpdatedResponse]:
        """Write a user under an id of your choice: create them, or overwrite them whole.

        Args:
            id: A UUID, new or that of an existing user.
            name: 1 to 120 characters, no digit in front.
            about: Who they are, in a few words; agents are told.
            metadata: Data of your own, to be filtered by.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return Users.create_or_update(
            self, id, name=name, about=about, metadata=metadata
        ).returning(CommonResourceUpdatedResponse, request_options)

    @operation
    def users_route_update(
        self,
        id: CommonUuid,
        name: CommonIdentifierSafeUnicode,
        about: str,
        metadata: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceUpdatedResponse]:
        """Overwrite a user: what is not given goes back to its default.

        Args:
            id: Id of the user.
            name: 1 to 120 characters, no digit in front.
            about: Who they are, in a few words; agents are told.
            metadata: Data of your own, to be filtered by.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return Users.reset(self, id, name=name, about=about, metadata=metadata).returning(
            CommonResourceUpdatedResponse, request_options
        )

    @operation
    def users_route_delete(
        self,
        id: CommonUuid,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceDeletedResponse]:
        """Delete a user and their documents.

        Args:
            id: Id of the user.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return Users.delete(self, id).returning(CommonResourceDeletedResponse, request_options)

    @operation
    def users_route_patch(
        self,
        id: CommonUuid,
        metadata: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        name: typing.Optional[CommonIdentifierSafeUnicode] = OMIT,
        about: typing.Optional[str] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceUpdatedResponse]:
        """Change some fields of a user; `metadata` is merged with what is there.

        Give `name` and `about` on servers of 2025: they reset both when they are not sent, and
        can't read a user without a name again.

        Args:
            id: Id of the user.
            metadata: Data of your own, to be filtered by.
            name: 1 to 120 characters, no digit in front.
            about: Who they are, in a few words; agents are told.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        body = {
            "metadata": metadata,
            "name": name,
            "about": about,
        }
        return Request(
            "PATCH", path("/users/{id}", id=id), CommonResourceUpdatedResponse, body=body
        ).with_options(request_options)
