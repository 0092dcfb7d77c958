"""Creations that may be sent again."""

from __future__ import annotations

from typing import TypeVar
from uuid import uuid4

import attrs

from julep._request import Request

R = TypeVar("R")


def repeatable(creation: Request[R], *, is_wanted: bool) -> Request[R]:
    """Return a creation, under an id of the client's where it is wanted: sent twice, it creates once.

    What creates or updates one thing takes the same fields as what creates one.
    """
    if not is_wanted:
        return creation
    # Servers of 2024 take no ids but those of this version.
    return attrs.evolve(creation, path=f"{creation.path}/{uuid4()}", repeatable=True)
