"""Ids as the API writes them."""

from __future__ import annotations

import secrets
import time
from uuid import UUID

_last_id = 0


def new_id() -> str:
    """Make a UUID of version 7: later ones of this process sort after earlier ones."""
    global _last_id  # noqa: PLW0603 - one clock for the process is what keeps ids in order
    # 48 bits of milliseconds and 12 of their fraction; the clock may stand still, ids may not.
    _last_id = max((time.time_ns() * 4096) // 1_000_000, _last_id + 1)
    milliseconds, fraction = divmod(_last_id, 4096)
    bits = milliseconds << 80 | 7 << 76 | fraction << 64 | 2 << 62 | secrets.randbits(62)
    return str(UUID(int=bits))
