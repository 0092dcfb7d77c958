"""Shapes that several resources share."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Generic, Literal, TypeAlias, TypeVar

import attrs

from ._json import is_array, is_object
from ._model import Model

T = TypeVar("T")

SortBy: TypeAlias = Literal["created_at", "updated_at"]
Direction: TypeAlias = Literal["asc", "desc"]


@attrs.define(kw_only=True)
class Listing(Model, Generic[T]):
    """One page of a list, as the server sends it.

    Attributes:
        items: What the page holds, in the order asked for. A short page is the last one.
    """

    __bare__: ClassVar[str] = "items"

    items: list[T]

    @property
    def results(self) -> list[T]:
        """The same items, under the name that older documents use."""
        return self.items

    @classmethod
    def __reshape__(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """Read `results`, and the `transitions` in them, as `items`."""
        if "items" in fields or "results" not in fields:
            return fields
        return {**fields, "items": _flat(fields["results"])}


def with_jobs(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a started execution, with jobs from its metadata if need be."""
    metadata = fields.get("metadata")
    if fields.get("jobs") or not is_object(metadata) or "jobs" not in metadata:
        return fields
    return {**fields, "jobs": metadata["jobs"]}


def _flat(results: Any) -> Any:
    if not is_array(results):
        return results
    return [item for result in results for item in _nested(result)]


def _nested(result: Any) -> list[Any]:
    transitions = result.get("transitions") if is_object(result) else None
    return transitions if is_array(transitions) else [result]


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
    jobs: list[str] = attrs.field(factory=list[str])

    @classmethod
    def __reshape__(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """Find `jobs` in the metadata of an execution, where servers of 2025 put them."""
        return with_jobs(fields)


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
    jobs: list[str] = attrs.field(factory=list[str])


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
    jobs: list[str] = attrs.field(factory=list[str])
