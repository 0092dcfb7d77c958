"""Times as the API writes them."""

from __future__ import annotations

import time
from datetime import UTC, datetime

_last = 0.0


def now() -> str:
    """Return the time in UTC, ISO 8601 with microseconds and `Z`; texts sort as the times do."""
    return from_seconds(seconds())


def seconds() -> float:
    """Return the seconds since the epoch, later each time, even if the clock is put back."""
    global _last  # noqa: PLW0603 - one clock for the process is what keeps lists in order
    # Two microseconds: a float near the present is not exact enough for one to be always seen.
    _last = max(time.time(), _last + 0.000_002)
    return _last


def from_seconds(seconds: float) -> str:
    """Write a time given in seconds since the epoch as `now` does."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
