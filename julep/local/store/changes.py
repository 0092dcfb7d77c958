"""Waiting for news of an execution."""

from __future__ import annotations

import anyio

_LONGEST_WAIT = 30


class Changes:
    """Wakes those who wait when the thing they watch changes, and all of them at the end."""

    def __init__(self) -> None:
        self._events: dict[str, anyio.Event] = {}
        self.closed: bool = False

    def notify(self, id: str) -> None:
        """Wake whoever waits for this one."""
        if event := self._events.pop(id, None):
            event.set()

    async def wait(self, id: str) -> None:
        """Return at the next change; sometimes earlier, since what is watched may be gone."""
        event = self._events.setdefault(id, anyio.Event())
        with anyio.move_on_after(_LONGEST_WAIT):
            await event.wait()

    def close(self) -> None:
        """Wake everybody for the last time."""
        self.closed = True
        for id in list(self._events):
            self.notify(id)
