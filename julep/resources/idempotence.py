"""Creations that may be sent again."""

from __future__ import annotations

from typing import TypeVar
from uuid import uuid4

import attrs

from julep._request import Request

R = TypeVar("R")


def repeatable(creation: Request[R], *, is_wanted: bool) -> Request[R]:
    """Return a creation, under an id of the client's where it is wanted: sent twice, it creates once."""
    # Servers of 2024 take no ids but those of this version.
    return under(str(uuid4()), creation) if is_wanted else creation


def under(id: str, creation: Request[R]) -> Request[R]:
    """Return the request that creates something under an id, or overwrites what is there.

    What creates or updates one thing takes the same fields as what creates one.
    """
    return attrs.evolve(creation, path=f"{creation.path}/{id}", repeatable=True)
