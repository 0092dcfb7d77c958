"""Shapes that several resources share."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Generic, Literal, TypeAlias, TypeVar

import attrs

from ._model import Model

T = TypeVar("T")

SortBy: TypeAlias = Literal["created_at", "updated_at"] | str
Direction: TypeAlias = Literal["asc", "desc"] | str


@attrs.define(kw_only=True)
class Listing(Model, Generic[T]):
    """One page of a list, as the server sends it.

    Attributes:
        items: What the page holds, in the order asked for. A short page is the last one.
    """

    items: list[T]

    @property
    def results(self) -> list[T]:
        """The same items, under the name that older documents use."""
        return self.items

    @classmethod
    def reshape(cls, value: Any) -> Any:
        """Read a bare array, `results` and `results[].transitions` as `items`."""
        if isinstance(value, list):
            return {"items": value}
        if not isinstance(value, dict) or "items" in value or "results" not in value:
            return value
        results = value["results"]
        return {**value, "items": _flat(results) if isinstance(results, list) else results}


def _flat(results: list[Any]) -> list[Any]:
    if results and all(isinstance(page, dict) and "transitions" in page for page in results):
        return [item for page in results for item in page["transitions"]]
    return results


@attrs.define(kw_only=True)
class ResourceCreated(Model):
    """The answer to a create.

    Attributes:
        id: Id of the new resource.
        created_at: When it was made. Some servers leave it out.
        jobs: Ids of the background jobs that the request started.
    """

    id: str
    created_at: datetime | None = None
    jobs: list[str] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class ResourceUpdated(Model):
    """The answer to an update.

    Attributes:
        id: Id of the changed resource.
        updated_at: When it was changed. Some servers leave it out.
        jobs: Ids of the background jobs that the request started.
    """

    id: str
    updated_at: datetime | None = None
    jobs: list[str] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class ResourceDeleted(Model):
    """The answer to a delete.

    Attributes:
        id: Id of the deleted resource.
        deleted_at: When it was deleted. Some servers leave it out.
        jobs: Ids of the background jobs that the request started.
    """

    id: str
    deleted_at: datetime | None = None
    jobs: list[str] = attrs.field(factory=list)
