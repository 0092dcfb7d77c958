"""Warnings, where asked for, about blocking calls that hold up a running event loop."""

from __future__ import annotations

import os
from typing import Final

from julep._http.loops import current_loop
from julep._warning import warn
from julep.errors import BlockingCallWarning

VARIABLE: Final = "JULEP_DEBUG"
_OFF: Final = ("", "0")


class LoopWatch:
    """Warns once a client, at its first call where an event loop runs."""

    def __init__(self) -> None:
        self._has_warned = False

    @classmethod
    def if_asked(cls) -> LoopWatch | None:
        """Make one where the environment asks for it; without one, calls cost nothing more."""
        return None if os.environ.get(VARIABLE, "") in _OFF else cls()

    def look(self) -> None:
        """Warn if this thread runs an event loop, and this client has not warned before."""
        __tracebackhide__ = True
        if self._has_warned or current_loop() is None:
            return
        self._has_warned = True
        warn(
            "this blocking call holds up the event loop that it is made in, with everything else "
            "there; use AsyncJulep, or call it on a thread",
            BlockingCallWarning,
        )
