"""The clock that tasks go by."""

from __future__ import annotations

import time
from collections.abc import Callable

from .checks import check_number


class Clock:
    """The clock that tasks go by: their `sleep` steps, pauses between tries, and transitions.

    Attributes:
        travel: How a running server advances it, from any other thread.
    """

    def __init__(self) -> None:
        self._ahead = 0.0
        self._stopped_at: float | None = None
        self.travel: Callable[[float], None] | None = None

    def now(self) -> float:
        """Return the seconds since the epoch."""
        return time.time() + self._ahead if self._stopped_at is None else self._stopped_at

    def set(self, moment: float) -> None:
        """Stop it at a moment, unless that has passed."""
        self._stopped_at = max(moment, self.now())

    def run(self) -> None:
        """Let it run on from where it was stopped."""
        self._ahead, self._stopped_at = self.now() - time.time(), None

    def advance(self, seconds: float) -> None:
        """Let time pass at once: what sleeps so long wakes, one after the other.

        Tasks first go on as far as they can without it, and again after each sleep that ends. When
        this returns they are over, or wait for something else. Work that takes over 5 seconds
        each time, such as a slow model's, isn't waited for.

        Args:
            seconds: How many, 0 or more.

        Raises:
            TypeError: That is not a number.
            ValueError: It is below 0.
        """
        check_number("seconds", seconds, int | float, 0)
        if self.travel:
            self.travel(seconds)
        else:
            self.set(self.now() + seconds)
            self.run()
