"""What a server has asked of others, for tests to look at."""

from __future__ import annotations

from typing import Any

_MOST = 500
_MOST_SIZE = 16_000_000


class Calls(list[dict[str, Any]]):
    """Calls, oldest first: the last 500, and of very long ones only as many as take 16 MB."""

    def __init__(self) -> None:
        super().__init__()
        self._sizes: list[int] = []

    def note(self, call: dict[str, Any], size: int) -> None:
        """Add a call that takes about so many bytes."""
        self.append(call)
        self._sizes.append(size)
        # A server that runs for long must not remember everything it was ever told. Whoever
        # reads the calls may remove some.
        del self._sizes[: len(self._sizes) - len(self)]
        while len(self) > _MOST or (len(self) > 1 and sum(self._sizes) > _MOST_SIZE):
            del self[:1], self._sizes[:1]
