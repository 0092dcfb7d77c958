"""Answers that several kinds of resources give."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypedDict, TypeVar

from julep.local.clock import now

T = TypeVar("T")


class Items(TypedDict, Generic[T]):
    """A page of a listing, read or made while it is walked through: that can be done once."""

    items: Iterable[T]


class Deleted(TypedDict):
    """The answer to a deletion."""

    id: str
    deleted_at: str
    jobs: list[str]


def deleted(id: str) -> Deleted:
    """Say that a resource was deleted just now."""
    return {"id": id, "deleted_at": now(), "jobs": []}
