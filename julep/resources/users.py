"""Users."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict, Unpack

from julep._codec import OMIT
from julep._faces import FaceT, Resource, operation, part, workflow
from julep._keywords import checked, shows_keywords
from julep._pages import FilteredListOptions, Pages
from julep._paths import Id, path
from julep._request import Request
from julep.types.common import ResourceDeleted
from julep.types.users import CreateUser, User

from .docs import UserDocs
from .ensuring import DEFAULT_PROJECT, Keyed, ensured, id_for, without_omitted
from .idempotence import repeatable
from .updating import changed


class UserDetails(TypedDict, total=False):
    """What a user has besides a name; `Users.create` explains each."""

    about: str
    metadata: Mapping[str, Any] | None
    project: str


class UserFields(UserDetails):
    """A whole user."""

    name: str


class UserChanges(UserDetails, total=False):
    """Some fields of a user."""

    name: str


class Users(Resource[FaceT]):
    """The people whom your agents talk to."""

    @part
    def docs(self) -> UserDocs[FaceT]:
        """The documents that belong to a user."""
        return UserDocs(self._face, self._engine)

    @shows_keywords
    def list(self, **options: Unpack[FilteredListOptions]) -> Pages[FaceT, User]:
        """List all users, newest first. Pages are fetched as they are needed.

        Args:
            **options: `limit` (most items in all), `page_size`, `offset`, `sort_by`, `direction`,
                `metadata_filter`.
        """
        __tracebackhide__ = True
        return Pages(self, "/users", User, options, form=FilteredListOptions)

    @operation
    def create(
        self,
        *,
        name: str,
        about: str = "",
        metadata: Mapping[str, Any] | None = OMIT,
        project: str = OMIT,
        idempotent: bool = False,
    ) -> Request[User]:
        """Create a user.

        Args:
            name: 1 to 120 characters, the first a letter, a blank or a punctuation mark.
            about: Who they are, in a few words; agents are told.
            metadata: Data of your own, to be filtered by.
            project: Canonical name of the project that they belong to (servers of 2025).
            idempotent: Whether the client chooses the id, so that a request whose answer was lost is
                sent again and has one effect.

        Returns:
            The user as written.
        """
        fields = {"name": name, "about": about, "metadata": metadata, "project": project}
        creation = Request("POST", "/users", User, body=fields, written=fields)
        return repeatable(creation, is_wanted=idempotent)

    @operation
    def get(self, user_id: Id) -> Request[User]:
        """Fetch one user.

        Args:
            user_id: The user, or their id.

        Raises:
            NotFoundError: There is no such user.
        """
        return Request("GET", _where(user_id), User)

    @operation
    def create_or_update(self, user_id: Id, **fields: Unpack[UserFields]) -> Request[User]:
        """Write a user under an id of your choice: create them, or overwrite them whole.

        Args:
            user_id: A UUID, new or that of an existing user.
            **fields: As for `create`.
        """
        body = checked(UserFields, fields)
        where = _where(user_id)
        return Request("POST", where, User, body=body, written=body, repeatable=True)

    @workflow
    async def ensure(self, /, key: str, **fields: Unpack[UserFields]) -> User:
        """Make sure that there is one user of this key, with these fields.

        As `agents.ensure` does: each run finds the same user, under an id that is made of
        `["user","default","bo"]`, with their project and their key, and nothing is written if nothing
        differs. What is not given stays as it is. Servers of 2024 take no such ids, and refuse the
        first request.

        Args:
            key: A text of your choice, such as a login name.
            **fields: As for `create`. `metadata` is given whole, and another `project` is another
                user.

        Returns:
            The user as the server has them.

        Raises:
            ValueError: The key is empty. Nothing was sent.
        """
        __tracebackhide__ = True
        given = without_omitted(checked(UserFields, fields))
        id = id_for("user", key, given.get("project") or DEFAULT_PROJECT)
        user = Keyed(
            self._engine,
            "user",
            key,
            id,
            fetch=Users.get(self, id),
            form=CreateUser,
            creation=Users.create(self, **given),
            given=given,
            settled=frozenset({"project"}),
        )
        return await ensured(user)

    @workflow
    async def update(self, user_id: Id, **changes: Unpack[UserChanges]) -> User:
        """Change some fields of a user; what is not given stays. `metadata` is merged.

        Not atomic: fields that servers of 2025 reset when they are not sent are read first and sent
        along, so a change that somebody else makes in between may be undone. Both requests count
        towards one `timeout`.

        Args:
            user_id: The user, or their id.
            **changes: Fields as for `create`. With both `name` and `about` nothing is read, which
                mends a user whom another program left without a name.

        Returns:
            The whole user.

        Raises:
            NotFoundError: There is no such user.
        """
        __tracebackhide__ = True
        fetch = Users.get(self, user_id)
        return await changed(self._engine, fetch, checked(UserChanges, changes), ("name", "about"))

    @operation
    def reset(self, user_id: Id, **fields: Unpack[UserFields]) -> Request[User]:
        """Overwrite a user: what is not given goes back to its default.

        Args:
            user_id: The user, or their id.
            **fields: As for `create`.

        Raises:
            NotFoundError: There is no such user (`BadRequestError` on servers of 2024).
        """
        body = checked(UserFields, fields)
        where = _where(user_id)
        return Request("PUT", where, User, body=body, written=body)

    @operation
    def delete(self, user_id: Id) -> Request[ResourceDeleted]:
        """Delete a user and their documents.

        Args:
            user_id: The user, or their id.

        Raises:
            NotFoundError: There is no such user (`BadRequestError` on servers of 2024).
        """
        return Request("DELETE", _where(user_id), ResourceDeleted)


def _where(user_id: Id) -> str:
    return path("/users/{user_id}", user_id=user_id)
