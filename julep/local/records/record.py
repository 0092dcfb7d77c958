"""What all resources have."""

from __future__ import annotations

from typing import TypedDict


class Record(TypedDict):
    """What all resources have."""

    id: str
    created_at: str
    updated_at: str
