"""What documents say of themselves, so that they are found again."""

from __future__ import annotations

import math
from typing import Final

from julep.types.docs import Doc

PATH: Final = "julep_path"
HASH: Final = "julep_hash"
"""Where documents say in their metadata what they were made of."""


def said(doc: Doc, key: str) -> str | None:
    """Return what a document says in its metadata of what it was made of."""
    value = (doc.metadata or {}).get(key)
    return value if isinstance(value, str) else None


def age(doc: Doc) -> tuple[float, str]:
    """Return what puts documents in order, the oldest first, and is the same for all who look."""
    return (doc.created_at.timestamp() if doc.created_at else math.inf, doc.id)
