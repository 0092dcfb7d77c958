"""Secrets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from julep._codec import OMIT
from julep._faces import FaceT, Resource, operation
from julep._keywords import shows_keywords
from julep._pages import ListOptions, Pages
from julep._paths import Id, path
from julep._request import Request
from julep._server_errors.hints import LATE
from julep.types.common import ResourceDeleted
from julep.types.secrets import Secret


class Secrets(Resource[FaceT]):
    """Values that the tools of tasks can use, as `secrets.NAME`, and nobody sees (servers of 2025)."""

    @operation
    def create(
        self,
        *,
        name: str,
        value: str,
        description: str | None = OMIT,
        metadata: Mapping[str, Any] | None = OMIT,
    ) -> Request[Secret]:
        """Store a secret.

        Args:
            name: What tools call it by: letters, digits and underscores, no leading digit.
            value: The secret itself; hidden in `repr`.
            description: What it is for.
            metadata: Data of your own.

        Raises:
            ConflictError: There is one of that name already.
        """
        body = _body(name, value, description, metadata)
        return Request(
            "POST", "/secrets", Secret, body=body, written=body, is_confidential=True, missing=LATE
        )

    @shows_keywords
    def list(self, **options: Unpack[ListOptions]) -> Pages[FaceT, Secret]:
        """List all secrets, with `ENCRYPTED` in place of their values.

        Args:
            **options: `limit` (most items in all), `page_size` and `offset`.
        """
        __tracebackhide__ = True
        return Pages(self, "/secrets", Secret, options, missing=LATE)

    @operation
    def update(
        self,
        secret_id: Id,
        *,
        name: str,
        value: str,
        description: str | None = OMIT,
        metadata: Mapping[str, Any] | None = OMIT,
    ) -> Request[Secret]:
        """Overwrite a secret.

        Args:
            secret_id: The secret, or its id.
            name: What tools call it by.
            value: The secret itself; hidden in `repr`.
            description: What it is for.
            metadata: Data of your own.
        """
        body = _body(name, value, description, metadata)
        where = path("/secrets/{secret_id}", secret_id=secret_id)
        return Request(
            "PUT", where, Secret, body=body, written=body, is_confidential=True, missing=LATE
        )

    @operation
    def delete(self, secret_id: Id) -> Request[ResourceDeleted]:
        """Delete a secret.

        Args:
            secret_id: The secret, or its id.
        """
        where = path("/secrets/{secret_id}", secret_id=secret_id)
        return Request("DELETE", where, ResourceDeleted, missing=LATE)


def _body(
    name: str, value: str, description: str | None, metadata: Mapping[str, Any] | None
) -> dict[str, Any]:
    return {"name": name, "value": value, "description": description, "metadata": metadata}
