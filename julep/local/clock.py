"""Times as the API writes them."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> str:
    """The time in UTC, ISO 8601 with microseconds and `Z`; texts sort as the times do."""
    return from_seconds(time.time())


def from_seconds(seconds: float) -> str:
    """A time in seconds since the epoch, as `now` writes it."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
